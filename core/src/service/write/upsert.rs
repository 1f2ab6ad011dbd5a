//! Upserts: new rows that may exist already.

use std::collections::HashMap;

use crate::entity::{Condition, EntityInfo, Op};
use crate::error::{Error, FieldError, Result};
use crate::policy::Action;
use crate::query::Deleted;
use crate::service::unique::{check_rule, unique_key};
use crate::service::write::authorize::Grant;
use crate::service::write::{Command, OnExisting};
use crate::service::{Records, validate};
use crate::sql::dml::OnConflict;
use crate::sql::{RowScope, scoped_by_column};
use crate::value::{Assignments, ColumnSet, Record, Value};

/// Attempts to find or create a row while others create and delete it.
const ATTEMPTS: usize = 16;

impl Records<'_> {
    /// Creates a row, or updates the one that exists already with the same values of `by`, the columns of a unique rule
    /// or the key; in one statement. Returns every column of the row.
    ///
    /// An existing row keeps its key, its `created_at`, what is immutable and what is not set: defaults are for new
    /// rows. Its `updated_at` moves only when a value changed.
    ///
    /// # Errors
    /// As [`Records::create`]; `BadRequest` when `by` is no unique rule, `Validation` when one of its columns is NULL,
    /// which equals no other.
    pub async fn upsert(&self, by: &[usize], values: Assignments) -> Result<Record> {
        self.refuse_unversioned(Action::Update)?;
        check_rule(self.info, by)?;
        let on_existing = OnExisting::Update(by.to_vec());
        self.write(Command::Create { rows: vec![values], on_existing, indexed_errors: false }).await?.one()
    }

    /// As [`Records::upsert`], and answers whether the row is new, which the one statement cannot tell.
    ///
    /// # Errors
    /// As [`Records::upsert`].
    pub(crate) async fn create_or_update(&self, by: &[usize], values: Assignments) -> Result<(Record, bool)> {
        self.refuse_unversioned(Action::Update)?;
        self.info.authorize(Action::Update, self.ctx)?;
        check_rule(self.info, by)?;
        let on_existing = OnExisting::Ignore(by.to_vec());
        let rows = vec![values.clone()];
        match self.write(Command::Create { rows, on_existing, indexed_errors: false }).await?.rows.pop() {
            Some(row) => Ok((row, true)),
            None => Ok((self.upsert(by, values).await?, false)),
        }
    }

    /// [`Records::upsert`] for many rows, all or none, with as few statements as the number of bound values allows.
    ///
    /// # Errors
    /// As [`Records::upsert`]; field names are prefixed with the row's position: `items.3.email`. `Validation` also
    /// when two of the rows are the same under the rule, since it is not clear which of them should last.
    pub async fn upsert_many(&self, by: &[usize], rows: Vec<Assignments>) -> Result<Vec<Record>> {
        self.refuse_unversioned(Action::Update)?;
        check_rule(self.info, by)?;
        let on_existing = OnExisting::Update(by.to_vec());
        Ok(self.write(Command::Create { rows, on_existing, indexed_errors: true }).await?.rows)
    }

    /// The row that exists already with the same values of `by`, the columns of a unique rule or the key; or else a
    /// new one; and whether it is new. However many call at once, one creates the row and all return it.
    ///
    /// # Errors
    /// As [`Records::upsert`].
    pub async fn get_or_create(&self, by: &[usize], values: Assignments) -> Result<(Record, bool)> {
        check_rule(self.info, by)?;
        let rows = vec![values.clone()];
        let command =
            Command::Create { rows, on_existing: OnExisting::Ignore(by.to_vec()), indexed_errors: false };
        let grant = Grant::authorize(self, &command)?;
        let input_columns = values.columns();
        // The values that hooks return are validated when they are written.
        let checked = match self.info.def.hooks {
            None => validate::new_row(self.info, values.clone(), self.ctx.now())?,
            Some(_) => validate::readable_row(self.info, values.clone())?,
        };
        check_target(self.info, by, input_columns, &checked)?;
        let value = |index: &usize| (*index, checked.get(*index).cloned().unwrap_or_default());
        let same: Vec<(usize, Value)> = by.iter().map(value).collect();
        let scope = RowScope::of(self.info, Deleted::Hidden, self.ctx)?;
        let scope = RowScope { rows: grant.readable().clone(), ..scope };
        for _ in 0..ATTEMPTS {
            // Reading first saves the write for an existing row. The write does not rely on it.
            if let Some(row) = self.find_by_values(scope.clone(), &same).await? {
                return Ok((row, false));
            }
            if let Some(row) = self.write(command.clone()).await?.rows.pop() {
                return Ok((row, true));
            }
            let deleted = RowScope::unrestricted(self.info, Deleted::Only);
            if by.contains(&0) && self.find_by_values(deleted, &same).await?.is_some() {
                return Err(key_of_deleted_row(self.info));
            }
        }
        Err(Error::Unavailable)
    }

    /// The row of a scope with these values under a unique rule.
    async fn find_by_values(&self, scope: RowScope<'_>, values: &[(usize, Value)]) -> Result<Option<Record>> {
        if let [(index, value)] = values {
            let value = std::slice::from_ref(value);
            let (statement, layout) =
                scoped_by_column(&scope, self.dialect(), self.info.all(), *index, value)?;
            return Ok(self.ctx.executor().read(statement, &layout).await?.pop());
        }
        let same = values.iter().map(|(index, value)| Condition::column(*index, Op::Eq(value.clone())));
        // These columns may be hidden from the principal, but it has sent the values itself.
        let scope = RowScope { reader: None, ..scope };
        Ok(self.rows_of(scope, &Condition::All(same.collect()), 1).await?.pop())
    }
}

