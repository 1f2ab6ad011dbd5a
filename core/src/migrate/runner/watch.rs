//! Tells of steps that take long, and sees who holds what they wait for.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::db::Db;
#[cfg(feature = "postgres")]
use crate::db::Pools;
use crate::migrate::migrations::{MigrationEntry, RunSettings};
use crate::migrate::runner::Run;
#[cfg(feature = "postgres")]
use crate::migrate::runner::session::Session;

/// When a step is told of first, and how often then.
const FIRST: Duration = Duration::from_secs(2);
const AGAIN: Duration = Duration::from_secs(10);

/// Watches one migration, until dropped.
pub(super) struct Watch {
    batches: Arc<AtomicU64>,
    holders: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Watch {
    /// `backend` is the process of PostgreSQL that runs the migration.
    pub(super) fn start(run: &Run, entry: &MigrationEntry, backend: Option<i32>) -> Self {
        let (batches, holders) = (Arc::<AtomicU64>::default(), Arc::<Mutex<Vec<String>>>::default());
        let watcher = Watcher {
            name: entry.full_name(),
            db: run.db.clone(),
            settings: *run.settings(),
            backend,
            batches: Arc::clone(&batches),
            holders: Arc::clone(&holders),
        };
        Self { batches, holders, task: tokio::spawn(watcher.watch()) }
    }

    /// Where a data migration counts its batches.
    pub(super) fn batches(&self) -> &Arc<AtomicU64> {
        &self.batches
    }

    /// Who held last what the migration waited for.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub(super) fn holders(&self) -> Vec<String> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A connection that looks at the one which migrates.
#[cfg(feature = "postgres")]
type Observer = Option<sqlx::PgConnection>;
#[cfg(not(feature = "postgres"))]
type Observer = ();

struct Watcher {
    name: String,
    db: Db,
    settings: RunSettings,
    backend: Option<i32>,
    batches: Arc<AtomicU64>,
    holders: Arc<Mutex<Vec<String>>>,
}

impl Watcher {
    async fn watch(self) {
        let (begun, mut next) = (Instant::now(), FIRST);
        // So that a holder is seen before the statement gives up.
        let tick = (self.settings.lock_timeout / 3).clamp(Duration::from_millis(20), Duration::from_secs(1));
        let mut observer = Observer::default();
        loop {
            tokio::time::sleep(tick).await;
            let is_due = begun.elapsed() >= next;
            let index = self.observe(&mut observer, is_due).await;
            if is_due {
                next += AGAIN;
                self.tell(begun.elapsed(), index);
            }
        }
    }

    /// Sees who holds what is waited for, and when it is to be told, how far an index is.
    #[cfg(feature = "postgres")]
    async fn observe(&self, observer: &mut Observer, is_due: bool) -> Option<String> {
        let (Some(backend), Pools::Postgres(pool)) = (self.backend, self.db.pools()) else { return None };
        if observer.is_none() {
            let connection = pool.acquire(&self.db.deadline()).await.ok();
            *observer = connection.map(sqlx::pool::PoolConnection::detach);
        }
        let mut session = Session::Postgres(observer.as_mut()?);
        self.see_holders(&mut session, backend).await;
        if is_due { index_progress(&mut session, backend).await } else { None }
    }

    #[cfg(not(feature = "postgres"))]
    async fn observe(&self, _observer: &mut Observer, _is_due: bool) -> Option<String> {
        None
    }

    fn tell(&self, elapsed: Duration, index: Option<String>) {
        let mut line = format!("migration {} has run for {} s", self.name, elapsed.as_secs());
        let batches = self.batches.load(Ordering::Relaxed);
        if batches > 0 {
            line.push_str(&format!(", {batches} batches done"));
        }
        if let Some(index) = index {
            line.push_str(&format!(", {index}"));
        }
        let holders = self.holders.lock().unwrap_or_else(PoisonError::into_inner).join(", ");
        if !holders.is_empty() {
            line.push_str(&format!("; a lock was held by {holders}"));
        }
        if self.settings.progress {
            eprintln!("{line}");
        } else {
            tracing::info!("{line}");
        }
    }

    #[cfg(feature = "postgres")]
    async fn see_holders(&self, session: &mut Session<'_>, backend: i32) {
        let query = format!(
            "SELECT format('process %s (%s, %s%s)', a.pid, coalesce(nullif(a.application_name, ''), a.usename), a.state, \
             coalesce(' for ' || extract(epoch FROM date_trunc('second', now() - a.state_change))::int || ' s', '')) \
             FROM unnest(pg_blocking_pids({backend})) AS b(pid) JOIN pg_stat_activity a ON a.pid = b.pid LIMIT 3"
        );
        // Other engines may not know. Who was seen is remembered while the migration is tried again.
        let found = session.texts(&query).await.unwrap_or_default();
        if !found.is_empty() {
            *self.holders.lock().unwrap_or_else(PoisonError::into_inner) = found;
        }
    }
}

#[cfg(feature = "postgres")]
async fn index_progress(session: &mut Session<'_>, backend: i32) -> Option<String> {
    let query = format!(
        "SELECT phase || coalesce(' ' || (100 * blocks_done / nullif(blocks_total, 0))::text || ' %', '') \
         FROM pg_stat_progress_create_index WHERE pid = {backend}"
    );
    session.texts(&query).await.ok()?.into_iter().next()
}
