//! The table `InvoiceLine`.

use entify::prelude::*;

use super::{Invoice, Track};

/// A row of `InvoiceLine`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "InvoiceLine",
    key_column = "InvoiceLineId",
    timestamps = none,
    external,
)]
pub struct InvoiceLine {
    #[entity(column = "InvoiceId")]
    invoice: One<Invoice>,
    #[entity(column = "TrackId")]
    track: One<Track>,
    #[entity(precision = 10, scale = 2, column = "UnitPrice")]
    unit_price: Decimal,
    #[entity(column = "Quantity")]
    quantity: i32,
}
