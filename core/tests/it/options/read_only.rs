//! `read_only`: never written by clients.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct ReadOnlySample {
    text: String,
    #[entity(read_only)]
    count: Option<i32>,
}

#[each_database(entities![ReadOnlySample])]
async fn clients_see_it_and_do_not_set_it(test: TestDb) {
    let api = rest(test, &entities![ReadOnlySample]).await;
    let made = api.post("/api/read-only-samples", json!({"text": "x"})).await.json();
    assert_eq!(made.get("count"), Some(&json!(null)));
    let path = format!("/api/read-only-samples/{}", made["id"]);
    let expected = [("count".to_owned(), "read_only".to_owned())];
    for refused in [
        api.post("/api/read-only-samples", json!({"text": "x", "count": 1})).await,
        api.patch(&path, json!({"count": 1})).await,
    ] {
        assert_eq!(refused.broken(422, "VALIDATION_FAILED"), expected);
    }
}

#[test]
fn it_is_in_neither_input_nor_patch() {
    assert!(field("counted").read_only);
    let ReadOnlySampleInput { text: _ } = ReadOnlySampleInput::new("x");
    let ReadOnlySamplePatch { text: _ } = ReadOnlySamplePatch::default();
}
