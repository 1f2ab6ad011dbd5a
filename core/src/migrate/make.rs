//! Writes what changed between the stored schema and the entities as SQL files.

use std::path::{Path, PathBuf};

use chrono::Utc;
use heck::ToSnakeCase as _;

use crate::db::Dialect;
use crate::entity::{EntityDef, Registry};
use crate::migrate::declared::{Fills, Renames, unused_names};
use crate::migrate::diff::Diff;
use crate::migrate::files::{self, UNWRITTEN};
use crate::migrate::lint::{self, Code, Context, Finding, MigrationText};
use crate::migrate::plan::{self, FilePlan, OneStep};
use crate::migrate::questions::{RenameQuestion, clarify_with};
use crate::migrate::row_security::PolicyChange;
use crate::migrate::{Column, DatabaseSchema, MigrateError, Table, framework, names};

/// The file with the schema that the migrations beside it result in.
const SCHEMA_FILE: &str = "schema.json";

/// What is found where an old column goes whose values are in a new one.
const MOVED: [Code; 2] = [Code::DropColumn, Code::DropConstraint];

/// A migration that was written: one change, in one file for each direction or in several that run one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMigration {
    /// Its first file: `20240131120000_create_user`.
    pub name: String,
    /// Tables it creates.
    pub created: Vec<String>,
    /// Tables it drops.
    pub dropped: Vec<String>,
    /// What it does, one phrase each.
    pub changes: Vec<String>,
    /// What is to be applied only once no older version of the program runs.
    pub contract: Vec<String>,
    /// What the entities declare without effect, and policies of row-level security that accept more rows than their rule,
    /// one line each.
    pub notes: Vec<String>,
    /// What the linter finds in the files, and was not accepted.
    pub findings: Vec<Finding>,
    /// The files written.
    pub files: Vec<PathBuf>,
}

/// How a migration is made.
#[derive(Default)]
pub struct MakeOptions<'a> {
    /// The migration's name; by default, what it does.
    pub name: Option<&'a str>,
    /// Findings of the linter that are accepted: `drop-column`, `rename-table`, …
    pub allow: &'a [String],
    /// Asked whether something that is gone and something that is new are one under another name. Without it, such a change is
    /// refused.
    pub ask: Option<&'a mut dyn FnMut(&RenameQuestion) -> bool>,
}

impl std::fmt::Debug for MakeOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MakeOptions")
            .field("name", &self.name)
            .field("allow", &self.allow)
            .finish_non_exhaustive()
    }
}

/// Writes the migration from the schema stored in the folder to the entities, for each dialect, as
/// `<folder>/<dialect>/<timestamp>_<name>.up.sql` and `.down.sql`, and stores the new schema beside them. `None` when
/// nothing changed.
///
/// On SQLite a change is one file. On PostgreSQL it is several where that lets others read and write meanwhile, and what a
/// running older version of the program could not live with comes last, in files marked `-- entify: contract`.
///
/// A folder that has migrations for one dialect only stays so. Nothing is written when anything is refused.
///
/// # Errors
/// [`MigrateError::Names`] when the entities' names in SQL are none or collide; [`MigrateError::RenameUnclear`] when something
/// that is gone and something that is new may be one; [`MigrateError::PrimaryKeyChanged`]; [`MigrateError::Io`] and
/// [`MigrateError::File`] when the folder cannot be used.
pub fn make(
    folder: impl AsRef<Path>,
    name: Option<&str>,
    registry: &Registry,
) -> Result<Option<NewMigration>, MigrateError> {
    make_with(folder, registry, MakeOptions { name, ..MakeOptions::default() })
}

/// [`make`] with more to say.
///
/// # Errors
/// As [`make`].
pub fn make_with(
    folder: impl AsRef<Path>,
    registry: &Registry,
    mut options: MakeOptions<'_>,
) -> Result<Option<NewMigration>, MigrateError> {
    let name = options.name.map(checked_name).transpose()?;
    let mut changes = changes(folder.as_ref(), registry)?;
    clarify(&mut changes, &mut options)?;
    let keys: Vec<String> = changes.iter().flat_map(DialectChange::changed_keys).collect();
    if let Some(table) = keys.into_iter().next() {
        return Err(MigrateError::PrimaryKeyChanged(table));
    }
    if changes.iter().all(DialectChange::is_empty) {
        // What changed is no change of the database: an old name that was taken away, the order of variants.
        for change in changes.iter().filter(|change| change.snapshot_differs) {
            write_file(&change.folder, SCHEMA_FILE, &change.snapshot())?;
        }
        return Ok(None);
    }
    let name = name.unwrap_or_else(|| default_name(&changes));
    write(&changes, &name, Authoring::Generated, options.allow).map(Some)
}

