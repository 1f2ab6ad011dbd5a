use entify::prelude::*;

use crate::entities::{Invoice, Track};

/// One track of a purchase.
#[derive(Entity)]
#[entity(
    policy(read = role("staff") | role("admin"), create = role("staff") | role("admin"), update = role("staff") | role("admin"), delete = role("admin")),
    admin(list(invoice, track, unit_price, quantity), group = "Sales"),
)]
pub struct InvoiceLine {
    /// The purchase.
    #[entity(on_delete = cascade)]
    invoice: One<Invoice>,
    /// What was bought.
    #[entity(on_delete = restrict)]
    track: One<Track>,
    /// What one cost, in dollars.
    #[entity(precision = 10, scale = 2, min = 0)]
    unit_price: Decimal,
    /// How many.
    #[entity(min = 1, default = 1)]
    quantity: i32,
}
