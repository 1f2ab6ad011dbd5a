//! `pattern = "re"`: texts that match a regular expression.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct PatternSample {
    #[entity(pattern = "^[a-z]+$")]
    value: String,
}

#[each_database(entities![PatternSample])]
async fn other_values_are_refused(test: TestDb) {
    let api = rest(test, &entities![PatternSample]).await;
    for value in ["abc"] {
        api.made("/api/pattern-samples", json!({"value": value})).await;
    }
    for (value, code) in [("ABC", "pattern"), ("abc1", "pattern")] {
        let broken =
            api.post("/api/pattern-samples", json!({"value": value})).await.broken(422, "VALIDATION_FAILED");
        assert_eq!(broken, [("value".to_owned(), code.to_owned())], "{value}");
    }
    let count = api.get("/api/pattern-samples?count=exact").await.json()["page"]["total"].clone();
    assert_eq!(count, 1);
}

#[test]
fn it_is_declared() {
    assert_eq!(field("sku").pattern, Some("^[a-z]+$"));
}
