//! Deleting rows that have no effect any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::principal::Principal;

/// How often a node deletes them.
const PAUSE: Duration = Duration::from_secs(60);

/// When this node has last deleted such rows of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cleaning(Arc<AtomicI64>);

impl Cleaning {
    /// Deletes them, unless that was done a short time ago. Nobody waits for it; `what` is for the log.
    pub(crate) fn now_and_then<F, Fut>(&self, what: &'static str, ctx: &Ctx, delete: F)
    where
        F: FnOnce(Ctx, DateTime<Utc>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let now = ctx.now();
        let (before, seconds) = (self.0.load(Ordering::Relaxed), now.timestamp());
        let is_due = seconds.saturating_sub(before) >= PAUSE.as_secs().cast_signed();
        if !is_due || self.0.compare_exchange(before, seconds, Ordering::Relaxed, Ordering::Relaxed).is_err()
        {
            return;
        }
        let ctx = ctx.outside().with_principal(Principal::System);
        tokio::spawn(async move {
            if let Err(error) = delete(ctx, now).await {
                tracing::warn!(%error, "{what} could not be deleted");
            }
        });
    }
}
