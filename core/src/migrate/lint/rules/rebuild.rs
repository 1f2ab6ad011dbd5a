//! SQLite's way to change a table: a new one, the rows copied, the old one dropped, the new one renamed.

use super::{FileLinter, MigrationSet, Subject};
use crate::migrate::lint::Code;
use crate::migrate::lint::catalog::{Catalog, KnownTable};
use crate::migrate::lint::effect::{Effect, Rule, RuleKind};
use crate::migrate::lint::facts::Probe;

/// Rows from which on a rebuild is worth a word.
const LARGE: u64 = 100_000;

/// Rows that SQLite copies in a second, with their indexes, about: an assumption, for an estimate.
const ROWS_PER_SECOND: u64 = 200_000;

/// A table that a file replaces.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rebuild {
    pub(super) table: String,
    /// The name under which the new table is created.
    pub(super) replacement: String,
    /// The new columns, each with the expression that fills it.
    maps: Vec<(String, String)>,
}

impl Rebuild {
    /// The one old column whose value a new one gets.
    fn source<'s>(&'s self, column: &str, old: &'s KnownTable) -> Option<&'s str> {
        let (_, from) = self.maps.iter().find(|(to, _)| to == column)?;
        let mut columns = old.columns.iter().filter(|known| mentions(from, &known.name));
        let first = columns.next()?;
        columns.next().is_none().then_some(first.name.as_str())
    }

    /// Whether the condition is about new columns alone that the copy does not fill.
    fn is_unfilled(&self, sql: &str, new: &KnownTable) -> bool {
        let mut named = new.columns.iter().filter(|column| mentions(sql, &column.name)).peekable();
        named.peek().is_some() && named.all(|column| self.maps.iter().all(|(to, _)| *to != column.name))
    }
}

/// The tables that the effects replace.
pub(super) fn find(effects: &[&Effect], catalog: &Catalog) -> Vec<Rebuild> {
    let effects = effects.iter().copied();
    let renames = effects.clone().filter_map(|effect| match effect {
        Effect::RenameTable { table, to } => Some((table, to)),
        _ => None,
    });
    renames
        .filter(|(new, old)| {
            let created =
                |effect: &Effect| matches!(effect, Effect::CreateTable { table, .. } if table == *new);
            let dropped =
                |effect: &Effect| matches!(effect, Effect::DropTable { table, .. } if table == *old);
            effects.clone().any(created) && effects.clone().any(dropped) && catalog.is_old(old)
        })
        .map(|(new, old)| {
            let maps = effects.clone().filter_map(|effect| match effect {
                Effect::Insert { table, reads, maps } if table == new && reads.contains(old) => {
                    Some(maps.clone())
                }
                _ => None,
            });
            Rebuild { table: old.clone(), replacement: new.clone(), maps: maps.flatten().collect() }
        })
        .collect()
}

