//! Nested writes in REST.

use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::library;
use crate::rest::Api;

async fn api(test: TestDb) -> Api {
    Api::of_entities(test, &library(), Rest::new()).await
}

async fn titles(api: &Api, query: &str) -> Vec<String> {
    let page = api.get(&format!("/api/books?sort=id&{query}")).await.json();
    let items = page["items"].as_array().expect("items").clone();
    items.iter().map(|book| book["title"].as_str().expect("a title").to_owned()).collect()
}

#[each_database(library())]
async fn a_tree_is_posted_and_patched(test: TestDb) {
    let api = api(test).await;
    let shelf = api.made("/api/shelves", json!({"label": "s"})).await;
    let answer = api
        .post("/api/writers", json!({"name": "Ada", "books": {"create": [
            {"title": "a", "chapters": {"create": [{"heading": "one"}]}, "editor": {"create": {"name": "Eve"}}},
            {"title": "b", "shelves": {"connect": [shelf]}},
        ]}}))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let ada = answer.json()["id"].as_i64().expect("a key");
    assert_eq!(answer.json()["name"], "Ada");
    assert_eq!(titles(&api, &format!("writer_id={ada}")).await, ["a", "b"]);
    let book = api.get("/api/books/1").await;
    let (tag, book) = (book.header("etag").expect("a tag").to_owned(), book.json());
    assert_eq!((&book["version"], book["editor_id"].is_i64()), (&json!(1), true));

    let patch = json!({"books": {"update": [{"id": 1, "expected_version": 1, "input": {"title": "z", "increment": {"pages": 2}}}],
                                 "delete": [2], "create": [{"title": "c"}]}});
    let answer = api.patch(&format!("/api/writers/{ada}"), patch.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(titles(&api, "").await, ["z", "c"]);
    let problem = api.patch(&format!("/api/writers/{ada}"), patch).await;
    assert_eq!(problem.broken(409, "CONFLICT"), [("books.delete.0".to_owned(), "reference".to_owned())]);
    // The tag of the row itself.
    let request = api.request(reqwest::Method::PATCH, "/api/books/1").header("if-match", tag);
    let stale = crate::rest::send(request.json(&json!({"chapters": {"create": [{"heading": "two"}]}}))).await;
    assert_eq!(stale.status, 412);
    assert_eq!(api.get("/api/chapters").await.json()["items"].as_array().map(Vec::len), Some(1));
}

#[each_database(library())]
async fn a_dry_run_answers_as_the_real_one_and_keeps_nothing(test: TestDb) {
    let api = api(test).await;
    let body = json!({"name": "Ada", "books": {"create": [{"title": "a", "shelves": {"create": [{"label": "s"}]}}]}});
    let dry = api.post("/api/writers?dry_run=true", body.clone()).await;
    assert_eq!(dry.status, 201, "{}", dry.text);
    assert_eq!(titles(&api, "").await, [""; 0]);
    let real = api.post("/api/writers", body.clone()).await;
    assert_eq!((real.status, real.json()["name"].clone()), (dry.status, dry.json()["name"].clone()));
    let taken = json!([("name", "unique")]);
    let again = api.post("/api/writers?dry_run=true", body).await.broken(409, "CONFLICT");
    assert_eq!(json!(again), taken);
}

#[each_database(library())]
async fn what_cannot_be_read_is_told_by_its_place(test: TestDb) {
    let api = api(test).await;
    for (body, field, code) in [
        (json!({"name": "Ada", "books": []}), "books", "type"),
        (json!({"name": "Ada", "books": {"create": {}}}), "books.create", "type"),
        (json!({"name": "Ada", "books": {"create": [7]}}), "books.0", "type"),
        (json!({"name": "Ada", "books": {"connect": [{}]}}), "books.connect.0", "type"),
        (json!({"name": "Ada", "books": {"update": [{"id": 1}]}}), "books.update.0.input", "required"),
        (json!({"name": "Ada", "books": {"update": [{"input": {}}]}}), "books.update.0.id", "type"),
        (json!({"name": "Ada", "books": {"create": [{"titel": "a"}]}}), "books.0.titel", "unknown_field"),
        (json!({"name": "Ada", "bokks": {}}), "bokks", "unknown_field"),
    ] {
        let broken = api.post("/api/writers", body.clone()).await.broken(422, "VALIDATION_FAILED");
        assert!(broken.contains(&(field.to_owned(), code.to_owned())), "{body}: {broken:?}");
    }
    // A body that only nests.
    let mut deep = json!({"name": "x"});
    for _ in 0..40 {
        deep = json!({"name": "x", "books": {"create": [{"title": "x", "editor": {"create": deep}}]}});
    }
    let answer = api.post("/api/writers", deep).await;
    assert!(answer.status.is_client_error() && answer.text.len() < 4_000, "{}", answer.text);
    let mut text = r#"{"name": "x", "books": "#.to_owned();
    text.push_str(&"[".repeat(100_000));
    let request =
        api.request(reqwest::Method::POST, "/api/writers").header("content-type", "application/json");
    assert_eq!(crate::rest::send(request.body(text)).await.status, 400);
    assert_eq!(titles(&api, "").await, [""; 0]);
}

#[each_database(library())]
async fn operations_of_a_batch_take_related_rows(test: TestDb) {
    let api = api(test).await;
    let batch = json!({"operations": [
        {"entity": "writer", "op": "create", "values": {"name": "Ada", "books": {"create": [{"title": "a"}]}}, "as": "ada"},
        {"entity": "writer", "op": "create", "values": {"name": "Bob", "books": {"create": [{"title": "b"}]}}},
        {"entity": "book", "op": "create", "values": {"title": "c", "writer_id": {"ref": "ada"}, "shelves": {"create": [{"label": "s"}]}}},
        {"entity": "book", "op": "update", "id": 1, "values": {"editor": {"create": {"name": "Eve"}}}},
    ]});
    let answer = api.post("/api/batch", batch).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(titles(&api, "").await, ["a", "b", "c"]);
    let batch = json!({"operations": [
        {"entity": "writer", "op": "create", "values": {"name": "x", "books": {"create": [{"title": "x"}]}}},
        {"entity": "writer", "op": "create", "values": {"name": "y", "books": {"create": [{"title": "y", "pages": -1}]}}},
    ]});
    let broken = api.post("/api/batch", batch).await.broken(422, "VALIDATION_FAILED");
    assert_eq!(json!(broken), json!([("operations.1.values.books.0.pages", "too_small")]));
    let batch = json!({"operations": [
        {"entity": "writer", "op": "create", "values": {"name": "x"}},
        {"entity": "writer", "op": "create", "values": {"name": "y", "books": {"create": [{"title": "y"}, {"title": "a"}]}}},
    ]});
    let broken = api.post("/api/batch", batch).await.broken(409, "CONFLICT");
    assert_eq!(json!(broken), json!([("operations.1.values.books.1.title", "unique")]));
    let books: Vec<Json> = (0..600).map(|n| json!({"title": format!("t{n}")})).collect();
    let batch = json!({"operations": [
        {"entity": "writer", "op": "create", "values": {"name": "x", "books": {"create": books}}},
        {"entity": "writer", "op": "create", "values": {"name": "y", "books": {"create": books}}},
    ]});
    let broken = api.post("/api/batch", batch).await.broken(422, "VALIDATION_FAILED");
    assert_eq!(json!(broken), json!([("operations.1", "too_many")]));
}
