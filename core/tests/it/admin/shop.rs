//! Customers and their invoices: rows that are found, changed together, exported and imported.

use entify::admin::endpoint;
use entify::auth;
use entify::entity::{EntityDef, Registry};
use entify::http::Context;
use entify::prelude::*;
use entify::server::AppState;
use poem::EndpointExt as _;

use crate::support::browser::{Browser, PASSWORD, Page, Site};

#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    Basic,
    Gold,
}

/// Who buys.
#[derive(Entity)]
#[entity(policy = public, order = name, admin(label = name, list(name, country, tier, vip)))]
pub struct Customer {
    #[entity(unique, max_len = 40, filter, sort, search)]
    name: String,
    #[entity(max_len = 40, filter, sort)]
    country: Option<String>,
    #[entity(default = Tier::Basic, filter, sort)]
    tier: Tier,
    #[entity(default = false, filter)]
    vip: bool,
    #[entity(min = 0, max = 100, default = 0, filter, sort)]
    points: i32,
    #[entity(inverse = customer)]
    invoices: Many<Invoice>,
}

/// What is to be paid.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Invoice {
    #[entity(filter, sort, min = 0)]
    total: Decimal,
    #[entity(filter, sort)]
    paid_at: Option<DateTime<Utc>>,
    #[entity(sort, on_delete = restrict)]
    customer: One<Customer>,
}

/// What only its agent sees, and whoever is a boss.
#[derive(Entity)]
#[entity(policy(read = role("boss") | owner(agent), create = authenticated, update = owner(agent), delete = owner(agent)), admin(list(text, agent)))]
pub struct Claim {
    #[entity(max_len = 40, filter, sort, search)]
    text: String,
    #[entity(filter)]
    agent: String,
    /// What only a boss reads.
    #[entity(policy(read = role("boss")), filter, sort)]
    verdict: Option<String>,
}

/// A row that can come back.
#[derive(Entity)]
#[entity(policy = public, soft_delete, history, admin(label = title))]
pub struct Paper {
    #[entity(unique, max_len = 40, filter, sort)]
    title: String,
    #[entity(min = 0, default = 0, filter)]
    pages: i32,
}

pub fn shop() -> Vec<&'static EntityDef> {
    entities![Customer, Invoice, Claim, Paper]
}

/// The tables of the shop and of the framework.
pub fn tables() -> Vec<&'static EntityDef> {
    [entify::testing::framework_tables(), shop()].concat()
}

/// The admin beside the REST API.
pub async fn site(ctx: &Ctx) -> (Site, AppState) {
    let registry = Registry::new(&shop()).expect("a registry");
    let settings = entify::config::Settings::default();
    let state = AppState::with_settings(registry, ctx.db().clone(), b"a secret for tests", settings);
    let state = entify::testing::with_cheap_passwords(&state);
    let routes = entify::rest::endpoint(&state).nest("/admin", endpoint(&state));
    (Site::serve(routes.with(Context::new(&state).expect("settings"))).await, state)
}

/// An account of these roles, signed in.
pub async fn browser_of(
    ctx: &Ctx,
    site: &Site,
    email: &str,
    roles: &[&str],
    subject: Option<&str>,
) -> Browser {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    auth::create_account_for(ctx, email, PASSWORD, roles, subject.map(str::to_owned))
        .await
        .expect("an account");
    let mut browser = Browser::new(site);
    browser.sign_in(email, PASSWORD).await.is(303);
    browser
}

/// The shop with an account of the role `admin`.
pub async fn opened(ctx: &Ctx) -> (Site, Browser) {
    let (site, _state) = site(ctx).await;
    let browser = browser_of(ctx, &site, "admin@example.org", &["admin"], None).await;
    (site, browser)
}

/// The keys of the rows that a list shows, in its order.
pub fn keys(page: &Page) -> Vec<i64> {
    let found = page.body.split("name=\"_id\" value=\"").skip(1);
    found.map(|rest| rest.split('"').next().unwrap_or_default().parse().expect("a key")).collect()
}

/// Customers of a few countries, each with some invoices.
pub async fn filled(ctx: &Ctx, count: i64) -> Vec<CustomerModel> {
    let countries = [Some("Brazil"), Some("Chile"), None, Some("Austria, Lower")];
    let customers = (0..count).map(|number| {
        let at = usize::try_from(number).expect("a number");
        CustomerInput {
            country: countries[at % 4].map(str::to_owned),
            tier: Some(if number % 3 == 0 { Tier::Gold } else { Tier::Basic }),
            vip: Some(number % 5 == 0),
            points: Some(i32::try_from(number % 7).expect("a number")),
            ..CustomerInput::new(format!("Customer {number:03}"))
        }
    });
    let customers = CustomerService::new(ctx).create_many(customers).await.expect("customers");
    let mut invoices = Vec::new();
    for (number, customer) in (0_i64..).zip(&customers) {
        for invoice in 0..(number + 1) % 4 {
            let day = 1 + u32::try_from((number + invoice) % 28).expect("a day");
            let paid = format!("2026-03-{day:02}T10:00:00Z").parse().expect("a time");
            invoices.push(InvoiceInput {
                paid_at: (invoice % 2 == 0).then_some(paid),
                ..InvoiceInput::new(Decimal::new(number * 100 + invoice * 50, 2), customer.id)
            });
        }
    }
    InvoiceService::new(ctx).create_many(invoices).await.expect("invoices");
    customers
}
