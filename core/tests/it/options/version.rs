//! `version`: what it means on each surface. The service's part is in `service/version.rs`.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use poem::http::Method;
use serde_json::json;

use crate::graphql::id;
use crate::rest::send;
use crate::support::browser::{Form, signed_in, tables};
use crate::support::domain::*;
use crate::support::openapi;

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

/// Nobody changes what they have not read.
#[derive(Entity)]
#[entity(policy(read = public, write = role("admin") | role("clerk")), version(required))]
pub struct Contract {
    #[entity(unique, max_len = 40)]
    title: String,
}

fn contracts() -> Vec<&'static entify::entity::EntityDef> {
    entities![Contract]
}

fn renamed(title: &str) -> ContractPatch {
    ContractPatch { title: title.to_owned().into() }
}

#[each_database(contracts())]
async fn the_service_refuses_what_names_no_version(ctx: Ctx) {
    let contracts = ContractService::new(&ctx);
    let made = contracts.create(ContractInput::new("first")).await.expect("a contract");
    assert_eq!(contracts.update(made.id, renamed("second")).await, Err(Error::VersionRequired));
    assert_eq!(contracts.delete(made.id).await, Err(Error::VersionRequired));
    assert_eq!(contracts.delete_many(&[made.id]).await, Err(Error::VersionRequired));
    let upsert = contracts.upsert(Contract::title(), ContractInput::new("first")).await;
    assert_eq!(upsert, Err(Error::VersionRequired));
    // What is missing is not told either.
    assert_eq!(contracts.delete(404.into()).await, Err(Error::VersionRequired));
    let nobody = ctx.with_principal(Principal::Anonymous);
    assert_eq!(ContractService::new(&nobody).delete(made.id).await, Err(Error::Unauthenticated));
    assert_eq!(contracts.get(made.id).await, Ok(made.clone()));
    // Whoever chooses rows by their values has a condition already.
    let first = || Contract::title().eq("first");
    assert_eq!(contracts.update_many(first(), renamed("second")).await, Ok(1));
    assert_eq!(contracts.update_version(made.id, 1, renamed("third")).await, Err(Error::VersionMismatch));
    let changed = contracts.update_version(made.id, 2, renamed("third")).await.expect("a change");
    assert_eq!(contracts.delete_version(made.id, changed.version).await, Ok(changed));
}

#[each_database(contracts())]
async fn rest_requires_a_precondition(test: TestDb) {
    let rest = entify::rest::Rest::new();
    let api = crate::rest::Api::of_entities(test, &contracts(), rest).await;
    let clerk = |request: reqwest::RequestBuilder| request.bearer_auth("clerk");
    let body = json!({"title": "first"});
    let made = send(clerk(api.request(Method::POST, "/api/contracts")).json(&body)).await;
    let path = format!("/api/contracts/{}", made.json()["id"]);
    let tag = made.header("etag").expect("a tag").to_owned();
    let change = || api.request(Method::PATCH, &path).json(&json!({"title": "second"}));
    let remove = || api.request(Method::DELETE, &path);
    send(change()).await.problem(401, "UNAUTHENTICATED");
    send(remove()).await.problem(401, "UNAUTHENTICATED");
    for condition in [None, Some("*"), Some("")] {
        for request in [change(), remove()] {
            let request =
                condition.into_iter().fold(clerk(request), |request, tag| request.header("If-Match", tag));
            send(request).await.problem(428, "VERSION_REQUIRED");
        }
    }
    send(clerk(change()).header("If-None-Match", "\"x\"")).await.problem(428, "VERSION_REQUIRED");
    let changed = send(clerk(change()).header("If-Match", &tag)).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["version"]), (200, &json!(2)));
    send(clerk(remove()).header("If-Match", &tag)).await.problem(412, "VERSION_MISMATCH");
    let tag = changed.header("etag").expect("a tag").to_owned();
    assert_eq!(send(clerk(remove()).header("If-Match", &tag)).await.status, 204);

    let document = openapi::in_place(api.get("/openapi.json").await.json());
    for method in ["patch", "delete"] {
        let operation = &document["paths"]["/api/contracts/{id}"][method];
        assert!(operation["responses"]["428"].is_object(), "{operation}");
        let parameters = operation["parameters"].as_array().expect("parameters");
        let header = parameters.iter().find(|parameter| parameter["name"] == "If-Match").expect("If-Match");
        assert_eq!(header["required"], true, "{header}");
    }
}

#[each_database(contracts())]
async fn graphql_requires_the_expected_version(test: TestDb) {
    let principal = Principal::System;
    let api = crate::graphql::Api::of(&test, &contracts(), principal, |schema| schema).await;
    let made =
        ContractService::new(&test.ctx()).create(ContractInput::new("first")).await.expect("a contract");
    let key = id("Contract", made.id);
    let update = "mutation U($id: ID!, $at: Int) {
        updateContract(id: $id, input: {title: \"second\"}, expectedVersion: $at) { version } }";
    let delete = "mutation D($id: ID!, $at: Int) { deleteContract(id: $id, expectedVersion: $at) { id } }";
    for mutation in [update, delete] {
        assert_eq!(api.error(mutation, json!({"id": key})).await.0, "VERSION_REQUIRED");
        assert_eq!(api.error(mutation, json!({"id": key, "at": null})).await.0, "VERSION_REQUIRED");
    }
    let many =
        api.answer("mutation M($ids: [ID!]!) { deleteContracts(ids: $ids) { id } }", json!({"ids": [key]}));
    assert!(
        many.await["errors"][0]["message"]
            .as_str()
            .is_some_and(|message| message.contains("deleteContracts"))
    );
    let data = api.data_with(update, json!({"id": key, "at": 1})).await;
    assert_eq!(data["updateContract"]["version"], 2);
    assert_eq!(api.error(delete, json!({"id": key, "at": 1})).await.0, "VERSION_MISMATCH");
    assert_eq!(api.data_with(delete, json!({"id": key, "at": 2})).await["deleteContract"]["id"], json!(key));
}

#[each_database(crate::options::with_accounts(&contracts()))]
async fn the_admin_always_names_the_version(ctx: Ctx) {
    let (_site, mut browser) = crate::support::browser::signed_in_to(&ctx, &contracts()).await;
    let made = ContractService::new(&ctx).create(ContractInput::new("first")).await.expect("a contract");
    let (edit, delete) =
        (format!("/admin/contracts/{}/edit", made.id), format!("/admin/contracts/{}/delete", made.id));
    let (opened, confirmed) = (browser.open(&edit).await, browser.open(&delete).await);
    browser.post(&edit, &[("title", "second")]).await.is(428);
    browser.submit(&edit, &opened.with("title", "second")).await.is(303);
    browser.get(&delete).await.is(200).has("name=\"_version\" value=\"2\"");
    browser.post(&delete, &[]).await.is(428);
    let page = browser.submit(&delete, &confirmed).await;
    page.is(409).has("Someone else has changed this row").has("name=\"_version\" value=\"2\"");
    browser.submit(&delete, &Form::of(&page)).await.is(303);
    browser.get(&edit).await.is(404);
}
