//! The rows of a file, one at a time, each with the line it begins on.

use std::io::{BufReader, Read};

use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{Error, FieldError, Result};
use crate::service::InputForm;
use crate::transfer::FileFormat;
use crate::transfer::csv_reader::{Cell, CsvReader};
use crate::transfer::line_ends;
use crate::types::{CodecError, JsonStyle, Kind, shorten, strict_json};
use crate::value::{Assignments, Value};

/// The longest line of JSON, in bytes: one row must fit in memory.
const MAX_LINE_BYTES: usize = 64 * 1024 * 1024;

/// A row of a file.
pub(super) struct FileRow {
    /// The line it begins on; the first line is 1.
    pub(super) line: u64,
    /// Its values, and the errors of those that could not be read.
    pub(super) values: Assignments,
}

/// What a row may hold.
#[derive(Clone, Copy)]
pub(super) enum Taken<'c> {
    /// All that is stored.
    Stored(&'static EntityInfo),
    /// What a client may send.
    Form(&'static EntityInfo, InputForm<'c>),
}

impl Taken<'_> {
    fn info(self) -> &'static EntityInfo {
        match self {
            Self::Stored(info) | Self::Form(info, _) => info,
        }
    }
}

/// The rows of a file.
pub(super) enum RowReader<R> {
    Csv { reader: CsvReader<R>, columns: Vec<usize> },
    Jsonl { bytes: line_ends::Bytes<BufReader<R>> },
}

impl<R: Read> RowReader<R> {
    /// Reads the header of the file.
    ///
    /// # Errors
    /// `BadRequest` when the field names of a CSV file are not the entity's.
    pub(super) fn open(taken: Taken<'_>, format: FileFormat, file: R) -> Result<Self> {
        match format {
            FileFormat::Jsonl => Ok(Self::Jsonl { bytes: line_ends::Bytes::new(BufReader::new(file))? }),
            FileFormat::Csv => {
                let mut reader = CsvReader::new(file)?;
                let Some((line, headers)) = reader.next()? else {
                    return Err(Error::bad_request("the file is empty; its first line must name the fields"));
                };
                let columns = columns(taken, line, &headers)?;
                Ok(Self::Csv { reader, columns })
            }
        }
    }

    /// The next row; none at the end of the file.
    ///
    /// # Errors
    /// `BadRequest` when the rest of the file cannot be read. Errors of single values are in the row.
    pub(super) fn next(&mut self, taken: Taken<'_>) -> Result<Option<FileRow>> {
        match self {
            Self::Csv { reader, columns } => {
                let Some((line, row)) = reader.next()? else { return Ok(None) };
                if row.len() != columns.len() {
                    let (cells, names) = (row.len(), columns.len());
                    let message = format!("line {line}: has {cells} cells; the first line has {names}");
                    return Err(Error::bad_request(message));
                }
                let mut values = Assignments::new();
                for (index, cell) in columns.iter().zip(&row) {
                    read_cell(&taken.info().columns[*index], cell, &mut values);
                }
                Ok(Some(FileRow { line, values }))
            }
            Self::Jsonl { bytes } => loop {
                let line = bytes.line();
                let Some(text) = bytes.next_line(MAX_LINE_BYTES)? else { return Ok(None) };
                if !text.trim_ascii().is_empty() {
                    let values = read_object(taken, &text);
                    return Ok(Some(FileRow { line, values }));
                }
            },
        }
    }
}

/// The columns that the file's first line names.
fn columns(taken: Taken<'_>, line: u64, headers: &[Cell]) -> Result<Vec<usize>> {
    let mut columns = Vec::with_capacity(headers.len());
    for Cell { text: name, .. } in headers {
        let index = match taken {
            Taken::Stored(info) => info.by_wire(name.trim()).map(|column| column.index),
            Taken::Form(_, form) => match form.column(name.trim()) {
                Ok(column) => Some(column.index),
                Err(error) => {
                    let (name, message) = (shorten(name, 64), error.message);
                    return Err(Error::bad_request(format!("line {line}: `{name}` {message}")));
                }
            },
        };
        let index = index.ok_or_else(|| unknown_field(taken.info(), line, name))?;
        if columns.contains(&index) {
            return Err(Error::bad_request(format!("line {line}: `{name}` is there twice")));
        }
        columns.push(index);
    }
    Ok(columns)
}

fn unknown_field(info: &EntityInfo, line: u64, name: &str) -> Error {
    let names: Vec<_> = info.columns.iter().map(|column| column.wire).collect();
    Error::bad_request(format!(
        "line {line}: {} has no field `{}`; its fields are {}",
        info.def.name,
        name.escape_debug(),
        names.join(", ")
    ))
}

/// An empty cell is NULL where NULL is allowed, an empty text where such a text is, and else no value at all: the
/// default is used, the missing value reported, the key or time generated. A quoted one (`""`) is an empty text or no bytes
/// wherever the column holds such.
///
/// Computed fields are in an export but not in the table: they are ignored.
fn read_cell(column: &ColumnInfo, cell: &Cell, values: &mut Assignments) {
    if !column.is_stored() {
        return;
    }
    let is_value = cell.quoted && matches!(column.kind, Kind::Text | Kind::Bytes);
    if cell.text.is_empty() && !is_value {
        if column.nullable {
            values.set(column.index, Value::Null);
        } else if column.kind == Kind::Text && column.field.is_none_or(|field| field.min_len.is_none()) {
            values.set(column.index, Value::Text(String::new()));
        }
        return;
    }
    match column.kind.decode_text(&cell.text) {
        Ok(value) => values.set(column.index, value),
        Err(error) => values.fail(FieldError::new(column.wire, error.code, error.message)),
    }
}

fn read_object(taken: Taken<'_>, text: &[u8]) -> Assignments {
    use serde_json::Value as Json;

    let mut values = Assignments::new();
    let object = match strict_json::members(text) {
        Ok(object) => object,
        Err(error) if error.is_data() && !text.trim_ascii().starts_with(b"{") => {
            values.fail(FieldError::new("", "type", "must be a JSON object"));
            return values;
        }
        Err(error) => {
            // The line of a line is always 1.
            let error = error.to_string();
            let reason = error.split(" at line 1").next().unwrap_or_default();
            values.fail(FieldError::new("", "json", format!("cannot be read: {reason}")));
            return values;
        }
    };
    let info = match taken {
        Taken::Stored(info) => info,
        Taken::Form(_, form) => return form.read_json(object),
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
            json => match decode(column.kind, json) {
                Ok(value) => values.set(column.index, value),
                Err(error) => values.fail(FieldError::new(column.wire, error.code, error.message)),
            },
        }
    }
    values
}

/// As REST reads it, and a flag also as spreadsheets write it: `"TRUE"`, `1`.
fn decode(kind: Kind, json: serde_json::Value) -> Result<Value, CodecError> {
    use serde_json::Value as Json;
    match (kind, json) {
        (Kind::Bool, Json::String(text)) => kind.decode_text(&text),
        (Kind::Bool, Json::Number(number)) => kind.decode_text(number.as_str()),
        (kind, json) => kind.decode_json(json, JsonStyle::Rest),
    }
}
