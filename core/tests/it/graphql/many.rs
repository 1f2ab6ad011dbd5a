//! Writes of rows that a filter or a unique rule chooses, and of deleted rows.

use entify::entity::EntityDef;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::Api;

/// A house.
#[derive(Entity)]
#[entity(policy = public, soft_delete, unique(street, number))]
pub struct House {
    #[entity(unique, max_len = 5)]
    code: String,
    #[entity(sort, max_len = 20)]
    street: String,
    #[entity(filter)]
    number: i32,
    #[entity(default = 1, min = 0)]
    floors: i32,
}

/// What cannot be upserted: nothing of it is unique but its key.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")))]
pub struct Note {
    #[entity(filter)]
    text: String,
}

fn tables() -> Vec<&'static EntityDef> {
    entities![House, Note].to_vec()
}

async fn api(test: &TestDb) -> Api {
    let api = Api::of(test, &tables(), Principal::Anonymous, |schema| schema).await;
    let houses = HouseService::new(&api.ctx);
    for (number, code) in ["a", "b", "c"].into_iter().enumerate() {
        let number = i32::try_from(number).expect("small");
        houses.create(HouseInput::new(code, "Elm", number)).await.expect("a house");
    }
    api
}

async fn codes(api: &Api) -> Vec<String> {
    let query = Query::default().order(House::code().asc());
    let page = HouseService::new(&api.ctx).list(query).await.expect("houses");
    page.items.into_iter().map(|house| house.code).collect()
}

#[each_database(tables())]
async fn a_filter_chooses_rows(test: TestDb) {
    let api = api(&test).await;
    let update = "mutation($filter: HouseFilter!, $input: HousePatch!, $most: Int) { \
                  updateHouses(filter: $filter, input: $input, maxAffected: $most) }";
    let some = json!({"number": {"gte": 1}});
    let data = api
        .data_with(update, json!({"filter": some, "input": {"increment": {"floors": 2}}, "most": 2}))
        .await;
    assert_eq!(data["updateHouses"], 2);
    let (code, message) = api.error(update, json!({"filter": some, "input": {"floors": 0}, "most": 1})).await;
    assert_eq!((code.as_str(), message.contains("2 rows, more than 1")), ("BAD_REQUEST", true), "{message}");
    let floors = HouseService::new(&api.ctx).list(Query::default().order(House::number().asc())).await;
    let floors: Vec<_> = floors.expect("houses").items.iter().map(|house| house.floors).collect();
    assert_eq!(floors, [1, 3, 3]);
    assert_eq!(
        api.data_with(update, json!({"filter": {"code": {"eq": "z"}}, "input": {"floors": 9}})).await["updateHouses"],
        0
    );
    let answer = api.answer(update, json!({"filter": some, "input": {"floors": -1}})).await;
    assert_eq!(answer["errors"][0]["extensions"]["fields"][0]["code"], "too_small");
    let delete = "mutation($filter: HouseFilter!, $most: Int) { deleteHousesWhere(filter: $filter, maxAffected: $most) }";
    for everything in [json!({}), json!({"and": []}), json!({"and": [{}]})] {
        let (code, _) = api.error(delete, json!({"filter": everything})).await;
        assert_eq!(code, "BAD_REQUEST", "{everything}");
        let (code, _) = api.error(update, json!({"filter": everything, "input": {"floors": 1}})).await;
        assert_eq!(code, "BAD_REQUEST", "{everything}");
    }
    assert_eq!(api.error(delete, json!({"filter": some, "most": 1})).await.0, "BAD_REQUEST");
    assert_eq!(api.error(delete, json!({"filter": some, "most": -1})).await.0, "BAD_REQUEST");
    assert_eq!(codes(&api).await, ["a", "b", "c"]);
    assert_eq!(api.data_with(delete, json!({"filter": some})).await["deleteHousesWhere"], 2);
    assert_eq!(codes(&api).await, ["a"]);
    let (code, _) =
        api.error("mutation { deleteNotesWhere(filter: { text: { eq: \"x\" } }) }", json!({})).await;
    assert_eq!(code, "UNAUTHENTICATED");
}

