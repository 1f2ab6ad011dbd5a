//! Writes what changed between the stored schema and the entities as SQL files.

use std::path::{Path, PathBuf};

use chrono::Utc;
use heck::ToSnakeCase as _;

use crate::db::Dialect;
use crate::entity::{EntityDef, Registry};
use crate::migrate::diff::{Diff, Renames};
use crate::migrate::files::{self, UNWRITTEN};
use crate::migrate::row_security::PolicySnapshot;
use crate::migrate::{DatabaseSchema, MigrateError, ddl, framework, names};

/// The file with the schema that the migrations beside it result in.
const SCHEMA_FILE: &str = "schema.json";

/// A migration that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMigration {
    /// The migration: `20240131120000_create_user`.
    pub name: String,
    /// Tables it creates.
    pub created: Vec<String>,
    /// Tables it drops.
    pub dropped: Vec<String>,
    /// The files written.
    pub files: Vec<PathBuf>,
}

/// Writes the migration from the schema stored in the folder to the entities, for each dialect, as
/// `<folder>/<dialect>/<timestamp>_<name>.up.sql` and `.down.sql`, and stores the new schema beside them. `None` when
/// nothing changed.
///
/// A folder that has migrations for one dialect only stays so. Nothing is written when anything is refused.
///
/// # Errors
/// [`MigrateError::Names`] when the entities' names in SQL are none or collide; [`MigrateError::ChangedTables`] when more
/// changed than whole tables; [`MigrateError::Io`] and [`MigrateError::File`] when the folder cannot be used.
pub fn make(
    folder: impl AsRef<Path>,
    name: Option<&str>,
    registry: &Registry,
) -> Result<Option<NewMigration>, MigrateError> {
    let changes = changes(folder.as_ref(), registry)?;
    let changed = changed_tables(&changes);
    if !changed.is_empty() {
        return Err(MigrateError::ChangedTables(changed));
    }
    if changes.iter().all(|change| change.diff.is_empty()) {
        return Ok(None);
    }
    let name = match name {
        Some(name) => checked_name(name)?,
        None => default_name(&changes),
    };
    write(&changes, &name, Authoring::Generated).map(Some)
}

/// Writes a migration that is to be completed by hand: new and dropped tables as [`make`] writes them, renamed columns
/// (`was = "…"`), and a list of what changed within tables. Stores the new schema. The files are refused by the runner until their first line is
/// removed.
///
/// # Errors
/// [`MigrateError::Names`] when the entities' names in SQL are none or collide; [`MigrateError::Io`] and
/// [`MigrateError::File`] when the folder cannot be used.
pub fn make_by_hand(
    folder: impl AsRef<Path>,
    name: &str,
    registry: &Registry,
) -> Result<NewMigration, MigrateError> {
    let changes = changes(folder.as_ref(), registry)?;
    write(&changes, &checked_name(name)?, Authoring::Manual)
}

/// Whether the entities need other tables in a dialect than the migrations create.
pub(super) fn has_changes(
    folder: &Path,
    dialect: Dialect,
    registry: &Registry,
) -> Result<bool, MigrateError> {
    Ok(changes(folder, registry)?.iter().any(|change| change.dialect == dialect && !change.diff.is_empty()))
}

/// Who writes the SQL of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Authoring {
    /// A person completes the files.
    Manual,
    /// The files are complete.
    Generated,
}

/// What changed in one dialect.
struct DialectChange {
    dialect: Dialect,
    folder: PathBuf,
    first: bool,
    last_version: i64,
    new: DatabaseSchema,
    diff: Diff,
    /// The policies of its tables.
    policies: PolicySnapshot,
}

fn changes(folder: &Path, registry: &Registry) -> Result<Vec<DialectChange>, MigrateError> {
    names::check(registry)?;
    let entities: Vec<&'static EntityDef> = registry
        .iter()
        .map(|info| info.def)
        .filter(|def| !def.external && !framework::TABLES.contains(&def.table))
        .collect();
    let both = [Dialect::Sqlite, Dialect::Postgres];
    let present = both.map(|dialect| folder.join(dialect.name()).is_dir());
    let fresh = present == [false, false];
    both.into_iter()
        .zip(present)
        .filter(|(_, present)| fresh || *present)
        .map(|(dialect, _)| DialectChange::of(folder.join(dialect.name()), dialect, &entities))
        .collect()
}

