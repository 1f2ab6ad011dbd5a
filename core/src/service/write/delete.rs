//! The end of rows.

use crate::error::Result;
use crate::query::Deleted;
use crate::query::write::{self, Target};
use crate::service::write::{Command, Written};
use crate::service::{Records, fault};
use crate::value::{Record, Value};

impl Records<'_> {
    /// Removes the row and answers what it was; with `soft_delete` it is hidden, and answered as it is then.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when rows that restrict it still point to it.
    pub async fn delete(&self, key: &Value) -> Result<Record> {
        let target = Target::Key(key.clone());
        let written = self.write(Command::Delete { target }).await?;
        written.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    /// Removes the row as long as it has this version.
    ///
    /// # Errors
    /// As [`Records::delete`]; `VersionMismatch` when it has another one, `BadRequest` when the entity counts none.
    pub async fn delete_version(&self, key: &Value, expected: i64) -> Result<Record> {
        let target = Target::At(key.clone(), expected);
        let written = self.write(Command::Delete { target }).await?;
        written.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    pub(super) async fn remove(&self, target: &Target, deleted: Deleted) -> Result<Written> {
        let silent = matches!(target, Target::Where(_));
        let (statement, layout) =
            write::delete(self.info, self.dialect(), self.ctx.principal(), target, deleted, silent)?;
        let executor = self.ctx.executor();
        if silent {
            let count = executor.execute(statement).await.map_err(fault::of_removal)?;
            return Ok(Written { rows: Vec::new(), count });
        }
        let gone = Written::of(executor.write(statement, &layout).await.map_err(fault::of_removal)?);
        self.expected(target, &gone).await?;
        Ok(gone)
    }
}
