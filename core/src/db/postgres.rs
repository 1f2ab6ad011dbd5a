//! PostgreSQL.

use std::str::FromStr as _;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use futures_util::TryStreamExt as _;
use rust_decimal::Decimal;
use sea_query_sqlx::SqlxValues;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPoolOptions, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection as _, IntoArguments, Postgres, Row as _, ValueRef as _};
use uuid::Uuid;

use crate::db::connections::Connections;
use crate::db::health::Health;
use crate::db::{DbError, DbOptions, Layout, Statement};
use crate::types::{Kind, Password};
use crate::value::{Record, Value};

pub(crate) async fn connect(options: &DbOptions, health: Arc<Health>) -> Result<Connections, DbError> {
    let mut connect = PgConnectOptions::from_str(&options.url)
        .map_err(|error| DbError::Config(format!("DATABASE_URL: {error}")))?
        .application_name("entify")
        .statement_cache_capacity(512);
    if options.persistent_statements {
        // pgbouncer refuses start-up parameters it does not know.
        connect = connect.options([("statement_timeout", options.statement_timeout.as_millis().to_string())]);
    }
    let doubts = Arc::clone(&health);
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections.max(1))
        .acquire_timeout(options.acquire_timeout)
        // A ping per acquire would cost a round trip per statement.
        .test_before_acquire(false)
        .before_acquire(move |connection, meta| {
            let doubted = doubts.doubts(meta.idle_for);
            Box::pin(async move {
                if doubted {
                    connection.ping().await?;
                }
                Ok(true)
            })
        });
    Ok(Connections::new(pool.connect_with(connect).await?, health))
}

pub(crate) async fn fetch(
    connection: &mut PgConnection,
    statement: Statement,
    layout: &Layout,
    persistent: bool,
) -> Result<Vec<Record>, DbError> {
    let mut rows = query(statement, persistent).fetch(connection);
    let mut records = Vec::new();
    while let Some(row) = rows.try_next().await? {
        records.push(record(&row, layout)?);
    }
    Ok(records)
}

pub(crate) async fn execute(
    connection: &mut PgConnection,
    statement: Statement,
    persistent: bool,
) -> Result<u64, DbError> {
    Ok(query(statement, persistent).execute(connection).await?.rows_affected())
}

fn query(statement: Statement, persistent: bool) -> Query<'static, Postgres, PgArguments> {
    let Statement { sql, values, columns, once, .. } = statement;
    let arguments = columns.unwrap_or_else(|| IntoArguments::<Postgres>::into_arguments(SqlxValues(values)));
    sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(persistent && !once)
}

fn record(row: &PgRow, layout: &Layout) -> Result<Record, DbError> {
    let mut values = vec![Value::Null; layout.width];
    for (position, (cell, kind)) in layout.slots.iter().enumerate() {
        values[*cell] = value(row, position, *kind)?;
    }
    Ok(Record::new(values))
}

fn value(row: &PgRow, position: usize, kind: Kind) -> Result<Value, DbError> {
    if row.try_get_raw(position)?.is_null() {
        return Ok(Value::Null);
    }
    let wrong = || DbError::Other(format!("column {position} does not hold {}", kind.expectation()));
    Ok(match kind {
        Kind::Bool => Value::Bool(row.try_get_unchecked(position)?),
        Kind::I16 => Value::Int(row.try_get_unchecked::<i16, _>(position)?.into()),
        Kind::I32 => Value::Int(row.try_get_unchecked::<i32, _>(position)?.into()),
        Kind::I64 => Value::Int(row.try_get_unchecked(position)?),
        Kind::F32 => Value::Float32(row.try_get_unchecked(position)?),
        Kind::F64 => Value::Float(row.try_get_unchecked(position)?),
        Kind::Decimal => Value::Decimal(decimal(row, position)?),
        Kind::Text => Value::Text(row.try_get_unchecked(position)?),
        Kind::Bytes => Value::Bytes(Bytes::from(row.try_get_unchecked::<Vec<u8>, _>(position)?)),
        Kind::Password => Value::Password(Password::from_hash(row.try_get_unchecked(position)?)),
        Kind::Enum(def) => {
            Value::Enum(def.by_wire(row.try_get_unchecked::<&str, _>(position)?).ok_or_else(wrong)?)
        }
        Kind::Date => Value::Date(row.try_get_unchecked(position)?),
        Kind::Time => Value::Time(row.try_get_unchecked(position)?),
        Kind::DateTime => Value::DateTime(row.try_get_unchecked(position)?),
        Kind::Uuid => Value::Uuid(row.try_get_unchecked(position)?),
        Kind::Json => Value::Json(row.try_get_unchecked(position)?),
        Kind::List(element) => list(row, position, *element)?,
    })
}

/// sqlx loses the scale of a zero: `0.00` would come back as `0`. The wire format of `numeric` has it in its fourth
/// 16-bit word.
fn decimal(row: &PgRow, position: usize) -> Result<Decimal, DbError> {
    let mut number: Decimal = row.try_get_unchecked(position)?;
    if number.is_zero()
        && let Ok([_, _, _, _, _, _, high, low, ..]) = row.try_get_raw(position)?.as_bytes()
    {
        // Setting the scale of a zero never loses a digit; one over the greatest scale stays plain.
        let _ = number.set_scale(u32::from(u16::from_be_bytes([*high, *low])));
    }
    Ok(number)
}

fn list(row: &PgRow, position: usize, element: Kind) -> Result<Value, DbError> {
    macro_rules! items {
        ($ty:ty, $wrap:expr) => {
            row.try_get_unchecked::<Vec<$ty>, _>(position)?.into_iter().map($wrap).collect()
        };
    }
    Ok(Value::List(match element {
        Kind::Bool => items!(bool, Value::Bool),
        Kind::I16 => items!(i16, |value| Value::Int(value.into())),
        Kind::I32 => items!(i32, |value| Value::Int(value.into())),
        Kind::I64 => items!(i64, Value::Int),
        Kind::F32 => items!(f32, Value::Float32),
        Kind::F64 => items!(f64, Value::Float),
        Kind::Decimal => items!(Decimal, Value::Decimal),
        Kind::Text => items!(String, Value::Text),
        Kind::Uuid => items!(Uuid, Value::Uuid),
        Kind::Date => items!(NaiveDate, Value::Date),
        Kind::Time => items!(NaiveTime, Value::Time),
        Kind::DateTime => items!(DateTime<Utc>, Value::DateTime),
        Kind::Enum(def) => row
            .try_get_unchecked::<Vec<String>, _>(position)?
            .iter()
            .map(|text| def.by_wire(text).map(Value::Enum))
            .collect::<Option<_>>()
            .ok_or_else(|| DbError::Other(format!("column {position} holds an unknown choice")))?,
        Kind::Json | Kind::Bytes | Kind::Password | Kind::List(_) => {
            return Err(DbError::Other(format!("column {position} is a list of {}", element.expectation())));
        }
    }))
}
