//! The application's code that a definition holds, without types: what the service calls.

use std::fmt;
use std::pin::Pin;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::value::{Assignments, Record};

/// A hook at work.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A row that was written.
#[derive(Debug, Clone)]
pub enum RowChange {
    /// It was made.
    Created(Record),
    /// It was changed.
    Updated {
        /// What it was.
        before: Record,
        /// What it is.
        after: Record,
    },
    /// It was removed, or hidden where rows are deleted softly.
    Deleted(Record),
    /// It was hidden and came back.
    Restored {
        /// What it was.
        before: Record,
        /// What it is.
        after: Record,
    },
}

impl RowChange {
    /// The row as it is, or as it was when it was removed.
    #[must_use]
    pub fn row(&self) -> &Record {
        match self {
            Self::Created(row)
            | Self::Updated { after: row, .. }
            | Self::Deleted(row)
            | Self::Restored { after: row, .. } => row,
        }
    }
}

/// The hooks of one entity, in untyped rows.
pub trait DynHooks: fmt::Debug + Send + Sync {
    /// Lets the hook see and change the values of a new row. They can be read: nothing is missing or NULL that
    /// must not be.
    fn before_create<'a>(&'a self, ctx: &'a Ctx, values: Assignments) -> Work<'a, Assignments>;

    /// Lets the hook see and change the values of an update.
    fn before_update<'a>(
        &'a self,
        ctx: &'a Ctx,
        current: &'a Record,
        values: Assignments,
    ) -> Work<'a, Assignments>;

    /// Lets the hook refuse a removal.
    fn before_delete<'a>(&'a self, ctx: &'a Ctx, row: &'a Record) -> Work<'a, ()>;

    /// Tells the hook what was written.
    fn after<'a>(&'a self, ctx: &'a Ctx, written: &'a RowChange) -> Work<'a, ()>;

    /// Tells the hook what was written for good.
    fn after_commit<'a>(&'a self, ctx: &'a Ctx, written: &'a RowChange) -> Work<'a, ()>;
}
