//! Input coercion: the JSON of arguments as what the engine works with.

use std::fmt;

use serde_json::Value as Json;

use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::graphql::global_id;
use crate::service::{FormRelation, InputForm};
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
    members
        .into_iter()
        .map(|(member, json)| {
            let json = member_value(info, &format_args!("{name}.{member}"), &member, json)?;
            Ok((member, json))
        })
        .collect()
}

fn member_value(
    info: &'static EntityInfo,
    path: &dyn fmt::Display,
    member: &str,
    json: Json,
) -> Result<Json> {
    let Some(column) = info.on(Surface::Graphql).column(member) else {
        return related_value(info, path, member, json);
    };
    match column.relation() {
        Some(_) if !json.is_null() => Ok(key_json(column_value(info, column, &path.to_string(), json)?)),
        _ => Ok(json),
    }
}

fn key_json(key: Value) -> Json {
    match key {
        Value::Int(key) => Json::from(key),
        key => Json::String(key.to_text()),
    }
}

/// The member of a relation: global ids in it are the keys that they stand for. What is none of a relation is left as it is.
fn related_value(
    info: &'static EntityInfo,
    path: &dyn fmt::Display,
    member: &str,
    json: Json,
) -> Result<Json> {
    let Json::Object(members) = json else { return Ok(json) };
    let relation = InputForm::create(info, Surface::Graphql)
        .relation(member)
        .or_else(|| InputForm::update(info, Surface::Graphql).relation(member));
    let target = match relation {
        None => return Ok(Json::Object(members)),
        Some(FormRelation::ToOne(column, _)) => column.target().unwrap_or(info),
        Some(FormRelation::ToMany(many)) => many.target(),
    };
    let read = |(name, json): (String, Json)| {
        let path = format!("{path}.{name}");
        let json = match name.as_str() {
            "connect" | "disconnect" | "delete" | "set" => {
                each(json, &path, |path, json| related_key(target, path, json))?
            }
            "create" => each(json, &path, |path, json| related_input(target, path, json))?,
            "update" => each(json, &path, |path, json| related_changes(target, path, json))?,
            _ => json,
        };
        Ok((name, json))
    };
    Ok(Json::Object(members.into_iter().map(read).collect::<Result<_>>()?))
}

/// The items of a list, or the one that stands for it.
fn each(json: Json, path: &str, read: impl Fn(&str, Json) -> Result<Json>) -> Result<Json> {
    match json {
        Json::Array(items) => {
            let items = items.into_iter().enumerate();
            let items = items.map(|(position, item)| read(&format!("{path}.{position}"), item));
            Ok(Json::Array(items.collect::<Result<_>>()?))
        }
        Json::Null => Ok(Json::Null),
        one => read(path, one),
    }
}

fn related_key(target: &'static EntityInfo, path: &str, json: Json) -> Result<Json> {
    column_value(target, target.key(), path, json).map(key_json)
}

fn related_input(target: &'static EntityInfo, path: &str, json: Json) -> Result<Json> {
    input_members(target, path, json).map(|members| Json::Object(members.into_iter().collect()))
}

fn related_changes(target: &'static EntityInfo, path: &str, json: Json) -> Result<Json> {
    let Json::Object(members) = json else { return Ok(json) };
    let read = |(name, json): (String, Json)| {
        let json = match name.as_str() {
            "id" => related_key(target, &format!("{path}.id"), json)?,
            "input" => related_input(target, &format!("{path}.input"), json)?,
            _ => json,
        };
        Ok((name, json))
    };
    Ok(Json::Object(members.into_iter().map(read).collect::<Result<_>>()?))
}
