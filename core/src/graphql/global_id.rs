//! Global ids: `base64("User:1")`, unique over all entities.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::entity::{ColumnInfo, EntityInfo, Registry, Surface};
use crate::error::{Error, Result};
use crate::value::Value;

/// Longest id worth decoding: a type name of 128 characters and a UUID.
const MAX_LENGTH: usize = 256;

/// Whether a column is shown as a global id: keys and references are.
pub(super) fn is_id(column: &ColumnInfo) -> bool {
    column.index == 0 || column.relation().is_some()
}

/// The entity whose rows a column's global ids name.
pub(super) fn target(info: &'static EntityInfo, column: &ColumnInfo) -> Option<&'static EntityInfo> {
    if column.index == 0 { Some(info) } else { column.target() }
}

/// The global id of a row.
pub(super) fn text(info: &EntityInfo, key: &Value) -> String {
    BASE64.encode(format!("{}:{}", info.def.graphql.type_name, key.to_text()))
}

/// Appends the global id of a row as a JSON string. `scratch` is reused from id to id.
pub(super) fn write(info: &EntityInfo, key: &Value, scratch: &mut Vec<u8>, out: &mut Vec<u8>) {
    use std::io::Write as _;
    scratch.clear();
    scratch.extend_from_slice(info.def.graphql.type_name.as_bytes());
    scratch.push(b':');
    // Writing to memory cannot fail.
    let _ = match key {
        Value::Int(key) => write!(scratch, "{key}"),
        Value::Uuid(key) => write!(scratch, "{}", key.as_hyphenated()),
        other => write!(scratch, "{other}"),
    };
    out.push(b'"');
    let start = out.len();
    out.resize(start + scratch.len().div_ceil(3) * 4, 0);
    let written = BASE64.encode_slice(&*scratch, &mut out[start..]).unwrap_or(0);
    out.truncate(start + written);
    out.push(b'"');
}

/// Reads the id of a row of `info`.
///
/// # Errors
/// [`Error::BadRequest`] when it is not a global id or belongs to another type.
pub(super) fn decode(info: &EntityInfo, id: &str) -> Result<Value> {
    let (name, key) = split(id).ok_or_else(|| not_an_id(id))?;
    let wanted = info.def.graphql.type_name;
    if name != wanted {
        return Err(Error::bad_request(format!(
            "this is the id of another type; expected the id of a `{wanted}`"
        )));
    }
    key_of(info, &key).ok_or_else(|| not_an_id(id))
}

/// Reads the id of a row of any entity.
pub(super) fn decode_any(registry: &Registry, id: &str) -> Result<(&'static EntityInfo, Value)> {
    let (name, key) = split(id).ok_or_else(|| not_an_id(id))?;
    let info = registry
        .iter()
        .find(|info| info.def.graphql.type_name == name && info.is_on(Surface::Graphql))
        .ok_or_else(|| not_an_id(id))?;
    let key = key_of(info, &key).ok_or_else(|| not_an_id(id))?;
    Ok((info, key))
}

fn split(id: &str) -> Option<(String, String)> {
    if id.len() > MAX_LENGTH {
        return None;
    }
    let text = String::from_utf8(BASE64.decode(id).ok()?).ok()?;
    let (name, key) = text.split_once(':')?;
    Some((name.to_owned(), key.to_owned()))
}

/// Only the spelling that [`write()`] makes is an id: not `User:01`, not `User:+1`.
fn key_of(info: &EntityInfo, text: &str) -> Option<Value> {
    let key = info.key().kind.decode_text(text).ok()?;
    (key.to_text() == text).then_some(key)
}

fn not_an_id(id: &str) -> Error {
    let shown = crate::types::shorten(id, 40);
    Error::bad_request(format!(
        "`{shown}` is not an id of this schema; take ids from the `id` fields of an answer"
    ))
}
