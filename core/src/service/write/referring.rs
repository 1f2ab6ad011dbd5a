//! The rows that refer to others.

use crate::entity::{Condition, Op};
use crate::error::Result;
use crate::service::Records;
use crate::value::{ColumnSet, Record, Value};

/// Rows that one statement finds, and keys that it looks for.
const AT_ONCE: usize = 1_000;

/// The rows that refer to one of many keys, locked, some at a time. What is done to the rows between one time and the
/// next does not matter: each is met once.
pub(super) struct Referring<'k> {
    column: usize,
    keys: std::slice::Chunks<'k, Value>,
    /// The keys that are looked for, and the last row that was found.
    now: Option<(&'k [Value], Option<Value>)>,
}

impl<'k> Referring<'k> {
    pub(super) fn to(column: usize, keys: &'k [Value]) -> Self {
        let mut keys = keys.chunks(AT_ONCE);
        let now = keys.next().map(|first| (first, None));
        Self { column, keys, now }
    }

    /// Some more rows; none when there are no more.
    pub(super) async fn next(
        &mut self,
        records: &Records<'_>,
        columns: ColumnSet,
    ) -> Result<Option<Vec<Record>>> {
        while let Some((keys, last)) = self.now.take() {
            let pointing = Condition::column(self.column, Op::In(keys.to_vec()));
            let further = match last {
                Some(last) => pointing.and(Condition::column(0, Op::Gt(last))),
                None => pointing,
            };
            let rows =
                records.locked_some(records.unrestricted_scope(), columns, &further, Some(AT_ONCE)).await?;
            self.now = match rows.last() {
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
