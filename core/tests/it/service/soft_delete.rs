//! `soft_delete`: rows that are hidden until they are restored or purged.

use entify::error::{Error, FieldError};
use entify::prelude::*;
use entify::testing::each_database;
use entify::types::Change;

use crate::support::domain::*;

fn codes(error: &Error) -> Vec<(String, &'static str)> {
    error.fields().iter().map(|FieldError { field, code, .. }| (field.to_string(), *code)).collect()
}

fn conflict(field: &str, code: &'static str) -> (&'static str, Vec<(String, &'static str)>) {
    ("CONFLICT", vec![(field.to_owned(), code)])
}

fn told(error: &Error) -> (&'static str, Vec<(String, &'static str)>) {
    (error.code(), codes(error))
}

async fn folder(ctx: &Ctx, name: &str) -> FolderModel {
    FolderService::new(ctx).create(FolderInput::new(name)).await.expect("a folder")
}

async fn document(ctx: &Ctx, slug: &str, folder: &FolderModel) -> DocumentModel {
    DocumentService::new(ctx).create(DocumentInput::new(slug, slug, folder.id)).await.expect("a document")
}

fn titled(title: &str) -> DocumentPatch {
    DocumentPatch { title: title.to_owned().into(), ..DocumentPatch::default() }
}

fn gone<T>() -> Result<T, Error> {
    Err(Error::NotFound("Document".into()))
}

#[each_database(all())]
async fn no_read_sees_a_deleted_row(ctx: Ctx) {
    let (documents, folders) = (DocumentService::new(&ctx), FolderService::new(&ctx));
    let home = folder(&ctx, "home").await;
    let (kept, lost) = (document(&ctx, "kept", &home).await, document(&ctx, "lost", &home).await);
    RemarkService::new(&ctx).create(RemarkInput::new("on it", lost.id)).await.expect("a remark");
    let label = LabelService::new(&ctx).create(LabelInput::new("red")).await.expect("a label");
    for document in [&kept, &lost] {
        let link = DocumentLabelInput::new(document.id, label.id);
        DocumentLabelService::new(&ctx).create(link).await.expect("a link");
    }
    let answered = documents.delete(lost.id).await.expect("the removal");
    assert!(answered.deleted_at.is_some());
    assert_eq!((answered.version, Some(answered.updated_at)), (2, answered.deleted_at));

    assert_eq!(documents.find(lost.id).await, Ok(None));
    assert_eq!(documents.get(lost.id).await, gone());
    assert_eq!(documents.update(lost.id, titled("x")).await, gone());
    assert_eq!(documents.update(lost.id, DocumentPatch::default()).await, gone());
    assert_eq!(documents.delete(lost.id).await, gone());
    assert_eq!(documents.list(Query::default()).await.expect("a page").items, std::slice::from_ref(&kept));
    assert_eq!(documents.count(Filter::all()).await, Ok(1));
    assert_eq!(documents.exists(Document::slug().eq("lost")).await, Ok(false));
    let query = Query { search: Some("lost".to_owned()), ..Query::default() };
    assert_eq!(documents.list(query).await.expect("a page").items, []);

    // By way of relations, both ways, and through a joining entity.
    assert_eq!(folders.count(Folder::documents().some(Document::slug().eq("lost"))).await, Ok(0));
    assert_eq!(folders.count(Folder::documents().every(Document::slug().eq("kept"))).await, Ok(1));
    assert_eq!(folders.count(Folder::documents().none(Document::slug().eq("lost"))).await, Ok(1));
    let remarks = RemarkService::new(&ctx);
    assert_eq!(remarks.count(Remark::document().is(Filter::all())).await, Ok(0));
    let labels = LabelService::new(&ctx);
    assert_eq!(labels.count(Label::documents().some(Document::slug().eq("lost"))).await, Ok(0));
    let query = entify::query::ListQuery::new(Document::def().info().all());
    let records = entify::service::Records::new(&ctx, Folder::def().info());
    let pages =
        records.list_related(0, &[entify::value::Value::Int(home.id.get())], &query).await.expect("pages");
    assert_eq!(pages[0].items.len(), 1);

    // But who asks for deleted rows sees them.
    assert_eq!(documents.with_deleted().count(Filter::all()).await, Ok(2));
    assert_eq!(documents.with_deleted().get(lost.id).await, Ok(answered.clone()));
    assert_eq!(documents.only_deleted().list(Query::default()).await.expect("a page").items, [answered]);
    assert_eq!(documents.only_deleted().find(kept.id).await, Ok(None));
}

