//! The connection pool of PostgreSQL: sqlx's, and leased connections that do not go back to it between statements.
//!
//! A connection that goes back to sqlx's pool is pinged first, in a task of its own: for a short statement that is as
//! much work again as the statement. After a statement or a transaction that succeeded a ping is not needed, so its
//! connection is handed to the caller that waits longest, or stays here for the next one. A connection on which one
//! failed or was abandoned is made ready first (`postgres_lease`). From time to time every connection goes back to sqlx's
//! pool, to be closed when its lifetime has ended.
//!
//! What sqlx's pool has (connections that are new or due for renewal) is taken by tasks of their own, for who
//! waits longest: a caller that is served by another connection must not abandon one half open.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};
use tokio::sync::oneshot;

use crate::db::health::ConnectionHealth;
use crate::db::postgres_lease::{Canceller, LeaseInUse, PooledLease};
use crate::db::postgres_transaction::PostgresTransaction;
use crate::db::retry::Deadline;
use crate::db::{DbError, Isolation, Layout, PoolStatus, Statement, postgres};
use crate::value::Record;

/// How long a connection is leased from sqlx's pool at most, busy or idle.
const MAX_LEASE: Duration = Duration::from_secs(30);

/// sqlx's pool, and the connections leased from it that are idle.
#[derive(Debug, Clone)]
pub(crate) struct PostgresPool {
    pool: PgPool,
    health: Arc<ConnectionHealth>,
    idle: Arc<IdleConnections>,
}

/// How long a caller may wait for a connection.
#[derive(Debug, Clone, Copy)]
enum Wait {
    /// As long as its deadline allows.
    UntilDeadline,
    /// As long as a statement can still have all of its own time.
    Punctual,
}

/// The leases that are idle, or the callers that wait for one: never both.
#[derive(Debug, Default)]
pub(super) struct IdleConnections {
    state: Mutex<IdleState>,
    /// Ends statements that were abandoned; without it they end by themselves.
    canceller: Option<Canceller>,
}

#[derive(Debug, Default)]
struct IdleState {
    /// The one used last is at the end, to be used next.
    leases: Vec<PooledLease>,
    /// Those that wait, the first of them in front. Some may have given up.
    waiters: VecDeque<oneshot::Sender<Result<PooledLease, sqlx::Error>>>,
    /// Tasks that take a connection from sqlx's pool for who waits.
    takers: usize,
    closed: bool,
}

/// A caller that waits for a lease, until dropped.
struct Waiter<'i> {
    lease: oneshot::Receiver<Result<PooledLease, sqlx::Error>>,
    idle: &'i IdleConnections,
}

impl PostgresPool {
    pub(crate) fn new(pool: PgPool, health: Arc<ConnectionHealth>, canceller: Option<Canceller>) -> Self {
        let idle = Arc::new(IdleConnections { state: Mutex::default(), canceller });
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
        let mut lease = self.check_out(deadline, Wait::Punctual).await?;
        let rows = postgres::fetch(lease.begin_statement().await?, statement, layout, persistent).await;
        lease.end_statement(rows)
    }

    /// Runs a statement for its effect.
    pub(crate) async fn execute(
        &self,
        statement: Statement,
        persistent: bool,
        deadline: &Deadline,
    ) -> Result<u64, DbError> {
        let mut lease = self.check_out(deadline, Wait::Punctual).await?;
        let affected = postgres::execute(lease.begin_statement().await?, statement, persistent).await;
        lease.end_statement(affected)
    }

    /// Runs several statements for their effect, in one round trip.
    pub(super) async fn batch(&self, sql: String, deadline: &Deadline) -> Result<(), DbError> {
        self.check_out(deadline, Wait::UntilDeadline).await?.batch(sql).await
    }

    /// A connection for longer than one statement.
    pub(crate) async fn acquire(&self, deadline: &Deadline) -> Result<PoolConnection<Postgres>, DbError> {
        self.check_out(deadline, Wait::UntilDeadline).await?.into_connection()
    }

    /// A connection on which a transaction has begun.
    pub(crate) async fn begin(
        &self,
        isolation: Isolation,
        deadline: &Deadline,
    ) -> Result<PostgresTransaction, DbError> {
        let lease = self.check_out(deadline, Wait::UntilDeadline).await?;
        PostgresTransaction::begin(lease, isolation, deadline).await
    }

