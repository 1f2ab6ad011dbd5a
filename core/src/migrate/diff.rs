//! The difference of two schemas.

use std::collections::BTreeMap;

use crate::migrate::declared::Renames;
use crate::migrate::{Check, Column, DatabaseSchema, ForeignKey, Index, Table, Unique};

/// The difference of two schemas: whole tables, and what changed within one.
#[derive(Debug, Clone, Default)]
pub(super) struct Diff {
    pub(super) old: DatabaseSchema,
    pub(super) new: DatabaseSchema,
    /// Tables that are new, in declared order.
    pub(super) created: DatabaseSchema,
    /// Tables that were removed.
    pub(super) dropped: DatabaseSchema,
    /// Tables that changed.
    pub(super) altered: Vec<TableDiff>,
}

/// A table that changed.
#[derive(Debug, Clone)]
pub(super) struct TableDiff {
    /// As it was.
    pub(super) before: Table,
    /// As it was, under the names that the schema has now. Its constraints and indexes have their old names.
    pub(super) translated: Table,
    /// As it is to be.
    pub(super) after: Table,
    /// The columns that stay, by their names before and after.
    pub(super) columns: Vec<(String, String)>,
    /// The stored values of enums that have another name, by column: before and after.
    pub(super) values: BTreeMap<String, Vec<(String, String)>>,
    /// A trigger stores the old values until this change.
    pub(super) synced_values: bool,
    /// It has another name, and its rows a history under the old one.
    pub(super) history: bool,
}

/// What became of one kind of named things of a table.
#[derive(Debug)]
pub(super) struct Items<'a, T> {
    pub(super) added: Vec<&'a T>,
    pub(super) dropped: Vec<&'a T>,
    /// The same under another name: before, after.
    pub(super) renamed: Vec<(&'a T, &'a T)>,
    /// Another under the same name: before, after.
    pub(super) changed: Vec<(&'a T, &'a T)>,
}

impl<'a, T> Items<'a, T> {
    /// What is new, and what changed under its name.
    pub(super) fn made(&self) -> impl Iterator<Item = &'a T> {
        self.added.iter().copied().chain(self.changed.iter().map(|(_, after)| *after))
    }

    /// What is gone, and what changed under its name.
    pub(super) fn gone(&self) -> impl Iterator<Item = &'a T> {
        self.dropped.iter().copied().chain(self.changed.iter().map(|(before, _)| *before))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.dropped.is_empty() && self.renamed.is_empty() && self.changed.is_empty()
    }
}

/// A part of a table that has a name by which the database reports it.
pub(super) trait Named: Clone + PartialEq {
    fn name(&self) -> &str;
    fn named(&self, name: &str) -> Self;
    /// Names of columns in other words.
    fn translate(&mut self, of: &Translation<'_>);
}

/// The names that a table's things have now.
pub(super) struct Translation<'a> {
    renames: &'a Renames,
    /// The table's name before.
    table: &'a str,
    /// Columns that go and whose name another one takes.
    replaced: Vec<String>,
}

/// What a column is called that is gone while another has its name.
fn gone_name(column: &str) -> String {
    format!("{column} (gone)")
}

impl Translation<'_> {
    fn column(&self, name: &mut String) {
        if self.replaced.contains(name) {
            *name = gone_name(name);
        } else if let Some(now) = self.renames.column_now(self.table, name) {
            now.clone_into(name);
        }
    }

    /// Names of columns in a condition, which are quoted where the engine wrote it.
    fn sql(&self, sql: &mut String) {
        for column in &self.replaced {
            *sql = sql.replace(&format!("\"{column}\""), &format!("\"{}\"", gone_name(column)));
        }
        for (before, now) in self.renames.columns_of(self.table) {
            *sql = sql.replace(&format!("\"{before}\""), &format!("\"{now}\""));
        }
    }
}

