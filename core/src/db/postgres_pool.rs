//! The connection pool of PostgreSQL: sqlx's, and idle connections that do not go through it.
//!
//! A connection that goes back to sqlx's pool is pinged first, in a task of its own: for a short statement that is as
//! much work again as the statement. After a statement that succeeded a ping is not needed, so its connection
//! stays here for the next one. A connection on which one failed or was cancelled goes back to sqlx's pool, which
//! pings it; so does every connection from time to time, to be closed when its lifetime has ended.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, PgPool, Postgres, SqlSafeStr as _};

use crate::db::health::ConnectionHealth;
use crate::db::retry::Deadline;
use crate::db::{DbError, Isolation, Layout, PoolStatus, Statement, postgres};
use crate::value::Record;

/// How long a connection is leased from sqlx's pool at most, busy or idle.
const MAX_LEASE: Duration = Duration::from_secs(30);

/// sqlx's pool, and the connections leased from it that are idle.
#[derive(Debug)]
pub(crate) struct PostgresPool {
    pool: PgPool,
    health: Arc<ConnectionHealth>,
    idle: Arc<IdleConnections>,
}

/// A connection leased from sqlx's pool. Dropped, it goes back there.
#[derive(Debug)]
struct PooledLease {
    connection: PoolConnection<Postgres>,
    leased_at: Instant,
    idle_since: Instant,
}

#[derive(Debug, Default)]
struct IdleConnections(Mutex<IdleState>);

#[derive(Debug, Default)]
struct IdleState {
    /// The one used last is at the end, to be used next.
    leases: Vec<PooledLease>,
    /// Callers that wait for sqlx's pool. While there are any, connections go back there.
    waiting: usize,
    closed: bool,
}

/// A caller that waits for sqlx's pool, until dropped.
struct Waiter<'i>(&'i IdleConnections);

impl PostgresPool {
    pub(crate) fn new(pool: PgPool, health: Arc<ConnectionHealth>) -> Self {
        let idle = Arc::default();
        tokio::spawn(return_long_idle(Arc::downgrade(&idle)));
        Self { pool, health, idle }
    }

    /// Runs a statement and reads its rows.
    pub(crate) async fn fetch(
        &self,
        statement: Statement,
        layout: &Layout,
        persistent: bool,
        deadline: &Deadline,
    ) -> Result<Vec<Record>, DbError> {
        let mut lease = self.check_out(deadline).await?;
        let rows = postgres::fetch(&mut lease.connection, statement, layout, persistent).await?;
        self.check_in(lease);
        Ok(rows)
    }

    /// Runs a statement for its effect.
    pub(crate) async fn execute(
        &self,
        statement: Statement,
        persistent: bool,
        deadline: &Deadline,
    ) -> Result<u64, DbError> {
        let mut lease = self.check_out(deadline).await?;
        let affected = postgres::execute(&mut lease.connection, statement, persistent).await?;
        self.check_in(lease);
        Ok(affected)
    }

    /// A connection for one statement.
    async fn check_out(&self, deadline: &Deadline) -> Result<PooledLease, DbError> {
        let waiting = {
            let mut state = self.idle.state();
            while let Some(lease) = state.leases.pop() {
                if !self.health.needs_ping(lease.idle_since.elapsed()) {
                    return Ok(lease);
                }
                // Dropped: sqlx's pool pings it.
            }
            state.waiting += 1;
            Waiter(&self.idle)
        };
        let connection = deadline.bound_unshortened(self.pool.acquire()).await?;
        drop(waiting);
        let now = Instant::now();
        Ok(PooledLease { connection, leased_at: now, idle_since: now })
    }

    /// Takes back a connection on which a statement succeeded.
    fn check_in(&self, mut lease: PooledLease) {
        lease.idle_since = Instant::now();
        let mut state = self.idle.state();
        let expired = lease.idle_since.duration_since(lease.leased_at) >= MAX_LEASE;
        if !expired && state.waiting == 0 && !state.closed {
            state.leases.push(lease);
        }
    }

    /// A connection for longer than one statement.
    pub(crate) async fn acquire(&self, deadline: &Deadline) -> Result<PoolConnection<Postgres>, DbError> {
        let _waiting = self.wait();
        deadline.bound(self.pool.acquire()).await
    }

    /// A connection on which a transaction has begun. Where much of the time is up already, each of its statements has
    /// what is left of it.
    pub(crate) async fn begin(
        &self,
        isolation: Isolation,
        deadline: &Deadline,
    ) -> Result<sqlx::Transaction<'static, Postgres>, DbError> {
        let connection = self.acquire(deadline).await?;
        let begin = match isolation {
            Isolation::ReadCommitted => "BEGIN",
            Isolation::RepeatableRead => "BEGIN ISOLATION LEVEL REPEATABLE READ",
            Isolation::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        };
        let begin = match deadline.shortened() {
            None => AssertSqlSafe(begin).into_sql_str(),
            // Zero would be no limit.
            Some(rest) => {
                let rest = rest.as_millis().max(1);
                AssertSqlSafe(format!("{begin}; SET LOCAL statement_timeout = {rest}")).into_sql_str()
            }
        };
        Ok(sqlx::Transaction::begin(connection, Some(begin)).await?)
    }

    /// Counts a caller that waits for sqlx's pool, and gives an idle connection back for it where the pool has none.
    fn wait(&self) -> Waiter<'_> {
        let mut state = self.idle.state();
        state.waiting += 1;
        if self.pool.num_idle() < state.waiting {
            drop(state.leases.pop());
        }
        Waiter(&self.idle)
    }

    pub(crate) fn status(&self) -> PoolStatus {
        // Read before the leases are counted: a connection that moves meanwhile counts as busy rather than idle twice.
        let (open, idle) = (self.pool.size(), self.pool.num_idle());
        PoolStatus::new(open, idle + self.idle.state().leases.len())
    }

    pub(crate) async fn close(&self) {
        {
            let mut state = self.idle.state();
            state.closed = true;
            state.leases.clear();
        }
        self.pool.close().await;
    }
}

impl IdleConnections {
    fn state(&self) -> MutexGuard<'_, IdleState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for IdleConnections {
    /// Closes the last ones. Going back to the pool takes a runtime, which may be gone.
    fn drop(&mut self) {
        for lease in self.state().leases.drain(..) {
            drop(lease.connection.detach());
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

/// Gives connections back that have been idle for long, so that sqlx's pool can close them.
async fn return_long_idle(idle: Weak<IdleConnections>) {
    loop {
        tokio::time::sleep(MAX_LEASE).await;
        let Some(idle) = idle.upgrade() else { return };
        idle.state().leases.retain(|lease| lease.idle_since.elapsed() < MAX_LEASE);
    }
}
