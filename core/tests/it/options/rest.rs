//! `rest(path = "…")`: the last segment of the path.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{Product, def, rest};

#[derive(Entity)]
#[entity(policy = public, rest(path = "somewhere"))]
pub struct RestSample {
    text: String,
}

#[each_database(entities![RestSample])]
async fn rows_are_there(test: TestDb) {
    let api = rest(test, &entities![RestSample]).await;
    let key = api.made("/api/somewhere", json!({"text": "x"})).await;
    assert_eq!(api.get(&format!("/api/somewhere/{key}")).await.json()["text"], "x");
    assert_eq!(api.get("/api/rest-samples").await.status, 404);
}

#[test]
fn it_is_declared() {
    assert_eq!((def().rest_path, Product::def().rest_path), ("row-list", "products"));
}
