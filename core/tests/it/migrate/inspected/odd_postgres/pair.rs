//! The table `pair`.

use entify::prelude::*;

/// A row of `pair`.
// The table's own key (a, b) is none of entify's: a digest of it is the key; it is read only, and a
// row is found by it without an index.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    key = uuid,
    key_sql = "md5(ROW({a}, {b})::text)::uuid",
    timestamps = none,
    external,
    unique(a, b),
)]
pub struct Pair {
    #[entity(max_len = 3, min_len = 0)]
    a: String,
    b: i32,
}
