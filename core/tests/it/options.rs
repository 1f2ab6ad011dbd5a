//! The options of `#[entity(…)]`, a file each: what the option declares, and what it does, seen from outside.
//!
//! What an engine room makes of a large option is tested where that room's tests are, as in `service/soft_delete.rs`.

mod admin;
mod check;
mod column;
mod computed;
mod default;
mod filter;
mod format;
mod graphql;
mod history;
mod hooks;
mod immutable;
mod index;
mod inverse;
mod key;
mod max;
mod max_len;
mod min;
mod min_len;
mod multiline;
mod on_delete;
mod order;
mod pattern;
mod plural;
mod policy;
mod precision;
mod read_only;
mod rename;
mod rest;
mod scale;
mod search;
mod skip;
mod soft_delete;
mod sort;
mod table;
mod through;
mod unique;
mod version;
mod was;
mod write_only;

use entify::auth;
use entify::entity::{EntityDef, FieldDef, SortDef};
use entify::prelude::*;
use entify::rest::Rest;
use entify::testing::TestDb;
use entify::types::Kind;

use crate::rest::Api;

/// The entities over REST.
async fn rest(test: TestDb, entities: &[&'static EntityDef]) -> Api {
    Api::of_entities(test, entities, Rest::new()).await
}

/// The entities, and the framework's that the admin needs.
fn with_accounts(entities: &[&'static EntityDef]) -> Vec<&'static EntityDef> {
    [&auth::entities()[..], entities].concat()
}

/// A line of an invoice.
///
/// It has a price.
#[derive(Entity)]
#[entity(
    policy(read = public, create = role("staff") | role("boss"), update = authenticated & !role("guest"), delete = nobody),
    table = "lines",
    plural = "rows",
    key = uuid,
    index(state, -created_at),
    index(product),
    unique(product, sku),
    check("amount > 0"),
    check("price >= 0"),
    order(state, -id),
    skip(graphql, admin),
    rest(path = "row-list"),
    graphql(name = "Row"),
    admin(label = sku, list(sku, product, created_at), icon = "★", group = "Shop")
)]
pub(super) struct InvoiceLine {
    /// Stock keeping unit.
    #[entity(unique, min_len = 2, max_len = 20, pattern = "^[a-z]+$", format = slug, search)]
    sku: String,
    #[entity(default = State::Open)]
    state: State,
    #[entity(min = -5, max = 100, default = 1, filter)]
    amount: i16,
    #[entity(min = 0.01, max = 99999, precision = 10, scale = 2, default = 0.5, sort)]
    price: Decimal,
    #[entity(index, was = "note_text", column = "note", rename = "remark", multiline)]
    comment: Option<String>,
    #[entity(read_only, skip(rest))]
    counted: Option<i64>,
    #[entity(write_only, default = "s3cret")]
    secret: String,
    #[entity(immutable)]
    origin: String,
    #[entity(skip(create, graphql, admin, filter))]
    later: Option<String>,
    #[entity(skip(update))]
    early: String,
    #[entity(on_delete = cascade)]
    product: One<Product>,
    #[entity(on_delete = set_null, rename = "boss")]
    manager: Option<One<InvoiceLine>>,
    #[entity(inverse = manager, skip(rest))]
    managed: Many<InvoiceLine>,
}

#[derive(EntityEnum)]
pub(super) enum State {
    Open,
    Paid,
}

#[derive(Entity)]
#[entity(policy = authenticated)]
pub(super) struct Product {
    #[entity(default = Utc::now())]
    since: DateTime<Utc>,
    #[entity(default = true)]
    active: bool,
    #[entity(format = email)]
    contact: Option<String>,
    #[entity(format = url)]
    page: Option<String>,
    tags: Vec<String>,
    #[entity(inverse = product)]
    lines: Many<InvoiceLine>,
}

fn def() -> &'static EntityDef {
    InvoiceLine::def()
}

fn field(name: &str) -> &'static FieldDef {
    def().fields.iter().find(|field| field.name == name).expect("a declared field")
}

fn sorts(sorts: &[SortDef]) -> Vec<(&'static str, bool)> {
    sorts.iter().map(|sort| (sort.field, sort.descending)).collect()
}

#[test]
fn options_shape_input_and_patch() {
    assert!(field("counted").read_only && field("secret").write_only && field("origin").immutable);
    let InvoiceLineInput {
        sku: _,
        state: _,
        amount: _,
        price: _,
        comment: _,
        secret: _,
        origin: _,
        early: _,
        product_id: _,
        manager_id: _,
    } = InvoiceLineInput::new("ab", "here", "now", Id::<Product>::new(1));
    let InvoiceLinePatch {
        sku: _,
        state: _,
        amount: _,
        price: _,
        comment: _,
        secret: _,
        later: _,
        product_id: _,
        manager_id: _,
    } = InvoiceLinePatch::default();
}

#[test]
fn types_become_kinds() {
    assert_eq!((field("amount").kind, field("amount").nullable), (Kind::I16, false));
    assert_eq!((field("counted").kind, field("counted").nullable), (Kind::I64, true));
    assert_eq!((field("manager_id").kind, field("product_id").kind), (Kind::Uuid, Kind::I64));
    assert_eq!(Product::def().fields[4].kind, Kind::List(&Kind::Text));
}
