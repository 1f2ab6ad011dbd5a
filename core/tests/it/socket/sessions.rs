//! The session of a browser: its cookie counts only on our own pages, with the session's token.

use std::time::{Duration, Instant};

use entify::auth::{AccountChange, Session, SessionModel, SessionPatch, change_account, create_account_for};
use entify::config::Settings;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::client::Socket;
use super::{Stage, settings, tables};
use crate::support::browser::{Browser, PASSWORD, Site};

const EMAIL: &str = "ada@example.org";

/// Someone who is signed in with a browser.
struct SignedIn {
    browser: Browser,
    cookie: String,
    csrf: String,
    origin: String,
}

impl SignedIn {
    async fn to(stage: &Stage) -> Self {
        let site = Site { url: stage.url("") };
        let mut browser = Browser::new(&site);
        let page = browser.sign_in(EMAIL, PASSWORD).await;
        let mut cookies = page.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let cookie = cookies.rfind(|value| value.starts_with("entify-session=")).expect("a session");
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let json: Json = serde_json::from_str(&browser.get("/admin/session").await.body).expect("JSON");
        let csrf = json["csrf"].as_str().expect("a token").to_owned();
        Self { browser, cookie, csrf, origin: site.url }
    }

    /// A handshake as the browser sends it from a page of this origin.
    async fn open(&self, stage: &Stage, origin: &str) -> Socket {
        stage.open_with(&[("cookie", &self.cookie), ("origin", origin)]).await
    }

    async fn known(&self, stage: &Stage) -> Socket {
        let mut socket = self.open(stage, &self.origin).await;
        socket.introduce(self.payload()).await;
        socket
    }

    fn payload(&self) -> Json {
        json!({ "x-csrf-token": self.csrf })
    }
}

async fn account(test: &TestDb) {
    let roles = vec!["admin".into(), "staff".into()];
    create_account_for(&test.ctx(), EMAIL, PASSWORD, roles, Some("42".into())).await.expect("an account");
}

async fn session(ctx: &Ctx) -> SessionModel {
    let found = Service::<Session>::new(ctx).list(Query::default().first(1)).await.expect("a list");
    found.items.into_iter().next().expect("a session")
}

#[each_database(tables())]
async fn the_cookie_counts_with_the_token_on_our_own_pages(test: TestDb) {
    account(&test).await;
    let listed = "https://shop.example";
    let stage = Stage::with(&test, Settings { cors_origins: vec![listed.to_owned()], ..settings() }).await;
    let ada = SignedIn::to(&stage).await;
    assert_eq!(ada.known(&stage).await.me().await, "account:1 42 [admin,staff]");
    for name in ["X-CSRF-Token", "X-Csrf-Token"] {
        let mut socket = ada.open(&stage, &ada.origin).await;
        socket.introduce(json!({ name: ada.csrf })).await;
        assert_eq!(socket.me().await, "account:1 42 [admin,staff]");
    }
    // The cookie alone is no credential.
    for nothing in [json!({}), json!(null), json!({ "csrf": ada.csrf })] {
        let mut socket = ada.open(&stage, &ada.origin).await;
        socket.introduce(nothing).await;
        assert_eq!(socket.me().await, "anonymous - []");
    }
    for bad in ["", "x", ada.browser.csrf.as_str()] {
        let mut socket = ada.open(&stage, &ada.origin).await;
        socket.init(json!({ "x-csrf-token": bad })).await;
        socket.ends(4403, "").await;
    }
    // A page of a listed origin may open a socket, but not as whoever is signed in here.
    let mut socket = ada.open(&stage, listed).await;
    socket.init(ada.payload()).await;
    socket.ends(4403, "not allowed").await;
    let mut socket = ada.open(&stage, listed).await;
    socket.introduce(json!({})).await;
    assert_eq!(socket.me().await, "anonymous - []");
    // Any other page opens none at all.
    let cookies = [("cookie", ada.cookie.as_str()), ("origin", "https://evil.example")];
    assert_eq!(Socket::open(stage.address, &cookies).await.err().expect("refused").status, 403);
    // A bearer token counts before the session.
    let mut socket = ada.open(&stage, &ada.origin).await;
    socket.init(json!({ "x-csrf-token": ada.csrf, "authorization": "Bearer nonsense" })).await;
    socket.ends(4403, "not valid").await;
}

