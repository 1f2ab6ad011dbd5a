//! Rows as JSON, written straight into the response's buffer.

use crate::entity::{EntityInfo, Surface};
use crate::query::Page;
use crate::types::JsonStyle;
use crate::value::{ColumnSet, Record, Value};

/// Writes the rows of one entity. The keys are encoded once, when it is made.
#[derive(Debug)]
pub(super) struct RowWriter {
    /// Column and what stands before its value: `{"id":`, `,"email":`.
    members: Vec<(usize, Box<[u8]>)>,
    /// The columns that a client sees.
    pub(super) shown: ColumnSet,
}

impl RowWriter {
    pub(super) fn new(info: &'static EntityInfo) -> Self {
        let view = info.on(Surface::Rest);
        let members = view
            .readable()
            .iter()
            .enumerate()
            .map(|(position, column)| {
                let mut key = vec![if position == 0 { b'{' } else { b',' }];
                crate::types::write_json_str(column.wire, &mut key);
                key.push(b':');
                (column.index, key.into_boxed_slice())
            })
            .collect();
        Self { members, shown: view.columns() }
    }

    /// One row as a document of its own.
    pub(super) fn row(&self, record: &Record) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.size());
        self.write(record, &mut out);
        out
    }

    /// `{"items": […], "page": {…}}`
    pub(super) fn page(&self, page: &Page) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.size() * page.items.len() + 256);
        out.extend_from_slice(br#"{"items":["#);
        for (position, record) in page.items.iter().enumerate() {
            if position > 0 {
                out.push(b',');
            }
            self.write(record, &mut out);
        }
        out.extend_from_slice(br#"],"page":{"next_cursor":"#);
        match next_cursor(page) {
            Some(cursor) => crate::types::write_json_str(cursor, &mut out),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(br#","limit":"#);
        Value::Int(page.limit.into()).write_json(JsonStyle::Rest, &mut out);
        out.extend_from_slice(br#","has_next":"#);
        Value::Bool(page.has_next).write_json(JsonStyle::Rest, &mut out);
        if let Some(total) = page.total {
            out.extend_from_slice(br#","total":"#);
            let total = i64::try_from(total).unwrap_or(i64::MAX);
            Value::Int(total).write_json(JsonStyle::Rest, &mut out);
        }
        out.extend_from_slice(b"}}");
        out
    }

    /// `{"items": […]}`
    pub(super) fn items(&self, rows: &[Record]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.size() * rows.len() + 16);
        out.extend_from_slice(br#"{"items":["#);
        for (position, record) in rows.iter().enumerate() {
            if position > 0 {
                out.push(b',');
            }
            self.write(record, &mut out);
        }
        out.extend_from_slice(b"]}");
        out
    }

    /// One row among others.
    pub(super) fn write(&self, record: &Record, out: &mut Vec<u8>) {
        for (column, key) in &self.members {
            out.extend_from_slice(key);
            record.get(*column).write_json(JsonStyle::Rest, out);
        }
        out.push(b'}');
    }

    /// A fair guess of a row's bytes, so that the buffer seldom grows.
    fn size(&self) -> usize {
        self.members.iter().map(|(_, key)| key.len() + 24).sum()
    }
}

/// The cursor of the next page, if rows follow.
pub(super) fn next_cursor(page: &Page) -> Option<&str> {
    page.end_cursor.as_deref().filter(|_| page.has_next)
}
