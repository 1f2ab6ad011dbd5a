//! What a database records of its migrations, in the layout of sqlx's own table.

use std::time::Duration;

use sqlx::Error;

use crate::db::{Dialect, literal};
use crate::migrate::MigrateError;
use crate::migrate::migrations::MigrationEntry;
use crate::migrate::runner::session::{Session, code};
use crate::migrate::runner::{TABLE, of_sqlx};

/// An applied migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migrate) struct Record {
    pub(in crate::migrate) version: i64,
    pub(in crate::migrate) name: String,
    pub(in crate::migrate) checksum: Vec<u8>,
}

/// The tables in which other frameworks record their migrations.
const OTHERS: [(&str, &str); 10] = [
    ("_sqlx_migrations", "sqlx"),
    ("django_migrations", "Django"),
    ("alembic_version", "Alembic"),
    ("ar_internal_metadata", "Rails"),
    ("_prisma_migrations", "Prisma"),
    ("__diesel_schema_migrations", "Diesel"),
    ("seaql_migrations", "SeaORM"),
    ("flyway_schema_history", "Flyway"),
    ("databasechangelog", "Liquibase"),
    ("atlas_schema_revisions", "Atlas"),
];

/// Fails when another framework migrates the database.
pub(super) async fn check_ours(session: &mut Session<'_>) -> Result<(), MigrateError> {
    if exists(session, TABLE).await? {
        return Ok(());
    }
    for (table, framework) in OTHERS {
        if exists(session, table).await? {
            return Err(MigrateError::OtherFramework { framework, table });
        }
    }
    Ok(())
}

/// Makes the table of records where there is none.
pub(super) async fn ensure_table(session: &mut Session<'_>) -> Result<(), MigrateError> {
    if exists(session, TABLE).await? {
        return Ok(());
    }
    let (time, bytes) = match session.dialect() {
        Dialect::Sqlite => ("TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP", "BLOB"),
        Dialect::Postgres => ("TIMESTAMPTZ NOT NULL DEFAULT now()", "BYTEA"),
    };
    let create = format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on {time}, \
         success BOOLEAN NOT NULL, checksum {bytes} NOT NULL, execution_time BIGINT NOT NULL)"
    );
    match session.execute(&create).await {
        // Without a lock another process may have made it at the same time, which `IF NOT EXISTS` does not see.
        Err(error) if matches!(code(&error).as_deref(), Some("23505" | "42P07" | "42710")) => Ok(()),
        Err(error) => Err(of_sqlx(error)),
        Ok(()) => Ok(()),
    }
}

async fn exists(session: &mut Session<'_>, table: &str) -> Result<bool, MigrateError> {
    let query = match session.dialect() {
        Dialect::Sqlite => format!("SELECT count(*) > 0 FROM sqlite_master WHERE name = '{table}'"),
        Dialect::Postgres => format!("SELECT to_regclass('{table}') IS NOT NULL"),
    };
    session.holds(&query).await.map_err(of_sqlx)
}

/// The applied migrations, oldest first.
pub(super) async fn read(session: &mut Session<'_>) -> Result<Vec<Record>, MigrateError> {
    let hex = match session.dialect() {
        Dialect::Sqlite => "hex(checksum)",
        Dialect::Postgres => "encode(checksum, 'hex')",
    };
    let query = format!("SELECT version, description, {hex} FROM {TABLE} ORDER BY version");
    let rows = session.rows(&query).await.map_err(of_sqlx)?;
    Ok(rows.into_iter().filter_map(record).collect())
}

fn record(row: Vec<(String, Option<String>)>) -> Option<Record> {
    let mut cells = row.into_iter().map(|(_, text)| text.unwrap_or_default());
    let (version, name, hex) = (cells.next()?.parse().ok()?, cells.next()?, cells.next()?);
    let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    let checksum = (0..hex.len()).step_by(2).map(byte).collect::<Option<_>>()?;
    Some(Record { version, name, checksum })
}

/// Records that a migration is applied.
pub(super) async fn insert(
    session: &mut Session<'_>,
    entry: &MigrationEntry,
    elapsed: Duration,
) -> Result<(), Error> {
    let hex: String = entry.checksum.iter().map(|byte| format!("{byte:02x}")).collect();
    let checksum = match session.dialect() {
        Dialect::Sqlite => format!("x'{hex}'"),
        Dialect::Postgres => format!("decode('{hex}', 'hex')"),
    };
    let (version, name) = (entry.version, literal(&entry.name, session.dialect()));
    let nanoseconds = i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX);
    session
        .execute(&format!(
            "INSERT INTO {TABLE} (version, description, success, checksum, execution_time) \
             VALUES ({version}, {name}, TRUE, {checksum}, {nanoseconds})"
        ))
        .await
}

/// Removes the record of a migration.
pub(super) async fn remove(session: &mut Session<'_>, version: i64) -> Result<(), Error> {
    session.execute(&format!("DELETE FROM {TABLE} WHERE version = {version}")).await
}
