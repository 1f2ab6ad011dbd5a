//! Writes of several entities in one transaction: all or none.

use std::sync::Arc;

use crate::ctx::Ctx;
use crate::db::Isolation;
use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{ApplicationError, Error, FieldError, Result};
use crate::service::records::UnboundRecords;
use crate::service::{Operation, Records, Written, nested};
use crate::types::Kind;
use crate::value::{Assignments, Record, Value};

/// Operations of one batch at most.
pub(crate) const MAX_OPERATIONS: usize = 1_000;

/// One write of a batch.
#[derive(Debug, Clone)]
pub(crate) struct BatchOperation {
    records: UnboundRecords,
    write: BatchWrite,
    /// Columns that get the key of a row that an earlier operation creates, with that operation's position.
    references: Vec<(usize, usize)>,
}

impl BatchOperation {
    pub(crate) fn new(records: Records<'_>, write: BatchWrite, references: Vec<(usize, usize)>) -> Self {
        Self { records: records.unbound(), write, references }
    }

    /// The entity.
    pub(crate) fn info(&self) -> &'static EntityInfo {
        self.records.info
    }
}

/// What it does.
#[derive(Debug, Clone)]
pub(crate) enum BatchWrite {
    Create(Assignments),
    /// Rows that exist are found by the columns of a unique rule.
    Upsert(Vec<usize>, Assignments),
    Update(Value, Option<i64>, Assignments),
    Delete(Value, Option<i64>),
}

impl BatchWrite {
    /// Whether it can be one statement with another one: a new row with new rows, an upsert with those by the same rule.
    fn joins(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Create(_), Self::Create(_)) => true,
            (Self::Upsert(by, _), Self::Upsert(other, _)) => by == other,
            _ => false,
        }
    }

    /// The values of a row that may be new.
    fn new_row(&self) -> Option<&Assignments> {
        match self {
            Self::Create(values) | Self::Upsert(_, values) => Some(values),
            Self::Update(..) | Self::Delete(..) => None,
        }
    }

    fn values(&self) -> Option<&Assignments> {
        match self {
            Self::Update(_, _, values) => Some(values),
            other => other.new_row(),
        }
    }
}

/// Runs the operations in their order. Answers the rows as they are now, and nothing for those that were deleted.
///
/// # Errors
/// Those of each operation, after which nothing is kept; they name its place: `operations.1.values.name`. What can be said
/// without the database is said of all operations at once.
pub(crate) async fn run(ctx: &Ctx, operations: Vec<BatchOperation>) -> Result<Vec<Option<Record>>> {
    let broken = broken_rules(ctx, operations.iter().enumerate())?;
    if !broken.is_empty() {
        return Err(Error::Validation(broken));
    }
    // Runs again after a conflict.
    let operations = Arc::new(operations);
    let work = move |ctx: Ctx| {
        let operations = Arc::clone(&operations);
        async move { perform(&ctx, &operations).await }
    };
    ctx.transaction_with_retry(Isolation::default(), work).await
}

/// The rules that the values of operations break, as far as that is known without the database.
pub(crate) fn broken_rules<'o>(
    ctx: &Ctx,
    operations: impl Iterator<Item = (usize, &'o BatchOperation)>,
) -> Result<Vec<FieldError>> {
    let mut errors = Vec::new();
    // Operations without related rows have a limit of their own.
    let (mut rows, most) = (0, ctx.nested_limits().rows);
    for (position, operation) in operations {
        let (info, references) = (operation.info(), &operation.references);
        let Some(values) = operation.write.values() else { continue };
        let values = with_keys(info, values, references, |column, _| placeholder(column));
        let creates = operation.write.new_row().is_some();
        let (broken, of_operation) =
            nested::broken_rules(ctx, info, &values, creates).map_err(|error| at(error, position))?;
        if let Error::Validation(broken) = at(Error::Validation(broken), position) {
            errors.extend(broken);
        }
        let before = rows;
        rows += if values.related().is_some() { of_operation } else { 0 };
        if rows > most && before <= most {
            let message = format!("a batch writes at most {most} rows with related rows; send fewer at once");
            errors.push(FieldError::new(format!("operations.{position}"), "too_many", message));
        }
    }
    Ok(errors)
}

