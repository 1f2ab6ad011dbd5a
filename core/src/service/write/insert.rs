//! New rows: INSERTs, as few as possible.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::db::DbError;
use crate::entity::{EntityInfo, KeyKind, all_hold};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::service::unique::RowBatch;
use crate::service::write::authorize::Grant;
use crate::service::write::prepare::hash;
use crate::service::write::{Command, OnExisting, WriteOutcome, references, sequence, upsert};
use crate::service::{Records, db_error, validate};
use crate::sql::dml::{self, NewRows, OnConflict};
use crate::value::{Assignments, ColumnSet, Record, Value};

/// Values bound by one statement at most: below what either engine takes (SQLite 32,766, PostgreSQL 65,535).
const MAX_BOUND: usize = 30_000;

/// New rows, complete and checked.
#[derive(Debug)]
pub(super) struct Insert {
    chunks: Vec<Chunk>,
    indexed_errors: bool,
}

/// The rows of one statement.
#[derive(Debug)]
struct Chunk {
    /// The position of each row in the input.
    positions: Vec<usize>,
    columns: ColumnSet,
    rows: Vec<Vec<Value>>,
    on_conflict: Option<OnConflict>,
}

/// One complete row: the columns it sets, and their values in that order.
struct NewRow {
    columns: ColumnSet,
    values: Vec<Value>,
    on_conflict: Option<OnConflict>,
}

impl Records<'_> {
    /// Creates a row and returns every column of it.
    ///
    /// # Errors
    /// `Validation` with every broken rule, `Conflict` for a taken unique value or a missing relation target,
    /// `Unauthenticated` or `Forbidden` by policy.
    pub async fn create(&self, values: Assignments) -> Result<Record> {
        let rows = vec![values];
        let command = Command::Create { rows, on_existing: OnExisting::Fail, indexed_errors: false };
        self.write(command).await?.one()
    }

    /// Creates many rows, all or none, with as few statements as the number of bound values allows, and returns them in
    /// the order of the input.
    ///
    /// # Errors
    /// As [`Records::create`]; field names are prefixed with the row's position: `items.3.email`.
    pub async fn create_many(&self, rows: Vec<Assignments>) -> Result<Vec<Record>> {
        let command = Command::Create { rows, on_existing: OnExisting::Fail, indexed_errors: true };
        Ok(self.write(command).await?.rows)
    }
}

impl NewRow {
    fn get(&self, column: usize) -> Option<&Value> {
        self.columns.iter().position(|index| index == column).map(|position| &self.values[position])
    }
}

impl Insert {
    pub(super) async fn prepare(
        records: &Records<'_>,
        rows: Vec<Assignments>,
        on_existing: &OnExisting,
        indexed_errors: bool,
    ) -> Result<Self> {
        let now = records.ctx.now();
        let mut insert = Self { chunks: Vec::with_capacity(1), indexed_errors };
        let (mut errors, mut repeats) = (Vec::new(), upsert::Repeats::default());
        for (position, row) in rows.into_iter().enumerate() {
            match complete(records, row, on_existing, now).await {
                Ok(row) => {
                    let repeated = repeats.of(records.info, on_existing, position, |index| row.get(index));
                    errors.extend(repeated.into_iter().map(|error| error.at(position)));
                    insert.add(records.info, position, row);
                }
                Err(Error::Validation(broken)) if indexed_errors => {
                    errors.extend(broken.into_iter().map(|error| error.at(position)));
                }
                Err(error) => return Err(error),
            }
        }
        if !errors.is_empty() {
            return Err(Error::Validation(errors));
        }
        Ok(insert)
    }

    /// RowBatch of one shape go together, as many as one statement takes.
    ///
    /// New rows keep their order, in which they get their keys and may refer to each other: only neighbours share a
    /// together. RowBatch to be found by their values come in many shapes, by which fields they give, and in any order.
    fn add(&mut self, info: &EntityInfo, position: usize, row: NewRow) {
        let NewRow { columns, values, on_conflict } = row;
        let same_shape = |chunk: &&mut Chunk| (chunk.columns, chunk.on_conflict) == (columns, on_conflict);
        let chunk = match on_conflict {
            Some(_) if !info.is_self_referencing() => self.chunks.iter_mut().rev().find(same_shape),
            _ => self.chunks.last_mut().filter(same_shape),
        };
        if let Some(chunk) = chunk
            && (chunk.rows.len() + 1) * values.len() <= MAX_BOUND
        {
            chunk.positions.push(position);
            chunk.rows.push(values);
            return;
        }
        self.chunks.push(Chunk { positions: vec![position], columns, rows: vec![values], on_conflict });
    }

    pub(super) fn statements(&self) -> usize {
        self.chunks.len()
    }

    /// Rejects rows that the principal may not create, as far as their values decide that.
    pub(super) fn check(&self, records: &Records<'_>, grant: &Grant) -> Result<()> {
        match self.allowed(grant) {
            Some(false) => Err(records.info.refused(Action::Create, records.ctx)),
            Some(true) | None => Ok(()),
        }
    }