/// Writes a migration that is to be completed by hand, with a list of what changed and a draft. Stores the new schema. The files are refused
/// by the runner until their first line is removed.
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
    write(&changes, &checked_name(name)?, Authoring::Manual, &[])
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

/// The schema stored in a folder; none before the first migration.
pub(super) fn stored_schema(folder: &Path) -> Result<Option<DatabaseSchema>, MigrateError> {
    let path = folder.join(SCHEMA_FILE);
    if path.exists() { read_schema(&path, false).map(Some) } else { Ok(None) }
}

/// What changed in one dialect.
struct DialectChange {
    dialect: Dialect,
    folder: PathBuf,
    first: bool,
    last_version: i64,
    new: DatabaseSchema,
    snapshot_differs: bool,
    renames: Renames,
    fills: Fills,
    diff: Diff,
    unused: Vec<String>,
    policies: PolicyChange,
}

/// What the entities declare without effect, the same for both databases.
fn first_notes(changes: &[DialectChange]) -> Vec<String> {
    changes.first().map(|change| change.unused.clone()).unwrap_or_default()
}

/// The files of a change.
#[derive(Default)]
struct Texts {
    /// The name of the first.
    first: Option<String>,
    /// Their names and texts.
    files: Vec<(String, String)>,
    /// Those that wait until no older version runs.
    contract: Vec<String>,
    /// What the linter finds in them and is not accepted.
    findings: Vec<Finding>,
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
        .map(|(dialect, _)| DialectChange::of(folder.join(dialect.name()), dialect, &entities, registry))
        .collect()
}

impl DialectChange {
    fn of(
        folder: PathBuf,
        dialect: Dialect,
        entities: &[&'static EntityDef],
        registry: &Registry,
    ) -> Result<Self, MigrateError> {
        let last_version = files::read(&folder)?.last().map_or(0, |files| files.version);
        let first = last_version == 0;
        let old = read_schema(&folder.join(SCHEMA_FILE), first)?;
        let new = DatabaseSchema::of(entities, dialect);
        let renames = Renames::declared(entities, &old, &new);
        let diff = Diff::between(&old, &new, &renames);
        Ok(Self {
            dialect,
            policies: PolicyChange::of(&folder, registry, &diff)?,
            diff,
            folder,
            first,
            last_version,
            snapshot_differs: old.sorted() != new.sorted(),
            unused: unused_names(entities, &old),
            fills: Fills::declared(entities, dialect),
            renames,
            new,
        })
    }

    fn is_empty(&self) -> bool {
        self.diff.is_empty() && self.policies.is_empty()
    }

    /// What is to be done about columns of another type.
    fn retyped(&self) -> Vec<String> {
        if self.dialect == Dialect::Sqlite || self.first {
            return Vec::new();
        }
        let line = |(table, column): (&str, &str)| {
            format!(
                "no version of the program reads both types of `{column}` of `{table}`: stop those that run, then `migrate up \
                 --contract`, then start this one; to go on meanwhile, store the field in another column: \
                 `column = \"{column}_2\", was = \"{column}\"`"
            )
        };
        plan::retyped(&self.diff).map(line).collect()
    }

    /// Tables whose rows would be told apart by other keys.
    fn changed_keys(&self) -> impl Iterator<Item = String> {
        let altered = self.diff.altered.iter().filter(|table| {
            let (before, after) = (&table.translated.primary_key, &table.after.primary_key);
            before.identity != after.identity || before.column != after.column
        });
        altered.map(|table| table.after.name.clone())
    }

    fn rename(&mut self, question: &RenameQuestion) {
        let renames = std::mem::take(&mut self.renames);
        self.renames = match &question.table {
            None => renames.with_table(&question.before, &question.now),
            Some(table) => {
                let before = renames.table_before(table).unwrap_or(table).to_owned();
                renames.with_column((&before, table), &question.before, &question.now)
            }
        };
        self.diff = Diff::between(&self.diff.old, &self.diff.new, &self.renames);
    }

    /// The text of the stored schema, its tables by name, so that two branches that add tables merge.
    fn snapshot(&self) -> String {
        serde_json::to_string_pretty(&self.new.sorted()).unwrap_or_default() + "\n"
    }

    /// The files of the change.
    fn files(&self, allow: &[String]) -> Vec<FilePlan> {
        if self.dialect == Dialect::Sqlite {
            let declared = |table: &Table, column: &Column| {
                self.fills.of(&table.name, &column.name).map(str::to_owned).or_else(|| column.default.clone())
            };
            let empty = |table: &Table, column: &Column| {
                column.default.clone().or_else(|| plan::empty_value(table, column, Dialect::Sqlite))
            };
            let (up, down) = (
                plan::sqlite(&self.diff, &declared),
                plan::sqlite(&self.diff.inverse(&self.renames), &empty),
            );
            return vec![FilePlan { up, down, ..FilePlan::default() }];
        }
        let allowed = |code: &str| allow.iter().any(|allowed| allowed == code);
        let one_step = OneStep {
            columns: allowed("rename-column"),
            tables: allowed("rename-table"),
            values: allowed("enum-value-renamed"),
            types: allowed("type-change"),
        };
        let mut steps = plan::expand(&self.diff, &self.renames, &self.fills, one_step);
        self.policies.surround(&mut steps.expand);
        self.policies.restore_dropped(&mut steps.contract);
        let mut files = plan::files(steps.expand, false);
        let contract = plan::files(steps.contract, true).into_iter();
        files.extend(contract.map(|file| FilePlan { only_moves: steps.only_moves, ..file }));
        files
    }

    /// Settings of the transaction: no statement waits for long with others waiting behind it.
    fn settings(&self) -> &'static [&'static str] {
        match self.dialect == Dialect::Postgres && !self.first && !self.diff.only_creates() {
            true => &["SET LOCAL lock_timeout = '3s'"],
            false => &[],
        }
    }

