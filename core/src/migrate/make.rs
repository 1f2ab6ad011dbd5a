//! Writing the step from the kept schema to the entities as SQL files.

use std::path::{Path, PathBuf};

use chrono::Utc;
use heck::ToSnakeCase as _;

use crate::db::Dialect;
use crate::entity::{EntityDef, Registry};
use crate::migrate::diff::Diff;
use crate::migrate::files::{self, UNWRITTEN};
use crate::migrate::row_security::Kept;
use crate::migrate::{MigrateError, Schema, ddl, framework};

/// The schema that the migrations beside it lead to.
const SNAPSHOT: &str = "schema.json";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The migration: `20240131120000_create_user`.
    pub name: String,
    /// Tables it creates.
    pub created: Vec<String>,
    /// Tables it drops.
    pub dropped: Vec<String>,
    /// The files written.
    pub files: Vec<PathBuf>,
}

/// Writes the migration from the schema kept in the folder to the entities, for each dialect, as
/// `<folder>/<dialect>/<timestamp>_<name>.up.sql` and `.down.sql`, and keeps the new schema beside them. `None` when
/// nothing changed.
///
/// A folder that has migrations for one dialect only stays so. Nothing is written when anything is refused.
///
/// # Errors
/// [`MigrateError::ChangedTables`] when more changed than whole tables; [`MigrateError::Io`] and
/// [`MigrateError::File`] when the folder cannot be used.
pub fn make(
    folder: impl AsRef<Path>,
    name: Option<&str>,
    registry: &Registry,
) -> Result<Option<Made>, MigrateError> {
    let steps = steps(folder.as_ref(), registry)?;
    let changed = changed(&steps);
    if !changed.is_empty() {
        return Err(MigrateError::ChangedTables(changed));
    }
    if steps.iter().all(|step| step.diff.is_empty()) {
        return Ok(None);
    }
    let name = match name {
        Some(name) => checked_name(name)?,
        None => default_name(&steps),
    };
    write(&steps, &name, Hand::Off).map(Some)
}

/// Writes a migration that is to be completed by hand: new and dropped tables as [`make`] writes them, then a list of
/// what changed within tables. Keeps the new schema. The files are refused by the runner until their first line is
/// removed.
///
/// # Errors
/// [`MigrateError::Io`] and [`MigrateError::File`] when the folder cannot be used.
pub fn make_by_hand(folder: impl AsRef<Path>, name: &str, registry: &Registry) -> Result<Made, MigrateError> {
    let steps = steps(folder.as_ref(), registry)?;
    write(&steps, &checked_name(name)?, Hand::On)
}

/// Whether the tables of a dialect are others than the entities ask for.
pub(super) fn is_behind(folder: &Path, dialect: Dialect, registry: &Registry) -> Result<bool, MigrateError> {
    Ok(steps(folder, registry)?.iter().any(|step| step.dialect == dialect && !step.diff.is_empty()))
}

/// Whether a person completes the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hand {
    On,
    Off,
}

/// The way of one dialect.
struct DialectStep {
    dialect: Dialect,
    folder: PathBuf,
    first: bool,
    last_version: i64,
    new: Schema,
    diff: Diff,
    /// The policies that its tables have.
    policies: Kept,
}

fn steps(folder: &Path, registry: &Registry) -> Result<Vec<DialectStep>, MigrateError> {
    let entities: Vec<&'static EntityDef> =
        registry.iter().map(|info| info.def).filter(|def| !framework::TABLES.contains(&def.table)).collect();
    let both = [Dialect::Sqlite, Dialect::Postgres];
    let present = both.map(|dialect| folder.join(dialect.name()).is_dir());
    let fresh = present == [false, false];
    both.into_iter()
        .zip(present)
        .filter(|(_, present)| fresh || *present)
        .map(|(dialect, _)| DialectStep::of(folder.join(dialect.name()), dialect, &entities))
        .collect()
}

