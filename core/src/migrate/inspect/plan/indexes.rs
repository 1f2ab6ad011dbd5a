//! Unique rules and indexes, as options of fields and of the struct.

use crate::migrate::inspect::names;
use crate::migrate::inspect::plan::{EntityPlan, FieldPlan, KeyPlan};
use crate::migrate::live::LiveIndex;

impl EntityPlan<'_> {
    /// Unique rules and indexes of columns that are fields.
    pub(super) fn add_rules(&mut self) {
        let table = self.table;
        let keys =
            table.primary_key.iter().filter(|_| matches!(self.key, KeyPlan::Rowid | KeyPlan::Digest(_)));
        let mut rules: Vec<Vec<String>> = keys.map(|key| key.columns.clone()).collect();
        rules.extend(table.uniques.iter().map(|unique| unique.columns.clone()));
        let plain = |index: &&LiveIndex| index.condition.is_none() && index.method == "btree";
        for index in table.indexes.iter().filter(plain) {
            let columns: Option<Vec<(String, bool)>> =
                index.parts.iter().map(|part| Some((part.column.clone()?, part.descending))).collect();
            let Some(columns) = columns else { continue };
            if index.unique {
                rules.push(columns.into_iter().map(|(column, _)| column).collect());
                continue;
            }
            match columns.as_slice() {
                [(column, false)] => self.mark(column, "index"),
                _ => {
                    let names: Option<Vec<_>> = columns
                        .iter()
                        .map(|(column, descending)| Some((self.declared(column)?, *descending)))
                        .collect();
                    self.indexes.extend(names.filter(|names| !self.indexes.contains(names)));
                }
            }
        }
        for columns in rules {
            match columns.as_slice() {
                [column] => self.mark(column, "unique"),
                _ => {
                    let names: Option<Vec<_>> = columns.iter().map(|column| self.declared(column)).collect();
                    self.uniques.extend(names.filter(|names| !self.uniques.contains(names)));
                }
            }
        }
    }

    /// The declared name of a column that may be in an index.
    fn declared(&self, column: &str) -> Option<String> {
        let field = self.fields.iter().find(|field| field.column == column && field.sortable)?;
        Some(names::identifier(&field.name))
    }

    /// `unique` is an index too, and a relation has one.
    fn mark(&mut self, column: &str, option: &str) {
        let found = self.fields.iter_mut().find(|field| field.column == column && field.sortable);
        let Some(field) = found else { return };
        let has = |field: &FieldPlan, option: &str| field.options.iter().any(|known| known == option);
        if option == "unique" {
            field.options.retain(|known| known != "index");
        }
        let is_there =
            has(field, option) || has(field, "unique") || (option == "index" && field.target.is_some());
        if !is_there {
            field.options.insert(0, option.to_owned());
        }
    }
}
