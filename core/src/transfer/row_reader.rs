//! The rows of a file, one at a time, each with the line it begins on.

use std::io::{BufRead, BufReader, Read};

use csv::StringRecord;

use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{Error, FieldError, Result};
use crate::transfer::FileFormat;
use crate::types::{JsonStyle, Kind};
use crate::value::{Assignments, Value};

/// The longest line of JSON, in bytes: one row must fit in memory.
const MAX_LINE_BYTES: u64 = 64 * 1024 * 1024;

/// A row of a file.
pub(super) struct FileRow {
    /// The line it begins on; the first line is 1.
    pub(super) line: u64,
    /// Its values, and the errors of those that could not be read.
    pub(super) values: Assignments,
}

/// The rows of a file.
pub(super) enum RowReader<R> {
    Csv { reader: csv::Reader<R>, columns: Vec<usize>, record: StringRecord },
    Jsonl { reader: BufReader<R>, line: u64 },
}

impl<R: Read> RowReader<R> {
    /// Reads the header of the file.
    ///
    /// # Errors
    /// `BadRequest` when the field names of a CSV file are not the entity's.
    pub(super) fn open(info: &'static EntityInfo, format: FileFormat, file: R) -> Result<Self> {
        match format {
            FileFormat::Jsonl => Ok(Self::Jsonl { reader: BufReader::new(file), line: 0 }),
            FileFormat::Csv => {
                let mut reader = csv::Reader::from_reader(file);
                let headers = reader.headers().map_err(|error| unreadable(&error))?;
                let columns = columns(info, headers)?;
                Ok(Self::Csv { reader, columns, record: StringRecord::new() })
            }
        }
    }

    /// The next row; none at the end of the file.
    ///
    /// # Errors
    /// `BadRequest` when the rest of the file cannot be read. Errors of single values are in the row.
    pub(super) fn next(&mut self, info: &'static EntityInfo) -> Result<Option<FileRow>> {
        match self {
            Self::Csv { reader, columns, record } => {
                if !reader.read_record(record).map_err(|error| unreadable(&error))? {
                    return Ok(None);
                }
                let mut values = Assignments::new();
                for (index, cell) in columns.iter().zip(record.iter()) {
                    read_cell(&info.columns[*index], cell, &mut values);
                }
                let line = record.position().map_or(0, csv::Position::line);
                Ok(Some(FileRow { line, values }))
            }
            Self::Jsonl { reader, line } => loop {
                let Some(text) = next_line(reader, line)? else {
                    return Ok(None);
                };
                if !text.trim_ascii().is_empty() {
                    let values = read_object(info, &text);
                    return Ok(Some(FileRow { line: *line, values }));
                }
            },
        }
    }
}

/// The columns that the file's first line names.
fn columns(info: &'static EntityInfo, headers: &StringRecord) -> Result<Vec<usize>> {
    let mut columns = Vec::with_capacity(headers.len());
    for (position, header) in headers.iter().enumerate() {
        // Spreadsheets put a byte order mark before the first name.
        let name = match position {
            0 => header.trim_start_matches('\u{feff}'),
            _ => header,
        };
        let column = info.by_wire(name.trim()).ok_or_else(|| unknown_field(info, name))?;
        if columns.contains(&column.index) {
            return Err(Error::bad_request(format!("line 1: `{name}` is there twice")));
        }
        columns.push(column.index);
    }
    Ok(columns)
}

fn unknown_field(info: &EntityInfo, name: &str) -> Error {
    let names: Vec<_> = info.columns.iter().map(|column| column.wire).collect();
    Error::bad_request(format!(
        "line 1: {} has no field `{}`; its fields are {}",
        info.def.name,
        name.escape_debug(),
        names.join(", ")
    ))
}

/// An empty cell is NULL where NULL is allowed, an empty text where text is required, and else no value at all: the
/// default is used, the missing value reported, the key or time generated.
///
/// Computed fields are in an export but not in the table: they are ignored.
fn read_cell(column: &ColumnInfo, cell: &str, values: &mut Assignments) {
    if !column.is_stored() {
        return;
    }
    if cell.is_empty() {
        if column.nullable {
            values.set(column.index, Value::Null);
        } else if column.kind == Kind::Text {
            values.set(column.index, Value::Text(String::new()));
        }
        return;
    }
    match column.kind.decode_text(cell) {
        Ok(value) => values.set(column.index, value),
        Err(error) => values.fail(FieldError::new(column.wire, error.code, error.message)),
    }
}

fn read_object(info: &'static EntityInfo, text: &[u8]) -> Assignments {
    use serde_json::Value as Json;

    let mut values = Assignments::new();
    let object = match serde_json::from_slice::<Json>(text) {
        Ok(Json::Object(object)) => object,
        Ok(_) => {
            values.fail(FieldError::new("", "type", "must be a JSON object"));
            return values;
        }
        Err(error) => {
            let message = format!("is not JSON: {error}");
            values.fail(FieldError::new("", "json", message));
            return values;
        }
    };
    for (name, json) in object {
        let Some(column) = info.by_wire(&name) else {
            values.fail(FieldError::new(name, "unknown", "is not a field"));
            continue;
        };
        match json {
            // A key or time of null is generated, like a missing one.
            Json::Null if column.field.is_none() => {}
            Json::Null => values.set(column.index, Value::Null),
            json => match column.kind.decode_json(json, JsonStyle::Rest) {
                Ok(value) => values.set(column.index, value),
                Err(error) => values.fail(FieldError::new(column.wire, error.code, error.message)),
            },
        }
    }
    values
}

fn next_line(reader: &mut impl BufRead, line: &mut u64) -> Result<Option<Vec<u8>>> {
    let mut text = Vec::new();
    *line += 1;
    let length = reader
        .by_ref()
        .take(MAX_LINE_BYTES)
        .read_until(b'\n', &mut text)
        .map_err(|error| Error::bad_request(format!("line {line}: {error}")))?;
    if length as u64 == MAX_LINE_BYTES {
        return Err(Error::bad_request(format!("line {line} is longer than {MAX_LINE_BYTES} bytes")));
    }
    Ok((length > 0).then_some(text))
}

fn unreadable(error: &csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("has {len} cells; the first line has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "is not valid UTF-8".to_owned(),
        _ => error.to_string(),
    };
    Error::bad_request(format!("line {line}: {reason}"))
}
