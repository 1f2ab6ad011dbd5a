//! New rows that may stand already.

use crate::entity::{ColumnSet, EntityInfo};
use crate::error::{Error, FieldError, Result};
use crate::query::write::OnConflict;
use crate::service::write::Existing;
use crate::value::Assignments;

/// What one row does when it stands already. `given` are the columns that the input sets, before the defaults.
pub(super) fn on_conflict(
    info: &'static EntityInfo,
    existing: &Existing,
    given: ColumnSet,
    values: &Assignments,
) -> Result<Option<OnConflict>> {
    let (target, change) = match existing {
        Existing::Refuse => return Ok(None),
        Existing::Keep(columns) => (columns, None),
        Existing::Change(columns) => (columns, Some(given)),
    };
    let null = |index: &&usize| values.get(**index).is_none_or(crate::value::Value::is_null);
    let errors: Vec<_> = target
        .iter()
        .filter(null)
        .map(|index| FieldError::new(info.columns[*index].wire, "required", "is required to find the row by"))
        .collect();
    if !errors.is_empty() {
        return Err(Error::Validation(errors));
    }
    let target: ColumnSet = target.iter().copied().collect();
    let changeable = |index: &usize| {
        let field = info.columns[*index].field;
        !target.contains(*index) && field.is_some_and(|field| !field.immutable && !field.skip.update)
    };
    Ok(Some(OnConflict { target, change: change.map(|given| given.iter().filter(changeable).collect()) }))
}
