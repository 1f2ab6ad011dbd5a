use entify::prelude::*;

use crate::entities::{Invoice, InvoicePolicy, Track};

/// One track of a purchase.
#[derive(Entity)]
#[entity(
    policy = InvoiceLinePolicy,
    admin(list(invoice, track, unit_price, quantity, amount), group = "Sales"),
)]
pub struct InvoiceLine {
    /// The purchase.
    #[entity(on_delete = cascade)]
    invoice: One<Invoice>,
    /// What was bought.
    #[entity(on_delete = restrict)]
    track: One<Track>,
    /// What one cost, in dollars.
    #[entity(precision = 10, scale = 2, min = 0, aggregate)]
    unit_price: Decimal,
    /// How many.
    #[entity(min = 1, default = 1, aggregate)]
    quantity: i32,
    /// What it comes to, in dollars; computed by the database.
    #[entity(scale = 2, computed(sql = "{unit_price} * {quantity}"), filter, sort, aggregate)]
    amount: Decimal,
}

/// A line has the rules of its invoice.
#[derive(Debug)]
pub struct InvoiceLinePolicy;

impl InvoiceLinePolicy {
    fn of(invoices: Decision<Invoice>) -> Decision<InvoiceLine> {
        invoices.through(InvoiceLine::invoice())
    }
}

impl Policy<InvoiceLine> for InvoiceLinePolicy {
    fn read(ctx: &Ctx) -> Decision<InvoiceLine> {
        Self::of(InvoicePolicy::read(ctx))
    }

    fn create(ctx: &Ctx) -> Decision<InvoiceLine> {
        Self::of(InvoicePolicy::create(ctx))
    }

    fn update(ctx: &Ctx) -> Decision<InvoiceLine> {
        Self::of(InvoicePolicy::update(ctx))
    }

    fn delete(ctx: &Ctx) -> Decision<InvoiceLine> {
        Self::of(InvoicePolicy::delete(ctx))
    }
}
