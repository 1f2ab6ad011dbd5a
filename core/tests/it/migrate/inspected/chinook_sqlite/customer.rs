//! The table `Customer`.

use entify::prelude::*;

use super::{Employee, Invoice};

/// A row of `Customer`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "Customer",
    key_column = "CustomerId",
    timestamps = none,
    external,
)]
pub struct Customer {
    #[entity(max_len = 40, min_len = 0, column = "FirstName")]
    first_name: String,
    #[entity(max_len = 20, min_len = 0, column = "LastName")]
    last_name: String,
    #[entity(max_len = 80, column = "Company")]
    company: Option<String>,
    #[entity(max_len = 70, column = "Address")]
    address: Option<String>,
    #[entity(max_len = 40, column = "City")]
    city: Option<String>,
    #[entity(max_len = 40, column = "State")]
    state: Option<String>,
    #[entity(max_len = 40, column = "Country")]
    country: Option<String>,
    #[entity(max_len = 10, column = "PostalCode")]
    postal_code: Option<String>,
    #[entity(max_len = 24, column = "Phone")]
    phone: Option<String>,
    #[entity(max_len = 24, column = "Fax")]
    fax: Option<String>,
    #[entity(max_len = 60, min_len = 0, column = "Email")]
    email: String,
    #[entity(column = "SupportRepId")]
    support_rep: Option<One<Employee>>,
    #[entity(inverse = customer)]
    invoices: Many<Invoice>,
}
