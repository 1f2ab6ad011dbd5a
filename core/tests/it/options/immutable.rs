//! `immutable`: written on create only.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct ImmutableSample {
    #[entity(immutable)]
    value: String,
}

#[each_database(entities![ImmutableSample])]
async fn it_is_set_once(test: TestDb) {
    let api = rest(test, &entities![ImmutableSample]).await;
    let key = api.made("/api/immutable-samples", json!({"value": "a"})).await;
    let path = format!("/api/immutable-samples/{key}");
    let broken = api.patch(&path, json!({"value": "b"})).await.broken(422, "VALIDATION_FAILED");
    assert_eq!(broken, [("value".to_owned(), "immutable".to_owned())]);
    assert_eq!(api.get(&path).await.json()["value"], "a");
}

#[test]
fn it_is_declared() {
    assert!(field("origin").immutable);
}
