use entify::prelude::*;

use crate::entities::{Customer, InvoiceLine};

/// A purchase.
#[derive(Entity)]
#[entity(
    policy(read = role("staff") | role("admin"), create = role("staff") | role("admin"), update = role("staff") | role("admin"), delete = role("admin")),
    index(customer, -invoice_date),
    order = -invoice_date,
    admin(list(invoice_date, customer, total), group = "Sales"),
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
