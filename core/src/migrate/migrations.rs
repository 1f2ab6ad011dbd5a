//! The one history of the framework's migrations and the application's.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha384};

use crate::ctx::Ctx;
use crate::db::{Db, Dialect};
use crate::migrate::data::DataStep;
use crate::migrate::files::{self, MigrationFiles};
use crate::migrate::header::Header;
use crate::migrate::{MigrateError, framework, runner};

/// The migrations of one dialect, oldest first: the framework's own, then the application's. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Migrations {
    dialect: Dialect,
    entries: Arc<[MigrationEntry]>,
    pub(super) settings: RunSettings,
    /// What data migrations work in.
    ctx: Option<Ctx>,
}

/// How migrations are run.
#[derive(Debug, Clone, Copy)]
pub(super) struct RunSettings {
    /// Whether PostgreSQL's advisory lock keeps two runs apart, and not a row.
    pub(super) advisory_lock: bool,
    /// How long a statement waits for a lock on PostgreSQL.
    pub(super) lock_timeout: Duration,
    /// How long in all a migration is tried again that did not get its locks.
    pub(super) lock_patience: Duration,
    /// Whether long steps are told of on standard error.
    pub(super) progress: bool,
}

/// One migration, ready to run.
#[derive(Debug, Clone)]
pub(super) struct MigrationEntry {
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) origin: MigrationOrigin,
    /// Of the file that applies it, as sqlx computes it; of the name of one in Rust.
    pub(super) checksum: Vec<u8>,
    pub(super) work: MigrationWork,
}

/// What a migration does.
#[derive(Debug, Clone)]
pub(super) enum MigrationWork {
    /// Files of SQL.
    Sql { up: MigrationText, down: Option<MigrationText> },
    /// A function of the program.
    Data(DataStep),
}

/// The SQL of a migration in one direction.
#[derive(Debug, Clone)]
pub(super) struct MigrationText {
    pub(super) sql: Arc<str>,
    pub(super) header: Header,
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
    /// The SQL that reverts it, if it can be.
    pub down: Option<&'static str>,
}

/// The migrations of an application that are compiled into the program, for both databases: `entify::migrations!()`.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddedMigrations {
    /// Those for SQLite, oldest first.
    pub sqlite: &'static [EmbeddedMigration],
    /// Those for PostgreSQL, oldest first.
    pub postgres: &'static [EmbeddedMigration],
}

impl EmbeddedMigrations {
    /// Those for a dialect.
    #[must_use]
    pub fn of(&self, dialect: Dialect) -> &'static [EmbeddedMigration] {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }
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
    /// Whether it is only for when no older version of the program runs.
    pub contract: bool,
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
    /// Not applied, which is to stay so until no older version of the program runs; nothing else is pending before it.
    Waiting,
    /// Not applied, though a later one is.
    OutOfOrder,
    /// Applied, but its file was changed since.
    Changed,
    /// Applied, but its file is missing.
    Missing,
}

impl MigrationStatus {
    /// Its version and its name: `20240131120000_create_user`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}_{}", self.version, self.name)
    }
}

impl MigrationState {
    /// The state in a word: `applied`, `pending`, `waiting`, `late`, `changed`, `missing`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::Waiting => "waiting",
            Self::OutOfOrder => "late",
            Self::Changed => "changed",
            Self::Missing => "missing",
        }
    }
}

/// What [`Migrations::up_with`] applies; all that is pending by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpOptions {
    /// The version to end with, contract migration or not.
    pub to: Option<i64>,
    /// Whether to stop before the first contract migration, when a migration of the application is applied already:
    /// older versions of the program may run.
    pub hold_contract: bool,
    /// Whether to apply migrations that come before one which is applied.
    pub out_of_order: bool,
}

