//! Which cells of rows that were read are hidden from the principal, and not empty.

use std::collections::HashSet;

use crate::error::Result;
use crate::service::Records;
use crate::service::lookup_key::LookupKey;
use crate::sql::{RowScope, scoped_by_column};
use crate::value::{ColumnSet, Record};

/// Cells that are hidden from the principal.
#[derive(Debug, Default)]
pub(crate) struct HiddenCells(HashSet<(usize, LookupKey)>);

impl HiddenCells {
    /// Whether the cell of a row is hidden.
    pub(crate) fn contains(&self, column: usize, row: &Record) -> bool {
        LookupKey::of(row.key()).is_some_and(|key| self.0.contains(&(column, key)))
    }
}

impl Records<'_> {
    /// The hidden cells among these columns of rows that the principal has read: one statement for each column with a
    /// rule that depends on the row.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub(crate) async fn hidden_cells(&self, columns: ColumnSet, rows: &[Record]) -> Result<HiddenCells> {
        let mut hidden = HiddenCells::default();
        for column in columns.iter() {
            let Some(visible) = self.info.column_visibility(column, self.ctx) else { continue };
            // What has a value is seen.
            let empty = rows.iter().filter(|row| row.get(column).is_null());
            let keys = empty.map(|row| row.key().clone()).collect::<Vec<_>>();
            let mut seen = HashSet::new();
            if !visible.is_never() && !keys.is_empty() {
                let scope = RowScope { rows: visible, ..self.with_deleted().unrestricted_scope() };
                let (statement, layout) = scoped_by_column(&scope, self.dialect(), ColumnSet::KEY, 0, &keys)?;
                let found = self.ctx.engine().read(statement, &layout).await?;
                seen.extend(found.iter().filter_map(|row| LookupKey::of(row.key())));
            }
            let keys = keys.iter().filter_map(LookupKey::of).filter(|key| !seen.contains(key));
            hidden.0.extend(keys.map(|key| (column, key)));
        }
        Ok(hidden)
    }
}
