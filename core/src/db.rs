//! Databases: pools, statements and transactions on SQLite and PostgreSQL.
//!
//! Nothing here depends on entities. A `Statement` is SQL text with bound values; a `Layout` maps the columns of
//! its rows to cells; an `Executor` runs it on the pool or in a transaction.

mod deferred;
mod error;
mod executor;
mod health;
mod options;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod postgres_lease;
#[cfg(feature = "postgres")]
mod postgres_pool;
#[cfg(feature = "postgres")]
mod postgres_transaction;
mod quoting;
mod retry;
mod rls_session;
mod share;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
mod statement_log;
mod storage;
mod transaction;
mod url;

pub use error::{Constraint, DbError};
pub use options::DbOptions;
pub use transaction::Isolation;
unstable! { pub use executor::Executor; }
unstable! { pub use statement::{Layout, Statement}; }
unstable! { pub use transaction::Transaction; }

pub(crate) use deferred::Deferred;
#[cfg(feature = "postgres")]
pub(crate) use postgres_pool::PostgresPool;
pub(crate) use quoting::{TEXT_COLLATION, literal, quoted};
pub(crate) use rls_session::RlsSession;
#[cfg(feature = "postgres")]
pub(crate) use rls_session::SYSTEM;
#[cfg(feature = "sqlite")]
pub(crate) use sqlite::{BUSY_TIMEOUT, SqlitePools};
pub(crate) use statement::CellNames;
pub(crate) use storage::{
    ColumnArrays, DECIMAL_COLLATION, SqliteType, TypeModifiers, bind, bind_columns, bind_list,
    check_condition, postgres_collation, postgres_column_type, postgres_type, sqlite_column_type,
    sqlite_type, value_literal,
};

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use health::ConnectionHealth;
pub(crate) use retry::Deadline;
use share::RequestShare;
pub(crate) use share::{Permit, StatementCount, Use};
use statement_log::RunningStatement;
pub(crate) use statement_log::StatementLog;

use crate::types::Kind;

/// Why row-level security is refused on SQLite.
pub(crate) const NO_ROW_SECURITY: &str = "`DATABASE_RLS` needs PostgreSQL: SQLite has no row-level security; set it to \
     false, or `DATABASE_URL` to a `postgres://` one";

/// The SQL dialect of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite 3.
    Sqlite,
    /// PostgreSQL and engines that speak its protocol.
    Postgres,
}

impl Dialect {
    /// The dialect of a database URL.
    ///
    /// # Errors
    /// When the scheme is neither `sqlite:` nor `postgres:`/`postgresql:`, that back end is not compiled in, or a character of
    /// the user name or the password has to be encoded. No part of the URL is in the message.
    pub fn of_url(url: &str) -> Result<Self, DbError> {
        let scheme = url.split(':').next().unwrap_or_default();
        match scheme {
            "sqlite" if cfg!(feature = "sqlite") => Ok(Self::Sqlite),
            "postgres" | "postgresql" if cfg!(feature = "postgres") => {
                url::check_postgres(url).map(|()| Self::Postgres)
            }
            "sqlite" | "postgres" | "postgresql" => Err(DbError::Config(format!(
                "DATABASE_URL names a {scheme} database, but the `{}` feature of entify is off",
                if scheme == "sqlite" { "sqlite" } else { "postgres" }
            ))),
            _ => Err(DbError::Config("DATABASE_URL must start with `sqlite://` or `postgres://`".to_owned())),
        }
    }

    /// The dialect's name, also the name of its migrations folder: `sqlite`, `postgres`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A database: its pools, shared by every clone.
#[derive(Debug, Clone)]
pub struct Db {
    inner: Arc<Inner>,
    /// What the request may take for which this clone is; without one it is for no request.
    share: Option<Arc<RequestShare>>,
    /// Where its statements are noted; nowhere unless somebody asks.
    log: Option<StatementLog>,
}

#[derive(Debug)]
struct Inner {
    pools: Pools,
    statements: AtomicU64,
    schema_changes: AtomicU64,
    persistent: bool,
    row_security: bool,
    statement_timeout: Duration,
    acquire_timeout: Duration,
    max_connections: u32,
    health: Arc<ConnectionHealth>,
    /// The same database by one connection of its own, which no load takes: for checks of health, and cancellations.
    probe: Option<Db>,
}

/// The connections of a database, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// Connections that are open: those of readers and the writer, on SQLite.
    pub open: u32,
    /// Those of them that wait for work.
    pub idle: u32,
    /// Statements and transactions that wait for a connection.
    pub waiting: u32,
}

