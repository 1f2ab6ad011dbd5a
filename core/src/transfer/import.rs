//! Reading a file into an entity: all of it, or nothing.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::entity::{Condition, Op};
use crate::error::{self, Error, FieldError, MAX_LISTED, MORE, Result};
use crate::query::{ListQuery, PageArgs};
use crate::service::Records;
use crate::transfer::progress::CountingReader;
use crate::transfer::row_reader::{FileRow, RowReader};
use crate::transfer::{FileFormat, Progress};
use crate::value::{Assignments, Value};

/// Rows of one statement.
const BATCH: usize = 500;

/// Reads a file into an entity in one transaction and returns how many rows there were.
///
/// Columns are named as in REST; `id`, `created_at` and `updated_at` may be among them and are stored as they are, and
/// later keys continue after the greatest one. A row may refer to a row of the same entity that comes later in the file.
/// `progress` advances by the bytes read.
///
/// # Errors
/// `Validation` or `Conflict` with the file's line before each field (`line 7001: email`), `BadRequest` for a file
/// that cannot be read; nothing is imported then.
pub async fn import(
    ctx: &Ctx,
    info: &'static EntityInfo,
    path: &Path,
    format: FileFormat,
    progress: impl Progress,
) -> Result<u64> {
    let path = path.to_owned();
    let import = Import { info, path, format, progress };
    ctx.transaction(move |ctx| async move { import.run(&ctx).await }).await
}

struct Import<P> {
    info: &'static EntityInfo,
    path: PathBuf,
    format: FileFormat,
    progress: P,
}

impl<P: Progress> Import<P> {
    async fn run(&self, ctx: &Ctx) -> Result<u64> {
        let records = Records::new(ctx, self.info);
        let is_self_referencing = self.info.is_self_referencing();
        if is_self_referencing {
            records.defer_references().await?;
        }
        let mut reader = self.open(&self.progress)?;
        let (mut count, mut has_keys, mut errors) = (0, false, Vec::new());
        loop {
            let batch = read_batch(self.info, &mut reader)?;
            if batch.is_empty() {
                break;
            }
            count += batch.len() as u64;
            has_keys |= batch.iter().any(|row| row.values.get(0).is_some());
            // After the first invalid row the rest is read only to report further errors; its savepoints are rolled
            // back with the transaction.
            match self.insert(ctx, batch).await {
                Ok(()) => {}
                Err(Error::Validation(invalid)) => errors.extend(invalid),
                Err(error) if errors.is_empty() => return Err(error),
                Err(_) => break,
            }
            if errors.len() > MAX_LISTED {
                return Err(Error::Validation(listed(&errors)));
            }
        }
        if !errors.is_empty() {
            return Err(Error::Validation(error::listed(&errors, MAX_LISTED)));
        }
        if is_self_referencing {
            self.check_references(&records).await?;
        }
        if has_keys {
            records.continue_keys().await?;
        }
        self.progress.finish();
        Ok(count)
    }

