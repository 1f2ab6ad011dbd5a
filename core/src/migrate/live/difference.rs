//! What differs between two schemas, one line each.

use std::collections::BTreeMap;

use crate::db::{Dialect, quoted};
use crate::migrate::live::tokens::canonical;
use crate::migrate::live::{
    LiveCheck, LiveColumn, LiveEnum, LiveForeignKey, LiveIndex, LiveKey, LiveSchema, LiveTable, LiveTrigger,
    LiveUnique, RowSecurity, TableKind,
};

/// What differs, one line each: what the first alone has, what the second alone has, and what both have in two ways.
///
/// Without comments on tables and columns, and without the order of columns.
#[must_use]
pub fn diff(a: &LiveSchema, b: &LiveSchema) -> Vec<String> {
    let (a, b) = (Facts::of(a), Facts::of(b));
    let mut lines = Vec::new();
    for (subject, said) in &a.0 {
        match b.0.get(subject) {
            None => lines.push(format!("only the first has {subject}: {said}")),
            Some(other) if other != said => {
                lines.push(format!("{subject} is {said} in the first, {other} in the second"));
            }
            Some(_) => {}
        }
    }
    let added = b.0.iter().filter(|(subject, _)| !a.0.contains_key(*subject));
    lines.extend(added.map(|(subject, said)| format!("only the second has {subject}: {said}")));
    lines
}

/// A schema as lines, one for each thing.
pub(in crate::migrate) fn lines(schema: &LiveSchema) -> Vec<String> {
    Facts::of(schema).0.iter().map(|(subject, said)| format!("{subject}: {said}")).collect()
}

/// What a line ends in of a constraint that holds for new rows alone.
pub(in crate::migrate) const NOT_VALID: &str = " not valid";

/// A schema as statements that can be compared: of what, and what.
#[derive(Debug, Default)]
pub(super) struct Facts(pub(super) BTreeMap<Subject, String>);

/// What a fact is about. What belongs to a table follows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    pub(super) table: String,
    pub(super) part: Part,
    /// The part's name.
    pub(super) name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Enum,
    Table,
    Column,
    PrimaryKey,
    Unique,
    ForeignKey,
    Check,
    Other,
    Index,
    Trigger,
    RowSecurity,
    Policy,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Enum => "the type",
            Self::Table => "the table",
            Self::Column => "the column",
            Self::PrimaryKey => "the primary key",
            Self::Unique => "the unique rule",
            Self::ForeignKey => "the foreign key",
            Self::Check => "the check",
            Self::Other => "the constraint",
            Self::Index => "the index",
            Self::Trigger => "the trigger",
            Self::RowSecurity => "the row-level security",
            Self::Policy => "the policy",
        }
    }
}

impl Subject {
    /// What it is, without its table: ``column `name` ``.
    pub(super) fn thing(&self) -> String {
        let part = self.part.name().trim_start_matches("the ");
        if self.name.is_empty() { part.to_owned() } else { format!("{part} `{}`", self.name) }
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { table, part, name } = self;
        match (part, name.is_empty()) {
            (Part::Enum, _) => write!(f, "the type `{name}`"),
            (Part::Table, _) => write!(f, "the table `{table}`"),
            (part, true) => write!(f, "{} of `{table}`", part.name()),
            (part, false) => write!(f, "{} `{name}` of `{table}`", part.name()),
        }
    }
}

impl Facts {
    pub(super) fn of(schema: &LiveSchema) -> Self {
        let LiveSchema { dialect, tables, enums } = schema;
        let mut facts = Self::default();
        for LiveEnum { name, values, comment: _ } in enums {
            facts.add("", Part::Enum, name, values.join(", "));
        }
        for table in tables {
            facts.table(table, *dialect);
        }
        facts
    }

    pub(super) fn has_table(&self, table: &str) -> bool {
        self.0.keys().any(|subject| subject.part == Part::Table && subject.table == table)
    }

    fn add(&mut self, table: &str, part: Part, name: &str, said: String) {
        let mut subject = Subject { table: table.to_owned(), part, name: name.to_owned() };
        // Two without a name that say the same.
        while self.0.contains_key(&subject) {
            subject.name.push('\'');
        }
        self.0.insert(subject, said);
    }

    fn table(&mut self, table: &LiveTable, dialect: Dialect) {
        let LiveTable {
            name,
            kind,
            comment: _,
            definition,
            strict,
            without_rowid,
            columns,
            primary_key,
            uniques,
            foreign_keys,
            checks,
            others,
            indexes,
            triggers,
            row_security,
        } = table;
        let text = |sql: &str| normal(sql, dialect);
        let mut words = vec![kind.name().to_owned()];
        words.extend(strict.then(|| "strict".to_owned()));
        words.extend(without_rowid.then(|| "without rowid".to_owned()));
        words.extend(definition.as_deref().map(text));
        self.add(name, Part::Table, "", words.join(" "));
        // A view's columns follow from its query; a virtual table's are of its module.
        if matches!(kind, TableKind::View | TableKind::MaterializedView | TableKind::Virtual) {
            return;
        }
        for column in columns {
            self.add(name, Part::Column, &column.name, column_text(column, dialect));
        }
        if let Some(LiveKey { name: key, columns, autoincrement }) = primary_key {
            let counted = if *autoincrement { " autoincrement" } else { "" };
            let key = key.as_deref().unwrap_or_default();
            self.add(name, Part::PrimaryKey, key, format!("({}){counted}", list(columns)));
        }
        for LiveUnique { name: rule, columns, options } in uniques {
            let said = format!("({}) {options}", list(columns));
            self.named(name, Part::Unique, rule.as_ref(), said.trim().to_owned());
        }
        for key in foreign_keys {
            self.named(name, Part::ForeignKey, key.name.as_ref(), foreign_key_text(key));
        }
        for (part, checks) in [(Part::Check, checks), (Part::Other, others)] {
            for LiveCheck { name: check, sql, validated } in checks {
                self.named(name, part, check.as_ref(), format!("{}{}", text(sql), not_valid(*validated)));
            }
        }
        for index in indexes {
            self.add(name, Part::Index, &index.name, index_text(index, dialect));
        }
        for LiveTrigger { name: trigger, sql } in triggers {
            self.add(name, Part::Trigger, trigger, text(sql));
        }
        self.row_security(name, row_security);
    }

