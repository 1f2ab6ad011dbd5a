//! Running a history on a database, with sqlx's records of what is applied.

use std::collections::HashMap;

use sea_query::Values;
use sqlx::migrate::{AppliedMigration, Migrate, Migration};

#[cfg(feature = "sqlite")]
use crate::db::{BUSY_TIMEOUT, SqlitePools};
use crate::db::{Db, DbError, Deadline, Dialect, Executor, Layout, Pools, Statement};
#[cfg(feature = "postgres")]
use crate::db::{PostgresPool, SYSTEM};
use crate::migrate::files::UNWRITTEN;
use crate::migrate::migrations::MigrationEntry;
use crate::migrate::{MigrateError, MigrationRun, MigrationState, MigrationStatus, Migrations};
use crate::types::Kind;
use crate::value::Value;

/// The table that records what is applied.
pub(super) const TABLE: &str = "_entify_migrations";

/// What to do with the history.
#[derive(Debug, Clone, Copy)]
pub(super) enum MigrateTask {
    /// Apply what is pending.
    Up,
    /// Revert the last ones.
    Down(usize),
}

/// Runs the migrations in a spawned task, which continues to its end when the caller is dropped.
pub(super) async fn run(
    migrations: &Migrations,
    db: &Db,
    task: MigrateTask,
) -> Result<Vec<MigrationRun>, MigrateError> {
    if migrations.dialect() != db.dialect() {
        return Err(DbError::Config(format!(
            "these are migrations for {}, but the database is {}",
            migrations.dialect().name(),
            db.dialect().name()
        ))
        .into());
    }
    let (migrations, db) = (migrations.clone(), db.clone());
    let changed = db.clone();
    let running = tokio::spawn(async move {
        match db.pools() {
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => on_sqlite(pools, db.deadline(), &migrations, task).await,
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => on_postgres(pool, db.deadline(), &migrations, task).await,
        }
    });
    let done = running.await;
    changed.note_schema_change();
    match done {
        Ok(result) => result,
        Err(panicked) => Err(DbError::Other(panicked.to_string()).into()),
    }
}

/// One transaction that takes the write lock at once: sqlx's own lock does nothing on SQLite.
///
/// References are off meanwhile and checked at the end, so that a migration can replace a table that others refer to
/// (the only way to change most things on SQLite), and can drop tables that refer to each other.
#[cfg(feature = "sqlite")]
async fn on_sqlite(
    pools: &SqlitePools,
    deadline: Deadline,
    migrations: &Migrations,
    task: MigrateTask,
) -> Result<Vec<MigrationRun>, MigrateError> {
    use sqlx::{Connection as _, Executor as _};
    let mut connection = pools.unlimited_writer(&deadline).await?;
    connection.execute("PRAGMA foreign_keys = OFF").await.map_err(DbError::from)?;
    // Another process that migrates is waited for.
    connection.execute(busy_timeout(deadline.remaining())).await.map_err(DbError::from)?;
    let work = async {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(DbError::from)?;
        let steps = run_on(&mut *transaction, migrations, task).await?;
        if !steps.is_empty() {
            check_references(&mut transaction).await?;
        }
        transaction.commit().await.map_err(DbError::from)?;
        Ok(steps)
    };
    let result = work.await;
    let reset = match connection.execute("PRAGMA foreign_keys = ON").await {
        Ok(_) => connection.execute(busy_timeout(BUSY_TIMEOUT)).await,
        failed => failed,
    };
    if let Err(error) = reset {
        // Never hand out a connection that does not check references.
        tracing::warn!(%error, "the connection that migrated is closed");
        connection.close_on_drop();
    }
    result
}

#[cfg(feature = "sqlite")]
fn busy_timeout(time: std::time::Duration) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("PRAGMA busy_timeout = {}", time.as_millis()))
}

#[cfg(feature = "sqlite")]
async fn check_references(connection: &mut sqlx::SqliteConnection) -> Result<(), MigrateError> {
    let broken: Option<(String, Option<i64>, String)> =
        sqlx::query_as("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT 1")
            .fetch_optional(connection)
            .await
            .map_err(DbError::from)?;
    match broken {
        Some((table, _, target)) => Err(MigrateError::BrokenReferences { table, target }),
        None => Ok(()),
    }
}

