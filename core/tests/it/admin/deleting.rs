//! What the page says before a row is deleted.

use entify::prelude::*;
use entify::testing::each_database;

use super::{post, user};
use crate::options::with_accounts;
use crate::support::browser::{Form, signed_in, signed_in_to, tables};
use crate::support::domain::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Shelf {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Book {
    title: String,
    #[entity(on_delete = cascade)]
    shelf: One<Shelf>,
    #[entity(on_delete = cascade)]
    sequel_of: Option<One<Book>>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Lending {
    reader: String,
    #[entity(on_delete = restrict)]
    book: One<Book>,
}

fn library() -> Vec<&'static entify::entity::EntityDef> {
    entities![Shelf, Book, Lending]
}

async fn shelf(ctx: &Ctx) -> ShelfModel {
    ShelfService::new(ctx).create(ShelfInput::new("Novels")).await.expect("a shelf")
}

async fn book(ctx: &Ctx, title: &str, shelf: &ShelfModel, sequel_of: Option<&BookModel>) -> BookModel {
    let input = BookInput { sequel_of_id: sequel_of.map(|book| book.id), ..BookInput::new(title, shelf.id) };
    BookService::new(ctx).create(input).await.expect("a book")
}

#[each_database(with_accounts(&library()))]
async fn what_stands_in_the_way_is_told_however_deep_it_lies(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &library()).await;
    let (novels, other) = (shelf(&ctx).await, shelf(&ctx).await);
    let first = book(&ctx, "Dawn", &novels, None).await;
    let second = book(&ctx, "Noon", &other, Some(&first)).await;
    let third = book(&ctx, "Dusk", &other, Some(&second)).await;
    let lending =
        LendingService::new(&ctx).create(LendingInput::new("Ada", third.id)).await.expect("a lending");
    let delete = format!("/admin/shelves/{}/delete", novels.id);

    let page = browser.get(&delete).await;
    page.is(200).has("cannot be deleted while other rows need it").has("stands in the way");
    page.has(&format!("<a href=\"/admin/lendings/{}\">Ada</a>", lending.id));
    page.has(&format!("<a href=\"/admin/books/{}\">Noon</a>", second.id));
    page.has(&format!("<a href=\"/admin/books/{}\">Dusk</a>", third.id));
    page.lacks("class=\"danger\"").lacks("gone for good");
    assert!(page.body.find("stands in the way") < page.body.find("will be deleted too"), "it comes first");
    browser.confirm(&delete).await.is(409).has("Nothing was deleted").lacks("class=\"danger\"");

    LendingService::new(&ctx).delete(lending.id).await.expect("returned");
    let page = browser.get(&delete).await;
    page.is(200).has("class=\"danger\"").has("gone for good").has("Dusk").lacks("in the way");
    browser.confirm(&delete).await.is(303);
    assert_eq!(BookService::new(&ctx).count(Filter::all()).await.expect("a count"), 0);
}

#[each_database(with_accounts(&library()))]
async fn many_rows_are_counted_and_some_are_named(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &library()).await;
    let novels = shelf(&ctx).await;
    let inputs = (0..120).map(|number| BookInput::new(format!("Volume {number:03}"), novels.id));
    let books = BookService::new(&ctx).create_many(inputs.collect::<Vec<_>>()).await.expect("books");
    // Two books that are sequels of each other end the walk all the same.
    for (one, other) in [(0, 1), (1, 0)] {
        let patch = BookPatch { sequel_of_id: Some(books[other].id).into(), ..BookPatch::default() };
        BookService::new(&ctx).update(books[one].id, patch).await.expect("a sequel");
    }
    let page = browser.get(&format!("/admin/shelves/{}/delete", novels.id)).await;
    page.is(200)
        .has("<strong>120</strong> books (Shelf) will be deleted too")
        .has("Volume 019")
        .has("100 more");
    page.lacks("Volume 020").has(&format!("href=\"/admin/books?f.shelf_id={}\"", novels.id));
}

