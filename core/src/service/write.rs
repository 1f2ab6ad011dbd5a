//! The one way of every write, of one row or of many:
//!
//! 1. **authorize**: the entity's policy says which rows the principal may reach by the command, and refuses when that
//!    is none ([`grant`]);
//! 2. **prepare**: defaults, rules of the values, hashes, key and time. Nothing has touched the database yet, so
//!    that whatever is refused here costs no transaction;
//! 3. **run**: one statement on its own, or, where several must hold together, in a transaction (a savepoint inside
//!    one). What is prepared is only borrowed, so the whole can be run again;
//! 4. **explain**: what the database refuses comes back in terms of the entity's fields and the rows' positions.
//!
//! A command is plain owned data. What wants to see or change it before it is prepared, or the rows after they are
//! written, has its place in [`Records::write`] and [`Records::apply`] and nowhere else. For entities with hooks or
//! history that is [`tracked`].

mod create;
mod delete;
mod dependents;
mod grant;
mod living;
mod loading;
mod references;
mod standing;
mod tracked;
mod update;
mod upsert;

use std::sync::Arc;

use crate::ctx::Ctx;
use crate::db::Isolation;
use crate::entity::Condition;
use crate::error::{Error, Result};
use crate::query::Deleted;
use crate::service::Records;
use crate::sql::dml::Target;
use crate::types::PasswordCost;
use crate::value::{Assignments, Record, Value};

use create::Insert;
use grant::Grant;
pub(super) use grant::unseen;
use update::Update;

/// Rows by key that one statement is asked about.
const AT_ONCE: usize = 10_000;

/// What is to be written.
#[derive(Debug, Clone)]
pub(super) enum Command {
    /// New rows.
    Create {
        rows: Vec<Assignments>,
        existing: Existing,
        /// Errors say in which row: `items.3.email`.
        positions: bool,
    },
    /// New values for rows that are there.
    Update { target: Target, values: Assignments },
    /// The end of rows.
    Delete { target: Target },
    /// The return of deleted rows.
    Restore { key: Value },
    /// The end of a row for good, deleted before or not.
    Purge { key: Value },
}

/// What becomes of a row that stands already under the unique rule of these columns.
#[derive(Debug, Clone)]
pub(super) enum Existing {
    /// It is in the way: a conflict.
    Refuse,
    /// It stays as it is, and is not answered.
    Keep(Vec<usize>),
    /// It takes the values that are given.
    Change(Vec<usize>),
}

/// A command that has passed every check that needs no database.
#[derive(Debug)]
enum Prepared {
    Insert(Insert),
    Update(Update),
    Delete(Target),
    Restore(Value),
    Purge(Value),
}

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The rows: as they are now, or as they were when removed. Empty where rows are chosen by a condition, of which
    /// only the number is told.
    pub(super) rows: Vec<Record>,
    /// How many.
    pub(super) count: u64,
}

impl Command {
    /// Whether the rows are answered, not only their number.
    fn answers_rows(&self) -> bool {
        !matches!(
            self,
            Self::Update { target: Target::Where(_), .. } | Self::Delete { target: Target::Where(_) }
        )
    }

    /// Whether some of the new rows may stand already: then the database does not tell which were made.
    fn may_find_rows(&self) -> bool {
        matches!(self, Self::Create { existing: Existing::Keep(_) | Existing::Change(_), .. })
    }
}

impl Prepared {
    /// Whether statements, or a statement and its check, must hold together. A single statement is atomic by itself.
    fn needs_transaction(&self, records: &Records<'_>, grant: &Grant) -> Result<bool> {
        let info = records.info;
        let depended = !records.dependents().is_empty();
        Ok(match self {
            Self::Insert(insert) => insert.statements() > 1 || insert.needs_look(records, grant),
            Self::Update(update) => update.needs_look(records, grant),
            Self::Delete(Target::Keys(_)) => true,
            Self::Delete(_) if info.def.soft_delete => !grant.is_open() || !records.referring()?.is_empty(),
            Self::Delete(Target::Where(_)) | Self::Purge(_) => !grant.is_open() || depended,
            Self::Delete(_) => depended,
            Self::Restore(_) => true,
        })
    }
}

