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
mod postgres_pool;
#[cfg(feature = "postgres")]
mod postgres_transaction;
mod quoting;
mod retry;
mod rls_session;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
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
    sqlite_type,
};

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use health::ConnectionHealth;
pub(crate) use retry::Deadline;

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
pub struct Db(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pools: Pools,
    statements: AtomicU64,
    schema_changes: AtomicU64,
    persistent: bool,
    row_security: bool,
    statement_timeout: Duration,
    acquire_timeout: Duration,
    health: Arc<ConnectionHealth>,
}

/// The connections of a database, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// Connections that are open: those of readers and the writer, on SQLite.
    pub open: u32,
    /// Those of them that wait for work.
    pub idle: u32,
}

impl PoolStatus {
    fn new(open: u32, idle: usize) -> Self {
        Self { open, idle: u32::try_from(idle).unwrap_or(u32::MAX) }
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
        let pools = match dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => Pools::Sqlite(sqlite::connect(options).await?),
            #[cfg(feature = "postgres")]
            Dialect::Postgres => Pools::Postgres(postgres::connect(options, health.clone()).await?),
            #[allow(unreachable_patterns)]
            dialect => {
                return Err(DbError::Config(format!("the `{}` feature of entify is off", dialect.name())));
            }
        };
        let persistent = options.persistent_statements;
        let row_security = options.row_security;
        let statement_timeout = options.statement_timeout;
        let inner = Inner {
            pools,
            statements: AtomicU64::new(0),
            schema_changes: AtomicU64::new(0),
            persistent,
            row_security,
            statement_timeout,
            acquire_timeout: options.acquire_timeout,
            health,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match &self.0.pools {
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(_) => Dialect::Sqlite,
            #[cfg(feature = "postgres")]
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    /// How many statements have been run since the database was opened (transaction control not counted).
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    pub(crate) fn count_statement(&self) {
        self.0.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// How many times this process has run migrations on the database.
    pub(crate) fn schema_changes(&self) -> u64 {
        self.0.schema_changes.load(Ordering::Acquire)
    }

    pub(crate) fn note_schema_change(&self) {
        self.0.schema_changes.fetch_add(1, Ordering::AcqRel);
    }

    /// Records an error: after a lost connection, idle ones are pinged before they are used.
    pub(crate) fn note(&self, error: &DbError) {
        if matches!(error, DbError::Lost(_)) {
            self.0.health.connection_lost();
        }
    }

    /// How many connections are open, and how many of those wait for work.
    #[must_use]
    pub fn pool_status(&self) -> PoolStatus {
        match &self.0.pools {
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => pools.status(),
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => pool.status(),
        }
    }

    pub(crate) fn pools(&self) -> &Pools {
        &self.0.pools
    }

    pub(crate) fn persistent(&self) -> bool {
        self.0.persistent
    }

    /// The time of one statement, from now: for a connection, for locks and for further runs together.
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::after(self.0.statement_timeout).with_patience(self.0.acquire_timeout)
    }

    /// Whether the server ends statements that take too long. Where it does not, there is nothing to shorten.
    fn limits_statements(&self) -> bool {
        self.dialect() == Dialect::Postgres
    }

    /// Whether statements run under row-level security.
    pub(crate) fn row_security(&self) -> bool {
        self.0.row_security
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
        match &self.0.pools {
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => pools.close().await,
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}
