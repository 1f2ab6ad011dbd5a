//! Who waits for whom, on PostgreSQL.

use super::{FileLinter, Subject};
use crate::db::Dialect;
use crate::migrate::lint::catalog::Catalog;
use crate::migrate::lint::effect::{Effect, RuleKind};
use crate::migrate::lint::{Code, Lock, claims};

impl FileLinter<'_> {
    /// What one statement waits for and makes wait, together with those before it in the same transaction.
    pub(super) fn check_locks(&mut self, effects: &[Effect], catalog: &Catalog) {
        if self.dialect == Dialect::Sqlite {
            return;
        }
        let in_transaction = !self.script.outside_transaction();
        let mut catalog = catalog.clone();
        let mut taken = Vec::new();
        for effect in effects {
            let claims = claims::of(effect, &catalog);
            if in_transaction {
                self.check_held(effect, claims.iter().any(claims::Claim::is_long), &catalog);
            }
            taken.extend(claims.into_iter().filter(|claim| claim.lock >= Lock::Share));
            catalog.apply(effect, self.dialect);
        }
        for claim in taken {
            let held = self.held.entry(claim.table).or_insert(claim.lock);
            *held = (*held).max(claim.lock);
        }
    }

    fn check_held(&mut self, effect: &Effect, is_long: bool, catalog: &Catalog) {
        let strongest =
            self.held.iter().max_by_key(|(_, lock)| **lock).map(|(table, lock)| (table.clone(), *lock));
        match effect {
            Effect::Update { table, .. } | Effect::Delete { table, .. } if catalog.is_old(table) => {
                let Some((locked, lock)) = strongest else {
                    return self.changed_rows.push(table.clone());
                };
                let message =
                    format!("rows of `{table}` are changed while `{locked}` is locked: {}", waiting(lock));
                self.report(Code::BackfillWithDdl, Subject::table(table).locking(lock), message);
            }
            Effect::ValidateRule { .. } if strongest.is_some() => {}
            _ => {
                // What the statement locks itself is said of the statement.
                let own = claims::of(effect, catalog);
                let is_own = |table: &str, lock: Lock| {
                    own.iter().any(|claim| claim.table == table && claim.lock >= lock)
                };
                let other = self
                    .held
                    .iter()
                    .filter(|(table, lock)| !is_own(table, **lock))
                    .max_by_key(|(_, lock)| **lock);
                let other = other.map(|(table, lock)| (table.clone(), *lock));
                if let Some((locked, lock)) = other.filter(|_| is_long) {
                    let message = format!(
                        "this takes as long as the table is large, and `{locked}` is locked: {}",
                        waiting(lock)
                    );
                    self.report(Code::LockHeldLong, Subject::table(&locked).locking(lock), message);
                }
                let exclusive = own.into_iter().find(|claim| claim.lock >= Lock::Share);
                let changed = self.changed_rows.first().cloned();
                if let (Some(claim), Some(changed)) = (exclusive, changed) {
                    // Said once.
                    self.changed_rows.clear();
                    let message = format!(
                        "`{}` is locked in the transaction that changed rows of `{changed}`, which it holds as well",
                        claim.table
                    );
                    self.report(Code::BackfillWithDdl, Subject::table(&changed).locking(claim.lock), message);
                }
            }
        }
    }

    /// Statements that keep others waiting for as long as a table is large.
    pub(super) fn check_blocking(&mut self, effect: &Effect, catalog: &Catalog) {
        if self.dialect == Dialect::Sqlite {
            return;
        }
        self.check_index_locks(effect, catalog);
        match effect {
            Effect::AddRule { table, rule, not_valid } if catalog.is_old(table) => {
                let name = rule.name.as_deref().unwrap_or("the constraint");
                self.check_constraint(table, name, &rule.kind, *not_valid);
            }
            Effect::AddColumn { table, rules, .. } if catalog.is_old(table) => {
                for rule in rules {
                    let name = rule.name.as_deref().unwrap_or("the constraint");
                    self.check_constraint(table, name, &rule.kind, false);
                }
            }
            Effect::ValidateRule { table, name } => {
                if let Some(&lock) = self.held.get(table).filter(|_| !self.script.outside_transaction()) {
                    let message = format!(
                        "`{name}` is validated in the transaction that locked `{table}`: {}",
                        waiting(lock)
                    );
                    self.report(Code::NotValidatedApart, Subject::table(table).locking(lock), message);
                }
            }
            Effect::AlterTable { table, lock, rewrites: true } if catalog.is_old(table) => {
                let message = format!("`{table}` is written anew: {}", waiting(*lock));
                self.report(Code::TableRewrite, Subject::table(table).locking(*lock), message);
            }
            Effect::Setting { name, value } if name == "lock_timeout" && is_off(value) => {
                let message = "without a `lock_timeout` one long query makes the migration wait, and everybody behind it".to_owned();
                self.report(Code::NoTimeout, Subject::default(), message);
            }
            _ => {}
        }
    }

    fn check_index_locks(&mut self, effect: &Effect, catalog: &Catalog) {
        match effect {
            Effect::CreateIndex { table, index, concurrently, if_not_exists } => {
                let subject = Subject::table(table);
                if *concurrently && *if_not_exists {
                    let message = format!(
                        "if a build of `{}` has failed, the invalid index is there and is kept",
                        index.name
                    );
                    self.report(Code::IndexInvalid, subject, message);
                } else if !concurrently && catalog.is_old(table) {
                    let message = format!("writes to `{table}` wait until `{}` is built", index.name);
                    self.report(Code::IndexBlocking, subject.locking(Lock::Share), message);
                }
            }
            Effect::DropIndex { name, concurrently: false } => {
                let table = catalog.index(name).map(|(table, _)| table.to_owned());
                // Where the table is locked so anyway, it adds nothing.
                if table
                    .as_ref()
                    .is_none_or(|table| catalog.is_old(table) && !self.locks_anyway.contains(table))
                {
                    let message = format!(
                        "reads and writes wait while `{name}` is dropped, and before that for who uses it"
                    );
                    let subject = Subject { table: table.as_deref(), ..Subject::default() };
                    self.report(Code::DropIndexBlocking, subject.locking(Lock::AccessExclusive), message);
                }
            }
            Effect::Reindex { table, index, concurrently: false } => {
                let name = table.as_ref().or(index.as_ref()).map_or("all tables", String::as_str);
                let message = format!("writes wait until the indexes of `{name}` are built anew");
                self.report(
                    Code::IndexBlocking,
                    Subject { table: table.as_deref(), ..Subject::default() }.locking(Lock::Share),
                    message,
                );
            }
            _ => {}
        }
    }

    fn check_constraint(&mut self, table: &str, name: &str, kind: &RuleKind, not_valid: bool) {
        let exclusive = Subject::table(table).locking(Lock::AccessExclusive);
        match kind {
            RuleKind::Unique { .. } => {
                let message =
                    format!("reads and writes of `{table}` wait until the index of `{name}` is built");
                self.report(Code::UniqueWithoutIndex, exclusive, message);
            }
            RuleKind::Exclude => {
                let message =
                    format!("reads and writes of `{table}` wait until the index of `{name}` is built");
                self.report(Code::ExclusionConstraint, exclusive, message);
            }
            RuleKind::Check { .. } if !not_valid => {
                let message =
                    format!("reads and writes of `{table}` wait until `{name}` is checked for every row");
                self.report(Code::NotValidatedApart, exclusive, message);
            }
            RuleKind::Foreign { target, .. } if !not_valid => {
                let message = format!(
                    "writes to `{table}` and `{target}` wait until `{name}` is checked for every row"
                );
                self.report(
                    Code::NotValidatedApart,
                    Subject::table(table).locking(Lock::ShareRowExclusive),
                    message,
                );
            }
            _ => {}
        }
    }
}

fn waiting(lock: Lock) -> String {
    format!("{} wait", lock.blocks().unwrap_or("other migrations"))
}

fn is_off(value: &str) -> bool {
    value == "default" || value.trim_end_matches(char::is_alphabetic).trim() == "0"
}
