//! Two people at one row: what one has not touched is never put back.

use entify::prelude::*;
use entify::testing::each_database;

use super::{post, user};
use crate::support::browser::{Form, signed_in, tables};
use crate::support::domain::*;

#[each_database(tables())]
async fn changes_of_different_fields_are_both_kept(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    let edit = format!("/admin/users/{}/edit", ada.id);
    let (first, second) = (browser.open(&edit).await, browser.open(&edit).await);
    browser.submit(&edit, &first.with("nickname", "countess")).await.is(303);
    browser.submit(&edit, &second.with("status", "blocked")).await.is(303);
    let now = UserService::new(&ctx).get(ada.id).await.expect("the user");
    assert_eq!((now.nickname.as_deref(), now.status), (Some("countess"), Status::Blocked));
}

#[each_database(tables())]
async fn a_conflict_is_what_both_have_changed(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let (ada, bob) = (user(&ctx, "ada@example.org").await, user(&ctx, "bob@example.org").await);
    let made = post(&ctx, "old", &ada).await;
    let patch = PostPatch { body: "one\ntwo".to_owned().into(), ..PostPatch::default() };
    PostService::new(&ctx).update(made.id, patch).await.expect("a text of two lines");
    let edit = format!("/admin/posts/{}/edit", made.id);
    let (first, second) = (browser.open(&edit).await, browser.open(&edit).await);
    assert_eq!(second.get("body"), "one\r\ntwo", "as browsers send it");
    let first = first.with("title", "theirs").with("price", "9.50").with("reviewer_id", &bob.id.to_string());
    browser.submit(&edit, &first).await.is(303);

    let page = browser.submit(&edit, &second.with("title", "mine").with("stars", "3")).await;
    page.is(409).has("<li>Title: theirs</li>").has("value=\"mine\"").has("value=\"9.50\"");
    page.lacks("<li>Body").lacks("<li>Price").lacks("<li>Reviewer").lacks("<li>Stars").lacks("<li>Author");
    let now = PostService::new(&ctx).get(made.id).await.expect("the post");
    assert_eq!((now.title.as_str(), now.stars), ("theirs", 0), "nothing of it was saved");

    // Saving again means the title, and takes nothing else back.
    browser.submit(&edit, &Form::of(&page)).await.is(303);
    let now = PostService::new(&ctx).get(made.id).await.expect("the post");
    assert_eq!((now.title.as_str(), now.stars, now.body.as_str()), ("mine", 3, "one\ntwo"));
    assert_eq!((now.price.to_string().as_str(), now.reviewer_id), ("9.50", Some(bob.id)));
}

#[each_database(tables())]
async fn a_related_row_of_a_conflict_is_called_by_its_label(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    let (bob, eve) = (user(&ctx, "bob@example.org").await, user(&ctx, "eve@example.org").await);
    let made = post(&ctx, "a", &ada).await;
    let edit = format!("/admin/posts/{}/edit", made.id);
    let (first, second) = (browser.open(&edit).await, browser.open(&edit).await);
    browser.submit(&edit, &first.with("author_id", &bob.id.to_string())).await.is(303);
    let page = browser.submit(&edit, &second.with("author_id", &eve.id.to_string())).await;
    page.is(409).has("<li>Author: bob@example.org</li>");
}

#[each_database(tables())]
async fn the_same_change_of_two_is_no_conflict(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    let made = post(&ctx, "old", &ada).await;
    let edit = format!("/admin/posts/{}/edit", made.id);
    let (first, second) = (browser.open(&edit).await, browser.open(&edit).await);
    browser.submit(&edit, &first.with("title", "new").with("body", "a\r\nb")).await.is(303);
    let second = second.with("title", "new").with("body", "a\r\nb").with("stars", "2");
    browser.submit(&edit, &second).await.is(303);
    let now = PostService::new(&ctx).get(made.id).await.expect("the post");
    assert_eq!((now.title.as_str(), now.body.as_str(), now.stars), ("new", "a\nb", 2));
}

#[each_database(tables())]
async fn what_was_typed_outlives_its_row(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    let made = post(&ctx, "old", &ada).await;
    let edit = format!("/admin/posts/{}/edit", made.id);
    let opened = browser.open(&edit).await;
    PostService::new(&ctx).delete(made.id).await.expect("deleted");
    let page = browser.submit(&edit, &opened.with("body", "long thoughts")).await;
    page.is(404).has("someone else has deleted this row").has("long thoughts");
    page.has("action=\"/admin/posts/new\"");
    browser.submit("/admin/posts/new", &Form::of(&page)).await.is(303);
    let posts = PostService::new(&ctx).list(Query::default()).await.expect("posts").items;
    assert_eq!(posts.iter().map(|post| post.body.as_str()).collect::<Vec<_>>(), ["long thoughts"]);
}
