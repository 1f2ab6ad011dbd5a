//! New rows that may stand already.

use std::collections::HashMap;

use crate::entity::{Condition, EntityInfo, Op};
use crate::error::{Error, FieldError, Result};
use crate::query::Deleted;
use crate::service::unique::{check_rule, identity};
use crate::service::write::authorize::Grant;
use crate::service::write::{Command, Existing};
use crate::service::{Records, validate};
use crate::sql::dml::OnConflict;
use crate::sql::{RowScope, scoped_by_column};
use crate::value::{Assignments, ColumnSet, Record, Value};

/// How often a row that is neither there nor to be made is looked for: others make and remove it all the while.
const TRIES: usize = 16;

impl Records<'_> {
    /// Makes a row, or changes the one that exists already with the same values of `by`, the columns of a unique rule
    /// or the key; in one statement. Answers every column of the row.
    ///
    /// An existing row keeps its key, its `created_at`, what is immutable and what is not set: defaults are for new
    /// rows. Its `updated_at` moves only when a value changed.
    ///
    /// # Errors
    /// As [`Records::create`]; `BadRequest` when `by` is no unique rule, `Validation` when one of its columns is NULL,
    /// which equals no other.
    pub async fn upsert(&self, by: &[usize], values: Assignments) -> Result<Record> {
        check_rule(self.info, by)?;
        let existing = Existing::Change(by.to_vec());
        self.write(Command::Create { rows: vec![values], existing, positions: false }).await?.one()
    }

    /// [`Records::upsert`] for many rows, all or none, with as few statements as the number of bound values allows.
    ///
    /// # Errors
    /// As [`Records::upsert`]; field names are prefixed with the row's position: `items.3.email`. `Validation` also
    /// when two of the rows are the same under the rule, since it is not clear which of them should last.
    pub async fn upsert_many(&self, by: &[usize], rows: Vec<Assignments>) -> Result<Vec<Record>> {
        check_rule(self.info, by)?;
        let existing = Existing::Change(by.to_vec());
        Ok(self.write(Command::Create { rows, existing, positions: true }).await?.rows)
    }

    /// The row that exists already with the same values of `by`, the columns of a unique rule or the key; or else a
    /// new one. Says whether it is new. However many ask at once, one makes the row and all answer it.
    ///
    /// # Errors
    /// As [`Records::upsert`].
    pub async fn get_or_create(&self, by: &[usize], values: Assignments) -> Result<(Record, bool)> {
        check_rule(self.info, by)?;
        let rows = vec![values.clone()];
        let command = Command::Create { rows, existing: Existing::Keep(by.to_vec()), positions: false };
        let grant = Grant::authorize(self, &command)?;
        let given = values.columns();
        // What hooks make of the values is judged when they are written.
        let checked = match self.info.def.hooks {
            None => validate::new_row(self.info, values.clone())?,
            Some(_) => validate::readable_row(self.info, values.clone())?,
        };
        check_target(self.info, by, given, &checked)?;
        let value = |index: &usize| (*index, checked.get(*index).cloned().unwrap_or_default());
        let same: Vec<(usize, Value)> = by.iter().map(value).collect();
        let scope = RowScope::of(self.info, Deleted::Hidden, self.ctx)?;
        let scope = RowScope { rows: grant.readable().clone(), ..scope };
        for _ in 0..TRIES {
            // Looking first costs a row that is there no write at all. The write does not rely on it.
            if let Some(row) = self.with_values(scope.clone(), &same).await? {
                return Ok((row, false));
            }
            if let Some(row) = self.write(command.clone()).await?.rows.pop() {
                return Ok((row, true));
            }
            let deleted = RowScope::unrestricted(self.info, Deleted::Only);
            if by.contains(&0) && self.with_values(deleted, &same).await?.is_some() {
                return Err(key_of_deleted_row(self.info));
            }
        }
        Err(Error::Unavailable)
    }

    /// The row of a view with these values under a unique rule.
    async fn with_values(&self, scope: RowScope<'_>, values: &[(usize, Value)]) -> Result<Option<Record>> {
        if let [(index, value)] = values {
            let value = std::slice::from_ref(value);
            let (statement, layout) =
                scoped_by_column(&scope, self.dialect(), self.info.all(), *index, value)?;
            return Ok(self.ctx.executor().read(statement, &layout).await?.pop());
        }
        let same = values.iter().map(|(index, value)| Condition::column(*index, Op::Eq(value.clone())));
        // By columns that the principal may not be shown, perhaps: what it asks for it has said itself.
        let scope = RowScope { reader: None, ..scope };
        Ok(self.rows_of(scope, &Condition::All(same.collect()), 1).await?.pop())
    }
}

/// The refusal of a key that a deleted row has.
pub(super) fn key_of_deleted_row(info: &EntityInfo) -> Error {
    let message = "belongs to a row that is deleted; restore it or purge it first";
    Error::Conflict(vec![FieldError::new(info.key().wire, "deleted", message)])
}

/// What one row does when it exists already. `given` are the columns that the input sets, before the defaults.
pub(super) fn on_conflict(
    info: &'static EntityInfo,
    existing: &Existing,
    given: ColumnSet,
    values: &Assignments,
) -> Result<Option<OnConflict>> {
    let (by, change) = match existing {
        Existing::Refuse => return Ok(None),
        Existing::Keep(by) => (by, None),
        Existing::Change(by) => (by, Some(given)),
    };
    check_target(info, by, given, values)?;
    let target: ColumnSet = by.iter().copied().collect();
    let changeable = |index: &usize| is_changeable(info, target, *index);
    Ok(Some(OnConflict { target, change: change.map(|given| given.iter().filter(changeable).collect()) }))
}

/// Whether an existing row takes over the column.
pub(super) fn is_changeable(info: &EntityInfo, target: ColumnSet, index: usize) -> bool {
    let field = info.columns[index].field;
    !target.contains(index) && field.is_some_and(|field| !field.immutable && !field.skip.update)
}

/// A row is found by values: a NULL equals no other, and a key made just now is no one's yet.
pub(super) fn check_target(
    info: &EntityInfo,
    by: &[usize],
    given: ColumnSet,
    values: &Assignments,
) -> Result<()> {
    let absent = |index: &&usize| {
        let null = values.get(**index).is_none_or(Value::is_null);
        null || (**index == 0 && !given.contains(0))
    };
    let error = |index: &usize| {
        FieldError::new(info.columns[*index].wire, "required", "is required to find the row by")
    };
    let errors: Vec<_> = by.iter().filter(absent).map(error).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::Validation(errors)) }
}

/// Refuses rows that are the same under the rule they are found by.
#[derive(Debug, Default)]
pub(super) struct Repeats(HashMap<Vec<u8>, usize>);

impl Repeats {
    /// The errors of a row that repeats an earlier one.
    pub(super) fn of<'v>(
        &mut self,
        info: &EntityInfo,
        existing: &Existing,
        position: usize,
        value: impl Fn(usize) -> Option<&'v Value>,
    ) -> Vec<FieldError> {
        let Existing::Change(by) = existing else { return Vec::new() };
        let values = by.iter().map(|index| value(*index).unwrap_or(&Value::Null));
        let Some(earlier) = identity(values).and_then(|identity| self.0.insert(identity, position)) else {
            return Vec::new();
        };
        let error = |index: &usize| {
            let message = format!("repeats item {earlier}; send each row once");
            FieldError::new(info.columns[*index].wire, "repeated", message)
        };
        by.iter().map(error).collect()
    }
}
