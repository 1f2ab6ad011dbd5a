//! `computed(sql = "…")`: read, filtered and sorted by as any field, never written.

use entify::prelude::*;
use entify::testing::each_database;
use entify::value::{Assignments, Value};

#[derive(Entity)]
#[entity(policy = public, table = "basket")]
pub struct Basket {
    #[entity(filter, sort)]
    name: String,
    /// How many lines it has.
    #[entity(computed(sql = "(SELECT count(*) FROM line WHERE line.basket_id = {id})"), filter, sort)]
    size: i64,
    #[entity(inverse = basket)]
    lines: Many<Line>,
}

#[derive(Entity)]
#[entity(policy = public, order(-total, amount), admin(label = label))]
pub struct Line {
    #[entity(precision = 10, scale = 2)]
    price: Decimal,
    #[entity(column = "how_many", sort)]
    amount: i32,
    note: Option<String>,
    #[entity(on_delete = cascade)]
    basket: One<Basket>,
    /// What it costs.
    #[entity(computed(sql = "{price} * {amount}"), scale = 2, filter, sort)]
    total: Decimal,
    #[entity(computed(sql = "{amount} > 10"), filter, sort)]
    bulk: bool,
    #[entity(computed(sql = "coalesce({note}, '{{none}}') || '/' || {basket}"), filter, sort, search)]
    label: String,
    #[entity(computed(sql = "nullif({amount}, 3)"), filter, sort, rename = "notThree")]
    not_three: Option<i32>,
    #[entity(computed(sql = "coalesce({updated_at}, {created_at})"), sort)]
    touched: DateTime<Utc>,
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Basket, Line].to_vec()
}

fn decimal(digits: &str) -> Decimal {
    digits.parse().expect("a number")
}

async fn lines(ctx: &Ctx) -> (BasketModel, Vec<LineModel>) {
    let basket = BasketService::new(ctx).create(BasketInput::new("first")).await.expect("a basket");
    assert_eq!(basket.size, 0);
    BasketService::new(ctx).create(BasketInput::new("empty")).await.expect("a basket");
    let mut made = Vec::new();
    for (price, amount, note) in
        [("10.50", 3, None), ("0.10", 20, Some("b")), ("2.00", 1, Some("a")), ("0.20", 10, None)]
    {
        let input =
            LineInput { note: note.map(str::to_owned), ..LineInput::new(decimal(price), amount, basket.id) };
        made.push(LineService::new(ctx).create(input).await.expect("a line"));
    }
    (basket, made)
}

async fn totals(ctx: &Ctx, query: Query<Line>) -> Vec<String> {
    let page = LineService::new(ctx).list(query).await.expect("a page");
    page.items.iter().map(|line| line.total.to_string()).collect()
}

#[each_database(entities())]
async fn computed_fields_come_with_every_row(ctx: Ctx) {
    let (basket, made) = lines(&ctx).await;
    let first = &made[0];
    assert_eq!((first.total, first.bulk, first.not_three), (decimal("31.50"), false, None));
    assert_eq!(first.total.to_string(), "31.50", "with its scale");
    assert_eq!(first.label, format!("{{none}}/{}", basket.id));
    assert_eq!(first.touched, first.updated_at);
    assert_eq!((made[1].bulk, made[1].not_three), (true, Some(20)));

    let service = LineService::new(&ctx);
    let patch = LinePatch { amount: 4.into(), ..LinePatch::default() };
    let changed = service.update(first.id, patch).await.expect("updated");
    assert_eq!((changed.total, changed.not_three), (decimal("42.00"), Some(4)));
    assert_eq!(service.get(first.id).await.expect("a line"), changed);
    assert_eq!(service.delete(first.id).await.expect("deleted").total, decimal("42.00"));
    assert_eq!(BasketService::new(&ctx).get(basket.id).await.expect("a basket").size, 3);
}

