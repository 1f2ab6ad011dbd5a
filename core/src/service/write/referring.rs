//! The rows that refer to others.

use crate::entity::{Condition, Op};
use crate::error::Result;
use crate::service::Records;
use crate::value::{ColumnSet, Record, Value};

/// Rows that one statement reads, and keys that it searches for.
const AT_ONCE: usize = 1_000;

/// The rows that refer to one of many keys, locked, in batches. Changes to the rows between two batches do not matter:
/// each is returned once.
pub(super) struct ReferringRows<'k> {
    column: usize,
    keys: std::slice::Chunks<'k, Value>,
    /// The keys of the current batch, and the last row that was found.
    current: Option<(&'k [Value], Option<Value>)>,
}

impl<'k> ReferringRows<'k> {
    pub(super) fn to(column: usize, keys: &'k [Value]) -> Self {
        let mut keys = keys.chunks(AT_ONCE);
        let current = keys.next().map(|first| (first, None));
        Self { column, keys, current }
    }

    /// The next batch; none at the end.
    pub(super) async fn next(
        &mut self,
        records: &Records<'_>,
        columns: ColumnSet,
    ) -> Result<Option<Vec<Record>>> {
        while let Some((keys, last)) = self.current.take() {
            let referring = Condition::column(self.column, Op::In(keys.to_vec()));
            let remaining = match last {
                Some(last) => referring.and(Condition::column(0, Op::Gt(last))),
                None => referring,
            };
            let rows =
                records.locked_some(records.unrestricted_scope(), columns, &remaining, Some(AT_ONCE)).await?;
            self.current = match rows.last() {
                Some(last) if rows.len() == AT_ONCE => Some((keys, Some(last.key().clone()))),
                _ => self.keys.next().map(|next| (next, None)),
            };
            if !rows.is_empty() {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }
}
