//! The table `ar_internal_metadata`.

use entify::prelude::*;

/// A row of `ar_internal_metadata`.
// The table's own key (key) is none of entify's: rows are told apart by SQLite's `rowid`, which
// VACUUM may change, so leave it read only.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "ar_internal_metadata",
    key_column = "rowid",
    timestamps = none,
    external,
)]
pub struct ArInternalMetadatum {
    #[entity(unique, min_len = 0)]
    key: String,
    value: Option<String>,
    // SQLite has no times: the text as it is stored.
    #[entity(min_len = 0)]
    created_at: String,
    // SQLite has no times: the text as it is stored.
    #[entity(min_len = 0)]
    updated_at: String,
}
