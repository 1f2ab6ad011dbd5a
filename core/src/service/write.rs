//! The one pipeline of every write, of one row or of many. Its stages, each entered once and in this order:
//!
//! 1. [`authorize`]: the policy decides which rows the command may reach, and rejects it when there are none;
//! 2. [`before`]: existing rows that must be known are read and locked; `before_…` hooks see and change the
//!    values, or refuse. An upsert is split into rows to insert and rows to update;
//! 3. [`prepare`]: defaults, rules of the values, hashes, key and times;
//! 4. [`execute`]: the statements. Errors of the database are reported in terms of the entity's fields and the rows'
//!    positions, and rows are checked again as they are afterwards;
//! 5. [`after`]: history in batches, `after_…` hooks, and `after_commit_…` hooks deferred to the commit.
//!
//! Where no hook changes the values, they are prepared first and outside of any transaction, so that what is refused
//! costs none; a single statement that needs no lookup of rows then runs on its own. Everything else runs in one
//! transaction (a savepoint inside one), and again as a whole when a conflict with other writers rolls it back. Entities
//! without hooks and history pay nothing for stages 2 and 5.
//!
//! A command is plain owned data. Whatever reads or changes it, or the rows it results in, belongs in one of
//! these stages and nowhere else.

mod after;
mod authorize;
mod before;
mod cascade;
#[cfg(feature = "admin")]
mod confirmed;
mod delete;
mod execute;
mod existing;
mod import;
mod increment;
mod insert;
mod locking;
mod prepare;
#[cfg(feature = "admin")]
mod preview;
mod references;
mod referring;
mod row_checks;
pub(crate) mod sequence;
mod soft_delete;
mod transitions;
mod update;
mod update_each;
mod upsert;

use std::pin::Pin;
use std::sync::Arc;

use crate::ctx::Ctx;
use crate::db::Isolation;
use crate::entity::{Condition, EntityInfo};
use crate::error::{Error, Result};
use crate::service::Records;
use crate::sql::dml::WriteTarget;
use crate::value::{Assignments, Record, RowChanges, Value};

use authorize::Grant;
use before::Planned;
#[cfg(feature = "admin")]
pub(crate) use confirmed::{Confirmed, ShownDeletion};
use execute::Executed;
use prepare::Prepared;
#[cfg(feature = "admin")]
pub(in crate::service) use preview::Walk;
#[cfg(feature = "admin")]
pub(crate) use preview::{DeletionEffect, DeletionPreview, Outcome};
pub(super) use row_checks::hidden_row;

/// Rows by key in one statement.
const AT_ONCE: usize = 10_000;

/// A write.
#[derive(Debug, Clone)]
pub(super) enum Command {
    /// New rows.
    Create {
        rows: Vec<Assignments>,
        on_existing: OnExisting,
        /// Whether errors name the row: `items.3.email`.
        indexed_errors: bool,
    },
    /// New values for existing rows.
    Update { target: WriteTarget, values: Assignments },
    /// New values for existing rows, other ones for each.
    UpdateEach { rows: Vec<RowChanges> },
    /// The deletion of rows.
    Delete { target: WriteTarget },
    /// The restoration of a deleted row.
    Restore { key: Value },
    /// The deletion of a row for good, deleted softly before or not.
    Purge { key: Value },
}

/// What to do with a row that exists already under the unique rule of these columns.
#[derive(Debug, Clone)]
pub(super) enum OnExisting {
    /// A conflict.
    Fail,
    /// It is kept as it is, and not returned.
    Ignore(Vec<usize>),
    /// It is updated with the values of the input.
    Update(Vec<usize>),
}

/// The result of a write.
#[derive(Debug, Default)]
pub(super) struct WriteOutcome {
    /// The rows: as they are now, or as they were when deleted. Empty where rows are selected by a condition, of which
    /// only the number is known.
    pub(super) rows: Vec<Record>,
    /// The number of rows.
    pub(super) count: u64,
}

/// A command that is to run in a transaction.
#[derive(Debug)]
enum Pending {
    /// Its values are not final: hooks may change them, or it depends on which rows exist.
    Command(Command),
    /// It has passed every check that needs no database.
    Prepared(Prepared),
}