macro_rules! named {
    ($($type:ident($item:ident, $of:ident) $translate:block)*) => {$(
        impl Named for $type {
            fn name(&self) -> &str {
                &self.name
            }

            fn named(&self, name: &str) -> Self {
                Self { name: name.to_owned(), ..self.clone() }
            }

            fn translate(&mut self, $of: &Translation<'_>) {
                let $item = self;
                $translate
            }
        }
    )*};
}

named! {
    Unique(unique, of) {
        unique.columns.iter_mut().for_each(|column| of.column(column));
        unique.condition.iter_mut().for_each(|sql| of.sql(sql));
    }
    Index(index, of) {
        index.columns.iter_mut().for_each(|column| of.column(&mut column.name));
        index.condition.iter_mut().for_each(|sql| of.sql(sql));
    }
    Check(check, of) {
        of.sql(&mut check.sql);
    }
    ForeignKey(key, of) {
        of.column(&mut key.column);
        if let Some(now) = of.renames.column_now(&key.table, &key.key) {
            now.clone_into(&mut key.key);
        }
        if let Some(now) = of.renames.table_now(&key.table) {
            now.clone_into(&mut key.table);
        }
    }
}

fn items<'a, T: Named>(before: &'a [T], after: &'a [T]) -> Items<'a, T> {
    let mut items: Items<'a, T> =
        Items { added: Vec::new(), dropped: Vec::new(), renamed: Vec::new(), changed: Vec::new() };
    let same_name = |list: &'a [T], item: &T| list.iter().find(|other| other.name() == item.name());
    let lost: Vec<&'a T> = before.iter().filter(|item| same_name(after, item).is_none()).collect();
    let mut kept: Vec<&'a T> = Vec::new();
    for item in after {
        match same_name(before, item) {
            Some(old) if old == item => {}
            other => {
                let was = lost.iter().copied().find(|old| {
                    old.named(item.name()) == *item && kept.iter().all(|other| !std::ptr::eq(*other, *old))
                });
                match (was, other) {
                    (Some(old), other) => {
                        kept.push(old);
                        items.renamed.push((old, item));
                        items.dropped.extend(other);
                    }
                    (None, Some(old)) => items.changed.push((old, item)),
                    (None, None) => items.added.push(item),
                }
            }
        }
    }
    let is_lost = |old: &&&T| kept.iter().all(|other| !std::ptr::eq(*other, **old));
    items.dropped.extend(lost.iter().filter(is_lost).copied());
    items
}

