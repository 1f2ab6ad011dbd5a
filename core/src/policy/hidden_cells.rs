//! Which cells of a row are hidden from whom.

use crate::ctx::Ctx;
use crate::entity::{Action, ColumnInfo, Condition, EntityInfo, Rule};
use crate::error::Error;

impl EntityInfo {
    /// The columns that are hidden from the principal, and the rows in which they are not.
    pub(crate) fn hidden_cells(&self, ctx: &Ctx) -> Vec<(usize, Condition)> {
        let cells =
            self.guarded.iter().filter_map(|index| Some((*index, self.column_visibility(*index, ctx)?)));
        cells.collect()
    }

    /// The error for rows that no one may read, which the caller should have checked.
    pub(crate) fn refused_to_read(&self) -> Error {
        Error::internal(format!("{} was to be read for a principal that may not read it", self.def.name))
    }

    /// The rows in which all of these columns are visible to the principal.
    pub(crate) fn columns_visibility(&self, columns: &[usize], ctx: &Ctx) -> Condition {
        let visible = columns.iter().filter_map(|column| self.column_visibility(*column, ctx));
        visible.fold(Condition::TRUE, Condition::both)
    }

    /// Whether there may be rows in which the principal may set a column and read it back. Surfaces use this to
    /// leave out what would be refused; the service enforces it.
    #[must_use]
    pub fn permits_setting(&self, column: &ColumnInfo, action: Action, ctx: &Ctx) -> bool {
        let never =
            |rule: Option<&Rule>, action| rule.is_some_and(|rule| rule.rows(self, action, ctx).is_never());
        let hidden = action == Action::Update && never(column.read_rule(), Action::Read);
        !hidden && !never(column.write_rule(), action)
    }

    /// Whether a column is visible to the principal in no row, so that not even its name is told.
    pub(crate) fn is_hidden_column(&self, column: usize, ctx: &Ctx) -> bool {
        self.column_visibility(column, ctx).is_some_and(|rows| rows.is_never())
    }

    /// The rows in which a column is visible to the principal; none when that is every row.
    pub(crate) fn column_visibility(&self, column: usize, ctx: &Ctx) -> Option<Condition> {
        let rule = self.columns[column].read_rule()?;
        Some(rule.rows(self, Action::Read, ctx)).filter(|rows| !rows.is_always())
    }
}
