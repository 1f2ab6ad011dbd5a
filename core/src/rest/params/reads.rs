//! The query strings of reads: lists, single rows, exports.

use super::{Filters, RESERVED, RESERVED_BY_EXPORT, for_each, unknown};
use crate::ctx::Ctx;
use crate::entity::{EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::filters::Known;
use crate::query::{Cursors, Direction, ListQuery, MAX_PAGE, PageArgs, Sort, Total};
use crate::rest::shape::{self, Shape, ShapeReader};
use crate::transfer::FileFormat;
use crate::types::shorten;
use crate::value::{ColumnSet, Value};

/// Which list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rest) enum ListOf {
    /// The rows of an entity.
    Rows,
    /// The rows of a relation.
    Related,
    /// What an operation of the program's own takes.
    Own,
}

/// A list as it is asked for.
pub(in crate::rest) struct ListRequest {
    pub(in crate::rest) query: ListQuery,
    /// What is shown of the rows, where that is not all of them alone.
    pub(in crate::rest) shape: Option<Shape>,
    /// The keys of the rows, where they are asked for by them.
    pub(in crate::rest) ids: Option<Vec<Value>>,
}

/// Reads the query string of a list.
///
/// A list that is given several times (`id[in]=1&id[in]=2`, `sort=a&sort=b`) adds up.
pub(in crate::rest) fn list(
    ctx: &Ctx,
    info: &'static EntityInfo,
    shown: ColumnSet,
    query: &str,
    of: ListOf,
) -> Result<ListRequest> {
    let known = Known { ctx, info, surface: Surface::Rest };
    let mut list = ListQuery::new(shown);
    list.cursors = Cursors::Next;
    let mut filters = Filters::default();
    let mut shape = ShapeReader::default();
    let mut ids: Option<Vec<Value>> = None;
    let mut beside_ids = None;
    for_each(query, |name, value, again| {
        match name {
            "fields" if of != ListOf::Own => return shape.fields(known, value),
            "include" if of != ListOf::Own => return shape.include(known, value),
            "ids" if of == ListOf::Rows => return add_ids(info, ids.get_or_insert_default(), value),
            "limit" => list.page.first = Some(limit(value)?),
            "cursor" => list.page.after = Some(value.to_owned()),
            "sort" => add_sorts(known, &mut list.order, value)?,
            "count" => list.total = total(value)?,
            "q" if info.searched().next().is_some() => list.search = search(value),
            _ => filters.add(known, name, value, again, &RESERVED)?,
        }
        beside_ids.get_or_insert_with(|| name.to_owned());
        Ok(())
    })?;
    if let (Some(_), Some(other)) = (&ids, beside_ids) {
        let other = shorten(&other, 64);
        return Err(Error::bad_request(format!(
            "`ids` asks for rows by their keys and in their order; leave `{other}` out"
        )));
    }
    list.filter = filters.into_condition();
    let rows = ids.as_ref().map_or(list.page.limit(), |ids| u32::try_from(ids.len()).unwrap_or(u32::MAX));
    let shape = shape::shape(known, shape, rows)?;
    if let Some(shape) = &shape {
        list.columns = shape.plan.columns;
    }
    Ok(ListRequest { query: list, shape, ids })
}

/// Reads the query string of a read of one row.
pub(in crate::rest) fn item(
    ctx: &Ctx,
    info: &'static EntityInfo,
    query: Option<&str>,
) -> Result<Option<Shape>> {
    let known = Known { ctx, info, surface: Surface::Rest };
    let mut reader = ShapeReader::default();
    for_each(query.unwrap_or_default(), |name, value, _| match name {
        "fields" => reader.fields(known, value),
        "include" => reader.include(known, value),
        _ => Err(unknown(name, "`fields` and `include`")),
    })?;
    shape::shape(known, reader, 1)
}

/// Reads the query string of a list that is only paged.
pub(in crate::rest) fn page(query: Option<&str>) -> Result<PageArgs> {
    let mut page = PageArgs::default();
    for_each(query.unwrap_or_default(), |name, value, _| {
        match name {
            "limit" => page.first = Some(limit(value)?),
            "cursor" => page.after = Some(value.to_owned()),
            _ => return Err(unknown(name, "`limit` and `cursor`")),
        }
        Ok(())
    })?;
    Ok(page)
}

