//! Writing fetched rows as JSON text, straight into one buffer.

use async_graphql::{PathSegment, ServerError};

use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::graphql::adapter::ResolvedJson;
use crate::graphql::global_id;
use crate::graphql::own_values::{OwnResolvers, OwnValues};
use crate::graphql::plan::{ConnectionField, ConnectionShape, EdgeField, PageInfoField, RowField, RowShape};
use crate::graphql::selection::ResponseKey;
use crate::service::fetch::{PageRange, Pages, Related};
use crate::types::{JsonStyle, write_json_str};
use crate::value::{Record, Value};

/// A buffer of JSON text.
#[derive(Debug, Default)]
pub(super) struct JsonWriter {
    pub(super) out: Vec<u8>,
    scratch: Vec<u8>,
    /// Where it writes, while fields of the application's own are among what it writes: they may fail by themselves.
    own: Option<OwnPlaces>,
}

/// What is known of the application's own fields while they are written.
#[derive(Debug, Default)]
struct OwnPlaces {
    path: Vec<PathSegment>,
    errors: Vec<ServerError>,
    /// The objects in which the values of own fields stand, by their marks.
    marks: Vec<(usize, Vec<PathSegment>)>,
    /// Whether a field that may not be null has failed: so has what holds it.
    nulls: bool,
}

/// What a writer has written.
#[derive(Debug, Default)]
pub(super) struct WrittenJson {
    pub(super) answer: ResolvedJson,
    /// The objects in which the values of own fields stand, by their marks.
    marks: Vec<(usize, Vec<PathSegment>)>,
}

impl WrittenJson {
    /// Whether values of own fields stand in it.
    pub(super) fn has_marks(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Puts what was written at its place.
    pub(super) fn at(self, path: &[PathSegment], resolvers: Option<OwnResolvers<'_>>) -> ResolvedJson {
        if let Some(resolvers) = resolvers {
            resolvers.places.note_all(path, self.marks);
        }
        self.answer
    }
}

/// Rows of one entity and what is related to them.
#[derive(Clone, Copy)]
pub(super) struct FetchedRows<'a> {
    pub(super) info: &'static EntityInfo,
    pub(super) records: &'a [Record],
    pub(super) related: &'a Related,
    /// The values of the application's own fields; none where none is selected.
    pub(super) own: Option<&'a OwnValues>,
}

impl JsonWriter {
    /// What `write` writes.
    pub(super) fn write(write: impl FnOnce(&mut Self) -> Result<()>) -> Result<WrittenJson> {
        let mut writer = Self::default();
        let written = write(&mut writer);
        writer.finish(written)
    }

    /// What was written, once `written` has ended.
    pub(super) fn finish(self, written: Result<()>) -> Result<WrittenJson> {
        let OwnPlaces { errors, marks, nulls, .. } = self.own.unwrap_or_default();
        let json = match written {
            Ok(()) => Some(self.out),
            Err(_) if nulls => None,
            Err(error) => return Err(error),
        };
        Ok(WrittenJson { answer: ResolvedJson { json, errors }, marks })
    }

    /// From now on own fields may be among what is written.
    pub(super) fn expect_own(&mut self, values: Option<&OwnValues>) {
        if values.is_some() {
            self.own.get_or_insert_default();
        }
    }

    fn enter(&mut self, step: impl FnOnce() -> PathSegment) {
        if let Some(own) = &mut self.own {
            own.path.push(step());
        }
    }

    fn leave(&mut self) {
        if let Some(own) = &mut self.own {
            own.path.pop();
        }
    }

    /// The value of a field of the application's own.
    fn own_value(&mut self, rows: FetchedRows<'_>, (at, nullable): (usize, bool), row: usize) -> Result<()> {
        let value = rows.own.and_then(|own| own.fields.get(at)?.get(row));
        let value = value
            .ok_or_else(|| Error::bad_request("fields of the application's own are not answered here"))?;
        let own = self.own.get_or_insert_default();
        // The object is where its field stands, without the field.
        let object = &own.path[..own.path.len().saturating_sub(1)];
        match &value.json {
            Ok(json) => {
                own.marks.push((value.mark, object.to_vec()));
                self.out.extend_from_slice(json);
                Ok(())
            }
            Err(error) => {
                let mut error = (**error).clone();
                // The mark gives way to the object.
                let marked =
                    matches!(error.path.first(), Some(PathSegment::Index(mark)) if *mark == value.mark);
                error.path.splice(0..usize::from(marked), object.iter().cloned());
                own.errors.push(error);
                if nullable {
                    self.null();
                    return Ok(());
                }
                own.nulls = true;
                Err(Error::internal("a field that may not be null has failed"))
            }
        }
    }

    /// Writes null instead of an object in which a field has failed that may not be null.
    pub(super) fn or_null(&mut self, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let (start, depth) = (self.out.len(), self.own.as_ref().map_or(0, |own| own.path.len()));
        let written = write(self);
        match (&mut self.own, written) {
            (Some(own), Err(_)) if own.nulls => {
                own.nulls = false;
                own.path.truncate(depth);
                self.out.truncate(start);
                self.null();
                Ok(())
            }
            (_, written) => written,
        }
    }

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

    /// A text.
    pub(super) fn text(&mut self, text: &str) {
        write_json_str(text, &mut self.out);
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
            // Between `"` and `":`.
            self.enter(|| PathSegment::Field(key[1..key.len().saturating_sub(2)].to_owned()));
            write(self, member)?;
            self.leave();
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
            self.enter(|| PathSegment::Index(position));
            write(self, position)?;
            self.leave();
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
                let target = FetchedRows {
                    info: targets.info,
                    records: &targets.records,
                    related: &targets.related,
                    own: rows.own.map(|own| &own.to_one[*relation]),
                };
                return match required {
                    true => self.row(target, shape, row),
                    false => self.or_null(|writer| writer.row(target, shape, row)),
                };
            }
            RowField::Aggregate { measured, shape } => {
                let measured = &rows.related.aggregates[*measured];
                return shape.write((measured.info, &measured.keys), measured.of(row), self);
            }
            RowField::ToMany { relation, shape } => {
                let pages = &rows.related.to_many[*relation];
                let own = rows.own.map(|own| &own.to_many[*relation]);
                return self.connection(pages, own, pages.of(row), shape);
            }
            RowField::Own { own, nullable } => return self.own_value(rows, (*own, *nullable), row),
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
        own: Option<&OwnValues>,
        page: Option<&PageRange>,
        shape: &ConnectionShape,
    ) -> Result<()> {
        let name = pages.info.def.graphql.type_name;
        let rows = FetchedRows { info: pages.info, records: &pages.records, related: &pages.related, own };
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