#[each_database(all())]
async fn a_joining_row_that_is_deleted_joins_nothing(ctx: Ctx) {
    let made = document(&ctx, "a", &folder(&ctx, "f").await).await;
    let label = LabelService::new(&ctx).create(LabelInput::new("red")).await.expect("a label");
    let links = DocumentLabelService::new(&ctx);
    let link = links.create(DocumentLabelInput::new(made.id, label.id)).await.expect("a link");
    let labels = LabelService::new(&ctx);
    let labelled = || Label::documents().some(Filter::all());
    assert_eq!(labels.count(labelled()).await, Ok(1));
    links.delete(link.id).await.expect("the removal");
    assert_eq!(labels.count(labelled()).await, Ok(0));
    let query = entify::query::ListQuery::new(Document::def().info().all());
    let records = entify::service::Records::new(&ctx, Label::def().info());
    for parents in [&[label.id.get()][..], &[label.id.get(), 404]] {
        let parents: Vec<_> = parents.iter().map(|id| entify::value::Value::Int(*id)).collect();
        let pages = records.list_related(0, &parents, &query).await.expect("pages");
        assert_eq!(pages.len(), parents.len());
        assert!(pages.iter().all(|page| page.items.is_empty()));
    }
    links.create(DocumentLabelInput::new(made.id, label.id)).await.expect("the same link again");
    assert_eq!(labels.count(labelled()).await, Ok(1));
}

#[each_database(all())]
async fn unique_rules_hold_among_living_rows(ctx: Ctx) {
    let documents = DocumentService::new(&ctx);
    let home = folder(&ctx, "home").await;
    let first = document(&ctx, "a", &home).await;
    let taken = documents.create(DocumentInput::new("a", "other", home.id)).await.expect_err("taken");
    assert_eq!(told(&taken), conflict("slug", "unique"));
    let taken = documents.create(DocumentInput::new("other", "a", home.id)).await.expect_err("taken");
    assert_eq!(codes(&taken), [("folder_id".to_owned(), "unique"), ("title".to_owned(), "unique")]);
    documents.delete(first.id).await.expect("the removal");
    let second = document(&ctx, "a", &home).await;
    let back = documents.restore(first.id).await.expect_err("taken meanwhile");
    assert_eq!(back.code(), "CONFLICT");
    let told = codes(&back);
    assert!(!told.is_empty(), "{back:?}");
    assert!(told.iter().all(|(field, code)| !field.is_empty() && *code == "unique"), "{back:?}");
    assert_eq!(documents.find(first.id).await, Ok(None));
    documents.delete(second.id).await.expect("the removal");
    let back = documents.restore(first.id).await.expect("free again");
    assert_eq!((back.deleted_at, back.version, &*back.slug), (None, 3, "a"));
    assert!(back.updated_at > first.updated_at);
    assert_eq!(documents.get(first.id).await, Ok(back));
    assert_eq!(documents.restore(first.id).await, gone(), "it lives");
    assert_eq!(documents.restore(404.into()).await, gone());
}