    /// The files in text. A finding of the linter that is accepted is noted in the file that it is in.
    fn texts(
        &self,
        version: i64,
        name: &str,
        authoring: Authoring,
        allow: &[String],
    ) -> Result<Texts, MigrateError> {
        if authoring == Authoring::Manual {
            let file = |direction: &str| format!("{version}_{name}.{direction}.sql");
            let [up, down] = self.drafts(allow);
            return Ok(Texts { files: vec![(file("up"), up), (file("down"), down)], ..Texts::default() });
        }
        let plans = self.files(allow);
        let names: Vec<String> = (version..)
            .zip(&plans)
            .map(|(version, plan)| {
                let label = if plan.label.is_empty() { String::new() } else { format!("_{}", plan.label) };
                format!("{version}_{name}{label}")
            })
            .collect();
        let ups: Vec<String> = plans.iter().map(|plan| plan.text(&plan.up, self.settings(), &[])).collect();
        let looked_at: Vec<MigrationText<'_>> =
            names.iter().zip(&ups).map(|(name, sql)| MigrationText { name, sql }).collect();
        let before = files::read(&self.folder)?;
        let context =
            before.iter().fold(Context::new(), |context, file| context.after(self.dialect, &file.up));
        let (accepted, findings): (Vec<Finding>, Vec<Finding>) =
            lint::files(self.dialect, &looked_at, &context).into_iter().partition(|finding| {
                let moved =
                    plans.iter().zip(&names).any(|(plan, name)| plan.only_moves && *name == finding.file);
                allow.iter().any(|code| code == finding.code.name())
                    || (moved && MOVED.contains(&finding.code))
            });
        let mut texts = Texts { findings, ..Texts::default() };
        texts.first = names.first().cloned();
        for (name, plan) in names.into_iter().zip(&plans) {
            let mut allowed: Vec<String> = accepted
                .iter()
                .filter(|finding| finding.file == name)
                .map(|finding| match plan.only_moves && MOVED.contains(&finding.code) {
                    true => {
                        format!("{}: its values, and what was on it, are in the new column", finding.code)
                    }
                    false => format!("{}: accepted when the migration was made", finding.code),
                })
                .collect();
            allowed.dedup();
            for (direction, script, allowed) in
                [("up", &plan.up, allowed.as_slice()), ("down", &plan.down, &[])]
            {
                let text = plan.text(script, self.settings(), allowed);
                texts.files.push((format!("{name}.{direction}.sql"), text));
            }
            texts.contract.extend(plan.contract.then_some(name));
        }
        Ok(texts)
    }