    /// A connection that is idle, or the next one that is free.
    async fn check_out(&self, deadline: &Deadline, wait: Wait) -> Result<LeaseInUse, DbError> {
        let most = usize::try_from(self.pool.options().get_max_connections()).unwrap_or(usize::MAX);
        let (mut waiter, take_one) = {
            let mut state = self.idle.state();
            while let Some(lease) = state.leases.pop() {
                if !self.health.needs_ping(lease.idle_since.elapsed()) {
                    return Ok(LeaseInUse::new(lease, Arc::clone(&self.idle)));
                }
                // Dropped: sqlx's pool pings it.
            }
            let waiter = state.waiter(&self.idle);
            // As many as can ever serve somebody.
            (waiter, state.may_take(most))
        };
        if take_one {
            tokio::spawn(take(self.pool.clone(), Arc::downgrade(&self.idle)));
        }
        let acquire_timeout = self.pool.options().get_acquire_timeout();
        let (limit, late) = match wait {
            Wait::Punctual if deadline.unshortened() < acquire_timeout => {
                (deadline.unshortened(), DbError::Busy("no connection has become free".to_owned()))
            }
            _ => (deadline.remaining().min(acquire_timeout), sqlx::Error::PoolTimedOut.into()),
        };
        // On the heap: every statement's future would hold this one, and most find an idle connection.
        match Box::pin(tokio::time::timeout(limit, &mut waiter.lease)).await {
            Ok(Ok(lease)) => Ok(LeaseInUse::new(lease?, Arc::clone(&self.idle))),
            Ok(Err(_)) => Err(sqlx::Error::PoolClosed.into()),
            Err(_) => Err(late),
        }
    }

    pub(crate) fn status(&self) -> PoolStatus {
        // Read before the leases are counted: a connection that moves meanwhile counts as busy rather than idle twice.
        let (open, idle) = (self.pool.size(), self.pool.num_idle());
        let state = self.idle.state();
        let waiting = state.waiters.iter().filter(|waiter| !waiter.is_closed()).count();
        PoolStatus::new(open, idle + state.leases.len(), waiting)
    }

    pub(crate) async fn close(&self) {
        {
            let mut state = self.idle.state();
            state.closed = true;
            state.leases.clear();
            state.waiters.clear();
        }
        self.pool.close().await;
    }
}

impl IdleConnections {
    pub(super) fn canceller(&self) -> Option<&Canceller> {
        self.canceller.as_ref()
    }

    /// Takes back a connection that needs no ping: all on it succeeded. Who waits longest gets it.
    pub(super) fn check_in(&self, mut lease: PooledLease) {
        lease.idle_since = Instant::now();
        let expired = lease.leased_for() >= MAX_LEASE;
        let mut state = self.state();
        if expired || state.closed {
            return;
        }
        if let Err(Ok(lease)) = state.answer(Ok(lease)) {
            state.leases.push(lease);
        }
    }

    fn state(&self) -> MutexGuard<'_, IdleState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IdleState {
    fn waiter<'i>(&mut self, idle: &'i IdleConnections) -> Waiter<'i> {
        let (sender, lease) = oneshot::channel();
        self.waiters.push_back(sender);
        Waiter { lease, idle }
    }

    /// Answers who waits longest; gives the answer back when nobody does.
    fn answer(
        &mut self,
        mut answer: Result<PooledLease, sqlx::Error>,
    ) -> Result<(), Result<PooledLease, sqlx::Error>> {
        while let Some(waiter) = self.waiters.pop_front() {
            match waiter.send(answer) {
                Ok(()) => return Ok(()),
                Err(unwanted) => answer = unwanted,
            }
        }
        Err(answer)
    }

    /// Whether one more task shall take a connection; it is counted then.
    fn may_take(&mut self, most: usize) -> bool {
        let may = self.takers < most.min(self.waiters.len());
        self.takers += usize::from(may);
        may
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
    /// Passes on what was handed over too late, and leaves the queue.
    fn drop(&mut self) {
        self.lease.close();
        if let Ok(Ok(lease)) = self.lease.try_recv() {
            self.idle.check_in(lease);
        }
        self.idle.state().waiters.pop_front_if(|first| first.is_closed());
    }
}

/// Takes a connection from sqlx's pool for who waits longest, which is told why when there is none.
async fn take(pool: PgPool, idle: Weak<IdleConnections>) {
    loop {
        let taken = pool.acquire().await;
        let Some(idle) = idle.upgrade() else { return };
        match lease(taken, &idle).await {
            Ok(lease) => idle.check_in(lease),
            // The callers' own times tell them.
            Err(sqlx::Error::PoolTimedOut) => {}
            Err(error) => drop(idle.state().answer(Err(error))),
        }
        let mut state = idle.state();
        if state.takers > state.waiters.len() || state.closed {
            state.takers -= 1;
            return;
        }
    }
}

/// A lease of a connection, as far as one was taken.
async fn lease(
    taken: Result<PoolConnection<Postgres>, sqlx::Error>,
    idle: &IdleConnections,
) -> Result<PooledLease, sqlx::Error> {
    let mut lease = PooledLease::new(taken?);
    if idle.canceller.is_some() {
        lease.find_process().await?;
    }
    Ok(lease)
}

/// Gives connections back that have been idle for long, so that sqlx's pool can close them.
async fn return_long_idle(idle: Weak<IdleConnections>) {
    loop {
        tokio::time::sleep(MAX_LEASE).await;
        let Some(idle) = idle.upgrade() else { return };
        idle.state().leases.retain(|lease| lease.idle_since.elapsed() < MAX_LEASE);
    }
}
