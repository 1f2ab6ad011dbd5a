//! `max = n`: no greater number.

use entify::entity::Bound;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct MaxSample {
    #[entity(max = 100)]
    value: i32,
}

#[each_database(entities![MaxSample])]
async fn other_values_are_refused(test: TestDb) {
    let api = rest(test, &entities![MaxSample]).await;
    for value in [100, -1] {
        api.made("/api/max-samples", json!({"value": value})).await;
    }
    for (value, code) in [(101, "too_large")] {
        let broken =
            api.post("/api/max-samples", json!({"value": value})).await.broken(422, "VALIDATION_FAILED");
        assert_eq!(broken, [("value".to_owned(), code.to_owned())], "{value}");
    }
    let count = api.get("/api/max-samples?count=exact").await.json()["page"]["total"].clone();
    assert_eq!(count, 2);
}

#[test]
fn it_is_declared() {
    assert_eq!(field("amount").max, Some(Bound::Int(100)));
    assert_eq!(field("price").max, Some(Bound::Int(99999)));
}
