//! `computed(sql = "…")`: read, filtered and sorted by, never written. More is in `service/computed.rs`.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::rest;

#[derive(Entity)]
#[entity(policy = public)]
pub struct ComputedSample {
    price: i32,
    amount: i32,
    #[entity(computed(sql = "{price} * {amount}"), filter, sort)]
    total: i32,
}

#[each_database(entities![ComputedSample])]
async fn it_is_computed_for_every_read(test: TestDb) {
    let api = rest(test, &entities![ComputedSample]).await;
    let made = api.post("/api/computed-samples", json!({"price": 3, "amount": 4})).await.json();
    assert_eq!(made["total"], 12);
    api.made("/api/computed-samples", json!({"price": 1, "amount": 5})).await;
    let items = |answer: crate::rest::Answer| answer.json()["items"].as_array().expect("items").clone();
    let large = items(api.get("/api/computed-samples?total[gt]=5").await);
    assert_eq!((large.len(), &large[0]["id"]), (1, &made["id"]));
    let sorted = items(api.get("/api/computed-samples?sort=total").await);
    assert_eq!((&sorted[0]["total"], &sorted[1]["total"]), (&json!(5), &json!(12)));
    let refused = api.post("/api/computed-samples", json!({"price": 1, "amount": 1, "total": 1})).await;
    let broken = refused.broken(422, "VALIDATION_FAILED");
    assert_eq!(broken, [("total".to_owned(), "read_only".to_owned())]);
}