#[each_database(entities())]
async fn computed_fields_filter_and_sort(ctx: Ctx) {
    lines(&ctx).await;
    let count = |filter: Filter<Line>| {
        let ctx = ctx.clone();
        async move { LineService::new(&ctx).count(filter).await.expect("a count") }
    };
    assert_eq!(count(Line::total().eq(decimal("31.5"))).await, 1);
    assert_eq!(count(Line::total().gt(decimal("2"))).await, 1);
    assert_eq!(count(Line::total().gte(decimal("2"))).await, 4);
    assert_eq!(count(Line::total().is_in([decimal("2"), decimal("31.50")])).await, 4);
    assert_eq!(count(Line::bulk().eq(true)).await, 1);
    assert_eq!(count(Line::not_three().is_null()).await, 1);
    assert_eq!(count(!Line::not_three().eq(1)).await, 3);
    assert_eq!(count(Line::label().starts_with("{none}")).await, 2);
    assert_eq!(count(Line::basket().is(Basket::size().eq(4))).await, 4);
    let baskets = BasketService::new(&ctx);
    assert_eq!(baskets.count(Basket::size().eq(0)).await, Ok(1));
    assert_eq!(baskets.count(Basket::lines().some(Line::total().gt(decimal("30")))).await, Ok(1));
    let biggest = baskets.list(Query::default().order(Basket::size().desc())).await.expect("a page");
    assert_eq!(biggest.items[0].size, 4);

    assert_eq!(
        totals(&ctx, Query::default()).await,
        ["31.50", "2.00", "2.00", "2.00"],
        "the entity's own order"
    );
    assert_eq!(totals(&ctx, Query { search: Some("A/".into()), ..Query::default() }).await, ["2.00"]);
    assert_eq!(totals(&ctx, Query { search: Some("NONE".into()), ..Query::default() }).await.len(), 2);
}

#[each_database(entities())]
async fn cursors_stand_on_computed_fields(ctx: Ctx) {
    let (_, made) = lines(&ctx).await;
    let service = LineService::new(&ctx);
    for order in [
        Line::total().desc() & Line::amount().asc(),
        Line::total().asc() & Line::label().desc(),
        Line::not_three().asc().nulls_first(),
        Line::not_three().desc().nulls_last() & Line::total().asc(),
        Line::touched().desc() & Line::bulk().asc(),
    ] {
        let whole = service.list(Query::default().order(order.clone())).await.expect("a page").items;
        let mut walked = Vec::new();
        let mut query = Query::default().order(order).first(1);
        loop {
            let page = service.list(query.clone()).await.expect("a page");
            walked.extend(page.items.iter().map(|line| line.id));
            match page.end_cursor {
                Some(cursor) if page.has_next => query = query.after(cursor),
                _ => break,
            }
        }
        assert_eq!(walked, whole.iter().map(|line| line.id).collect::<Vec<_>>());
        assert_eq!(walked.len(), made.len());
    }
}

#[each_database(entities())]
async fn computed_fields_are_never_written(ctx: Ctx) {
    let (_, made) = lines(&ctx).await;
    let info = Line::def().info();
    let total = info.by_name("total").expect("a column").index;
    let mut values = Assignments::new();
    values.set(total, Value::Decimal(decimal("1")));
    let records = entify::service::Records::new(&ctx, info);
    let key = Value::Int(made[0].id.get());
    let error = records.update(&key, values).await.expect_err("refused");
    assert_eq!((error.fields()[0].field.as_ref(), error.fields()[0].code), ("total", "read_only"));
}

#[cfg(feature = "graphql")]
#[each_database(entities())]
async fn computed_fields_are_on_every_surface(test: entify::testing::TestDb) {
    use serde_json::json;

    let ctx = test.ctx();
    lines(&ctx).await;
    let principal = entify::principal::Principal::Anonymous;
    let api = crate::graphql::Api::of(&test, &entities(), principal, |schema| schema).await;
    let data = api
            .data(
                "{ lines(filter: {total: {gte: \"31.5\"}}, orderBy: [{total: DESC}]) { nodes { total bulk notThree label } }
                   baskets(orderBy: [{size: DESC}], first: 1) { nodes { size lines(first: 2, orderBy: [{total: DESC}]) { nodes { total } } } }
                   all: baskets(orderBy: [{size: DESC}]) { nodes { lines(first: 1) { nodes { total } } } } }",
            )
            .await;
    assert_eq!(
        data,
        json!({
            "lines": {"nodes": [{"total": "31.50", "bulk": false, "notThree": null, "label": "{none}/1"}]},
            "baskets": {"nodes": [{"size": "4", "lines": {"nodes": [{"total": "31.50"}, {"total": "2.00"}]}}]},
            "all": {"nodes": [{"lines": {"nodes": [{"total": "31.50"}]}}, {"lines": {"nodes": []}}]},
        })
    );
    let answer = api
        .answer("mutation { updateBasket(id: \"QmFza2V0OjE=\", input: {size: 1}) { id } }", json!({}))
        .await;
    assert!(answer["errors"][0]["message"].as_str().expect("a message").contains("size"), "{answer}");
}

#[test]
fn the_table_does_not_hold_them() {
    use entify::db::Dialect;
    use entify::migrate::DatabaseSchema;
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let schema = DatabaseSchema::of(&entities(), dialect);
        let columns: Vec<_> = schema.tables[1].columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(columns, ["id", "price", "how_many", "note", "basket_id", "created_at", "updated_at"]);
    }
}
