//! Running a history on a database, which records what is applied in the layout of sqlx's own table.

mod assertion;
#[cfg(feature = "postgres")]
mod indexes;
#[cfg(feature = "postgres")]
mod lock;
#[cfg(feature = "postgres")]
mod on_postgres;
#[cfg(feature = "sqlite")]
mod on_sqlite;
#[cfg(feature = "sqlite")]
mod rebuild;
mod records;
mod session;
mod watch;
mod work;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use sea_query::Values;

use crate::db::{Db, DbError, Dialect, Executor, Layout, Pools, Statement};
use crate::migrate::data::DataMigration;
use crate::migrate::history::History;
use crate::migrate::migrations::{MigrationEntry, MigrationWork, RunSettings};
use crate::migrate::{MigrateError, MigrationRun, MigrationStatus, Migrations, PlannedMigration, UpOptions};
use crate::types::Kind;
use crate::value::Value;
pub(super) use records::Record;
use work::check_runnable;

/// The table that records what is applied.
pub(super) const TABLE: &str = "_entify_migrations";

/// What is said of another process that migrates, and how often.
const ANOTHER_MIGRATES: &str = "another process migrates the database; waiting for it";
const WAITING_IS_TOLD: Duration = Duration::from_secs(10);

/// What to do with the history.
#[derive(Debug, Clone)]
pub(super) enum MigrateTask {
    /// Apply what is pending.
    Up(UpOptions),
    /// Revert the last ones, or those after a version.
    Down { steps: usize, to: Option<i64> },
}

/// A run of migrations on a database.
struct Run {
    migrations: Migrations,
    db: Db,
    task: MigrateTask,
}

/// What is done with one migration.
#[derive(Debug, Clone, Copy)]
enum Action<'m> {
    /// It is done already: what it replaces is applied, or it is adopted.
    Record(&'m MigrationEntry),
    Apply(&'m MigrationEntry),
    Revert(&'m MigrationEntry),
}

/// Runs the migrations in a spawned task, which continues to its end when the caller is dropped.
pub(super) async fn run(
    migrations: &Migrations,
    db: &Db,
    task: MigrateTask,
) -> Result<Vec<MigrationRun>, MigrateError> {
    check_dialect(migrations, db)?;
    let run = Run { migrations: migrations.clone(), db: db.clone(), task };
    let running = tokio::spawn(async move {
        if run.has_nothing_to_do().await? {
            return Ok(Vec::new());
        }
        match run.db.pools() {
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => on_sqlite::run(pools, &run).await,
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => on_postgres::run(pool, &run).await,
        }
    });
    let done = running.await;
    db.note_schema_change();
    match done {
        Ok(result) => result,
        Err(panicked) => Err(DbError::Other(panicked.to_string()).into()),
    }
}

fn check_dialect(migrations: &Migrations, db: &Db) -> Result<(), MigrateError> {
    if migrations.dialect() == db.dialect() {
        return Ok(());
    }
    Err(DbError::Config(format!(
        "these are migrations for {}, but the database is {}",
        migrations.dialect().name(),
        db.dialect().name()
    ))
    .into())
}

impl Run {
    fn settings(&self) -> &RunSettings {
        &self.migrations.settings
    }

    /// Whether the tables are there already, made by other means.
    fn adopts(&self) -> bool {
        matches!(&self.task, MigrateTask::Up(UpOptions { adopt: true, .. }))
    }

    /// Whether all is applied: that takes no lock, and needs no right to write.
    async fn has_nothing_to_do(&self) -> Result<bool, MigrateError> {
        let MigrateTask::Up(options) = &self.task else { return Ok(false) };
        let Some(records) = recorded(&self.db).await? else { return Ok(false) };
        let plan = History::new(self.migrations.entries(), &records).up(options)?;
        Ok(plan.to_record.is_empty() && plan.to_apply.is_empty())
    }

    /// What is to be done. All of it can be done: nothing has begun when it is refused.
    fn plan(&self, records: &[Record]) -> Result<Vec<Action<'_>>, MigrateError> {
        let history = History::new(self.migrations.entries(), records);
        let actions: Vec<Action<'_>> = match &self.task {
            MigrateTask::Up(options) => {
                let plan = history.up(options)?;
                let recorded = plan.to_record.into_iter().map(Action::Record);
                recorded.chain(plan.to_apply.into_iter().map(Action::Apply)).collect()
            }
            MigrateTask::Down { steps, to } => {
                history.down(*steps, *to)?.into_iter().map(Action::Revert).collect()
            }
        };
        for action in &actions {
            check_runnable(action, self.migrations.dialect())?;
        }
        Ok(actions)
    }

    /// Tells the operator what goes on.
    fn say(&self, line: &str) {
        if self.settings().progress {
            eprintln!("{line}");
        } else {
            tracing::info!("{line}");
        }
    }

    /// Calls the function of a data migration.
    async fn call(&self, action: Action<'_>, done: &Arc<AtomicU64>) -> Result<(), MigrateError> {
        let (entry, work) = match action {
            Action::Record(_) => return Ok(()),
            Action::Apply(entry) | Action::Revert(entry) => (entry, &entry.work),
        };
        let MigrationWork::Data(step) = work else { return Ok(()) };
        let work = match action {
            Action::Revert(_) => step.down.as_ref(),
            _ => Some(&step.up),
        };
        let (Some(work), Some(ctx)) = (work, self.migrations.ctx()) else { return Ok(()) };
        let result = work(DataMigration::new(ctx, entry.version, done)).await;
        result.map_err(|error| entry.failed(error.to_string()))
    }
}

