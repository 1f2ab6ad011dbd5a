//! What happens to rows: those that are lost, and those that an older version cannot read.

use super::constraints::nulls;
use super::{FileLinter, MigrationSet, Subject, WrittenOver};
use crate::db::{Dialect, quoted};
use crate::migrate::lint::catalog::Catalog;
use crate::migrate::lint::effect::{Column, Effect};
use crate::migrate::lint::facts::Probe;
use crate::migrate::lint::script::Statement;
use crate::migrate::lint::{Code, Lock, claims};

impl FileLinter<'_> {
    pub(super) fn check_effect(
        &mut self,
        effect: &Effect,
        statements: &[(Statement<'_>, Vec<Effect>)],
        set: &mut MigrationSet<'_>,
    ) {
        self.check_transaction(effect);
        self.check_names(effect);
        self.check_index(effect);
        self.check_blocking(effect, &set.catalog);
        match effect {
            Effect::RenameTable { table, to } if self.asserts_about(table) => self.asserts.push(to.clone()),
            Effect::Update { table, sets, .. } => {
                set.written.extend(sets.iter().map(|(column, value)| WrittenOver {
                    table: table.clone(),
                    column: column.clone(),
                    statement: format!("{value} {}", self.statement.text),
                }));
            }
            _ => {}
        }
        self.check_table(effect, statements, set);
        self.check_column(effect, set);
        self.check_constraints(effect, statements, set);
    }

    fn check_table(
        &mut self,
        effect: &Effect,
        statements: &[(Statement<'_>, Vec<Effect>)],
        set: &MigrationSet<'_>,
    ) {
        match effect {
            Effect::DropTable { table, .. } => self.drop_table(table, set),
            Effect::DropSchema { name } => {
                let message = format!("`{name}` is dropped with all tables and rows in it");
                self.report(Code::DropTable, Subject::default().locking(Lock::AccessExclusive), message);
            }
            Effect::RenameTable { table, to }
                if self.has_older_version() && set.catalog.is_old(table) && !has_view(statements, table) =>
            {
                let message = format!("the running version uses `{table}`, which is `{to}` from now on");
                self.report(Code::RenameTable, Subject::table(table).locking(Lock::AccessExclusive), message);
            }
            Effect::Truncate { table } if set.catalog.is_old(table) => self.delete_rows(table),
            Effect::Delete { table, filtered: false } if set.catalog.is_old(table) => self.delete_rows(table),
            Effect::EnumValueAdded { between: true } => {
                self.report(
                    Code::EnumValueReordered,
                    Subject::default(),
                    "the order of the type's values changes for who sorts by it".to_owned(),
                );
            }
            Effect::EnumValueRenamed { from, to } if self.has_older_version() => {
                let message =
                    format!("the running version reads and writes `{from}`, which is `{to}` from now on");
                self.report(Code::EnumValueRenamed, Subject::default(), message);
            }
            Effect::Unread { words, table } => {
                let subject = Subject { table: table.as_deref(), ..Subject::default() };
                self.report(
                    Code::UnreadStatement,
                    subject,
                    format!("`{words} …` is not a statement that the linter knows"),
                );
            }
            _ => {}
        }
    }

    fn check_column(&mut self, effect: &Effect, set: &MigrationSet<'_>) {
        match effect {
            Effect::RenameColumn { table, column, to }
                if self.has_older_version() && !set.catalog.is_new_column(table, column) =>
            {
                let message =
                    format!("the running version uses `{table}.{column}`, which is `{to}` from now on");
                self.report(
                    Code::RenameColumn,
                    Subject::column(table, column).locking(Lock::AccessExclusive),
                    message,
                );
            }
            Effect::AddColumn { table, column, rules } if set.catalog.is_old(table) => {
                self.add_column(table, column);
                for rule in rules {
                    self.add_rule(table, rule, true, set, true);
                }
            }
            Effect::DropColumn { table, column } if !set.catalog.is_new_column(table, column) => {
                self.drop_column(table, column);
            }
            Effect::SetNotNull { table, column } => self.set_not_null(table, column, &set.catalog),
            Effect::SetType { table, column, sql_type, .. } if !set.catalog.is_new_column(table, column) => {
                let before = set.catalog.column(table, column).map(|known| known.sql_type.clone());
                let claim = claims::of(effect, &set.catalog);
                self.set_type(
                    table,
                    column,
                    before.as_deref(),
                    sql_type,
                    claim.iter().any(|claim| claim.rewrites),
                );
            }
            _ => {}
        }
    }

    fn drop_table(&mut self, table: &str, set: &MigrationSet<'_>) {
        if let Some(rebuild) = self.rebuilds.iter().find(|rebuild| rebuild.table == table).cloned() {
            return self.check_rebuild(&rebuild, set);
        }
        if !set.catalog.is_old(table) || set.catalog.table(table).is_some_and(|known| known.is_derived) {
            return;
        }
        let older = if self.has_older_version() { "; the running version fails" } else { "" };
        let message = format!("`{table}` is dropped with its rows{older}");
        let probe = Probe::Rows { table: table.to_owned() };
        self.report(
            Code::DropTable,
            Subject::table(table).locking(Lock::AccessExclusive).counting(probe),
            message,
        );
    }

    pub(super) fn drop_column(&mut self, table: &str, column: &str) {
        let older = if self.has_older_version() { "; the running version fails" } else { "" };
        let message = format!("`{table}.{column}` is dropped with its values{older}");
        let condition = format!("{} IS NOT NULL", quoted(column));
        let probe = Probe::Breaking { table: table.to_owned(), condition, what: "have a value in it" };
        self.report(
            Code::DropColumn,
            Subject::column(table, column).locking(Lock::AccessExclusive).counting(probe),
            message,
        );
    }

    fn delete_rows(&mut self, table: &str) {
        let message = format!("all rows of `{table}` are deleted");
        self.report(
            Code::DeleteRows,
            Subject::table(table).counting(Probe::Rows { table: table.to_owned() }),
            message,
        );
    }

    fn add_column(&mut self, table: &str, column: &Column) {
        let name = &column.name;
        let given = column.default.is_some() || column.stored || column.computed || column.identity;
        let subject = || Subject::column(table, name).locking(Lock::AccessExclusive);
        if column.not_null && !given && !self.asserts_about(table) {
            let rows = Probe::Rows { table: table.to_owned() };
            let message =
                format!("`{table}.{name}` is required, and the rows that are there have no value for it");
            self.report(Code::RequiredColumn, subject().counting(rows), message);
        }
        if self.dialect == Dialect::Sqlite {
            return;
        }
        let size = || Probe::Size { table: table.to_owned() };
        if column.stored {
            let message = format!("`{table}.{name}` is computed for every row while reads and writes wait");
            self.report(Code::StoredGeneratedColumn, subject().counting(size()), message);
        } else if column.identity
            || column.default.as_ref().is_some_and(|default| claims::is_volatile(default))
        {
            let message = format!(
                "`{table}` is written anew, with another `{name}` in every row, while reads and writes wait"
            );
            self.report(Code::VolatileDefault, subject().counting(size()), message);
        }
    }

    fn set_not_null(&mut self, table: &str, column: &str, catalog: &Catalog) {
        if catalog.is_new_column(table, column) && !catalog.is_old(table)
            || catalog.is_proven_required(table, column)
        {
            return;
        }
        let message = format!(
            "all of `{table}` is read for NULLs in `{column}` while reads and writes wait; one NULL makes it fail"
        );
        let subject = Subject::column(table, column).locking(Lock::AccessExclusive);
        self.report(Code::RequiredNow, subject.counting(nulls(table, column)), message);
    }

    fn set_type(&mut self, table: &str, column: &str, before: Option<&str>, after: &str, rewrites: bool) {
        let from = before.map_or_else(String::new, |before| format!(" from `{before}`"));
        let subject = || Subject::column(table, column).locking(Lock::AccessExclusive);
        if rewrites {
            let message = format!(
                "`{table}.{column}` changes{from} to `{after}`: the table is written anew while reads and writes wait"
            );
            self.report(
                Code::TypeChange,
                subject().counting(Probe::Size { table: table.to_owned() }),
                message,
            );
        }
        self.check_narrowed(table, column, before, after);
    }

    /// A change to a type that holds less, unless an assertion looks at the rows first.
    pub(super) fn check_narrowed(&mut self, table: &str, column: &str, before: Option<&str>, after: &str) {
        let Some(before) = before.filter(|before| claims::type_narrows(before, after)) else { return };
        if self.asserts_about(table) {
            return;
        }
        let message = format!("values of `{table}.{column}` may not fit `{after}`, which was `{before}`");
        let subject = Subject::column(table, column).locking(Lock::AccessExclusive);
        let subject = match Probe::not_fitting(table, column, after) {
            Some(probe) => subject.counting(probe),
            None => subject,
        };
        self.report(Code::TypeNarrowed, subject, message);
    }
}

/// Whether the file leaves a view under this name.
fn has_view(statements: &[(Statement<'_>, Vec<Effect>)], name: &str) -> bool {
    let mut effects = statements.iter().flat_map(|(_, effects)| effects);
    effects.any(|effect| matches!(effect, Effect::CreateView { name: view } if view == name))
}
