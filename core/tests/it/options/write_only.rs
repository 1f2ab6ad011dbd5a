//! `write_only`: never shown to clients.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct WriteOnlySample {
    #[entity(write_only)]
    secret: String,
}

#[each_database(entities![WriteOnlySample])]
async fn clients_set_it_and_do_not_see_it(test: TestDb) {
    let ctx = test.ctx();
    let api = rest(test, &entities![WriteOnlySample]).await;
    let made = api.post("/api/write-only-samples", json!({"secret": "x"})).await.json();
    assert_eq!(made.get("secret"), None);
    let path = format!("/api/write-only-samples/{}", made["id"]);
    assert_eq!(api.patch(&path, json!({"secret": "y"})).await.json().get("secret"), None);
    assert_eq!(api.get(&path).await.json().get("secret"), None);
    api.get("/api/write-only-samples?secret=y").await.problem(400, "BAD_REQUEST");
    let row = WriteOnlySampleService::new(&ctx).one(Filter::all()).await.expect("the row");
    assert_eq!(row.secret, "y");
}

#[test]
fn it_is_declared() {
    assert!(field("secret").write_only);
}
