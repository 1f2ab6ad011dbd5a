//! How a database is opened.

use std::time::Duration;

/// How a database is opened.
#[derive(Clone)]
pub struct DbOptions {
    /// `sqlite://path/to/file.db`, `sqlite::memory:` or `postgres://user@host/name`.
    pub url: String,
    /// Greatest number of connections (readers, on SQLite).
    pub max_connections: u32,
    /// How long to wait for what others hold: a connection, a lock.
    pub acquire_timeout: Duration,
    /// How long one statement may take: waiting for a connection, for locks and further runs together.
    pub statement_timeout: Duration,
    /// Keep named prepared statements. Off behind pgbouncer in transaction mode.
    pub persistent_statements: bool,
    /// Bind the principal of every statement on PostgreSQL, for the policies that `migrate make --rls` creates.
    pub row_security: bool,
    /// Open an SQLite file as it is: it is not made when it is missing, and keeps its journal mode.
    pub unaltered: bool,
}

// Written by hand: the URL holds a password.
impl std::fmt::Debug for DbOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DbOptions")
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("persistent_statements", &self.persistent_statements)
            .field("row_security", &self.row_security)
            .field("unaltered", &self.unaltered)
            .finish_non_exhaustive()
    }
}

impl DbOptions {
    /// A connection and then a lock are waited for by default so that a client hears within three seconds.
    pub(crate) const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(1_500);

    /// The defaults for a URL.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 10,
            acquire_timeout: Self::ACQUIRE_TIMEOUT,
            statement_timeout: Duration::from_secs(30),
            persistent_statements: true,
            row_security: false,
            unaltered: false,
        }
    }
}
