//! Writing fetched rows as JSON text, straight into one buffer.

use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::graphql::fetch::{PageRange, Pages, Related};
use crate::graphql::global_id;
use crate::graphql::plan::{ConnectionField, ConnectionShape, EdgeField, PageInfoField, RowField, RowShape};
use crate::graphql::selection::ResponseKey;
use crate::types::{JsonStyle, write_json_str};
use crate::value::{Record, Value};

/// A buffer of JSON text.
#[derive(Debug, Default)]
pub(super) struct JsonWriter {
    pub(super) out: Vec<u8>,
    scratch: Vec<u8>,
}

/// Rows of one entity and what is related to them.
#[derive(Clone, Copy)]
pub(super) struct FetchedRows<'a> {
    pub(super) info: &'static EntityInfo,
    pub(super) records: &'a [Record],
    pub(super) related: &'a Related,
}

impl JsonWriter {
    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(super) fn quoted(&mut self, base: &str, suffix: &str) {
        for part in ["\"", base, suffix, "\""] {
            self.raw(part);
        }
    }

    /// No row.
    pub(super) fn null(&mut self) {
        self.raw("null");
    }

    /// That it is done.
    pub(super) fn done(&mut self) {
        self.boolean(true);
    }

    /// A number of rows.
    pub(super) fn number(&mut self, number: u64) {
        self.raw(&number.to_string());
    }

    fn boolean(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    fn text_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => write_json_str(text, &mut self.out),
            None => self.raw("null"),
        }
    }

    /// An object: a brace, the members, a brace.
    pub(super) fn object<T>(
        &mut self,
        members: &[(ResponseKey, T)],
        mut write: impl FnMut(&mut Self, &T) -> Result<()>,
    ) -> Result<()> {
        let mut open = b'{';
        for (key, member) in members {
            self.out.push(open);
            self.raw(key);
            write(self, member)?;
            open = b',';
        }
        if open == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
        Ok(())
    }

    /// A list of `length` items.
    pub(super) fn list(
        &mut self,
        length: usize,
        mut write: impl FnMut(&mut Self, usize) -> Result<()>,
    ) -> Result<()> {
        self.out.push(b'[');
        for position in 0..length {
            if position > 0 {
                self.out.push(b',');
            }
            write(self, position)?;
        }
        self.out.push(b']');
        Ok(())
    }

    /// One row.
    pub(super) fn row(&mut self, rows: FetchedRows<'_>, shape: &RowShape, row: usize) -> Result<()> {
        self.object(shape, |writer, field| writer.field(rows, field, row))
    }

    fn field(&mut self, rows: FetchedRows<'_>, field: &RowField, row: usize) -> Result<()> {
        let record = &rows.records[row];
        match field {
            RowField::Typename => self.quoted(rows.info.def.graphql.type_name, ""),
            RowField::Id { column, of } => match record.get(*column) {
                Value::Null => self.raw("null"),
                key => global_id::write(of, key, &mut self.scratch, &mut self.out),
            },
            RowField::Column(column) => record.get(*column).write_json(JsonStyle::Graphql, &mut self.out),
            RowField::BigInt(column) => self.big_int(record.get(*column)),
            RowField::ToOne { relation, required, shape } => {
                let targets = &rows.related.to_one[*relation];
                let Some(row) = targets.of(row) else {
                    if *required {
                        // It was deleted between two statements.
                        return Err(Error::NotFound("a related row".into()));
                    }
                    self.raw("null");
                    return Ok(());
                };
                let target =
                    FetchedRows { info: targets.info, records: &targets.records, related: &targets.related };
                return self.row(target, shape, row);
            }
            RowField::Aggregate(position) => {
                let measured = &rows.related.aggregates[*position];
                return measured.plan.write(measured.of(row), self);
            }
            RowField::ToMany { relation, shape } => {
                let pages = &rows.related.to_many[*relation];
                return self.connection(pages, pages.of(row), shape);
            }
        }
        Ok(())
    }

    /// A value that is no 64-bit integer.
    pub(super) fn value(&mut self, value: &Value) {
        value.write_json(JsonStyle::Graphql, &mut self.out);
    }

    /// The global id of a row.
    pub(super) fn id(&mut self, of: &EntityInfo, key: &Value) {
        global_id::write(of, key, &mut self.scratch, &mut self.out);
    }

    /// A 64-bit integer, or a list of them.
    pub(super) fn big_int(&mut self, value: &Value) {
        match value {
            Value::Int(_) => {
                self.out.push(b'"');
                value.write_json(JsonStyle::Graphql, &mut self.out);
                self.out.push(b'"');
            }
            Value::List(items) => {
                self.out.push(b'[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        self.out.push(b',');
                    }
                    self.big_int(item);
                }
                self.out.push(b']');
            }
            other => other.write_json(JsonStyle::Graphql, &mut self.out),
        }
    }

    /// One page; without one, an empty page.
    pub(super) fn connection(
        &mut self,
        pages: &Pages,
        page: Option<&PageRange>,
        shape: &ConnectionShape,
    ) -> Result<()> {
        let name = pages.info.def.graphql.type_name;
        let rows = FetchedRows { info: pages.info, records: &pages.records, related: &pages.related };
        let (start, length) = page.map_or((0, 0), |page| (page.start, page.length));
        self.object(shape, |writer, field| match field {
            ConnectionField::Typename => {
                writer.quoted(name, "Connection");
                Ok(())
            }
            ConnectionField::Nodes(shape) => {
                writer.list(length, |writer, position| writer.row(rows, shape, start + position))
            }
            ConnectionField::Edges(shape) => writer.list(length, |writer, position| {
                let cursor = page.and_then(|page| page.page.cursors.get(position));
                writer.object(shape, |writer, field| match field {
                    EdgeField::Typename => {
                        writer.quoted(name, "Edge");
                        Ok(())
                    }
                    EdgeField::Cursor => {
                        writer.text_or_null(cursor.map(String::as_str));
                        Ok(())
                    }
                    EdgeField::Node(shape) => writer.row(rows, shape, start + position),
                })
            }),
            ConnectionField::PageInfo(shape) => writer.object(shape, |writer, field| {
                writer.page_info(page, *field);
                Ok(())
            }),
            ConnectionField::TotalCount => {
                let total = page.and_then(|page| page.page.total).unwrap_or(0);
                writer.raw(&total.to_string());
                Ok(())
            }
        })
    }

    fn page_info(&mut self, page: Option<&PageRange>, field: PageInfoField) {
        let page = page.map(|page| &page.page);
        match field {
            PageInfoField::Typename => self.quoted("PageInfo", ""),
            PageInfoField::HasNextPage => self.boolean(page.is_some_and(|page| page.has_next)),
            PageInfoField::HasPreviousPage => self.boolean(page.is_some_and(|page| page.has_previous)),
            PageInfoField::StartCursor => {
                self.text_or_null(page.and_then(|page| page.start_cursor.as_deref()));
            }
            PageInfoField::EndCursor => self.text_or_null(page.and_then(|page| page.end_cursor.as_deref())),
        }
    }
}
