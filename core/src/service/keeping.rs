//! What is kept of the writes of one request.

use crate::ctx::{Ctx, OpenTransaction};
use crate::error::Result;

/// What is kept of the writes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// Each write by itself.
    Each,
    /// All of them, or none.
    Together,
    /// Nothing: a dry run of writes that are kept in this way.
    Nothing { together: bool },
}

/// The writes of one request, while they run.
pub(crate) struct KeptWrites {
    ctx: Ctx,
    keeping: Keeping,
    transaction: Option<OpenTransaction>,
}

impl Keeping {
    /// Whether the failure of one write undoes the others.
    pub(crate) fn is_together(self) -> bool {
        matches!(self, Self::Together | Self::Nothing { together: true })
    }

    /// Begins. What is in a transaction already is kept with the rest of that.
    pub(crate) async fn begin(self, ctx: &Ctx) -> Result<KeptWrites> {
        let transaction = match self {
            Self::Nothing { .. } => Some(ctx.begin().await?.dry()),
            Self::Together if !ctx.in_transaction() => Some(ctx.begin().await?),
            Self::Together | Self::Each => None,
        };
        let inside = transaction.as_ref().map_or(ctx, OpenTransaction::ctx).clone();
        Ok(KeptWrites { ctx: inside, keeping: self, transaction })
    }
}

impl KeptWrites {
    /// The context of the writes.
    pub(crate) fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// Ends. Answers whether nothing of them is kept because one has `failed`.
    ///
    /// # Errors
    /// That of the commit.
    pub(crate) async fn end(self, failed: bool) -> Result<bool> {
        let undone = failed && self.keeping.is_together();
        if let Some(transaction) = self.transaction {
            match undone || matches!(self.keeping, Keeping::Nothing { .. }) {
                true => transaction.roll_back().await,
                false => transaction.commit().await?,
            }
        }
        Ok(undone)
    }
}

/// One of several writes of a dry run. If it fails, what it has done until then is undone, as it would be by itself.
pub(crate) async fn dry_part<T, F, Fut>(ctx: &Ctx, work: F) -> Result<T>
where
    F: FnOnce(Ctx) -> Fut,
    Fut: Future<Output = Result<T>>,
{
    let savepoint = ctx.begin().await?;
    let result = work(savepoint.ctx().clone()).await;
    savepoint.end(result).await
}
