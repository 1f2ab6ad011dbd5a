//! The history of rows: what is told of it, two states beside each other, changes put back, and the log of all entities.

use entify::auth::create_account;
use entify::prelude::*;
use entify::testing::each_database;

use super::href;
use crate::options::with_accounts;
use crate::support::browser::{Browser, PASSWORD, signed_in_to};

#[derive(Entity)]
#[entity(policy = public, history, admin(label = title))]
pub struct Sheet {
    #[entity(max_len = 80)]
    title: String,
    #[entity(min = 0, default = 0)]
    pages: i32,
    #[entity(on_delete = set_null)]
    shelf: Option<One<Rack>>,
    #[entity(policy(read = role("owner")))]
    secret: Option<String>,
    #[entity(write_only, min_len = 0)]
    key: Option<String>,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = name))]
pub struct Rack {
    name: String,
}

/// Only what was written by who asks is seen.
#[derive(Entity)]
#[entity(policy(read = owner(author), create = authenticated, update = owner(author), delete = owner(author)), history)]
pub struct Diary {
    text: String,
    author: i64,
}

/// What no account of the admin may read.
#[derive(Entity)]
#[entity(policy(read = role("auditor"), write = public), history)]
pub struct Ledger {
    text: String,
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entities![Sheet, Rack, Diary, Ledger]
}

async fn sheet(ctx: &Ctx) -> SheetModel {
    let input = SheetInput {
        secret: Some("hidden words".into()),
        key: Some("k1".into()),
        ..SheetInput::new("First")
    };
    SheetService::new(ctx).create(input).await.expect("a sheet")
}

async fn change(ctx: &Ctx, id: Id<Sheet>, title: &str, pages: i32) {
    let patch = SheetPatch { title: title.to_owned().into(), pages: pages.into(), ..SheetPatch::default() };
    SheetService::new(ctx).update(id, patch).await.expect("a change");
}

#[each_database(with_accounts(&entities()))]
async fn a_row_tells_who_changed_what(ctx: Ctx) {
    let (site, mut browser) = signed_in_to(&ctx, &entities()).await;
    create_account(&ctx, "bob@example.org", PASSWORD, vec!["admin".to_owned()]).await.expect("an account");
    let mut bob = Browser::new(&site);
    bob.sign_in("bob@example.org", PASSWORD).await.is(303);
    let rack = RackService::new(&ctx).create(RackInput::new("Upper rack")).await.expect("a rack");
    let made = sheet(&ctx.with_principal(Principal::System)).await;
    let path = format!("/admin/sheets/{}", made.id);
    let edit = format!("{path}/edit");
    let form = bob.open(&edit).await.with("title", "Second").with("shelf_id", &rack.id.to_string());
    bob.submit(&edit, &form).await.is(303);
    let page = browser.get(&path).await;
    assert_eq!(href(&page, "History"), format!("{path}/history"));
    let page = browser.get(&format!("{path}/history")).await;
    page.is(200).has("Changed <small>by bob@example.org").has("Created <small>by the application");
    page.has("Upper rack").has("First").has("Second");
    page.lacks("hidden words").lacks("k1").lacks("Secret");
    // Of a row that there never was, and of an entity without history, there is none.
    browser.get("/admin/sheets/999/history").await.is(404);
    browser.get(&format!("/admin/racks/{}/history", rack.id)).await.is(404);
}

#[each_database(with_accounts(&entities()))]
async fn changes_are_put_back_by_a_new_change(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let system = ctx.with_principal(Principal::System);
    let made = sheet(&system).await;
    change(&system, made.id, "Second", 2).await;
    change(&system, made.id, "Third", 3).await;
    let sheets = SheetService::new(&system);
    let entries = sheets.history(made.id, PageArgs::default()).await.expect("its history").items;
    let [third, second, first] = [entries[0].id, entries[1].id, entries[2].id];
    let history = format!("/admin/sheets/{}/history", made.id);
    let now = async || {
        let row = SheetService::new(&system).get(made.id).await.expect("the sheet");
        (row.title, row.pages, row.secret)
    };
    let hidden = Some("hidden words".to_owned());
    // A field.
    let form = browser.open(&history).await;
    browser.submit(&history, &form.clone().with("_put_back", &format!("field:{third}:pages"))).await.is(303);
    assert_eq!(now().await, ("Third".to_owned(), 2, hidden.clone()));
    // A stale page puts nothing back that someone else has changed meanwhile.
    let stale = form.with("_put_back", &format!("change:{second}"));
    browser.submit(&history, &stale).await.is(409).has("someone else has changed the same");
    assert_eq!(now().await, ("Third".to_owned(), 2, hidden.clone()));
    // A change, and the row as it was.
    let form = browser.open(&history).await;
    browser.submit(&history, &form.with("_put_back", &format!("change:{third}"))).await.is(303);
    assert_eq!(now().await.0, "Second");
    let form = browser.open(&history).await;
    browser.submit(&history, &form.clone().with("_put_back", &format!("state:{first}"))).await.is(303);
    assert_eq!(now().await, ("First".to_owned(), 0, hidden.clone()), "what is hidden stays");
    let recorded = sheets.history(made.id, PageArgs::default()).await.expect("its history").items;
    assert_eq!(recorded.len(), 6, "each of it is recorded");
    browser.get(&history).await.has("by you");
    // Twice is no change; what is no button of the page is refused.
    let form = browser.open(&history).await;
    let page = browser.submit(&history, &form.clone().with("_put_back", &format!("state:{first}"))).await;
    page.is(422).has("Nothing of it can be put back");
    for (what, status) in [
        ("", 400),
        ("field:x:title", 400),
        ("state:99999", 404),
        ("field:1:secret", 422),
        ("field:1:key", 422),
    ] {
        browser.submit(&history, &form.clone().with("_put_back", what)).await.is(status);
    }
    assert_eq!(now().await.2, hidden);
}

