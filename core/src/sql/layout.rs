//! How the columns of an entity that a statement returns become the cells of a row.

use crate::db::{CellNames, Layout};
use crate::entity::EntityInfo;
use crate::value::ColumnSet;

impl EntityInfo {
    /// The selected columns of the table, least index first, in a row as wide as the entity. Numbers over relations are
    /// left out, as in statements.
    pub(crate) fn layout(&'static self, columns: ColumnSet) -> Layout {
        let columns = columns.without(self.numbers);
        let slots = columns.iter().map(|index| (index, self.columns[index].kind)).collect();
        Layout::new(slots, self.columns.len(), self)
    }
}

impl CellNames for EntityInfo {
    fn entity(&self) -> &'static str {
        self.def.name
    }

    fn field(&self, cell: usize) -> Option<&'static str> {
        self.columns.get(cell).map(|column| column.wire)
    }
}
