//! Query strings: split, percent-decoded, and read as what a request asks for.

mod reads;

use std::borrow::Cow;
use std::collections::HashSet;

use crate::ctx::Ctx;
use crate::entity::{Condition, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::filters::{self, FlatFilters, Known};
use crate::http::percent::decode_query;
use crate::policy::Action;
use crate::types::shorten;

pub(super) use reads::{ExportRequest, ListOf, ListRequest, add_sorts, export, item, limit, list, page};

/// Parameters of a list that are not filters.
pub(super) const RESERVED: [&str; 9] =
    ["limit", "cursor", "sort", "q", "count", "filter", "fields", "include", "ids"];
/// The parameters of an export that are not filters.
pub(super) const RESERVED_BY_EXPORT: [&str; 6] =
    ["sort", "q", "filter", "fields", "format", "escape_formulas"];

/// What a read is answered with. What is wrong with it is for those who may read rows: others are told that they may not.
pub(super) fn told_to_readers<T, E: From<Error>>(
    ctx: &Ctx,
    info: &EntityInfo,
    answer: Result<T, E>,
) -> Result<T, E> {
    answer.or_else(|wrong| {
        info.authorize(Action::Read, ctx)?;
        Err(wrong)
    })
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
                filters.add(
                    Known { ctx, info, surface: Surface::Rest },
                    name,
                    value,
                    again,
                    &["filter", "max_affected", "dry_run"],
                )?;
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

/// The filters of a request, flat and as a tree, which all hold.
#[derive(Default)]
pub(super) struct Filters {
    flat: FlatFilters,
    tree: Option<Condition>,
}

impl Filters {
    /// Adds the parameter of a filter; `others` are the parameters that are none.
    pub(super) fn add(
        &mut self,
        known: Known<'_>,
        name: &str,
        value: &str,
        again: bool,
        others: &[&'static str],
    ) -> Result<()> {
        match name {
            "filter" => self.tree = Some(filters::tree(known, value)?),
            _ => self.flat.add(known, name, value, again, others)?,
        }
        Ok(())
    }

    pub(super) fn into_condition(self) -> Condition {
        let flat = self.flat.into_condition();
        match self.tree {
            Some(tree) => flat.and(tree),
            None => flat,
        }
    }
}

/// Whether a parameter is a list, which may be given in several parts.
fn is_list(name: &str) -> bool {
    const LISTS: [&str; 10] =
        ["sort", "fields", "include", "ids", "group", "sum", "avg", "min", "max", "per"];
    LISTS.contains(&name) || name.ends_with("[in]") || name.ends_with("[nin]")
}

/// Calls `read` with each decoded name and value, and whether the name has come before, which only those of lists may.
/// How many there may be is limited by `read`, which refuses the first name that it does not know.
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
