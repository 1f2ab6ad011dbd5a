//! The table `Employee`.

use entify::prelude::*;

use super::Customer;

/// A row of `Employee`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "Employee",
    key_column = "EmployeeId",
    timestamps = none,
    external,
)]
pub struct Employee {
    #[entity(max_len = 20, min_len = 0, column = "LastName")]
    last_name: String,
    #[entity(max_len = 20, min_len = 0, column = "FirstName")]
    first_name: String,
    #[entity(max_len = 30, column = "Title")]
    title: Option<String>,
    #[entity(column = "ReportsTo")]
    reports_to: Option<One<Employee>>,
    // SQLite has no times: the text as it is stored.
    #[entity(column = "BirthDate")]
    birth_date: Option<String>,
    // SQLite has no times: the text as it is stored.
    #[entity(column = "HireDate")]
    hire_date: Option<String>,
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
    #[entity(max_len = 60, column = "Email")]
    email: Option<String>,
    #[entity(inverse = support_rep)]
    customers: Many<Customer>,
    #[entity(inverse = reports_to)]
    employees: Many<Employee>,
}
