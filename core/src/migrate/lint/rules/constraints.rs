//! Constraints that come and go: rows that a new one refuses, and what is no longer kept out.

use super::{FileLinter, MigrationSet, Subject, WrittenOver};
use crate::db::quoted;
use crate::migrate::lint::catalog::Catalog;
use crate::migrate::lint::effect::{Effect, Rule, RuleKind};
use crate::migrate::lint::facts::Probe;
use crate::migrate::lint::script::Statement;
use crate::migrate::lint::{Code, Lock};

impl FileLinter<'_> {
    pub(super) fn check_constraints(
        &mut self,
        effect: &Effect,
        statements: &[(Statement<'_>, Vec<Effect>)],
        set: &mut MigrationSet<'_>,
    ) {
        match effect {
            Effect::AddRule { table, rule, not_valid } if set.catalog.is_old(table) => {
                if is_about_known_values(rule, table, &set.catalog) {
                    set.spoken_of.extend(rule.name.clone().map(|name| (table.clone(), name)));
                }
                self.add_rule(table, rule, !not_valid, set, false);
            }
            Effect::ValidateRule { table, name } if set.catalog.is_old(table) => {
                if set.spoken_of.contains(&(table.clone(), name.clone())) {
                    return;
                }
                match set.catalog.rule(table, name).map(|known| known.rule.clone()) {
                    Some(rule) => self.existing_rows(table, &rule, &set.catalog),
                    None => self.unknown_rule(table, name),
                }
            }
            Effect::DropRule { table, name } => {
                let file = statements.iter().flat_map(|(_, effects)| effects);
                self.drop_rule(table, name, file, &set.catalog);
            }
            Effect::CreateIndex { table, index, .. } if index.unique && set.catalog.is_old(table) => {
                let condition = index.condition.clone();
                self.unique_rows(table, &index.columns, condition, &index.name, &set.catalog);
            }
            _ => {}
        }
    }

    /// `on_new_column`: the rule is about a column without values, which no row breaks.
    pub(super) fn add_rule(
        &mut self,
        table: &str,
        rule: &Rule,
        validated: bool,
        set: &MigrationSet<'_>,
        on_new_column: bool,
    ) {
        if let RuleKind::Primary { columns } = &rule.kind {
            let message = format!("the primary key of `{table}` is ({}) from now on", columns.join(", "));
            return self.report(
                Code::PrimaryKeyChange,
                Subject::table(table).locking(Lock::AccessExclusive),
                message,
            );
        }
        if let Some(column) = rule.requires_value_of()
            && self.has_older_version()
            && !set.catalog.is_proven_required(table, &column)
            && !set.catalog.is_new_column(table, &column)
        {
            let message = format!(
                "the running version may write NULL to `{table}.{column}`, which is refused from now on"
            );
            let subject = Subject::column(table, &column).locking(Lock::AccessExclusive);
            self.report(Code::RequiredNow, subject.counting(nulls(table, &column)), message);
        }
        self.check_values(table, rule, set);
        if let RuleKind::Unique { columns } = &rule.kind {
            let name = rule.name.clone().unwrap_or_default();
            if !on_new_column {
                self.unique_rows(table, columns, None, &name, &set.catalog);
            }
        } else if validated && !on_new_column && !is_about_known_values(rule, table, &set.catalog) {
            self.existing_rows(table, rule, &set.catalog);
        }
    }

    /// Rows that are there may break a check or point nowhere.
    pub(super) fn existing_rows(&mut self, table: &str, rule: &Rule, catalog: &Catalog) {
        if self.asserts_about(table) {
            return;
        }
        let name = rule.name.as_deref().unwrap_or("the constraint");
        match &rule.kind {
            RuleKind::Check { sql } if catalog.is_about_new_columns(table, sql) => {}
            RuleKind::Foreign { columns, .. }
                if columns.iter().all(|column| catalog.is_new_column(table, column)) => {}
            RuleKind::Check { sql } => {
                let message = format!("a row of `{table}` that does not meet `{name}` makes it fail");
                let probe = Probe::Breaking {
                    table: table.to_owned(),
                    condition: format!("NOT ({sql})"),
                    what: "do not meet it",
                };
                self.report(Code::CheckExisting, Subject::table(table).counting(probe), message);
            }
            RuleKind::Foreign { columns, target, keys, .. } => {
                let Some(column) = columns.first() else { return };
                let message =
                    format!("a row of `{table}` whose `{column}` is not in `{target}` makes it fail");
                let key = keys.first().map_or("id", String::as_str);
                let probe = Probe::Breaking {
                    table: table.to_owned(),
                    condition: format!(
                        "{0} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {1} AS target WHERE target.{2} = {3}.{0})",
                        quoted(column),
                        quoted(target),
                        quoted(key),
                        quoted(table)
                    ),
                    what: "point nowhere",
                };
                self.report(
                    Code::ForeignKeyExisting,
                    Subject::column(table, column).counting(probe),
                    message,
                );
            }
            _ => {}
        }
    }

    fn unknown_rule(&mut self, table: &str, name: &str) {
        if !self.asserts_about(table) {
            let message = format!("a row of `{table}` that does not meet `{name}` makes it fail");
            self.report(Code::CheckExisting, Subject::table(table), message);
        }
    }

    pub(super) fn unique_rows(
        &mut self,
        table: &str,
        columns: &[String],
        condition: Option<String>,
        name: &str,
        catalog: &Catalog,
    ) {
        // Unique among all rows is unique among some.
        let is_known = catalog.table(table).is_some_and(|known| known.is_unique(columns));
        let only_new = columns.iter().any(|column| catalog.is_new_column(table, column));
        if self.asserts_about(table) || is_known || only_new {
            return;
        }
        let message =
            format!("two rows of `{table}` with the same {} make `{name}` fail", columns.join(" and "));
        let probe = Probe::Duplicates { table: table.to_owned(), columns: columns.to_vec(), condition };
        let column = if let [column] = columns { Some(column.as_str()) } else { None };
        self.report(
            Code::UniqueExisting,
            Subject { column, ..Subject::table(table) }.counting(probe),
            message,
        );
    }

    fn drop_rule<'e>(
        &mut self,
        table: &str,
        name: &str,
        mut file: impl Iterator<Item = &'e Effect>,
        catalog: &Catalog,
    ) {
        let Some(known) = catalog.rule(table, name) else {
            return self.drop_unknown_rule(table, name, file);
        };
        if known.is_new || !catalog.is_old(table) {
            return;
        }
        let replaced_by =
            |rule: &Rule| rule.name.as_deref() == Some(name) || is_about_the_same(&known.rule, rule);
        let added = file.find_map(|effect| match effect {
            Effect::AddRule { table: of, rule, .. } if of == table && replaced_by(rule) => Some(rule),
            _ => None,
        });
        let others = catalog.table(table).into_iter().flat_map(|table| &table.rules);
        let mut others = others.filter(|other| other.rule.name.as_deref() != Some(name));
        let replaced = added.is_some() || others.any(|other| is_about_the_same(&known.rule, &other.rule));
        match &known.rule.kind {
            RuleKind::Foreign { columns, target, on_delete, .. } => {
                let after = added.and_then(|rule| match &rule.kind {
                    RuleKind::Foreign { on_delete: after, .. } if after != on_delete => Some(after.as_str()),
                    _ => None,
                });
                if after.is_some() || !replaced {
                    let column = columns.first().map_or("", String::as_str);
                    self.foreign_key_gone(
                        (table, column),
                        name,
                        target,
                        after.map(|after| (on_delete.as_str(), after)),
                    );
                }
            }
            RuleKind::Primary { .. } if !replaced => {
                let message = format!("the primary key of `{table}` is dropped");
                self.report(
                    Code::PrimaryKeyChange,
                    Subject::table(table).locking(Lock::AccessExclusive),
                    message,
                );
            }
            _ if replaced
                || known
                    .rule
                    .requires_value_of()
                    .is_some_and(|column| is_required(catalog, table, &column)) => {}
            _ => {
                let message = format!("`{table}` may have rows that `{name}` refuses, once it is gone");
                self.report(
                    Code::DropConstraint,
                    Subject::table(table).locking(Lock::AccessExclusive),
                    message,
                );
            }
        }
    }

    /// `actions`: what it did on delete, and what the one in its place does.
    pub(super) fn foreign_key_gone(
        &mut self,
        (table, column): (&str, &str),
        name: &str,
        target: &str,
        actions: Option<(&str, &str)>,
    ) {
        let message = match actions {
            Some((before, after)) => {
                format!("`{name}` does `{after}` on delete of a row of `{target}`, where it did `{before}`")
            }
            None => {
                format!(
                    "rows of `{table}` may point to rows of `{target}` that do not exist, once `{name}` is gone"
                )
            }
        };
        self.report(
            Code::DropForeignKey,
            Subject::column(table, column).locking(Lock::AccessExclusive),
            message,
        );
    }

    /// A constraint of which only the name is known: entify's names say what it is.
    fn drop_unknown_rule<'e>(&mut self, table: &str, name: &str, mut file: impl Iterator<Item = &'e Effect>) {
        let is_added = |effect: &Effect| matches!(effect, Effect::AddRule { table: of, rule, .. } if of == table && rule.name.as_deref() == Some(name));
        if file.any(is_added) {
            return;
        }
        let subject = Subject::table(table).locking(Lock::AccessExclusive);
        if name.starts_with("fk_") {
            self.report(
                Code::DropForeignKey,
                subject,
                format!("rows of `{table}` may point nowhere, once `{name}` is gone"),
            );
        } else if name.starts_with("pk_") {
            self.report(Code::PrimaryKeyChange, subject, format!("the primary key of `{table}` is dropped"));
        } else {
            self.report(
                Code::DropConstraint,
                subject,
                format!("`{table}` may have rows that `{name}` refuses, once it is gone"),
            );
        }
    }

    /// The texts that an enum's check allows, compared with those before.
    pub(super) fn check_values(&mut self, table: &str, rule: &Rule, set: &MigrationSet<'_>) {
        let Some((column, after)) = rule.allowed_values() else { return };
        let Some(before) = set.catalog.table(table).and_then(|known| known.values_before(&column)) else {
            return;
        };
        let removed: Vec<&String> = before.iter().filter(|value| !after.contains(value)).collect();
        let added: Vec<&String> = after.iter().filter(|value| !before.contains(value)).collect();
        if removed.is_empty() {
            return;
        }
        let about = |over: &&WrittenOver| over.table == table && over.column == column;
        let literal = |value: &String| format!("'{}'", value.replace('\'', "''"));
        let written: Vec<&WrittenOver> = set.written.iter().filter(about).collect();
        let renamed =
            written.iter().any(|over| added.iter().any(|value| over.statement.contains(&literal(value))));
        let list = removed.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
        let subject = Subject::column(table, &column).locking(Lock::AccessExclusive);
        if renamed {
            if self.has_older_version() {
                let message = format!(
                    "the running version reads and writes {list} in `{table}.{column}`, which are written over"
                );
                self.report(Code::EnumValueRenamed, subject, message);
            }
            return;
        }
        let is_sure = self.asserts_about(table) || !written.is_empty();
        if !is_sure || self.has_older_version() {
            let values: Vec<String> = removed.iter().map(|value| literal(value)).collect();
            let condition = format!("{} IN ({})", quoted(&column), values.join(", "));
            let probe = Probe::Breaking { table: table.to_owned(), condition, what: "have it" };
            let message = format!("`{table}.{column}` may not be {list} from now on");
            self.report(Code::EnumValueRemoved, subject.counting(probe), message);
        }
    }
}

