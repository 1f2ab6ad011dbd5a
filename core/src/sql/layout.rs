//! How the columns of an entity that a statement returns become the cells of a row.

use crate::db::Layout;
use crate::entity::EntityInfo;
use crate::value::ColumnSet;

impl EntityInfo {
    /// The selected columns, least index first, in a row as wide as the entity.
    pub(crate) fn layout(&self, columns: ColumnSet) -> Layout {
        let slots = columns.iter().map(|index| (index, self.columns[index].kind)).collect();
        Layout::new(slots, self.columns.len())
    }
}
