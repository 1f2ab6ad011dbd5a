//! Input coercion: the JSON of arguments as what the engine works with.

use serde_json::Value as Json;

use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::graphql::global_id;
use crate::types::JsonStyle;
use crate::value::Value;

/// Characters of an id.
const MAX_ID: usize = 256;

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
pub(super) fn expected_version(value: &Json) -> Result<Option<i64>> {
    let version = value.as_i64();
    if version.is_none() && !value.is_null() {
        return Err(Error::bad_request("`expectedVersion` must be a whole number"));
    }
    Ok(version)
}

/// The text of a global id.
pub(super) fn id(name: &str, value: Json) -> Result<String> {
    text(name, value, MAX_ID)
}

/// A value of a column: to compare it with, or for a reference of a row.
pub(super) fn column_value(
    info: &'static EntityInfo,
    column: &ColumnInfo,
    name: &str,
    json: Json,
) -> Result<Value> {
    if !global_id::is_id(column) {
        return column
            .kind
            .decode_json(json, JsonStyle::Graphql)
            .map_err(|error| Error::bad_request(format!("`{name}` {}", error.message)));
    }
    match (json, global_id::target(info, column)) {
        (Json::String(id), Some(target)) => {
            global_id::decode(target, &id).map_err(|error| Error::bad_request(format!("`{name}`: {error}")))
        }
        _ => Err(Error::bad_request(format!("`{name}` must be an id"))),
    }
}

/// The members of an input object. References, which arrive as global ids, are the keys that they stand for.
pub(super) fn input_members(
    info: &'static EntityInfo,
    name: &str,
    input: Json,
) -> Result<Vec<(String, Json)>> {
    let Json::Object(members) = input else {
        return Err(Error::bad_request(format!("`{name}` must be an object")));
    };
    let view = info.on(Surface::Graphql);
    let key_of = |(member, json): (String, Json)| {
        let reference = view.column(&member).filter(|column| column.relation().is_some());
        let json = match reference {
            Some(column) if !json.is_null() => {
                match column_value(info, column, &format!("{name}.{member}"), json)? {
                    Value::Int(key) => Json::from(key),
                    key => Json::String(key.to_text()),
                }
            }
            _ => json,
        };
        Ok((member, json))
    };
    members.into_iter().map(key_of).collect()
}
