//! Fifth stage: changes are recorded, and the hooks are notified.

use crate::ctx::Ctx;
use crate::entity::{DynHooks, RowChange};
use crate::error::Result;
use crate::service::{Records, history};
use crate::value::Record;

impl Records<'_> {
    /// The entity's hooks, if it has any, and the context they get.
    pub(super) fn hooks(&self) -> Result<Option<(&'static dyn DynHooks, Ctx)>> {
        let def = self.info.def;
        def.hooks.map(|hooks| Ok((hooks, self.ctx.for_hooks(def.name)?))).transpose()
    }

    /// Records the changes and notifies the hooks.
    pub(super) async fn after(&self, changes: Vec<RowChange>) -> Result<()> {
        self.record(&changes).await?;
        self.notify(changes).await
    }

    /// Writes the history of rows, where the entity keeps it.
    pub(super) async fn record(&self, changes: &[RowChange]) -> Result<()> {
        if self.info.def.history {
            history::record(self.ctx, self.info, changes).await?;
        }
        Ok(())
    }

    /// Sets the numbers over relations in the rows of changes, as they are now.
    async fn add_numbers_of_changes(&self, changes: &mut [RowChange]) -> Result<()> {
        if self.info.numbers.is_empty() {
            return Ok(());
        }
        let mut rows: Vec<Record> = changes.iter().map(|change| change.row().clone()).collect();
        self.with_own_numbers(&mut rows).await?;
        for (change, numbers) in changes.iter_mut().zip(&rows) {
            for row in change.rows_mut() {
                self.info.numbers.iter().for_each(|column| row.set(column, numbers.get(column).clone()));
            }
        }
        Ok(())
    }

    /// Notifies the hooks of changes: now, and after the commit.
    pub(super) async fn notify(&self, mut changes: Vec<RowChange>) -> Result<()> {
        if let Some((hooks, ctx)) = self.hooks()? {
            self.add_numbers_of_changes(&mut changes).await?;
            for change in &changes {
                hooks.after(&ctx, change).await?;
            }
            for change in changes {
                let after = move |ctx: Ctx| async move { hooks.after_commit(&ctx, &change).await };
                ctx.after_commit_of(self.info.def.name, after).await;
            }
        }
        Ok(())
    }
}