impl<'m> Action<'m> {
    fn entry(self) -> &'m MigrationEntry {
        match self {
            Self::Record(entry) | Self::Apply(entry) | Self::Revert(entry) => entry,
        }
    }

    /// Whether a function of the program does it.
    fn is_in_rust(self) -> bool {
        !matches!(self, Self::Record(_)) && matches!(self.entry().work, MigrationWork::Data(_))
    }

    fn done(self, begun: Instant) -> Option<MigrationRun> {
        let entry = match self {
            Self::Record(_) => return None,
            Self::Apply(entry) | Self::Revert(entry) => entry,
        };
        Some(MigrationRun { version: entry.version, name: entry.name.clone(), elapsed: begun.elapsed() })
    }
}

fn of_sqlx(error: sqlx::Error) -> MigrateError {
    match is_read_only(&error) {
        true => MigrateError::ReadOnly,
        false => DbError::from(error).into(),
    }
}

/// Whether the database takes no writes. SQLite's code is in the low byte of at most four digits, PostgreSQL's has five.
fn is_read_only(error: &sqlx::Error) -> bool {
    let code = session::code(error).unwrap_or_default();
    let sqlite = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
    sqlite == Some(8) || code == "25006"
}

pub(super) async fn status(migrations: &Migrations, db: &Db) -> Result<Vec<MigrationStatus>, MigrateError> {
    let records = recorded(db).await?.unwrap_or_default();
    Ok(History::new(migrations.entries(), &records).status())
}

/// What `up` would run.
pub(super) async fn plan(
    migrations: &Migrations,
    db: &Db,
    options: &UpOptions,
) -> Result<Vec<PlannedMigration>, MigrateError> {
    check_dialect(migrations, db)?;
    let records = recorded(db).await?.unwrap_or_default();
    let plan = History::new(migrations.entries(), &records).up(options)?;
    let planned = plan.to_apply.into_iter().map(|entry| {
        check_runnable(&Action::Apply(entry), db.dialect())?;
        Ok(PlannedMigration {
            version: entry.version,
            name: entry.name.clone(),
            sql: match &entry.work {
                MigrationWork::Sql { up, .. } => Some(up.sql.to_string()),
                MigrationWork::Data(_) => None,
            },
        })
    });
    planned.collect()
}

/// The migrations that the database has recorded, oldest first; `None` when it records none. Reads only, so that the status of
/// a database never changes it.
async fn recorded(db: &Db) -> Result<Option<Vec<Record>>, DbError> {
    let executor = Executor::Pool(db.clone());
    let exists = match db.dialect() {
        Dialect::Sqlite => format!("SELECT count(*) > 0 FROM sqlite_master WHERE name = '{TABLE}'"),
        Dialect::Postgres => format!("SELECT to_regclass('{TABLE}') IS NOT NULL"),
    };
    let rows = executor.read(statement(exists), &Layout::default().with_column(Kind::Bool)).await?;
    if rows.iter().all(|row| *row.get(0) != Value::Bool(true)) {
        return Ok(None);
    }
    let layout = Layout::default().with_column(Kind::I64).with_column(Kind::Text).with_column(Kind::Bytes);
    let query = statement(format!("SELECT version, description, checksum FROM {TABLE} ORDER BY version"));
    let rows = executor.read(query, &layout).await?;
    let records = rows.into_iter().filter_map(|mut row| match (row.take(0), row.take(1), row.take(2)) {
        (Value::Int(version), Value::Text(name), Value::Bytes(checksum)) => {
            Some(Record { version, name, checksum: checksum.to_vec() })
        }
        _ => None,
    });
    Ok(Some(records.collect()))
}

fn statement(sql: String) -> Statement {
    Statement::new(sql, Values(Vec::new()))
}
