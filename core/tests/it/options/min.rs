//! `min = n`: no smaller number.

use entify::entity::Bound;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct MinSample {
    #[entity(min = -5)]
    value: i32,
}

#[each_database(entities![MinSample])]
async fn other_values_are_refused(test: TestDb) {
    let api = rest(test, &entities![MinSample]).await;
    for value in [-5, 0] {
        api.made("/api/min-samples", json!({"value": value})).await;
    }
    for (value, code) in [(-6, "too_small")] {
        let broken =
            api.post("/api/min-samples", json!({"value": value})).await.broken(422, "VALIDATION_FAILED");
        assert_eq!(broken, [("value".to_owned(), code.to_owned())], "{value}");
    }
    let count = api.get("/api/min-samples?count=exact").await.json()["page"]["total"].clone();
    assert_eq!(count, 2);
}

#[test]
fn it_is_declared() {
    assert_eq!(field("amount").min, Some(Bound::Int(-5)));
    assert_eq!(field("price").min, Some(Bound::Decimal("0.01")));
}
