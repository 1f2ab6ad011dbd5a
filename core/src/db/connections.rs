//! Connections to PostgreSQL, kept at hand between statements.
//!
//! A connection that goes back to sqlx's pool is first asked whether it is still well, in a task of its own: for a
//! short statement that is as much work again as the statement. After one that came to its end there is nothing to
//! find out, so its connection stays at hand for the next statement. What failed or was broken off midway goes back
//! to the pool, which looks, and so does every connection now and then, to be renewed when its time has come.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};

use crate::db::health::Health;
use crate::db::{DbError, Isolation, Layout, PoolStatus, Statement, postgres};
use crate::value::Record;

/// How long a connection stays away from the pool at most, at work or at rest.
const LONGEST: Duration = Duration::from_secs(30);

/// The pool, and the connections taken from it that wait for the next statement.
#[derive(Debug)]
pub(crate) struct Connections {
    pool: PgPool,
    health: Arc<Health>,
    shelf: Arc<Shelf>,
}

/// A connection away from the pool. Dropped, it goes back there.
#[derive(Debug)]
struct Lease {
    connection: PoolConnection<Postgres>,
    taken: Instant,
    rested: Instant,
}

#[derive(Debug, Default)]
struct Shelf(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The one used last at the end, to be used next.
    kept: Vec<Lease>,
    /// Those that wait for the pool. While there are any, nothing is kept from them.
    waiting: usize,
    closed: bool,
}

/// Someone who waits for the pool, until dropped.
struct Waiting<'s>(&'s Shelf);

impl Connections {
    pub(crate) fn new(pool: PgPool, health: Arc<Health>) -> Self {
        let shelf = Arc::default();
        tokio::spawn(tidy(Arc::downgrade(&shelf)));
        Self { pool, health, shelf }
    }

    /// Runs a statement and reads its rows.
    pub(crate) async fn fetch(
        &self,
        statement: Statement,
        layout: &Layout,
        persistent: bool,
    ) -> Result<Vec<Record>, DbError> {
        let mut lease = self.take().await?;
        let rows = postgres::fetch(&mut lease.connection, statement, layout, persistent).await?;
        self.keep(lease);
        Ok(rows)
    }

    /// Runs a statement for its effect.
    pub(crate) async fn execute(&self, statement: Statement, persistent: bool) -> Result<u64, DbError> {
        let mut lease = self.take().await?;
        let touched = postgres::execute(&mut lease.connection, statement, persistent).await?;
        self.keep(lease);
        Ok(touched)
    }

    /// A connection for one statement.
    async fn take(&self) -> Result<Lease, DbError> {
        let waiting = {
            let mut state = self.shelf.state();
            while let Some(lease) = state.kept.pop() {
                if !self.health.doubts(lease.rested.elapsed()) {
                    return Ok(lease);
                }
                // Dropped: the pool asks it.
            }
            state.waiting += 1;
            Waiting(&self.shelf)
        };
        // On the heap: every statement's future would hold this one, and most find a connection at hand.
        let connection = Box::pin(self.pool.acquire()).await?;
        drop(waiting);
        let now = Instant::now();
        Ok(Lease { connection, taken: now, rested: now })
    }

    /// Takes back a connection on which a statement came to its end.
    fn keep(&self, mut lease: Lease) {
        lease.rested = Instant::now();
        let mut state = self.shelf.state();
        let due = lease.rested.duration_since(lease.taken) >= LONGEST;
        if !due && state.waiting == 0 && !state.closed {
            state.kept.push(lease);
        }
    }

    /// A connection for longer than one statement.
    pub(crate) async fn acquire(&self) -> Result<PoolConnection<Postgres>, DbError> {
        let _waiting = self.wait();
        Ok(Box::pin(self.pool.acquire()).await?)
    }

    /// A connection on which a transaction has begun.
    pub(crate) async fn begin(
        &self,
        isolation: Isolation,
    ) -> Result<sqlx::Transaction<'static, Postgres>, DbError> {
        let _waiting = self.wait();
        Ok(match isolation {
            Isolation::ReadCommitted => self.pool.begin().await?,
            Isolation::RepeatableRead => {
                self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?
            }
            Isolation::Serializable => self.pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?,
        })
    }

    /// Stands in line for the pool. Each one there finds a connection: one that is idle in the pool, or one of those at
    /// hand.
    fn wait(&self) -> Waiting<'_> {
        let mut state = self.shelf.state();
        state.waiting += 1;
        if self.pool.num_idle() < state.waiting {
            drop(state.kept.pop());
        }
        Waiting(&self.shelf)
    }

    pub(crate) fn status(&self) -> PoolStatus {
        // Before the kept ones are counted: one that changes places meanwhile is busy rather than idle twice.
        let (open, idle) = (self.pool.size(), self.pool.num_idle());
        PoolStatus::new(open, idle + self.shelf.state().kept.len())
    }

    pub(crate) async fn close(&self) {
        {
            let mut state = self.shelf.state();
            state.closed = true;
            state.kept.clear();
        }
        self.pool.close().await;
    }
}

impl Shelf {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shelf {
    /// The last ones end here. Going back to the pool takes a runtime, which may be gone.
    fn drop(&mut self) {
        for lease in self.state().kept.drain(..) {
            drop(lease.connection.detach());
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

/// Gives back what has not been used for long, so that the pool can end it.
async fn tidy(shelf: Weak<Shelf>) {
    loop {
        tokio::time::sleep(LONGEST).await;
        let Some(shelf) = shelf.upgrade() else { return };
        shelf.state().kept.retain(|lease| lease.rested.elapsed() < LONGEST);
    }
}
