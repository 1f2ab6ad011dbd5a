//! Fifth stage: changes are recorded, and the hooks are notified.

use crate::ctx::Ctx;
use crate::entity::{DynHooks, RowChange};
use crate::error::Result;
use crate::service::{Records, history};

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

    /// Notifies the hooks of changes: now, and after the commit.
    pub(super) async fn notify(&self, changes: Vec<RowChange>) -> Result<()> {
        if let Some((hooks, ctx)) = self.hooks()? {
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
