//! `soft_delete`: a deleted row is absent on each surface. The service's part is in `service/soft_delete.rs`.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use crate::graphql::id;
use crate::support::browser::{signed_in, tables};
use crate::support::domain::*;

async fn document(ctx: &Ctx) -> DocumentModel {
    let folder = FolderService::new(ctx).create(FolderInput::new("home")).await.expect("a folder");
    DocumentService::new(ctx).create(DocumentInput::new("a", "first", folder.id)).await.expect("a document")
}

#[each_database(all())]
async fn rest_does_not_see_a_deleted_row(test: TestDb) {
    let made = document(&test.ctx()).await;
    let ctx = test.ctx();
    let api = crate::rest::Api::of(test).await;
    let path = format!("/api/documents/{}", made.id);
    assert_eq!(api.get(&path).await.json().get("deleted_at"), None);
    assert_eq!(api.delete(&path).await.status, 204);
    api.get(&path).await.problem(404, "NOT_FOUND");
    api.patch(&path, json!({"title": "second"})).await.problem(404, "NOT_FOUND");
    api.delete(&path).await.problem(404, "NOT_FOUND");
    assert_eq!(api.get("/api/documents").await.json()["items"], json!([]));
    let documents = DocumentService::new(&ctx);
    assert_eq!(documents.only_deleted().count(Filter::all()).await, Ok(1));
    documents.restore(made.id).await.expect("the row");
    assert_eq!(api.get(&path).await.json()["title"], "first");
}

#[each_database(all())]
async fn graphql_does_not_see_a_deleted_row(test: TestDb) {
    let made = document(&test.ctx()).await;
    let loan = LoanService::new(&test.ctx()).create(LoanInput::new("Ada", made.id)).await.expect("a loan");
    let remark = RemarkInput::new("good", made.id);
    RemarkService::new(&test.ctx()).create(remark).await.expect("a remark");
    LoanService::new(&test.ctx()).delete(loan.id).await.expect("the removal");
    let api = crate::graphql::Api::start(&test).await;
    let key = id("Document", made.id);
    let delete = "mutation D($id: ID!) { deleteDocument(id: $id) { id } }";
    assert_eq!(api.data_with(delete, json!({"id": key})).await["deleteDocument"], json!({"id": key}));

    // What still points there finds nothing, as if it were absent.
    let query = "query Q($id: ID!, $ids: [ID!]!) {
            documentById(id: $id) { id } node(id: $id) { id } nodes(ids: $ids) { id }
            documents { totalCount nodes { id } }
            folders { nodes { documents { totalCount nodes { id } } } }
            remarks { nodes { text documentId document { title } } } }";
    let data = api.data_with(query, json!({"id": key, "ids": [key]})).await;
    assert_eq!(
        data,
        json!({
            "documentById": null, "node": null, "nodes": [null],
            "documents": {"totalCount": 0, "nodes": []},
            "folders": {"nodes": [{"documents": {"totalCount": 0, "nodes": []}}]},
            "remarks": {"nodes": [{"text": "good", "documentId": key, "document": null}]},
        })
    );
    let asked =
        api.error("{ documents(filter: {deletedAt: {isNull: false}}) { totalCount } }", json!({})).await;
    assert_eq!(asked.0, "BAD_REQUEST", "clients do not see when rows were deleted");
}

#[each_database(tables())]
async fn the_admin_does_not_show_a_deleted_row(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let made = document(&ctx).await;
    let path = format!("/admin/documents/{}", made.id);
    browser.get("/admin/documents").await.is(200).has("first");
    browser.confirm(&format!("{path}/delete")).await.is(303);
    browser.get(&path).await.is(404);
    browser.get("/admin/documents").await.is(200).lacks("first");
    assert_eq!(DocumentService::new(&ctx).only_deleted().count(Filter::all()).await, Ok(1));
}
