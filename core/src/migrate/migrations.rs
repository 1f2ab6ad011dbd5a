//! The one history of the framework's migrations and the application's.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use crate::db::{Db, Dialect};
use crate::migrate::files::{self, MigrationFiles};
use crate::migrate::{MigrateError, framework, runner};

/// The migrations of one dialect, oldest first: the framework's own, then the application's. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Migrations {
    dialect: Dialect,
    entries: Arc<[MigrationEntry]>,
    /// Only PostgreSQL has a lock to take; SQLite's runs exclude each other by their transaction.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    locking: bool,
}

/// One migration, ready to run.
#[derive(Debug, Clone)]
pub(super) struct MigrationEntry {
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) origin: MigrationOrigin,
    pub(super) up: Migration,
    pub(super) down: Option<Migration>,
}

/// Where a migration comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationOrigin {
    /// It ships with the framework.
    Framework,
    /// The application's folder.
    App,
}

/// A migration compiled into the program.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddedMigration {
    /// Its version: its position in the history.
    pub version: i64,
    /// Its name.
    pub name: &'static str,
    /// The SQL that applies it.
    pub up: &'static str,
    /// The SQL that reverts it.
    pub down: &'static str,
}

/// A migration that a run has applied or reverted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationRun {
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// How long it took.
    pub elapsed: Duration,
}

/// A migration and its state in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Where it comes from; unknown when its file is missing.
    pub origin: Option<MigrationOrigin>,
    /// Its state.
    pub state: MigrationState,
}

/// The state of a migration in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationState {
    /// Applied as it is.
    Applied,
    /// Not applied.
    Pending,
    /// Applied, but its file was changed since.
    Changed,
    /// Applied, but its file is missing.
    Missing,
}

impl MigrationState {
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
        let files = files::read(&folder.as_ref().join(dialect.name()))?;
        Ok(Self::framework(dialect)
            .and(files.into_iter().map(|files| MigrationEntry::of_files(files, MigrationOrigin::App))))
    }

    /// Only the framework's migrations.
    #[must_use]
    pub fn framework(dialect: Dialect) -> Self {
        let entries = framework::embedded(dialect).iter();
        Self {
            dialect,
            entries: entries
                .map(|embedded| MigrationEntry::of_embedded(embedded, MigrationOrigin::Framework))
                .collect(),
            locking: true,
        }
    }

    /// Adds an application's migrations that are compiled into the program.
    #[must_use]
    pub fn with_embedded(self, migrations: &[EmbeddedMigration]) -> Self {
        self.and(
            migrations.iter().map(|embedded| MigrationEntry::of_embedded(embedded, MigrationOrigin::App)),
        )
    }

    /// Whether PostgreSQL's advisory lock keeps two runs apart (the default). Turn it off for
    /// databases that speak PostgreSQL's protocol but have no advisory locks.
    #[must_use]
    pub fn with_locking(self, locking: bool) -> Self {
        Self { locking, ..self }
    }

    fn and(self, more: impl Iterator<Item = MigrationEntry>) -> Self {
        let mut entries: Vec<MigrationEntry> = self.entries.iter().cloned().chain(more).collect();
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

    /// Only the first of them.
    pub(super) fn first(&self, count: usize) -> Self {
        Self { entries: self.entries.iter().take(count).cloned().collect(), ..self.clone() }
    }

    pub(super) fn entries(&self) -> &[MigrationEntry] {
        &self.entries
    }

    #[cfg(feature = "postgres")]
    pub(super) fn locking(&self) -> bool {
        self.locking
    }

    /// Applies every pending migration, oldest first, and returns which.
    ///
    /// Two processes that start at once do not clash: the second waits and finds nothing to do. The run continues to
    /// its end when the caller is dropped. On SQLite it is one transaction, in which references are checked at the
    /// end; on PostgreSQL each migration is one.
    ///
    /// # Errors
    /// [`MigrateError`] when the history does not fit the database or a migration fails.
    pub async fn up(&self, db: &Db) -> Result<Vec<MigrationRun>, MigrateError> {
        runner::run(self, db, runner::MigrateTask::Up).await
    }

    /// Reverts the last `steps` applied migrations, newest first, and returns which.
    ///
    /// # Errors
    /// [`MigrateError`] when one of them cannot be reverted or fails.
    pub async fn down(&self, db: &Db, steps: usize) -> Result<Vec<MigrationRun>, MigrateError> {
        runner::run(self, db, runner::MigrateTask::Down(steps)).await
    }

    /// The state of each migration, oldest first. Changes nothing.
    ///
    /// # Errors
    /// [`MigrateError::Database`] when the database fails.
    pub async fn status(&self, db: &Db) -> Result<Vec<MigrationStatus>, MigrateError> {
        runner::status(self, db).await
    }

    /// The migrations that [`up`](Self::up) would apply.
    ///
    /// # Errors
    /// [`MigrateError::Database`] when the database fails.
    pub async fn pending(&self, db: &Db) -> Result<Vec<MigrationStatus>, MigrateError> {
        let mut all = self.status(db).await?;
        all.retain(|status| status.state == MigrationState::Pending);
        Ok(all)
    }
}

impl MigrationEntry {
    fn of_files(files: MigrationFiles, origin: MigrationOrigin) -> Self {
        let MigrationFiles { version, name, up, down } = files;
        Self {
            up: migration(version, &name, MigrationType::ReversibleUp, up),
            down: down.map(|sql| migration(version, &name, MigrationType::ReversibleDown, sql)),
            version,
            name,
            origin,
        }
    }

    fn of_embedded(embedded: &EmbeddedMigration, origin: MigrationOrigin) -> Self {
        let files = MigrationFiles {
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
