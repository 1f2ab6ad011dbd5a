//! Why a migration could not be written or run, in one line with the way out.

use std::path::PathBuf;
use std::time::Duration;

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
    /// A migration that is applied is newer than all that the program has.
    #[error(
        "the database is of a newer version of the program: {applied} is applied, and the newest migration here is {newest}; \
         run that version"
    )]
    NewerDatabase {
        /// The first that is not known.
        applied: String,
        /// The newest one of the program.
        newest: String,
    },
    /// The database has migrations applied, and none of the program's.
    #[error(
        "the database has the history of another application: {applied} is applied, and none of the migrations here is; \
         check `DATABASE_URL`"
    )]
    OtherHistory {
        /// The first that is not known.
        applied: String,
    },
    /// The tables of the database are another framework's.
    #[error(
        "the database is migrated by {framework} (it has the table `{table}`), and is left as it is; give the application a \
         database of its own, or take it over: `inspect` writes entities for the tables that are there, and \
         `migrate up --adopt` records their migrations without running them"
    )]
    OtherFramework {
        /// The framework.
        framework: &'static str,
        /// The table in which it records its migrations.
        table: &'static str,
    },
    /// A database is to be adopted that has applied migrations.
    #[error(
        "{applied} is applied, so the database is the application's already; run `migrate up` without `--adopt`"
    )]
    Adopted {
        /// The newest that is applied.
        applied: String,
    },
    /// The database takes no writes.
    #[error("the database is read-only; migrations need one that can be written to")]
    ReadOnly,
    /// A migration that is not applied comes before one that is.
    #[error(
        "migration {pending} is not applied but comes before {applied}, which is; give it a later version with \
         `migrate rebase`, or apply it all the same with `migrate up --out-of-order`"
    )]
    OutOfOrder {
        /// The migration that is not applied.
        pending: String,
        /// The newest that is.
        applied: String,
    },
    /// A version that no migration has.
    #[error("there is no migration {version}; `migrate status` lists them")]
    UnknownVersion {
        /// The version.
        version: i64,
    },
    /// A version that is not applied.
    #[error("migration {version} is not applied; `migrate status` lists those that are")]
    NotApplied {
        /// The version.
        version: i64,
    },
    /// Two migrations have one version.
    #[error("{one} and {other} have one version; give one of them another")]
    SameVersion {
        /// A migration.
        one: String,
        /// The other.
        other: String,
    },
    /// The name of a data migration has no version.
    #[error("`{0}` cannot name a data migration; write a timestamp and a name: `20261127120000_fill_slugs`")]
    DataName(String),
    /// Only a part of what a migration stands for is applied.
    #[error(
        "{name} stands for migrations of which {missing} is not applied; apply it with the version of the program that has \
         it as a file of its own"
    )]
    HalfReplaced {
        /// The migration that stands for others.
        name: String,
        /// The first of them that is not applied.
        missing: i64,
    },
    /// What a migration asserts does not hold.
    #[error("migration {name} stops before anything of it is applied: `{assertion}` does not hold{}", found(*.rows, .samples))]
    Assertion {
        /// The migration.
        name: String,
        /// The query that is not true.
        assertion: String,
        /// How many rows are against it, for `select not exists (…)`.
        rows: Option<u64>,
        /// The first of them.
        samples: Vec<String>,
    },
    /// A migration did not get its locks.
    #[error(
        "migration {name} did not get a lock for {} s, and nothing of it is applied{}; try again when it is free",
        .waited.as_secs(), held_by(.holders)
    )]
    Locked {
        /// The migration.
        name: String,
        /// How long it was tried.
        waited: Duration,
        /// Who holds the locks, where that is known.
        holders: Vec<String>,
    },
    /// A migration without files in the folder.
    #[error(
        "{name} has no files in the folder of migrations; is it a function of the program, or compiled into it?"
    )]
    NoFiles {
        /// The migration.
        name: String,
    },
    /// A name that is not one migration's.
    #[error("`{name}` names {count} migrations; `migrate status` lists them")]
    NoOneMigration {
        /// The name.
        name: String,
        /// How many have it.
        count: usize,
    },
    /// A migration that is applied, and keeps its version.
    #[error("{name} is applied and keeps its version; take it back first with `migrate down`")]
    IsApplied {
        /// The migration.
        name: String,
    },
    /// There are not two applied migrations of the application.
    #[error("there are not two applied migrations to be joined")]
    TooFewToSquash,
    /// A migration that can only be run by itself.
    #[error(
        "{name} cannot be run in a transaction, so it cannot be joined with others; `--to` ends before it"
    )]
    CannotSquash {
        /// The migration.
        name: String,
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

/// What stands against an assertion.
fn found(rows: Option<u64>, samples: &[String]) -> String {
    let Some(rows) = rows else { return String::new() };
    let rows = if rows == 1 { "1 row is".to_owned() } else { format!("{rows} rows are") };
    match samples.is_empty() {
        true => format!(": {rows} against it"),
        false => format!(": {rows} against it, like {}", samples.join(", ")),
    }
}

fn held_by(holders: &[String]) -> String {
    if holders.is_empty() { String::new() } else { format!("; it is held by {}", holders.join(", ")) }
}