    fn open<'p, Q: Progress>(&self, progress: &'p Q) -> Result<RowReader<CountingReader<'p, File, Q>>> {
        let file = File::open(&self.path)
            .map_err(|error| Error::bad_request(format!("{}: {error}", self.path.display())))?;
        if let Ok(metadata) = file.metadata() {
            progress.start(metadata.len());
        }
        RowReader::open(self.info, self.format, CountingReader { reader: file, progress })
    }

    /// Writes a batch in a savepoint. Where the error does not name the row, the rows are inserted one by one to find it.
    async fn insert(&self, ctx: &Ctx, batch: Vec<FileRow>) -> Result<()> {
        let (lines, rows): (Vec<u64>, Vec<Assignments>) =
            batch.into_iter().map(|row| (row.line, row.values)).unzip();
        match create(ctx, self.info, rows.clone()).await {
            Err(Error::Conflict(errors)) if all_name_rows(&errors) => {
                return Err(Error::Conflict(error::listed(&at_lines(errors, &lines), MAX_LISTED)));
            }
            Err(Error::Validation(errors)) if all_name_rows(&errors) => {
                return Err(Error::Validation(at_lines(errors, &lines)));
            }
            Err(Error::Conflict(_) | Error::Validation(_)) => {}
            Err(error) => return Err(error),
            Ok(()) => return Ok(()),
        }
        for (line, row) in lines.iter().zip(rows) {
            create(ctx, self.info, vec![row]).await.map_err(|error| match error {
                Error::Conflict(errors) => Error::Conflict(at_lines(errors, &[*line])),
                Error::Validation(errors) => Error::Validation(at_lines(errors, &[*line])),
                error => error,
            })?;
        }
        Ok(())
    }

    /// Checks that every reference has a target, now that all rows are inserted. A database would check it at the commit, but
    /// not report where.
    async fn check_references(&self, records: &Records<'_>) -> Result<()> {
        for column in &self.info.columns {
            let relation = column.relation();
            // Rows may refer to one that was soft-deleted later; the service has checked the new ones.
            if relation.is_none_or(|relation| (relation.target)().soft_delete) {
                continue;
            }
            let dangling = Condition::All(vec![
                Condition::column(column.index, Op::IsNull(false)),
                Condition::Not(Box::new(Condition::ToOne {
                    index: column.index,
                    matches: Box::new(Condition::TRUE),
                })),
            ]);
            let mut query = ListQuery::new([0, column.index].into_iter().collect());
            query.filter = dangling;
            query.page = PageArgs::first(1);
            if let Some(row) = records.list(&query).await?.items.first() {
                let target = row.get(column.index);
                let field = match self.line_of(column.index, target)? {
                    Some(line) => format!("line {line}: {}", column.wire),
                    None => column.wire.to_owned(),
                };
                let message = format!("{target} does not exist");
                return Err(Error::Conflict(vec![FieldError::new(field, "reference", message)]));
            }
        }
        Ok(())
    }

    /// The first line that holds the value: found by reading the file again, so that no lines are held in memory.
    fn line_of(&self, column: usize, value: &Value) -> Result<Option<u64>> {
        let mut reader = self.open(&())?;
        while let Some(row) = reader.next(self.info)? {
            if row.values.get(column) == Some(value) {
                return Ok(Some(row.line));
            }
        }
        Ok(None)
    }
}

/// As many errors as an answer lists, when the file was not read to its end.
fn listed(errors: &[FieldError]) -> Vec<FieldError> {
    let mut listed = error::listed(&errors[..MAX_LISTED - 1], MAX_LISTED);
    listed.push(FieldError::new("", MORE, "more errors are not listed; the file was read no further"));
    listed
}

fn read_batch<R: Read>(info: &'static EntityInfo, reader: &mut RowReader<R>) -> Result<Vec<FileRow>> {
    let mut batch = Vec::with_capacity(BATCH);
    while batch.len() < BATCH {
        match reader.next(info)? {
            Some(row) => batch.push(row),
            None => break,
        }
    }
    Ok(batch)
}

async fn create(ctx: &Ctx, info: &'static EntityInfo, rows: Vec<Assignments>) -> Result<()> {
    ctx.transaction(move |ctx| async move { Records::new(&ctx, info).create_many(rows).await.map(drop) })
        .await
}

/// The row and field of an error of many rows: `items.3.email` is row 3, `email`.
fn row_of(error: &FieldError) -> Option<(usize, &str)> {
    let rest = error.field.strip_prefix("items.")?;
    let (row, field) = rest.split_once('.').unwrap_or((rest, ""));
    Some((row.parse().ok()?, field))
}

fn all_name_rows(errors: &[FieldError]) -> bool {
    errors.iter().all(|error| row_of(error).is_some())
}

fn at_lines(errors: Vec<FieldError>, lines: &[u64]) -> Vec<FieldError> {
    let field_at_line = |error: &FieldError| {
        let (row, field) = row_of(error).unwrap_or((0, &error.field));
        let line = lines.get(row).or(lines.first()).copied().unwrap_or_default();
        match field {
            "" => format!("line {line}"),
            field => format!("line {line}: {field}"),
        }
    };
    errors.into_iter().map(|error| FieldError { field: field_at_line(&error).into(), ..error }).collect()
}
