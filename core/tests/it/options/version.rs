//! `version`: what it means on each surface. The service's part is in `service/version.rs`.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use poem::http::Method;
use serde_json::json;

use crate::graphql::id;
use crate::rest::send;
use crate::support::browser::{Form, signed_in, tables};
use crate::support::domain::*;

async fn document(ctx: &Ctx) -> DocumentModel {
    let folder = FolderService::new(ctx).create(FolderInput::new("home")).await.expect("a folder");
    DocumentService::new(ctx).create(DocumentInput::new("a", "first", folder.id)).await.expect("a document")
}

#[each_database(all())]
async fn rest_refuses_what_is_stale(test: TestDb) {
    let made = document(&test.ctx()).await;
    let api = crate::rest::Api::of(test).await;
    let path = format!("/api/documents/{}", made.id);
    let first = api.get(&path).await;
    let row = first.json();
    assert_eq!((&row["version"], row.get("deleted_at")), (&json!(1), None));
    let tag = first.header("etag").expect("a tag").to_owned();
    let change = |tag: &str, title: &str| {
        api.request(Method::PATCH, &path).header("If-Match", tag).json(&json!({"title": title}))
    };
    let changed = send(change(&tag, "second")).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["version"]), (200, &json!(2)));
    send(change(&tag, "third")).await.problem(412, "VERSION_MISMATCH");
    let remove = |tag: &str| api.request(Method::DELETE, &path).header("If-Match", tag);
    send(remove(&tag)).await.problem(412, "VERSION_MISMATCH");
    let read_only = api.patch(&path, json!({"version": 9})).await;
    assert_eq!(read_only.status, 422, "{}", read_only.text);
    let tag = changed.header("etag").expect("a tag").to_owned();
    assert_eq!(send(remove(&tag)).await.status, 204);
    api.get(&path).await.problem(404, "NOT_FOUND");
    send(change(&tag, "fourth")).await.problem(404, "NOT_FOUND");
    assert_eq!(api.get("/api/documents").await.json()["items"], json!([]));
    // Without `version` the tag is made of what the row says.
    let label = api.made("/api/labels", json!({"name": "red"})).await;
    let path = format!("/api/labels/{label}");
    let tag = api.get(&path).await.header("etag").expect("a tag").to_owned();
    api.patch(&path, json!({"name": "blue"})).await;
    send(api.request(Method::DELETE, &path).header("If-Match", &tag)).await.problem(412, "VERSION_MISMATCH");
    let back = api.patch(&path, json!({"name": "red"})).await;
    assert_eq!(back.status, 200, "{}", back.text);
    send(api.request(Method::DELETE, &path).header("If-Match", &tag)).await.problem(412, "VERSION_MISMATCH");
}

#[each_database(all())]
async fn graphql_refuses_what_is_stale(test: TestDb) {
    let made = document(&test.ctx()).await;
    let api = crate::graphql::Api::start(&test).await;
    let key = id("Document", made.id);
    let update = "mutation U($id: ID!, $title: String!, $at: Int) {
            updateDocument(id: $id, input: {title: $title}, expectedVersion: $at) { title version } }";
    let data = api.data_with(update, json!({"id": key, "title": "second", "at": 1})).await;
    assert_eq!(data["updateDocument"], json!({"title": "second", "version": 2}));
    let stale = api.error(update, json!({"id": key, "title": "third", "at": 1})).await;
    assert_eq!(stale.0, "VERSION_MISMATCH");
    let data = api.data_with(update, json!({"id": key, "title": "third"})).await;
    assert_eq!(data["updateDocument"]["version"], 3, "nothing was expected");
    let missing = api.error(update, json!({"id": id("Document", 404), "title": "x", "at": 1})).await;
    assert_eq!(missing.0, "NOT_FOUND");

    let delete =
        "mutation D($id: ID!, $at: Int) { deleteDocument(id: $id, expectedVersion: $at) { id version } }";
    assert_eq!(api.error(delete, json!({"id": key, "at": 2})).await.0, "VERSION_MISMATCH");
    let data = api.data_with(delete, json!({"id": key, "at": 3})).await;
    assert_eq!(data["deleteDocument"], json!({"id": key, "version": 4}));
    assert_eq!(api.error(delete, json!({"id": key, "at": 4})).await.0, "NOT_FOUND");
}

#[each_database(tables())]
async fn the_admin_shows_what_has_changed_meanwhile(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let made = document(&ctx).await;
    let edit = format!("/admin/documents/{}/edit", made.id);
    let opened = browser.open(&edit).await;
    let meanwhile = DocumentPatch { title: "theirs".to_owned().into(), ..DocumentPatch::default() };
    DocumentService::new(&ctx).update(made.id, meanwhile).await.expect("a change");
    // What is wrong otherwise keeps what the form began with.
    let page = browser.submit(&edit, &opened.clone().with("title", &"x".repeat(201))).await;
    let wrong = Form::of(page.is(422));
    let page = browser.submit(&edit, &wrong.with("title", "mine")).await;
    page.is(409).has("someone else has changed the same").has("theirs").has("value=\"mine\"");
    assert_eq!(DocumentService::new(&ctx).get(made.id).await.expect("it").title, "theirs");
    browser.submit(&edit, &Form::of(&page)).await.is(303);
    assert_eq!(DocumentService::new(&ctx).get(made.id).await.expect("it").title, "mine");
    browser.submit(&edit, &opened.with("_shown", "x")).await.is(400).has("open the form again");
}