#[each_database(all())]
async fn a_deleted_row_cannot_be_referred_to(ctx: Ctx) {
    let documents = DocumentService::new(&ctx);
    let (home, away) = (folder(&ctx, "home").await, folder(&ctx, "away").await);
    let made = document(&ctx, "a", &home).await;
    FolderService::new(&ctx).delete(away.id).await.expect("the removal");
    let error = documents.create(DocumentInput::new("b", "b", away.id)).await.expect_err("deleted");
    assert_eq!(told(&error), conflict("folder_id", "reference"));
    let moved = DocumentPatch { folder_id: Change::Set(away.id), ..DocumentPatch::default() };
    assert_eq!(
        told(&documents.update(made.id, moved).await.expect_err("deleted")),
        conflict("folder_id", "reference")
    );
    let error = documents.create(DocumentInput::new("b", "b", 404)).await.expect_err("missing");
    assert_eq!(told(&error), conflict("folder_id", "reference"));
    let records = entify::service::Records::new(&ctx, Document::def().info());
    let rows = [home.id, away.id].map(|folder| {
        entify::entity::IntoAssignments::into_assignments(DocumentInput::new("x", "x", folder))
    });
    let error = records.create_many(rows.into()).await.expect_err("the second is deleted");
    assert_eq!(told(&error), conflict("items.1.folder_id", "reference"));
    assert_eq!(documents.count(Filter::all()).await, Ok(1));
}

#[each_database(all())]
async fn what_refers_to_a_deleted_row_fares_as_on_delete_says(ctx: Ctx) {
    let (documents, folders) = (DocumentService::new(&ctx), FolderService::new(&ctx));
    let (remarks, loans) = (RemarkService::new(&ctx), LoanService::new(&ctx));
    let home = folder(&ctx, "home").await;
    let inner = FolderInput { parent_id: Some(home.id), ..FolderInput::new("inner") };
    let inner = folders.create(inner).await.expect("a folder");
    let other = folder(&ctx, "other").await;
    let made = document(&ctx, "a", &inner).await;
    let copy = DocumentInput { source_id: Some(made.id), ..DocumentInput::new("copy", "copy", other.id) };
    let copy = documents.create(copy).await.expect("a copy");
    let twin = DocumentInput { source_id: Some(made.id), ..DocumentInput::new("twin", "twin", inner.id) };
    let twin = documents.create(twin).await.expect("a copy beside it");
    let remark = remarks.create(RemarkInput::new("good", made.id)).await.expect("a remark");
    let loan = loans.create(LoanInput::new("Ada", made.id)).await.expect("a loan");

    // A living loan stands in the way, wherever the deletion begins.
    for error in [
        documents.delete(made.id).await.expect_err("restricted"),
        folders.delete(home.id).await.expect_err("restricted"),
    ] {
        assert_eq!(told(&error), conflict("", "referenced"));
    }
    assert_eq!(documents.count(Filter::all()).await, Ok(3), "nothing happened");
    loans.delete(loan.id).await.expect("the loan's end");

    folders.delete(home.id).await.expect("the removal");
    assert_eq!(folders.count(Filter::all()).await, Ok(1), "the inner folder went too");
    assert_eq!(documents.list(Query::default()).await.expect("a page").items.len(), 1);
    let left = documents.get(copy.id).await.expect("the copy");
    assert_eq!((left.source_id, left.version), (None, 2), "its reference is gone");
    assert_eq!(remarks.get(remark.id).await, Ok(remark.clone()), "what cannot come back stays");

    folders.restore(home.id).await.expect("the return");
    let back = documents.get(made.id).await.expect("it came back");
    assert_eq!((back.deleted_at, back.version), (None, 3));
    assert_eq!(documents.get(twin.id).await.expect("it came back").source_id, Some(made.id));
    assert_eq!(documents.get(copy.id).await.expect("the copy").source_id, None);
    assert_eq!(folders.count(Filter::all()).await, Ok(3));
    assert_eq!(loans.count(Filter::all()).await, Ok(0), "deleted before, by itself");
}

