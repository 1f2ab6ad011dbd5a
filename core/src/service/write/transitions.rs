//! Enums that change by declared transitions only (`transitions(…)`): the rows as they were are compared with what they are
//! set to.

use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{Error, FieldError, Result};
use crate::value::{Record, Value, VariantDef};

/// Whether one of these columns has transitions, so that the rows must be known before they change.
pub(super) fn among(info: &EntityInfo, mut columns: impl Iterator<Item = usize>) -> bool {
    columns.any(|column| info.columns[column].has_transitions())
}

/// Refuses changes of these rows that are not declared. A value that is NULL may become any, and none may become NULL again.
pub(super) fn check(ctx: &Ctx, info: &EntityInfo, rows: &[Record], changes: &[(usize, Value)]) -> Result<()> {
    let mut errors = Vec::new();
    for (column, to) in changes.iter().map(|(index, to)| (&info.columns[*index], to)) {
        let refused = rows.iter().find_map(|row| refusal(column, row.get(column.index), to).zip(Some(row)));
        let Some((reason, row)) = refused else { continue };
        // The reason says what the value is, which not everyone may read.
        let visible = info.column_visibility(column.index, ctx);
        let shown = visible.is_none_or(|rows| rows.holds(&|index| info.known(row, index)) == Some(true));
        let message = match (shown, rows.len()) {
            (false, _) => "must not change to this value".to_owned(),
            (true, 1) => reason,
            (true, _) => format!("{reason} (row {})", row.key()),
        };
        errors.push(FieldError::new(column.wire, "transition", message));
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Validation(errors)) }
}

/// Why a value may not change to another; nothing when it may.
fn refusal(column: &ColumnInfo, from: &Value, to: &Value) -> Option<String> {
    let Value::Enum(from) = from else { return None };
    if matches!(to, Value::Enum(to) if to.name == from.name) {
        return None;
    }
    let allowed = column.transitions_from(from)?;
    let is = |to: &VariantDef| allowed.iter().any(|other| other.name == to.name);
    if matches!(to, Value::Enum(to) if is(to)) {
        return None;
    }
    let names: Vec<String> = allowed.iter().map(|variant| format!("`{}`", variant.wire)).collect();
    let from = from.wire;
    Some(match names.split_last() {
        None => format!("is `{from}`, which does not change any more"),
        Some((only, [])) => format!("is `{from}`, which may change to {only} only"),
        Some((last, others)) => {
            format!("is `{from}`, which may change to {} or {last} only", others.join(", "))
        }
    })
}
