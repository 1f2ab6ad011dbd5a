//! The rules: from the effects of statements to findings.

mod constraints;
mod data;
mod locks;
mod rebuild;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use crate::db::Dialect;
use crate::migrate::lint::catalog::Catalog;
use crate::migrate::lint::effect::{Effect, RuleKind};
use crate::migrate::lint::facts::Probe;
use crate::migrate::lint::script::{self, Script, Statement};
use crate::migrate::lint::{Code, Context, Finding, Lock, MigrationText, claims, read};
use rebuild::Rebuild;

/// What is found in migrations that are to run in this order.
pub(super) fn findings(
    dialect: Dialect,
    migrations: &[MigrationText<'_>],
    context: &Context,
) -> Vec<Finding> {
    let mut set = MigrationSet {
        dialect,
        context,
        catalog: context.catalog.clone(),
        written: Vec::new(),
        keys: Vec::new(),
        spoken_of: BTreeSet::new(),
        asserts: Vec::new(),
    };
    let mut findings = Vec::new();
    for migration in migrations {
        findings.extend(FileLinter::of(&set, migration).run(&mut set));
    }
    findings.extend(set.unindexed_keys());
    for migration in migrations {
        text::accept(&mut findings, migration, dialect);
    }
    findings
}

/// Migrations that run one after the other.
struct MigrationSet<'c> {
    dialect: Dialect,
    context: &'c Context,
    catalog: Catalog,
    /// Values written over: the table, the column, the new value and the statement.
    written: Vec<WrittenOver>,
    /// Checks of an enum, of which the values that are gone were reported: the table and the name.
    spoken_of: BTreeSet<(String, String)>,
    /// What was asserted so far. A change in several files asks all in the first.
    asserts: Vec<String>,
    /// Foreign keys that were added: the table, the column, and the finding if it has no index in the end.
    keys: Vec<(String, String, Finding)>,
}

/// An `UPDATE` of one column.
struct WrittenOver {
    table: String,
    column: String,
    statement: String,
}

impl MigrationSet<'_> {
    /// Indexes may be created after the keys, in a file of their own.
    fn unindexed_keys(&mut self) -> Vec<Finding> {
        let keys = std::mem::take(&mut self.keys);
        let unindexed = keys.into_iter().filter(|(table, column, _)| {
            self.catalog.table(table).is_some_and(|known| {
                known.columns.iter().any(|of| of.name == *column) && !known.is_indexed(column)
            })
        });
        unindexed.map(|(_, _, finding)| finding).collect()
    }
}

/// Looks at one file.
struct FileLinter<'t> {
    dialect: Dialect,
    file: &'t str,
    script: Script<'t>,
    statements: Vec<(Statement<'t>, Vec<Effect>)>,
    rebuilds: Vec<Rebuild>,
    /// The strong locks that the file has taken so far.
    held: BTreeMap<String, Lock>,
    /// The tables that it locks with the strongest lock, but for dropping indexes.
    locks_anyway: BTreeSet<String>,
    /// Tables whose rows it has changed so far.
    changed_rows: Vec<String>,
    /// What was asserted, here and in the files before.
    asserts: Vec<String>,
    /// The statement that is looked at.
    statement: Statement<'t>,
    findings: Vec<Finding>,
}

/// What a finding is about.
#[derive(Default)]
struct Subject<'s> {
    table: Option<&'s str>,
    column: Option<&'s str>,
    lock: Option<Lock>,
    probe: Option<Probe>,
}

impl<'s> Subject<'s> {
    fn table(table: &'s str) -> Self {
        Self { table: Some(table), ..Self::default() }
    }

    fn column(table: &'s str, column: &'s str) -> Self {
        Self { table: Some(table), column: Some(column), ..Self::default() }
    }

    fn locking(self, lock: Lock) -> Self {
        Self { lock: Some(lock), ..self }
    }

    fn counting(self, probe: Probe) -> Self {
        Self { probe: Some(probe), ..self }
    }
}

