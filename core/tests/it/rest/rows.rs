//! One row: created, read, changed, removed.

use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::json;

use super::{Api, send};
use crate::support::domain::all;

#[each_database(all())]
async fn a_row_lives_and_goes(test: TestDb) {
    let api = Api::of(test).await;
    let body = json!({"email": "ada@example.org", "password": "correct horse", "nickname": null});
    let made = api.post("/api/users", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("content-type"), Some("application/json"));
    let row = made.json();
    let path = format!("/api/users/{}", row["id"]);
    assert_eq!(made.header("location"), Some(path.as_str()));
    assert_eq!(row["status"], "active", "the default");
    assert_eq!(row["nickname"], json!(null));
    assert!(row.get("password").is_none(), "write_only: {row}");
    assert!(row["created_at"].as_str().is_some_and(|time| time.ends_with('Z')));

    let read = api.get(&path).await;
    assert_eq!((read.status.as_u16(), read.json()), (200, row.clone()));

    let changed = api.patch(&path, json!({"nickname": "Ada", "status": "on_hold"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json()["nickname"], "Ada");
    assert_eq!(changed.json()["email"], "ada@example.org", "an absent field stays");
    assert_eq!(changed.json()["status"], "on_hold");

    let merge = api
        .request(Method::PATCH, &path)
        .header("content-type", "application/merge-patch+json; charset=utf-8");
    let cleared = send(merge.body(r#"{"nickname":null}"#)).await;
    assert_eq!(cleared.json()["nickname"], json!(null));

    let unchanged = api.patch(&path, json!({})).await;
    assert_eq!(unchanged.json(), cleared.json());

    let gone = api.delete(&path).await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
    api.get(&path).await.problem(404, "NOT_FOUND");
    api.delete(&path).await.problem(404, "NOT_FOUND");
    api.patch(&path, json!({"nickname": "x"})).await.problem(404, "NOT_FOUND");
}

#[each_database(all())]
async fn head_answers_as_get_without_a_body(test: TestDb) {
    let api = Api::of(test).await;
    let key = crate::rest::users(&api, 1).await[0];
    for path in ["/api/users".to_owned(), format!("/api/users/{key}")] {
        let (get, head) = (api.get(&path).await, send(api.request(Method::HEAD, &path)).await);
        assert_eq!((head.status, head.text.as_str()), (get.status, ""));
        assert_eq!(head.header("content-length"), get.header("content-length"));
        assert_eq!(head.header("etag"), get.header("etag"));
    }
}

#[each_database(all())]
async fn relations_are_keys_and_numbers_exact(test: TestDb) {
    let api = Api::of(test).await;
    let author = crate::rest::users(&api, 1).await[0];
    let body =
        json!({"title": "\u{1F600} \"quoted\" \\ \n", "author_id": author, "price": "10.5", "stars": 5});
    let made = api.post("/api/posts", body.clone()).await.json();
    assert_eq!(made["author_id"], author);
    assert_eq!(made["reviewer_id"], json!(null));
    assert_eq!(made["title"], body["title"]);
    assert_eq!(made["price"], "10.50", "a decimal is a text with its scale");
    assert_eq!(made["stars"], 5);
    let as_number = api.post("/api/posts", json!({"title": "t", "author_id": author, "price": 0.1})).await;
    assert_eq!(as_number.json()["price"], "0.10");
}

#[each_database(all())]
async fn every_type_comes_back_as_it_was_sent(test: TestDb) {
    let api = Api::of(test).await;
    let body = json!({
        "text": "t", "flag": true, "small": -32768, "medium": 2147483647, "large": i64::MIN,
        "single": 1.5, "double": -2.25e-3, "exact": "12345678901234567890.12345678",
        "unique_id": "0191f0c8-5d3e-7a52-9c3b-6a1f2e4d5c6b", "day": "2024-02-29", "hour": "23:59:59.5",
        "moment": "2024-12-31T23:59:59.123456Z", "json": {"a": [1, null, "x"]}, "bytes": "AAEC/w==",
        "status": "on_hold", "texts": ["a", ""], "numbers": [i64::MAX, 0], "choices": ["active"],
        "maybe_large": i64::MAX, "maybe_json": [], "maybe_texts": [],
    });
    let made = api.post("/api/everythings", body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = made.header("location").expect("an address").to_owned();
    for row in [made.json(), api.get(&path).await.json()] {
        for (name, sent) in body.as_object().expect("an object") {
            let known = match name.as_str() {
                "hour" => json!("23:59:59.500"),
                _ => sent.clone(),
            };
            assert_eq!(row[name], known, "{name}");
        }
        assert_eq!(row["maybe_text"], json!(null));
    }
}

#[each_database(all())]
async fn policies_answer_401_and_403(test: TestDb) {
    let api = Api::of(test).await;
    let refused = api.get("/api/notes").await;
    refused.problem(401, "UNAUTHENTICATED");
    assert_eq!(refused.header("www-authenticate"), Some("Bearer realm=\"api\""));
    api.post("/api/notes", json!({"text": "x"})).await.problem(401, "UNAUTHENTICATED");
    let as_role = |method, path: &str, role: &str| api.request(method, path).bearer_auth(role);
    send(as_role(Method::GET, "/api/notes", "guest")).await.problem(403, "FORBIDDEN");
    let made = send(as_role(Method::POST, "/api/notes", "staff").json(&json!({"text": "x"}))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = made.header("location").expect("an address").to_owned();
    let change = |role| send(as_role(Method::PATCH, &path, role).json(&json!({"text": "y"})));
    change("editor").await.problem(403, "FORBIDDEN");
    let changed = change("staff").await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    send(as_role(Method::DELETE, &path, "staff")).await.problem(403, "FORBIDDEN");
    assert_eq!(send(as_role(Method::GET, "/api/notes", "staff")).await.json()["items"][0]["text"], "y");
}
