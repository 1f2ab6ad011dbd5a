//! `filter`: clients may filter by the field; `unique`, `index` and relations imply it.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct FilterSample {
    #[entity(filter)]
    open: String,
    shut: String,
}

#[each_database(entities![FilterSample])]
async fn only_such_fields_are_filtered_by(test: TestDb) {
    let api = rest(test, &entities![FilterSample]).await;
    let first = api.made("/api/filter-samples", json!({"open": "a", "shut": "a"})).await;
    api.made("/api/filter-samples", json!({"open": "b", "shut": "a"})).await;
    let found = api.get("/api/filter-samples?open=a").await.json();
    assert_eq!((found["items"].as_array().map(Vec::len), &found["items"][0]["id"]), (Some(1), &json!(first)));
    api.get("/api/filter-samples?shut=a").await.problem(400, "BAD_REQUEST");
    api.get("/api/filter-samples?sort=open").await.problem(400, "BAD_REQUEST");
}

#[test]
fn it_is_implied_by_indexes_and_relations() {
    let allowed = |name: &str| field(name).filter;
    assert!(allowed("sku"), "unique");
    assert!(allowed("comment"), "index");
    assert!(allowed("state"), "a member of an index");
    assert!(allowed("product_id"), "a relation");
    assert!(allowed("amount"), "filter");
    assert!(!allowed("price") && !allowed("origin"));
}