impl Written {
    fn of(rows: Vec<Record>) -> Self {
        Self { count: rows.len() as u64, rows }
    }

    /// The one row of a command for one row.
    pub(super) fn one(mut self) -> Result<Record> {
        self.rows.pop().ok_or_else(|| Error::internal("a write of one row answered none"))
    }
}

impl Records<'_> {
    /// Writes: every operation ends up here.
    pub(super) async fn write(&self, command: Command) -> Result<Written> {
        let grant = Grant::of(self, &command)?;
        // On the heap: else whoever writes holds a future as deep as all that a write may come to.
        let written = Box::pin(self.write_granted(command, grant)).await?;
        Ok(Written { rows: self.masked(written.rows).await, ..written })
    }

    async fn write_granted(&self, command: Command, grant: Grant) -> Result<Written> {
        let info = self.info;
        let looks_first = info.def.history || !grant.is_open();
        if info.def.hooks.is_some() || (looks_first && command.may_find_rows()) {
            let run = move |ctx: Ctx| {
                let (command, grant) = (command.clone(), grant.clone());
                // On the heap: hooks write, and their futures would hold this one in every write they make.
                async move { Box::pin(Records::new(&ctx, info).write_tracked(command, &grant)).await }
            };
            return Box::pin(self.ctx.transaction_with_retry(Isolation::default(), run)).await;
        }
        let prepared = self.prepare(command, &grant).await?;
        if !info.def.history && !prepared.needs_transaction(self, &grant)? {
            return self.apply(&prepared, &grant).await;
        }
        let prepared = Arc::new((prepared, grant));
        let run = move |ctx: Ctx| {
            let prepared = Arc::clone(&prepared);
            async move { Records::new(&ctx, info).apply(&prepared.0, &prepared.1).await }
        };
        self.ctx.transaction_with_retry(Isolation::default(), run).await
    }

    async fn prepare(&self, command: Command, grant: &Grant) -> Result<Prepared> {
        Ok(match command {
            Command::Create { rows, existing, positions } => {
                let insert = Insert::prepare(self, rows, &existing, positions).await?;
                insert.check(self, grant)?;
                Prepared::Insert(insert)
            }
            Command::Update { target, values } => {
                Prepared::Update(Update::prepare(self, target, values).await?)
            }
            Command::Delete { target } => Prepared::Delete(target),
            Command::Restore { key } => Prepared::Restore(key),
            Command::Purge { key } => Prepared::Purge(key),
        })
    }

    /// Runs the statements. May be called again with the same, once what it did is undone.
    async fn apply(&self, prepared: &Prepared, grant: &Grant) -> Result<Written> {
        if self.info.def.history {
            return self.apply_recorded(prepared, grant).await;
        }
        match prepared {
            Prepared::Insert(insert) => {
                let made = insert.run(self).await?;
                self.check_made(&made.rows, grant).await?;
                Ok(made)
            }
            Prepared::Update(update) => update.run(self, grant).await,
            Prepared::Delete(target) => self.delete_granted(target, grant).await,
            Prepared::Restore(key) => {
                let hidden = self.of(self.info, Deleted::Only);
                hidden.reached(&Target::Key(key.clone()), grant).await?;
                self.bring_back(key).await
            }
            Prepared::Purge(key) => self.purge_granted(key, grant).await,
        }
    }
}

/// The rows that a filter asks for. One that asks for nothing would reach every row, most likely by mistake.
fn asked(operation: &str, filter: &Condition) -> Result<Target> {
    if filter.is_always() {
        return Err(Error::bad_request(format!(
            "`{operation}` needs a filter, since an empty one means every row; to reach every row on purpose, ask for \
             what every row has, such as a key that is not null"
        )));
    }
    Ok(Target::Where(filter.clone()))
}

fn keys_of(rows: &[Record]) -> Vec<Value> {
    rows.iter().map(|row| row.key().clone()).collect()
}

/// Replaces a plain password by its hash.
async fn hash(values: impl Iterator<Item = &mut Value>, cost: PasswordCost) -> Result<()> {
    for value in values {
        if let Value::Password(password) = value {
            *password = std::mem::take(password).hashed(cost).await?;
        }
    }
    Ok(())
}
