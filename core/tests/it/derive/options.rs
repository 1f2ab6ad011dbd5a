//! Every option, by what it changes in the definition.

use entify::entity::{Bound, EntityDef, FieldDef, Format, KeyKind, Link, OnDelete, SortDef};
use entify::prelude::*;
use entify::types::{EntityEnum as _, Kind};
use entify::value::Value;

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
fn attr_table_plural_rest_graphql() {
    let def = def();
    assert_eq!((def.name, def.table, def.singular), ("InvoiceLine", "lines", "invoice_line"));
    assert_eq!((def.plural, def.rest_path), ("rows", "row-list"));
    let names = &def.graphql;
    assert_eq!((names.type_name, names.one, names.many, names.many_type), ("Row", "row", "rows", "Rows"));
    assert_eq!(def.docs, "A line of an invoice.\n\nIt has a price.");
    let product = Product::def();
    assert_eq!((product.table, product.plural, product.rest_path), ("product", "products", "products"));
}

#[test]
fn attr_key() {
    assert_eq!(def().key, KeyKind::Uuid);
    assert_eq!(Product::def().key, KeyKind::Identity);
    let _: Id<InvoiceLine> = Uuid::nil().into();
    let _: Id<Product> = 5.into();
}

#[test]
fn attr_policy() {
    let policy = &def().policy;
    assert_eq!(policy.read.to_string(), "public");
    assert_eq!(policy.create.to_string(), r#"role("staff") | role("boss")"#);
    assert_eq!(policy.update.to_string(), r#"authenticated & !role("guest")"#);
    assert_eq!(policy.delete.to_string(), "nobody");
    let policy = &Product::def().policy;
    for rule in [policy.read, policy.create, policy.update, policy.delete] {
        assert_eq!(rule.to_string(), "authenticated");
    }
}

#[test]
fn attr_index_unique_check_order() {
    let def = def();
    let indexes: Vec<_> = def.indexes.iter().map(|index| sorts(index.fields)).collect();
    assert_eq!(indexes, [vec![("state", false), ("created_at", true)], vec![("product_id", false)]]);
    assert_eq!(sorts(def.uniques[0].fields), [("product_id", false), ("sku", false)]);
    let checks: Vec<_> = def.checks.iter().map(|check| (check.name, check.sql)).collect();
    assert_eq!(checks, [("ck_lines_1", "amount > 0"), ("ck_lines_2", "price >= 0")]);
    assert_eq!(sorts(def.order), [("state", false), ("id", true)]);
    assert!(field("sku").unique && field("comment").index && !field("amount").unique);
}

#[test]
fn attr_skip() {
    let skip = def().skip;
    assert_eq!((skip.graphql, skip.rest, skip.admin), (true, false, true));
    let skip = field("later").skip;
    assert!(skip.create && skip.graphql && skip.admin && skip.filter && !skip.update && !skip.rest);
    assert!(field("counted").skip.rest && def().many[0].skip.rest);
}

#[test]
fn attr_admin() {
    let admin = &def().admin;
    assert_eq!((admin.label, admin.icon, admin.group), (Some("sku"), Some("★"), Some("Shop")));
    assert_eq!(admin.list, ["sku", "product_id", "created_at"]);
}

#[test]
fn attr_filter_and_sort_are_implied_by_indexes_and_relations() {
    let allowed = |name: &str| (field(name).filter, field(name).sort);
    assert_eq!(allowed("sku"), (true, true), "unique");
    assert_eq!(allowed("comment"), (true, true), "index");
    assert_eq!(allowed("state"), (true, true), "a member of an index");
    assert_eq!(allowed("product_id"), (true, true), "a relation");
    assert_eq!(allowed("amount"), (true, false), "filter");
    assert_eq!(allowed("price"), (false, true), "sort");
    assert_eq!(allowed("origin"), (false, false));
}

#[test]
fn attr_lengths_bounds_and_formats() {
    let sku = field("sku");
    assert_eq!((sku.min_len, sku.max_len, sku.pattern), (Some(2), Some(20), Some("^[a-z]+$")));
    assert_eq!((sku.format, sku.search, sku.docs), (Some(Format::Slug), true, "Stock keeping unit."));
    let amount = field("amount");
    assert_eq!((amount.min, amount.max), (Some(Bound::Int(-5)), Some(Bound::Int(100))));
    let price = field("price");
    assert_eq!((price.min, price.max), (Some(Bound::Decimal("0.01")), Some(Bound::Int(99999))));
    assert_eq!((price.precision, price.scale), (Some(10), Some(2)));
    assert!(field("comment").multiline);
    let formats: Vec<_> = Product::def().fields.iter().filter_map(|field| field.format).collect();
    assert_eq!(formats, [Format::Email, Format::Url]);
}

#[test]
fn attr_default_converts_literals_and_evaluates_expressions() {
    let default = |name: &str| field(name).default.expect("a default").value();
    assert_eq!(default("state"), Value::Enum(&State::DEF.variants[0]));
    assert_eq!(default("amount"), Value::Int(1));
    assert_eq!(default("price"), Value::Decimal("0.5".parse().expect("a number")));
    assert_eq!(default("secret"), Value::Text("s3cret".to_owned()));
    assert!(field("origin").default.is_none());
    let product = Product::def().fields;
    assert!(matches!(product[0].default.expect("a default").value(), Value::DateTime(_)));
    assert_eq!(product[1].default.expect("a default").value(), Value::Bool(true));
}

#[test]
fn attr_rename_column_was() {
    let comment = field("comment");
    assert_eq!((comment.wire, comment.graphql), ("remark", "remark"));
    assert_eq!((comment.column, comment.was), ("note", Some("note_text")));
    let manager = field("manager_id");
    assert_eq!((manager.wire, manager.column, manager.graphql), ("boss", "manager_id", "boss"));
    let product = field("product_id");
    assert_eq!((product.wire, product.column, product.graphql), ("product_id", "product_id", "productId"));
}

#[test]
fn attr_read_only_write_only_immutable_shape_input_and_patch() {
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
fn attr_on_delete_inverse() {
    let relation = |name: &str| field(name).relation.as_ref().expect("a relation");
    assert_eq!(relation("product_id").on_delete, OnDelete::Cascade);
    assert_eq!(relation("manager_id").on_delete, OnDelete::SetNull);
    assert_eq!((relation("product_id").name, relation("product_id").graphql), ("product", "product"));
    assert!(std::ptr::eq((relation("manager_id").target)(), def()));
    let Link::Inverse(manager) = &def().many[0].link else { panic!("an inverse") };
    assert_eq!(*manager, "manager");
}

#[test]
fn types_become_kinds() {
    assert_eq!((field("amount").kind, field("amount").nullable), (Kind::I16, false));
    assert_eq!((field("counted").kind, field("counted").nullable), (Kind::I64, true));
    assert_eq!((field("manager_id").kind, field("product_id").kind), (Kind::Uuid, Kind::I64));
    assert_eq!(Product::def().fields[4].kind, Kind::List(&Kind::Text));
}
