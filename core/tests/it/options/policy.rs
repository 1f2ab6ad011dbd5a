//! `policy = …` and `policy(read = …, …)`: who may do what. More is in `policy`.

use crate::rest::send;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::json;

use super::{Product, def, rest};

#[derive(Entity)]
#[entity(policy(read = public, create = authenticated, update = role("staff"), delete = nobody))]
pub struct PolicySample {
    text: String,
    #[entity(policy(read = role("staff")))]
    note: Option<String>,
}

#[each_database(entities![PolicySample])]
async fn each_action_has_its_rule(test: TestDb) {
    let api = rest(test, &entities![PolicySample]).await;
    let path = "/api/policy-samples";
    let body = json!({"text": "x", "note": "y"});
    api.post(path, body.clone()).await.problem(401, "UNAUTHENTICATED");
    let made = send(api.request(Method::POST, path).bearer_auth("guest").json(&body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let row = format!("{path}/{}", made.json()["id"]);
    let hidden = api.get(&row).await.json();
    assert_eq!((&hidden["text"], &hidden["note"]), (&json!("x"), &json!(null)));
    for (role, status, note) in [("guest", 403, json!(null)), ("staff", 200, json!("y"))] {
        let change = api.request(Method::PATCH, &row).bearer_auth(role).json(&json!({"text": "z"}));
        assert_eq!(send(change).await.status, status, "{role}");
        let read = send(api.request(Method::GET, &row).bearer_auth(role)).await;
        assert_eq!(read.json()["note"], note, "{role}");
        assert_eq!(send(api.request(Method::DELETE, &row).bearer_auth(role)).await.status, 403, "{role}");
    }
}

#[test]
fn it_is_declared() {
    let policy = &def().policy;
    assert_eq!(policy.read.to_string(), "public");
    assert_eq!(policy.create.to_string(), r#"role("staff") | role("boss")"#);
    assert_eq!(policy.update.to_string(), r#"authenticated & !role("guest")"#);
    assert_eq!(policy.delete.to_string(), "nobody");
    let policy = &Product::def().policy;
    for rule in [policy.read, policy.create, policy.update, policy.delete] {
        assert_eq!(rule.to_string(), "authenticated");
    }
}
