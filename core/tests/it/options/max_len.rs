//! `max_len = n`: at most so many characters, bytes or elements.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct MaxLenSample {
    #[entity(max_len = 3)]
    value: String,
}

#[each_database(entities![MaxLenSample])]
async fn other_values_are_refused(test: TestDb) {
    let api = rest(test, &entities![MaxLenSample]).await;
    for value in ["abc", "äöü"] {
        api.made("/api/max-len-samples", json!({"value": value})).await;
    }
    for (value, code) in [("abcd", "too_long")] {
        let broken =
            api.post("/api/max-len-samples", json!({"value": value})).await.broken(422, "VALIDATION_FAILED");
        assert_eq!(broken, [("value".to_owned(), code.to_owned())], "{value}");
    }
    let count = api.get("/api/max-len-samples?count=exact").await.json()["page"]["total"].clone();
    assert_eq!(count, 2);
}

#[test]
fn it_is_declared() {
    assert_eq!(field("sku").max_len, Some(20));
}
