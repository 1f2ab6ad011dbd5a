//! The one pipeline of every write, of one row or of many. Its stages, each entered once and in this order:
//!
//! 1. [`authorize`]: the policy says which rows the principal may reach by the command, and refuses when that is none;
//! 2. [`before`]: rows that are there and must be known are read and locked; `before_…` hooks see and change the
//!    values, or refuse. An upsert is split into rows to make and rows to change;
//! 3. [`prepare`]: defaults, rules of the values, hashes, key and times;
//! 4. [`execute`]: the statements. What the database refuses comes back in terms of the entity's fields and the rows'
//!    positions, and rows are checked again as they are afterwards;
//! 5. [`after`]: history in batches, `after_…` hooks, and `after_commit_…` hooks put off to the commit.
//!
//! Where no hook changes the values, they are prepared first and outside of any transaction, so that what is refused
//! costs none; a single statement that needs no look at the rows then runs on its own. All else runs in one transaction
//! (a savepoint inside one), and as a whole again when a conflict with other writers undoes it. Entities without hooks
//! and history pay nothing for stages 2 and 5.
//!
//! A command is plain owned data. What wants to see or change it, or the rows that come of it, has its place in one of
//! these stages and nowhere else.

mod after;
mod authorize;
mod before;
mod cascade;
mod delete;
mod execute;
mod existing;
mod import;
mod insert;
mod locking;
mod prepare;
mod references;
mod referring;
mod row_checks;
mod soft_delete;
mod update;
mod upsert;

use std::sync::Arc;

use crate::ctx::Ctx;
use crate::db::Isolation;
use crate::entity::Condition;
use crate::error::{Error, Result};
use crate::service::Records;
use crate::sql::dml::WriteTarget;
use crate::value::{Assignments, Record, Value};

use authorize::Grant;
use before::Planned;
use execute::Executed;
use prepare::Prepared;
pub(super) use row_checks::hidden_row;

/// Rows by key in one statement.
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
    Update { target: WriteTarget, values: Assignments },
    /// The end of rows.
    Delete { target: WriteTarget },
    /// The return of a deleted row.
    Restore { key: Value },
    /// The end of a row for good, deleted before or not.
    Purge { key: Value },
}

/// What becomes of a row that exists already under the unique rule of these columns.
#[derive(Debug, Clone)]
pub(super) enum Existing {
    /// It is in the way: a conflict.
    Refuse,
    /// It stays as it is, and is not answered.
    Keep(Vec<usize>),
    /// It takes the values that are given.
    Change(Vec<usize>),
}

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The rows: as they are now, or as they were when removed. Empty where rows are chosen by a condition, of which
    /// only the number is known.
    pub(super) rows: Vec<Record>,
    /// How many.
    pub(super) count: u64,
}

/// A command on its way into the transaction.
#[derive(Debug)]
enum Pending {
    /// Its values are not final: hooks may change them, or it depends on which rows exist.
    Command(Command),
    /// It has passed every check that needs no database.
    Prepared(Prepared),
}

impl Command {
    /// Whether the rows are answered, not only their number.
    fn answers_rows(&self) -> bool {
        !matches!(
            self,
            Self::Update { target: WriteTarget::Where(_), .. }
                | Self::Delete { target: WriteTarget::Where(_) }
        )
    }

    /// Whether some of the new rows may exist already: then the database does not say which were made.
    fn may_find_rows(&self) -> bool {
        matches!(self, Self::Create { existing: Existing::Keep(_) | Existing::Change(_), .. })
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
        let grant = Grant::authorize(self, &command)?;
        let answers_rows = command.answers_rows();
        // On the heap: else whoever writes holds a future as deep as all that a write may come to.
        let Written { rows, count } = Box::pin(self.write_granted(command, grant)).await?;
        let rows = if answers_rows { self.masked(rows).await } else { Vec::new() };
        Ok(Written { rows, count })
    }

