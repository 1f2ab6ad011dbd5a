//! SQLite: one writer, many readers, WAL.

mod connection;
mod interrupt;
mod readers;

pub(crate) use connection::{SqliteLease, SqliteTransaction};

use std::cmp::Ordering;
use std::str::FromStr;
use std::sync::atomic::{self, AtomicUsize};
use std::time::Duration;

use rust_decimal::Decimal;
use sea_query_sqlx::SqlxValues;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection as _, Sqlite};

use crate::db::retry::{Deadline, Idempotence, with_retry};
use crate::db::{DECIMAL_COLLATION, DbError, DbOptions, Layout, PoolStatus, Statement, storage, url};
use crate::types::number::Number10;
use crate::value::{Record, Value};
use interrupt::TimeLimit;
use readers::{Readers, Waiting};

/// How long SQLite itself waits for a lock at a time. In between the connection is free for others and the deadline is
/// looked at.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_millis(100);

/// One connection that writes and several that only read.
#[derive(Debug)]
pub(crate) struct SqlitePools {
    writer: SqlitePool,
    /// Of what runs on the one connection that writes.
    limit: TimeLimit,
    /// Absent in memory, where one connection does both.
    readers: Option<Readers>,
    statement_timeout: Duration,
    /// Those that wait for the connection that writes.
    waiting: AtomicUsize,
}

impl SqlitePools {
    /// A connection that reads.
    pub(crate) async fn reader(&self, deadline: &Deadline) -> Result<SqliteLease, DbError> {
        match &self.readers {
            Some(readers) => readers.acquire(deadline).await.map(SqliteLease::Reader),
            None => self.writer(deadline).await,
        }
    }

    /// The connection that writes.
    pub(crate) async fn writer(&self, deadline: &Deadline) -> Result<SqliteLease, DbError> {
        Ok(SqliteLease::Writer(self.unlimited_writer(deadline).await?, self.limit.clone()))
    }

    /// The connection that writes, for statements that take as long as they take.
    pub(crate) async fn unlimited_writer(
        &self,
        deadline: &Deadline,
    ) -> Result<PoolConnection<Sqlite>, DbError> {
        let waiting = (self.writer.num_idle() == 0).then(|| Waiting::of(&self.waiting));
        let connection = deadline.bound(self.writer.acquire()).await?;
        drop(waiting);
        // sqlx hands it out after what ran on it has ended.
        self.limit.lift();
        Ok(connection)
    }

    /// The connection that writes, on which a transaction has begun.
    pub(crate) async fn begin(&self, deadline: &Deadline) -> Result<SqliteTransaction, DbError> {
        let connection = self.unlimited_writer(deadline).await?;
        SqliteTransaction::begin(connection, self.limit.clone(), self.statement_timeout).await
    }

    pub(crate) fn status(&self) -> PoolStatus {
        let waiting = self.waiting.load(atomic::Ordering::Relaxed);
        let writer = PoolStatus::new(self.writer.size(), self.writer.num_idle(), waiting);
        let readers = self.readers.as_ref().map(Readers::status);
        readers.map_or(writer, |readers| PoolStatus {
            open: writer.open + readers.open,
            idle: writer.idle + readers.idle,
            waiting: writer.waiting + readers.waiting,
        })
    }

    pub(crate) async fn close(&self) {
        if let Some(readers) = &self.readers {
            readers.close().await;
        }
        self.writer.close().await;
    }
}

fn is_in_memory(options: &DbOptions) -> bool {
    options.url.contains(":memory:") || options.url.contains("mode=memory")
}

/// One connection for checks of health, opened by the first of them; none to what is in memory, which has one connection.
pub(crate) fn probe(options: &DbOptions) -> Result<Option<SqlitePools>, DbError> {
    if is_in_memory(options) {
        return Ok(None);
    }
    let limit = TimeLimit::default();
    let connect = connect_options(options)?.create_if_missing(false).pragma("query_only", "on");
    let writer = lasting_connection(options, &limit).connect_lazy_with(connect);
    Ok(Some(SqlitePools {
        writer,
        limit,
        readers: None,
        statement_timeout: options.statement_timeout,
        waiting: AtomicUsize::new(0),
    }))
}