#[each_database(all())]
async fn a_row_comes_back_only_to_rows_that_live(ctx: Ctx) {
    let (documents, folders) = (DocumentService::new(&ctx), FolderService::new(&ctx));
    let (home, other) = (folder(&ctx, "home").await, folder(&ctx, "other").await);
    let source = document(&ctx, "source", &home).await;
    let copy = DocumentInput { source_id: Some(source.id), ..DocumentInput::new("copy", "copy", other.id) };
    let copy = documents.create(copy).await.expect("a copy");
    documents.delete(copy.id).await.expect("the removal");
    folders.delete(home.id).await.expect("the removal");
    let error = documents.restore(source.id).await.expect_err("its folder is deleted");
    assert_eq!(told(&error), conflict("folder_id", "reference"));
    let copy = documents.restore(copy.id).await.expect("the return");
    assert_eq!(copy.source_id, None, "`set_null`: the source is deleted");
    folders.restore(home.id).await.expect("the return");
    documents.get(source.id).await.expect("it came back");
    // What was deleted before its folder stays deleted.
    documents.delete(source.id).await.expect("the removal");
    folders.delete(home.id).await.expect("the removal");
    folders.restore(home.id).await.expect("the return");
    assert_eq!(documents.find(source.id).await, Ok(None));
}

#[each_database(all())]
async fn a_return_that_a_taken_value_stands_against_changes_nothing(ctx: Ctx) {
    let (documents, folders) = (DocumentService::new(&ctx), FolderService::new(&ctx));
    let (home, other) = (folder(&ctx, "home").await, folder(&ctx, "other").await);
    document(&ctx, "a", &home).await;
    folders.delete(home.id).await.expect("the removal");
    document(&ctx, "a", &other).await;
    let error = folders.restore(home.id).await.expect_err("taken");
    assert_eq!(told(&error), conflict("", "unique"));
    assert!(error.to_string().contains("`Document`"), "{error}");
    assert_eq!(folders.find(home.id).await, Ok(None));
    assert_eq!(documents.count(Filter::all()).await, Ok(1));
}

#[each_database(all())]
async fn a_purged_row_is_gone_for_good(ctx: Ctx) {
    let documents = DocumentService::new(&ctx);
    let made = document(&ctx, "a", &folder(&ctx, "f").await).await;
    let remark = RemarkService::new(&ctx).create(RemarkInput::new("good", made.id)).await.expect("a remark");
    let loan = LoanService::new(&ctx).create(LoanInput::new("Ada", made.id)).await.expect("a loan");
    LoanService::new(&ctx).delete(loan.id).await.expect("the removal");
    documents.delete(made.id).await.expect("the removal");
    let error = documents.purge(made.id).await.expect_err("the deleted loan points to it");
    assert_eq!(told(&error), conflict("", "referenced"));
    LoanService::new(&ctx).purge(loan.id).await.expect("the loan");
    documents.purge(made.id).await.expect("the document");
    assert_eq!(documents.with_deleted().find(made.id).await, Ok(None));
    assert_eq!(documents.purge(made.id).await, gone());
    assert_eq!(RemarkService::new(&ctx).find(remark.id).await, Ok(None));
    let living = document(&ctx, "b", &folder(&ctx, "g").await).await;
    documents.purge(living.id).await.expect("a living row");
}

#[each_database(all())]
async fn nobody_comes_to_refer_to_a_row_that_is_being_deleted(ctx: Ctx) {
    for round in 0..20 {
        let home = folder(&ctx, &format!("home {round}")).await;
        let (deleting, making) = (ctx.clone(), ctx.clone());
        let delete = tokio::spawn(async move { FolderService::new(&deleting).delete(home.id).await });
        let make = tokio::spawn(async move {
            let slug = format!("late {round}");
            DocumentService::new(&making)
                .create(DocumentInput::new(slug.as_str(), slug.as_str(), home.id))
                .await
        });
        delete.await.expect("a task").expect("the removal");
        match make.await.expect("a task") {
            // It was first, so it went with the folder.
            Ok(made) => assert_eq!(DocumentService::new(&ctx).find(made.id).await, Ok(None)),
            Err(error) => assert_eq!(told(&error), conflict("folder_id", "reference")),
        }
    }
}

