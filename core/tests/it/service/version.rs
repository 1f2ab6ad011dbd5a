//! `version`: rows that count their changes, and stale changes that are refused.

use entify::error::Error;
use entify::prelude::*;
use entify::testing::each_database;

use crate::support::domain::*;

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
async fn versions_count_the_changes_that_change_something(ctx: Ctx) {
    let documents = DocumentService::new(&ctx);
    let made = document(&ctx, "a", &folder(&ctx, "f").await).await;
    assert_eq!((made.version, made.deleted_at), (1, None));
    assert_eq!(documents.update(made.id, titled("a")).await, Ok(made.clone()), "nothing changed");
    let changed = documents.update(made.id, titled("b")).await.expect("a change");
    assert_eq!(changed.version, 2);
    assert!(changed.updated_at > made.updated_at);
    let same = DocumentPatch { slug: "a".to_owned().into(), ..titled("c") };
    assert_eq!(documents.update(made.id, same).await.expect("a change").version, 3, "one of two differs");
}

#[each_database(all())]
async fn a_stale_version_is_refused(ctx: Ctx) {
    let documents = DocumentService::new(&ctx);
    let made = document(&ctx, "a", &folder(&ctx, "f").await).await;
    let changed = documents.update_version(made.id, 1, titled("b")).await.expect("the first");
    assert_eq!(changed.version, 2);
    assert_eq!(documents.update_version(made.id, 1, titled("c")).await, Err(Error::VersionMismatch));
    assert_eq!(documents.update_version(made.id, 3, titled("c")).await, Err(Error::VersionMismatch));
    assert_eq!(
        documents.update_version(made.id, 1, DocumentPatch::default()).await,
        Err(Error::VersionMismatch)
    );
    assert_eq!(documents.update_version(made.id, 2, DocumentPatch::default()).await, Ok(changed.clone()));
    assert_eq!(documents.get(made.id).await, Ok(changed));
    assert_eq!(documents.delete_version(made.id, 1).await, Err(Error::VersionMismatch));
    assert_eq!(documents.delete_version(made.id, 2).await.expect("the removal").version, 3);
    assert_eq!(documents.delete_version(made.id, 3).await, gone());
    assert_eq!(documents.update_version(made.id, 3, titled("d")).await, gone());
    assert_eq!(documents.update_version(404.into(), 1, titled("d")).await, gone());
}

#[each_database(all())]
async fn one_of_many_wins_each_round(ctx: Ctx) {
    let made = document(&ctx, "a", &folder(&ctx, "f").await).await;
    for round in 1..=8_i64 {
        let racers: Vec<_> = (0..16)
            .map(|racer| {
                let ctx = ctx.clone();
                tokio::spawn(async move {
                    let patch = titled(&format!("{round}.{racer}"));
                    DocumentService::new(&ctx).update_version(made.id, round, patch).await
                })
            })
            .collect();
        let mut won = 0;
        for racer in racers {
            match racer.await.expect("a task") {
                Ok(row) => {
                    assert_eq!(row.version, round + 1);
                    won += 1;
                }
                Err(error) => assert_eq!(error, Error::VersionMismatch),
            }
        }
        assert_eq!(won, 1, "round {round}");
    }
}
