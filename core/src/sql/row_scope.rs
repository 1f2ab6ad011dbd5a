//! Which rows exist for a reader, and which of their cells.
//!
//! Every table of a statement goes through here: the one read, those that a filter reads, the joining ones. Nothing
//! else hides a row: deleted rows are left out unless they are requested, and so is what the reader may not read.

use sea_query::{Expr, ExprTrait as _};

use crate::ctx::Ctx;
use crate::entity::{Condition, EntityInfo};
use crate::error::Result;
use crate::policy::Action;
use crate::query::Deleted;
use crate::sql::predicate::TableAlias;
use crate::value::{ColumnSet, Value};

/// The rows and cells of an entity's table that a reader sees.
#[derive(Debug, Clone)]
pub(crate) struct RowScope<'c> {
    pub(crate) info: &'static EntityInfo,
    pub(crate) deleted: Deleted,
    /// Who reads; none for the engine itself, which sees every row and every cell.
    pub(crate) reader: Option<&'c Ctx>,
    /// The rows that the reader may read.
    pub(crate) rows: Condition,
    /// The columns that are hidden from the reader, and the rows in which they are not.
    pub(crate) cells: Vec<(usize, Condition)>,
    /// Keys of rows of the entity that are no related rows: what a row says of itself entitles no one to write it.
    pub(crate) unrelated: &'c [Value],
}

impl<'c> RowScope<'c> {
    /// Every row and cell, for the engine itself.
    pub(crate) const fn unrestricted(info: &'static EntityInfo, deleted: Deleted) -> Self {
        Self { info, deleted, reader: None, rows: Condition::TRUE, cells: Vec::new(), unrelated: &[] }
    }

    /// What the principal of the context may read.
    ///
    /// # Errors
    /// `Unauthenticated` or `Forbidden` when the principal may read no row.
    pub(crate) fn of(info: &'static EntityInfo, deleted: Deleted, ctx: &'c Ctx) -> Result<Self> {
        let rows = info.authorize(Action::Read, ctx)?;
        Ok(Self { info, deleted, reader: Some(ctx), rows, cells: info.hidden_cells(ctx), unrelated: &[] })
    }

    /// Whether this is the same for every principal, so that a statement's text may be cached.
    pub(crate) fn is_plain(&self, columns: ColumnSet) -> bool {
        self.rows.is_always() && self.cells.iter().all(|(column, _)| !columns.contains(*column))
    }
}

/// The condition that selects deleted or not deleted rows; none when both are selected.
pub(crate) fn not_deleted(source: TableAlias, deleted: Deleted) -> Option<Expr> {
    not_deleted_by(source.info, deleted, |column| source.column(column))
}

/// As [`not_deleted`], with the columns as the statement calls them.
pub(crate) fn not_deleted_by(
    info: &EntityInfo,
    deleted: Deleted,
    column: impl FnOnce(usize) -> Expr,
) -> Option<Expr> {
    let deleted_at = info.deleted_at().map(column);
    match (deleted, deleted_at) {
        (Deleted::Included, _) | (Deleted::Hidden, None) => None,
        (Deleted::Hidden, Some(deleted_at)) => Some(deleted_at.is_null()),
        (Deleted::Only, Some(deleted_at)) => Some(deleted_at.is_not_null()),
        (Deleted::Only, None) => Some(Expr::cust("1 = 0")),
    }
}
