//! The folder of an application's migrations: `<version>_<name>.up.sql` and `.down.sql`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::migrate::{MigrateError, framework};

pub(super) use crate::migrate::header::UNWRITTEN;

/// The files of one migration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MigrationFiles {
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) up: String,
    pub(super) down: Option<String>,
}

/// Whether a file applies a migration or reverts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileDirection {
    Up,
    Down,
}

/// The migrations of a folder, oldest first. A folder that does not exist has none.
pub(super) fn read(folder: &Path) -> Result<Vec<MigrationFiles>, MigrateError> {
    let mut ups: BTreeMap<i64, (String, PathBuf)> = BTreeMap::new();
    let mut downs: BTreeMap<i64, (String, PathBuf)> = BTreeMap::new();
    for path in sql_files(folder)? {
        let (version, name, direction) = parse_name(&path)?;
        let files = match direction {
            FileDirection::Up => &mut ups,
            FileDirection::Down => &mut downs,
        };
        if let Some((_, first)) = files.insert(version, (name, path.clone())) {
            let first = first.file_name().unwrap_or_default().to_string_lossy();
            return Err(MigrateError::file(
                path,
                format!("has the version of {first}; give one of them another"),
            ));
        }
    }
    let files = ups
        .into_iter()
        .map(|(version, (name, up))| {
            let down = downs.remove(&version).map(|(_, path)| read_sql(&path)).transpose()?;
            Ok(MigrationFiles { version, name, up: read_sql(&up)?, down })
        })
        .collect::<Result<_, MigrateError>>()?;
    match downs.into_values().next() {
        Some((_, path)) => Err(MigrateError::file(path, "has no `.up.sql` file beside it")),
        None => Ok(files),
    }
}

fn sql_files(folder: &Path) -> Result<Vec<PathBuf>, MigrateError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(MigrateError::io(folder, &error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| MigrateError::io(folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// `20240131120000_create_user.up.sql` as its version, name and direction.
fn parse_name(path: &Path) -> Result<(i64, String, FileDirection), MigrateError> {
    let wrong = || {
        MigrateError::file(
            path,
            "is not named like a migration; call it `<version>_<name>.up.sql` or `.down.sql`",
        )
    };
    let file = path.file_name().and_then(|name| name.to_str()).ok_or_else(wrong)?;
    let (stem, direction) = match (file.strip_suffix(".up.sql"), file.strip_suffix(".down.sql")) {
        (Some(stem), _) => (stem, FileDirection::Up),
        (None, Some(stem)) => (stem, FileDirection::Down),
        (None, None) => return Err(wrong()),
    };
    let (version, name) = stem.split_once('_').ok_or_else(wrong)?;
    let version: i64 = version.parse().map_err(|_| wrong())?;
    if version <= framework::LAST_VERSION {
        return Err(MigrateError::file(
            path,
            format!("versions up to {} are the framework's; use a timestamp", framework::LAST_VERSION),
        ));
    }
    Ok((version, name.to_owned(), direction))
}

/// The text with `\n` as line end, so that a checkout on another system is the same migration.
fn read_sql(path: &Path) -> Result<String, MigrateError> {
    let text = std::fs::read_to_string(path).map_err(|error| MigrateError::io(path, &error))?;
    let text = text.replace("\r\n", "\n");
    let is_conflict = |line: &str| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ");
    if let Some(line) = text.lines().position(is_conflict) {
        let reason = format!("line {}: a conflict of a merge is not resolved", line + 1);
        return Err(MigrateError::file(path, reason));
    }
    Ok(text)
}
