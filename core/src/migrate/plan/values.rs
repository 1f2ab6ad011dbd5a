//! Renamed values of enums on PostgreSQL, in two steps.
//!
//! The running version of a program knows the old value alone, the new one reads both (`was = "…"`). Until the second step
//! a trigger stores the old value, whichever is written. Then it stores the new one, the rows that are there follow in
//! batches, and it goes.

use crate::db::{Dialect, literal, quoted};
use crate::entity::names;
use crate::migrate::plan::sync::{Sync, Trigger};
use crate::migrate::plan::{Op, Stage, Step};
use crate::migrate::{Column, Table};

/// The values of one column: before, now.
pub(super) struct RenamedValues<'a> {
    pub(super) table: &'a Table,
    pub(super) column: &'a Column,
    pub(super) values: &'a [(String, String)],
}

/// An expression of a column's type with the first values of the pairs in place of the second ones, or the other way.
pub(super) fn mapped(expression: &str, column: &Column, values: &[(String, String)]) -> String {
    let text = |value: &str| literal(value, Dialect::Postgres);
    if column.sql_type.ends_with("[]") {
        return values.iter().fold(expression.to_owned(), |inner, (from, to)| {
            format!("array_replace({inner}, {}, {})", text(from), text(to))
        });
    }
    let cases: Vec<String> =
        values.iter().map(|(from, to)| format!("WHEN {} THEN {}", text(from), text(to))).collect();
    format!("CASE {expression} {} ELSE {expression} END", cases.join(" "))
}

/// The pairs the other way round.
pub(super) fn swapped(values: &[(String, String)]) -> Vec<(String, String)> {
    values.iter().map(|(from, to)| (to.clone(), from.clone())).collect()
}

impl RenamedValues<'_> {
    /// The first step: what is written with a new value is stored with the old one.
    pub(super) fn begin(&self) -> Op {
        self.backward().create(Stage::Change)
    }

    /// The second step: what is written is stored with the new value, rows that are there get it, and all that has led
    /// to it goes.
    pub(super) fn end(&self) -> [Op; 3] {
        let (forward, backward) = (self.forward(), self.backward());
        let Self { table, column, values } = self;
        let (on, name) = (quoted(&table.name), quoted(&column.name));
        let (gone, back) = (swapped(values), swapped(values));
        let restore =
            format!("UPDATE {on} SET {name} = {} WHERE {}", mapped(&name, column, &back), self.has(&gone));
        let turn = Op::of(
            Stage::Change,
            vec![forward.replace_function()],
            vec![
                backward.replace_function(),
                Step::new(format!("{}: the old values of `{}`", table.name, column.name), restore),
            ],
        );
        let set = format!("{name} = {}", mapped(&name, column, values));
        let fill = Sync::batches(table, &set, &self.has(values));
        let list: Vec<String> =
            values.iter().map(|(from, to)| format!("`{from}` is called `{to}`")).collect();
        let comment = format!("{}: {} in `{}`, in batches", table.name, list.join(", "), column.name);
        [turn, Op::one_way(Stage::Fill, Step::new(comment, fill)), forward.drop(Stage::Require)]
    }

    /// The condition of the rows that have one of the first values.
    fn has(&self, values: &[(String, String)]) -> String {
        let name = quoted(&self.column.name);
        let list: Vec<String> = values.iter().map(|(from, _)| literal(from, Dialect::Postgres)).collect();
        match self.column.sql_type.ends_with("[]") {
            true => format!("{name} && array[{}]::text[]", list.join(", ")),
            false => format!("{name} in ({})", list.join(", ")),
        }
    }

    fn backward(&self) -> Trigger {
        let (column, table) = (&self.column.name, &self.table.name);
        let values: Vec<String> =
            self.values.iter().map(|(from, to)| format!("`{to}` is stored as `{from}`")).collect();
        let comment = format!(
            "{table}: {} in `{column}`: the version of the program that runs knows it alone, the next one reads it too",
            values.join(", ")
        );
        self.trigger(&swapped(self.values), comment)
    }

    fn forward(&self) -> Trigger {
        let comment = format!(
            "{}: the new values of `{}` are stored from now on, whichever are written",
            self.table.name, self.column.name
        );
        self.trigger(self.values, comment)
    }

    fn trigger(&self, values: &[(String, String)], comment: String) -> Trigger {
        let new = format!("NEW.{}", quoted(&self.column.name));
        Trigger {
            table: self.table.name.clone(),
            name: names::shorten(format!("entify_values_{}_{}", self.table.name, self.column.name)),
            comment,
            body: format!("  {new} := {};", mapped(&new, self.column, values)),
        }
    }
}
