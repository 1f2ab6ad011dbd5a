//! The options of `#[entity(…)]`, a file each: what the option declares, and what it does, seen from outside.
//!
//! What an engine room makes of a large option is tested where that room's tests are, as in `service/soft_delete.rs`.

#[cfg(feature = "admin")]
mod admin;
#[cfg(feature = "rest")]
mod aggregate;
#[cfg(feature = "rest")]
mod check;
#[cfg(feature = "rest")]
mod column;
#[cfg(feature = "rest")]
mod computed;
#[cfg(feature = "rest")]
mod default;
#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod deprecated;
#[cfg(feature = "rest")]
mod external;
#[cfg(feature = "rest")]
mod filter;
#[cfg(feature = "rest")]
mod format;
#[cfg(feature = "graphql")]
mod graphql;
#[cfg(feature = "rest")]
mod history;
#[cfg(feature = "rest")]
mod hooks;
#[cfg(feature = "rest")]
mod immutable;
mod index;
#[cfg(feature = "graphql")]
mod inverse;
mod key;
#[cfg(feature = "rest")]
mod max;
#[cfg(feature = "rest")]
mod max_len;
#[cfg(feature = "rest")]
mod min;
#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod min_len;
#[cfg(feature = "admin")]
mod multiline;
#[cfg(feature = "rest")]
mod on_delete;
#[cfg(feature = "rest")]
mod order;
#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod ordered;
#[cfg(feature = "rest")]
mod pattern;
#[cfg(all(feature = "graphql", feature = "rest"))]
mod plural;
#[cfg(feature = "rest")]
mod policy;
#[cfg(feature = "rest")]
mod precision;
#[cfg(feature = "rest")]
mod read_only;
#[cfg(all(feature = "graphql", feature = "rest"))]
mod readers;
#[cfg(all(feature = "graphql", feature = "rest"))]
mod rename;
#[cfg(feature = "rest")]
mod rest;
#[cfg(feature = "rest")]
mod scale;
#[cfg(feature = "rest")]
mod search;
mod sequence;
#[cfg(feature = "rest")]
mod skip;
#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod soft_delete;
#[cfg(feature = "rest")]
mod sort;
#[cfg(feature = "rest")]
mod table;
#[cfg(feature = "graphql")]
mod through;
mod transitions;
#[cfg(feature = "rest")]
mod unique;
#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod version;
mod was;
#[cfg(feature = "rest")]
mod write_only;

#[cfg(feature = "admin")]
use entify::auth;
use entify::entity::{EntityDef, FieldDef, SortDef};
use entify::prelude::*;
#[cfg(feature = "rest")]
use entify::rest::Rest;
#[cfg(feature = "rest")]
use entify::testing::TestDb;
use entify::types::Kind;

#[cfg(feature = "rest")]
use crate::rest::Api;

#[cfg(feature = "rest")]
/// The entities over REST.
async fn rest(test: TestDb, entities: &[&'static EntityDef]) -> Api {
    Api::of_entities(test, entities, Rest::new()).await
}

#[cfg(feature = "admin")]
/// The entities, and the framework's that the admin needs.
pub fn with_accounts(entities: &[&'static EntityDef]) -> Vec<&'static EntityDef> {
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
    #[entity(inverse = manager, skip(filter))]
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
        counted: _,
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
        counted: _,
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