#[each_database(tables())]
async fn what_can_be_restored_is_not_called_gone(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let home = FolderService::new(&ctx).create(FolderInput::new("home")).await.expect("a folder");
    let made =
        DocumentService::new(&ctx).create(DocumentInput::new("letter", "Letter", home.id)).await.expect("it");
    RemarkService::new(&ctx).create(RemarkInput::new("fine", made.id)).await.expect("a remark");
    let lent = LoanService::new(&ctx).create(LoanInput::new("Bob", made.id)).await.expect("a loan");
    let delete = format!("/admin/folders/{}/delete", home.id);
    let page = browser.get(&delete).await;
    page.is(200).has("cannot be deleted").has(">Bob</a>").has(">letter</a>").lacks("class=\"danger\"");
    LoanService::new(&ctx).delete(lent.id).await.expect("returned");
    let page = browser.get(&delete).await;
    page.is(200).lacks("gone for good").has("can be restored").has("will be deleted too").has("will stay");
    page.has("class=\"danger\"").has(">fine</a>");
    browser.confirm(&delete).await.is(303);
    FolderService::new(&ctx).restore(home.id).await.expect("it is back");
}

#[each_database(tables())]
async fn rows_that_lose_a_reference_are_named(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let (ada, bob) = (user(&ctx, "ada@example.org").await, user(&ctx, "bob@example.org").await);
    let input = PostInput { reviewer_id: Some(bob.id), ..PostInput::new("Reviewed", ada.id) };
    let reviewed = PostService::new(&ctx).create(input).await.expect("a post");
    let own = PostInput { reviewer_id: Some(bob.id), ..PostInput::new("Own", bob.id) };
    PostService::new(&ctx).create(own).await.expect("a post");
    post(&ctx, "Other", &ada).await;
    let page = browser.get(&format!("/admin/users/{}/delete", bob.id)).await;
    page.is(200).has("<strong>1</strong> post (Author) will be deleted too").lacks("Other");
    // The own post goes, and is not said to stay without a reviewer.
    page.has("<strong>1</strong> post (Reviewer) will no longer point here");
    page.has(&format!("<a href=\"/admin/posts/{}\">Reviewed</a>", reviewed.id));
}

#[each_database(with_accounts(&library()))]
async fn no_more_is_deleted_than_was_shown(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &library()).await;
    let (novels, other) = (shelf(&ctx).await, shelf(&ctx).await);
    let first = book(&ctx, "Dawn", &novels, None).await;
    let gone = book(&ctx, "Eve", &novels, None).await;
    let delete = format!("/admin/shelves/{}/delete", novels.id);
    let books = BookService::new(&ctx);

    let opened = browser.open(&delete).await;
    books.delete(gone.id).await.expect("fewer rows");
    book(&ctx, "Noon", &novels, None).await;
    let page = browser.submit(&delete, &opened).await;
    page.is(409).has("Nothing was deleted").has("one row more would be deleted").has("Noon");
    assert_eq!(books.count(Filter::all()).await.expect("a count"), 2, "nothing is deleted");

    // On another level, and by another way.
    book(&ctx, "Dusk", &other, Some(&first)).await;
    let page = browser.submit(&delete, &Form::of(&page)).await;
    page.is(409).has("one row more").has("Dusk").has("class=\"danger\"");
    for confirmed in
        [Form { fields: Vec::new() }.with("_csrf", &browser.csrf), Form::of(&page).with("_shown", "a")]
    {
        browser.submit(&delete, &confirmed).await.is(409).has("Nothing was deleted").has("Dusk");
    }
    browser.submit(&delete, &Form::of(&page).with("_shown", "?")).await.is(400);
    assert_eq!(books.count(Filter::all()).await.expect("a count"), 3);

    // What is gone by now needs no confirmation.
    books.delete(first.id).await.expect("fewer rows, and a sequel less");
    browser.submit(&delete, &Form::of(&page)).await.is(303);
    assert_eq!(books.count(Filter::all()).await.expect("a count"), 0);
}