/// A connection of its own, closed at the end: that also releases the lock, which sqlx leaves held after an error, and
/// resets the settings.
#[cfg(feature = "postgres")]
async fn on_postgres(
    pool: &PostgresPool,
    deadline: Deadline,
    migrations: &Migrations,
    task: MigrateTask,
) -> Result<Vec<MigrationRun>, MigrateError> {
    use sqlx::{Connection as _, Executor as _};
    let mut connection = pool.acquire(&deadline).await?.detach();
    // Neither a long migration nor waiting for another process is an error.
    connection.execute("SET statement_timeout = 0").await.map_err(DbError::from)?;
    // Migrations read and change every row, also where row-level security holds for their own role.
    let system = format!("SELECT set_config('{SYSTEM}', 'on', false)");
    if let Err(error) = connection.execute(sqlx::AssertSqlSafe(system)).await {
        tracing::debug!(%error, "this engine has no custom settings, and so no policies that read them");
    }
    if migrations.locking() {
        connection.lock().await.map_err(of_sqlx)?;
    }
    let result = run_on(&mut connection, migrations, task).await;
    if let Err(error) = connection.close().await {
        tracing::debug!(%error, "the connection that migrated did not close properly");
    }
    result
}

async fn run_on<C: Migrate>(
    connection: &mut C,
    migrations: &Migrations,
    task: MigrateTask,
) -> Result<Vec<MigrationRun>, MigrateError> {
    connection.ensure_migrations_table(TABLE).await.map_err(of_sqlx)?;
    let applied = connection.list_applied_migrations(TABLE).await.map_err(of_sqlx)?;
    match task {
        MigrateTask::Up => up(connection, migrations, &applied).await,
        MigrateTask::Down(steps) => down(connection, migrations, &applied, steps).await,
    }
}

async fn up<C: Migrate>(
    connection: &mut C,
    migrations: &Migrations,
    applied: &[AppliedMigration],
) -> Result<Vec<MigrationRun>, MigrateError> {
    for record in applied {
        let entry = entry_of(migrations, record.version)?;
        if entry.up.checksum != record.checksum {
            return Err(MigrateError::Changed { version: entry.version, name: entry.name.clone() });
        }
    }
    let is_pending = |entry: &&MigrationEntry| applied.iter().all(|record| record.version != entry.version);
    let pending: Vec<&MigrationEntry> = migrations.entries().iter().filter(is_pending).collect();
    for entry in &pending {
        check_written(migrations, entry, &entry.up, "up")?;
    }
    let mut steps = Vec::new();
    for entry in pending {
        let elapsed = connection.apply(TABLE, &entry.up).await;
        steps.push(entry.step(elapsed)?);
    }
    Ok(steps)
}

async fn down<C: Migrate>(
    connection: &mut C,
    migrations: &Migrations,
    applied: &[AppliedMigration],
    steps: usize,
) -> Result<Vec<MigrationRun>, MigrateError> {
    // A changed file is accepted here: to change a migration one reverts it.
    let mut to_revert = Vec::new();
    for record in applied.iter().rev().take(steps) {
        let entry = entry_of(migrations, record.version)?;
        let Some(down) = &entry.down else {
            return Err(MigrateError::NoDown { version: entry.version, name: entry.name.clone() });
        };
        check_written(migrations, entry, down, "down")?;
        to_revert.push((entry, down));
    }
    let mut steps = Vec::new();
    for (entry, down) in to_revert {
        let elapsed = connection.revert(TABLE, down).await;
        steps.push(entry.step(elapsed)?);
    }
    Ok(steps)
}

fn entry_of(migrations: &Migrations, version: i64) -> Result<&MigrationEntry, MigrateError> {
    let entry = migrations.entries().iter().find(|entry| entry.version == version);
    entry.ok_or(MigrateError::Missing { version })
}

