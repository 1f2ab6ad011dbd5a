//! SQLite: one writer, many readers, WAL.

use std::cmp::Ordering;
use std::str::FromStr;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use sea_query_sqlx::SqlxValues;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Row as _, ValueRef as _};

use crate::db::{DECIMAL_COLLATION, DbError, DbOptions, Layout, PoolStatus, Statement};
use crate::types::{JsonStyle, Kind, Password};
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
        values[*cell] = value(row, position, *kind)?;
    }
    Ok(Record::new(values))
}

fn value(row: &SqliteRow, position: usize, kind: Kind) -> Result<Value, DbError> {
    if row.try_get_raw(position)?.is_null() {
        return Ok(Value::Null);
    }
    let text = || row.try_get_unchecked::<&str, _>(position);
    let wrong = || DbError::Other(format!("column {position} does not hold {}", kind.expectation()));
    Ok(match kind {
        Kind::Bool => Value::Bool(row.try_get_unchecked(position)?),
        Kind::I16 | Kind::I32 | Kind::I64 => Value::Int(row.try_get_unchecked(position)?),
        #[allow(clippy::cast_possible_truncation)]
        Kind::F32 => Value::Float32(row.try_get_unchecked::<f64, _>(position)? as f32),
        Kind::F64 => Value::Float(row.try_get_unchecked(position)?),
        Kind::Text => Value::Text(row.try_get_unchecked(position)?),
        Kind::Bytes => Value::Bytes(Bytes::from(row.try_get_unchecked::<Vec<u8>, _>(position)?)),
        Kind::Password => Value::Password(Password::from_hash(row.try_get_unchecked(position)?)),
        Kind::Enum(def) => Value::Enum(def.by_wire(text()?).ok_or_else(wrong)?),
        Kind::Decimal => Value::Decimal(Decimal::from_str(text()?).map_err(|_| wrong())?),
        Kind::Date => Value::Date(NaiveDate::from_str(text()?).map_err(|_| wrong())?),
        Kind::Time => Value::Time(NaiveTime::from_str(text()?).map_err(|_| wrong())?),
        Kind::DateTime => {
            let time = DateTime::parse_from_rfc3339(text()?).map_err(|_| wrong())?;
            Value::DateTime(time.with_timezone(&Utc))
        }
        Kind::Uuid => Value::Uuid(text()?.parse().map_err(|_| wrong())?),
        Kind::Json => Value::Json(serde_json::from_str(text()?).map_err(|_| wrong())?),
        Kind::List(Kind::F64) => Value::List(floats(text()?, Value::Float).ok_or_else(wrong)?),
        Kind::List(Kind::F32) => Value::List(floats(text()?, Value::Float32).ok_or_else(wrong)?),
        Kind::List(_) => {
            let json = serde_json::from_str(text()?).map_err(|_| wrong())?;
            kind.decode_json(json, JsonStyle::Rest).map_err(|_| wrong())?
        }
    })
}

/// A list of numbers as the engine writes it. `serde_json` would read some of them one bit off.
fn floats<T: FromStr>(text: &str, wrap: fn(T) -> Value) -> Option<Vec<Value>> {
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    if inside.is_empty() {
        return Some(Vec::new());
    }
    inside.split(',').map(|item| item.trim().parse().ok().map(wrap)).collect()
}
