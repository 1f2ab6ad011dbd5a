//! Cursors: opaque, authenticated positions in an ordered list.
//!
//! A cursor holds the sort key of one row and a digest of the query it belongs to, under an HMAC-SHA256
//! (RFC 2104) that is cut to 16 bytes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest as _, Sha256};

use crate::ctx::{CURSOR_MAC as MAC, CursorKey};
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::query::Sort;
use crate::types::JsonStyle;
use crate::value::{Record, Value};

const DIGEST: usize = 8;
/// The form of a cursor's content, its first byte under the signature. A new form must still read this one, or refuse it
/// as invalid, never misread it.
const VERSION: u8 = 1;

/// The query that a cursor belongs to: entity, filter, order and principal, as a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QueryDigest([u8; DIGEST]);

impl QueryDigest {
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update(part.len().to_le_bytes());
            digest.update(part);
        }
        let full = digest.finalize();
        let mut cut = [0; DIGEST];
        cut.copy_from_slice(&full[..DIGEST]);
        Self(cut)
    }
}

/// The sort key of one row, in the order of the sort.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cursor(pub(crate) Vec<Value>);

impl Cursor {
    /// The cursor of a row.
    pub(crate) fn write(record: &Record, order: &[Sort], query: QueryDigest, key: &CursorKey) -> String {
        let mut payload = Vec::with_capacity(64);
        payload.extend_from_slice(&[0; MAC]);
        payload.push(VERSION);
        payload.extend_from_slice(&query.0);
        payload.push(b'[');
        for (position, sort) in order.iter().enumerate() {
            if position > 0 {
                payload.push(b',');
            }
            record.get(sort.column).write_json(JsonStyle::Rest, &mut payload);
        }
        payload.push(b']');
        let mac = key.sign(&payload[MAC..]);
        payload[..MAC].copy_from_slice(&mac);
        BASE64.encode(payload)
    }

    /// Reads a cursor back.
    pub(crate) fn read(
        text: &str,
        info: &EntityInfo,
        order: &[Sort],
        query: QueryDigest,
        key: &CursorKey,
    ) -> Result<Self> {
        let bytes = BASE64.decode(text).map_err(|_| Error::CursorInvalid)?;
        if bytes.len() < MAC + 1 + DIGEST {
            return Err(Error::CursorInvalid);
        }
        let (mac, payload) = bytes.split_at(MAC);
        if !bool::from(subtle::ConstantTimeEq::ct_eq(&key.sign(payload)[..], mac)) {
            return Err(Error::CursorInvalid);
        }
        let Some((&VERSION, content)) = payload.split_first() else {
            return Err(Error::CursorInvalid);
        };
        let (of, json) = content.split_at(DIGEST);
        if of != query.0 {
            return Err(Error::CursorMismatch);
        }
        let values: Vec<serde_json::Value> =
            serde_json::from_slice(json).map_err(|_| Error::CursorInvalid)?;
        if values.len() != order.len() {
            return Err(Error::CursorMismatch);
        }
        let decode = |(json, sort): (serde_json::Value, &Sort)| match json {
            serde_json::Value::Null => Ok(Value::Null),
            json => info.columns[sort.column]
                .kind
                .decode_json(json, JsonStyle::Rest)
                .map_err(|_| Error::CursorInvalid),
        };
        Ok(Self(values.into_iter().zip(order).map(decode).collect::<Result<_>>()?))
    }
}