/// A migration that [`Migrations::up_with`] would apply, and what it would run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedMigration {
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Its SQL; none of a data migration, which is a function of the program.
    pub sql: Option<String>,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            advisory_lock: true,
            lock_timeout: Duration::from_secs(3),
            lock_patience: Duration::from_secs(120),
            progress: false,
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
        let entries = files.into_iter().map(|files| MigrationEntry::of_files(files, MigrationOrigin::App));
        Ok(Self::framework(dialect).and(entries))
    }

    /// Only the framework's migrations.
    #[must_use]
    pub fn framework(dialect: Dialect) -> Self {
        let entries = framework::embedded(dialect).iter();
        let entries =
            entries.map(|embedded| MigrationEntry::of_embedded(embedded, MigrationOrigin::Framework));
        Self { dialect, entries: entries.collect(), settings: RunSettings::default(), ctx: None }
    }

    /// Adds an application's migrations that are compiled into the program.
    #[must_use]
    pub fn with_embedded(self, migrations: &[EmbeddedMigration]) -> Self {
        self.and(
            migrations.iter().map(|embedded| MigrationEntry::of_embedded(embedded, MigrationOrigin::App)),
        )
    }

    /// Adds an application's migrations in Rust, which work in this context.
    pub(crate) fn with_data(self, steps: &[DataStep], ctx: &Ctx) -> Result<Self, MigrateError> {
        let mut entries = Vec::new();
        for step in steps {
            let entry = MigrationEntry::of_data(step)?;
            let same = self.entries.iter().chain(&entries).find(|other| other.version == entry.version);
            if let Some(same) = same {
                return Err(MigrateError::SameVersion { one: same.full_name(), other: entry.full_name() });
            }
            entries.push(entry);
        }
        Ok(Self { ctx: Some(ctx.clone()), ..self.and(entries.into_iter()) })
    }

    /// Whether PostgreSQL's advisory lock keeps two runs apart (the default). Turned off, the lock of a row does, for
    /// databases that speak PostgreSQL's protocol but have no advisory locks, and for connections through pgbouncer.
    #[must_use]
    pub fn with_locking(self, locking: bool) -> Self {
        Self { settings: RunSettings { advisory_lock: locking, ..self.settings }, ..self }
    }

    /// How long a statement waits for a lock on PostgreSQL (3 s by default), while the queries of others wait behind it. A
    /// migration that does not get its locks is rolled back and tried again later.
    #[must_use]
    pub fn with_lock_timeout(self, lock_timeout: Duration) -> Self {
        Self { settings: RunSettings { lock_timeout, ..self.settings }, ..self }
    }

    /// For how long a migration that does not get its locks is tried again, with growing pauses (two minutes by default).
    #[must_use]
    pub fn with_lock_patience(self, lock_patience: Duration) -> Self {
        Self { settings: RunSettings { lock_patience, ..self.settings }, ..self }
    }

    /// Whether steps that take more than two seconds are told of on standard error.
    #[must_use]
    pub fn with_progress(self, progress: bool) -> Self {
        Self { settings: RunSettings { progress, ..self.settings }, ..self }
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

    pub(super) fn ctx(&self) -> Option<&Ctx> {
        self.ctx.as_ref()
    }

    /// Applies every pending migration, oldest first, and returns which.
    ///
    /// Two processes that start at once do not clash: the second waits and finds nothing to do. The run continues to
    /// its end when the caller is dropped. On SQLite it is one transaction (one before and one after each migration in Rust),
    /// in which references are checked at the end; on PostgreSQL each migration is one.
    ///
    /// # Errors
    /// [`MigrateError`] when the history does not fit the database or a migration fails.
    pub async fn up(&self, db: &Db) -> Result<Vec<MigrationRun>, MigrateError> {
        self.up_with(db, UpOptions::default()).await
    }

    /// As [`up`](Self::up), but for what the options say.
    ///
    /// # Errors
    /// [`MigrateError`] when the history does not fit the database or a migration fails.
    pub async fn up_with(&self, db: &Db, options: UpOptions) -> Result<Vec<MigrationRun>, MigrateError> {
        runner::run(self, db, runner::MigrateTask::Up(options)).await
    }

    /// Reverts the last `steps` applied migrations, newest first, and returns which.
    ///
    /// # Errors
    /// [`MigrateError`] when one of them cannot be reverted or fails.
    pub async fn down(&self, db: &Db, steps: usize) -> Result<Vec<MigrationRun>, MigrateError> {
        runner::run(self, db, runner::MigrateTask::Down { steps, to: None }).await
    }

    /// Reverts what was applied after a version, newest first, and returns which; all for version 0.
    ///
    /// # Errors
    /// [`MigrateError`] when the version is not applied, or one of them cannot be reverted or fails.
    pub async fn down_to(&self, db: &Db, version: i64) -> Result<Vec<MigrationRun>, MigrateError> {
        runner::run(self, db, runner::MigrateTask::Down { steps: usize::MAX, to: Some(version) }).await
    }

    /// What [`up_with`](Self::up_with) would run. Changes nothing.
    ///
    /// # Errors
    /// [`MigrateError`] when the history does not fit the database, or a file cannot be run.
    pub async fn plan(&self, db: &Db, options: UpOptions) -> Result<Vec<PlannedMigration>, MigrateError> {
        runner::plan(self, db, &options).await
    }

    /// The state of each migration, oldest first. Changes nothing.
    ///
    /// # Errors
    /// [`MigrateError::Database`] when the database fails.
    pub async fn status(&self, db: &Db) -> Result<Vec<MigrationStatus>, MigrateError> {
        runner::status(self, db).await
    }

    /// The migrations that have to be applied before the program can run: all that are not, but for those that wait until
    /// no older version runs.
    ///
    /// # Errors
    /// [`MigrateError::Database`] when the database fails.
    pub async fn pending(&self, db: &Db) -> Result<Vec<MigrationStatus>, MigrateError> {
        let mut all = self.status(db).await?;
        all.retain(|status| matches!(status.state, MigrationState::Pending | MigrationState::OutOfOrder));
        Ok(all)
    }
}

