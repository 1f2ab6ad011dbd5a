//! A connection leased from sqlx's pool, and what runs on it.
//!
//! A statement whose caller has gone is cancelled: by a statement on another connection, of which there is one, shared with the
//! checks of health. The signal ends whatever runs on the connection when it arrives, so the connection is kept until the
//! request to send it has been answered: what is sent to the server after that is not reached by it any more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Postgres, Row as _};

use crate::db::DbError;
use crate::db::postgres_pool::{IdleConnections, PostgresPool};
use crate::db::retry::Deadline;

/// How long a cancellation may take. The connection is closed after that.
const CANCEL_TIME: Duration = Duration::from_secs(5);

/// Errors that are answered to what was abandoned: of the statement, and of what was sent with it.
const MAX_ERRORS: u32 = 4;

/// A connection leased from sqlx's pool. Dropped, it goes back there.
#[derive(Debug)]
pub(super) struct PooledLease {
    connection: PoolConnection<Postgres>,
    /// The server's process that serves it, where that is known and the same as long as the connection.
    process: Option<i32>,
    leased_at: Instant,
    pub(super) idle_since: Instant,
    progress: Progress,
    /// A transaction may be open on it.
    in_transaction: bool,
}

/// What became of the last statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Succeeded,
    /// It runs, or was abandoned.
    Running,
    Failed,
}

impl PooledLease {
    pub(super) fn new(connection: PoolConnection<Postgres>) -> Self {
        let now = Instant::now();
        Self {
            connection,
            process: None,
            leased_at: now,
            idle_since: now,
            progress: Progress::Succeeded,
            in_transaction: false,
        }
    }

    /// Asks which process serves it: once for a lease, since sqlx does not say which connection it hands out.
    pub(super) async fn find_process(&mut self) -> Result<(), sqlx::Error> {
        let row = self.connection.fetch_one("SELECT pg_backend_pid()").await?;
        self.process = Some(row.try_get(0)?);
        Ok(())
    }

    pub(super) fn leased_for(&self) -> Duration {
        self.idle_since.duration_since(self.leased_at)
    }

    /// Nothing is on it that the next caller would meet.
    fn is_clean(&self) -> bool {
        self.progress == Progress::Succeeded && !self.in_transaction
    }

