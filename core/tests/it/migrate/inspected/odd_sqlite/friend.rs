//! The table `friends`.

use entify::prelude::*;

use super::StringRow;

/// A row of `friends`.
// The table's own key (left_one, right_one) is none of entify's: rows are told apart by SQLite's
// `rowid`, which VACUUM may change, so leave it read only.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "friends",
    key_column = "rowid",
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