impl FileLinter<'_> {
    /// Compares the table with its replacement, at the moment when the old one is dropped.
    pub(super) fn check_rebuild(&mut self, rebuild: &Rebuild, set: &MigrationSet<'_>) {
        let table = &rebuild.table;
        if !self.script.rebuilds().contains(table) {
            let message =
                format!("`{table}` is replaced; its triggers, and indexes that are not entify's, are gone");
            self.report(Code::RebuildUnmarked, Subject::table(table), message);
        }
        if let Some(rows) = set.context.rows.get(table).filter(|rows| **rows >= LARGE) {
            let seconds = rows.div_ceil(ROWS_PER_SECOND);
            let message = format!(
                "the {rows} rows of `{table}` are copied, in about {seconds} s, while all writes wait"
            );
            self.report(Code::SqliteRebuild, Subject::table(table), message);
        }
        let (Some(old), Some(new)) = (set.catalog.table(table), set.catalog.table(&rebuild.replacement))
        else {
            return;
        };
        if old.columns.is_empty() {
            return;
        }
        self.check_columns(rebuild, old, new);
        self.check_rules(rebuild, old, new, set);
    }

    fn check_columns(&mut self, rebuild: &Rebuild, old: &KnownTable, new: &KnownTable) {
        let table = &rebuild.table;
        let source =
            |column: &str| rebuild.maps.iter().find(|(to, _)| to == column).map(|(_, from)| from.as_str());
        for column in &old.columns {
            if !rebuild.maps.iter().any(|(_, from)| mentions(from, &column.name)) {
                self.drop_column(table, &column.name);
            }
        }
        for column in &new.columns {
            let from = source(&column.name);
            let before = rebuild.source(&column.name, old);
            let before = before.and_then(|before| old.columns.iter().find(|known| known.name == before));
            let is_plain = before.is_some_and(|before| from == Some(before.name.as_str()));
            match (from, before) {
                (None, _)
                    if column.not_null
                        && column.default.is_none()
                        && !column.identity
                        && !self.asserts_about(table) =>
                {
                    let message = format!(
                        "`{table}.{}` is required, and the copied rows have no value for it",
                        column.name
                    );
                    let rows = Probe::Rows { table: table.clone() };
                    self.report(
                        Code::RequiredColumn,
                        Subject::column(table, &column.name).counting(rows),
                        message,
                    );
                }
                (_, Some(before)) => {
                    if is_plain && column.not_null && !before.not_null && !self.asserts_about(table) {
                        let message = format!("one NULL in `{table}.{}` makes the copy fail", before.name);
                        let condition = format!("{} IS NULL", crate::db::quoted(&before.name));
                        let probe = Probe::Breaking { table: table.clone(), condition, what: "are NULL" };
                        self.report(
                            Code::RequiredNow,
                            Subject::column(table, &column.name).counting(probe),
                            message,
                        );
                    }
                    self.check_narrowed(table, &column.name, Some(&before.sql_type), &column.sql_type);
                }
                _ => {}
            }
        }
    }

    fn check_rules(&mut self, rebuild: &Rebuild, old: &KnownTable, new: &KnownTable, set: &MigrationSet<'_>) {
        let table = &rebuild.table;
        if old.primary_key() != new.primary_key() {
            let key =
                new.primary_key().map_or("nothing".to_owned(), |columns| format!("({})", columns.join(", ")));
            let message = format!("the primary key of `{table}` is {key} from now on");
            self.report(Code::PrimaryKeyChange, Subject::table(table), message);
        }
        let renamed = |column: &str| rebuild.source(column, old).unwrap_or(column).to_owned();
        for known in &new.rules {
            self.check_values(table, &known.rule, set);
            if old.rules.iter().any(|before| is_kept(&before.rule, &known.rule, &renamed)) {
                continue;
            }
            match &known.rule.kind {
                // No copied row has a value there but the default.
                RuleKind::Check { sql } if rebuild.is_unfilled(sql, new) => {}
                RuleKind::Unique { columns } | RuleKind::Foreign { columns, .. }
                    if columns.iter().any(|column| rebuild.is_unfilled(column, new)) => {}
                RuleKind::Unique { columns } => {
                    let before: Vec<String> = columns.iter().map(|column| renamed(column)).collect();
                    let name = known.rule.name.clone().unwrap_or_default();
                    self.unique_rows(table, &before, None, &name, &set.catalog);
                }
                // It only does something else on delete.
                RuleKind::Foreign { columns, target, .. } if old.refers(columns, target) => {}
                // What an enum's check refuses is said of the values.
                RuleKind::Check { .. }
                    if known
                        .rule
                        .allowed_values()
                        .is_some_and(|(column, _)| old.allowed_values(&renamed(&column)).is_some()) => {}
                _ => self.existing_rows(table, &known.rule, &set.catalog),
            }
        }
        for before in old
            .rules
            .iter()
            .filter(|before| !new.rules.iter().any(|known| is_kept(&before.rule, &known.rule, &renamed)))
        {
            self.check_gone(rebuild, &before.rule, new);
        }
    }

    fn check_gone(&mut self, rebuild: &Rebuild, rule: &Rule, new: &KnownTable) {
        let table = &rebuild.table;
        let name = rule.name.as_deref().unwrap_or("a constraint");
        // A constraint of a column that is gone goes with it.
        let has = |column: &String| rebuild.maps.iter().any(|(_, from)| mentions(from, column));
        match &rule.kind {
            RuleKind::Foreign { columns, target, on_delete, .. } if columns.iter().all(has) => {
                let after = new.rules.iter().find_map(|known| match &known.rule.kind {
                    RuleKind::Foreign { columns: of, on_delete, .. } if of == columns => Some(on_delete),
                    _ => None,
                });
                let actions = after.map(|after| (on_delete.as_str(), after.as_str()));
                self.foreign_key_gone((table, &columns[0]), name, target, actions);
            }
            RuleKind::Unique { columns } if columns.iter().all(has) => {
                let message = format!("`{table}` may have rows that `{name}` refuses, once it is gone");
                self.report(Code::DropConstraint, Subject::table(table), message);
            }
            RuleKind::Check { .. } => {
                let replaced =
                    rule.name.is_some() && new.rules.iter().any(|known| known.rule.name == rule.name);
                let of_gone_column = rebuild.maps.iter().all(|(_, from)| !mentions_in_check(rule, from));
                if !replaced && !of_gone_column {
                    let message = format!("`{table}` may have rows that `{name}` refuses, once it is gone");
                    self.report(Code::DropConstraint, Subject::table(table), message);
                }
            }
            _ => {}
        }
    }
}

/// Whether the expression reads the column.
fn mentions(expression: &str, column: &str) -> bool {
    expression == column || crate::migrate::lint::script::names(expression).any(|name| name == column)
}

fn mentions_in_check(rule: &Rule, column: &str) -> bool {
    matches!(&rule.kind, RuleKind::Check { sql } if mentions(sql, column))
}

/// Whether the new table has the constraint of the old one.
fn is_kept(before: &Rule, after: &Rule, renamed: &impl Fn(&str) -> String) -> bool {
    let same = |before: &[String], after: &[String]| {
        before.len() == after.len()
            && before.iter().zip(after).all(|(before, after)| *before == renamed(after))
    };
    match (&before.kind, &after.kind) {
        (RuleKind::Unique { columns }, RuleKind::Unique { columns: of })
        | (RuleKind::Primary { columns }, RuleKind::Primary { columns: of }) => same(columns, of),
        (
            RuleKind::Foreign { columns, on_delete, .. },
            RuleKind::Foreign { columns: of, on_delete: after, .. },
        ) => same(columns, of) && on_delete == after,
        (RuleKind::Check { sql }, RuleKind::Check { sql: of }) => {
            normal(sql) == normal(&with_old_names(of, renamed))
        }
        _ => false,
    }
}

/// The condition with the names that its columns had.
fn with_old_names(sql: &str, renamed: &impl Fn(&str) -> String) -> String {
    let mut parts = sql.split('"');
    let mut named = parts.next().unwrap_or_default().to_owned();
    for (position, part) in parts.enumerate() {
        named.push('"');
        named.push_str(&if position % 2 == 0 { renamed(part) } else { part.to_owned() });
    }
    named
}

/// Without what printing changes, and without the cast by which numbers that are stored as texts are compared.
fn normal(sql: &str) -> String {
    let bare = |c: &char| !c.is_whitespace() && !matches!(c, '(' | ')' | '"');
    let plain = sql.chars().filter(bare).collect::<String>().to_lowercase();
    plain.replace("cast", "").replace("asreal", "")
}