    /// What has no name is named by what it says.
    fn named(&mut self, table: &str, part: Part, name: Option<&String>, said: String) {
        match name {
            Some(name) => self.add(table, part, name, said),
            None => self.add(table, part, &said.clone(), said),
        }
    }

    fn row_security(&mut self, table: &str, security: &RowSecurity) {
        let RowSecurity { enabled, forced, policies } = security;
        if *enabled || *forced {
            let on = if *enabled { "on" } else { "off" };
            let forced = if *forced { ", forced" } else { "" };
            self.add(table, Part::RowSecurity, "", format!("{on}{forced}"));
        }
        for policy in policies {
            let mut said = format!("for {} to {}", policy.command, policy.roles.join(", "));
            if policy.restrictive {
                said.push_str(" restrictive");
            }
            for (word, rows) in [("using", &policy.using), ("with check", &policy.check)] {
                if let Some(rows) = rows {
                    said.push_str(&format!(" {word} ({rows})"));
                }
            }
            self.add(table, Part::Policy, &policy.name, said);
        }
    }
}

/// An expression as it is compared. PostgreSQL writes each in one way; SQLite keeps what was written.
fn normal(sql: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres => sql.to_owned(),
        Dialect::Sqlite => canonical(sql),
    }
}

pub(super) fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

fn not_valid(validated: bool) -> &'static str {
    if validated { "" } else { NOT_VALID }
}

pub(super) fn column_text(column: &LiveColumn, dialect: Dialect) -> String {
    let LiveColumn {
        name: _,
        sql_type,
        base_type,
        enum_type: _,
        collation,
        not_null,
        default,
        identity,
        serial,
        generated,
        virtual_generated,
        comment: _,
    } = column;
    let mut said = match dialect {
        Dialect::Postgres => sql_type.clone(),
        Dialect::Sqlite => sql_type.to_lowercase(),
    };
    if base_type != sql_type {
        said.push_str(&format!(" ({base_type})"));
    }
    if let Some(collation) = collation {
        said.push_str(&format!(" collate {}", quoted(collation)));
    }
    if *not_null {
        said.push_str(" not null");
    }
    if let Some(default) = default {
        // The sequence's name is no matter.
        let default = if *serial { "serial".to_owned() } else { normal(default, dialect) };
        said.push_str(&format!(" default {default}"));
    }
    if let Some(identity) = identity {
        let how = match identity {
            super::IdentityKind::Always => "always",
            super::IdentityKind::ByDefault => "by default",
        };
        said.push_str(&format!(" generated {how} as identity"));
    }
    if let Some(generated) = generated {
        let how = if *virtual_generated { "virtual" } else { "stored" };
        said.push_str(&format!(" generated always as ({}) {how}", normal(generated, dialect)));
    }
    said
}

pub(super) fn foreign_key_text(key: &LiveForeignKey) -> String {
    let LiveForeignKey {
        name: _,
        columns,
        table,
        referred,
        on_delete,
        on_update,
        deferrable,
        initially_deferred,
        validated,
    } = key;
    let mut said = format!("({}) references {} ({})", list(columns), quoted(table), list(referred));
    for (event, action) in [("delete", on_delete), ("update", on_update)] {
        if *action != super::ReferentialAction::NoAction {
            said.push_str(&format!(" on {event} {}", action.sql()));
        }
    }
    if *deferrable {
        said.push_str(" deferrable");
    }
    if *initially_deferred {
        said.push_str(" initially deferred");
    }
    said.push_str(not_valid(*validated));
    said
}

pub(super) fn index_text(index: &LiveIndex, dialect: Dialect) -> String {
    let LiveIndex { name: _, method, unique, parts, included, condition, valid } = index;
    let part = |part: &super::IndexPart| {
        let super::IndexPart { column, sql, descending, nulls_moved, collation, operator_class } = part;
        let mut said = match column {
            Some(column) => quoted(column),
            None => normal(sql, dialect),
        };
        for (word, value) in [(" collate ", collation), (" ", operator_class)] {
            if let Some(value) = value {
                said.push_str(&format!("{word}{}", value.to_lowercase()));
            }
        }
        if *descending {
            said.push_str(" desc");
        }
        if *nulls_moved {
            said.push_str(if *descending { " nulls last" } else { " nulls first" });
        }
        said
    };
    let parts: Vec<String> = parts.iter().map(part).collect();
    let mut said = if *unique { "unique ".to_owned() } else { String::new() };
    if method != "btree" {
        said.push_str(&format!("{method} "));
    }
    said.push_str(&format!("({})", parts.join(", ")));
    if !included.is_empty() {
        said.push_str(&format!(" include ({})", list(included)));
    }
    if let Some(condition) = condition {
        said.push_str(&format!(" where {}", normal(condition, dialect)));
    }
    if !valid {
        said.push_str(" invalid");
    }
    said
}
