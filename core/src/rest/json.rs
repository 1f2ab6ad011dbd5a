//! Rows as JSON, written straight into the response's buffer.

use crate::entity::{EntityInfo, Surface};
use crate::query::Page;
use crate::service::fetch::{PageRange, Pages, Related};
use crate::types::JsonStyle;
use crate::value::{ColumnSet, Record, Value};

/// Writes the rows of one entity. The keys are encoded once, when it is made.
#[derive(Debug)]
pub(super) struct RowWriter {
    /// What stands before each value (`{"id":`, `,"email":`), and the value.
    members: Vec<(Box<[u8]>, Shown)>,
    /// The columns that it needs.
    pub(super) shown: ColumnSet,
}

/// A member of a row.
#[derive(Debug)]
pub(super) struct Member {
    name: &'static str,
    shown: Shown,
}

/// What stands under the name of a member.
#[derive(Debug)]
pub(super) enum Shown {
    Column(usize),
    /// The related row, by the position of its relation in the plan.
    ToOne(usize, RowWriter),
    /// A page of related rows, by the position of its relation in the plan; and what it says of itself where the client may see none.
    ToMany(usize, NoRows, RowWriter),
}

/// A page of rows that the client may not see.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoRows {
    pub(super) limit: u32,
    pub(super) is_counted: bool,
}

impl Member {
    pub(super) fn new(name: &'static str, shown: Shown) -> Self {
        Self { name, shown }
    }
}

/// Rows without any that are related.
static ALONE: Related = Related { to_one: Vec::new(), to_many: Vec::new(), aggregates: Vec::new() };

impl RowWriter {
    /// All that clients may read of an entity's rows.
    pub(super) fn new(info: &'static EntityInfo) -> Self {
        let view = info.on(Surface::Rest);
        let column = |column: &&'static crate::entity::ColumnInfo| {
            Member::new(column.wire, Shown::Column(column.index))
        };
        Self::of(view.readable().iter().map(column).collect(), view.columns())
    }

    /// These members.
    pub(super) fn of(members: Vec<Member>, shown: ColumnSet) -> Self {
        let members = members.into_iter().enumerate().map(|(position, member)| {
            let mut key = vec![if position == 0 { b'{' } else { b',' }];
            crate::types::write_json_str(member.name, &mut key);
            key.push(b':');
            (key.into_boxed_slice(), member.shown)
        });
        Self { members: members.collect(), shown }
    }

    /// One row as a document of its own.
    pub(super) fn row(&self, record: &Record) -> Vec<u8> {
        self.related_row(record, &ALONE)
    }

    /// One row with what is related to it.
    pub(super) fn related_row(&self, record: &Record, related: &Related) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.size());
        self.write_with(record, 0, related, &mut out);
        out
    }

    /// `{"items": […], "page": {…}}`
    pub(super) fn page(&self, page: &Page) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.size() * page.items.len() + 256);
        self.write_page(&page.items, 0..page.items.len(), &ALONE, page, &mut out);
        out
    }

    /// The same of rows with what is related to them.
    pub(super) fn related_page(&self, pages: &Pages, range: &PageRange) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.size() * range.length + 256);
        let rows = range.start..range.start + range.length;
        self.write_page(&pages.records, rows, &pages.related, &range.page, &mut out);
        out
    }

    fn write_page(
        &self,
        records: &[Record],
        rows: std::ops::Range<usize>,
        related: &Related,
        page: &Page,
        out: &mut Vec<u8>,
    ) {
        out.extend_from_slice(br#"{"items":["#);
        let start = rows.start;
        for position in rows {
            if position > start {
                out.push(b',');
            }
            self.write_with(&records[position], position, related, out);
        }
        out.extend_from_slice(br#"],"page":"#);
        let end = PageEnd {
            next_cursor: next_cursor(page),
            limit: page.limit,
            has_next: page.has_next,
            total: page.total,
        };
        end.write(out);
        out.push(b'}');
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
        self.write_with(record, 0, &ALONE, out);
    }

    /// The row at a position among those to which others are related.
    fn write_with(&self, record: &Record, position: usize, related: &Related, out: &mut Vec<u8>) {
        for (key, shown) in &self.members {
            out.extend_from_slice(key);
            match shown {
                Shown::Column(column) => record.get(*column).write_json(JsonStyle::Rest, out),
                Shown::ToOne(at, writer) => {
                    let rows = &related.to_one[*at];
                    match rows.of(position) {
                        Some(row) => writer.write_with(&rows.records[row], row, &rows.related, out),
                        None => out.extend_from_slice(b"null"),
                    }
                }
                Shown::ToMany(at, none, writer) => {
                    let pages = &related.to_many[*at];
                    match pages.of(position) {
                        Some(range) => {
                            let rows = range.start..range.start + range.length;
                            writer.write_page(&pages.records, rows, &pages.related, &range.page, out);
                        }
                        None => none.write(out),
                    }
                }
            }
        }
        if self.members.is_empty() {
            out.push(b'{');
        }
        out.push(b'}');
    }

    /// What tells representations of other members apart: the names and types of these.
    pub(super) fn signature(&self, info: &'static EntityInfo) -> Option<Vec<u8>> {
        let mut signature = Vec::new();
        for (key, shown) in &self.members {
            let Shown::Column(column) = shown else { return None };
            let column = &info.columns[*column];
            signature.extend_from_slice(key);
            signature.extend_from_slice(format!("{:?}", column.kind).as_bytes());
        }
        Some(signature)
    }

    /// A fair guess of a row's bytes, so that the buffer seldom grows.
    fn size(&self) -> usize {
        let of = |(key, shown): &(Box<[u8]>, Shown)| match shown {
            Shown::Column(_) => key.len() + 24,
            Shown::ToOne(_, writer) => key.len() + writer.size(),
            Shown::ToMany(_, none, writer) => key.len() + 64 + writer.size() * (none.limit as usize).min(8),
        };
        self.members.iter().map(of).sum()
    }
}

/// What a page says of itself.
struct PageEnd<'p> {
    next_cursor: Option<&'p str>,
    limit: u32,
    has_next: bool,
    total: Option<u64>,
}

impl PageEnd<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"next_cursor":"#);
        match self.next_cursor {
            Some(cursor) => crate::types::write_json_str(cursor, out),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(br#","limit":"#);
        Value::Int(self.limit.into()).write_json(JsonStyle::Rest, out);
        out.extend_from_slice(br#","has_next":"#);
        Value::Bool(self.has_next).write_json(JsonStyle::Rest, out);
        if let Some(total) = self.total {
            out.extend_from_slice(br#","total":"#);
            let total = i64::try_from(total).unwrap_or(i64::MAX);
            Value::Int(total).write_json(JsonStyle::Rest, out);
        }
        out.push(b'}');
    }
}

impl NoRows {
    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"items":[],"page":"#);
        let total = self.is_counted.then_some(0);
        PageEnd { next_cursor: None, limit: self.limit, has_next: false, total }.write(out);
        out.push(b'}');
    }
}

/// Rows in an order of the client's own, as the one page that they are.
pub(super) fn whole(items: Vec<Record>, limit: u32) -> Page {
    Page {
        items,
        cursors: Vec::new(),
        start_cursor: None,
        end_cursor: None,
        has_next: false,
        has_previous: false,
        total: None,
        limit,
    }
}

/// The cursor of the next page, if rows follow.
pub(super) fn next_cursor(page: &Page) -> Option<&str> {
    page.end_cursor.as_deref().filter(|_| page.has_next)
}
