//! Arguments of fields as JSON, with the variables put in, and the ones that every connection takes.

use std::collections::HashMap;

use async_graphql::parser::types::{Field, FragmentDefinition};
use async_graphql::{Name, Positioned, Value as Constant, Variables};
use async_graphql_value::Value as Literal;
use serde_json::Value as Json;

use crate::entity::{EntityInfo, Registry};
use crate::error::{Error, Result};
use crate::graphql::schema::DIRECTIONS;
use crate::graphql::{filter, visible};
use crate::query::{ListQuery, PageArgs, Sort};

/// Keys that one order may have.
const MAX_SORTS: usize = 8;
/// Characters of a search text.
const MAX_SEARCH: usize = 200;
/// Characters of a cursor.
const MAX_CURSOR: usize = 4096;

/// What the fields of one operation refer to.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The entities of the schema.
    pub(super) entities: &'a Registry,
    /// The document's fragments.
    pub(super) fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// The values of the variables, defaults included.
    pub(super) variables: &'a Variables,
}

impl Scope<'_> {
    /// The value of an argument; absent when it is not given, or given as a variable that is not.
    pub(super) fn argument(&self, field: &Field, name: &str) -> Option<Json> {
        self.json(&field.get_argument(name)?.node)
    }

    /// The value of an argument that must be given.
    pub(super) fn required(&self, field: &Field, name: &str) -> Result<Json> {
        match self.argument(field, name) {
            None | Some(Json::Null) => Err(Error::bad_request(format!("`{name}` is required"))),
            Some(value) => Ok(value),
        }
    }

    /// A literal with the variables put in. A member whose variable is absent is absent; an element is null.
    fn json(&self, literal: &Literal) -> Option<Json> {
        use Literal as V;
        Some(match literal {
            V::Variable(name) => return self.variables.get(name).map(constant),
            V::Null | V::Binary(_) => Json::Null,
            V::Number(number) => Json::Number(number.clone()),
            V::String(text) => Json::String(text.clone()),
            V::Boolean(value) => Json::Bool(*value),
            V::Enum(name) => Json::String(name.to_string()),
            V::List(items) => {
                Json::Array(items.iter().map(|item| self.json(item).unwrap_or_default()).collect())
            }
            V::Object(members) => Json::Object(
                members
                    .iter()
                    .filter_map(|(name, member)| Some((name.to_string(), self.json(member)?)))
                    .collect(),
            ),
        })
    }

    /// Whether `@skip` and `@include` leave a selection in.
    pub(super) fn includes(
        &self,
        directives: &[Positioned<async_graphql::parser::types::Directive>],
    ) -> bool {
        directives.iter().all(|directive| {
            let wanted = match directive.node.name.node.as_str() {
                "skip" => false,
                "include" => true,
                _ => return true,
            };
            let condition = directive.node.get_argument("if").and_then(|value| self.json(&value.node));
            condition == Some(Json::Bool(wanted))
        })
    }

    /// What a connection's arguments ask for.
    pub(super) fn list_query(&self, info: &'static EntityInfo, field: &Field) -> Result<ListQuery> {
        let mut query = ListQuery::new(crate::value::ColumnSet::KEY);
        for (name, value) in &field.arguments {
            let name = name.node.as_str();
            let value = match self.json(&value.node) {
                None | Some(Json::Null) => continue,
                Some(value) => value,
            };
            match name {
                "first" => query.page.first = Some(size("first", &value)?),
                "last" => query.page.last = Some(size("last", &value)?),
                "after" => query.page.after = Some(text("after", value, MAX_CURSOR)?),
                "before" => query.page.before = Some(text("before", value, MAX_CURSOR)?),
                "filter" => query.filter = filter::condition(info, value)?,
                "orderBy" => query.order = order(info, value)?,
                "search" => query.search = Some(text("search", value, MAX_SEARCH)?),
                other => return Err(Error::bad_request(format!("`{other}` is not an argument here"))),
            }
        }
        query.page.check()?;
        Ok(query)
    }
}

/// A constant as JSON.
fn constant(value: &Constant) -> Json {
    match value {
        Constant::Null | Constant::Binary(_) => Json::Null,
        Constant::Number(number) => Json::Number(number.clone()),
        Constant::String(text) => Json::String(text.clone()),
        Constant::Boolean(value) => Json::Bool(*value),
        Constant::Enum(name) => Json::String(name.to_string()),
        Constant::List(items) => Json::Array(items.iter().map(constant).collect()),
        Constant::Object(members) => {
            Json::Object(members.iter().map(|(name, member)| (name.to_string(), constant(member))).collect())
        }
    }
}

/// GraphQL takes one value where a list is expected.
pub(super) fn list(value: Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items,
        one => vec![one],
    }
}

/// A text argument.
pub(super) fn text(name: &str, value: Json, most: usize) -> Result<String> {
    match value {
        Json::String(text) if text.chars().count() > most => {
            Err(Error::bad_request(format!("`{name}` is longer than {most} characters")))
        }
        Json::String(text) if text.contains('\0') => {
            Err(Error::bad_request(format!("`{name}` must not contain NUL characters")))
        }
        Json::String(text) => Ok(text),
        _ => Err(Error::bad_request(format!("`{name}` must be a text"))),
    }
}

/// `expectedVersion`; null is as good as absent.
pub(super) fn version(value: &Json) -> Result<Option<i64>> {
    let version = value.as_i64();
    if version.is_none() && !value.is_null() {
        return Err(Error::bad_request("`expectedVersion` must be a whole number"));
    }
    Ok(version)
}

fn size(name: &'static str, value: &Json) -> Result<u32> {
    let size =
        value.as_i64().ok_or_else(|| Error::bad_request(format!("`{name}` must be a whole number")))?;
    PageArgs::size(name, size)
}

/// `[{createdAt: DESC}, {email: ASC}]`.
fn order(info: &'static EntityInfo, value: Json) -> Result<Vec<Sort>> {
    let entries = list(value);
    if entries.len() > MAX_SORTS {
        return Err(Error::bad_request(format!("`orderBy` takes at most {MAX_SORTS} entries")));
    }
    let mut sorts: Vec<Sort> = Vec::with_capacity(entries.len());
    for entry in entries {
        let sort = sort(info, entry)?;
        if sorts.iter().any(|known| known.column == sort.column) {
            let name = info.columns[sort.column].graphql;
            return Err(Error::bad_request(format!("`orderBy` names `{name}` twice")));
        }
        sorts.push(sort);
    }
    Ok(sorts)
}

fn sort(info: &'static EntityInfo, entry: Json) -> Result<Sort> {
    let one = || Error::bad_request("an entry of `orderBy` has exactly one field, like `{createdAt: DESC}`");
    let Json::Object(members) = entry else {
        return Err(one());
    };
    let mut members = members.into_iter();
    let (Some((name, direction)), None) = (members.next(), members.next()) else {
        return Err(one());
    };
    let column = visible::column(info, &name)
        .filter(|column| column.sort)
        .ok_or_else(|| Error::bad_request(format!("`orderBy` does not know `{name}`")))?;
    let (_, _, direction, nulls) = DIRECTIONS
        .iter()
        .find(|(name, ..)| direction == *name)
        .ok_or_else(|| Error::bad_request(format!("`orderBy.{name}` must be a direction, like `ASC`")))?;
    let mut sort = Sort::new(column.index, *direction);
    if let Some(nulls) = nulls {
        sort.nulls = *nulls;
    }
    Ok(sort)
}
