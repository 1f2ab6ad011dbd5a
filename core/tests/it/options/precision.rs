//! `precision = n`: how many digits a decimal has.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct PrecisionSample {
    #[entity(precision = 5, scale = 2)]
    value: Decimal,
}

#[each_database(entities![PrecisionSample])]
async fn other_values_are_refused(test: TestDb) {
    let api = rest(test, &entities![PrecisionSample]).await;
    for value in ["999.99", "-999.99"] {
        api.made("/api/precision-samples", json!({"value": value})).await;
    }
    for (value, code) in [("1000", "precision")] {
        let broken = api
            .post("/api/precision-samples", json!({"value": value}))
            .await
            .broken(422, "VALIDATION_FAILED");
        assert_eq!(broken, [("value".to_owned(), code.to_owned())], "{value}");
    }
    let count = api.get("/api/precision-samples?count=exact").await.json()["page"]["total"].clone();
    assert_eq!(count, 2);
}

#[test]
fn it_is_declared() {
    assert_eq!(field("price").precision, Some(10));
}