impl MigrationEntry {
    fn of_files(files: MigrationFiles, origin: MigrationOrigin) -> Self {
        let MigrationFiles { version, name, up, down } = files;
        let checksum = Sha384::digest(&up).to_vec();
        let work =
            MigrationWork::Sql { up: MigrationText::new(&up), down: down.as_deref().map(MigrationText::new) };
        Self { version, name, origin, checksum, work }
    }

    fn of_embedded(embedded: &EmbeddedMigration, origin: MigrationOrigin) -> Self {
        let files = MigrationFiles {
            version: embedded.version,
            name: embedded.name.to_owned(),
            up: embedded.up.replace("\r\n", "\n"),
            down: embedded.down.map(|down| down.replace("\r\n", "\n")),
        };
        Self::of_files(files, origin)
    }

    fn of_data(step: &DataStep) -> Result<Self, MigrateError> {
        let wrong = || MigrateError::DataName(step.name.clone());
        let (version, name) = step.name.split_once('_').ok_or_else(wrong)?;
        let version: i64 = version.parse().map_err(|_| wrong())?;
        if version <= framework::LAST_VERSION || name.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            version,
            name: name.to_owned(),
            origin: MigrationOrigin::App,
            checksum: Sha384::digest(format!("data {}", step.name)).to_vec(),
            work: MigrationWork::Data(step.clone()),
        })
    }

    /// `20240131120000_create_user`
    pub(super) fn full_name(&self) -> String {
        format!("{}_{}", self.version, self.name)
    }

    /// The versions that it stands for.
    pub(super) fn replaces(&self) -> &[i64] {
        match &self.work {
            MigrationWork::Sql { up, .. } => &up.header.replaces,
            MigrationWork::Data(_) => &[],
        }
    }

    /// Whether it waits until no older version of the program runs.
    pub(super) fn is_contract(&self) -> bool {
        matches!(&self.work, MigrationWork::Sql { up, .. } if up.header.contract)
    }

    /// Whether it should have been applied before this one. The framework's own may be added at any time.
    pub(super) fn is_before(&self, other: &Self) -> bool {
        self.origin == MigrationOrigin::App && self.version < other.version
    }

    pub(super) fn changed(&self) -> MigrateError {
        MigrateError::Changed { version: self.version, name: self.name.clone() }
    }

    pub(super) fn failed(&self, reason: impl Into<String>) -> MigrateError {
        MigrateError::Failed { version: self.version, name: self.name.clone(), reason: reason.into() }
    }
}

impl MigrationText {
    fn new(sql: &str) -> Self {
        Self { header: Header::parse(sql), sql: sql.into() }
    }
}
