//! What pages say is so.

use entify::prelude::*;
use entify::testing::each_database;

use super::user;
use crate::options::with_accounts;
use crate::support::browser::{signed_in, signed_in_to, tables};

#[each_database(tables())]
async fn a_page_says_once_what_was_done(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    let path = format!("/admin/users/{}", ada.id);
    let edit = format!("{path}/edit");
    let form = browser.open(&edit).await;
    let page = browser.submit(&edit, &form.clone().with("nickname", "countess")).await;
    assert_eq!(page.is(303).header("location"), path);
    browser.get("/admin/users").await.is(200).lacks("Saved.");
    browser.get(&path).await.is(200).has("Saved.");
    browser.get(&path).await.is(200).lacks("Saved.");

    let form = browser.open(&edit).await;
    browser.submit(&edit, &form).await.is(303);
    browser.get(&path).await.is(200).lacks("Saved.").has("Nothing was changed.");
    browser.get(&path).await.is(200).lacks("Nothing was changed.");

    for word in ["deleted", "saved", "created"] {
        let page = browser.get(&format!("{path}?_done={word}")).await;
        page.is(200).lacks("role=\"status\"");
    }
    // Nor is a cookie believed that was made up.
    let request = browser.request(reqwest::Method::GET, &path).header("cookie", "entify-notice=deleted.00");
    let page = crate::support::browser::Page::of(request.send().await.expect("an answer")).await;
    page.lacks("Deleted.");
    let page = browser.post("/admin/tags/new", &[("name", "rust")]).await;
    browser.get(page.is(303).header("location")).await.is(200).has("Created.");
    browser.confirm(&format!("{path}/delete")).await.is(303);
    browser.get("/admin/users").await.is(200).has("Deleted.");
    browser.get("/admin/users").await.is(200).lacks("Deleted.");
}

#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Plus,
    #[entity(rename = "null")]
    Zero,
}

#[derive(Entity)]
#[entity(policy = public, admin(list(name, sign)))]
pub struct Reading {
    name: String,
    #[entity(filter)]
    sign: Option<Sign>,
}

#[each_database(with_accounts(&entities![Reading]))]
async fn a_variant_called_null_is_not_null(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities![Reading]).await;
    for (name, sign) in [("above", Some(Sign::Plus)), ("even", Some(Sign::Zero)), ("unknown", None)] {
        let input = ReadingInput { sign, ..ReadingInput::new(name) };
        ReadingService::new(&ctx).create(input).await.expect("a reading");
    }
    let page = browser.get("/admin/readings").await;
    let choice = |text: &str| {
        let end = page
            .body
            .find(&format!(">{text} (1)</option>"))
            .unwrap_or_else(|| panic!("{text}: {}", page.body));
        page.body[..end].rsplit("value=\"").next().expect("a value").split('"').next().expect("it").to_owned()
    };
    let (zero, unset) = (choice("Null"), choice("Not set"));
    assert_ne!(zero, unset);
    let path = |value: &str| format!("/admin/readings?f.sign={value}");
    let found = browser.get(&path(&zero)).await;
    found.is(200).has(">even</a>").lacks(">unknown</a>").lacks(">above</a>");
    let found = browser.get(&path(&unset)).await;
    found.is(200).has(">unknown</a>").lacks(">even</a>").lacks(">above</a>");
    let form = browser.open("/admin/readings/2/edit").await;
    assert_eq!(form.get("sign"), "null");
    browser.submit("/admin/readings/2/edit", &form.with("name", "level")).await.is(303);
    assert_eq!(ReadingService::new(&ctx).get(Id::new(2)).await.expect("it").sign, Some(Sign::Zero));
}

#[derive(Entity)]
#[entity(policy = public, admin(list(name, wage, room, bonus)))]
pub struct Worker {
    name: String,
    #[entity(policy(read = role("payroll")))]
    wage: Option<i32>,
    #[entity(policy(read = owner(name)))]
    room: Option<i32>,
    bonus: Option<i32>,
}

#[each_database(with_accounts(&entities![Worker]))]
async fn what_may_not_be_seen_is_not_called_empty(ctx: Ctx) {
    let system = ctx.with_principal(Principal::System);
    for name in ["me", "other"] {
        let input = WorkerInput { wage: Some(4711), ..WorkerInput::new(name) };
        WorkerService::new(&system).create(input).await.expect("a worker");
    }
    let (_site, mut browser) = signed_in_to(&ctx, &entities![Worker]).await;
    use entify::auth::{Account, AccountPatch};
    let subject = AccountPatch { subject: Some("me".to_owned()).into(), ..AccountPatch::default() };
    Service::<Account>::new(&system).update(Id::new(1), subject).await.expect("a subject");
    for (id, hidden, unset) in [(1, 1, 2), (2, 2, 1)] {
        let page = browser.get(&format!("/admin/workers/{id}")).await;
        page.is(200).lacks("4711");
        assert_eq!(page.body.matches(">Hidden<").count(), hidden, "of row {id}: {}", page.body);
        assert_eq!(page.body.matches("title=\"Not set\"").count(), unset, "of row {id}: {}", page.body);
    }
    let page = browser.get("/admin/workers").await;
    assert_eq!(page.is(200).body.matches(">Hidden<").count(), 3, "{}", page.body);
}

#[each_database(tables())]
async fn a_choice_of_filters_is_not_sent_before_it_is_made(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let page = browser.get("/admin/users").await;
    page.is(200).has("<button>Apply</button>");
    let script =
        page.body.split("src=\"").find(|part| part.starts_with("/admin/assets/admin.js")).expect("it");
    let script = browser.get(script.split('"').next().expect("an address")).await;
    // The arrow keys change a select with each press.
    script.is(200).lacks("requestSubmit").lacks("\"change\"");
}
