//! Reading a file into an entity: all of it, or nothing.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Cursor, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::entity::{Condition, Op, Surface};
use crate::error::{self, Error, FieldError, MAX_LISTED, MORE, Result};
use crate::query::{ListQuery, PageArgs};
use crate::service::{InputForm, Records};
use crate::transfer::progress::CountingReader;
use crate::transfer::row_reader::{FileRow, RowReader, Taken};
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
    let file = ImportedFile::Path(path.to_owned());
    import_rows(ctx, info, file, format, RowsOf::Application, progress).await
}

/// Reads a file, whoever sends it, into an entity in one transaction and returns how many rows there were.
///
/// # Errors
/// As [`import`]; fields of a client's rows are `rows.17.title`.
pub(crate) async fn import_rows(
    ctx: &Ctx,
    info: &'static EntityInfo,
    file: ImportedFile,
    format: FileFormat,
    rows: RowsOf,
    progress: impl Progress,
) -> Result<u64> {
    let import = Import { info, file, format, rows, progress };
    ctx.transaction(move |ctx| async move { import.run(&ctx).await }).await
}

/// A row that cannot be imported, and why.
#[cfg(feature = "admin")]
#[derive(Debug)]
pub(crate) struct RefusedRow {
    /// The first row is 0.
    pub(crate) row: u64,
    /// The line it begins on; the first line is 1.
    pub(crate) line: u64,
    pub(crate) errors: Vec<FieldError>,
}

/// Reads a file as [`import_rows`] does and keeps nothing: how many rows there are, and which of them would be refused. Rows are judged as
/// they are after those before them that are not.
///
/// # Errors
/// `BadRequest` for a file that cannot be read to its end.
#[cfg(feature = "admin")]
pub(crate) async fn try_rows(
    ctx: &Ctx,
    info: &'static EntityInfo,
    file: ImportedFile,
    format: FileFormat,
    rows: RowsOf,
) -> Result<(u64, Vec<RefusedRow>)> {
    let import = Import { info, file, format, rows, progress: () };
    Box::pin(ctx.dry_run(|ctx| async move { import.try_each(&ctx).await })).await
}

/// Whose rows a file holds.
#[derive(Debug, Clone)]
#[cfg_attr(not(any(feature = "rest", feature = "admin")), allow(dead_code))]
pub(crate) enum RowsOf {
    /// The application's own: keys and times are kept as they are, and rows may refer to later ones.
    Application,
    /// A client's: with the fields that it may send to create rows. Those that are there already under the unique rule of some columns
    /// are changed.
    Client { surface: Surface, upsert: Option<Vec<usize>> },
}

/// Where a file is.
#[derive(Debug)]
pub(crate) enum ImportedFile {
    Path(PathBuf),
    /// One that has no name.
    #[cfg_attr(not(feature = "rest"), allow(dead_code))]
    Open(File),
    /// One that is in memory.
    #[cfg_attr(not(feature = "admin"), allow(dead_code))]
    Text(Arc<[u8]>),
}

impl ImportedFile {
    /// The file from its start, and its length.
    fn open(&self) -> Result<(Box<dyn Read + Send>, Option<u64>)> {
        let file = match self {
            Self::Path(path) => File::open(path)
                .map_err(|error| Error::bad_request(format!("{}: {error}", path.display())))?,
            Self::Open(file) => {
                let mut file = file.try_clone().map_err(Error::internal)?;
                file.rewind().map_err(Error::internal)?;
                file
            }
            Self::Text(text) => {
                return Ok((Box::new(Cursor::new(Arc::clone(text))), Some(text.len() as u64)));
            }
        };
        let length = file.metadata().ok().map(|metadata| metadata.len());
        Ok((Box::new(file), length))
    }
}

struct Import<P> {
    info: &'static EntityInfo,
    file: ImportedFile,
    format: FileFormat,
    rows: RowsOf,
    progress: P,
}

/// Where in a file a row stands.
#[derive(Debug, Clone, Copy)]
struct RowPlace {
    /// The first line is 1.
    line: u64,
    /// The first row is 0.
    row: u64,
}

