//! Opaque cursors (the key of the last row) and global ids.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// The cursor after the row with this key.
pub(crate) fn write(id: i64) -> String {
    URL_SAFE_NO_PAD.encode(id.to_le_bytes())
}

/// The key in a cursor, unless it is not one of ours.
pub(crate) fn read(cursor: &str) -> Option<i64> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    Some(i64::from_le_bytes(bytes.try_into().ok()?))
}

/// The global id of a row: `base64("User:1")`.
pub(crate) fn global_id(kind: &str, id: i64) -> String {
    STANDARD.encode(format!("{kind}:{id}"))
}

/// The key in a global id of this kind.
pub(crate) fn key_of(kind: &str, global: &str) -> Option<i64> {
    let bytes = STANDARD.decode(global).ok()?;
    let (found, id) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    (found == kind).then(|| id.parse().ok()).flatten()
}
