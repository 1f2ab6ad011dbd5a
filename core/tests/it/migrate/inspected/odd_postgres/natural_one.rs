//! The table `natural_one`.

use entify::prelude::*;

/// A row of `natural_one`.
// The table's own key (code) is none of entify's: a digest of it is the key; it is read only, and a
// row is found by it without an index.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    key = uuid,
    key_sql = "md5(ROW({code})::text)::uuid",
    timestamps = none,
    external,
)]
pub struct NaturalOne {
    #[entity(unique, max_len = 3, min_len = 0)]
    code: String,
    at: Option<NaiveTime>,
}