#[each_database(tables())]
async fn a_unique_rule_finds_rows(test: TestDb) {
    let api = api(&test).await;
    let upsert = "mutation($by: [HouseUnique!]!, $input: HouseInput!) { \
                  upsertHouse(by: $by, input: $input) { id code number floors } }";
    let input = json!({"code": "a", "street": "Oak", "number": 7, "floors": 4});
    let made = api.data_with(upsert, json!({"by": ["CODE"], "input": input})).await["upsertHouse"].clone();
    assert_eq!((&made["number"], &made["floors"]), (&json!(7), &json!(4)));
    assert_eq!(codes(&api).await, ["a", "b", "c"]);
    let again = json!({"code": "d", "street": "Oak", "number": 7});
    let found =
        api.data_with(upsert, json!({"by": ["NUMBER", "STREET"], "input": again})).await["upsertHouse"]
            .clone();
    assert_eq!((&found["id"], &found["code"], &found["floors"]), (&made["id"], &json!("d"), &json!(4)));
    let many = "mutation($by: [HouseUnique!]!, $inputs: [HouseInput!]!) { upsertHouses(by: $by, inputs: $inputs) { code } }";
    let inputs = json!([
        {"code": "b", "street": "Elm", "number": 11},
        {"code": "e", "street": "Elm", "number": 12},
    ]);
    let data = api.data_with(many, json!({"by": ["CODE"], "inputs": inputs})).await;
    assert_eq!(data["upsertHouses"], json!([{"code": "b"}, {"code": "e"}]));
    assert_eq!(codes(&api).await, ["b", "c", "d", "e"]);
    let wrong = json!([{"code": "far too long", "street": "x", "number": 1}, {"code": "f", "street": "x", "number": 1}]);
    let answer = api.answer(many, json!({"by": ["CODE"], "inputs": wrong})).await;
    assert_eq!(answer["errors"][0]["extensions"]["fields"][0]["field"], "inputs.0.code");
    let (code, message) = api.error(upsert, json!({"by": ["STREET"], "input": again})).await;
    assert_eq!((code.as_str(), message.contains("unique")), ("BAD_REQUEST", true), "{message}");
    let schema = entify::graphql::sdl(&entify::entity::Registry::new(&tables()).expect("a registry"))
        .expect("a schema");
    assert!(schema.contains("enum HouseUnique {") && !schema.contains("upsertNote"), "{schema}");
}

#[each_database(tables())]
async fn a_deleted_row_comes_back_or_goes_for_good(test: TestDb) {
    let api = api(&test).await;
    let id = super::id("House", 1);
    let run = async |verb: &str| -> Json {
        api.answer(&format!("mutation {{ {verb}House(id: \"{id}\") {{ code }} }}"), json!({})).await
    };
    assert_eq!(run("delete").await["data"]["deleteHouse"]["code"], "a");
    assert_eq!(codes(&api).await, ["b", "c"]);
    assert_eq!(run("restore").await["data"]["restoreHouse"]["code"], "a");
    assert_eq!(codes(&api).await, ["a", "b", "c"]);
    assert_eq!(run("restore").await["errors"][0]["extensions"]["code"], "NOT_FOUND");
    run("delete").await;
    assert_eq!(run("purge").await["data"]["purgeHouse"]["code"], "a");
    assert_eq!(run("restore").await["errors"][0]["extensions"]["code"], "NOT_FOUND");
    let schema = entify::graphql::sdl(&entify::entity::Registry::new(&tables()).expect("a registry"))
        .expect("a schema");
    assert!(schema.contains("purgeHouse(") && !schema.contains("purgeNote("), "{schema}");
}
