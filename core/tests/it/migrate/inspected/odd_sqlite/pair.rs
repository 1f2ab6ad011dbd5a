//! The table `pair`.

use entify::prelude::*;

/// A row of `pair`.
// The table's own key (a, b) is none of entify's: rows are told apart by SQLite's `rowid`, which
// VACUUM may change, so leave it read only.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    key_column = "rowid",
    timestamps = none,
    external,
    unique(a, b),
)]
pub struct Pair {
    #[entity(max_len = 3, min_len = 0)]
    a: String,
    b: i64,
}
