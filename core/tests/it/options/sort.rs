//! `sort`: clients may sort by the field; `unique`, `index` and relations imply it.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct SortSample {
    #[entity(sort)]
    open: String,
    shut: String,
}

#[each_database(entities![SortSample])]
async fn only_such_fields_are_sorted_by(test: TestDb) {
    let api = rest(test, &entities![SortSample]).await;
    for (open, shut) in [("b", "a"), ("a", "b")] {
        api.made("/api/sort-samples", json!({"open": open, "shut": shut})).await;
    }
    for (sort, expected) in [("open", ["a", "b"]), ("-open", ["b", "a"])] {
        let found = api.get(&format!("/api/sort-samples?sort={sort}")).await.json();
        assert_eq!([&found["items"][0]["open"], &found["items"][1]["open"]], expected, "{sort}");
    }
    api.get("/api/sort-samples?sort=shut").await.problem(400, "BAD_REQUEST");
    api.get("/api/sort-samples?open=a").await.problem(400, "BAD_REQUEST");
}

#[test]
fn it_is_implied_by_indexes_and_relations() {
    let allowed = |name: &str| field(name).sort;
    assert!(allowed("sku"), "unique");
    assert!(allowed("comment"), "index");
    assert!(allowed("state"), "a member of an index");
    assert!(allowed("product_id"), "a relation");
    assert!(allowed("price"), "sort");
    assert!(!allowed("amount") && !allowed("origin"));
}
