//! A service that was bound anew to the context of a transaction lost what its caller had set: which rows are read, and
//! that rows are answered as models.

use entify::prelude::*;
use entify::testing::each_database;

#[derive(Entity)]
#[entity(policy = public, soft_delete)]
pub struct Page {
    #[entity(unique)]
    title: String,
    /// Shown to staff alone, though every row has one: a model cannot be answered to others.
    #[entity(default = 0, policy(read = role("staff")))]
    score: i32,
    #[entity(inverse = page)]
    notes: Many<Note>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Note {
    text: String,
    page: One<Page>,
}

#[each_database(entities![Page, Note])]
async fn a_stream_reads_the_rows_that_its_service_reads(ctx: Ctx) {
    let pages = PageService::new(&ctx);
    for title in ["kept", "deleted"] {
        pages.create(PageInput::new(title)).await.expect("a page");
    }
    let deleted = pages.one(Page::title().eq("deleted")).await.expect("a page");
    pages.delete(deleted.id).await.expect("a deletion");
    for (service, expected) in [
        (pages.with_deleted(), vec!["kept", "deleted"]),
        (pages.only_deleted(), vec!["deleted"]),
        (PageService::new(&ctx), vec!["kept"]),
    ] {
        let mut stream = service.stream(Query::default());
        let mut titles = Vec::new();
        while let Some(page) = stream.next().await {
            titles.push(page.expect("a page").title);
        }
        assert_eq!(titles, expected);
    }
}

#[each_database(entities![Page, Note])]
async fn what_cannot_be_answered_is_not_made(ctx: Ctx) {
    let someone = ctx.with_principal(Principal::known("someone", "Someone", Vec::new()));
    let pages = PageService::new(&someone);
    let refused = pages
        .create_with(PageInput::new("never"))
        .children(Page::notes(), |page| [NoteInput::new("never", page)])
        .save()
        .await
        .expect_err("its score is hidden");
    assert!(matches!(&refused, Error::ForbiddenFields(fields) if fields[0].field == "score"), "{refused:?}");
    assert_eq!(PageService::new(&ctx).count(Filter::all()).await, Ok(0), "nothing is kept");
    assert_eq!(NoteService::new(&ctx).count(Filter::all()).await, Ok(0), "nothing is kept");

    let staff = ctx.with_principal(Principal::known("staff", "Staff", vec!["staff".to_owned()]));
    let made = PageService::new(&staff)
        .create_with(PageInput::new("made"))
        .children(Page::notes(), |page| [NoteInput::new("a note", page)])
        .save()
        .await
        .expect("a page");
    assert_eq!((&*made.title, made.score), ("made", 0));
}
