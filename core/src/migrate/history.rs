//! The one history of the framework's migrations and the application's.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use crate::db::{Db, Dialect};
use crate::migrate::files::{self, Files};
use crate::migrate::{MigrateError, framework, runner};

/// The migrations of one dialect, oldest first: the framework's own, then the application's. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Migrations {
    dialect: Dialect,
    entries: Arc<[Entry]>,
    /// Only PostgreSQL has a lock to take; SQLite's runs exclude each other by their transaction.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    locking: bool,
}

/// One migration, ready to run.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) origin: Origin,
    pub(super) up: Migration,
    pub(super) down: Option<Migration>,
}

/// Where a migration comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It ships with the framework.
    Framework,
    /// The application's folder.
    App,
}

/// A migration compiled into the program.
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    /// Its version: its place in the history.
    pub version: i64,
    /// Its name.
    pub name: &'static str,
    /// The SQL that applies it.
    pub up: &'static str,
    /// The SQL that takes it back.
    pub down: &'static str,
}

/// A migration that was applied or taken back just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// How long it took.
    pub elapsed: Duration,
}

/// How a migration stands to a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Where it comes from; unknown when its file is missing.
    pub origin: Option<Origin>,
    /// How it stands.
    pub state: State,
}

/// How a migration stands to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Applied as it is.
    Applied,
    /// Not applied.
    Pending,
    /// Applied, but its file was changed since.
    Changed,
    /// Applied, but its file is missing.
    Missing,
}

impl State {
    /// The state in a word: `applied`, `pending`, `changed`, `missing`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::Changed => "changed",
            Self::Missing => "missing",
        }
    }
}

impl Migrations {
    /// The framework's migrations and those in `<folder>/<dialect>`, which need not exist.
    ///
    /// # Errors
    /// [`MigrateError::Io`] and [`MigrateError::File`] when the folder does not hold migrations.
    pub fn load(folder: impl AsRef<Path>, dialect: Dialect) -> Result<Self, MigrateError> {
        let own = files::read(&folder.as_ref().join(dialect.name()))?;
        Ok(Self::framework(dialect).and(own.into_iter().map(|files| Entry::of_files(files, Origin::App))))
    }

    /// The framework's migrations alone.
    #[must_use]
    pub fn framework(dialect: Dialect) -> Self {
        let entries = framework::embedded(dialect).iter();
        Self {
            dialect,
            entries: entries.map(|embedded| Entry::of_embedded(embedded, Origin::Framework)).collect(),
            locking: true,
        }
    }

    /// Adds an application's migrations that are compiled into the program.
    #[must_use]
    pub fn with_embedded(self, migrations: &[Embedded]) -> Self {
        self.and(migrations.iter().map(|embedded| Entry::of_embedded(embedded, Origin::App)))
    }

    /// Whether PostgreSQL's advisory lock keeps two runs apart (it does unless told otherwise). Turn it off for
    /// databases that speak PostgreSQL's protocol but have no advisory locks.
    #[must_use]
    pub fn with_locking(self, locking: bool) -> Self {
        Self { locking, ..self }
    }

    fn and(self, more: impl Iterator<Item = Entry>) -> Self {
        let mut entries: Vec<Entry> = self.entries.iter().cloned().chain(more).collect();
        entries.sort_by_key(|entry| entry.version);
        Self { entries: entries.into(), ..self }
    }

    /// The dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether there is no migration at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    #[cfg(feature = "postgres")]
    pub(super) fn locking(&self) -> bool {
        self.locking
    }

    /// Applies every pending migration, oldest first, and says which.
    ///
    /// Two processes that start at once do not clash: the second waits and finds nothing to do. The run goes on to
    /// its end when the caller goes away. On SQLite it is one transaction, in which references are checked at the
    /// end; on PostgreSQL each migration is one.
    ///
    /// # Errors
    /// [`MigrateError`] when the history does not fit the database or a migration fails.
    pub async fn up(&self, db: &Db) -> Result<Vec<Step>, MigrateError> {
        runner::run(self, db, runner::Task::Up).await
    }

    /// Takes the last `steps` applied migrations back, newest first, and says which.
    ///
    /// # Errors
    /// [`MigrateError`] when one of them has no way back or fails.
    pub async fn down(&self, db: &Db, steps: usize) -> Result<Vec<Step>, MigrateError> {
        runner::run(self, db, runner::Task::Down(steps)).await
    }

    /// How each migration stands, oldest first. Changes nothing.
    ///
    /// # Errors
    /// [`MigrateError::Database`] when the database fails.
    pub async fn status(&self, db: &Db) -> Result<Vec<Status>, MigrateError> {
        runner::status(self, db).await
    }

    /// The migrations that [`up`](Self::up) would apply.
    ///
    /// # Errors
    /// [`MigrateError::Database`] when the database fails.
    pub async fn pending(&self, db: &Db) -> Result<Vec<Status>, MigrateError> {
        let mut all = self.status(db).await?;
        all.retain(|status| status.state == State::Pending);
        Ok(all)
    }
}

impl Entry {
    fn of_files(files: Files, origin: Origin) -> Self {
        let Files { version, name, up, down } = files;
        Self {
            up: migration(version, &name, MigrationType::ReversibleUp, up),
            down: down.map(|sql| migration(version, &name, MigrationType::ReversibleDown, sql)),
            version,
            name,
            origin,
        }
    }

    fn of_embedded(embedded: &Embedded, origin: Origin) -> Self {
        let files = Files {
            version: embedded.version,
            name: embedded.name.to_owned(),
            up: embedded.up.replace("\r\n", "\n"),
            down: Some(embedded.down.replace("\r\n", "\n")),
        };
        Self::of_files(files, origin)
    }
}

fn migration(version: i64, name: &str, direction: MigrationType, sql: String) -> Migration {
    let outside_transaction = sql.starts_with("-- no-transaction");
    let sql = AssertSqlSafe(sql).into_sql_str();
    Migration::new(version, name.to_owned().into(), direction, sql, outside_transaction)
}
