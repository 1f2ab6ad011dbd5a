//! Cursors of rows whose sort key is too long to be in one.
//!
//! Such a cursor holds the primary key of its row, a seal (an HMAC) of the whole sort key, and the head of the sort key:
//! the values that fit, and the beginning of the first that does not. While the row has the sort key of the seal, the
//! position is exact: the row's own. Once it was deleted or has changed, the head is as exact, unless other rows
//! share it: where among them the row was is not known any more.

use crate::ctx::{CURSOR_MAC as MAC, CursorKey};
use crate::entity::{Condition, EntityInfo, Op};
use crate::error::{Error, Result};
use crate::query::Sort;
use crate::query::cursor::{Cursor, MAX_BYTES, decode, json_values, write_sort_key};
use crate::types::JsonStyle;
use crate::value::{ColumnSet, Record, Value};

/// A cursor that holds the head of a sort key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CutCursor {
    /// The primary key of the row.
    key: Value,
    /// Of the row's sort key.
    seal: [u8; MAC],
    /// The first values of the sort key. Of the last one only the beginning when `is_prefix`.
    head: Vec<Value>,
    is_prefix: bool,
}

/// The content of a row's cursor, after its digest. `sort_key` is the whole one.
pub(super) fn write(
    info: &EntityInfo,
    record: &Record,
    order: &[Sort],
    sort_key: &[u8],
    key: &CursorKey,
    payload: &mut Vec<u8>,
) {
    payload.extend_from_slice(&key.sign(sort_key));
    let is_prefix = payload.len();
    payload.push(0);
    payload.push(b'[');
    record.key().write_json(JsonStyle::Rest, payload);
    for value in super::sort_key(info, order, record) {
        let before = payload.len();
        payload.push(b',');
        value.write_json(JsonStyle::Rest, payload);
        if payload.len() < MAX_BYTES {
            continue;
        }
        payload.truncate(before);
        // The comma, and the bracket at the end.
        if let Some(prefix) = prefix(value, MAX_BYTES.saturating_sub(before + 2)) {
            payload.push(b',');
            prefix.write_json(JsonStyle::Rest, payload);
            payload[is_prefix] = 1;
        }
        break;
    }
    payload.push(b']');
}

/// The longest beginning of a value whose JSON has no more than so many bytes; none of values that have no beginning.
fn prefix(value: &Value, size: usize) -> Option<Value> {
    let fits = |prefix: &Value| {
        let mut json = Vec::new();
        prefix.write_json(JsonStyle::Rest, &mut json);
        json.len() <= size
    };
    let cut = |length: usize| match value {
        Value::Text(text) => Some(Value::Text(text[..text.floor_char_boundary(length)].to_owned())),
        Value::Bytes(bytes) => Some(Value::Bytes(bytes.slice(..length.min(bytes.len())))),
        _ => None,
    };
    // A character takes up to six bytes when it is escaped.
    let (mut least, mut most) = (0, size);
    while least < most {
        let middle = (least + most).div_ceil(2);
        if fits(&cut(middle)?) {
            least = middle;
        } else {
            most = middle - 1;
        }
    }
    cut(least).filter(|_| least > 0)
}

/// Reads the content back.
pub(super) fn read(content: &[u8], info: &EntityInfo, order: &[Sort]) -> Result<CutCursor> {
    let Some((seal, [is_prefix, json @ ..])) = content.split_first_chunk::<MAC>() else {
        return Err(Error::CursorInvalid);
    };
    let mut values = json_values(json)?.into_iter();
    let key = decode(values.next().ok_or(Error::CursorInvalid)?, info.key())?;
    if values.len() > order.len() {
        return Err(Error::CursorMismatch);
    }
    let head: Vec<Value> = values
        .zip(order)
        .map(|(json, sort)| decode(json, sort.sorted_column(info)))
        .collect::<Result<_>>()?;
    Ok(CutCursor { key, seal: *seal, head, is_prefix: *is_prefix == 1 })
}

impl CutCursor {
    /// The primary key of the row.
    pub(crate) fn key(&self) -> &Value {
        &self.key
    }

    /// The columns by which the row is known again.
    pub(crate) fn columns(order: &[Sort]) -> ColumnSet {
        ColumnSet::KEY.union(order.iter().map(|sort| sort.column).collect())
    }

    /// The position of the row, if it still has the sort key of the cursor.
    pub(crate) fn of_row(
        &self,
        info: &EntityInfo,
        row: &Record,
        order: &[Sort],
        key: &CursorKey,
    ) -> Option<Cursor> {
        let mut sort_key = Vec::new();
        write_sort_key(info, row, order, &mut sort_key);
        let same = bool::from(subtle::ConstantTimeEq::ct_eq(&key.sign(&sort_key)[..], &self.seal[..]));
        same.then(|| Cursor(super::sort_key(info, order, row).cloned().collect()))
    }

    /// The position by its head alone, with as much of the order as it covers.
    pub(crate) fn of_head(&self, order: &[Sort]) -> (Vec<Sort>, Cursor) {
        (order[..self.head.len()].to_vec(), Cursor(self.head.clone()))
    }

    /// Which other rows share the head: while there are any, the position by the head is not exact. None when there is no
    /// head.
    pub(crate) fn sharing_head(&self, order: &[Sort]) -> Option<Condition> {
        let last = self.head.len().checked_sub(1)?;
        let mut all = vec![Condition::Column { index: 0, op: Op::Ne(self.key.clone()) }];
        for (position, (value, sort)) in self.head.iter().zip(order).enumerate() {
            let mut add = |op: Op| all.push(on_sorted(sort, op));
            match value {
                Value::Null => add(Op::IsNull(true)),
                Value::Text(prefix) if self.is_prefix && position == last => {
                    add(Op::StartsWith(prefix.clone()));
                }
                Value::Bytes(prefix) if self.is_prefix && position == last => {
                    add(Op::Gte(value.clone()));
                    if let Some(end) = end_of_prefix(prefix) {
                        add(Op::Lt(Value::Bytes(end.into())));
                    }
                }
                value => add(Op::Eq(value.clone())),
            }
        }
        Some(Condition::All(all))
    }
}

/// A test on the value that a key sorts by.
fn on_sorted(sort: &Sort, op: Op) -> Condition {
    let columns: Vec<usize> = std::iter::once(sort.column).chain(sort.path.columns()).collect();
    let is_absent = matches!(op, Op::IsNull(true));
    let Some((last, relations)) = columns.split_last() else { return Condition::TRUE };
    // A related row that is not there has no values, as one has that holds NULL.
    let (op, negated) = if is_absent { (Op::IsNull(false), true) } else { (op, false) };
    let test = relations.iter().rev().fold(Condition::Column { index: *last, op }, |matches, index| {
        Condition::ToOne { index: *index, matches: Box::new(matches) }
    });
    if negated { Condition::Not(Box::new(test)) } else { test }
}

/// The least bytes that are greater than all with this prefix.
fn end_of_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}