#[each_database(all())]
async fn rules_hold_for_what_is_deleted(ctx: Ctx) {
    let made = document(&ctx, "a", &folder(&ctx, "f").await).await;
    let records = entify::service::Records::new(&ctx, Remark::def().info());
    let key = entify::value::Value::Int(made.id.get());
    assert_eq!(records.restore(&key).await.expect_err("no soft deletion").code(), "BAD_REQUEST");
    assert_eq!(records.delete_version(&key, 1).await.expect_err("no version").code(), "BAD_REQUEST");
    let patch = entify::value::Assignments::new();
    assert_eq!(records.update_version(&key, 1, patch).await.expect_err("no version").code(), "BAD_REQUEST");
}

#[each_database(all())]
async fn bulk_operations_are_about_living_rows(ctx: Ctx) {
    let documents = DocumentService::new(&ctx);
    let home = folder(&ctx, "home").await;
    let (first, second) = (document(&ctx, "a", &home).await, document(&ctx, "b", &home).await);
    let third = document(&ctx, "c", &home).await;
    documents.delete(third.id).await.expect("the removal");
    let every = || Document::slug().is_in(["a", "b", "c"]);
    assert_eq!(
        documents.update_many(every(), titled("same")).await.expect_err("one title").code(),
        "CONFLICT"
    );
    let moved = DocumentPatch { source_id: Change::Set(Some(first.id)), ..DocumentPatch::default() };
    assert_eq!(documents.update_many(every(), moved.clone()).await, Ok(2));
    assert_eq!(documents.update_many(every(), moved).await, Ok(2));
    assert_eq!(documents.get(second.id).await.expect("it").version, 2, "counted once");

    assert_eq!(
        documents.delete_many(&[second.id, third.id]).await.expect_err("one is deleted").code(),
        "NOT_FOUND"
    );
    assert_eq!(documents.count(Filter::all()).await, Ok(2));
    assert_eq!(documents.delete_where(every()).await, Ok(2));
    assert_eq!(documents.count(Filter::all()).await, Ok(0));
    assert_eq!(documents.only_deleted().count(Filter::all()).await, Ok(3));
}

#[each_database(all())]
async fn upserts_are_about_living_rows(ctx: Ctx) {
    let documents = DocumentService::new(&ctx);
    let home = folder(&ctx, "home").await;
    let made = document(&ctx, "a", &home).await;
    let by_slug = || Document::slug();
    let again = documents.upsert(by_slug(), DocumentInput::new("a", "b", home.id)).await.expect("a change");
    assert_eq!((again.id, again.version, &*again.title), (made.id, 2, "b"));
    let same = documents.upsert(by_slug(), DocumentInput::new("a", "b", home.id)).await.expect("no change");
    assert_eq!(same, again);
    documents.delete(made.id).await.expect("the removal");
    let new = documents.upsert(by_slug(), DocumentInput::new("a", "b", home.id)).await.expect("a new row");
    assert_ne!(new.id, made.id);
    assert_eq!(new.version, 1);
    let (found, is_new) =
        documents.get_or_create(by_slug(), DocumentInput::new("a", "x", home.id)).await.expect("it");
    assert_eq!((found.id, is_new), (new.id, false));

    let records = entify::service::Records::new(&ctx, Document::def().info());
    let with_key = || {
        let input = DocumentInput::new("k", "k", home.id);
        let mut values = entify::entity::IntoAssignments::into_assignments(input);
        values.set(0, entify::value::Value::Int(made.id.get()));
        values
    };
    for error in [
        records.upsert(&[0], with_key()).await.expect_err("deleted"),
        records.get_or_create(&[0], with_key()).await.expect_err("deleted"),
    ] {
        assert_eq!(told(&error), conflict("id", "deleted"));
    }
    assert_eq!(documents.with_deleted().get(made.id).await.expect("it").title, "b", "untouched");
}