impl Diff {
    pub(super) fn between(old: &DatabaseSchema, new: &DatabaseSchema, renames: &Renames) -> Self {
        let altered = new.tables.iter().filter_map(|after| {
            let before = old.table(renames.table_before(&after.name).unwrap_or(&after.name))?;
            let diff = TableDiff::between(before, after, renames);
            (!diff.is_empty() || diff.circles(old, new).next().is_some()).then_some(diff)
        });
        let altered: Vec<TableDiff> = altered.collect();
        let is_new =
            |after: &&Table| renames.table_before(&after.name).is_none() && old.table(&after.name).is_none();
        let is_gone =
            |before: &&Table| renames.table_now(&before.name).is_none() && new.table(&before.name).is_none();
        Self {
            created: DatabaseSchema { tables: new.tables.iter().filter(is_new).cloned().collect() },
            dropped: DatabaseSchema { tables: old.tables.iter().filter(is_gone).cloned().collect() },
            altered,
            old: old.clone(),
            new: new.clone(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.created.tables.is_empty() && self.dropped.tables.is_empty() && self.altered.is_empty()
    }

    /// Whether nothing that is there changes.
    pub(super) fn only_creates(&self) -> bool {
        self.dropped.tables.is_empty() && self.altered.is_empty()
    }

    /// The way back.
    pub(super) fn inverse(&self, renames: &Renames) -> Self {
        Self::between(&self.new, &self.old, &renames.inverse())
    }

    /// What changed, one phrase each, for people.
    pub(super) fn phrases(&self) -> Vec<String> {
        let created = self.created.tables.iter().map(|table| format!("table {}: new", table.name));
        let dropped = self.dropped.tables.iter().map(|table| format!("table {}: removed", table.name));
        let altered = self
            .altered
            .iter()
            .map(|table| format!("table {}: {}", table.after.name, table.phrases().join(", ")));
        dropped.chain(created).chain(altered).collect()
    }
}

impl TableDiff {
    pub(super) fn between(before: &Table, after: &Table, renames: &Renames) -> Self {
        // A column whose name another one takes is gone.
        let is_replaced = |column: &&Column| {
            after.column(&column.name).is_some()
                && renames.column_before(&after.name, &column.name).is_some_and(|was| was != column.name)
        };
        let replaced = before.columns.iter().filter(is_replaced).map(|column| column.name.clone()).collect();
        let of = Translation { renames, table: &before.name, replaced };
        let mut translated = before.clone();
        translated.name.clone_from(&after.name);
        of.column(&mut translated.primary_key.column);
        for column in &mut translated.columns {
            of.column(&mut column.name);
        }
        translated.uniques.iter_mut().for_each(|item| item.translate(&of));
        translated.indexes.iter_mut().for_each(|item| item.translate(&of));
        translated.checks.iter_mut().for_each(|item| item.translate(&of));
        translated.foreign_keys.iter_mut().for_each(|item| item.translate(&of));
        for column in translated.fulltext.iter_mut().flat_map(|index| &mut index.columns) {
            of.column(column);
        }
        let kept = before.columns.iter().zip(&translated.columns).filter_map(|(column, now)| {
            after.column(&now.name).map(|_| (column.name.clone(), now.name.clone()))
        });
        let columns: Vec<(String, String)> = kept.collect();
        let values = renames.values_of(&after.name);
        let history = before.name != after.name && renames.has_history(&before.name, &after.name);
        let synced_values = renames.has_synced_values();
        Self {
            before: before.clone(),
            translated,
            after: after.clone(),
            columns,
            values,
            synced_values,
            history,
        }
    }

    /// Whether nothing is to be done. The order of columns is ignored: no database changes it. So is what only the snapshot says.
    fn is_empty(&self) -> bool {
        self.before.name == self.after.name
            && self.before.primary_key == self.after.primary_key
            && self.added().next().is_none()
            && self.dropped().next().is_none()
            && self.columns.iter().all(|(before, after)| before == after)
            && self.kept().all(|(before, after)| !before.differs(after))
            && self.values.is_empty()
            && self.uniques().is_empty()
            && self.checks().is_empty()
            && self.indexes().is_empty()
            && self.foreign_keys().is_empty()
            && self.translated.fulltext == self.after.fulltext
    }

    /// References that stay and have become one of a circle of tables, or are none any more: how they are called now, and
    /// whether they are.
    pub(super) fn circles(
        &self,
        old: &DatabaseSchema,
        new: &DatabaseSchema,
    ) -> impl Iterator<Item = (&str, bool)> {
        let pairs = self.before.foreign_keys.iter().zip(&self.translated.foreign_keys);
        pairs.filter_map(|(was, key)| {
            let stays = self.after.foreign_keys.iter().find(|other| key.named(&other.name) == **other)?;
            let (was, now) = (old.is_cyclic(&self.before, was), new.is_cyclic(&self.after, stays));
            (was != now).then_some((stays.name.as_str(), now))
        })
    }

    /// Columns that are new.
    pub(super) fn added(&self) -> impl Iterator<Item = &Column> {
        let is_new = |column: &&Column| self.columns.iter().all(|(_, kept)| *kept != column.name);
        self.after.columns.iter().filter(is_new)
    }

    /// Columns that are gone, as they were.
    pub(super) fn dropped(&self) -> impl Iterator<Item = &Column> {
        let is_gone = |column: &&Column| self.columns.iter().all(|(kept, _)| *kept != column.name);
        self.before.columns.iter().filter(is_gone)
    }

    /// Columns that stay: as they were, and as they are to be.
    pub(super) fn kept(&self) -> impl Iterator<Item = (&Column, &Column)> {
        self.columns
            .iter()
            .filter_map(|(before, after)| Some((self.before.column(before)?, self.after.column(after)?)))
    }

    /// The way back, as far as questions about rows need it.
    pub(super) fn back(&self) -> Self {
        let swapped = |pairs: &Vec<(String, String)>| -> Vec<(String, String)> {
            pairs.iter().map(|(before, after)| (after.clone(), before.clone())).collect()
        };
        let was =
            |now: &String| self.columns.iter().find(|(_, name)| name == now).map(|(was, _)| was.clone());
        let values = self.values.iter().filter_map(|(column, values)| Some((was(column)?, swapped(values))));
        Self {
            before: self.after.clone(),
            translated: self.after.clone(),
            after: self.before.clone(),
            columns: swapped(&self.columns),
            values: values.collect(),
            synced_values: self.synced_values,
            history: self.history,
        }
    }

    /// Whether it or one of its columns has another name.
    pub(super) fn renames(&self) -> bool {
        self.before.name != self.after.name || self.columns.iter().any(|(before, after)| before != after)
    }

    pub(super) fn uniques(&self) -> Items<'_, Unique> {
        items(&self.translated.uniques, &self.after.uniques)
    }

    /// A condition on a column that gets another type is another one: the database keeps it as it was read for the old type.
    pub(super) fn checks(&self) -> Items<'_, Check> {
        let mut items = items(&self.translated.checks, &self.after.checks);
        let retyped: Vec<&String> = self
            .kept()
            .filter(|(was, now)| was.base_type() != now.base_type())
            .map(|(_, now)| &now.name)
            .collect();
        let stays = |check: &Check| self.translated.checks.iter().find(|old| *old == check);
        for check in
            self.after.checks.iter().filter(|check| retyped.iter().any(|name| check.sql.contains(*name)))
        {
            items.changed.extend(stays(check).map(|old| (old, check)));
        }
        items
    }

