//! The table `mod`.

use entify::prelude::*;

use super::Order;

/// A row of `mod`.
// The key is that of a row of `String` too, which no relation is.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), timestamps = none, external)]
pub struct Mod {
    #[entity(column = "order")]
    order: Option<One<Order>>,
}
