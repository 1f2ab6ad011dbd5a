//! Query strings: split, percent-decoded, and read as a list request.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, Condition, EntityInfo, Op, Surface};
use crate::error::{Error, Result};
use crate::http::percent::decode_query;
use crate::query::{Cursors, Direction, ListQuery, PageArgs, Sort, Total};
use crate::rest::operand;
use crate::service::suggestion;
use crate::types::{Operator, shorten};
use crate::value::ColumnSet;

/// Parameters that are not filters.
pub(super) const RESERVED: [&str; 5] = ["limit", "cursor", "sort", "q", "count"];

/// Reads the query string of a list.
///
/// A list that is given several times (`id[in]=1&id[in]=2`, `sort=a&sort=b`) adds up.
pub(super) fn list_query(
    ctx: &Ctx,
    info: &'static EntityInfo,
    shown: ColumnSet,
    query: &str,
) -> Result<ListQuery> {
    let mut list = ListQuery::new(shown);
    list.cursors = Cursors::Next;
    let names = Names { ctx, info };
    let mut filters = Filters::default();
    for_each(query, |name, value, again| {
        match name {
            "limit" => list.page.first = Some(limit(value)?),
            "cursor" => list.page.after = Some(value.to_owned()),
            "sort" => names.add_sorts(&mut list.order, value)?,
            "count" => list.total = total(value)?,
            "q" if info.searched().next().is_some() => {
                list.search = (!value.trim().is_empty()).then(|| value.to_owned());
            }
            _ => filters.add(name, names.filter(name, value)?, again)?,
        }
        Ok(())
    })?;
    list.filter = filters.into_condition();
    Ok(list)
}

/// Refuses any parameter, for requests that take none.
pub(super) fn none(query: Option<&str>) -> Result<()> {
    for_each(query.unwrap_or_default(), |name, _, _| Err(unknown(name, "none")))
}

/// The parameters of a write.
#[derive(Debug, Default)]
pub(super) struct WriteParams {
    pub(super) dry_run: bool,
    /// `upsert`: the columns of a unique rule.
    pub(super) upsert: Option<Vec<usize>>,
    /// The rows, where no key says which; and how many they may be.
    pub(super) filter: Option<Condition>,
    pub(super) max_affected: Option<u64>,
}

/// What a write takes besides `dry_run`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Takes {
    Nothing,
    /// `upsert`.
    Upsert(&'static EntityInfo),
    /// The filters of a list, and `max_affected`.
    Filter(&'static EntityInfo),
}

/// Reads the query string of a write.
///
/// # Errors
/// `BadRequest` for what it does not take.
pub(super) fn of_write(ctx: &Ctx, query: Option<&str>, takes: Takes) -> Result<WriteParams> {
    let mut params = WriteParams::default();
    let mut filters = Filters::default();
    for_each(query.unwrap_or_default(), |name, value, again| {
        match (name, takes) {
            ("dry_run", _) => {
                let wrong = |_| Error::bad_request("`dry_run` is `true` or `false`");
                params.dry_run = value.parse().map_err(wrong)?;
            }
            ("upsert", Takes::Upsert(info)) => params.upsert = Some(unique_columns(info, value)?),
            ("max_affected", Takes::Filter(_)) => {
                let wrong = |_| Error::bad_request("`max_affected` must be a whole number, 0 or more");
                params.max_affected = Some(value.parse().map_err(wrong)?);
            }
            (_, Takes::Filter(info)) => {
                filters.add(name, Names { ctx, info }.filter(name, value)?, again)?;
            }
            (_, Takes::Upsert(_)) => return Err(unknown(name, "`dry_run` and `upsert`")),
            (_, Takes::Nothing) => return Err(unknown(name, "`dry_run`")),
        }
        Ok(())
    })?;
    params.filter = matches!(takes, Takes::Filter(_)).then(|| filters.into_condition());
    Ok(params)
}

/// A field that clients may read, by its name.
pub(super) fn readable_column(info: &'static EntityInfo, name: &str) -> Option<usize> {
    let mut readable = info.on(Surface::Rest).readable().iter();
    readable.find(|column| column.wire == name).map(|column| column.index)
}

/// The fields of a unique rule, as clients write them: whether they are one, the service says.
fn unique_columns(info: &'static EntityInfo, names: &str) -> Result<Vec<usize>> {
    let column = |name: &str| {
        readable_column(info, name).ok_or_else(|| {
            Error::bad_request(format!("`upsert` names `{}`, which is no field here", shorten(name, 64)))
        })
    };
    names.split(',').map(column).collect()
}

/// Reads the parameters of a request that takes the fields of an action's input; `read` says whether it knows the name.
///
/// # Errors
/// `BadRequest` for one that is not known, or comes twice.
pub(super) fn fields(query: Option<&str>, mut read: impl FnMut(&str, &str) -> bool) -> Result<()> {
    for_each(query.unwrap_or_default(), |name, value, again| match again {
        true => Err(Error::bad_request(format!("the parameter `{}` comes twice", shorten(name, 64)))),
        false if read(name, value) => Ok(()),
        false => Err(unknown(name, "the fields of the action's input")),
    })
}

pub(super) fn unknown(name: &str, taken: &str) -> Error {
    Error::bad_request(format!("unknown parameter `{}`; this address takes {taken}", shorten(name, 64)))
}

/// The filters of a list, by the columns and operators that they are of.
#[derive(Default)]
pub(super) struct Filters(Vec<(usize, Op)>);

impl Filters {
    /// Adds a filter; to the list that is there already, if its parameter has come before.
    pub(super) fn add(&mut self, name: &str, (column, op): (usize, Op), again: bool) -> Result<()> {
        if !again {
            self.0.push((column, op));
            return Ok(());
        }
        let known = self.0.iter_mut().filter(|(other, _)| *other == column).map(|(_, op)| op);
        for known in known {
            let (known, values) = match (known, &op) {
                (Op::In(known), Op::In(values)) | (Op::NotIn(known), Op::NotIn(values)) => (known, values),
                _ => continue,
            };
            if known.len() + values.len() > operand::MAX_LIST {
                return Err(Error::bad_request(format!(
                    "`{name}` must not list more than {} values",
                    operand::MAX_LIST
                )));
            }
            known.extend_from_slice(values);
            return Ok(());
        }
        Err(Error::bad_request(format!("the parameter `{}` comes twice", shorten(name, 64))))
    }

    pub(super) fn into_condition(self) -> Condition {
        Condition::All(self.0.into_iter().map(|(column, op)| Condition::column(column, op)).collect())
    }
}

/// Whether a parameter is a list, which may be given in several parts.
fn is_list(name: &str) -> bool {
    matches!(name, "sort" | "group" | "sum" | "avg" | "min" | "max" | "per")
        || name.ends_with("[in]")
        || name.ends_with("[nin]")
}

/// Calls `read` with each decoded name and value, and whether the name has come before, which only those of lists may.
/// How many there may be needs no limit of its own: `read` refuses the first name that it does not know.
pub(super) fn for_each(query: &str, mut read: impl FnMut(&str, &str, bool) -> Result<()>) -> Result<()> {
    let mut seen: HashSet<Cow<'_, str>> = HashSet::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let broken = |what: &str| {
            let name = shorten(name, 64);
            Error::bad_request(format!("the parameter `{name}` {what}"))
        };
        let name = decode_query(name).ok_or_else(|| broken("is not valid percent-encoded UTF-8"))?;
        let value = decode_query(value).ok_or_else(|| broken("is not valid percent-encoded UTF-8"))?;
        if name.contains('\0') || value.contains('\0') {
            return Err(broken("must not contain NUL characters"));
        }
        if seen.contains(&name) {
            if !is_list(&name) {
                return Err(broken("comes twice"));
            }
            read(&name, &value, true)?;
            continue;
        }
        read(&name, &value, false)?;
        seen.insert(name);
    }
    Ok(())
}

