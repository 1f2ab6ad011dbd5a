//! Writes that depend on the row as it is when they are made: HTTP's `If-Match`.

use crate::ctx::Ctx;
use crate::error::Result;
use crate::service::Records;
use crate::value::{Assignments, Record, Value};

impl Records<'_> {
    /// As [`Records::update`], if the row accepts it: `check` sees the row locked, and no one changes it in between.
    ///
    /// # Errors
    /// That of `check`, after which nothing is changed, and as [`Records::update`].
    pub async fn update_checked(
        &self,
        key: &Value,
        values: Assignments,
        check: impl FnOnce(&Record) -> Result<()> + Send + 'static,
    ) -> Result<Record> {
        let (unbound, key) = (self.unbound(), key.clone());
        let work = move |ctx: Ctx| async move {
            let records = unbound.bind(&ctx);
            check(&records.lock(&key).await?)?;
            records.update(&key, values).await
        };
        self.ctx.transaction(work).await
    }

    /// As [`Records::delete`], if the row accepts it, as for [`Records::update_checked`].
    ///
    /// # Errors
    /// That of `check`, after which nothing is deleted, and as [`Records::delete`].
    pub async fn delete_checked(
        &self,
        key: &Value,
        check: impl FnOnce(&Record) -> Result<()> + Send + 'static,
    ) -> Result<Record> {
        let (unbound, key) = (self.unbound(), key.clone());
        let work = move |ctx: Ctx| async move {
            let records = unbound.bind(&ctx);
            check(&records.lock(&key).await?)?;
            records.delete(&key).await
        };
        self.ctx.transaction(work).await
    }
}