impl Command {
    /// Whether the rows are returned, not only their number.
    fn returns_rows(&self) -> bool {
        !matches!(
            self,
            Self::Update { target: WriteTarget::Where(_), .. }
                | Self::Delete { target: WriteTarget::Where(_) }
        )
    }

    /// Whether it must be known which rows of an upsert exist: new ones are numbered, and what an existing one may become
    /// depends on what it is.
    fn depends_on_rows(&self, info: &EntityInfo) -> bool {
        let Self::Create { rows, .. } = self else { return false };
        sequence::numbers(info) || rows.iter().any(|row| transitions::among(info, row.columns().iter()))
    }

    /// Whether related rows are written with its rows.
    pub(super) fn has_related(&self) -> bool {
        match self {
            Self::Create { rows, .. } => rows.iter().any(|row| row.related().is_some()),
            Self::Update { values, .. } => values.related().is_some(),
            Self::UpdateEach { rows } => rows.iter().any(|row| row.values.related().is_some()),
            Self::Delete { .. } | Self::Restore { .. } | Self::Purge { .. } => false,
        }
    }

    /// Its name, for the collector of traces.
    fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Update { .. } => "update",
            Self::UpdateEach { .. } => "update_each",
            Self::Delete { .. } => "delete",
            Self::Restore { .. } => "restore",
            Self::Purge { .. } => "purge",
        }
    }

    /// Whether some of the rows may exist already: then the database does not report which were inserted.
    fn is_upsert(&self) -> bool {
        matches!(self, Self::Create { on_existing: OnExisting::Ignore(_) | OnExisting::Update(_), .. })
    }
}

impl WriteOutcome {
    fn of(rows: Vec<Record>) -> Self {
        Self { count: rows.len() as u64, rows }
    }

    /// The one row of a command for one row.
    pub(super) fn one(mut self) -> Result<Record> {
        self.rows.pop().ok_or_else(|| Error::internal("a write of one row returned none"))
    }
}