impl DialectStep {
    fn of(folder: PathBuf, dialect: Dialect, entities: &[&'static EntityDef]) -> Result<Self, MigrateError> {
        let last_version = files::read(&folder)?.last().map_or(0, |files| files.version);
        let first = last_version == 0;
        let old = snapshot(&folder.join(SNAPSHOT), first)?;
        let new = Schema::of(entities, dialect);
        let policies = Kept::read(&folder)?;
        Ok(Self { dialect, diff: Diff::between(&old, &new), folder, first, last_version, new, policies })
    }

    fn up(&self, hand: Hand) -> String {
        let mut statements = ddl::drop(&self.diff.dropped, self.dialect);
        statements.extend(ddl::create(&self.diff.created, self.dialect));
        self.script(&statements, hand)
    }

    fn down(&self, hand: Hand) -> String {
        let mut statements = ddl::drop(&self.diff.created, self.dialect);
        statements.extend(ddl::create(&self.diff.dropped, self.dialect));
        // A table takes its policies with it; when it comes back, so do they.
        statements.extend(self.policies.among(&self.diff.dropped).statements());
        self.script(&statements, hand)
    }

    fn script(&self, statements: &[String], hand: Hand) -> String {
        let sql = ddl::script(statements);
        if hand == Hand::Off {
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

/// The kept schema; an empty one before the first migration.
fn snapshot(path: &Path, first: bool) -> Result<Schema, MigrateError> {
    match std::fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| {
            MigrateError::file(path, format!("is not a schema ({error}); restore it from version control"))
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && first => Ok(Schema::default()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(MigrateError::file(path, "is missing beside its migrations; restore it from version control"))
        }
        Err(error) => Err(MigrateError::io(path, &error)),
    }
}

/// What changed within tables, once where the dialects agree.
fn changed(steps: &[DialectStep]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for change in steps.iter().flat_map(|step| &step.diff.changed) {
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

fn default_name(steps: &[DialectStep]) -> String {
    let Some(step) = steps.first() else {
        return "changes".to_owned();
    };
    let names = |schema: &Schema| -> Vec<String> {
        schema.tables.iter().map(|table| table.name.to_snake_case()).collect()
    };
    match (names(&step.diff.created).as_slice(), names(&step.diff.dropped).as_slice()) {
        _ if step.first => "initial".to_owned(),
        ([table], []) => format!("create_{table}"),
        ([], [table]) => format!("drop_{table}"),
        _ => "changes".to_owned(),
    }
}

/// The version of a migration made now, after the last one.
pub(super) fn next_version(last: i64) -> i64 {
    let now: i64 = Utc::now().format("%Y%m%d%H%M%S").to_string().parse().unwrap_or(0);
    now.max(last + 1)
}

pub(super) fn write_file(folder: &Path, file: &str, text: &str) -> Result<PathBuf, MigrateError> {
    let path = folder.join(file);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|error| MigrateError::io(&path, &error))?;
    Ok(path)
}

fn write(steps: &[DialectStep], name: &str, hand: Hand) -> Result<Made, MigrateError> {
    let last = steps.iter().map(|step| step.last_version).max().unwrap_or(0);
    let name = format!("{}_{name}", next_version(last));
    let mut files = Vec::new();
    for step in steps {
        let mut schema = step.new.clone();
        // By name, so that two branches that add tables merge.
        schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
        let json = serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n";
        let up_and_down = [
            (format!("{name}.up.sql"), step.up(hand)),
            (format!("{name}.down.sql"), step.down(hand)),
            (SNAPSHOT.to_owned(), json),
        ];
        let policies = step.policies.without(&step.diff.dropped).map(|left| left.file());
        for (file, text) in up_and_down.into_iter().chain(policies) {
            files.push(write_file(&step.folder, &file, &text)?);
        }
    }
    let tables = |schema: fn(&Diff) -> &Schema| -> Vec<String> {
        let step = steps.first().into_iter();
        let tables = step.flat_map(|step| &schema(&step.diff).tables);
        tables.map(|table| table.name.clone()).collect()
    };
    Ok(Made { name, created: tables(|diff| &diff.created), dropped: tables(|diff| &diff.dropped), files })
}
