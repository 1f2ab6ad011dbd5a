//! The table `of_pair`.

use entify::prelude::*;

/// A row of `of_pair`.
// The reference (a, b) to `pair` is of several columns, which no relation is.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), timestamps = none, external)]
pub struct OfPair {
    #[entity(max_len = 3)]
    a: Option<String>,
    b: Option<i32>,
}
