//! `order(a, -b)`: the order of lists that ask for none.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{def, rest, sorts};

#[derive(Entity)]
#[entity(policy = public, order(-rank, name))]
pub struct OrderSample {
    name: String,
    rank: i32,
}

#[each_database(entities![OrderSample])]
async fn lists_come_in_it(test: TestDb) {
    let api = rest(test, &entities![OrderSample]).await;
    for (name, rank) in [("c", 1), ("b", 2), ("a", 2)] {
        api.made("/api/order-samples", json!({"name": name, "rank": rank})).await;
    }
    let listed = api.get("/api/order-samples").await.json();
    let names: Vec<_> = listed["items"].as_array().expect("items").iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn it_is_declared() {
    assert_eq!(sorts(def().order), [("state", false), ("id", true)]);
}
