//! Lists that accounts save: their own, and those that are shared.

use entify::prelude::*;
use entify::testing::each_database;

use super::shop::*;

#[each_database(tables())]
async fn a_view_is_saved_opened_renamed_shared_and_deleted(ctx: Ctx) {
    let (site, _state) = site(&ctx).await;
    let mut ada = browser_of(&ctx, &site, "ada@example.org", &["admin"], None).await;
    let mut bob = browser_of(&ctx, &site, "bob@example.org", &["admin"], None).await;
    filled(&ctx, 12).await;
    let list = "f.country=Brazil&sort=-points&cols=name%2Cpoints&size=50";
    let form = ada
        .get(&format!("/admin/customers/views?list={}", list.replace('%', "%25").replace('&', "%26")))
        .await;
    form.is(200).has("name=\"list\" value=\"f.country=Brazil");
    let saved =
        ada.post("/admin/customers/views", &[("do", "save"), ("name", "Brazil <b>"), ("list", list)]).await;
    saved.is(303);
    assert_eq!(saved.header("location"), format!("/admin/customers?{list}"));
    let page = ada.get("/admin/customers").await;
    page.has("aria-label=\"Saved views\"").has("Brazil &#60;b&#62;</a>").lacks("Brazil <b>");
    let opened = ada.get(&format!("/admin/customers?{list}")).await;
    opened.is(200).has("aria-current=\"true\">Brazil").has("Country: <strong>Brazil");
    // Another account sees it once it is shared, and does not change it.
    bob.get("/admin/customers").await.lacks("Brazil &#60;b&#62;");
    let page = ada.get("/admin/customers/views").await;
    let id = page
        .body
        .split("name=\"id\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("an id");
    let id = id.to_owned();
    bob.get("/admin/customers/views").await.lacks("name=\"id\"");
    bob.post("/admin/customers/views", &[("do", "delete"), ("id", &id)]).await.is(404);
    bob.post("/admin/customers/views", &[("do", "change"), ("id", &id), ("name", "Mine")]).await.is(404);
    ada.post("/admin/customers/views", &[("do", "change"), ("id", &id), ("name", "Shared"), ("shared", "1")])
        .await
        .is(303);
    bob.get("/admin/customers").await.has(">Shared</a>");
    bob.get("/admin/customers/views").await.has("Shared by someone else").lacks("name=\"id\"");
    bob.post("/admin/customers/views", &[("do", "delete"), ("id", &id)]).await.is(404);
    // Views are of one list.
    ada.get("/admin/invoices").await.lacks(">Shared</a>");
    ada.post("/admin/invoices/views", &[("do", "delete"), ("id", &id)]).await.is(404);
    // The same name again replaces.
    ada.post("/admin/customers/views", &[("do", "save"), ("name", "Shared"), ("list", "f.points=3")])
        .await
        .is(303);
    let page = ada.get("/admin/customers").await;
    page.has("href=\"/admin/customers?f.points=3\"");
    assert_eq!(page.body.matches(">Shared</a>").count(), 1);
    ada.post("/admin/customers/views", &[("do", "delete"), ("id", &id)]).await.is(303);
    ada.get("/admin/customers").await.lacks(">Shared</a>");
    // What is no list of this entity is not kept, nor is a view without a name.
    for list in ["f.nothing=1", "sort=nothing", "f.points=many", "filter=%7B"] {
        ada.post("/admin/customers/views", &[("do", "save"), ("name", "x"), ("list", list)]).await.is(400);
    }
    ada.post("/admin/customers/views", &[("do", "save"), ("name", " "), ("list", "")]).await.is(422);
    ada.post("/admin/customers/views", &[("do", "save"), ("name", &"x".repeat(101)), ("list", "")])
        .await
        .is(422);
    ada.post("/admin/customers/views", &[("do", "nothing")]).await.is(400);
    ada.post("/admin/customers/views", &[("do", "delete"), ("id", "x")]).await.is(404);
    // A form of another session is refused.
    let forged = ada.send("/admin/customers/views", &[("_csrf", "x"), ("do", "save"), ("name", "x")]).await;
    forged.is(403);
}

#[each_database(tables())]
async fn views_go_with_their_account(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    browser
        .post("/admin/papers/views", &[("do", "save"), ("name", "Mine"), ("list", "f.pages=1")])
        .await
        .is(303);
    let views = entify::Service::<entify::auth::SavedView>::new(&ctx);
    assert_eq!(views.count(Filter::all()).await, Ok(1));
    let accounts = entify::Service::<entify::auth::Account>::new(&ctx);
    let account = accounts.list(Query::default()).await.expect("accounts").items[0].id;
    accounts.delete(account).await.expect("gone");
    assert_eq!(views.count(Filter::all()).await, Ok(0));
}
