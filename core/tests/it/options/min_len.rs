//! `min_len = n`: at least so many characters, bytes or elements.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct MinLenSample {
    #[entity(min_len = 2)]
    value: String,
}

#[each_database(entities![MinLenSample])]
async fn other_values_are_refused(test: TestDb) {
    let api = rest(test, &entities![MinLenSample]).await;
    for value in ["ab", "äö"] {
        api.made("/api/min-len-samples", json!({"value": value})).await;
    }
    for (value, code) in [("a", "too_short"), ("ä", "too_short")] {
        let broken =
            api.post("/api/min-len-samples", json!({"value": value})).await.broken(422, "VALIDATION_FAILED");
        assert_eq!(broken, [("value".to_owned(), code.to_owned())], "{value}");
    }
    let count = api.get("/api/min-len-samples?count=exact").await.json()["page"]["total"].clone();
    assert_eq!(count, 2);
}

#[test]
fn it_is_declared() {
    assert_eq!(field("sku").min_len, Some(2));
}
