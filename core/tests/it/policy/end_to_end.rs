//! The same principals and rows through the whole application: credentials as they come, good and bad, and the pages
//! of the admin.

use chrono::TimeDelta;
use entify::auth::{self, create_account_for, create_token_for, revoke_token};
use entify::config::Settings;
use entify::ctx::Clock;
use entify::entity::{EntityDef, Registry};
use entify::prelude::*;
use entify::server::AppState;
use entify::testing::each_database;
use jsonwebtoken::{Algorithm, EncodingKey};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::rows::{DiaryService, entities};
use super::surfaces::{Judge, MISSING, ROWS, Row, fill};
use crate::auth::issuer::{KEYS, at, claims_with, good, secret, settings, sign};
use crate::graphql::id;
use crate::support::browser::{Browser, Form, PASSWORD, Page, Site};

/// Names and roles, as the judge reads them.
const KNOWN: [&str; 4] = ["ada", "bob", "ada+frozen", "sam+staff"];

fn tables() -> Vec<&'static EntityDef> {
    [auth::entities().to_vec(), entities()].concat()
}

async fn open(ctx: &Ctx) -> Site {
    let registry = Registry::new(&entities()).expect("a registry");
    let admin_roles = ["admin", "staff"].map(str::to_owned).to_vec();
    let settings = Settings { admin_roles, ..settings() };
    let state = AppState::with_settings(registry, ctx.db().clone(), b"a secret for tests", settings);
    Site::serve(App::new(entities()).into_endpoint(&state).expect("an application")).await
}

fn roles(who: &str) -> Vec<String> {
    who.split('+').skip(1).map(str::to_owned).collect()
}

/// What a token of someone says.
fn claims(who: &'static str, seconds: i64) -> Json {
    let mut claims = claims_with("sub", json!(Judge(who).name()));
    claims["roles"] = json!(roles(who));
    claims["exp"] = json!(at(seconds));
    claims
}

async fn send(browser: &Browser, token: &str, method: Method, path: &str, body: Option<Json>) -> Page {
    let mut request = browser.request(method, path).bearer_auth(token);
    if let Some(body) = body {
        request = request.json(&body);
    }
    Page::of(request.send().await.expect("an answer")).await
}

/// Every way to read and write the rows, as requests.
fn requests() -> Vec<(Method, String, Option<Json>)> {
    let mut requests = vec![
        (Method::GET, "/api/diaries".to_owned(), None),
        (Method::GET, "/api/shelves".to_owned(), None),
        (Method::POST, "/api/diaries".to_owned(), Some(json!({"owner": "ada", "title": "New"}))),
    ];
    let graphql = |query: String| (Method::POST, "/graphql".to_owned(), Some(json!({"query": query})));
    requests.push(graphql("{ shelves { totalCount } }".to_owned()));
    requests.push(graphql("{ __typename }".to_owned()));
    for row in ROWS {
        let (path, id) = (format!("/api/diaries/{}", row.id), id("Diary", row.id));
        requests.push((Method::GET, path.clone(), None));
        requests.push((Method::PATCH, path.clone(), Some(json!({"pages": 9}))));
        requests.push((Method::DELETE, path, None));
        requests.push(graphql(format!("{{ node(id: \"{id}\") {{ id }} }}")));
        requests
            .push(graphql(format!("mutation {{ updateDiary(id: \"{id}\", input: {{pages: 9}}) {{ id }} }}")));
        requests.push(graphql(format!("mutation {{ deleteDiary(id: \"{id}\") {{ id }} }}")));
    }
    requests
}

fn seen(judge: &Judge) -> Vec<i64> {
    ROWS.into_iter().filter(|row| judge.reads(*row)).map(|row| row.id).collect()
}

