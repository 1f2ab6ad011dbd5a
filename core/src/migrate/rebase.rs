//! `migrate rebase`: migrations of one's own that are not applied come after those of others, which are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::db::Dialect;
use crate::migrate::files::{self, MigrationFiles};
use crate::migrate::make::next_version;
use crate::migrate::{MigrateError, MigrationState, MigrationStatus};

/// Gives migrations versions after all others of the folder, in the order that they have, and returns the names before and after:
/// those that are named by version or name, by default those that come before one which is applied. Both dialects' files are
/// renamed alike; nothing is when anything is refused.
///
/// # Errors
/// [`MigrateError`] when one of them is applied or does not exist, or a file cannot be renamed.
pub fn rebase(
    folder: impl AsRef<Path>,
    statuses: &[MigrationStatus],
    names: &[String],
) -> Result<Vec<(String, String)>, MigrateError> {
    let mut chosen = chosen(statuses, names)?;
    chosen.sort_by_key(|status| status.version);
    let folders = [Dialect::Sqlite, Dialect::Postgres].map(|dialect| folder.as_ref().join(dialect.name()));
    let mut renames = Vec::new();
    let mut moved = Vec::new();
    let mut last = newest(&folders, statuses, &chosen)?;
    for status in chosen {
        let before = status.full_name();
        last = next_version(last);
        let after = format!("{last}_{}", status.name);
        let files = folders.iter().flat_map(|folder| {
            ["up", "down"].map(|direction| {
                let path = |name: &str| folder.join(format!("{name}.{direction}.sql"));
                (path(&before), path(&after))
            })
        });
        let files: Vec<(PathBuf, PathBuf)> = files.filter(|(before, _)| before.is_file()).collect();
        if files.is_empty() {
            // A function of the program has its name in the program.
            return Err(MigrateError::NoFiles { name: before });
        }
        renames.extend(files);
        moved.push((before, after));
    }
    for (before, after) in renames {
        std::fs::rename(&before, after).map_err(|error| MigrateError::io(&before, &error))?;
    }
    Ok(moved)
}

fn chosen<'s>(
    statuses: &'s [MigrationStatus],
    names: &[String],
) -> Result<Vec<&'s MigrationStatus>, MigrateError> {
    if names.is_empty() {
        let late = statuses.iter().filter(|status| status.state == MigrationState::OutOfOrder);
        return Ok(late.collect());
    }
    let mut chosen: BTreeMap<i64, &MigrationStatus> = BTreeMap::new();
    for name in names {
        let is_it = |status: &&MigrationStatus| {
            status.full_name() == *name || status.name == *name || status.version.to_string() == *name
        };
        let found: Vec<&MigrationStatus> = statuses.iter().filter(is_it).collect();
        let [status] = found.as_slice() else {
            return Err(MigrateError::NoOneMigration { name: name.clone(), count: found.len() });
        };
        if !matches!(
            status.state,
            MigrationState::Pending | MigrationState::Waiting | MigrationState::OutOfOrder
        ) {
            return Err(MigrateError::IsApplied { name: status.full_name() });
        }
        chosen.insert(status.version, status);
    }
    Ok(chosen.into_values().collect())
}

/// The newest version of all that keep theirs.
fn newest(
    folders: &[PathBuf],
    statuses: &[MigrationStatus],
    chosen: &[&MigrationStatus],
) -> Result<i64, MigrateError> {
    let mut versions: Vec<i64> = statuses.iter().map(|status| status.version).collect();
    for folder in folders {
        versions.extend(files::read(folder)?.iter().map(|MigrationFiles { version, .. }| *version));
    }
    let stays = |version: &&i64| chosen.iter().all(|status| status.version != **version);
    Ok(versions.iter().filter(stays).copied().max().unwrap_or(0))
}