fn limit(value: &str) -> Result<u32> {
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

/// The names that a client may use.
#[derive(Clone, Copy)]
pub(super) struct Names<'c> {
    pub(super) ctx: &'c Ctx,
    pub(super) info: &'static EntityInfo,
}

impl Names<'_> {
    /// Adds the keys of one `sort`.
    fn add_sorts(self, to: &mut Vec<Sort>, value: &str) -> Result<()> {
        let view = self.info.on(Surface::Rest);
        for part in value.split(',') {
            let (name, direction) = match part.strip_prefix('-') {
                Some(name) => (name, Direction::Desc),
                None => (part, Direction::Asc),
            };
            let unknown = || self.unknown("sort field", name, view.sortable(), &[]);
            let column = view.sortable_column(name).ok_or_else(unknown)?;
            if to.iter().any(|sort| sort.column == column.index) {
                let name = column.wire;
                return Err(Error::bad_request(format!("`sort` names `{name}` twice")));
            }
            to.push(Sort::new(column.index, direction));
        }
        Ok(())
    }

    /// Reads one filter.
    pub(super) fn filter(self, name: &str, value: &str) -> Result<(usize, Op)> {
        self.filter_beside(name, value, &RESERVED)
    }

    /// As [`Names::filter`], of a request that has parameters of these names besides.
    pub(super) fn filter_beside(
        self,
        name: &str,
        value: &str,
        others: &[&'static str],
    ) -> Result<(usize, Op)> {
        let view = self.info.on(Surface::Rest);
        let (field, operator) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((field, operator)) => (field, operator),
            None => (name, "eq"),
        };
        let unknown = || self.unknown("parameter", field, view.filterable(), others);
        let column = view.filterable_column(field).ok_or_else(unknown)?;
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
        Ok((column.index, op))
    }

    /// The error for a name that is none, with a near one that the client may use.
    pub(super) fn unknown(
        self,
        what: &str,
        name: &str,
        columns: &[&'static ColumnInfo],
        others: &[&'static str],
    ) -> Error {
        let names = columns.iter().map(|column| (column.index, column.wire));
        let hint = match suggestion(self.ctx, self.info, name, names, others) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        Error::bad_request(format!("unknown {what} `{}`{hint}", shorten(name, 64)))
    }
}
