//! Two people at one row: what one has not touched is never put back.

use entify::prelude::*;
use entify::testing::each_database;

use entify::auth::{create_account, create_token_for};
use entify::db::{Dialect, Executor, Statement};

use super::{post, user};
use crate::options::with_accounts;
use crate::support::browser::{Browser, Form, PASSWORD, signed_in, signed_in_to, tables};
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

#[derive(Entity)]
#[entity(policy = public, history)]
pub struct Letter {
    subject: String,
    #[entity(min_len = 0)]
    text: String,
    #[entity(min = 0)]
    price: Decimal,
    sent: Option<DateTime<Utc>>,
}

#[each_database(with_accounts(&entities![Letter]))]
async fn the_conflict_page_says_who_and_when(ctx: Ctx) {
    let (site, mut browser) = signed_in_to(&ctx, &entities![Letter]).await;
    let roles = vec!["admin".to_owned()];
    create_account(&ctx, "bob@example.org", PASSWORD, roles.clone()).await.expect("an account");
    create_token_for(&ctx, "nightly", roles, None, None).await.expect("a token");
    let mut bob = Browser::new(&site);
    bob.sign_in("bob@example.org", PASSWORD).await.is(303);
    let letters = LetterService::new(&ctx);
    let made = letters.create(LetterInput::new("old", "old", Decimal::ONE)).await.expect("a letter");
    let edit = format!("/admin/letters/{}/edit", made.id);
    let opened = browser.open(&edit).await;
    let mine =
        opened.clone().with("subject", "mine").with("text", "mine").with("price", "7").with("sent", "");

    // Bob changes two fields, a program a third, the application a fourth, and this account one of Bob's.
    let theirs = bob.open(&edit).await.with("subject", "Bob's").with("text", "Bob's");
    bob.submit(&edit, &theirs).await.is(303);
    let token = ctx.with_principal(Principal::known("token:1", "nightly", Vec::new()));
    let patch = LetterPatch { price: Decimal::new(250, 2).into(), ..LetterPatch::default() };
    LetterService::new(&token).update(made.id, patch).await.expect("a change of a program");
    let again = browser.open(&edit).await.with("text", "from another window");
    browser.submit(&edit, &again).await.is(303);

    let page = browser.submit(&edit, &mine).await;
    page.is(409).has("<li>Subject: Bob&#39;s, by bob@example.org at <time datetime=\"20");
    page.has("<li>Text: from another window, by you at <time")
        .has("<li>Price: 2.5, by nightly (API token) at <time");
    page.lacks("<li>Sent").lacks("the row last at");

    let system = ctx.with_principal(Principal::System);
    let patch = LetterPatch { subject: "ours".to_owned().into(), ..LetterPatch::default() };
    LetterService::new(&system).update(made.id, patch).await.expect("a change of the application");
    let anyone = ctx.with_principal(Principal::Anonymous);
    let patch = LetterPatch { text: "anyone's".to_owned().into(), ..LetterPatch::default() };
    LetterService::new(&anyone).update(made.id, patch).await.expect("a change of no one");
    let page = browser.submit(&edit, &mine).await;
    page.is(409).has("<li>Subject: ours, by the application at <time");
    page.has("<li>Text: anyone&#39;s, by someone who was not signed in at <time");
}

#[each_database(with_accounts(&entities![Letter]))]
async fn what_the_history_does_not_know_is_said_of_no_one(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities![Letter]).await;
    let letters = LetterService::new(&ctx);
    let made = letters.create(LetterInput::new("old", "old", Decimal::ONE)).await.expect("a letter");
    let edit = format!("/admin/letters/{}/edit", made.id);
    let opened = browser.open(&edit).await.with("subject", "mine").with("text", "mine");
    let again = browser.open(&edit).await.with("text", "known");
    browser.submit(&edit, &again).await.is(303);
    // Others than the service know no history.
    Executor::Pool(ctx.db().clone())
        .execute(Statement::plain("UPDATE letter SET subject = 'by hand'"))
        .await
        .expect("by hand");
    let page = browser.submit(&edit, &opened).await;
    page.is(409)
        .has("<li>Subject: by hand</li>")
        .has("<li>Text: known, by you at <time")
        .has("the row last at");
}

