//! Rows as the text of a file.

use crate::entity::{ColumnInfo, EntityInfo};
use crate::transfer::FileFormat;
use crate::types::{JsonStyle, write_json_str};
use crate::value::{Record, Value};

/// Writes rows of an entity as lines of a file. Fields are named as in REST.
#[derive(Debug)]
pub(crate) struct FileText {
    format: FileFormat,
    columns: Vec<&'static ColumnInfo>,
    escapes_formulas: bool,
}

impl FileText {
    /// Lines of these columns.
    pub(crate) fn new(format: FileFormat, columns: Vec<&'static ColumnInfo>) -> Self {
        Self { format, columns, escapes_formulas: false }
    }

    /// Lines of all columns that clients may read.
    pub(crate) fn whole(info: &'static EntityInfo, format: FileFormat) -> Self {
        Self::new(format, info.columns.iter().filter(|column| column.readable).collect())
    }

    /// The same, which puts a quote (`'`) before a text in CSV that a spreadsheet would take for a formula, if asked to.
    pub(crate) fn escaping_formulas(self, escapes_formulas: bool) -> Self {
        Self { escapes_formulas, ..self }
    }

    /// What stands before the first row.
    pub(crate) fn head(&self, out: &mut Vec<u8>) {
        if self.format == FileFormat::Csv {
            line(self.columns.iter().map(|column| quoted(column.wire.to_owned())), out);
        }
    }

    /// One row.
    pub(crate) fn row(&self, record: &Record, out: &mut Vec<u8>) {
        match self.format {
            FileFormat::Csv => {
                line(self.columns.iter().map(|column| self.cell(record.get(column.index))), out);
            }
            FileFormat::Jsonl => {
                out.push(b'{');
                for (position, column) in self.columns.iter().enumerate() {
                    if position > 0 {
                        out.push(b',');
                    }
                    write_json_str(column.wire, out);
                    out.push(b':');
                    record.get(column.index).write_json(JsonStyle::Rest, out);
                }
                out.extend_from_slice(b"}\n");
            }
        }
    }

    fn cell(&self, value: &Value) -> String {
        let text = value.to_text();
        match value {
            Value::Null | Value::Password(_) => text,
            value if self.escapes_formulas && is_formula(value, &text) => quoted(format!("'{text}")),
            _ => quoted(text),
        }
    }
}

fn line(cells: impl Iterator<Item = String>, out: &mut Vec<u8>) {
    for (position, cell) in cells.enumerate() {
        if position > 0 {
            out.push(b',');
        }
        out.extend_from_slice(cell.as_bytes());
    }
    out.push(b'\n');
}

/// Whether a spreadsheet would run the text of a cell. Numbers and times are none, whatever they begin with.
fn is_formula(value: &Value, text: &str) -> bool {
    matches!(value, Value::Text(_))
        && text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// A cell that is not NULL: an empty text is a pair of quotes, as PostgreSQL's `COPY` writes it.
fn quoted(text: String) -> String {
    let needs_quotes = text.is_empty() || text.contains([',', '"', '\r', '\n']);
    if needs_quotes { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