    pub(super) fn indexes(&self) -> Items<'_, Index> {
        items(&self.translated.indexes, &self.after.indexes)
    }

    pub(super) fn foreign_keys(&self) -> Items<'_, ForeignKey> {
        items(&self.translated.foreign_keys, &self.after.foreign_keys)
    }

    fn phrases(&self) -> Vec<String> {
        let mut what = Vec::new();
        if self.before.name != self.after.name {
            what.push(format!("renamed from `{}`", self.before.name));
        }
        if self.translated.primary_key != self.after.primary_key {
            what.push("the primary key changed".to_owned());
        }
        let renamed = self.columns.iter().filter(|(before, after)| before != after);
        what.extend(renamed.map(|(before, after)| format!("column `{before}` was renamed to `{after}`")));
        what.extend(self.added().map(|column| format!("column `{}` was added", column.name)));
        what.extend(self.dropped().map(|column| format!("column `{}` was removed", column.name)));
        let changed = self.kept().filter(|(before, after)| before.differs(after));
        what.extend(changed.map(|(_, after)| format!("column `{}` changed", after.name)));
        name_items(&mut what, "unique rule", &self.uniques());
        name_items(&mut what, "reference", &self.foreign_keys());
        name_items(&mut what, "check", &self.checks());
        name_items(&mut what, "index", &self.indexes());
        if self.translated.fulltext != self.after.fulltext {
            what.push("the full-text index changed".to_owned());
        }
        what
    }
}

fn name_items<T: Named>(what: &mut Vec<String>, kind: &str, items: &Items<'_, T>) {
    what.extend(items.added.iter().map(|item| format!("{kind} `{}` was added", item.name())));
    what.extend(items.changed.iter().map(|(_, item)| format!("{kind} `{}` changed", item.name())));
    what.extend(items.dropped.iter().map(|item| format!("{kind} `{}` was removed", item.name())));
}