    async fn write_granted(&self, command: Command, grant: Grant) -> Result<Written> {
        let finds_rows = command.may_find_rows() && (self.info.def.history || !grant.is_open());
        if self.info.def.hooks.is_some() || finds_rows {
            return self.in_transaction(Pending::Command(command), grant).await;
        }
        let prepared = Prepared::of(self, command, &grant).await?;
        match prepared.needs_transaction(self, &grant)? {
            true => self.in_transaction(Pending::Prepared(prepared), grant).await,
            false => Ok(self.execute(&prepared, None, &grant).await?.into_written()),
        }
    }

    /// Runs the other stages in one transaction, and again in another when a conflict with others undid it.
    async fn in_transaction(&self, pending: Pending, grant: Grant) -> Result<Written> {
        let unbound = self.unbound();
        let work = Arc::new((pending, grant));
        let run = move |ctx: Ctx| {
            let work = Arc::clone(&work);
            // On the heap: hooks write, and their futures would hold this one in every write they make.
            async move { Box::pin(unbound.bind(&ctx).perform(&work.0, &work.1)).await }
        };
        Box::pin(self.ctx.transaction_with_retry(Isolation::default(), run)).await
    }

    /// The stages inside the transaction of this context.
    async fn perform(&self, pending: &Pending, grant: &Grant) -> Result<Written> {
        match pending {
            Pending::Prepared(prepared) => {
                let existing = self.rows_before(prepared, grant).await?;
                let executed = self.execute(prepared, existing, grant).await?;
                self.finish(vec![(None, executed)], grant).await
            }
            Pending::Command(command) if command.may_find_rows() => {
                self.upsert_looking_first(command, grant).await
            }
            Pending::Command(command) => self.run(command.clone(), grant).await,
        }
    }

    /// Runs a command whose values are not final yet.
    async fn run(&self, command: Command, grant: &Grant) -> Result<Written> {
        let planned = self.before(command, grant).await?;
        self.run_planned(planned, grant).await
    }

    /// Runs what the stage `before` has made of a command.
    async fn run_planned(&self, planned: Vec<Planned>, grant: &Grant) -> Result<Written> {
        let mut done = Vec::with_capacity(planned.len());
        for Planned { command, existing, places } in planned {
            let step = async {
                let prepared = Prepared::of(self, command, grant).await?;
                self.execute(&prepared, existing, grant).await
            };
            match step.await {
                Ok(executed) => done.push((places, executed)),
                Err(error) => {
                    return Err(match places {
                        Some(places) => places.locate(error),
                        None => error,
                    });
                }
            }
        }
        self.finish(done, grant).await
    }

    /// Checks rows as they are now, observes them, and answers them in the order given.
    async fn finish(&self, done: Vec<(Option<before::Places>, Executed)>, grant: &Grant) -> Result<Written> {
        for (_, executed) in &done {
            self.check_changed(executed.changed(), grant).await?;
        }
        if !self.info.def.is_tracked() {
            let mut count = 0;
            let parts = done.into_iter().map(|(places, executed)| {
                let written = executed.into_written();
                count += written.count;
                (places, written.rows)
            });
            let rows = before::in_given_order(parts);
            return Ok(Written { rows, count });
        }
        let parts = done.into_iter().map(|(places, executed)| (places, executed.into_changes()));
        let changes = before::in_given_order(parts);
        let rows = changes.iter().map(|change| change.row().clone()).collect();
        self.after(changes).await?;
        Ok(Written::of(rows))
    }
}

/// The rows that a filter asks for. One that asks for nothing would reach every row, most likely by mistake.
fn filtered(operation: &str, filter: &Condition) -> Result<WriteTarget> {
    if filter.is_always() {
        return Err(Error::bad_request(format!(
            "`{operation}` needs a filter, since an empty one means every row; to reach every row on purpose, ask for \
             what every row has, such as a key that is not null"
        )));
    }
    Ok(WriteTarget::Where(filter.clone()))
}

fn keys_of(rows: &[Record]) -> Vec<Value> {
    rows.iter().map(|row| row.key().clone()).collect()
}