/// What an enum's check refuses is said of the values.
fn is_about_known_values(rule: &Rule, table: &str, catalog: &Catalog) -> bool {
    let before = |(column, _): (String, _)| catalog.table(table)?.values_before(&column);
    rule.allowed_values().and_then(before).is_some()
}

pub(super) fn nulls(table: &str, column: &str) -> Probe {
    Probe::Breaking {
        table: table.to_owned(),
        condition: format!("{} IS NULL", quoted(column)),
        what: "are NULL",
    }
}

fn is_required(catalog: &Catalog, table: &str, column: &str) -> bool {
    catalog.column(table, column).is_some_and(|column| column.not_null)
}

/// Whether one constraint takes the place of the other.
fn is_about_the_same(one: &Rule, other: &Rule) -> bool {
    match (&one.kind, &other.kind) {
        (RuleKind::Foreign { columns, .. }, RuleKind::Foreign { columns: of, .. })
        | (RuleKind::Primary { columns }, RuleKind::Primary { columns: of })
        | (RuleKind::Unique { columns }, RuleKind::Unique { columns: of }) => columns == of,
        (RuleKind::Check { .. }, RuleKind::Check { .. }) => {
            let column = |rule: &Rule| rule.allowed_values().map(|(column, _)| column);
            column(one).is_some() && column(one) == column(other)
        }
        _ => false,
    }
}
