//! `Prefer` (RFC 7240): what a write is answered with.

use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::reads::{api_of, music};
use super::{Answer, Api, send};

async fn preferring(api: &Api, method: Method, path: &str, prefer: &str, body: Json) -> Answer {
    send(api.request(method, path).header("prefer", prefer).json(&body)).await
}

#[each_database(music())]
async fn a_write_is_answered_as_preferred(test: TestDb) {
    let api = api_of(test).await;
    let body = |name: &str| json!({"name": name});
    let minimal = preferring(&api, Method::POST, "/api/counters", "return=minimal", body("a")).await;
    assert_eq!((minimal.status.as_u16(), minimal.text.as_str()), (201, ""));
    let row = minimal.header("location").expect("an address").to_owned();
    assert!(minimal.header("etag").is_some() && minimal.header("content-type").is_none());
    assert_eq!(minimal.header("preference-applied"), Some("return=minimal"));
    let full = preferring(&api, Method::PATCH, &row, "return=representation", body("b")).await;
    assert_eq!((full.status.as_u16(), &full.json()["name"]), (200, &json!("b")));
    assert_eq!(full.header("preference-applied"), Some("return=representation"));
    let batch = json!({"operations": [{"op": "create", "values": body("c")}]});
    for (method, path, body, status) in [
        (Method::PATCH, row.as_str(), body("d"), 204),
        (Method::PATCH, "/api/counters?name=d", body("e"), 204),
        (Method::POST, "/api/counters/batch", batch, 204),
    ] {
        let answer = preferring(&api, method.clone(), path, "return=minimal", body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (status, ""), "{path}");
        assert_eq!(answer.header("preference-applied"), Some("return=minimal"), "{path}");
        let answer = preferring(&api, method, path, "return=everything, handling=lenient", body).await;
        assert_eq!(answer.header("preference-applied"), None, "{path}");
        assert!(!answer.text.is_empty(), "{path}");
    }
    // A refusal is told in full.
    let refused = preferring(&api, Method::PATCH, &row, "return=minimal", json!({"nome": 1})).await;
    refused.problem(422, "VALIDATION_FAILED");
    assert_eq!(refused.header("preference-applied"), None);
    let gone = preferring(&api, Method::DELETE, &row, "return=representation", json!({})).await;
    assert_eq!((gone.status.as_u16(), gone.header("preference-applied")), (204, None));
}