#[each_database(tables())]
async fn what_ends_the_session_ends_the_socket(test: TestDb) {
    account(&test).await;
    let stage = Stage::new(&test).await;
    let change = async |change: AccountChange| {
        change_account(&test.ctx(), EMAIL, change).await.expect("changed");
    };
    let mut ada = SignedIn::to(&stage).await;
    let mut socket = ada.known(&stage).await;
    change(AccountChange {
        roles: Some(vec!["editor".into()]),
        subject: Some(None),
        ..AccountChange::default()
    })
    .await;
    assert_eq!(socket.me().await, "account:1 - [editor]", "what is changed holds at once");
    change(AccountChange { roles: Some(vec!["admin".into()]), ..AccountChange::default() }).await;
    ada.browser.post("/admin/sign-out", &[]).await.is(303);
    socket.subscribe("1", "{ me }").await;
    socket.ends(4403, "not valid").await;

    let ada = SignedIn::to(&stage).await;
    let mut socket = ada.known(&stage).await;
    change(AccountChange { active: Some(false), ..AccountChange::default() }).await;
    socket.subscribe("1", "{ me }").await;
    socket.ends(4403, "not valid").await;
}

#[each_database(tables())]
async fn a_silent_socket_ends_with_its_session(test: TestDb) {
    account(&test).await;
    let quick = Settings { socket_ping: Duration::from_secs(1), ..settings() };
    let stage = Stage::with(&test, quick.clone()).await;
    let ada = SignedIn::to(&stage).await;
    let mut socket = ada.known(&stage).await;
    change_account(
        &test.ctx(),
        EMAIL,
        AccountChange { password: Some("another battery staple".into()), ..AccountChange::default() },
    )
    .await
    .expect("changed");
    socket.ends(4403, "not valid").await;
}

#[each_database(tables())]
async fn a_session_ends_in_time(test: TestDb) {
    account(&test).await;
    let brief = Duration::from_millis(1_500);
    for settings in
        [Settings { session_idle: brief, ..settings() }, Settings { session_lifetime: brief, ..settings() }]
    {
        let stage = Stage::with(&test, settings).await;
        let start = Instant::now();
        let mut socket = SignedIn::to(&stage).await.known(&stage).await;
        assert!(start.elapsed() < brief, "the test is too slow");
        socket.ends(4403, "not valid").await;
        let took = start.elapsed();
        assert!(took >= brief && took < brief * 2, "{took:?}");
    }
}

#[each_database(tables())]
async fn a_silent_socket_does_not_use_its_session(test: TestDb) {
    account(&test).await;
    let stage = Stage::with(&test, Settings { socket_ping: Duration::from_millis(500), ..settings() }).await;
    let mut socket = SignedIn::to(&stage).await.known(&stage).await;
    let ctx = test.ctx();
    let used = ctx.now() - chrono::TimeDelta::minutes(10);
    let patch = SessionPatch { last_seen_at: entify::types::Change::Set(used), ..SessionPatch::default() };
    Service::<Session>::new(&ctx).update(session(&ctx).await.id, patch).await.expect("changed");
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(1_600) {
        let _ = tokio::time::timeout(
            Duration::from_millis(50),
            futures_util::StreamExt::next(&mut socket.stream),
        )
        .await;
    }
    assert_eq!(session(&ctx).await.last_seen_at, used, "looking is no use");
    assert_eq!(socket.me().await, "account:1 42 [admin,staff]");
    assert!(session(&ctx).await.last_seen_at > used, "an operation is one");
}
