//! The connection pool of PostgreSQL: sqlx's, and leased connections that do not go back to it between statements.
//!
//! A connection that goes back to sqlx's pool is pinged first, in a task of its own: for a short statement that is as
//! much work again as the statement. After a statement or a transaction that succeeded a ping is not needed, so its
//! connection is handed to the caller that waits longest, or stays here for the next one. A connection on which one
//! failed or was cancelled goes back to sqlx's pool, which pings it; so does every connection from time to time, to be
//! closed when its lifetime has ended.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgConnection;
use sqlx::{PgPool, Postgres};
use tokio::sync::oneshot;

use crate::db::health::ConnectionHealth;
use crate::db::postgres_transaction::PostgresTransaction;
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
pub(super) struct PooledLease {
    connection: PoolConnection<Postgres>,
    leased_at: Instant,
    idle_since: Instant,
}

/// The leases that are idle, or the callers that wait for one: never both.
#[derive(Debug, Default)]
pub(super) struct IdleConnections(Mutex<IdleState>);

#[derive(Debug, Default)]
struct IdleState {
    /// The one used last is at the end, to be used next.
    leases: Vec<PooledLease>,
    /// Those that wait, the first of them in front. Some may have got a connection from sqlx's pool, or given up.
    waiters: VecDeque<oneshot::Sender<PooledLease>>,
    closed: bool,
}

/// A caller that waits for a lease, until dropped.
struct Waiter<'i> {
    lease: oneshot::Receiver<PooledLease>,
    idle: &'i IdleConnections,
}

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
        let mut lease = self.check_out(|pool| deadline.bound_unshortened(pool.acquire())).await?;
        let rows = postgres::fetch(&mut lease.connection, statement, layout, persistent).await?;
        self.idle.check_in(lease);
        Ok(rows)
    }

    /// Runs a statement for its effect.
    pub(crate) async fn execute(
        &self,
        statement: Statement,
        persistent: bool,
        deadline: &Deadline,
    ) -> Result<u64, DbError> {
        let mut lease = self.check_out(|pool| deadline.bound_unshortened(pool.acquire())).await?;
        let affected = postgres::execute(&mut lease.connection, statement, persistent).await?;
        self.idle.check_in(lease);
        Ok(affected)
    }

    /// A connection for longer than one statement.
    pub(crate) async fn acquire(&self, deadline: &Deadline) -> Result<PoolConnection<Postgres>, DbError> {
        Ok(self.check_out(|pool| deadline.bound(pool.acquire())).await?.connection)
    }

    /// A connection on which a transaction has begun.
    pub(crate) async fn begin(
        &self,
        isolation: Isolation,
        deadline: &Deadline,
    ) -> Result<PostgresTransaction, DbError> {
        let lease = self.check_out(|pool| deadline.bound(pool.acquire())).await?;
        PostgresTransaction::begin(lease, Arc::clone(&self.idle), isolation, deadline).await
    }

    /// A connection that is idle, or the first of what is handed over by who is done and what `acquire` gets from
    /// sqlx's pool, which has those that are new, failed or due for renewal.
    async fn check_out<'p>(
        &'p self,
        acquire: impl FnOnce(&'p PgPool) -> BoxFuture<'p, Result<PoolConnection<Postgres>, DbError>>,
    ) -> Result<PooledLease, DbError> {
        let mut waiter = {
            let mut state = self.idle.state();
            while let Some(lease) = state.leases.pop() {
                if !self.health.needs_ping(lease.idle_since.elapsed()) {
                    return Ok(lease);
                }
                // Dropped: sqlx's pool pings it.
            }
            state.waiter(&self.idle)
        };
        let connection = tokio::select! {
            biased;
            Ok(lease) = &mut waiter.lease => return Ok(lease),
            connection = acquire(&self.pool) => connection?,
        };
        let now = Instant::now();
        Ok(PooledLease { connection, leased_at: now, idle_since: now })
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

impl PooledLease {
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Ends the connection, and with it what runs on it.
    pub(super) fn close(self) {
        drop(self.connection.detach());
    }
}

impl IdleConnections {
    /// Takes back a connection that needs no ping: all on it succeeded. Who waits longest gets it.
    pub(super) fn check_in(&self, mut lease: PooledLease) {
        lease.idle_since = Instant::now();
        let expired = lease.idle_since.duration_since(lease.leased_at) >= MAX_LEASE;
        let mut state = self.state();
        if expired || state.closed {
            return;
        }
        while let Some(waiter) = state.waiters.pop_front() {
            match waiter.send(lease) {
                Ok(()) => return,
                Err(unwanted) => lease = unwanted,
            }
        }
        state.leases.push(lease);
    }

    fn state(&self) -> MutexGuard<'_, IdleState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IdleState {
    fn waiter<'i>(&mut self, idle: &'i IdleConnections) -> Waiter<'i> {
        let (sender, lease) = oneshot::channel();
        self.waiters.push_back(sender);
        Waiter { lease, idle }
    }
}

impl Drop for IdleConnections {
    /// Closes the last ones. Going back to the pool takes a runtime, which may be gone.
    fn drop(&mut self) {
        for lease in self.state().leases.drain(..) {
            lease.close();
        }
    }
}

impl Drop for Waiter<'_> {
    /// Passes on what was handed over too late.
    fn drop(&mut self) {
        self.lease.close();
        if let Ok(lease) = self.lease.try_recv() {
            self.idle.check_in(lease);
        }
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
