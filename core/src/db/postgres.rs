//! PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use sea_query_sqlx::SqlxValues;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPoolOptions, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection as _, IntoArguments, Postgres};

use crate::db::error::STALE_PLAN;
use crate::db::health::ConnectionHealth;
use crate::db::postgres_lease::Canceller;
use crate::db::postgres_pool::PostgresPool;
use crate::db::{DbError, DbOptions, Layout, Statement, storage, url};
use crate::value::{Record, Value};

/// The pool. What is abandoned in it is cancelled by a connection of `probe`.
pub(crate) async fn connect(
    options: &DbOptions,
    health: Arc<ConnectionHealth>,
    probe: &PostgresPool,
) -> Result<PostgresPool, DbError> {
    let connect = connect_options(options)?;
    let pool_health = Arc::clone(&health);
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections.max(1))
        .acquire_timeout(options.acquire_timeout)
        // Under load a task waits here all the time, for callers that others serve.
        .acquire_slow_threshold(Duration::MAX)
        // A ping per acquire would cost a round trip per statement.
        .test_before_acquire(false)
        .before_acquire(move |connection, meta| {
            let needs_ping = pool_health.needs_ping(meta.idle_for);
            Box::pin(async move {
                if needs_ping {
                    connection.ping().await?;
                }
                Ok(true)
            })
        });
    // Behind pgbouncer a connection has another process for each transaction.
    let canceller = options.persistent_statements.then(|| Canceller::new(probe.clone()));
    Ok(PostgresPool::new(pool.connect_with(connect).await?, health, canceller))
}

/// One connection for checks of health and for cancellations, opened by the first of them.
pub(crate) fn probe(options: &DbOptions) -> Result<PostgresPool, DbError> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(None)
        .test_before_acquire(true);
    Ok(PostgresPool::new(pool.connect_lazy_with(connect_options(options)?), Arc::default(), None))
}

fn connect_options(options: &DbOptions) -> Result<PgConnectOptions, DbError> {
    let connect =
        url::postgres_options(&options.url)?.application_name("entify").statement_cache_capacity(512);
    if !options.persistent_statements {
        // pgbouncer refuses start-up parameters it does not know.
        return Ok(connect);
    }
    let milliseconds = |time: Duration| time.as_millis().max(1).to_string();
    Ok(connect.options([
        ("statement_timeout", milliseconds(options.statement_timeout)),
        ("lock_timeout", milliseconds(options.acquire_timeout)),
    ]))
}

pub(crate) async fn fetch(
    connection: &mut PgConnection,
    statement: Statement,
    layout: &Layout,
    persistent: bool,
) -> Result<Vec<Record>, DbError> {
    let mut rows = query(statement, persistent).fetch(&mut *connection);
    let mut records = Vec::new();
    loop {
        match rows.try_next().await {
            Ok(Some(row)) => records.push(record(&row, layout)?),
            Ok(None) => return Ok(records),
            Err(error) => {
                drop(rows);
                return Err(failed(connection, error).await);
            }
        }
    }
}

pub(crate) async fn execute(
    connection: &mut PgConnection,
    statement: Statement,
    persistent: bool,
) -> Result<u64, DbError> {
    match query(statement, persistent).execute(&mut *connection).await {
        Ok(done) => Ok(done.rows_affected()),
        Err(error) => Err(failed(connection, error).await),
    }
}

/// The failure of a statement. The connection forgets what it has prepared when a migration has made that stale.
async fn failed(connection: &mut PgConnection, error: sqlx::Error) -> DbError {
    let error = DbError::from(error);
    if matches!(&error, DbError::Retry(reason) if reason == STALE_PLAN)
        && let Err(error) = connection.clear_cached_statements().await
    {
        tracing::debug!(%error, "the connection keeps what it has prepared");
    }
    error
}

fn query(statement: Statement, persistent: bool) -> Query<'static, Postgres, PgArguments> {
    let kept = persistent && statement.is_kept();
    let Statement { sql, values, columns, .. } = statement;
    let arguments = columns.unwrap_or_else(|| IntoArguments::<Postgres>::into_arguments(SqlxValues(values)));
    sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(kept)
}

fn record(row: &PgRow, layout: &Layout) -> Result<Record, DbError> {
    let mut values = vec![Value::Null; layout.width];
    for (position, (cell, kind)) in layout.slots.iter().enumerate() {
        values[*cell] = storage::read_postgres(row, position, *kind)
            .map_err(|reason| layout.unreadable(*cell, &values, &reason))?;
    }
    Ok(Record::new(values))
}
