//! Changes of many rows, each to values of its own.
//!
//! The rows are locked and known, so what a row may become is judged here. Rows that set the same columns are one statement.

use std::collections::HashMap;

use crate::db::DbError;
use crate::error::{ApplicationError, Error, FieldError, Result};
use crate::service::lookup_key::LookupKey;
use crate::service::unique::{self, RowBatch};
use crate::service::write::authorize::Grant;
use crate::service::write::before::{Planned, RowPositions};
use crate::service::write::prepare::hash;
use crate::service::write::{Command, WriteOutcome, increment, references, transitions};
use crate::service::{Records, db_error, validate};
use crate::sql::dml::WriteTarget;
use crate::sql::{ChangedRow, update_each};
use crate::value::{Assignments, ColumnSet, Record, RowChanges, Value};

/// Values bound by one statement at most, as for new rows.
const MAX_BOUND: usize = 30_000;

/// Rows that set the same columns, checked.
#[derive(Debug)]
pub(super) struct UpdateEach {
    rows: Vec<CheckedChanges>,
    now: Value,
}

#[derive(Debug)]
struct CheckedChanges {
    key: Value,
    /// In the order of the columns.
    changes: Vec<(usize, Value)>,
    increments: Vec<(usize, Value)>,
}

/// Rows of the input that set the same columns.
#[derive(Default)]
struct SameColumns {
    changes: Vec<RowChanges>,
    existing: Vec<Record>,
    positions: Vec<usize>,
}

impl Records<'_> {
    /// Changes rows, all or none, each by its key to values of its own, and returns them in the order of the input. No row may
    /// be named twice.
    ///
    /// # Errors
    /// As [`Records::update`], each with the position of its row: `items.3.email`; a row that does not exist is a `Conflict`.
    pub(in crate::service) async fn update_each(&self, rows: Vec<RowChanges>) -> Result<Vec<Record>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.write(Command::UpdateEach { rows }).await?.rows)
    }

    /// Locks the rows, checks that each may be changed, and lets the hooks see them. Rows that set the same columns are one
    /// part.
    pub(super) async fn before_update_each(
        &self,
        rows: Vec<RowChanges>,
        grant: &Grant,
    ) -> Result<Vec<Planned>> {
        let mut existing = self.locked_each(&rows, grant).await?;
        let hooks = self.hooks()?;
        if hooks.is_some() {
            self.with_own_numbers(&mut existing).await?;
        }
        let mut groups: Vec<((ColumnSet, ColumnSet), SameColumns)> = Vec::new();
        let mut errors = Vec::new();
        for (position, (mut row, record)) in rows.into_iter().zip(existing).enumerate() {
            if let Some((hooks, ctx)) = &hooks {
                let hooked = match validate::readable_changes(self.info, row.values) {
                    Ok(values) => hooks.before_update(ctx, &record, values).await,
                    Err(error) => Err(error),
                };
                match hooked {
                    Ok(values) => row.values = values,
                    Err(Error::Validation(broken)) => {
                        errors.extend(broken.into_iter().map(|error| error.at(position)));
                        continue;
                    }
                    Err(error) => return Err(error),
                }
            }
            let shape = shape(&row.values);
            let place = groups.iter().position(|(known, _)| *known == shape).unwrap_or_else(|| {
                groups.push((shape, SameColumns::default()));
                groups.len() - 1
            });
            let group = &mut groups[place].1;
            group.changes.push(row);
            group.existing.push(record);
            group.positions.push(position);
        }
        if !errors.is_empty() {
            return Err(Error::Validation(errors));
        }
        let planned = |(_, SameColumns { changes, existing, positions })| Planned {
            command: Command::UpdateEach { rows: changes },
            existing: Some(existing),
            positions: Some(RowPositions {
                in_input: positions,
                indexed_errors: true,
                already_indexed: true,
            }),
        };
        Ok(groups.into_iter().map(planned).collect())
    }

    /// The rows as they are, locked, in the order of the input.
    async fn locked_each(&self, rows: &[RowChanges], grant: &Grant) -> Result<Vec<Record>> {
        let keys = rows.iter().map(|row| row.key.clone()).collect();
        let scope = self.granted(grant.readable().clone());
        let found = self.locked_rows(scope, &WriteTarget::Keys(keys)).await?;
        let mut found: HashMap<Option<LookupKey>, Record> =
            found.into_iter().map(|row| (LookupKey::of(row.key()), row)).collect();
        let (mut existing, mut missing) = (Vec::with_capacity(rows.len()), Vec::new());
        for (position, row) in rows.iter().enumerate() {
            match found.remove(&LookupKey::of(&row.key)) {
                Some(record) => existing.push(record),
                None => missing.push(FieldError::new("", "reference", "does not exist").at(position)),
            }
        }
        if !missing.is_empty() {
            return Err(Error::Conflict(missing));
        }
        if let Err(error) = self.check_modifiable(&existing, grant).await {
            for (position, record) in existing.iter().enumerate() {
                if let Err(error) = self.check_modifiable(std::slice::from_ref(record), grant).await {
                    return Err(placed(&error, position));
                }
            }
            return Err(error);
        }
        for (position, (row, record)) in rows.iter().zip(&existing).enumerate() {
            let (Some(expected), Some(column)) = (row.version, self.info.version()) else { continue };
            if *record.get(column) != Value::Int(expected) {
                return Err(placed(&Error::VersionMismatch, position));
            }
        }
        Ok(existing)
    }
}

/// The columns that are set, and those that are added to.
fn shape(values: &Assignments) -> (ColumnSet, ColumnSet) {
    let set = values.iter().map(|(index, _)| index).collect();
    (set, values.increments().iter().map(|(index, _)| *index).collect())
}

