//! The table `Invoice`.

use entify::prelude::*;

use super::{Customer, InvoiceLine};

/// A row of `Invoice`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "Invoice",
    key_column = "InvoiceId",
    timestamps = none,
    external,
)]
pub struct Invoice {
    #[entity(column = "CustomerId")]
    customer: One<Customer>,
    // The column has no time zone: its times are taken to be in UTC.
    #[entity(column = "InvoiceDate")]
    invoice_date: DateTime<Utc>,
    #[entity(max_len = 70, column = "BillingAddress")]
    billing_address: Option<String>,
    #[entity(max_len = 40, column = "BillingCity")]
    billing_city: Option<String>,
    #[entity(max_len = 40, column = "BillingState")]
    billing_state: Option<String>,
    #[entity(max_len = 40, column = "BillingCountry")]
    billing_country: Option<String>,
    #[entity(max_len = 10, column = "BillingPostalCode")]
    billing_postal_code: Option<String>,
    #[entity(precision = 10, scale = 2, column = "Total")]
    total: Decimal,
    #[entity(inverse = invoice)]
    invoice_lines: Many<InvoiceLine>,
}