    /// Whether every row may be created, as far as the values decide that.
    fn allowed(&self, grant: &Grant) -> Option<bool> {
        let rows = self.chunks.iter().flat_map(|chunk| chunk.rows.iter().map(|row| (chunk.columns, row)));
        all_hold(rows.map(|(columns, row)| {
            let value = |index| Some(&row[columns.iter().position(|column| column == index)?]);
            grant.allows_new(&value)
        }))
    }

    /// Whether the database must be queried about the rows, their numbers, or those they refer to.
    pub(super) fn needs_lookup(&self, records: &Records<'_>, grant: &Grant) -> bool {
        sequence::numbers(records.info) || self.may_refer_to_hidden(records) || self.allowed(grant).is_none()
    }

    /// Whether a reference to a row that may be hidden is set.
    fn may_refer_to_hidden(&self, records: &Records<'_>) -> bool {
        self.chunks
            .iter()
            .any(|chunk| chunk.columns.iter().any(|column| references::target_may_be_hidden(records, column)))
    }

    pub(super) async fn run(&self, records: &Records<'_>) -> Result<WriteOutcome> {
        if self.may_refer_to_hidden(records) {
            let values = self.chunks.iter().flat_map(Chunk::cells);
            references::check(records, values, self.indexed_errors).await?;
        }
        let mut inserted = Vec::with_capacity(self.chunks.iter().map(|chunk| chunk.rows.len()).sum());
        for chunk in &self.chunks {
            let numbered = records.numbered(chunk.columns, &chunk.rows).await?;
            let numbered = numbered.map(|(columns, rows)| Chunk {
                positions: chunk.positions.clone(),
                columns,
                rows,
                on_conflict: chunk.on_conflict,
            });
            let chunk = numbered.as_ref().unwrap_or(chunk);
            match chunk
                .run(records, self.indexed_errors || db_error::may_be_hidden(records.info, records.ctx))
                .await
            {
                Ok(rows) if rows.len() < chunk.expected_rows() => {
                    return Err(upsert::key_of_deleted_row(records.info));
                }
                Ok(rows) => inserted.extend(chunk.positions.iter().copied().zip(rows)),
                Err(refused) => return Err(self.conflict_error(records, chunk, refused).await),
            }
        }
        if self.chunks.len() > 1 {
            inserted.sort_by_key(|(position, _)| *position);
        }
        Ok(WriteOutcome::of(inserted.into_iter().map(|(_, row)| row).collect()))
    }

    async fn conflict_error(&self, records: &Records<'_>, chunk: &Chunk, refused: DbError) -> Error {
        let rows = RowBatch { columns: chunk.columns, rows: &chunk.rows };
        let positions = self.indexed_errors.then_some(chunk.positions.as_slice());
        db_error::of_rows(records.ctx, records.info, rows, positions, refused).await
    }
}

impl Chunk {
    /// How many rows must be returned: all, unless existing rows are ignored.
    fn expected_rows(&self) -> usize {
        match self.on_conflict {
            Some(OnConflict { change: None, .. }) => 0,
            _ => self.rows.len(),
        }
    }

    /// Every value with the position of its row and its column.
    fn cells(&self) -> impl Iterator<Item = (usize, usize, &Value)> {
        self.positions.iter().zip(&self.rows).flat_map(move |(position, row)| {
            self.columns.iter().zip(row).map(move |(column, value)| (*position, column, value))
        })
    }

    async fn run(&self, records: &Records<'_>, needs_lookup: bool) -> Result<Vec<Record>, DbError> {
        let new = NewRows { columns: self.columns, rows: &self.rows, on_conflict: self.on_conflict };
        let (statement, layout) = dml::insert(records.info, records.dialect(), new);
        let executor = records.ctx.executor();
        // The conflicting row is found by a query, which a failed transaction does not allow.
        if needs_lookup {
            executor.attempt(statement, &layout).await
        } else {
            executor.write(statement, &layout).await
        }
    }
}

/// Completes and checks a new row: defaults, hashes, key and times.
async fn complete(
    records: &Records<'_>,
    values: Assignments,
    on_existing: &OnExisting,
    now: DateTime<Utc>,
) -> Result<NewRow> {
    let info = records.info;
    let input_columns = values.columns();
    let mut values = validate::new_row(info, values, now)?;
    if info.def.key == KeyKind::Uuid && values.get(0).is_none() {
        values.set(0, Value::Uuid(Uuid::now_v7()));
    }
    for stamp in info.created_at().into_iter().chain(info.updated_at()) {
        if values.get(stamp).is_none() {
            values.set(stamp, Value::DateTime(now));
        }
    }
    let on_conflict = upsert::on_conflict(info, on_existing, input_columns, &values)?;
    hash(values.iter_mut().map(|(_, value)| value), records.ctx.password_cost()).await?;
    let (columns, values) = values.into_row();
    Ok(NewRow { columns, values, on_conflict })
}
