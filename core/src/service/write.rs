//! The one way of every write, of one row or of many:
//!
//! 1. **authorize**: the entity's policy allows the principal every action the command may take;
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
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::write::Target;
use crate::query::{Condition, Deleted};
use crate::service::Records;
use crate::types::PasswordCost;
use crate::value::{Assignments, Record, Value};

use create::Insert;
use update::Update;

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
    /// What the principal must be allowed to do.
    fn actions(&self) -> &'static [Action] {
        match self {
            Self::Create { existing: Existing::Refuse, .. } => &[Action::Create],
            Self::Create { existing: Existing::Keep(_), .. } => &[Action::Create, Action::Read],
            Self::Create { existing: Existing::Change(_), .. } => &[Action::Create, Action::Update],
            // A condition tells by the number of its rows what is in them.
            Self::Update { target: Target::Where(_), .. } => &[Action::Update, Action::Read],
            Self::Update { .. } => &[Action::Update],
            Self::Delete { target: Target::Where(_) } => &[Action::Delete, Action::Read],
            Self::Delete { .. } | Self::Restore { .. } | Self::Purge { .. } => &[Action::Delete],
        }
    }
}

impl Command {
    /// Whether some of the new rows may stand already: then the database does not tell which were made.
    fn may_find_rows(&self) -> bool {
        matches!(self, Self::Create { existing: Existing::Keep(_) | Existing::Change(_), .. })
    }
}

impl Prepared {
    /// Whether statements, or a statement and its check, must hold together. A single statement is atomic by itself.
    fn needs_transaction(&self, records: &Records<'_>) -> Result<bool> {
        let info = records.info;
        Ok(match self {
            Self::Insert(insert) => insert.statements() > 1 || insert.refers_softly(info),
            Self::Update(update) => update.refers_softly(info),
            Self::Delete(Target::Keys(_)) => true,
            Self::Delete(_) => info.def.soft_delete && !records.referring()?.is_empty(),
            Self::Restore(_) => true,
            Self::Purge(_) => false,
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
        for action in command.actions() {
            self.authorize(*action)?;
        }
        let info = self.info;
        if info.def.hooks.is_some() || (info.def.history && command.may_find_rows()) {
            let run = move |ctx: Ctx| {
                let command = command.clone();
                // On the heap: hooks write, and their futures would hold this one in every write they make.
                async move { Box::pin(Records::new(&ctx, info).write_tracked(command)).await }
            };
            return Box::pin(self.ctx.transaction_with_retry(Isolation::default(), run)).await;
        }
        let prepared = self.prepare(command).await?;
        if !info.def.history && !prepared.needs_transaction(self)? {
            return self.apply(&prepared).await;
        }
        let prepared = Arc::new(prepared);
        let run = move |ctx: Ctx| {
            let prepared = Arc::clone(&prepared);
            async move { Records::new(&ctx, info).apply(&prepared).await }
        };
        self.ctx.transaction_with_retry(Isolation::default(), run).await
    }

    async fn prepare(&self, command: Command) -> Result<Prepared> {
        Ok(match command {
            Command::Create { rows, existing, positions } => {
                Prepared::Insert(Insert::prepare(self, rows, &existing, positions).await?)
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
    async fn apply(&self, prepared: &Prepared) -> Result<Written> {
        if self.info.def.history {
            return self.apply_recorded(prepared).await;
        }
        match prepared {
            Prepared::Insert(insert) => insert.run(self).await,
            Prepared::Update(update) => update.run(self).await,
            Prepared::Delete(target) if self.info.def.soft_delete => self.hide(target).await,
            Prepared::Delete(target) => self.remove(target, Deleted::Hidden).await,
            Prepared::Restore(key) => self.bring_back(key).await,
            Prepared::Purge(key) => self.remove(&Target::Key(key.clone()), Deleted::Included).await,
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

/// Replaces a plain password by its hash.
async fn hash(values: impl Iterator<Item = &mut Value>, cost: PasswordCost) -> Result<()> {
    for value in values {
        if let Value::Password(password) = value {
            *password = std::mem::take(password).hashed(cost).await?;
        }
    }
    Ok(())
}
