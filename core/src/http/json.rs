//! JSON request bodies: bounded, strict, without duplicate keys.

use std::fmt;

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use poem::Request;
use poem::http::header;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{Error, Result};

/// The greatest request body unless the settings have another limit: 1 MiB.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

/// Whether the request's media type is one of these, whatever its parameters.
#[must_use]
pub(crate) fn has_media_type(request: &Request, accepted: &[&str]) -> bool {
    let Some(value) = request.headers().get(header::CONTENT_TYPE) else {
        return false;
    };
    let Ok(value) = value.to_str() else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    accepted.iter().any(|media_type| media_type.eq_ignore_ascii_case(essence))
}

/// Reads the whole body, chunked or not, up to `limit` bytes.
///
/// # Errors
/// [`Error::PayloadTooLarge`], or [`Error::BadRequest`] when the body ends early.
pub(crate) async fn read_body(request: &mut Request, limit: usize) -> Result<Bytes> {
    let content_length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if content_length.is_some_and(|length| length > limit as u64) {
        return Err(Error::PayloadTooLarge { limit });
    }
    let mut chunks = request.take_body().into_bytes_stream();
    let mut next = async || {
        chunks
            .try_next()
            .await
            .map_err(|_| Error::bad_request("the request's body could not be read to its end"))
    };
    // Nearly every body comes in one chunk, which is then not copied.
    let first = next().await?.unwrap_or_default();
    if first.len() > limit {
        return Err(Error::PayloadTooLarge { limit });
    }
    let Some(second) = next().await? else {
        return Ok(first);
    };
    let mut whole = BytesMut::from(&first[..]);
    let mut chunk = Some(second);
    while let Some(bytes) = chunk {
        if whole.len() + bytes.len() > limit {
            return Err(Error::PayloadTooLarge { limit });
        }
        whole.extend_from_slice(&bytes);
        chunk = next().await?;
    }
    Ok(whole.freeze())
}

/// The members of a JSON object, in their order.
///
/// # Errors
/// [`Error::BadRequest`] for malformed JSON, anything but an object, or a duplicate key.
pub(crate) fn parse_object(body: &[u8]) -> Result<Vec<(String, Value)>> {
    if body.is_empty() {
        return Err(Error::bad_request("the body is empty; send a JSON object"));
    }
    let malformed = |error: serde_json::Error| {
        let reason = error.to_string();
        let reason = crate::types::shorten(&reason, 200);
        Error::bad_request(format!("the body is not valid: {reason}"))
    };
    let mut reader = serde_json::Deserializer::from_slice(body);
    let members = reader.deserialize_any(Members).map_err(malformed)?;
    reader.end().map_err(malformed)?;
    Ok(members)
}

/// Reads the outermost object into its members.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::with_capacity(8);
        while let Some(name) = map.next_key::<String>()? {
            // Quadratic in the number of keys, which is bounded below before it matters.
            if members.iter().any(|(other, _)| *other == name) {
                return Err(duplicate(&name));
            }
            if members.len() == MAX_MEMBERS {
                return Err(A::Error::custom(format_args!("more than {MAX_MEMBERS} keys")));
            }
            members.push((name, map.next_value_seed(Strict)?));
        }
        Ok(members)
    }
}

/// Keys of the outermost object; an entity has at most 120 fields.
const MAX_MEMBERS: usize = 512;

fn duplicate<E: serde::de::Error>(name: &str) -> E {
    E::custom(format_args!("the key `{}` comes twice", crate::types::shorten(name, 64)))
}

/// Reads any JSON value, refusing objects with duplicate keys.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Strict)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.contains_key(&name) {
                return Err(duplicate(&name));
            }
            let value = map.next_value_seed(Strict)?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::parse_object;

    fn refusal(body: &str) -> String {
        parse_object(body.as_bytes()).expect_err("refused").to_string()
    }

    #[test]
    fn members_keep_their_order() {
        let members = parse_object(br#" {"b": 1, "a": {"x": [null, true, 2.5, "t"]}} "#).expect("an object");
        assert_eq!(members[0].0, "b");
        assert_eq!(members[1].1, serde_json::json!({"x": [null, true, 2.5, "t"]}));
    }

    #[test]
    fn what_is_not_one_object_is_refused() {
        for body in ["", "{", "[]", "null", "1", "\"x\"", "{}{}", "{\"a\":1,}", "{'a':1}", "{\"a\":1e400}"] {
            parse_object(body.as_bytes()).expect_err(body);
        }
        parse_object(b"{\"a\":\"\xff\"}").expect_err("not UTF-8");
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        parse_object(deep.as_bytes()).expect_err("too deep");
    }

    #[test]
    fn duplicate_keys_are_refused_at_every_level() {
        assert!(refusal(r#"{"a":1,"a":2}"#).contains("the key `a` comes twice"));
        assert!(refusal(r#"{"a":{"b":1,"b":2}}"#).contains("the key `b` comes twice"));
        assert!(refusal(r#"{"a":[{"b":1,"\u0062":2}]}"#).contains("the key `b` comes twice"));
    }
}
