//! `scale = n`: how many digits a decimal has after the point.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct ScaleSample {
    #[entity(precision = 5, scale = 2)]
    value: Decimal,
}

#[each_database(entities![ScaleSample])]
async fn other_values_are_refused(test: TestDb) {
    let api = rest(test, &entities![ScaleSample]).await;
    for value in ["9.99", "9.9"] {
        api.made("/api/scale-samples", json!({"value": value})).await;
    }
    for (value, code) in [("9.999", "scale")] {
        let broken =
            api.post("/api/scale-samples", json!({"value": value})).await.broken(422, "VALIDATION_FAILED");
        assert_eq!(broken, [("value".to_owned(), code.to_owned())], "{value}");
    }
    let count = api.get("/api/scale-samples?count=exact").await.json()["page"]["total"].clone();
    assert_eq!(count, 2);
}

#[test]
fn it_is_declared() {
    assert_eq!(field("price").scale, Some(2));
}