impl<'t> FileLinter<'t> {
    fn of(set: &MigrationSet<'_>, migration: &MigrationText<'t>) -> Self {
        let script = Script::of(set.dialect, migration.sql);
        let parse = |statement: &Statement<'t>| (*statement, read::effects(set.dialect, statement.text));
        let statements: Vec<_> = script.statements.iter().map(parse).collect();
        let effects: Vec<&Effect> = statements.iter().flat_map(|(_, effects)| effects).collect();
        let rebuilds =
            if set.dialect == Dialect::Sqlite { rebuild::find(&effects, &set.catalog) } else { Vec::new() };
        let effects = statements.iter().flat_map(|(_, effects)| effects);
        let others = effects.filter(|effect| !matches!(effect, Effect::DropIndex { .. }));
        let taken = others.flat_map(|effect| claims::of(effect, &set.catalog));
        let locks_anyway =
            taken.filter(|claim| claim.lock == Lock::AccessExclusive).map(|claim| claim.table).collect();
        let mut asserts = set.asserts.clone();
        asserts.extend(script.asserts.iter().map(|&sql| sql.to_owned()));
        Self {
            dialect: set.dialect,
            file: migration.name,
            script,
            statements,
            rebuilds,
            held: BTreeMap::new(),
            locks_anyway,
            changed_rows: Vec::new(),
            asserts,
            statement: Statement { line: 1, text: "" },
            findings: Vec::new(),
        }
    }

    fn run(mut self, set: &mut MigrationSet<'_>) -> Vec<Finding> {
        self.check_order(set.context);
        let statements = std::mem::take(&mut self.statements);
        self.check_alone(&statements);
        for at in 0..statements.len() {
            let (statement, effects) = &statements[at];
            self.statement = *statement;
            self.check_locks(effects, &set.catalog);
            for effect in effects {
                self.check_effect(effect, &statements, set);
                self.note_keys(effect, set);
                set.catalog.apply(effect, set.dialect);
            }
        }
        set.asserts = self.asserts;
        self.findings
    }

    /// Whether an assertion is about this table, so that its data is tested before anything changes.
    fn asserts_about(&self, table: &str) -> bool {
        self.asserts.iter().any(|sql| script::names(sql).any(|name| name.eq_ignore_ascii_case(table)))
    }

    fn report(&mut self, code: Code, subject: Subject<'_>, message: String) {
        let finding = self.finding(code, subject, message);
        // One statement may do the same to one column twice.
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn finding(&self, code: Code, subject: Subject<'_>, message: String) -> Finding {
        Finding {
            code,
            file: self.file.to_owned(),
            line: self.statement.line,
            statement: text::in_one_line(self.statement.text),
            table: subject.table.map(str::to_owned),
            column: subject.column.map(str::to_owned),
            message,
            lock: subject.lock.filter(|_| self.dialect == Dialect::Postgres),
            recipe: code.recipe(),
            facts: Vec::new(),
            allowed: None,
            probe: subject.probe,
        }
    }

    /// Whether an older version of the program may run while the file is applied.
    fn has_older_version(&self) -> bool {
        self.dialect == Dialect::Postgres && !self.script.is_contract()
    }

    fn note_keys(&mut self, effect: &Effect, set: &mut MigrationSet<'_>) {
        let (table, rules): (&String, Vec<_>) = match effect {
            Effect::CreateTable { table, rules, .. } | Effect::AddColumn { table, rules, .. } => {
                (table, rules.iter().collect())
            }
            Effect::AddRule { table, rule, .. } => (table, vec![rule]),
            _ => return,
        };
        // The table that replaces another has its name in the end.
        let table = self
            .rebuilds
            .iter()
            .find(|rebuild| rebuild.replacement == *table)
            .map_or(table, |rebuild| &rebuild.table);
        for rule in rules {
            let RuleKind::Foreign { columns, target, .. } = &rule.kind else { continue };
            let Some(column) = columns.first() else { continue };
            let message = format!(
                "`{table}.{column}` refers to `{target}` and has no index: deleting a row there reads all of `{table}`"
            );
            let finding = self.finding(Code::ForeignKeyUnindexed, Subject::column(table, column), message);
            set.keys.push((table.clone(), column.clone(), finding));
        }
    }
}
