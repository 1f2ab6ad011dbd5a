//! The session of a browser: what its cookie opens, and what it does not.

use entify::auth::{AccountChange, change_account, create_account, create_account_for};
use entify::config::Settings;
use entify::prelude::*;
use entify::testing::each_database;
use serde_json::{Value, json};

use super::issuer::{ask, shop};
use crate::support::browser::{Browser, PASSWORD, Page, Site, tables};

const EMAIL: &str = "ada@example.org";

/// Someone with their own cookies who sends exactly these headers.
fn stranger(site: &Site) -> Browser {
    Browser::new(site)
}

/// The session's cookie, as a browser sends it.
fn cookie(page: &Page) -> String {
    page.headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find(|value| value.contains("entify-session="))
        .and_then(|value| value.split(';').next())
        .unwrap_or_else(|| panic!("no session in {:?}", page.headers))
        .to_owned()
}

async fn csrf(browser: &Browser) -> String {
    let page = ask(browser, "/admin/session", &[]).await;
    page.is(200);
    let json: Value = serde_json::from_str(&page.body).expect("JSON");
    assert_eq!(json["account"], EMAIL);
    json["csrf"].as_str().expect("a token").to_owned()
}

#[each_database(tables())]
async fn a_cookie_alone_opens_no_api(ctx: Ctx) {
    create_account_for(&ctx, EMAIL, PASSWORD, vec!["staff".into()], Some("42".into()))
        .await
        .expect("an account");
    let (site, mut browser) = shop(&ctx, |app| app, Settings::default()).await;
    ask(&browser, "/admin/session", &[]).await.is(204);
    let session = cookie(&browser.sign_in(EMAIL, PASSWORD).await);
    ask(&browser, "/who", &[]).await.is(200).has("anonymous");
    ask(&browser, "/api/notes", &[]).await.is(401);
    let form = browser
        .request(reqwest::Method::POST, "/graphql")
        .json(&json!({"query": "{ notes { totalCount } }"}));
    Page::of(form.send().await.expect("an answer")).await.has("UNAUTHENTICATED");

    // With the session's token it is the account, with its roles and its subject.
    let token = csrf(&browser).await;
    ask(&browser, "/who", &[("x-csrf-token", &token)]).await.is(200).has("account:1 42 [staff]");
    ask(&browser, "/api/notes", &[("x-csrf-token", &token)]).await.is(200);
    let query = browser.request(reqwest::Method::POST, "/graphql").header("x-csrf-token", &token);
    let query = query.json(&json!({"query": "{ notes { totalCount } }"}));
    Page::of(query.send().await.expect("an answer")).await.has("\"totalCount\":0");

    // The token of a form is another, that of a stranger's session too, and a foreign page cannot use it.
    let form = browser.csrf.clone();
    for bad in ["", "x", form.as_str(), &"0".repeat(64)] {
        ask(&browser, "/who", &[("x-csrf-token", bad)]).await.is(403).lacks("account:");
    }
    for foreign in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        ask(&browser, "/who", &[("x-csrf-token", &token), foreign]).await.is(403).lacks("account:");
        ask(&browser, "/admin/session", &[foreign]).await.lacks("csrf");
    }
    let mut other = stranger(&site);
    other.sign_in(EMAIL, PASSWORD).await.is(303);
    assert_ne!(csrf(&other).await, token);
    ask(&other, "/who", &[("x-csrf-token", &token)]).await.is(403);
    // The token without the cookie is nothing, and a bearer token counts before both.
    ask(&stranger(&site), "/who", &[("x-csrf-token", &token)]).await.is(200).has("anonymous");
    ask(&browser, "/who", &[("x-csrf-token", &token), ("authorization", "Bearer nonsense")]).await.is(401);
    // The cookie is found however it is sent, but only by its name.
    let raw = stranger(&site);
    ask(&raw, "/who", &[("cookie", &format!("a=b; {session}")), ("x-csrf-token", &token)])
        .await
        .is(200)
        .has("account:1");
    ask(&raw, "/who", &[("cookie", &format!("x-{session}")), ("x-csrf-token", &token)])
        .await
        .is(200)
        .has("anonymous");
}

#[each_database(tables())]
async fn a_stolen_cookie_is_worthless_after_sign_out(ctx: Ctx) {
    create_account(&ctx, EMAIL, PASSWORD, vec!["admin".into()]).await.expect("an account");
    let (site, mut browser) = shop(&ctx, |app| app, Settings::default()).await;
    let session = cookie(&browser.sign_in(EMAIL, PASSWORD).await);
    let token = csrf(&browser).await;
    let thief = stranger(&site);
    let stolen = [("cookie", session.as_str()), ("x-csrf-token", token.as_str())];
    ask(&thief, "/admin", &stolen[..1]).await.is(200);
    ask(&thief, "/who", &stolen).await.is(200).has("account:1");
    browser.post("/admin/sign-out", &[]).await.is(303);
    ask(&thief, "/admin", &stolen[..1]).await.is(303);
    ask(&thief, "/admin/session", &stolen[..1]).await.is(204);
    let page = ask(&thief, "/who", &stolen).await;
    page.is(401).lacks("anonymous");
    assert!(page.header("www-authenticate").starts_with("Bearer"));
}