fn check_written(
    migrations: &Migrations,
    entry: &MigrationEntry,
    migration: &Migration,
    direction: &str,
) -> Result<(), MigrateError> {
    let file = || {
        let (folder, MigrationEntry { version, name, .. }) = (migrations.dialect().name(), entry);
        format!("{folder}/{version}_{name}.{direction}.sql")
    };
    if migration.sql.as_str().contains(UNWRITTEN) {
        return Err(MigrateError::Unwritten {
            version: entry.version,
            name: entry.name.clone(),
            file: file(),
        });
    }
    if migration.no_tx && migrations.dialect() == Dialect::Sqlite {
        return Err(MigrateError::file(
            file(),
            "`-- no-transaction` is not possible on SQLite, where a run is one transaction",
        ));
    }
    Ok(())
}

impl MigrationEntry {
    fn step(
        &self,
        outcome: Result<std::time::Duration, sqlx::migrate::MigrateError>,
    ) -> Result<MigrationRun, MigrateError> {
        match outcome {
            Ok(elapsed) => Ok(MigrationRun { version: self.version, name: self.name.clone(), elapsed }),
            Err(sqlx::migrate::MigrateError::ExecuteMigration(error, _)) => Err(MigrateError::Failed {
                version: self.version,
                name: self.name.clone(),
                reason: error.to_string(),
            }),
            Err(error) => Err(of_sqlx(error)),
        }
    }
}

fn of_sqlx(error: sqlx::migrate::MigrateError) -> MigrateError {
    match error {
        sqlx::migrate::MigrateError::Execute(error) => DbError::from(error).into(),
        error => DbError::Other(error.to_string()).into(),
    }
}

pub(super) async fn status(migrations: &Migrations, db: &Db) -> Result<Vec<MigrationStatus>, MigrateError> {
    let mut applied: HashMap<i64, (String, Vec<u8>)> = HashMap::new();
    for (version, name, checksum) in records(db).await? {
        applied.insert(version, (name, checksum));
    }
    let mut all: Vec<MigrationStatus> = migrations
        .entries()
        .iter()
        .map(|entry| MigrationStatus {
            version: entry.version,
            name: entry.name.clone(),
            origin: Some(entry.origin),
            state: match applied.remove(&entry.version) {
                None => MigrationState::Pending,
                Some((_, checksum)) if checksum == *entry.up.checksum => MigrationState::Applied,
                Some(_) => MigrationState::Changed,
            },
        })
        .collect();
    all.extend(applied.into_iter().map(|(version, (name, _))| MigrationStatus {
        version,
        name,
        origin: None,
        state: MigrationState::Missing,
    }));
    all.sort_by_key(|status| status.version);
    Ok(all)
}

/// The migrations that the database has recorded: version, name, checksum. Reads only, so that the status of a database
/// never changes it.
async fn records(db: &Db) -> Result<Vec<(i64, String, Vec<u8>)>, DbError> {
    let executor = Executor::Pool(db.clone());
    let exists = match db.dialect() {
        Dialect::Sqlite => format!("SELECT count(*) > 0 FROM sqlite_master WHERE name = '{TABLE}'"),
        Dialect::Postgres => format!("SELECT to_regclass('{TABLE}') IS NOT NULL"),
    };
    let rows = executor.read(statement(exists), &Layout::default().with_column(Kind::Bool)).await?;
    if rows.iter().all(|row| *row.get(0) != Value::Bool(true)) {
        return Ok(Vec::new());
    }
    let layout = Layout::default().with_column(Kind::I64).with_column(Kind::Text).with_column(Kind::Bytes);
    let query = statement(format!("SELECT version, description, checksum FROM {TABLE}"));
    let rows = executor.read(query, &layout).await?;
    Ok(rows
        .into_iter()
        .filter_map(|mut row| match (row.take(0), row.take(1), row.take(2)) {
            (Value::Int(version), Value::Text(name), Value::Bytes(checksum)) => {
                Some((version, name, checksum.to_vec()))
            }
            _ => None,
        })
        .collect())
}

fn statement(sql: String) -> Statement {
    Statement::new(sql, Values(Vec::new()))
}