impl DialectChange {
    fn of(folder: PathBuf, dialect: Dialect, entities: &[&'static EntityDef]) -> Result<Self, MigrateError> {
        let last_version = files::read(&folder)?.last().map_or(0, |files| files.version);
        let first = last_version == 0;
        let old = read_schema(&folder.join(SCHEMA_FILE), first)?;
        let new = DatabaseSchema::of(entities, dialect);
        let policies = PolicySnapshot::read(&folder)?;
        Ok(Self {
            dialect,
            diff: Diff::between(&old, &new, &Renames(entities)),
            folder,
            first,
            last_version,
            new,
            policies,
        })
    }

    fn up(&self, authoring: Authoring) -> String {
        let mut statements = ddl::drop(&self.diff.dropped, self.dialect);
        statements
            .extend(self.renames().map(|(table, before, name)| ddl::rename_column(table, before, name)));
        statements.extend(ddl::create(&self.diff.created, self.dialect));
        self.script(&statements, authoring)
    }

    fn down(&self, authoring: Authoring) -> String {
        let mut statements = ddl::drop(&self.diff.created, self.dialect);
        statements
            .extend(self.renames().map(|(table, before, name)| ddl::rename_column(table, name, before)));
        statements.extend(ddl::create(&self.diff.dropped, self.dialect));
        // Dropping a table drops its policies; they are created again with it.
        statements.extend(self.policies.of_schema(&self.diff.dropped).statements());
        self.script(&statements, authoring)
    }

    /// The columns that have another name: the table, the old name and the new one.
    fn renames(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.diff.changed.iter().flat_map(|change| {
            let renamed = change.renamed.iter();
            renamed.map(|(before, name)| (change.table.as_str(), before.as_str(), name.as_str()))
        })
    }

    fn script(&self, statements: &[String], authoring: Authoring) -> String {
        let sql = ddl::script(statements);
        if authoring == Authoring::Generated {
            return sql;
        }
        let mut lines = vec![UNWRITTEN.to_owned()];
        for change in &self.diff.changed {
            lines.push(format!("-- table {}:", change.table));
            lines.extend(change.what.iter().map(|what| format!("--   {what}")));
        }
        let notes = lines.join("\n") + "\n";
        if sql.is_empty() { notes } else { format!("{notes}\n{sql}") }
    }
}

/// The stored schema; an empty one before the first migration.
fn read_schema(path: &Path, first: bool) -> Result<DatabaseSchema, MigrateError> {
    match std::fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| {
            MigrateError::file(path, format!("is not a schema ({error}); restore it from version control"))
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && first => Ok(DatabaseSchema::default()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(MigrateError::file(path, "is missing beside its migrations; restore it from version control"))
        }
        Err(error) => Err(MigrateError::io(path, &error)),
    }
}

/// What changed within tables; the same change in both dialects is listed once.
fn changed_tables(changes: &[DialectChange]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for change in changes.iter().flat_map(|change| &change.diff.changed) {
        let text = change.to_string();
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

pub(super) fn checked_name(name: &str) -> Result<String, MigrateError> {
    let clean = name.to_snake_case();
    let fits = !clean.is_empty() && clean.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if fits { Ok(clean) } else { Err(MigrateError::Name(name.to_owned())) }
}

fn default_name(changes: &[DialectChange]) -> String {
    let Some(change) = changes.first() else {
        return "changes".to_owned();
    };
    let names = |schema: &DatabaseSchema| -> Vec<String> {
        schema.tables.iter().map(|table| table.name.to_snake_case()).collect()
    };
    match (names(&change.diff.created).as_slice(), names(&change.diff.dropped).as_slice()) {
        _ if change.first => "initial".to_owned(),
        ([table], []) => format!("create_{table}"),
        ([], [table]) => format!("drop_{table}"),
        _ => "changes".to_owned(),
    }
}

/// The version of a migration that is written now, after the last one.
pub(super) fn next_version(last: i64) -> i64 {
    let now: i64 = Utc::now().format("%Y%m%d%H%M%S").to_string().parse().unwrap_or(0);
    now.max(last + 1)
}

pub(super) fn write_file(folder: &Path, file: &str, text: &str) -> Result<PathBuf, MigrateError> {
    let path = folder.join(file);
    std::fs::create_dir_all(folder)
        .and_then(|()| crate::files::write(&path, text))
        .map_err(|error| MigrateError::io(&path, &error))?;
    Ok(path)
}

fn write(changes: &[DialectChange], name: &str, authoring: Authoring) -> Result<NewMigration, MigrateError> {
    let last = changes.iter().map(|change| change.last_version).max().unwrap_or(0);
    let name = format!("{}_{name}", next_version(last));
    let mut files = Vec::new();
    for change in changes {
        let mut schema = change.new.clone();
        // By name, so that two branches that add tables merge.
        schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
        let json = serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n";
        let up_and_down = [
            (format!("{name}.up.sql"), change.up(authoring)),
            (format!("{name}.down.sql"), change.down(authoring)),
            (SCHEMA_FILE.to_owned(), json),
        ];
        let policies = change.policies.without_schema(&change.diff.dropped).map(|remaining| remaining.file());
        for (file, text) in up_and_down.into_iter().chain(policies) {
            files.push(write_file(&change.folder, &file, &text)?);
        }
    }
    let tables = |schema: fn(&Diff) -> &DatabaseSchema| -> Vec<String> {
        let change = changes.first().into_iter();
        let tables = change.flat_map(|change| &schema(&change.diff).tables);
        tables.map(|table| table.name.clone()).collect()
    };
    Ok(NewMigration {
        name,
        created: tables(|diff| &diff.created),
        dropped: tables(|diff| &diff.dropped),
        files,
    })
}