    /// Ends what was abandoned, and waits until the server is ready.
    async fn settle(&mut self, canceller: Option<&Canceller>) -> Result<(), DbError> {
        if self.progress == Progress::Running
            && let (Some(process), Some(canceller)) = (self.process, canceller)
        {
            canceller.cancel(process).await?;
        }
        for _ in 0..MAX_ERRORS {
            match self.connection.ping().await {
                Ok(()) => {
                    self.progress = Progress::Succeeded;
                    return Ok(());
                }
                // Of what was abandoned: cancelled, or failed before that.
                Err(sqlx::Error::Database(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(DbError::Lost("the connection answers with errors".to_owned()))
    }

    async fn roll_back(&mut self) -> Result<(), DbError> {
        if self.in_transaction {
            self.connection.execute("ROLLBACK").await?;
            self.in_transaction = false;
        }
        Ok(())
    }

    /// Ends the connection.
    pub(super) fn close(self) {
        drop(self.connection.detach());
    }
}

/// A lease in use. Dropped, it is there for the next one: at once when all on it succeeded, else after what still runs on
/// it has been cancelled and an open transaction rolled back.
#[derive(Debug)]
pub(super) struct LeaseInUse {
    /// There until the drop.
    lease: Option<PooledLease>,
    idle: Arc<IdleConnections>,
}

impl LeaseInUse {
    pub(super) fn new(lease: PooledLease, idle: Arc<IdleConnections>) -> Self {
        Self { lease: Some(lease), idle }
    }

    /// Runs several statements for their effect.
    pub(super) async fn batch(&mut self, sql: String) -> Result<(), DbError> {
        let done = self.begin_statement().await?.execute(AssertSqlSafe(sql)).await;
        self.end_statement(done.map(drop).map_err(DbError::from))
    }

    /// Begins a transaction, whose statements may each take so long.
    pub(super) async fn begin(&mut self, sql: &'static str, limit: Option<Duration>) -> Result<(), DbError> {
        // First: where the response does not come, the transaction may be open.
        self.lease.iter_mut().for_each(|lease| lease.in_transaction = true);
        let connection = self.begin_statement().await?;
        let begun = match limit {
            None => connection.execute(sql).await,
            Some(limit) => {
                // Zero would be no limit.
                let limit = limit.as_millis().max(1);
                let begin = format!("{sql}; SET LOCAL statement_timeout = {limit}");
                connection.execute(AssertSqlSafe(begin)).await
            }
        };
        self.end_statement(begun.map(drop).map_err(DbError::from))
    }

    /// Ends the transaction.
    pub(super) async fn end(&mut self, sql: &'static str) -> Result<(), DbError> {
        let ended = self.begin_statement().await?.execute(sql).await;
        self.end_statement(ended.map(drop).map_err(DbError::from))?;
        self.lease.iter_mut().for_each(|lease| lease.in_transaction = false);
        Ok(())
    }

    /// The connection, for longer than one statement.
    pub(super) fn into_connection(mut self) -> Result<PoolConnection<Postgres>, DbError> {
        self.lease.take().map(|lease| lease.connection).ok_or_else(given_back)
    }

    /// The connection, for a statement, whose result `end_statement` gets. One that was abandoned before it is ended first.
    pub(super) async fn begin_statement(&mut self) -> Result<&mut PgConnection, DbError> {
        let lease = self.lease.as_mut().ok_or_else(given_back)?;
        if lease.progress == Progress::Running {
            // On the heap: every statement's future would hold this one.
            Box::pin(lease.settle(self.idle.canceller())).await?;
        }
        lease.progress = Progress::Running;
        Ok(&mut lease.connection)
    }

    pub(super) fn end_statement<T>(&mut self, result: Result<T, DbError>) -> Result<T, DbError> {
        if let Some(lease) = &mut self.lease {
            lease.progress = if result.is_ok() { Progress::Succeeded } else { Progress::Failed };
        }
        result
    }
}

impl Drop for LeaseInUse {
    fn drop(&mut self) {
        let Some(lease) = self.lease.take() else { return };
        if lease.is_clean() {
            self.idle.check_in(lease);
        } else if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(recover(lease, Arc::clone(&self.idle)));
        } else {
            lease.close();
        }
    }
}

fn given_back() -> DbError {
    DbError::Other("the connection was given back".to_owned())
}

/// Makes a lease ready for the next one, or closes the connection.
async fn recover(mut lease: PooledLease, idle: Arc<IdleConnections>) {
    let recovered = match lease.settle(idle.canceller()).await {
        Ok(()) => lease.roll_back().await,
        Err(error) => Err(error),
    };
    match recovered {
        Ok(()) => idle.check_in(lease),
        Err(error) => {
            tracing::debug!(%error, "a connection is closed");
            lease.close();
        }
    }
}

/// Cancels statements, by a connection that none of them takes.
#[derive(Debug, Clone)]
pub(crate) struct Canceller(PostgresPool);

impl Canceller {
    pub(super) fn new(pool: PostgresPool) -> Self {
        Self(pool)
    }

    /// Cancels what runs in a process of the server. Once this has returned, nothing that is sent there is cancelled.
    fn cancel(&self, process: i32) -> BoxFuture<'_, Result<(), DbError>> {
        Box::pin(async move {
            // As the user who has logged in, as whom the server knows the other connections: the role may be another one.
            let cancel = format!("BEGIN; SET LOCAL ROLE NONE; SELECT pg_cancel_backend({process}); COMMIT");
            let deadline = Deadline::after(CANCEL_TIME);
            match tokio::time::timeout(CANCEL_TIME, self.0.batch(cancel, &deadline)).await {
                Ok(cancelled) => cancelled,
                Err(_) => Err(DbError::Unavailable("a statement was not cancelled in time".to_owned())),
            }
        })
    }
}
