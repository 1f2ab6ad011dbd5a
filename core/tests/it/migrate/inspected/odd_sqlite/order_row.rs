//! The table `Orders_`.

use entify::prelude::*;

/// A row of `Orders_`.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), table = "Orders_", timestamps = none, external)]
pub struct OrderRow {
    name: Option<String>,
}