#[each_database(with_accounts(&entities()))]
async fn two_states_are_compared(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let made = sheet(&ctx.with_principal(Principal::System)).await;
    change(&ctx, made.id, "Second", 0).await;
    change(&ctx, made.id, "Third", 3).await;
    let sheets = SheetService::new(&ctx);
    let entries = sheets.history(made.id, PageArgs::default()).await.expect("its history").items;
    let (first, second) = (entries[2].id, entries[1].id);
    let page = browser.get(&format!("/admin/sheets/{}/history?from={first}&to={second}", made.id)).await;
    page.is(200).has("<tr class=\"differs\"><th scope=\"row\">Title</th><td>First</td><td>Second</td></tr>");
    page.has("<tr><th scope=\"row\">Pages</th>").lacks("hidden words");
    browser.get(&format!("/admin/sheets/{}/history?from=1&to=99999", made.id)).await.is(404);
    // Also once the row is gone.
    sheets.delete(made.id).await.expect("deleted");
    let page = browser.get(&format!("/admin/sheets/{}/history?from={first}&to={second}", made.id)).await;
    page.is(200).has("<td>First</td><td>Second</td>").has("Deleted <small>").lacks("_put_back");
}

#[each_database(with_accounts(&entities()))]
async fn the_log_tells_what_the_account_may_read(ctx: Ctx) {
    let (site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let roles = vec!["admin".to_owned()];
    entify::auth::create_account_for(&ctx, "eve@example.org", PASSWORD, roles, Some("5".into()))
        .await
        .expect("it");
    let mut eve = Browser::new(&site);
    eve.sign_in("eve@example.org", PASSWORD).await.is(303);
    let system = ctx.with_principal(Principal::System);
    let made = sheet(&system).await;
    for (text, author) in [("Dear diary", 5), ("Not hers", 6)] {
        DiaryService::new(&system).create(DiaryInput::new(text, author)).await.expect("an entry");
    }
    LedgerService::new(&system).create(LedgerInput::new("Gold bars")).await.expect("an entry");
    let edit = format!("/admin/sheets/{}/edit", made.id);
    let form = eve.open(&edit).await.with("title", "By Eve");
    eve.submit(&edit, &form).await.is(303);

    let page = browser.get("/admin").await;
    assert_eq!(href(&page, "History"), "/admin/history");
    let page = eve.get("/admin/history").await;
    page.is(200).has("By Eve").has("Dear diary").has("Created: Sheet").has("<td>you</td>");
    page.lacks("Not hers").lacks("Gold bars").lacks("Ledger").lacks("hidden words").lacks("Secret");
    let page = browser.get("/admin/history").await;
    page.has("By Eve").has("eve@example.org").lacks("Dear diary").lacks("Not hers");
    // Filters.
    browser.get("/admin/history?who=eve@example.org").await.has("By Eve").lacks("Created: Sheet");
    browser.get("/admin/history?who=you").await.has("Nothing matches.");
    browser.get("/admin/history?who=nobody@example.org").await.is(200).has("Nothing matches.");
    eve.get("/admin/history?entity=diaries").await.has("Dear diary").lacks("By Eve");
    browser.get("/admin/history?entity=ledgers").await.is(200).lacks("Gold bars").has("Nothing matches.");
    browser.get("/admin/history?since=2999-01-01").await.has("Nothing matches.");
    browser.get("/admin/history?since=2001-01-01").await.has("By Eve");
    for wrong in ["since=x", "before=x", "who=%00"] {
        browser.get(&format!("/admin/history?{wrong}")).await.is(400);
    }
    // Pages.
    for number in 0..60 {
        change(&system, made.id, &format!("Title {number:02}"), number).await;
    }
    let page = browser.get("/admin/history").await;
    page.has("Title 59").lacks("Created: Sheet");
    let older = browser.get(&href(&page, "Older →")).await;
    older.is(200).has("Created: Sheet").lacks("Title 58 → Title 59").lacks("Older →");
}
