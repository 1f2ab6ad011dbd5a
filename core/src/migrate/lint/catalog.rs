//! The tables as the statements before have left them.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::Dialect;
use crate::migrate::lint::effect::{Column, Effect, Index, Rule, RuleKind};
use crate::migrate::lint::script;

/// What is known of the tables before a statement runs. A table that is not known is taken to be there, with rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::migrate) struct Catalog {
    tables: BTreeMap<String, KnownTable>,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::migrate) struct KnownTable {
    pub(in crate::migrate) columns: Vec<Column>,
    pub(in crate::migrate) rules: Vec<KnownRule>,
    pub(in crate::migrate) indexes: Vec<Index>,
    /// Created by the migrations that are looked at: no row of it is there yet.
    pub(in crate::migrate) is_new: bool,
    /// Its rows follow from another table's: a full-text index of SQLite.
    pub(in crate::migrate) is_derived: bool,
    /// The texts that a check allowed in a column before it was dropped.
    values_before: Vec<(String, Vec<String>)>,
    /// Columns that these migrations added.
    pub(in crate::migrate) new_columns: BTreeSet<String>,
}

/// A constraint.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::migrate) struct KnownRule {
    pub(in crate::migrate) rule: Rule,
    /// Not those that were added `NOT VALID`.
    pub(in crate::migrate) is_valid: bool,
    /// Added by the migrations that are looked at.
    pub(in crate::migrate) is_new: bool,
}

impl Catalog {
    pub(in crate::migrate) fn table(&self, name: &str) -> Option<&KnownTable> {
        self.tables.get(name)
    }

    pub(in crate::migrate) fn tables(&self) -> impl Iterator<Item = (&String, &KnownTable)> {
        self.tables.iter()
    }

    /// From here on everything that is there is old.
    pub(in crate::migrate) fn settle(&mut self) {
        for table in self.tables.values_mut() {
            table.is_new = false;
            table.new_columns.clear();
            table.values_before.clear();
            for known in &mut table.rules {
                known.is_new = false;
            }
        }
    }

    /// Whether the table may have rows.
    pub(in crate::migrate) fn is_old(&self, name: &str) -> bool {
        self.table(name).is_none_or(|table| !table.is_new)
    }

    pub(in crate::migrate) fn column(&self, table: &str, column: &str) -> Option<&Column> {
        self.table(table)?.columns.iter().find(|known| known.name == column)
    }

    pub(in crate::migrate) fn is_new_column(&self, table: &str, column: &str) -> bool {
        self.table(table).is_some_and(|table| table.is_new || table.new_columns.contains(column))
    }

    /// Whether the condition is about columns alone that these migrations added: no row has a value there but the default.
    pub(in crate::migrate) fn is_about_new_columns(&self, table: &str, sql: &str) -> bool {
        let Some(known) = self.table(table) else { return false };
        let mut named = known
            .columns
            .iter()
            .filter(|column| script::names(sql).any(|name| name == column.name))
            .peekable();
        named.peek().is_some() && named.all(|column| known.new_columns.contains(&column.name))
    }

    pub(in crate::migrate) fn rule(&self, table: &str, name: &str) -> Option<&KnownRule> {
        self.table(table)?.rules.iter().find(|known| known.rule.name.as_deref() == Some(name))
    }

    /// The table of an index, and the index.
    pub(in crate::migrate) fn index(&self, name: &str) -> Option<(&str, Option<&Index>)> {
        self.tables.iter().find_map(|(table, known)| {
            let index = known.indexes.iter().find(|index| index.name == name);
            let of_rule = known.rules.iter().any(|known| known.rule.name.as_deref() == Some(name));
            (index.is_some() || of_rule).then_some((table.as_str(), index))
        })
    }

    /// Whether a validated check says that the column has a value.
    pub(in crate::migrate) fn is_proven_required(&self, table: &str, column: &str) -> bool {
        let rules = self.table(table).map_or(&[][..], |table| &table.rules);
        let proven = rules
            .iter()
            .any(|known| known.is_valid && known.rule.requires_value_of().as_deref() == Some(column));
        proven || self.column(table, column).is_some_and(|column| column.not_null)
    }

    /// The tables that refer to this one.
    pub(in crate::migrate) fn referrers<'c>(&'c self, target: &'c str) -> impl Iterator<Item = &'c str> {
        self.tables
            .iter()
            .filter(move |(name, known)| *name != target && known.refers_to(target))
            .map(|(name, _)| name.as_str())
    }