impl PoolStatus {
    fn new(open: u32, idle: usize, waiting: usize) -> Self {
        // sqlx counts below zero for a moment, when a connection is taken before it is counted.
        Self {
            open,
            idle: u32::try_from(idle).unwrap_or(0),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        }
    }
}

#[derive(Debug)]
pub(crate) enum Pools {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::SqlitePools),
    #[cfg(feature = "postgres")]
    Postgres(PostgresPool),
}

impl Db {
    /// Opens the pools. An SQLite file and its folder are created when missing.
    ///
    /// # Errors
    /// [`DbError::Config`] for a URL that cannot be used, [`DbError::Unavailable`] when the database cannot be reached.
    pub async fn connect(options: &DbOptions) -> Result<Self, DbError> {
        let health = Arc::new(ConnectionHealth::default());
        let dialect = Dialect::of_url(&options.url)?;
        if options.row_security && dialect == Dialect::Sqlite {
            return Err(DbError::Config(NO_ROW_SECURITY.to_owned()));
        }
        let (pools, probe) = match dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                let pools = sqlite::connect(options).await?;
                (Pools::Sqlite(pools), sqlite::probe(options)?.map(Pools::Sqlite))
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let probe = postgres::probe(options)?;
                let pool = postgres::connect(options, health.clone(), &probe).await?;
                (Pools::Postgres(pool), Some(Pools::Postgres(probe)))
            }
            #[allow(unreachable_patterns)]
            dialect => {
                return Err(DbError::Config(format!("the `{}` feature of entify is off", dialect.name())));
            }
        };
        let probe = probe.map(|pools| Self::new(pools, options, 1, Arc::default(), None));
        Ok(Self::new(pools, options, options.max_connections, health, probe))
    }

    fn new(
        pools: Pools,
        options: &DbOptions,
        max_connections: u32,
        health: Arc<ConnectionHealth>,
        probe: Option<Self>,
    ) -> Self {
        let inner = Inner {
            pools,
            statements: AtomicU64::new(0),
            schema_changes: AtomicU64::new(0),
            persistent: options.persistent_statements,
            row_security: options.row_security,
            statement_timeout: options.statement_timeout,
            acquire_timeout: options.acquire_timeout,
            max_connections,
            health,
            probe,
        };
        Self { inner: Arc::new(inner), share: None, log: None }
    }

    /// The same database for one request, which has a share of the connections and one time for all its statements.
    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    pub(crate) fn for_request(&self) -> Self {
        let share = RequestShare::of(self.inner.max_connections);
        Self { inner: Arc::clone(&self.inner), share: Some(Arc::new(share)), log: self.log.clone() }
    }

    /// The same database for further work of the same client: within its share of the connections, with a time of its own.
    pub(crate) fn renewed(&self) -> Self {
        let share = self.share.as_ref().map(|share| Arc::new(share.renewed()));
        Self { inner: Arc::clone(&self.inner), share, log: self.log.clone() }
    }

    /// As [`Db::renewed`], for an operation whose statements are counted by themselves.
    #[cfg_attr(not(feature = "graphql"), allow(dead_code))]
    pub(crate) fn counted_anew(&self) -> Self {
        let share = self.share.as_ref().map(|share| Arc::new(share.counted_anew()));
        Self { inner: Arc::clone(&self.inner), share, log: self.log.clone() }
    }

    /// How many statements the request has run for which this clone is; it goes on counting.
    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    pub(crate) fn statement_count(&self) -> StatementCount {
        self.share.as_ref().map(|share| share.count().clone()).unwrap_or_default()
    }

    /// The same database, whose statements are noted.
    #[cfg_attr(not(feature = "graphql"), allow(dead_code))]
    pub(crate) fn logged(&self) -> (Self, StatementLog) {
        let log = StatementLog::default();
        (Self { log: Some(log.clone()), ..self.clone() }, log)
    }

    /// The same database for checks of its health: by a connection of their own, where there is one.
    pub(crate) fn probe(&self) -> &Self {
        self.inner.probe.as_ref().unwrap_or(self)
    }

    /// Waits until one more connection may be held for the request.
    pub(crate) async fn permit(&self, purpose: Use, deadline: &Deadline) -> Result<Permit, DbError> {
        match &self.share {
            None => Ok(None),
            Some(share) => share.permit(purpose, deadline).await,
        }
    }

    /// What is left of the time of the request, once it has begun.
    pub(crate) fn request_time(&self) -> Option<Duration> {
        self.share.as_ref().and_then(|share| share.remaining())
    }

    /// The dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match &self.inner.pools {
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(_) => Dialect::Sqlite,
            #[cfg(feature = "postgres")]
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    /// How many statements have been run since the database was opened (transaction control not counted).
    #[must_use]
    pub fn statements(&self) -> u64 {
        let probe = self.inner.probe.as_ref().map_or(0, Self::statements);
        self.inner.statements.load(Ordering::Relaxed) + probe
    }

    /// Counts a statement, and notes it when it ends where that is asked for.
    pub(crate) fn count_statement(&self, sql: &Arc<str>) -> Option<RunningStatement> {
        self.inner.statements.fetch_add(1, Ordering::Relaxed);
        if let Some(share) = &self.share {
            share.count().add_one();
        }
        self.log.as_ref().map(|log| log.begin(sql))
    }

    /// How many times this process has run migrations on the database.
    pub(crate) fn schema_changes(&self) -> u64 {
        self.inner.schema_changes.load(Ordering::Acquire)
    }

    pub(crate) fn note_schema_change(&self) {
        self.inner.schema_changes.fetch_add(1, Ordering::AcqRel);
    }

    /// Records an error: after a lost connection, idle ones are pinged before they are used.
    pub(crate) fn note(&self, error: &DbError) {
        if matches!(error, DbError::Lost(_)) {
            self.inner.health.connection_lost();
        }
    }

    /// How many connections are open, and how many of those wait for work.
    #[must_use]
    pub fn pool_status(&self) -> PoolStatus {
        match &self.inner.pools {
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => pools.status(),
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => pool.status(),
        }
    }

    pub(crate) fn pools(&self) -> &Pools {
        &self.inner.pools
    }

    pub(crate) fn persistent(&self) -> bool {
        self.inner.persistent
    }

    /// The time of one statement, from now: for a connection, for locks and for further runs together. The statements of a
    /// request share one, from the first of them on.
    pub(crate) fn deadline(&self) -> Deadline {
        let inner = &self.inner;
        let begin = || Deadline::after(inner.statement_timeout).with_patience(inner.acquire_timeout);
        match &self.share {
            None => begin(),
            Some(share) => share.deadline(begin),
        }
    }

    /// How long one statement may take.
    pub(crate) fn statement_timeout(&self) -> Duration {
        self.inner.statement_timeout
    }

    /// Whether the server ends statements that take too long. Where it does not, there is nothing to shorten.
    fn limits_statements(&self) -> bool {
        self.dialect() == Dialect::Postgres
    }

    /// Whether statements run under row-level security.
    pub(crate) fn row_security(&self) -> bool {
        self.inner.row_security
    }

    /// Whether the database answers, by a statement that reads nothing.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn ping(&self) -> Result<(), DbError> {
        let row = Layout::default().with_column(Kind::I32);
        Executor::Pool(self.clone()).read(Statement::plain("SELECT 1"), &row).await.map(drop)
    }

    /// Closes the pools after running statements have ended.
    pub async fn close(&self) {
        match &self.inner.pools {
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => pools.close().await,
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => pool.close().await,
        }
        // Last: it cancels what was abandoned in the others.
        if let Some(probe) = &self.inner.probe {
            Box::pin(probe.close()).await;
        }
    }
}
