//! SQLite: one writer, many readers, WAL.

use std::cmp::Ordering;
use std::str::FromStr;
use std::time::Duration;

use rust_decimal::Decimal;
use sea_query_sqlx::SqlxValues;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, SqlSafeStr as _, Sqlite};

use crate::db::retry::{Deadline, Idempotence, with_retry};
use crate::db::{DECIMAL_COLLATION, DbError, DbOptions, Layout, PoolStatus, Statement, storage, url};
use crate::value::{Record, Value};

/// How long SQLite itself waits for a lock at a time. In between the connection is free for others and the deadline is
/// looked at.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_millis(100);

/// One connection that writes and several that only read.
#[derive(Debug)]
pub(crate) struct SqlitePools {
    writer: SqlitePool,
    readers: SqlitePool,
    /// Both are the same pool.
    shared: bool,
}

impl SqlitePools {
    /// A connection that reads.
    pub(crate) async fn reader(&self, deadline: &Deadline) -> Result<PoolConnection<Sqlite>, DbError> {
        deadline.bound(self.readers.acquire()).await
    }

    /// The connection that writes.
    pub(crate) async fn writer(&self, deadline: &Deadline) -> Result<PoolConnection<Sqlite>, DbError> {
        deadline.bound(self.writer.acquire()).await
    }

    /// The connection that writes, on which a transaction has begun. A deferred transaction that reads, then writes,
    /// fails under concurrency whatever the timeout.
    pub(crate) async fn begin(
        &self,
        deadline: &Deadline,
    ) -> Result<sqlx::Transaction<'static, Sqlite>, DbError> {
        let connection = self.writer(deadline).await?;
        let begin = AssertSqlSafe("BEGIN IMMEDIATE").into_sql_str();
        Ok(sqlx::Transaction::begin(connection, Some(begin)).await?)
    }

    pub(crate) fn status(&self) -> PoolStatus {
        let of = |pool: &SqlitePool| PoolStatus::new(pool.size(), pool.num_idle());
        let (writer, readers) = (of(&self.writer), of(&self.readers));
        // In memory there is one pool for both.
        if self.shared {
            return writer;
        }
        PoolStatus { open: writer.open + readers.open, idle: writer.idle + readers.idle }
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
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
    let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(options.acquire_timeout);
    let connect = connect_options(options)?.create_if_missing(false).pragma("query_only", "on");
    let readers = pool.idle_timeout(None).max_lifetime(None).connect_lazy_with(connect);
    Ok(Some(SqlitePools { writer: readers.clone(), readers, shared: true }))
}

fn connect_options(options: &DbOptions) -> Result<SqliteConnectOptions, DbError> {
    Ok(url::sqlite_options(&options.url)?
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY_TIMEOUT.min(options.statement_timeout))
        .statement_cache_capacity(256)
        .collation(DECIMAL_COLLATION, compare_decimals))
}

pub(crate) async fn connect(options: &DbOptions) -> Result<SqlitePools, DbError> {
    let memory = is_in_memory(options);
    let connect = connect_options(options)?;
    if !memory && let Some(folder) = connect.get_filename().parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            DbError::Config(format!("cannot make the folder of the file that `DATABASE_URL` names: {error}"))
        })?;
    }
    let pool =
        || SqlitePoolOptions::new().acquire_timeout(options.acquire_timeout).test_before_acquire(false);
    let writer = pool().max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
    let deadline = Deadline::after(options.statement_timeout);
    let open = || async { Ok::<_, DbError>(writer.clone().connect_with(connect.clone()).await?) };
    let writer = with_retry(&deadline, Idempotence::Idempotent, open).await?;
    let readers = if memory {
        writer.clone()
    } else {
        let connect = connect.create_if_missing(false).pragma("query_only", "on");
        let readers = pool().max_connections(options.max_connections.max(1));
        let open = || async { Ok::<_, DbError>(readers.clone().connect_with(connect.clone()).await?) };
        with_retry(&deadline, Idempotence::Idempotent, open).await?
    };
    Ok(SqlitePools { writer, readers, shared: memory })
}

fn compare_decimals(left: &str, right: &str) -> Ordering {
    match (Decimal::from_str(left), Decimal::from_str(right)) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        // Not reached for what the engine writes; any total order will do.
        (Err(_), Ok(_)) => Ordering::Less,
        (Ok(_), Err(_)) => Ordering::Greater,
        (Err(_), Err(_)) => left.cmp(right),
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
