//! Query strings: split, percent-decoded, and read as a list request.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::entity::{Condition, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::query::{Cursors, Direction, ListQuery, PageArgs, Sort, Total};
use crate::rest::operand;
use crate::service::nearest;
use crate::types::{Operator, shorten};
use crate::value::ColumnSet;

/// Parameters that are not filters.
pub(super) const RESERVED: [&str; 5] = ["limit", "cursor", "sort", "q", "count"];

/// Reads the query string of a list.
pub(super) fn list_query(info: &'static EntityInfo, shown: ColumnSet, query: &str) -> Result<ListQuery> {
    let mut list = ListQuery::new(shown);
    list.cursors = Cursors::Next;
    let mut filters = Vec::new();
    for_each(query, |name, value| {
        match name {
            "limit" => list.page.first = Some(limit(value)?),
            "cursor" => list.page.after = Some(value.to_owned()),
            "sort" => list.order = sorts(info, value)?,
            "count" => list.total = total(value)?,
            "q" if info.searched().next().is_some() => {
                list.search = (!value.trim().is_empty()).then(|| value.to_owned());
            }
            _ => filters.push(filter(info, name, value)?),
        }
        Ok(())
    })?;
    list.filter = Condition::All(filters);
    Ok(list)
}

/// Refuses any parameter, for requests that take none.
pub(super) fn none(query: Option<&str>) -> Result<()> {
    for_each(query.unwrap_or_default(), |name, _| {
        Err(Error::bad_request(format!("unknown parameter `{}`; this address takes none", shorten(name, 64))))
    })
}

/// Calls `read` with each decoded name and value, and refuses a name that comes twice. How many there may be needs no
/// limit of its own: `read` refuses the first name that it does not know.
fn for_each(query: &str, mut read: impl FnMut(&str, &str) -> Result<()>) -> Result<()> {
    let mut seen: HashSet<Cow<'_, str>> = HashSet::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let broken = |what: &str| {
            let name = shorten(name, 64);
            Error::bad_request(format!("the parameter `{name}` {what}"))
        };
        let name = decode(name).ok_or_else(|| broken("is not valid percent-encoded UTF-8"))?;
        let value = decode(value).ok_or_else(|| broken("is not valid percent-encoded UTF-8"))?;
        if name.contains('\0') || value.contains('\0') {
            return Err(broken("must not contain NUL characters"));
        }
        if seen.contains(&name) {
            return Err(broken("comes twice"));
        }
        read(&name, &value)?;
        seen.insert(name);
    }
    Ok(())
}

/// Decodes `%41` and `+` as HTML forms and URL libraries write them; `None` when that yields no UTF-8.
pub(super) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Some(Cow::Borrowed(text));
    }
    let hex = |byte: Option<u8>| char::from(byte?).to_digit(16);
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => u8::try_from(hex(rest.next())? * 16 + hex(rest.next())?).ok()?,
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

fn limit(value: &str) -> Result<u32> {
    // What is no number at all is out of range too, with the same message.
    PageArgs::size("limit", value.parse().unwrap_or(0))
}

fn total(value: &str) -> Result<Total> {
    match value {
        "exact" => Ok(Total::Exact),
        "estimate" => Ok(Total::Estimate),
        _ => Err(Error::bad_request("`count` must be `exact` or `estimate`")),
    }
}

fn sorts(info: &'static EntityInfo, value: &str) -> Result<Vec<Sort>> {
    let view = info.on(Surface::Rest);
    let mut sorts: Vec<Sort> = Vec::new();
    for part in value.split(',') {
        let (name, direction) = match part.strip_prefix('-') {
            Some(name) => (name, Direction::Desc),
            None => (part, Direction::Asc),
        };
        let column = view.sortable_column(name).ok_or_else(|| {
            let names = view.sortable().iter().map(|column| column.wire);
            unknown("sort field", name, names)
        })?;
        if sorts.iter().any(|sort| sort.column == column.index) {
            let name = column.wire;
            return Err(Error::bad_request(format!("`sort` names `{name}` twice")));
        }
        sorts.push(Sort::new(column.index, direction));
    }
    Ok(sorts)
}

fn filter(info: &'static EntityInfo, name: &str, value: &str) -> Result<Condition> {
    let view = info.on(Surface::Rest);
    let (field, operator) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        Some((field, operator)) => (field, operator),
        None => (name, "eq"),
    };
    let column = view.filterable_column(field).ok_or_else(|| {
        let names = view.filterable().iter().map(|column| column.wire);
        unknown("parameter", field, names.chain(RESERVED))
    })?;
    let found = column.operators().find(|candidate| candidate.wire() == operator);
    let Some(found) = found else {
        let names: Vec<&str> = column.operators().map(Operator::wire).collect();
        return Err(Error::bad_request(format!(
            "`{}` is not an operator of `{}`; those are {}",
            shorten(operator, 40),
            column.wire,
            names.join(", ")
        )));
    };
    let op = operand::read(found, column, value)
        .map_err(|message| Error::bad_request(format!("`{name}` {message}")))?;
    Ok(Condition::column(column.index, op))
}

fn unknown<'n>(what: &str, name: &str, names: impl IntoIterator<Item = &'n str>) -> Error {
    let hint = match nearest(name, names) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    };
    Error::bad_request(format!("unknown {what} `{}`{hint}", shorten(name, 64)))
}