/// The error of one row, which names no field.
fn placed(error: &Error, position: usize) -> Error {
    ApplicationError::new(error.status(), error.code(), error.to_string())
        .on(format!("items.{position}"))
        .into()
}

impl UpdateEach {
    pub(super) async fn prepare(records: &Records<'_>, rows: Vec<RowChanges>) -> Result<Self> {
        let (mut checked, mut errors) = (Vec::with_capacity(rows.len()), Vec::new());
        for (position, RowChanges { key, values, .. }) in rows.into_iter().enumerate() {
            match validate::changes(records.info, values) {
                Ok(values) => {
                    let mut increments = values.increments().to_vec();
                    increments.sort_by_key(|(index, _)| *index);
                    let mut changes: Vec<_> = values.into_values().collect();
                    changes.sort_by_key(|(index, _)| *index);
                    checked.push(CheckedChanges { key, changes, increments });
                }
                Err(Error::Validation(broken)) => {
                    errors.extend(broken.into_iter().map(|error| error.at(position)));
                }
                Err(error) => return Err(error),
            }
        }
        if !errors.is_empty() {
            return Err(Error::Validation(errors));
        }
        for row in &mut checked {
            hash(row.changes.iter_mut().map(|(_, value)| value), records.ctx.password_cost()).await?;
        }
        Ok(Self { rows: checked, now: Value::DateTime(records.ctx.now()) })
    }

    /// Changes the rows, which are locked, may be changed and were `before` as they are given.
    pub(super) async fn run(&self, records: &Records<'_>, before: &[Record]) -> Result<WriteOutcome> {
        let changes = self.with_sums(records, before)?;
        let rows = changes.iter().enumerate();
        let cells: Vec<(usize, usize, &Value)> = rows
            .flat_map(|(row, cells)| cells.iter().map(move |(index, value)| (row, *index, value)))
            .filter(|(_, _, value)| !value.is_null())
            .collect();
        if cells.iter().any(|(_, index, _)| references::target_may_be_hidden(records, *index)) {
            references::check(records, cells.into_iter(), true).await?;
        }
        let columns: Vec<usize> = changes.first().into_iter().flatten().map(|(index, _)| *index).collect();
        if columns.is_empty() {
            return Ok(WriteOutcome::of(before.to_vec()));
        }
        let row = |(checked, cells): (&CheckedChanges, &Vec<(usize, Value)>)| ChangedRow {
            key: checked.key.clone(),
            values: cells.iter().map(|(_, value)| value.clone()).collect(),
        };
        let rows: Vec<ChangedRow> = self.rows.iter().zip(&changes).map(row).collect();
        let mut changed = Vec::with_capacity(rows.len());
        for rows in rows.chunks(MAX_BOUND / (columns.len() + 1)) {
            let (statement, layout) = update_each(records.info, records.dialect(), &columns, rows, &self.now);
            match records.ctx.executor().attempt(statement, &layout).await {
                Ok(rows) => changed.extend(rows),
                Err(refused) => return Err(conflict_error(records, before, &changes, refused).await),
            }
        }
        let keys: Vec<Value> = rows.into_iter().map(|row| row.key).collect();
        records.in_key_order(&keys, changed).map(WriteOutcome::of)
    }

    /// What columns become, with the sums of those that are added to: the rows are locked, so nothing comes between.
    fn with_sums(&self, records: &Records<'_>, before: &[Record]) -> Result<Vec<Vec<(usize, Value)>>> {
        let info = records.info;
        let (mut all, mut errors) = (Vec::with_capacity(self.rows.len()), Vec::new());
        for (position, (row, record)) in self.rows.iter().zip(before).enumerate() {
            let at = |error: FieldError| error.at(position);
            let one = std::slice::from_ref(record);
            if let Err(error) = transitions::check(records.ctx, info, one, &row.changes) {
                errors.extend(error.fields().iter().cloned().map(at));
            }
            let mut changes = row.changes.clone();
            for (index, number) in &row.increments {
                match increment::sum(&info.columns[*index], record, number) {
                    Ok(sum) => changes.push((*index, sum)),
                    Err(error) => errors.push(at(error)),
                }
            }
            changes.sort_by_key(|(index, _)| *index);
            all.push(changes);
        }
        if errors.is_empty() { Ok(all) } else { Err(Error::Validation(errors)) }
    }
}

/// What the database has refused, with the position of its row.
async fn conflict_error(
    records: &Records<'_>,
    before: &[Record],
    changes: &[Vec<(usize, Value)>],
    refused: DbError,
) -> Error {
    let info = records.info;
    let violated: Vec<usize> = match &refused {
        DbError::Unique(constraint) => {
            unique::violated(info, constraint).iter().map(|column| column.index).collect()
        }
        _ => Vec::new(),
    };
    let columns: ColumnSet = info.all();
    let (mut rows, mut positions) = (Vec::new(), Vec::new());
    for (position, (record, changes)) in before.iter().zip(changes).enumerate() {
        let changed = |(index, value): &(usize, Value)| record.get(*index) != value;
        // A row whose values under the rule stay what they are stands in nobody's way but its own.
        if !violated.is_empty() && !changes.iter().any(|cell| violated.contains(&cell.0) && changed(cell)) {
            continue;
        }
        let mut row = record.values().to_vec();
        for (index, value) in changes {
            row[*index] = value.clone();
        }
        rows.push(row);
        positions.push(position);
    }
    let batch = RowBatch { columns, rows: &rows };
    db_error::of_rows(records.ctx, info, batch, Some(&positions), refused).await
}
