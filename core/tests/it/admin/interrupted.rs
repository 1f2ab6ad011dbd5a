//! What was typed into a form is not lost because a session ends.

use entify::auth::Session;
use entify::prelude::*;
use entify::testing::each_database;

use super::{post, user};
use crate::support::browser::{Form, PASSWORD, signed_in, tables};
use crate::support::domain::*;

/// Ends every session.
async fn end_sessions(ctx: &Ctx) {
    let system = ctx.with_principal(Principal::System);
    let sessions = Service::<Session>::new(&system);
    for session in sessions.list(Query::default()).await.expect("sessions").items {
        sessions.delete(session.id).await.expect("ended");
    }
}

#[each_database(tables())]
async fn signing_in_again_shows_the_form_with_what_was_typed(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    let made = post(&ctx, "old", &ada).await;
    let edit = format!("/admin/posts/{}/edit", made.id);
    let opened = browser.open(&edit).await;
    end_sessions(&ctx).await;
    let meanwhile = PostPatch { stars: 5.into(), ..PostPatch::default() };
    PostService::new(&ctx).update(made.id, meanwhile).await.expect("a change of another");

    let typed = opened.with("title", "typed \"here\"").with("body", "one\r\ntwo");
    let page = browser.submit(&edit, &typed).await;
    page.is(403).has("Your session has ended");
    let asked = Form::of(&page).with("email", "admin@example.org");
    let page = browser.submit("/admin/sign-in", &asked.with("password", "wrong")).await;
    let asked = Form::of(page.is(422)).with("password", PASSWORD);
    let page = browser.submit("/admin/sign-in", &asked).await;
    page.is(200).has("signed in again").has(&format!("action=\"{edit}\"")).lacks(PASSWORD);
    let again = Form::of(&page);
    assert_eq!((again.get("title"), again.get("body")), ("typed \"here\"", "one\r\ntwo"));
    assert_eq!(PostService::new(&ctx).get(made.id).await.expect("it").title, "old", "not saved unasked");

    browser.submit(&edit, &again).await.is(303);
    let now = PostService::new(&ctx).get(made.id).await.expect("the post");
    assert_eq!((now.title.as_str(), now.body.as_str(), now.stars), ("typed \"here\"", "one\ntwo", 5));
}

#[each_database(tables())]
async fn a_new_row_is_kept_and_its_secrets_are_not(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let opened = browser.open("/admin/users/new?status=blocked").await;
    end_sessions(&ctx).await;
    let typed = opened.with("email", "new@example.org").with("password", "s3cret s3cret");
    let page = browser.submit("/admin/users/new?status=blocked", &typed).await;
    page.is(403).has("new@example.org").lacks("s3cret");
    let asked = Form::of(&page).with("email", "admin@example.org").with("password", PASSWORD);
    let again = Form::of(browser.submit("/admin/sign-in", &asked).await.is(200));
    assert_eq!((again.get("email"), again.get("status")), ("new@example.org", "blocked"));
    browser.submit("/admin/users/new", &again).await.is(303);
    assert_eq!(UserService::new(&ctx).count(Filter::all()).await.expect("a count"), 1);
}

#[each_database(tables())]
async fn a_form_of_the_session_before_is_shown_again(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    let edit = format!("/admin/users/{}/edit", ada.id);
    let opened = browser.open(&edit).await;
    browser.sign_in("admin@example.org", PASSWORD).await.is(303);
    let page = browser.submit(&edit, &opened.with("nickname", "countess")).await;
    page.is(403).has("opened before you signed in").has("value=\"countess\"");
    assert_eq!(UserService::new(&ctx).get(ada.id).await.expect("it").nickname, None);
    browser.submit(&edit, &Form::of(&page)).await.is(303);
    let now = UserService::new(&ctx).get(ada.id).await.expect("the user");
    assert_eq!(now.nickname.as_deref(), Some("countess"));
}

#[each_database(tables())]
async fn other_accounts_get_only_what_they_may(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    entify::auth::create_account(&ctx, "guest@example.org", PASSWORD, vec!["guest".into()])
        .await
        .expect("it");
    let opened = browser.open("/admin/tags/new").await;
    end_sessions(&ctx).await;
    let page = browser.submit("/admin/tags/new", &opened.with("name", "rust")).await;
    let asked = Form::of(&page).with("email", "guest@example.org").with("password", PASSWORD);
    browser.submit("/admin/sign-in", &asked).await.is(403).lacks("value=\"rust\"");
    assert_eq!(TagService::new(&ctx).count(Filter::all()).await.expect("a count"), 0);
    // A confirmation that comes too late is asked for again.
    let made = TagService::new(&ctx).create(TagInput::new("rust")).await.expect("a tag");
    let delete = format!("/admin/tags/{}/delete", made.id);
    browser.post("/admin/sign-out", &[]).await;
    end_sessions(&ctx).await;
    let page = browser.post(&delete, &[]).await;
    page.is(303);
    assert!(page.header("location").contains("delete"), "{}", page.header("location"));
    assert_eq!(TagService::new(&ctx).count(Filter::all()).await.expect("a count"), 1);
}