/// The error for a key that a deleted row has.
pub(super) fn key_of_deleted_row(info: &EntityInfo) -> Error {
    let message = "belongs to a row that is deleted; restore it or purge it first";
    Error::Conflict(vec![FieldError::new(info.key().wire, "deleted", message)])
}

/// What to do with a row that exists already. `input_columns` are the columns that the input sets, before the defaults.
pub(super) fn on_conflict(
    info: &'static EntityInfo,
    on_existing: &OnExisting,
    input_columns: ColumnSet,
    values: &Assignments,
) -> Result<Option<OnConflict>> {
    let (by, change) = match on_existing {
        OnExisting::Fail => return Ok(None),
        OnExisting::Ignore(by) => (by, None),
        OnExisting::Update(by) => (by, Some(input_columns)),
    };
    check_target(info, by, input_columns, values)?;
    let target: ColumnSet = by.iter().copied().collect();
    let changeable = |index: &usize| is_changeable(info, target, *index);
    Ok(Some(OnConflict {
        target,
        change: change.map(|input_columns| input_columns.iter().filter(changeable).collect()),
    }))
}

/// Whether an existing row takes the new value of the column.
pub(super) fn is_changeable(info: &EntityInfo, target: ColumnSet, index: usize) -> bool {
    let field = info.columns[index].field;
    !target.contains(index) && field.is_some_and(|field| !field.immutable && !field.skip.update)
}

/// A row is found by values: a NULL equals no other, and a generated key is not used yet.
pub(super) fn check_target(
    info: &EntityInfo,
    by: &[usize],
    input_columns: ColumnSet,
    values: &Assignments,
) -> Result<()> {
    let absent = |index: &&usize| {
        let null = values.get(**index).is_none_or(Value::is_null);
        null || (**index == 0 && !input_columns.contains(0))
    };
    let error = |index: &usize| {
        FieldError::new(info.columns[*index].wire, "required", "is required to find the row by")
    };
    let errors: Vec<_> = by.iter().filter(absent).map(error).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::Validation(errors)) }
}

/// Detects rows that are the same under the rule they are found by.
#[derive(Debug, Default)]
pub(super) struct Repeats(HashMap<Vec<u8>, usize>);

impl Repeats {
    /// The errors of a row that repeats an earlier one.
    pub(super) fn of<'v>(
        &mut self,
        info: &EntityInfo,
        on_existing: &OnExisting,
        position: usize,
        value: impl Fn(usize) -> Option<&'v Value>,
    ) -> Vec<FieldError> {
        let OnExisting::Update(by) = on_existing else { return Vec::new() };
        let values = by.iter().map(|index| value(*index).unwrap_or(&Value::Null));
        let Some(earlier) = unique_key(values).and_then(|unique_key| self.0.insert(unique_key, position))
        else {
            return Vec::new();
        };
        let error = |index: &usize| {
            let message = format!("repeats item {earlier}; send each row once");
            FieldError::new(info.columns[*index].wire, "repeated", message)
        };
        by.iter().map(error).collect()
    }
}