    /// The files of a migration by hand, up and down: what changed, and a draft of the statements, all in one transaction.
    fn drafts(&self, allow: &[String]) -> [String; 2] {
        let mut lines = vec![UNWRITTEN.to_owned()];
        lines.extend(self.diff.phrases().iter().map(|phrase| format!("-- {phrase}")));
        let notes = lines.join("\n") + "\n";
        let draft = match self.dialect {
            Dialect::Sqlite => self.files(allow).into_iter().next().unwrap_or_default(),
            Dialect::Postgres => plan::one_file(plan::postgres(&self.diff)),
        };
        [&draft.up, &draft.down].map(|script| match script.steps.is_empty() {
            true => notes.clone(),
            false => format!("{notes}\n{}", draft.text(script, &[], &[]).replace(" CONCURRENTLY", "")),
        })
    }
}

/// Decides what may be one thing under another name, in all dialects alike.
fn clarify(changes: &mut [DialectChange], options: &mut MakeOptions<'_>) -> Result<(), MigrateError> {
    let Some(first) = changes.first() else { return Ok(()) };
    let confirmed = clarify_with(&first.diff, options.allow, options.ask.take())?;
    for change in changes {
        confirmed.iter().for_each(|question| change.rename(question));
    }
    Ok(())
}

/// The stored schema; an empty one before the first migration.
fn read_schema(path: &Path, first: bool) -> Result<DatabaseSchema, MigrateError> {
    match std::fs::read_to_string(path) {
        Ok(text) if text.lines().any(|line| line.starts_with("<<<<<<<")) => Err(MigrateError::file(
            path,
            "has a conflict of a merge; keep the tables of both sides, each once, and run this again",
        )),
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
    let altered: Vec<String> =
        change.diff.altered.iter().map(|table| table.after.name.to_snake_case()).collect();
    let (created, dropped) = (names(&change.diff.created), names(&change.diff.dropped));
    match (created.as_slice(), dropped.as_slice(), altered.as_slice()) {
        _ if change.first => "initial".to_owned(),
        ([table], [], _) => format!("create_{table}"),
        ([], [table], _) => format!("drop_{table}"),
        ([], [], [table]) => format!("change_{table}"),
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

fn write(
    changes: &[DialectChange],
    name: &str,
    authoring: Authoring,
    allow: &[String],
) -> Result<NewMigration, MigrateError> {
    let last = changes.iter().map(|change| change.last_version).max().unwrap_or(0);
    let version = next_version(last);
    let (mut written, mut contract, mut findings) = (Vec::new(), Vec::new(), Vec::new());
    let (mut first_file, mut notes) = (None, first_notes(changes));
    for change in changes {
        let texts = change.texts(version, name, authoring, allow)?;
        for (file, text) in texts.files {
            written.push(write_file(&change.folder, &file, &text)?);
        }
        contract.extend(texts.contract);
        first_file = first_file.or(texts.first);
        notes.extend(change.policies.wider());
        if !allow.iter().any(|code| code == "type-change") {
            notes.extend(change.retyped());
        }
        findings.extend(texts.findings);
        written.push(write_file(&change.folder, SCHEMA_FILE, &change.snapshot())?);
        if let Some((file, text)) = change.policies.file() {
            written.push(write_file(&change.folder, &file, &text)?);
        }
    }
    let first = changes.first();
    let tables = |schema: fn(&Diff) -> &DatabaseSchema| -> Vec<String> {
        let tables = first.into_iter().flat_map(|change| &schema(&change.diff).tables);
        tables.map(|table| table.name.clone()).collect()
    };
    Ok(NewMigration {
        name: first_file.unwrap_or_else(|| format!("{version}_{name}")),
        created: tables(|diff| &diff.created),
        dropped: tables(|diff| &diff.dropped),
        changes: first.map(|change| change.diff.phrases()).unwrap_or_default(),
        contract,
        notes,
        findings,
        files: written,
    })
}