/// The values, with those of columns that refer to other rows of the batch.
fn with_keys(
    info: &'static EntityInfo,
    values: &Assignments,
    references: &[(usize, usize)],
    key: impl Fn(&ColumnInfo, usize) -> Value,
) -> Assignments {
    let mut values = values.clone();
    for (column, operation) in references {
        values.set(*column, key(&info.columns[*column], *operation));
    }
    values
}

/// A key of the column's type.
fn placeholder(column: &ColumnInfo) -> Value {
    match column.kind {
        Kind::Uuid => Value::Uuid(uuid::Uuid::nil()),
        _ => Value::Int(0),
    }
}

async fn perform(ctx: &Ctx, operations: &[BatchOperation]) -> Result<Vec<Option<Record>>> {
    let mut rows: Vec<Option<Record>> = Vec::with_capacity(operations.len());
    let mut rest = operations;
    while let Some(first) = rest.first() {
        let start = rows.len();
        let run = run_of_new_rows(rest, start);
        let (now, later) = rest.split_at(run.max(1));
        rest = later;
        let records = first.records.bind(ctx);
        let values = |operation: &BatchOperation, values: &Assignments| {
            let key = |_: &ColumnInfo, earlier: usize| {
                rows.get(earlier).and_then(Option::as_ref).map_or(Value::Null, |row| row.key().clone())
            };
            with_keys(operation.info(), values, &operation.references, key)
        };
        match &first.write {
            BatchWrite::Create(_) | BatchWrite::Upsert(..) => {
                let new = now
                    .iter()
                    .filter_map(|operation| Some(values(operation, operation.write.new_row()?)))
                    .collect();
                let written = match &first.write {
                    BatchWrite::Upsert(by, _) => records.upsert_many(by, new).await,
                    _ => records.create_many(new).await,
                };
                rows.extend(written.map_err(|error| of_run(error, start))?.into_iter().map(Some));
            }
            BatchWrite::Update(key, version, changes) => {
                let operation = Operation::Update {
                    key: key.clone(),
                    expected: (*version).into(),
                    values: values(first, changes),
                };
                let changed = operation.run(records).await.and_then(Written::rows);
                let changed = changed.map_err(|error| at(error, start))?;
                rows.push(changed.into_iter().next());
            }
            BatchWrite::Delete(key, version) => {
                Operation::Delete { key: key.clone(), expected: (*version).into() }
                    .run(records)
                    .await
                    .map_err(|error| at(error, start))?;
                rows.push(None);
            }
        }
    }
    Ok(rows)
}

/// How many of the next operations make rows of one entity without referring to each other: those are one statement.
fn run_of_new_rows(operations: &[BatchOperation], start: usize) -> usize {
    let Some(first) = operations.first() else { return 0 };
    let joins = |operation: &&BatchOperation| {
        operation.write.joins(&first.write)
            && std::ptr::eq(operation.info(), first.info())
            && operation.references.iter().all(|(_, earlier)| *earlier < start)
    };
    operations.iter().take_while(joins).count()
}

/// The error of new rows, from this position on: `items.1.name` is `operations.4.values.name`.
fn of_run(error: Error, start: usize) -> Error {
    if error.fields().is_empty() {
        return at(error, start);
    }
    error.map_fields(|error| {
        let place = error.field.strip_prefix("items.").and_then(|rest| {
            let (position, field) = rest.split_once('.').unwrap_or((rest, ""));
            Some((position.parse::<usize>().ok()?, field))
        });
        let field = match place {
            Some((position, "")) => format!("operations.{}", start + position),
            Some((position, field)) => format!("operations.{}.values.{field}", start + position),
            None => format!("operations.{start}"),
        };
        FieldError { field: field.into(), ..error }
    })
}

/// The error of one operation, with its place.
fn at(error: Error, position: usize) -> Error {
    let place = format!("operations.{position}");
    match error {
        Error::BadRequest(_)
        | Error::Unauthenticated
        | Error::Forbidden
        | Error::NotFound(_)
        | Error::VersionMismatch
        | Error::VersionRequired => {
            ApplicationError::new(error.status(), error.code(), error.to_string()).on(place).into()
        }
        error => error.map_fields(|error| {
            let field = match &*error.field {
                "" => place.clone(),
                field => format!("{place}.values.{field}"),
            };
            FieldError { field: field.into(), ..error }
        }),
    }
}
