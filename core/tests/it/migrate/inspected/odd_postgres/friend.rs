//! The table `friends`.

use entify::prelude::*;

use super::StringRow;

/// A row of `friends`.
// The table's own key (left_one, right_one) is none of entify's: a digest of it is the key; it is
// read only, and a row is found by it without an index.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "friends",
    key = uuid,
    key_sql = "md5(ROW({left_one}, {right_one})::text)::uuid",
    timestamps = none,
    external,
    unique(left_one, right_one),
)]
pub struct Friend {
    #[entity(column = "left_one")]
    left_one: One<StringRow>,
    #[entity(column = "right_one")]
    right_one: One<StringRow>,
}