#[each_database(tables())]
async fn a_session_of_before_sign_in_ends_with_it(ctx: Ctx) {
    create_account(&ctx, EMAIL, PASSWORD, vec!["admin".into()]).await.expect("an account");
    let (site, mut attacker) = shop(&ctx, |app| app, Settings::default()).await;
    let planted = cookie(&attacker.sign_in(EMAIL, PASSWORD).await);
    // The victim signs in with the attacker's cookie in the browser.
    let form = ask(&stranger(&site), "/admin/sign-in", &[]).await;
    let nonce = form.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let csrf = form
        .body
        .split("name=\"_csrf\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a token");
    let request = stranger(&site)
        .request(reqwest::Method::POST, "/admin/sign-in")
        .header("cookie", format!("{nonce}; {planted}"))
        .form(&[("_csrf", csrf), ("email", EMAIL), ("password", PASSWORD)]);
    let page = Page::of(request.send().await.expect("an answer")).await;
    assert_ne!(cookie(page.is(303)), planted);
    ask(&stranger(&site), "/admin", &[("cookie", &planted)]).await.is(303);
}

#[each_database(tables())]
async fn what_is_changed_of_an_account_holds_at_once(ctx: Ctx) {
    create_account(&ctx, EMAIL, PASSWORD, vec!["staff".into()]).await.expect("an account");
    let (site, mut browser) = shop(&ctx, |app| app, Settings::default()).await;
    let mut elsewhere = stranger(&site);
    for browser in [&mut browser, &mut elsewhere] {
        browser.sign_in(EMAIL, PASSWORD).await.is(303);
    }
    let token = csrf(&browser).await;
    let who = async || ask(&browser, "/who", &[("x-csrf-token", &token)]).await;
    let change = |change: AccountChange| change_account(&ctx, " ADA@example.org", change);
    who().await.has("account:1 - [staff]");
    change(AccountChange {
        roles: Some(vec!["editor".into()]),
        subject: Some(Some("7".into())),
        ..AccountChange::default()
    })
    .await
    .expect("changed");
    who().await.has("account:1 7 [editor]");
    change(AccountChange { subject: Some(None), ..AccountChange::default() }).await.expect("changed");
    who().await.has("account:1 - [editor]");

    let new = "another battery staple";
    change(AccountChange { password: Some(new.into()), ..AccountChange::default() }).await.expect("changed");
    who().await.is(401);
    ask(&elsewhere, "/admin/session", &[]).await.is(204);
    elsewhere.sign_in(EMAIL, PASSWORD).await.is(422);
    elsewhere.sign_in(EMAIL, new).await.is(303);
    let token = csrf(&elsewhere).await;
    change(AccountChange { active: Some(false), ..AccountChange::default() }).await.expect("changed");
    ask(&elsewhere, "/who", &[("x-csrf-token", &token)]).await.is(401);
    elsewhere.sign_in(EMAIL, new).await.is(422);
    change(AccountChange { active: Some(true), ..AccountChange::default() }).await.expect("changed");
    ask(&elsewhere, "/who", &[("x-csrf-token", &token)]).await.is(401);
    let short = change(AccountChange { password: Some("short".into()), ..AccountChange::default() }).await;
    assert_eq!(short.expect_err("refused").code(), "VALIDATION_FAILED");
    assert_eq!(
        change_account(&ctx, "bob@example.org", AccountChange::default()).await.expect_err("nobody").code(),
        "NOT_FOUND"
    );
}

#[each_database(tables())]
async fn in_production_cookies_are_for_tls_and_this_host(ctx: Ctx) {
    create_account(&ctx, EMAIL, PASSWORD, vec!["admin".into()]).await.expect("an account");
    let settings = Settings { environment: entify::config::Environment::Production, ..Settings::default() };
    let (site, _) = shop(&ctx, |app| app, settings).await;
    let page = ask(&stranger(&site), "/admin/sign-in", &[]).await;
    let cookie = page.header("set-cookie");
    for flag in ["__Host-entify-sign-in=", "; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    // A proxy's word about TLS counts only when the proxy is trusted.
    let https = [("x-forwarded-proto", "https")];
    let (site, _) = shop(&ctx, |app| app, Settings::default()).await;
    assert!(!ask(&stranger(&site), "/admin/sign-in", &https).await.header("set-cookie").contains("Secure"));
    let trusting =
        Settings { trusted_proxies: vec!["127.0.0.1".parse().expect("an address")], ..Settings::default() };
    let (site, _) = shop(&ctx, |app| app, trusting).await;
    assert!(ask(&stranger(&site), "/admin/sign-in", &https).await.header("set-cookie").contains("__Host-"));
}

#[each_database(tables())]
async fn idle_and_absolute_ends_come_from_the_settings(ctx: Ctx) {
    create_account(&ctx, EMAIL, PASSWORD, vec!["admin".into()]).await.expect("an account");
    let brief = std::time::Duration::from_millis(400);
    for settings in [
        Settings { session_idle: brief, ..Settings::default() },
        Settings { session_lifetime: brief, ..Settings::default() },
    ] {
        let (_site, mut browser) = shop(&ctx, |app| app, settings).await;
        let page = browser.sign_in(EMAIL, PASSWORD).await;
        page.is(303);
        tokio::time::sleep(brief + std::time::Duration::from_millis(50)).await;
        browser.get("/admin").await.is(303);
    }
}
