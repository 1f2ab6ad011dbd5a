//! The difference of two schemas.

use std::fmt::Debug;

use crate::migrate::{DatabaseSchema, FullText, Table};

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
    /// What changed, one phrase each.
    pub(super) what: Vec<String>,
}

impl std::fmt::Display for TableChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "table `{}`: {}", self.table, self.what.join(", "))
    }
}

impl Diff {
    pub(super) fn between(old: &DatabaseSchema, new: &DatabaseSchema) -> Self {
        let missing_in = |other: &DatabaseSchema, tables: &[Table]| DatabaseSchema {
            tables: tables.iter().filter(|table| other.table(&table.name).is_none()).cloned().collect(),
        };
        let changed = new.tables.iter().filter_map(|table| {
            let what = changes(old.table(&table.name)?, table);
            (!what.is_empty()).then(|| TableChange { table: table.name.clone(), what })
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

/// What changed within a table. The order of columns is ignored: no database changes it.
fn changes(old: &Table, new: &Table) -> Vec<String> {
    let Table { name: _, primary_key, columns, uniques, foreign_keys, checks, indexes, fulltext } = new;
    let mut what = Vec::new();
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
