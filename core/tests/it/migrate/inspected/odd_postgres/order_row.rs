//! The table `Orders`.

use entify::prelude::*;

/// A row of `Orders`.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), table = "Orders", timestamps = none, external)]
pub struct OrderRow {
    name: Option<String>,
}