    /// As the tables are once this is done.
    pub(in crate::migrate) fn apply(&mut self, effect: &Effect, dialect: Dialect) {
        match effect {
            Effect::CreateTable { table, columns, rules, .. } => {
                let rules =
                    rules.iter().map(|rule| KnownRule { rule: rule.clone(), is_valid: true, is_new: true });
                let known = KnownTable {
                    columns: columns.clone(),
                    rules: rules.collect(),
                    is_new: true,
                    ..KnownTable::default()
                };
                self.tables.insert(table.clone(), known);
            }
            Effect::DropTable { table, .. } => {
                self.tables.remove(table);
            }
            Effect::CreateVirtualTable { table } => {
                self.tables.insert(table.clone(), KnownTable { is_derived: true, ..KnownTable::default() });
            }
            Effect::RenameTable { table, to } => self.rename_table(table, to),
            Effect::RenameColumn { table, column, to } => self.rename_column(table, column, to),
            Effect::DropIndex { name, .. } => {
                for table in self.tables.values_mut() {
                    table.indexes.retain(|index| index.name != *name);
                }
            }
            effect => {
                // What is known of a table that was not is that it is there.
                if let Some(table) = changed_table(effect) {
                    self.tables.entry(table.to_owned()).or_default().apply(effect, dialect);
                }
            }
        }
    }

    fn rename_table(&mut self, table: &str, to: &str) {
        if let Some(known) = self.tables.remove(table) {
            self.tables.insert(to.to_owned(), known);
        }
        self.each_foreign(|target, _, _| {
            if target == table {
                to.clone_into(target);
            }
        });
    }

    fn rename_column(&mut self, table: &str, column: &str, to: &str) {
        if let Some(known) = self.tables.get_mut(table) {
            known.rename_column(column, to);
        }
        self.each_foreign(|target, keys, _| {
            if target == table {
                rename(keys, column, to);
            }
        });
    }

    fn each_foreign(&mut self, mut change: impl FnMut(&mut String, &mut Vec<String>, &mut Vec<String>)) {
        for known in self.tables.values_mut().flat_map(|table| &mut table.rules) {
            if let RuleKind::Foreign { columns, target, keys, .. } = &mut known.rule.kind {
                change(target, keys, columns);
            }
        }
    }
}

fn changed_table(effect: &Effect) -> Option<&str> {
    match effect {
        Effect::AddColumn { table, .. }
        | Effect::DropColumn { table, .. }
        | Effect::SetNotNull { table, .. }
        | Effect::DropNotNull { table, .. }
        | Effect::SetType { table, .. }
        | Effect::AddRule { table, .. }
        | Effect::DropRule { table, .. }
        | Effect::RenameRule { table, .. }
        | Effect::ValidateRule { table, .. }
        | Effect::CreateIndex { table, .. } => Some(table),
        _ => None,
    }
}

fn rename(names: &mut [String], name: &str, to: &str) {
    for found in names.iter_mut().filter(|found| *found == name) {
        to.clone_into(found);
    }
}

impl KnownTable {
    fn refers_to(&self, target: &str) -> bool {
        self.rules
            .iter()
            .any(|known| matches!(&known.rule.kind, RuleKind::Foreign { target: to, .. } if to == target))
    }

    /// The tables that it refers to.
    pub(in crate::migrate) fn targets(&self) -> impl Iterator<Item = &String> {
        self.rules.iter().filter_map(|known| match &known.rule.kind {
            RuleKind::Foreign { target, .. } => Some(target),
            _ => None,
        })
    }

    /// Whether the column refers to a table.
    pub(in crate::migrate) fn is_reference(&self, column: &str) -> bool {
        self.rules.iter().any(|known| {
            matches!(&known.rule.kind, RuleKind::Foreign { columns, .. } if columns.iter().any(|of| of == column))
        })
    }

    /// Whether these columns refer to the table.
    pub(in crate::migrate) fn refers(&self, own: &[String], to: &str) -> bool {
        self.rules.iter().any(|known| {
            matches!(&known.rule.kind, RuleKind::Foreign { columns, target, .. } if columns == own && target == to)
        })
    }

    /// Whether rows are found by this column.
    pub(in crate::migrate) fn is_indexed(&self, column: &str) -> bool {
        let first = |columns: &[String]| columns.first().is_some_and(|first| first == column);
        let by_rule = self.rules.iter().any(|known| match &known.rule.kind {
            RuleKind::Primary { columns } | RuleKind::Unique { columns } => first(columns),
            _ => false,
        });
        by_rule || self.indexes.iter().any(|index| index.condition.is_none() && first(&index.columns))
    }

    /// Whether these columns are unique together.
    pub(in crate::migrate) fn is_unique(&self, columns: &[String]) -> bool {
        let by_rule = self.rules.iter().any(|known| match &known.rule.kind {
            RuleKind::Primary { columns: unique } | RuleKind::Unique { columns: unique } => unique == columns,
            _ => false,
        });
        by_rule
            || self
                .indexes
                .iter()
                .any(|index| index.unique && index.condition.is_none() && index.columns == columns)
    }

