//! Cursors: opaque, authenticated positions in an ordered list.
//!
//! A cursor holds the sort key of one row and a digest of the query it belongs to, under an HMAC-SHA256
//! (RFC 2104) that is cut to 16 bytes. A sort key that is too long for that is cut (`cursor/cut.rs`).

mod cut;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest as _, Sha256};

pub(crate) use cut::CutCursor;

use crate::ctx::{CURSOR_MAC as MAC, CursorKey};
use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{Error, Result};
use crate::query::{Sort, sort_key};
use crate::types::JsonStyle;
use crate::value::{Record, Value};

/// Characters of a cursor at most, whatever its query sorts by: it has to fit in URLs, headers and arguments.
const MAX_LENGTH: usize = 512;
/// Bytes of its content, four characters for three of them.
const MAX_BYTES: usize = MAX_LENGTH / 4 * 3;
const DIGEST: usize = 8;
/// The form of a cursor's content, its first byte under the signature. A new form must still read this one, or refuse it
/// as invalid, never misread it.
const WHOLE: u8 = 1;
/// The form of a cursor whose sort key is too long for it.
const CUT: u8 = 2;

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

/// A cursor as it was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ReadCursor {
    /// The sort key of its row.
    Whole(Cursor),
    /// The head of the sort key, and which row has it.
    Cut(CutCursor),
}

impl Cursor {
    /// The cursor of a row.
    pub(crate) fn write(
        info: &EntityInfo,
        record: &Record,
        order: &[Sort],
        query: QueryDigest,
        key: &CursorKey,
    ) -> String {
        let mut payload = Vec::with_capacity(64);
        payload.extend_from_slice(&[0; MAC]);
        payload.push(WHOLE);
        payload.extend_from_slice(&query.0);
        write_sort_key(info, record, order, &mut payload);
        if payload.len() > MAX_BYTES {
            let sort_key = payload.split_off(MAC + 1 + DIGEST);
            payload[MAC] = CUT;
            cut::write(info, record, order, &sort_key, key, &mut payload);
        }
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
    ) -> Result<ReadCursor> {
        let bytes = BASE64.decode(text).map_err(|_| Error::CursorInvalid)?;
        if bytes.len() < MAC + 1 + DIGEST {
            return Err(Error::CursorInvalid);
        }
        let (mac, payload) = bytes.split_at(MAC);
        if !bool::from(subtle::ConstantTimeEq::ct_eq(&key.sign(payload)[..], mac)) {
            return Err(Error::CursorInvalid);
        }
        let Some((form @ (&WHOLE | &CUT), content)) = payload.split_first() else {
            return Err(Error::CursorInvalid);
        };
        let (of, content) = content.split_at(DIGEST);
        if of != query.0 {
            return Err(Error::CursorMismatch);
        }
        if *form == CUT {
            return cut::read(content, info, order).map(ReadCursor::Cut);
        }
        let values = json_values(content)?;
        if values.len() != order.len() {
            return Err(Error::CursorMismatch);
        }
        let values = values.into_iter().zip(order).map(|(json, sort)| decode(json, sort.sorted_column(info)));
        Ok(ReadCursor::Whole(Self(values.collect::<Result<_>>()?)))
    }
}

/// The sort key of a row as a JSON array.
fn write_sort_key(info: &EntityInfo, record: &Record, order: &[Sort], out: &mut Vec<u8>) {
    out.push(b'[');
    for (position, value) in sort_key(info, order, record).enumerate() {
        if position > 0 {
            out.push(b',');
        }
        value.write_json(JsonStyle::Rest, out);
    }
    out.push(b']');
}

fn json_values(json: &[u8]) -> Result<Vec<serde_json::Value>> {
    serde_json::from_slice(json).map_err(|_| Error::CursorInvalid)
}

fn decode(json: serde_json::Value, column: &ColumnInfo) -> Result<Value> {
    match json {
        serde_json::Value::Null => Ok(Value::Null),
        json => column.kind.decode_json(json, JsonStyle::Rest).map_err(|_| Error::CursorInvalid),
    }
}
