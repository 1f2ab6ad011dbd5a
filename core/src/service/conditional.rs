//! Writes that depend on the row as it is when they are made: HTTP's `If-Match` and `If-None-Match`.
//!
//! The condition is judged last: what would be refused without it is refused for its own reason, whatever the condition
//! says. So a client that may not write learns nothing of the row's state.

use crate::ctx::Ctx;
use crate::error::Result;
use crate::service::write::Command;
use crate::service::{Records, nested, validate};
use crate::sql::dml::WriteTarget;
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
            let command = Command::Update { target: WriteTarget::Key(key.clone()), values };
            let row = records.lock_authorized(&command, &key).await?;
            nested::check(&ctx, records.info, &command)?;
            let Command::Update { values, .. } = command else { return Err(records.not_found()) };
            validate::changes(records.info, values.without_related())?;
            check(&row)?;
            records.update_known(&key, values).await
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
            let command = Command::Delete { target: WriteTarget::Key(key.clone()) };
            check(&records.lock_authorized(&command, &key).await?)?;
            records.delete_known(&key).await
        };
        self.ctx.transaction(work).await
    }
}
