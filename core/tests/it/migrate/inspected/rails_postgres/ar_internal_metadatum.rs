//! The table `ar_internal_metadata`.

use entify::prelude::*;

/// A row of `ar_internal_metadata`.
// The table's own key (key) is none of entify's: a digest of it is the key; it is read only, and a
// row is found by it without an index.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "ar_internal_metadata",
    key = uuid,
    key_sql = "md5(ROW({key})::text)::uuid",
    external,
)]
pub struct ArInternalMetadatum {
    #[entity(unique, min_len = 0)]
    key: String,
    value: Option<String>,
}