impl<P: Progress> Import<P> {
    async fn run(&self, ctx: &Ctx) -> Result<u64> {
        let records = Records::new(ctx, self.info);
        let is_self_referencing = self.info.is_self_referencing() && self.is_of_application();
        if is_self_referencing {
            records.defer_references().await?;
        }
        let taken = self.taken(ctx);
        let mut batches = Batches { reader: self.open(taken, &self.progress)?, taken, next: None };
        let (mut count, mut has_keys, mut errors) = (0, false, Vec::new());
        loop {
            let batch = batches.read(self.upsert())?;
            if batch.is_empty() {
                break;
            }
            let first = count;
            count += batch.len() as u64;
            has_keys |= batch.iter().any(|row| row.values.get(0).is_some());
            // After the first invalid row the rest is read only to report further errors; its savepoints are rolled
            // back with the transaction.
            match self.insert(ctx, first, batch).await {
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

    /// The rows that are refused, and how many there are in all.
    #[cfg(feature = "admin")]
    async fn try_each(&self, ctx: &Ctx) -> Result<(u64, Vec<RefusedRow>)> {
        let taken = self.taken(ctx);
        let mut batches = Batches { reader: self.open(taken, &())?, taken, next: None };
        let (mut count, mut refused) = (0, Vec::new());
        loop {
            let batch = batches.read(self.upsert())?;
            if batch.is_empty() {
                return Ok((count, refused));
            }
            let first = count;
            count += batch.len() as u64;
            let rows = batch.iter().map(|row| row.values.clone()).collect();
            match self.write(ctx, rows).await {
                Ok(()) => continue,
                Err(error) if error.status() >= 500 => return Err(error),
                Err(_) => {}
            }
            for (row, FileRow { line, values }) in (first..).zip(batch) {
                let Err(error) = self.write(ctx, vec![values]).await else { continue };
                if error.status() >= 500 {
                    return Err(error);
                }
                let errors = match error.fields() {
                    [] => vec![FieldError::new("", error.code(), error.to_string())],
                    errors => errors.iter().map(of_one_row).collect(),
                };
                refused.push(RefusedRow { row, line, errors });
            }
        }
    }

    fn is_of_application(&self) -> bool {
        matches!(self.rows, RowsOf::Application)
    }

    fn upsert(&self) -> Option<&[usize]> {
        match &self.rows {
            RowsOf::Application => None,
            RowsOf::Client { upsert, .. } => upsert.as_deref(),
        }
    }

    fn taken<'c>(&self, ctx: &'c Ctx) -> Taken<'c> {
        match self.rows {
            RowsOf::Application => Taken::Stored(self.info),
            RowsOf::Client { surface, .. } => {
                Taken::Form(self.info, InputForm::create(self.info, surface).asked_by(ctx))
            }
        }
    }

    fn open<'p, Q: Progress>(
        &self,
        taken: Taken<'_>,
        progress: &'p Q,
    ) -> Result<RowReader<CountingReader<'p, Box<dyn Read + Send>, Q>>> {
        let (file, length) = self.file.open()?;
        if let Some(length) = length {
            progress.start(length);
        }
        RowReader::open(taken, self.format, CountingReader { reader: file, progress })
    }

    /// Writes a batch in a savepoint. Where the error does not name the row, the rows are inserted one by one to find it.
    async fn insert(&self, ctx: &Ctx, first: u64, batch: Vec<FileRow>) -> Result<()> {
        let (lines, rows): (Vec<u64>, Vec<Assignments>) =
            batch.into_iter().map(|row| (row.line, row.values)).unzip();
        let places: Vec<RowPlace> = (first..).zip(lines).map(|(row, line)| RowPlace { line, row }).collect();
        match self.write(ctx, rows.clone()).await {
            Err(Error::Conflict(errors)) if all_name_rows(&errors) => {
                return Err(Error::Conflict(error::listed(&self.placed(errors, &places), MAX_LISTED)));
            }
            Err(Error::Validation(errors)) if all_name_rows(&errors) => {
                return Err(Error::Validation(self.placed(errors, &places)));
            }
            Err(Error::ForbiddenFields(errors)) => {
                return Err(Error::ForbiddenFields(self.placed(errors, &places)));
            }
            Err(Error::Conflict(_) | Error::Validation(_)) => {}
            Err(error) => return Err(error),
            Ok(()) => return Ok(()),
        }
        for (place, row) in places.iter().zip(rows) {
            self.write(ctx, vec![row]).await.map_err(|error| match error {
                Error::Conflict(errors) => Error::Conflict(self.placed(errors, &[*place])),
                Error::Validation(errors) => Error::Validation(self.placed(errors, &[*place])),
                error => error,
            })?;
        }
        Ok(())
    }

    async fn write(&self, ctx: &Ctx, rows: Vec<Assignments>) -> Result<()> {
        let (info, upsert) = (self.info, self.upsert().map(<[usize]>::to_vec));
        let write = move |ctx: Ctx| async move {
            let records = Records::new(&ctx, info);
            match upsert {
                None => records.create_many(rows).await,
                Some(by) => records.upsert_many(&by, rows).await,
            }
            .map(drop)
        };
        ctx.transaction(write).await
    }

    /// Errors of rows, which name the rows as whoever sent them finds them.
    fn placed(&self, errors: Vec<FieldError>, places: &[RowPlace]) -> Vec<FieldError> {
        let of_application = self.is_of_application();
        let placed = |error: FieldError| {
            let (row, field) = row_of(&error).unwrap_or((0, &error.field));
            let Some(RowPlace { line, row }) = places.get(row).or(places.first()) else { return error };
            if of_application {
                let field = match field {
                    "" => format!("line {line}"),
                    field => format!("line {line}: {field}"),
                };
                return FieldError { field: field.into(), ..error };
            }
            let field = match field {
                "" => format!("rows.{row}"),
                field => format!("rows.{row}.{field}"),
            };
            FieldError {
                field: field.into(),
                message: format!("{} (line {line})", error.message).into(),
                ..error
            }
        };
        errors.into_iter().map(placed).collect()
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
        let taken = Taken::Stored(self.info);
        let mut reader = self.open(taken, &())?;
        while let Some(row) = reader.next(taken)? {
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

/// The rows of a file, as many at a time as one statement takes.
struct Batches<'c, R> {
    reader: RowReader<R>,
    taken: Taken<'c>,
    /// A row that was read and belongs to the next batch.
    next: Option<FileRow>,
}

impl<R: Read> Batches<'_, R> {
    /// The next rows. Of rows that are the same under the rule of an upsert each is in a batch of its own, so that the later one
    /// changes what the earlier one made.
    fn read(&mut self, upsert: Option<&[usize]>) -> Result<Vec<FileRow>> {
        let mut batch: Vec<FileRow> = Vec::with_capacity(BATCH);
        let mut keys = HashSet::new();
        while batch.len() < BATCH {
            let next = match self.next.take() {
                Some(row) => Some(row),
                None => self.reader.next(self.taken)?,
            };
            let Some(row) = next else { break };
            if let Some(by) = upsert {
                let key: Vec<Option<String>> =
                    by.iter().map(|column| row.values.get(*column).map(Value::to_text)).collect();
                if !keys.insert(key) {
                    self.next = Some(row);
                    break;
                }
            }
            batch.push(row);
        }
        Ok(batch)
    }
}

/// The row and field of an error of many rows: `items.3.email` is row 3, `email`.
fn row_of(error: &FieldError) -> Option<(usize, &str)> {
    let rest = error.field.strip_prefix("items.")?;
    let (row, field) = rest.split_once('.').unwrap_or((rest, ""));
    Some((row.parse().ok()?, field))
}

/// The error of a row that was written by itself, without its place.
#[cfg(feature = "admin")]
fn of_one_row(error: &FieldError) -> FieldError {
    let field = row_of(error).map_or(&*error.field, |(_, field)| field).to_owned();
    FieldError { field: field.into(), ..error.clone() }
}

fn all_name_rows(errors: &[FieldError]) -> bool {
    errors.iter().all(|error| row_of(error).is_some())
}