#[derive(Entity)]
#[entity(policy = public, history, version)]
pub struct Parcel {
    label: String,
}

#[each_database(with_accounts(&entities![Parcel]))]
async fn who_changed_or_deleted_a_row_is_said_where_it_is_in_the_way(ctx: Ctx) {
    let (site, mut browser) = signed_in_to(&ctx, &entities![Parcel]).await;
    create_account(&ctx, "bob@example.org", PASSWORD, vec!["admin".to_owned()]).await.expect("an account");
    let mut bob = Browser::new(&site);
    bob.sign_in("bob@example.org", PASSWORD).await.is(303);
    let parcel = ParcelService::new(&ctx).create(ParcelInput::new("first")).await.expect("a parcel");
    let path = format!("/admin/parcels/{}", parcel.id);
    let (edit, delete) = (format!("{path}/edit"), format!("{path}/delete"));
    let (opened, confirmed) = (browser.open(&edit).await, browser.open(&delete).await);

    let changed = bob.open(&edit).await.with("label", "second");
    bob.submit(&edit, &changed).await.is(303);
    let page = browser.submit(&delete, &confirmed).await;
    page.is(409)
        .has("Someone else has changed this row")
        .has("change that is known is by bob@example.org, at 20");

    bob.confirm(&delete).await.is(303);
    let page = browser.submit(&edit, &opened.with("label", "typed")).await;
    page.is(404).has("this row is not there any more. It was deleted by bob@example.org, at 20").has("typed");
}

/// The release of before had another name for one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
pub enum Stage {
    Draft,
    #[entity(was = "published")]
    Live,
}

#[derive(Entity)]
#[entity(policy = public, history)]
pub struct Leaflet {
    #[entity(was = "note")]
    text: String,
    #[entity(was = "state")]
    stage: Stage,
}

/// What was recorded under the names of before counts for the fields of now.
#[each_database(with_accounts(&entities![Leaflet]))]
async fn a_change_of_before_a_rename_has_its_author(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities![Leaflet]).await;
    let leaflets = LeafletService::new(&ctx);
    let made = leaflets.create(LeafletInput::new("old", Stage::Draft)).await.expect("a leaflet");
    let edit = format!("/admin/leaflets/{}/edit", made.id);
    let opened = browser.open(&edit).await.with("text", "mine").with("stage", "draft");
    let nightly = ctx.with_principal(Principal::known("token:1", "nightly", Vec::new()));
    create_token_for(&ctx, "nightly", Vec::new(), None, None).await.expect("a token");
    let patch = LeafletPatch { text: "theirs".to_owned().into(), stage: Stage::Live.into() };
    LeafletService::new(&nightly).update(made.id, patch).await.expect("a change");
    // As the release of before has recorded it.
    for (now, before) in [("text", "note"), ("stage", "state"), ("live", "published")] {
        let cast = if ctx.db().dialect() == Dialect::Postgres { ("::text", "::jsonb") } else { ("", "") };
        let sql = format!(
            "UPDATE entify_history SET changes = replace(changes{}, '\"{now}\"', '\"{before}\"'){}",
            cast.0, cast.1
        );
        Executor::Pool(ctx.db().clone()).execute(Statement::plain(sql)).await.expect("rewritten");
    }
    let entry = leaflets
        .history(made.id.get().into(), PageArgs::default())
        .await
        .expect("its history")
        .items
        .remove(0);
    let mut told: Vec<_> = entry.changes.into_iter().map(|change| (change.field, change.to)).collect();
    told.sort_by(|one, other| one.0.cmp(&other.0));
    let now = [("stage", "live"), ("text", "theirs")];
    assert_eq!(told, now.map(|(field, to)| (field.to_owned(), Some(serde_json::json!(to)))));

    let page = browser.submit(&edit, &opened.with("stage", "draft")).await;
    page.is(409).has("<li>Text: theirs, by nightly (API token) at <time");
    page.lacks("note").lacks("published");
}
