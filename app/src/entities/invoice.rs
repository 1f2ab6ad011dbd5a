use entify::prelude::*;

use crate::entities::{Customer, Employee, InvoiceLine};

/// A purchase.
#[derive(Entity)]
#[entity(
    policy = InvoicePolicy,
    index(customer, -invoice_date),
    order = -invoice_date,
    admin(label = "#{id} · {customer}", list(invoice_date, customer, total), group = "Sales"),
)]
pub struct Invoice {
    /// Who bought.
    #[entity(on_delete = restrict)]
    customer: One<Customer>,
    /// When it was bought.
    #[entity(filter, sort)]
    invoice_date: DateTime<Utc>,
    /// Street and number of the bill.
    #[entity(max_len = 120)]
    billing_address: Option<String>,
    /// The city of the bill.
    #[entity(max_len = 60)]
    billing_city: Option<String>,
    /// The state or province of the bill.
    #[entity(max_len = 40)]
    billing_state: Option<String>,
    /// The country of the bill.
    #[entity(index, max_len = 60)]
    billing_country: Option<String>,
    /// The postal code of the bill.
    #[entity(max_len = 20)]
    billing_postal_code: Option<String>,
    /// The sum of the lines, in dollars.
    #[entity(precision = 10, scale = 2, min = 0, filter, sort)]
    total: Decimal,
    /// What was bought.
    #[entity(inverse = invoice)]
    lines: Many<InvoiceLine>,
}

/// Customers read their own invoices. Support employees also create and change the invoices of their customers; staff does so for
/// all customers.
#[derive(Debug)]
pub struct InvoicePolicy;

impl InvoicePolicy {
    /// The invoices that the principal manages.
    pub fn managed(ctx: &Ctx) -> Decision<Invoice> {
        let me = ctx.principal();
        if me.has_role("staff") || me.has_role("admin") {
            return Decision::Allow;
        }
        match me.subject_as::<Id<Employee>>().filter(|_| me.has_role("support")) {
            Some(me) => Invoice::customer().is(Customer::support_rep().eq(me)).into(),
            None => Decision::Deny,
        }
    }

    /// The invoices of the principal as a customer.
    fn own(ctx: &Ctx) -> Decision<Invoice> {
        let me = ctx.principal();
        match me.subject_as::<Id<Customer>>().filter(|_| me.has_role("customer")) {
            Some(me) => Invoice::customer_id().eq(me).into(),
            None => Decision::Deny,
        }
    }
}

impl Policy<Invoice> for InvoicePolicy {
    fn read(ctx: &Ctx) -> Decision<Invoice> {
        Self::own(ctx) | Self::managed(ctx)
    }

    fn create(ctx: &Ctx) -> Decision<Invoice> {
        Self::managed(ctx)
    }

    fn update(ctx: &Ctx) -> Decision<Invoice> {
        Self::managed(ctx)
    }

    fn delete(ctx: &Ctx) -> Decision<Invoice> {
        ctx.principal().has_role("admin").into()
    }
}