#[each_database(tables())]
async fn good_credentials_of_every_kind_are_the_same_principal(ctx: Ctx) {
    fill(&ctx).await;
    let site = open(&ctx).await;
    let browser = Browser::new(&site);
    for who in KNOWN {
        let judge = Judge(who);
        let mut tokens = good(&claims(who, 600)).map(|(_, token)| token).to_vec();
        let subject = Some(judge.name().to_owned());
        tokens.push(create_token_for(&ctx, who, roles(who), None, subject).await.expect("a token").1);
        for token in tokens {
            let page = send(&browser, &token, Method::GET, "/api/diaries?sort=title", None).await;
            let listed: Json = serde_json::from_str(&page.is(200).body).expect("JSON");
            let listed: Vec<_> = listed["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|row| row["id"].as_i64().expect("a key"))
                .collect();
            assert_eq!(listed, seen(&judge), "{who}");
            let query = json!({"query": "{ diaries { totalCount } }"});
            let page = send(&browser, &token, Method::POST, "/graphql", Some(query)).await;
            page.has(&format!("\"totalCount\":{}", listed.len()));
        }
    }
}

#[each_database(tables())]
async fn bad_credentials_are_refused_before_any_rule(ctx: Ctx) {
    fill(&ctx).await;
    let site = open(&ctx).await;
    let browser = Browser::new(&site);
    for who in KNOWN {
        let fresh = claims(who, 600);
        let hs256 = json!({"alg": "HS256"});
        let mut bad = good(&claims(who, -600)).map(|(_, token)| token).to_vec();
        bad.push(sign(&hs256, &fresh, &EncodingKey::from_secret(&[7; 64]), Algorithm::HS256));
        bad.push(sign(&json!({"alg": "none"}), &fresh, &KEYS.secret, Algorithm::HS256));
        bad.push(sign(&json!({"alg": "RS256", "kid": "ec"}), &fresh, &KEYS.rsa, Algorithm::RS256));
        bad.extend(
            KEYS.public
                .iter()
                .map(|key| sign(&hs256, &fresh, &EncodingKey::from_secret(key), Algorithm::HS256)),
        );
        for (name, value) in [("iss", "https://evil.example"), ("aud", "another")] {
            let mut wrong = fresh.clone();
            wrong[name] = json!(value);
            bad.push(secret(&wrong));
        }
        let subject = Some(Judge(who).name().to_owned());
        let (made, plain) =
            create_token_for(&ctx, who, roles(who), None, subject.clone()).await.expect("a token");
        revoke_token(&ctx, made.id).await.expect("the token");
        bad.push(plain);
        let before = ctx.now() - TimeDelta::hours(1);
        let earlier = ctx.with_clock(Clock::Fixed(before));
        let ended = Some(before + TimeDelta::minutes(1));
        bad.push(create_token_for(&earlier, who, roles(who), ended, subject).await.expect("a token").1);
        for token in bad {
            for (method, path, body) in requests() {
                let page = send(&browser, &token, method, &path, body).await;
                page.is(401).lacks("Of ada").lacks("Of bob");
                assert!(page.header("www-authenticate").starts_with("Bearer"), "{who} {path}");
            }
        }
    }
    let left = DiaryService::new(&ctx).list(Query::default()).await.expect("rows").items;
    assert_eq!(left.iter().filter(|row| row.pages.is_none()).count(), ROWS.len());
    assert_eq!(left.len(), ROWS.len());
}

#[each_database(tables())]
async fn the_admin_shows_and_does_the_same(ctx: Ctx) {
    let site = open(&ctx).await;
    for who in KNOWN {
        fill(&ctx).await;
        let judge = Judge(who);
        let email = format!("{}@example.org", who.replace('+', "-"));
        let mut held = roles(who);
        held.push("admin".to_owned());
        create_account_for(&ctx, &email, PASSWORD, held, Some(judge.name().to_owned()))
            .await
            .expect("an account");
        let mut browser = Browser::new(&site);
        browser.sign_in(&email, PASSWORD).await.is(303);
        let list = browser.get("/admin/diaries").await;
        let found = browser.get("/admin/diaries?q=of").await;
        let offered = browser.get("/admin/entries/new").await;
        let looked_up = browser.get("/admin/diaries/lookup?q=of").await;
        for row in ROWS {
            let title = format!("Of {}", row.owner);
            for page in [&list, &found] {
                assert_eq!(page.is(200).body.contains(&title), judge.reads(row), "{who} {title}");
            }
            let offer = format!("value=\"{}\"", row.id);
            assert_eq!(offered.field("diary_id").contains(&offer), judge.reads(row), "{who} {title}");
            let offer = format!("\"id\":\"{}\"", row.id);
            assert_eq!(looked_up.is(200).body.contains(&offer), judge.reads(row), "{who} {title}");
            on_pages(&ctx, &mut browser, &judge, row).await;
        }
    }
}

/// One row in the admin: shown, changed, given away, removed.
async fn on_pages(ctx: &Ctx, browser: &mut Browser, judge: &Judge, row: Row) {
    let (who, diaries) = (judge.0, DiaryService::new(ctx));
    let path = format!("/admin/diaries/{}", row.id);
    let reads = judge.reads(row);
    browser.get(&path).await.is(if reads { 200 } else { 404 });
    let writable = |may: bool, ever: bool| match () {
        () if !ever => 403,
        () if !reads => 404,
        () if !may => 403,
        () => 303,
    };
    let now = async || diaries.find(Id::new(row.id)).await.expect("a look");
    let may = judge.updates(row);
    let expected = writable(may, !judge.has("frozen"));
    browser.post(&format!("{path}/edit"), &[("pages", "5")]).await.is(expected);
    assert_eq!(now().await.expect("the row").pages, (expected == 303).then_some(5), "{who}");
    let missing = browser.post(&format!("/admin/diaries/{MISSING}/edit"), &[("pages", "5")]).await;
    if expected == 404 {
        missing.is(404);
    }
    let given = browser.post(&format!("{path}/edit"), &[("owner", "eve")]).await.status.as_u16();
    assert_eq!(given, if judge.has("staff") || expected != 303 { expected } else { 403 }, "{who}");
    if judge.has("staff") {
        browser.post(&format!("{path}/edit"), &[("owner", row.owner)]).await.is(303);
    }
    assert_eq!(now().await.expect("the row").owner, row.owner, "{who}");
    let expected = writable(judge.deletes(row), true);
    let delete = format!("{path}/delete");
    let asked = browser.get(&delete).await;
    match expected {
        303 => browser.submit(&delete, &Form::of(asked.is(200))).await.is(303),
        _ => browser.post(&delete, &[]).await.is(asked.is(expected).status.as_u16()),
    };
    assert_eq!(now().await.is_none(), expected == 303, "{who}");
}
