//! The difference of two schemas.

use std::fmt::Debug;

use crate::entity::EntityDef;
use crate::migrate::{DatabaseSchema, FullText, Table};

/// The old names that entities declare for columns: `was = "…"`.
pub(super) struct Renames<'e>(pub(super) &'e [&'static EntityDef]);

impl Renames<'_> {
    /// The column of the old table that a column of the new one was, if both are declared so: the one is gone, the other
    /// is new.
    fn column_before<'o>(&self, old: &'o Table, new: &Table, column: &str) -> Option<&'o str> {
        let def = self.0.iter().find(|def| def.table == new.name)?;
        let was = def.fields.iter().find(|field| field.column == column)?.was?;
        let has = |table: &Table, name: &str| table.columns.iter().any(|column| column.name == name);
        let before = old.columns.iter().find(|column| column.name == was)?;
        (!has(old, column) && !has(new, was)).then_some(before.name.as_str())
    }
}

/// The difference of two schemas: whole tables, and what changed within one.
#[derive(Debug, Default)]
pub(super) struct Diff {
    /// Tables that are new, in declared order.
    pub(super) created: DatabaseSchema,
    /// Tables that were removed.
    pub(super) dropped: DatabaseSchema,
    /// Tables that changed.
    pub(super) changed: Vec<TableChange>,
}

/// A table that changed.
#[derive(Debug)]
pub(super) struct TableChange {
    pub(super) table: String,
    /// Columns that have another name, each with the old one and the new one.
    pub(super) renamed: Vec<(String, String)>,
    /// What changed, one phrase each.
    pub(super) what: Vec<String>,
}

impl std::fmt::Display for TableChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "table `{}`: {}", self.table, self.what.join(", "))
    }
}

impl Diff {
    pub(super) fn between(old: &DatabaseSchema, new: &DatabaseSchema, renames: &Renames<'_>) -> Self {
        let missing_in = |other: &DatabaseSchema, tables: &[Table]| DatabaseSchema {
            tables: tables.iter().filter(|table| other.table(&table.name).is_none()).cloned().collect(),
        };
        let changed = new.tables.iter().filter_map(|table| {
            let old = old.table(&table.name)?;
            let before = |column: &str| renames.column_before(old, table, column).map(str::to_owned);
            let renamed: Vec<(String, String)> = table
                .columns
                .iter()
                .filter_map(|column| Some((before(&column.name)?, column.name.clone())))
                .collect();
            let what = changes(&with_renamed_columns(old, &renamed), table, &renamed);
            (!what.is_empty()).then(|| TableChange { table: table.name.clone(), renamed, what })
        });
        Self {
            created: missing_in(old, &new.tables),
            dropped: missing_in(new, &old.tables),
            changed: changed.collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.created.tables.is_empty() && self.dropped.tables.is_empty() && self.changed.is_empty()
    }
}

/// The table as it is once its columns have their new names.
fn with_renamed_columns(table: &Table, renamed: &[(String, String)]) -> Table {
    let mut table = table.clone();
    for column in &mut table.columns {
        if let Some((_, name)) = renamed.iter().find(|(before, _)| *before == column.name) {
            column.name.clone_from(name);
        }
    }
    table
}

/// What changed within a table, but for these names. The order of columns is ignored: no database changes it.
fn changes(old: &Table, new: &Table, renamed: &[(String, String)]) -> Vec<String> {
    let Table { name: _, primary_key, columns, uniques, foreign_keys, checks, indexes, fulltext } = new;
    let mut what: Vec<String> =
        renamed.iter().map(|(before, name)| format!("column `{before}` was renamed to `{name}`")).collect();
    if *primary_key != old.primary_key {
        what.push("the primary key changed".to_owned());
    }
    compare(&mut what, "column", &old.columns, columns, |column| &column.name);
    compare(&mut what, "unique rule", &old.uniques, uniques, |unique| &unique.name);
    compare(&mut what, "reference", &old.foreign_keys, foreign_keys, |key| &key.name);
    compare(&mut what, "check", &old.checks, checks, |check| &check.name);
    compare(&mut what, "index", &old.indexes, indexes, |index| &index.name);
    let as_list = |index: &Option<FullText>| index.iter().cloned().collect::<Vec<_>>();
    compare(&mut what, "full-text index", &as_list(&old.fulltext), &as_list(fulltext), |index| &index.name);
    what
}

fn compare<T: PartialEq + Debug>(
    what: &mut Vec<String>,
    kind: &str,
    old: &[T],
    new: &[T],
    name: impl Fn(&T) -> &String,
) {
    for item in new {
        match old.iter().find(|other| name(other) == name(item)) {
            None => what.push(format!("{kind} `{}` was added", name(item))),
            Some(other) if other != item => what.push(format!("{kind} `{}` changed", name(item))),
            Some(_) => {}
        }
    }
    for item in old {
        if new.iter().all(|other| name(other) != name(item)) {
            what.push(format!("{kind} `{}` was removed", name(item)));
        }
    }
}
