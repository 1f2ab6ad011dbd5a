//! `migrate squash`: old migrations become one, which databases that have applied them take for applied.

use std::path::{Path, PathBuf};

use crate::db::Dialect;
use crate::migrate::files::{self, MigrationFiles};
use crate::migrate::header::{CONTRACT, Header, NO_TRANSACTION, PART};
use crate::migrate::make::{checked_name, write_file};
use crate::migrate::script::Script;
use crate::migrate::script::concurrently::in_transaction;
use crate::migrate::{MigrateError, MigrationOrigin, MigrationState, MigrationStatus};

/// Migrations that have become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Squashed {
    /// The one: `20240131120000_squashed`.
    pub name: String,
    /// How many it stands for.
    pub replaced: usize,
    /// The files written; those of the others are removed.
    pub files: Vec<PathBuf>,
}

/// Joins the migrations up to a version, by default the newest that is applied, into one with that version. Its texts are theirs,
/// one after the other, in both dialects. A database that has applied them all records the one instead with its next `up`.
///
/// # Errors
/// [`MigrateError`] when one of them is not applied or cannot be run in a transaction, when there are not two, or a file cannot be
/// read or written.
pub fn squash(
    folder: impl AsRef<Path>,
    statuses: &[MigrationStatus],
    name: &str,
    to: Option<i64>,
) -> Result<Squashed, MigrateError> {
    let of_app = |status: &&MigrationStatus| status.origin == Some(MigrationOrigin::App);
    let applied = |status: &&MigrationStatus| status.state == MigrationState::Applied;
    let newest = statuses.iter().filter(of_app).rfind(applied).map(|status| status.version);
    let Some(last) = to.or(newest) else { return Err(MigrateError::TooFewToSquash) };
    if !statuses.iter().any(|status| status.version == last) {
        return Err(MigrateError::UnknownVersion { version: last });
    }
    let joined: Vec<&MigrationStatus> =
        statuses.iter().filter(of_app).filter(|status| status.version <= last).collect();
    if let Some(status) = joined.iter().find(|status| !applied(status)) {
        return Err(MigrateError::NotApplied { version: status.version });
    }
    if joined.len() < 2 {
        return Err(MigrateError::TooFewToSquash);
    }
    let name = format!("{last}_{}", checked_name(name)?);
    let mut written = Vec::new();
    let mut removed = Vec::new();
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let folder = folder.as_ref().join(dialect.name());
        if !folder.is_dir() {
            continue;
        }
        let mut all = files::read(&folder)?;
        all.retain(|files| files.version <= last);
        if let Some(status) = joined.iter().find(|status| all.iter().all(|one| one.version != status.version))
        {
            return Err(MigrateError::NoFiles { name: status.full_name() });
        }
        for files in &all {
            let stem = format!("{}_{}", files.version, files.name);
            removed.extend(["up", "down"].map(|direction| folder.join(format!("{stem}.{direction}.sql"))));
        }
        written.push((folder.clone(), format!("{name}.up.sql"), up(&all, dialect)?));
        if let Some(down) = down(&all, dialect)? {
            written.push((folder, format!("{name}.down.sql"), down));
        }
    }
    let files = written
        .into_iter()
        .map(|(folder, file, text)| write_file(&folder, &file, &text))
        .collect::<Result<Vec<_>, _>>()?;
    for path in removed.iter().filter(|path| path.is_file() && !files.contains(path)) {
        std::fs::remove_file(path).map_err(|error| MigrateError::io(path, &error))?;
    }
    Ok(Squashed { name, replaced: joined.len(), files })
}

fn up(all: &[MigrationFiles], dialect: Dialect) -> Result<String, MigrateError> {
    // One of them may stand for others already.
    let versions = all.iter().flat_map(|files| {
        let replaced = Header::parse(&files.up).replaces;
        if replaced.is_empty() { vec![files.version] } else { replaced }
    });
    let versions: Vec<String> = versions.map(|version| version.to_string()).collect();
    let mut text = format!("-- entify: replaces {}\n", versions.join(" "));
    for files in all {
        text.push_str(&part(files, &files.up, dialect)?);
    }
    Ok(text)
}

/// The way back, when each of them has one.
fn down(all: &[MigrationFiles], dialect: Dialect) -> Result<Option<String>, MigrateError> {
    let mut text = String::new();
    for files in all.iter().rev() {
        let Some(down) = &files.down else { return Ok(None) };
        text.push_str(&part(files, down, dialect)?);
    }
    Ok(Some(text))
}

/// The text of one, for a place among others in a transaction.
fn part(files: &MigrationFiles, sql: &str, dialect: Dialect) -> Result<String, MigrateError> {
    let (version, name) = (files.version, &files.name);
    let mark = |line: &&str| *line != CONTRACT && !line.starts_with("-- entify: replaces ");
    let mut body: String = sql.lines().filter(mark).map(|line| format!("{line}\n")).collect();
    if Header::parse(sql).no_transaction {
        let problem = || MigrateError::CannotSquash { name: format!("{version}_{name}") };
        let script = Script::parse(sql, dialect).map_err(|_| problem())?;
        if let Some(statement) = script.statements.first() {
            // It is only run on a database without rows.
            let plain = in_transaction(statement.text).ok_or_else(problem)?;
            body = body.replace(statement.text, &plain);
        }
        body = body
            .lines()
            .filter(|line| !line.starts_with(NO_TRANSACTION))
            .map(|line| format!("{line}\n"))
            .collect();
    }
    Ok(format!("\n{PART}{version}_{name}\n{}", body.trim_start()))
}
