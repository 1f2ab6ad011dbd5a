//! SQLite: one writer, many readers, WAL.

use std::cmp::Ordering;
use std::str::FromStr;

use rust_decimal::Decimal;
use sea_query_sqlx::SqlxValues;
use sqlx::AssertSqlSafe;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};

use crate::db::{DECIMAL_COLLATION, DbError, DbOptions, Layout, PoolStatus, Statement, storage};
use crate::value::{Record, Value};

/// One connection that writes and several that only read.
#[derive(Debug)]
pub(crate) struct SqlitePools {
    writer: SqlitePool,
    readers: SqlitePool,
    /// Both are the same pool.
    shared: bool,
}

impl SqlitePools {
    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.readers
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

pub(crate) async fn connect(options: &DbOptions) -> Result<SqlitePools, DbError> {
    let memory = options.url.contains(":memory:") || options.url.contains("mode=memory");
    let connect = SqliteConnectOptions::from_str(&options.url)
        .map_err(|error| DbError::Config(format!("DATABASE_URL: {error}")))?
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(options.statement_timeout)
        .statement_cache_capacity(256)
        .collation(DECIMAL_COLLATION, compare_decimals);
    if !memory && let Some(folder) = connect.get_filename().parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            DbError::Config(format!("cannot make the folder {}: {error}", folder.display()))
        })?;
    }
    let pool =
        || SqlitePoolOptions::new().acquire_timeout(options.acquire_timeout).test_before_acquire(false);
    let writer = pool().max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
    let writer = writer.connect_with(connect.clone()).await?;
    let readers = if memory {
        writer.clone()
    } else {
        let connect = connect.create_if_missing(false).pragma("query_only", "on");
        pool().max_connections(options.max_connections.max(1)).connect_with(connect).await?
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
    let query = sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(statement.values));
    let rows = query.persistent(!statement.once).fetch_all(executor).await?;
    rows.iter().map(|row| record(row, layout)).collect()
}

pub(crate) async fn execute<'e>(
    executor: impl sqlx::Executor<'e, Database = sqlx::Sqlite>,
    statement: Statement,
) -> Result<u64, DbError> {
    let query = sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(statement.values));
    Ok(query.persistent(!statement.once).execute(executor).await?.rows_affected())
}

fn record(row: &SqliteRow, layout: &Layout) -> Result<Record, DbError> {
    let mut values = vec![Value::Null; layout.width];
    for (position, (cell, kind)) in layout.slots.iter().enumerate() {
        values[*cell] = storage::read_sqlite(row, position, *kind)
            .map_err(|reason| layout.unreadable(*cell, &values, &reason))?;
    }
    Ok(Record::new(values))
}