    /// The texts that a check allows in the column, or allowed until these migrations dropped it.
    pub(in crate::migrate) fn values_before(&self, column: &str) -> Option<Vec<String>> {
        let dropped =
            self.values_before.iter().find(|(of, _)| of == column).map(|(_, values)| values.clone());
        dropped.or_else(|| self.allowed_values(column))
    }

    /// The texts that a check allows in the column.
    pub(in crate::migrate) fn allowed_values(&self, column: &str) -> Option<Vec<String>> {
        let allowed = self.rules.iter().filter_map(|known| known.rule.allowed_values());
        allowed.filter(|(of, _)| of == column).map(|(_, values)| values).next()
    }

    pub(in crate::migrate) fn primary_key(&self) -> Option<&[String]> {
        self.rules.iter().find_map(|known| match &known.rule.kind {
            RuleKind::Primary { columns } => Some(columns.as_slice()),
            _ => None,
        })
    }

    fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name == name)
    }

    fn apply(&mut self, effect: &Effect, dialect: Dialect) {
        match effect {
            Effect::AddColumn { column, rules, .. } => {
                self.columns.push(column.clone());
                self.new_columns.insert(column.name.clone());
                let rules =
                    rules.iter().map(|rule| KnownRule { rule: rule.clone(), is_valid: true, is_new: true });
                self.rules.extend(rules);
            }
            Effect::DropColumn { column, .. } => self.drop_column(column),
            Effect::SetNotNull { column, .. } => self.set_nullable(column, false),
            Effect::DropNotNull { column, .. } => self.set_nullable(column, true),
            Effect::SetType { column, sql_type, .. } => {
                if let Some(known) = self.column_mut(column) {
                    known.sql_type.clone_from(sql_type);
                }
            }
            Effect::AddRule { rule, not_valid, .. } => self.add_rule(rule, !not_valid),
            Effect::DropRule { name, .. } => {
                let gone = self.rules.extract_if(.., |known| known.rule.name.as_ref() == Some(name));
                self.values_before.extend(gone.filter_map(|known| known.rule.allowed_values()));
            }
            Effect::RenameRule { name, to, .. } => {
                for known in self.rules.iter_mut().filter(|known| known.rule.name.as_ref() == Some(name)) {
                    known.rule.name = Some(to.clone());
                }
            }
            Effect::ValidateRule { name, .. } => {
                for known in self.rules.iter_mut().filter(|known| known.rule.name.as_ref() == Some(name)) {
                    known.is_valid = true;
                }
            }
            Effect::CreateIndex { index, .. } => {
                let mut index = index.clone();
                if index.name.is_empty() && dialect == Dialect::Postgres {
                    index.name = format!("{}_idx", index.columns.join("_"));
                }
                self.indexes.push(index);
            }
            _ => {}
        }
    }

    fn set_nullable(&mut self, column: &str, nullable: bool) {
        if let Some(known) = self.column_mut(column) {
            known.not_null = !nullable;
        }
    }

    /// A constraint that takes an index over is over the index's columns.
    fn add_rule(&mut self, rule: &Rule, is_valid: bool) {
        let mut rule = rule.clone();
        let columns_of = |name: &str| {
            let index = self.indexes.iter().find(|index| index.name == name);
            index.map_or_else(Vec::new, |index| index.columns.clone())
        };
        rule.kind = match rule.kind {
            RuleKind::UniqueUsing { index } => RuleKind::Unique { columns: columns_of(&index) },
            RuleKind::PrimaryUsing { index } => RuleKind::Primary { columns: columns_of(&index) },
            kind => kind,
        };
        self.rules.push(KnownRule { rule, is_valid, is_new: true });
    }

    fn drop_column(&mut self, column: &str) {
        self.columns.retain(|known| known.name != column);
        self.indexes.retain(|index| !index.columns.iter().any(|of| of == column));
        self.rules.retain(|known| match &known.rule.kind {
            RuleKind::Primary { columns }
            | RuleKind::Unique { columns }
            | RuleKind::Foreign { columns, .. } => !columns.iter().any(|of| of == column),
            _ => true,
        });
    }

    fn rename_column(&mut self, column: &str, to: &str) {
        if let Some(known) = self.column_mut(column) {
            to.clone_into(&mut known.name);
        }
        for index in &mut self.indexes {
            rename(&mut index.columns, column, to);
        }
        for known in &mut self.rules {
            match &mut known.rule.kind {
                RuleKind::Primary { columns }
                | RuleKind::Unique { columns }
                | RuleKind::Foreign { columns, .. } => {
                    rename(columns, column, to);
                }
                _ => {}
            }
        }
        if self.new_columns.remove(column) {
            self.new_columns.insert(to.to_owned());
        }
    }
}
