//! The end of rows.

use crate::error::Result;
use crate::query::write::{self, Target};
use crate::service::write::{Command, Written};
use crate::service::{Records, fault};
use crate::value::{Record, Value};

impl Records<'_> {
    /// Removes the row and answers what it was.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when rows that restrict it still point to it.
    pub async fn delete(&self, key: &Value) -> Result<Record> {
        let target = Target::Key(key.clone());
        let written = self.write(Command::Delete { target }).await?;
        written.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    pub(super) async fn remove(&self, target: &Target) -> Result<Written> {
        let silent = matches!(target, Target::Where(_));
        let (statement, layout) =
            write::delete(self.info, self.dialect(), self.ctx.principal(), target, silent)?;
        let executor = self.ctx.executor();
        if silent {
            let count = executor.execute(statement).await.map_err(fault::of_removal)?;
            return Ok(Written { rows: Vec::new(), count });
        }
        Ok(Written::of(executor.write(statement, &layout).await.map_err(fault::of_removal)?))
    }
}
