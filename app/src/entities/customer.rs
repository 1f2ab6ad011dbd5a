use entify::prelude::*;

use crate::entities::{Employee, Invoice};

/// Someone who buys.
//
// The subject of a principal is a number: with the role `customer` the id of their row here, with the role `support` the
// id of an employee.
#[derive(Entity)]
#[entity(
    policy(
        read = (role("customer") & owner(id)) | (role("support") & owner(support_rep)) | role("staff") | role("admin"),
        create = role("staff") | role("admin"),
        update = (role("customer") & owner(id)) | (role("support") & owner(support_rep)) | role("staff") | role("admin"),
        delete = role("admin"),
    ),
    order = last_name,
    hooks,
    admin(label = "{first_name} {last_name}", list(last_name, first_name, company, country), group = "People"),
)]
pub struct Customer {
    /// The given name.
    #[entity(max_len = 40, search)]
    first_name: String,
    /// The family name.
    #[entity(index, max_len = 40, search)]
    last_name: String,
    /// The company bought for.
    #[entity(max_len = 80, search, filter)]
    company: Option<String>,
    /// Street and number.
    #[entity(max_len = 120)]
    address: Option<String>,
    /// The city.
    #[entity(max_len = 60, filter)]
    city: Option<String>,
    /// The state or province.
    #[entity(max_len = 40)]
    state: Option<String>,
    /// The country.
    #[entity(index, max_len = 60)]
    country: Option<String>,
    /// The postal code.
    #[entity(max_len = 20)]
    postal_code: Option<String>,
    /// The telephone number.
    #[entity(max_len = 30)]
    phone: Option<String>,
    /// The fax number.
    #[entity(max_len = 30)]
    fax: Option<String>,
    /// Where invoices are sent. Customers have addresses with letters beyond ASCII (RFC 6531), which
    /// `format = email` does not take.
    #[entity(unique, max_len = 254, pattern = r"^[^@\s]+@[^@\s]+$", search)]
    email: String,
    /// What the customer logs in with, at `POST /api/login`. Whoever has none cannot.
    #[entity(
        write_only,
        min_len = 8,
        max_len = 1024,
        policy(write = (role("customer") & owner(id)) | role("staff") | role("admin")),
    )]
    password: Option<Password>,
    /// The employee who looks after this customer; not shown to customers.
    #[entity(
        on_delete = set_null,
        policy(read = role("support") | role("staff") | role("admin"), write = role("staff") | role("admin")),
    )]
    support_rep: Option<One<Employee>>,
    /// What was bought.
    #[entity(inverse = customer)]
    invoices: Many<Invoice>,
    /// What was spent, in dollars.
    #[entity(computed(sum(invoices.total)), filter, sort)]
    spent: Option<Decimal>,
    /// When something was last bought.
    #[entity(computed(max(invoices.invoice_date)), filter, sort)]
    last_bought: Option<DateTime<Utc>>,
}
