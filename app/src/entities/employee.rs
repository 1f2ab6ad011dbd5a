use entify::prelude::*;

use crate::entities::Customer;

/// Someone who works for the store.
#[derive(Entity)]
#[entity(
    policy(read = (role("support") & owner(id)) | role("staff") | role("admin"), write = role("admin")),
    order = last_name,
    admin(label = "{first_name} {last_name}", list(last_name, first_name, title, reports_to), group = "People"),
)]
pub struct Employee {
    /// The family name.
    #[entity(index, max_len = 40, search)]
    last_name: String,
    /// The given name.
    #[entity(max_len = 40, search)]
    first_name: String,
    /// The position held.
    #[entity(max_len = 60, filter)]
    title: Option<String>,
    /// Who leads this employee.
    #[entity(on_delete = set_null)]
    reports_to: Option<One<Employee>>,
    /// The day of birth; not shown to colleagues.
    #[entity(policy(read = (role("support") & owner(id)) | role("admin")))]
    birth_date: Option<DateTime<Utc>>,
    /// The first day at work.
    #[entity(filter, sort)]
    hire_date: Option<DateTime<Utc>>,
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
    #[entity(max_len = 60, filter)]
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
    /// The address at work.
    #[entity(unique, max_len = 254, format = email, search)]
    email: String,
    /// The employees led.
    #[entity(inverse = reports_to)]
    reports: Many<Employee>,
    /// The customers looked after.
    #[entity(inverse = support_rep)]
    customers: Many<Customer>,
}
