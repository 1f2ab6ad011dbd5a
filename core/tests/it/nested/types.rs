//! Rows that are changed together, each to values of its own, of every type.

use entify::prelude::*;
use entify::testing::each_database;
use entify::types::EntityEnum as _;
use serde_json::{Value as Json, json};

use super::{broken, create, update};

#[derive(Entity)]
#[entity(policy = public)]
pub struct Bag {
    name: String,
    #[entity(inverse = bag)]
    things: Many<Thing>,
}

#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    Red,
    Green,
}

#[derive(Entity)]
#[entity(policy = public, version)]
pub struct Thing {
    #[entity(on_delete = cascade)]
    bag: One<Bag>,
    text: Option<String>,
    flag: Option<bool>,
    small: Option<i16>,
    medium: Option<i32>,
    large: Option<i64>,
    single: Option<f32>,
    double: Option<f64>,
    #[entity(precision = 10, scale = 2)]
    exact: Option<Decimal>,
    unique_id: Option<Uuid>,
    day: Option<NaiveDate>,
    hour: Option<NaiveTime>,
    moment: Option<DateTime<Utc>>,
    document: Option<entify::types::Json>,
    bytes: Option<Bytes>,
    color: Option<Color>,
    texts: Option<Vec<String>>,
    numbers: Option<Vec<i64>>,
    colors: Option<Vec<Color>>,
    /// As what a statement may call its values.
    column1: Option<i32>,
}

fn values(seed: i64) -> Json {
    json!({
        "text": format!("t{seed} '%"), "flag": seed % 2 == 0, "small": seed, "medium": seed * 1_000, "large": seed << 40,
        "single": 0.5, "double": 0.1 + f64::from(i32::try_from(seed).expect("small")), "exact": format!("{seed}.25"),
        "unique_id": format!("00000000-0000-7000-8000-00000000000{seed}"), "day": format!("2026-01-0{seed}"),
        "hour": format!("10:0{seed}:00"), "moment": format!("2026-01-0{seed}T10:00:00.000001Z"), "document": {"a": [seed, null]},
        "bytes": "AAEC", "color": if seed == 1 { "red" } else { "green" }, "texts": ["a", format!("b{seed}")],
        "numbers": [seed, -seed], "colors": ["green", "red"], "column1": seed,
    })
}

fn cleared() -> Json {
    let names = values(1);
    names
        .as_object()
        .expect("an object")
        .keys()
        .map(|name| (name.clone(), Json::Null))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

async fn things(ctx: &Ctx) -> Vec<ThingModel> {
    let query = Query::default().order(Thing::id().asc());
    ThingService::new(ctx).list(query).await.expect("things").items
}

#[each_database(entities![Bag, Thing])]
async fn values_of_every_type_are_changed_together(ctx: Ctx) {
    // Made row by row, for comparison.
    let other = create::<Bag>(&ctx, json!({"name": "other"})).await.expect("a bag");
    for seed in 1..=3 {
        let mut thing = values(seed);
        thing["bag_id"] = json!(other);
        create::<Thing>(&ctx, thing).await.expect("a thing");
    }
    let create_three = json!({"name": "bag", "things": {"create": [{}, {}, {}]}});
    let bag = create::<Bag>(&ctx, create_three).await.expect("a bag");
    let edit = |seed: i64| json!({"id": seed + 3, "input": values(seed)});
    let before = ctx.db().statements();
    update::<Bag>(&ctx, bag, json!({"things": {"update": [edit(1), edit(2), edit(3)]}}))
        .await
        .expect("a change");
    assert!(ctx.db().statements() - before <= 10, "{}", ctx.db().statements() - before);
    let all = things(&ctx).await;
    for (made, changed) in all[..3].iter().zip(&all[3..]) {
        let same = ThingModel {
            id: made.id,
            bag_id: made.bag_id,
            version: 1,
            created_at: made.created_at,
            updated_at: made.updated_at,
            ..changed.clone()
        };
        assert_eq!(same, *made);
        assert_eq!(changed.version, 2);
    }
    assert_eq!(all[3].color.map(|color| color.text()), Some("red"));

    // Some become NULL beside others that do not, and what is the same already is no change.
    let mut changes = json!([edit(1), {"id": 5, "input": cleared()}, edit(1)]);
    changes[2]["id"] = json!(6);
    update::<Bag>(&ctx, bag, json!({"things": {"update": changes}})).await.expect("a change");
    let all = things(&ctx).await;
    assert_eq!((all[3].version, all[4].version, all[5].version), (2, 3, 3));
    assert_eq!((&all[4].texts, &all[4].document, all[4].exact, all[4].column1), (&None, &None, None, None));
    assert_eq!((&all[5].text, all[5].exact), (&all[3].text, all[3].exact));

    // Changes of different fields are each the row's own, and sums too.
    let changes = json!([{"id": 4, "input": {"text": "x"}}, {"id": 5, "input": {"increment": {"medium": 2, "exact": "0.50"}}},
                         {"id": 6, "input": {"flag": null, "increment": {"medium": -5}}}]);
    update::<Bag>(&ctx, bag, json!({"things": {"update": changes}})).await.expect("a change");
    let all = things(&ctx).await;
    assert_eq!(
        (all[3].text.as_deref(), all[4].medium, all[5].medium, all[5].flag),
        (Some("x"), Some(2), Some(995), None)
    );
    let changes =
        json!([{"id": 4, "input": {"text": "y"}}, {"id": 5, "input": {"increment": {"small": 40_000}}}]);
    let error =
        update::<Bag>(&ctx, bag, json!({"things": {"update": changes}})).await.expect_err("too large");
    assert_eq!(broken(&error).1[0].0, "things.update.1.increment.small");
    assert_eq!(things(&ctx).await[3].text.as_deref(), Some("x"));
}
