//! Writing an entity's rows to a file.

use std::io::Write;

use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{Error, Result};
use crate::query::{Cursors, Direction, ListQuery, MAX_PAGE, PageArgs, Sort};
use crate::service::Records;
use crate::transfer::{FileFormat, Progress};
use crate::types::JsonStyle;
use crate::value::{Record, Value};

/// Writes every row that the context may read, by key, and returns how many there were.
///
/// Fields are named as in REST; write-only fields are left out. `progress` advances by rows.
///
/// # Errors
/// As of the database and the policy; `BadRequest` when `out` cannot be written to.
pub async fn export(
    ctx: &Ctx,
    info: &'static EntityInfo,
    format: FileFormat,
    out: &mut (dyn Write + Send),
    progress: &impl Progress,
) -> Result<u64> {
    let records = Records::new(ctx, info);
    let columns: Vec<&ColumnInfo> = info.columns.iter().filter(|column| column.readable).collect();
    let mut query = ListQuery::new(info.readable());
    query.order = vec![Sort::new(0, Direction::Asc)];
    query.page = PageArgs::first(MAX_PAGE);
    query.cursors = Cursors::Next;
    let mut writer = Writer::new(format, out, &columns)?;
    let mut count = 0;
    loop {
        let page = records.list(&query).await?;
        for record in &page.items {
            writer.row(&columns, record)?;
        }
        count += page.items.len() as u64;
        progress.advance(page.items.len() as u64);
        match page.end_cursor {
            Some(cursor) if page.has_next => query.page.after = Some(cursor),
            _ => break,
        }
    }
    writer.finish()?;
    Ok(count)
}

enum Writer<'w> {
    Csv(&'w mut (dyn Write + Send)),
    Jsonl(&'w mut (dyn Write + Send)),
}

impl<'w> Writer<'w> {
    fn new(format: FileFormat, out: &'w mut (dyn Write + Send), columns: &[&ColumnInfo]) -> Result<Self> {
        Ok(match format {
            FileFormat::Jsonl => Self::Jsonl(out),
            FileFormat::Csv => {
                let names = columns.iter().map(|column| csv_cell(&Value::Text(column.wire.to_owned())));
                write_line(out, names)?;
                Self::Csv(out)
            }
        })
    }

    fn row(&mut self, columns: &[&ColumnInfo], record: &Record) -> Result<()> {
        match self {
            Self::Csv(out) => {
                write_line(out, columns.iter().map(|column| csv_cell(record.get(column.index))))
            }
            Self::Jsonl(out) => {
                let mut line = vec![b'{'];
                for (position, column) in columns.iter().enumerate() {
                    if position > 0 {
                        line.push(b',');
                    }
                    crate::types::write_json_str(column.wire, &mut line);
                    line.push(b':');
                    record.get(column.index).write_json(JsonStyle::Rest, &mut line);
                }
                line.extend_from_slice(b"}\n");
                out.write_all(&line).map_err(unwritable)
            }
        }
    }

    fn finish(self) -> Result<()> {
        match self {
            Self::Csv(out) | Self::Jsonl(out) => out.flush().map_err(unwritable),
        }
    }
}

fn write_line(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> Result<()> {
    let line = cells.collect::<Vec<_>>().join(",") + "\n";
    out.write_all(line.as_bytes()).map_err(unwritable)
}

/// NULL is empty, and an empty text a pair of quotes, as PostgreSQL's `COPY` writes them.
fn csv_cell(value: &Value) -> String {
    let text = value.to_text();
    let needs_quotes = match value {
        Value::Null | Value::Password(_) => false,
        _ => text.is_empty() || text.contains([',', '"', '\r', '\n']),
    };
    if needs_quotes { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn unwritable(error: impl std::fmt::Display) -> Error {
    Error::bad_request(format!("the export cannot be written: {error}"))
}