/// An export as it is asked for.
pub(in crate::rest) struct ExportRequest {
    pub(in crate::rest) query: ListQuery,
    pub(in crate::rest) format: Option<FileFormat>,
    pub(in crate::rest) escape_formulas: bool,
    /// The columns, where some are named.
    pub(in crate::rest) columns: Option<Vec<usize>>,
}

/// Reads the query string of an export.
pub(in crate::rest) fn export(
    ctx: &Ctx,
    info: &'static EntityInfo,
    query: Option<&str>,
) -> Result<ExportRequest> {
    let known = Known { ctx, info, surface: Surface::Rest };
    let mut list = ListQuery::new(ColumnSet::KEY);
    let mut filters = Filters::default();
    let mut shape = ShapeReader::default();
    let (mut format, mut escape_formulas) = (None, false);
    for_each(query.unwrap_or_default(), |name, value, again| {
        match name {
            "format" => {
                let known = FileFormat::of_name(value);
                format = Some(known.ok_or_else(|| Error::bad_request("`format` must be `csv` or `jsonl`"))?);
            }
            "escape_formulas" => {
                let wrong = |_| Error::bad_request("`escape_formulas` is `true` or `false`");
                escape_formulas = value.parse().map_err(wrong)?;
            }
            "fields" => shape.fields(known, value)?,
            "sort" => add_sorts(known, &mut list.order, value)?,
            "q" if info.searched().next().is_some() => list.search = search(value),
            "limit" | "cursor" | "count" | "ids" | "include"
                if known.view().filterable_column(name).is_none() =>
            {
                let message =
                    format!("an export has all rows that the filters let pass and takes no `{name}`");
                return Err(Error::bad_request(message));
            }
            _ => filters.add(known, name, value, again, &RESERVED_BY_EXPORT)?,
        }
        Ok(())
    })?;
    list.filter = filters.into_condition();
    let columns = shape.columns()?;
    Ok(ExportRequest { query: list, format, escape_formulas, columns })
}

pub(in crate::rest) fn limit(value: &str) -> Result<u32> {
    // What is no number at all is out of range too, with the same message.
    PageArgs::size("limit", value.parse().unwrap_or(0), 1)
}

fn total(value: &str) -> Result<Total> {
    match value {
        "exact" => Ok(Total::Exact),
        "estimate" => Ok(Total::Estimate),
        _ => Err(Error::bad_request("`count` must be `exact` or `estimate`")),
    }
}

/// Adds the keys of one `sort`.
pub(in crate::rest) fn add_sorts(known: Known<'_>, to: &mut Vec<Sort>, value: &str) -> Result<()> {
    let view = known.view();
    for part in value.split(',') {
        let (name, direction) = match part.strip_prefix('-') {
            Some(name) => (name, Direction::Desc),
            None => (part, Direction::Asc),
        };
        let column = view.sortable_column(name).ok_or_else(|| {
            let near = known.near(name, view.sortable(), std::iter::empty(), &[]);
            Error::bad_request(format!("unknown sort field `{}`{near}", shorten(name, 64)))
        })?;
        if to.iter().any(|sort| sort.column == column.index) {
            let name = column.wire;
            return Err(Error::bad_request(format!("`sort` names `{name}` twice")));
        }
        to.push(Sort::new(column.index, direction));
    }
    Ok(())
}

/// Adds the keys of one `ids`.
fn add_ids(info: &EntityInfo, to: &mut Vec<Value>, value: &str) -> Result<()> {
    for text in value.split(',') {
        if to.len() == MAX_PAGE as usize {
            return Err(Error::bad_request(format!("`ids` must not list more than {MAX_PAGE} keys")));
        }
        let key = info.key().kind.decode_text(text).map_err(|error| {
            let text = shorten(text, 40);
            Error::bad_request(format!("`ids` {}: `{text}`", error.message))
        })?;
        if to.contains(&key) {
            return Err(Error::bad_request(format!("`ids` lists `{key}` twice")));
        }
        to.push(key);
    }
    Ok(())
}

fn search(value: &str) -> Option<String> {
    (!value.trim().is_empty()).then(|| value.to_owned())
}
