//! Why a migration could not be written or run, in one line with the way out.

use std::path::PathBuf;

use crate::db::DbError;
use crate::entity::RegistryError;

/// Why a migration could not be written or run. Safe to show to the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MigrateError {
    /// A file or folder could not be read or written.
    #[error("{}: {reason}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        reason: String,
    },
    /// A file that cannot be used as a part of a migration.
    #[error("{}: {reason}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong and the way out.
        reason: String,
    },
    /// A migration's name leaves nothing to call a file.
    #[error("`{0}` cannot name a migration; use letters, digits and `_`")]
    Name(String),
    /// The names of the entities' tables, columns or indexes are none in SQL, or are given twice.
    #[error(transparent)]
    Names(#[from] RegistryError),
    /// Something is gone and something is new that may be the same under another name.
    #[error("{}; say so with {}, or that it is not with `--allow {allow}`", .what.join("; "), .declare.join(", "))]
    RenameUnclear {
        /// What may be one, one phrase each.
        what: Vec<String>,
        /// What declares each of them.
        declare: Vec<String>,
        /// What accepts the loss instead.
        allow: &'static str,
    },
    /// The kind or the column of a table's primary key changed, which no migration keeps references over.
    #[error(
        "the primary key of `{0}` changed; rows would be other rows to all that refers to them: make another table and \
         move the rows, `migrate make --empty <name>` makes the files"
    )]
    PrimaryKeyChanged(
        /// The table.
        String,
    ),
    /// Row-level security that cannot be written for these migrations: why, and the way out.
    #[error("{0}")]
    RowSecurity(String),
    /// The file of an applied migration differs from what was applied.
    #[error(
        "migration {version}_{name} was changed after it was applied; restore its file and write a new migration for \
         the change"
    )]
    Changed {
        /// Its version.
        version: i64,
        /// Its name.
        name: String,
    },
    /// The file of an applied migration is missing.
    #[error("migration {version} is applied, but its file is missing; restore it (is this an older build?)")]
    Missing {
        /// Its version; the status has its name.
        version: i64,
    },
    /// A migration that cannot be reverted.
    #[error(
        "migration {version}_{name} has no `.down.sql` file; write it to be able to take the migration back"
    )]
    NoDown {
        /// Its version.
        version: i64,
        /// Its name.
        name: String,
    },
    /// A migration that is to be written by hand and is not written yet.
    #[error("migration {version}_{name} is not written yet; fill in {file} and remove its first line")]
    Unwritten {
        /// Its version.
        version: i64,
        /// Its name.
        name: String,
        /// The file to be written.
        file: String,
    },
    /// A migration's SQL failed. On SQLite the whole run is rolled back; on PostgreSQL earlier migrations stay applied.
    #[error("migration {version}_{name} failed: {reason}")]
    Failed {
        /// Its version.
        version: i64,
        /// Its name.
        name: String,
        /// The error of the database.
        reason: String,
    },
    /// The migrations would leave references to rows that do not exist (SQLite, which checks at the end).
    #[error(
        "the migrations leave rows of `{table}` that refer to missing rows of `{target}`; nothing was kept"
    )]
    BrokenReferences {
        /// The table that refers.
        table: String,
        /// The table referred to.
        target: String,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl MigrateError {
    pub(crate) fn io(path: impl Into<PathBuf>, error: &std::io::Error) -> Self {
        Self::Io { path: path.into(), reason: error.to_string() }
    }

    pub(super) fn file(path: impl Into<PathBuf>, reason: impl Into<String>) -> Self {
        Self::File { path: path.into(), reason: reason.into() }
    }
}
