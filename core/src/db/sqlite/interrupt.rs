//! The time of the statement that runs on a connection. SQLite has no limit of its own; it asks us, as it goes, whether to
//! continue (a progress handler).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use sqlx::SqliteConnection;

/// Steps of SQLite's machine between two questions: well under a millisecond.
const STEPS: i32 = 4_000;

/// No statement, or one without a limit.
const UNLIMITED: u64 = u64::MAX;
/// One for which nobody waits any more.
const ABANDONED: u64 = 0;

/// Times are microseconds since then.
static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);

/// When the statement that runs on a connection is interrupted, shared with the connection's progress handler.
#[derive(Debug, Clone)]
pub(crate) struct TimeLimit(Arc<AtomicU64>);

impl TimeLimit {
    /// The limit of a new connection.
    pub(super) async fn install(connection: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let limit = Self::default();
        limit.watch(connection).await?;
        Ok(limit)
    }

    /// Makes a connection ask for this limit.
    pub(super) async fn watch(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let end = Arc::clone(&self.0);
        let may_continue = move || {
            let end = end.load(Ordering::Relaxed);
            end == UNLIMITED || now() < end
        };
        connection.lock_handle().await?.set_progress_handler(STEPS, may_continue);
        Ok(())
    }

    /// Limits a statement, from now until it has ended. Dropped before that, nobody waits for it, and it is interrupted.
    pub(super) fn until(&self, end: Instant) -> RunningStatement<'_> {
        let end = end.saturating_duration_since(*EPOCH).as_micros();
        self.0.store(u64::try_from(end).unwrap_or(UNLIMITED).max(1), Ordering::Relaxed);
        RunningStatement { limit: self, ended: false }
    }

    /// Takes the limit away.
    pub(super) fn lift(&self) {
        self.0.store(UNLIMITED, Ordering::Relaxed);
    }

    /// Whether a statement may still run for which nobody waits.
    pub(super) fn is_abandoned(&self) -> bool {
        self.0.load(Ordering::Relaxed) == ABANDONED
    }
}

impl Default for TimeLimit {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(UNLIMITED)))
    }
}

fn now() -> u64 {
    u64::try_from(EPOCH.elapsed().as_micros()).unwrap_or(UNLIMITED - 1)
}

/// A statement that runs within a limit.
#[derive(Debug)]
pub(super) struct RunningStatement<'l> {
    limit: &'l TimeLimit,
    ended: bool,
}

impl RunningStatement<'_> {
    /// The statement has ended.
    pub(super) fn ended(mut self) {
        self.ended = true;
    }
}

impl Drop for RunningStatement<'_> {
    fn drop(&mut self) {
        let limit = if self.ended { UNLIMITED } else { ABANDONED };
        self.limit.0.store(limit, Ordering::Relaxed);
    }
}
