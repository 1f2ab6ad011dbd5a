//! JSON request bodies: bounded, strict, without duplicate keys.

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use poem::Request;
use poem::http::header;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::types::strict_json;

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
    strict_json::members(body).map_err(|error| {
        let reason = error.to_string();
        let reason = crate::types::shorten(&reason, 200);
        Error::bad_request(format!("the body is not valid: {reason}"))
    })
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
        for body in ["", "{", "[]", "null", "1", "\"x\"", "{}{}", "{\"a\":1,}", "{'a':1}"] {
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