impl Records<'_> {
    /// The row of a command's key, locked, as the principal may read it; only if the command may write it.
    ///
    /// # Errors
    /// As the command's own: without permission, or for a row that may not be read or written.
    pub(super) async fn lock_authorized(&self, command: &Command, key: &Value) -> Result<Record> {
        let grant = Grant::authorize(self, command)?;
        self.authorized_row(key, self.deleted, &grant).await?;
        self.lock(key).await
    }

    /// Refuses a command of which the principal may do nothing.
    pub(super) fn authorize(&self, command: &Command) -> Result<()> {
        Grant::authorize(self, command).map(drop)
    }

    /// The entry of every write.
    pub(super) async fn write(&self, command: Command) -> Result<WriteOutcome> {
        if command.has_related() {
            return self.write_related(command).await;
        }
        let grant = Grant::authorize(self, &command)?;
        let returns_rows = command.returns_rows();
        // Boxed: else the future of every caller would be as large as the whole pipeline.
        let span = self.scope(command.name());
        let WriteOutcome { mut rows, count } =
            span.over(Box::pin(self.write_granted(command, grant))).await?;
        if !returns_rows {
            return Ok(WriteOutcome { rows: Vec::new(), count });
        }
        self.with_numbers(&mut rows).await?;
        let rows = self.masked(rows).await;
        Ok(WriteOutcome { rows, count })
    }

    /// Runs a command on rows that a filter chooses, unless it would reach more than these.
    async fn write_at_most(&self, command: Command, most: Option<u64>) -> Result<u64> {
        let Some(most) = most else { return Ok(self.write(command).await?.count) };
        let unbound = self.unbound();
        let run = move |ctx: Ctx| {
            let command = command.clone();
            async move {
                let count = unbound.bind(&ctx).write(command).await?.count;
                if count > most {
                    return Err(Error::bad_request(format!(
                        "this would reach {count} rows, more than {most}; nothing was done"
                    )));
                }
                Ok(count)
            }
        };
        self.ctx.transaction_with_retry(Isolation::default(), run).await
    }

    async fn write_granted(&self, command: Command, grant: Grant) -> Result<WriteOutcome> {
        let by_row = matches!(command, Command::UpdateEach { .. });
        let upserts = command.is_upsert()
            && (self.info.def.history || !grant.is_unrestricted() || command.depends_on_rows(self.info));
        if self.info.def.hooks.is_some() || upserts || by_row {
            return self.in_transaction(Pending::Command(command), grant).await;
        }
        let prepared = Prepared::of(self, command, &grant).await?;
        match prepared.needs_transaction(self, &grant)? {
            true => self.in_transaction(Pending::Prepared(prepared), grant).await,
            false => Ok(self.execute(&prepared, None, &grant).await?.into_outcome()),
        }
    }

    /// Runs the other stages in one transaction, and again in another when a conflict with others rolled it back.
    async fn in_transaction(&self, pending: Pending, grant: Grant) -> Result<WriteOutcome> {
        let unbound = self.unbound();
        let work = Arc::new((pending, grant));
        let run = move |ctx: Ctx| {
            let work = Arc::clone(&work);
            // Boxed: hooks write, and each of their futures would contain this one.
            async move { Box::pin(unbound.bind(&ctx).perform(&work.0, &work.1)).await }
        };
        Box::pin(self.ctx.transaction_with_retry(Isolation::default(), run)).await
    }

    /// The stages inside the transaction of this context.
    async fn perform(&self, pending: &Pending, grant: &Grant) -> Result<WriteOutcome> {
        match pending {
            Pending::Prepared(prepared) => {
                let existing = on_heap(|| self.rows_before(prepared, grant)).await?;
                let executed = on_heap(|| self.execute(prepared, existing, grant)).await?;
                on_heap(|| self.finish(vec![(None, executed)], grant)).await
            }
            Pending::Command(command) if command.is_upsert() => {
                on_heap(|| self.upsert_with_lookup(command, grant)).await
            }
            Pending::Command(command) => on_heap(|| self.run(command.clone(), grant)).await,
        }
    }

    /// Runs a command whose values are not final yet.
    async fn run(&self, command: Command, grant: &Grant) -> Result<WriteOutcome> {
        let planned = on_heap(|| self.before(command, grant)).await?;
        on_heap(|| self.run_planned(planned, grant)).await
    }

    /// Runs the parts into which the stage `before` has split a command.
    async fn run_planned(&self, planned: Vec<Planned>, grant: &Grant) -> Result<WriteOutcome> {
        let mut done = Vec::with_capacity(planned.len());
        for Planned { command, existing, positions } in planned {
            let step = async {
                let prepared = Prepared::of(self, command, grant).await?;
                self.execute(&prepared, existing, grant).await
            };
            match step.await {
                Ok(executed) => done.push((positions, executed)),
                Err(error) => {
                    return Err(match positions {
                        Some(positions) => positions.index_error(error),
                        None => error,
                    });
                }
            }
        }
        self.finish(done, grant).await
    }

    /// Checks the changed rows, records them and notifies hooks, and returns them in the order of the input.
    async fn finish(
        &self,
        done: Vec<(Option<before::RowPositions>, Executed)>,
        grant: &Grant,
    ) -> Result<WriteOutcome> {
        for (_, executed) in &done {
            self.check_changed(executed.changed(), executed.changed_columns(self.info), grant).await?;
        }
        if !self.info.def.is_tracked() {
            let mut count = 0;
            let parts = done.into_iter().map(|(positions, executed)| {
                let outcome = executed.into_outcome();
                count += outcome.count;
                (positions, outcome.rows)
            });
            let rows = before::in_input_order(parts);
            return Ok(WriteOutcome { rows, count });
        }
        let parts = done.into_iter().map(|(positions, executed)| (positions, executed.into_changes()));
        let changes = before::in_input_order(parts);
        let rows = changes.iter().map(|change| change.row().clone()).collect();
        self.after(changes).await?;
        Ok(WriteOutcome::of(rows))
    }
}

/// A stage in which hooks may write, on the heap. Writes within writes stand on one stack, and without optimisation the frame
/// of a caller has room for every future that it makes; here that is left before the future runs.
#[inline(never)]
fn on_heap<F: Future>(make: impl FnOnce() -> F) -> Pin<Box<F>> {
    Box::pin(make())
}

/// The rows that match a filter. An empty one would reach every row, most likely by mistake.
fn filter_target(operation: &str, filter: &Condition) -> Result<WriteTarget> {
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
