//! Which rows are there at all.
//!
//! Every table of a statement goes through [`visible`]: the one read, the ones a filter looks into, the joining ones.
//! What it says holds whoever asks and whatever for; nothing else hides a row.

use sea_query::{Expr, ExprTrait as _};

use crate::entity::EntityInfo;
use crate::query::predicate::Source;

/// Which rows of an entity with `soft_delete` are seen. Other entities have no deleted rows to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Deleted {
    /// Living rows only.
    #[default]
    Hidden,
    /// Living and deleted rows.
    Included,
    /// Deleted rows only.
    Only,
}

/// What the rows of a table must fulfil to be seen; nothing when all of them are.
pub(crate) fn visible(source: Source, deleted: Deleted) -> Option<Expr> {
    visible_by(source.info, deleted, |column| source.column(column))
}

/// As [`visible`], with the columns as the statement calls them.
pub(crate) fn visible_by(
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
