//! The arguments that every connection takes.

use async_graphql::{Name, Positioned};
use async_graphql_value::Value as Literal;
use serde_json::Value as Json;

use crate::entity::{EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::graphql::description::order::DIRECTIONS;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::{coercion, filter};
use crate::query::{ListQuery, PageArgs, Sort};
use crate::value::ColumnSet;

/// Keys that one order may have.
const MAX_SORTS: usize = 8;
/// Characters of a search text.
const MAX_SEARCH: usize = 200;
/// Characters of a cursor.
const MAX_CURSOR: usize = 4096;

/// What a connection's arguments ask for.
pub(super) fn list_query(
    context: &ExecutionContext<'_>,
    info: &'static EntityInfo,
    arguments: &[(Positioned<Name>, Positioned<Literal>)],
) -> Result<ListQuery> {
    let mut query = ListQuery::new(ColumnSet::KEY);
    for (name, value) in arguments {
        let name = name.node.as_str();
        let value = match context.json(&value.node) {
            None | Some(Json::Null) => continue,
            Some(value) => value,
        };
        match name {
            "first" => query.page.first = Some(page_size("first", &value)?),
            "last" => query.page.last = Some(page_size("last", &value)?),
            "after" => query.page.after = Some(coercion::text("after", value, MAX_CURSOR)?),
            "before" => query.page.before = Some(coercion::text("before", value, MAX_CURSOR)?),
            "filter" => query.filter = filter::condition(info, value)?,
            "orderBy" => query.order = coerce_order(info, value)?,
            "search" => query.search = Some(coercion::text("search", value, MAX_SEARCH)?),
            // Validation lets nothing else pass but an argument of a user's own resolver.
            _ => {}
        }
    }
    query.page.check()?;
    Ok(query)
}

fn page_size(name: &'static str, value: &Json) -> Result<u32> {
    let size =
        value.as_i64().ok_or_else(|| Error::bad_request(format!("`{name}` must be a whole number")))?;
    PageArgs::size(name, size, 0)
}

/// `[{createdAt: DESC}, {email: ASC}]`.
fn coerce_order(info: &'static EntityInfo, value: Json) -> Result<Vec<Sort>> {
    let entries = coercion::list(value);
    if entries.len() > MAX_SORTS {
        return Err(Error::bad_request(format!("`orderBy` takes at most {MAX_SORTS} entries")));
    }
    let mut sorts: Vec<Sort> = Vec::with_capacity(entries.len());
    for entry in entries {
        let sort = coerce_sort(info, entry)?;
        if sorts.iter().any(|known| known.column == sort.column) {
            let name = info.columns[sort.column].graphql;
            return Err(Error::bad_request(format!("`orderBy` names `{name}` twice")));
        }
        sorts.push(sort);
    }
    Ok(sorts)
}

pub(super) fn coerce_sort(info: &'static EntityInfo, entry: Json) -> Result<Sort> {
    let not_one =
        || Error::bad_request("an entry of `orderBy` has exactly one field, like `{createdAt: DESC}`");
    let Json::Object(members) = entry else {
        return Err(not_one());
    };
    let mut members = members.into_iter();
    let (Some((name, direction)), None) = (members.next(), members.next()) else {
        return Err(not_one());
    };
    let column = info
        .on(Surface::Graphql)
        .sortable_column(&name)
        .ok_or_else(|| Error::bad_request(format!("`orderBy` does not know `{name}`")))?;
    let direction = DIRECTIONS
        .iter()
        .find(|known| direction == known.name)
        .ok_or_else(|| Error::bad_request(format!("`orderBy.{name}` must be a direction, like `ASC`")))?;
    let mut sort = Sort::new(column.index, direction.direction);
    if let Some(nulls) = direction.nulls {
        sort.nulls = nulls;
    }
    Ok(sort)
}
