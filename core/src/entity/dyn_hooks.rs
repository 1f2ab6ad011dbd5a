//! The hooks of an entity without types, as the service calls them, and the changes they are notified of.

use std::fmt;
use std::pin::Pin;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::value::{Assignments, Record};

/// The future of a hook.
pub(crate) type HookFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A row that was written.
#[derive(Debug, Clone)]
pub enum RowChange {
    /// It was created.
    Created(Record),
    /// It was updated.
    Updated {
        /// What it was.
        before: Record,
        /// What it is.
        after: Record,
    },
    /// It was deleted, for good or softly.
    Deleted(Record),
    /// It was deleted softly and is restored.
    Restored {
        /// What it was.
        before: Record,
        /// What it is.
        after: Record,
    },
}

impl RowChange {
    /// The row as it is, or as it was when it was deleted.
    #[must_use]
    pub fn row(&self) -> &Record {
        match self {
            Self::Created(row)
            | Self::Updated { after: row, .. }
            | Self::Deleted(row)
            | Self::Restored { after: row, .. } => row,
        }
    }

    /// Every row of the change.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Record> {
        let (first, second) = match self {
            Self::Created(row) | Self::Deleted(row) => (row, None),
            Self::Updated { before, after } | Self::Restored { before, after } => (before, Some(after)),
        };
        std::iter::once(first).chain(second)
    }
}

/// The hooks of one entity, in untyped rows.
pub trait DynHooks: fmt::Debug + Send + Sync {
    /// Lets the hook see and change the values of a new row. They are readable: nothing is missing or NULL that
    /// must not be.
    fn before_create<'a>(&'a self, ctx: &'a Ctx, values: Assignments) -> HookFuture<'a, Assignments>;

    /// Lets the hook see and change the values of an update.
    fn before_update<'a>(
        &'a self,
        ctx: &'a Ctx,
        current: &'a Record,
        values: Assignments,
    ) -> HookFuture<'a, Assignments>;

    /// Lets the hook refuse a deletion.
    fn before_delete<'a>(&'a self, ctx: &'a Ctx, row: &'a Record) -> HookFuture<'a, ()>;

    /// Notifies the hook of a change, inside the transaction.
    fn after<'a>(&'a self, ctx: &'a Ctx, change: &'a RowChange) -> HookFuture<'a, ()>;

    /// Notifies the hook of a change after the commit.
    fn after_commit<'a>(&'a self, ctx: &'a Ctx, change: &'a RowChange) -> HookFuture<'a, ()>;
}