#[each_database(tables())]
async fn a_reference_that_was_not_shown_is_not_lost(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let (ada, bob) = (user(&ctx, "ada@example.org").await, user(&ctx, "bob@example.org").await);
    let delete = format!("/admin/users/{}/delete", bob.id);
    let opened = browser.open(&delete).await;
    let input = PostInput { reviewer_id: Some(bob.id), ..PostInput::new("Reviewed", ada.id) };
    let reviewed = PostService::new(&ctx).create(input).await.expect("a post");
    let page = browser.submit(&delete, &opened).await;
    page.is(409).has("one row more would be deleted or lose its reference").has("Reviewed");
    browser.submit(&delete, &Form::of(&page)).await.is(303);
    assert_eq!(PostService::new(&ctx).get(reviewed.id).await.expect("it stays").reviewer_id, None);
}

#[each_database(tables())]
async fn a_soft_deletion_takes_along_what_was_shown(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let home = FolderService::new(&ctx).create(FolderInput::new("home")).await.expect("a folder");
    let delete = format!("/admin/folders/{}/delete", home.id);
    let opened = browser.open(&delete).await;
    let documents = DocumentService::new(&ctx);
    documents.create(DocumentInput::new("letter", "Letter", home.id)).await.expect("a document");
    let page = browser.submit(&delete, &opened).await;
    page.is(409).has("one row more").has(">letter</a>");
    assert_eq!(documents.count(Filter::all()).await.expect("a count"), 1);
    browser.submit(&delete, &Form::of(&page)).await.is(303);
    assert_eq!(documents.count(Filter::all()).await.expect("a count"), 0);
}

#[each_database(with_accounts(&library()))]
async fn numbers_stop_at_a_thousand_of_what_stands_in_the_way(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &library()).await;
    let novels = shelf(&ctx).await;
    let first = book(&ctx, "Dawn", &novels, None).await;
    let lendings = (0..1_100).map(|number| LendingInput::new(format!("Reader {number:04}"), first.id));
    LendingService::new(&ctx).create_many(lendings.collect::<Vec<_>>()).await.expect("lendings");
    let page = browser.get(&format!("/admin/books/{}/delete", first.id)).await;
    page.is(200).has("<strong>1,000+</strong> lendings (Book) stand in the way").has("980+ more");
}

/// A row that another transaction adds while the deletion is confirmed: it commits when the deletion waits for it.
async fn added_at_the_same_time(ctx: &Ctx, add: impl FnOnce([ShelfModel; 2], BookModel) -> BookInput) {
    let (_site, mut browser) = signed_in_to(ctx, &library()).await;
    let (novels, other) = (shelf(ctx).await, shelf(ctx).await);
    let first = book(ctx, "Dawn", &novels, None).await;
    let delete = format!("/admin/shelves/{}/delete", novels.id);
    let opened = browser.open(&delete).await;
    let input = add([novels, other], first);
    let (added, is_added) = tokio::sync::oneshot::channel();
    let adding = ctx.clone();
    let adding = tokio::spawn(async move {
        let add = move |ctx: Ctx| async move {
            BookService::new(&ctx).create(input).await?;
            let _ = added.send(());
            tokio::time::sleep(std::time::Duration::from_millis(400)).await;
            Ok(())
        };
        adding.transaction(add).await
    });
    is_added.await.expect("it is added, and not committed");
    let page = browser.submit(&delete, &opened).await;
    adding.await.expect("the task").expect("the other transaction");
    page.is(409).has("one row more").has("Meanwhile");
    assert_eq!(BookService::new(ctx).count(Filter::all()).await.expect("a count"), 2, "nothing is deleted");
}

#[each_database(with_accounts(&library()))]
async fn a_row_that_is_added_while_it_is_confirmed_is_seen(ctx: Ctx) {
    added_at_the_same_time(&ctx, |[novels, _], _| BookInput::new("Meanwhile", novels.id)).await;
}

#[each_database(with_accounts(&library()))]
async fn so_is_one_that_refers_to_a_row_that_goes_too(ctx: Ctx) {
    added_at_the_same_time(&ctx, |[_, other], first| BookInput {
        sequel_of_id: Some(first.id),
        ..BookInput::new("Meanwhile", other.id)
    })
    .await;
}