/// A pool of one connection that is not closed while it works, and whose statements end with their time.
fn lasting_connection(options: &DbOptions, limit: &TimeLimit) -> SqlitePoolOptions {
    let watch = limit.clone();
    SqlitePoolOptions::new()
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            let watch = watch.clone();
            Box::pin(async move { watch.watch(connection).await })
        })
}

fn connect_options(options: &DbOptions) -> Result<SqliteConnectOptions, DbError> {
    let connect = url::sqlite_options(&options.url)?
        .create_if_missing(!options.unaltered)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT.min(options.statement_timeout))
        .statement_cache_capacity(256)
        .collation(DECIMAL_COLLATION, compare_decimals);
    Ok(match options.unaltered {
        // The mode is in the header of the file. Without WAL only a full synchronisation survives a loss of power.
        true => connect.synchronous(SqliteSynchronous::Full),
        false => connect.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal),
    })
}

pub(crate) async fn connect(options: &DbOptions) -> Result<SqlitePools, DbError> {
    let memory = is_in_memory(options);
    let connect = connect_options(options)?;
    if !memory
        && !options.unaltered
        && let Some(folder) = connect.get_filename().parent()
    {
        std::fs::create_dir_all(folder).map_err(|error| {
            DbError::Config(format!("cannot make the folder of the file that `DATABASE_URL` names: {error}"))
        })?;
    }
    let limit = TimeLimit::default();
    let writer = lasting_connection(options, &limit)
        .min_connections(1)
        // One that sqlx takes to be inside a transaction could begin none. In memory it is the database.
        .after_release(move |connection, _| {
            Box::pin(async move {
                if memory || !connection.is_in_transaction() {
                    return Ok(true);
                }
                // Answered once a rollback that is under way has ended.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        });
    let deadline = Deadline::after(options.statement_timeout);
    let open = || async { Ok::<_, DbError>(writer.clone().connect_with(connect.clone()).await?) };
    let writer = with_retry(&deadline, Idempotence::Idempotent, open).await?;
    let readers = if memory {
        None
    } else {
        let connect = connect.create_if_missing(false).pragma("query_only", "on");
        let readers = Readers::new(connect, options.max_connections.max(1), options.acquire_timeout);
        let open = || readers.acquire(&deadline);
        drop(with_retry(&deadline, Idempotence::Idempotent, open).await?);
        Some(readers)
    };
    let (statement_timeout, waiting) = (options.statement_timeout, AtomicUsize::new(0));
    Ok(SqlitePools { writer, limit, readers, statement_timeout, waiting })
}

/// The most characters of a decimal: 29 digits, a point, a zero before it and a sign.
const DECIMAL_LENGTH: usize = 32;

fn compare_decimals(left: &str, right: &str) -> Ordering {
    let decimals = (left.len().max(right.len()) <= DECIMAL_LENGTH)
        .then(|| Decimal::from_str(left).ok().zip(Decimal::from_str(right).ok()))
        .flatten();
    if let Some((left, right)) = decimals {
        return left.cmp(&right);
    }
    // Sums have more digits than a decimal holds, which would round them, or hold nothing.
    match (Number10::of_number(left), Number10::of_number(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        // Not reached for what the engine writes; any total order will do.
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

pub(crate) async fn fetch<'e>(
    executor: impl sqlx::Executor<'e, Database = sqlx::Sqlite>,
    statement: Statement,
    layout: &Layout,
) -> Result<Vec<Record>, DbError> {
    let kept = statement.is_kept();
    let query = sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(statement.values));
    let rows = query.persistent(kept).fetch_all(executor).await?;
    rows.iter().map(|row| record(row, layout)).collect()
}

pub(crate) async fn execute<'e>(
    executor: impl sqlx::Executor<'e, Database = sqlx::Sqlite>,
    statement: Statement,
) -> Result<u64, DbError> {
    let kept = statement.is_kept();
    let query = sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(statement.values));
    Ok(query.persistent(kept).execute(executor).await?.rows_affected())
}

fn record(row: &SqliteRow, layout: &Layout) -> Result<Record, DbError> {
    let mut values = vec![Value::Null; layout.width];
    for (position, (cell, kind)) in layout.slots.iter().enumerate() {
        values[*cell] = storage::read_sqlite(row, position, *kind)
            .map_err(|reason| layout.unreadable(*cell, &values, &reason))?;
    }
    Ok(Record::new(values))
}
