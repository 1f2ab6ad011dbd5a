//! GraphQL over a WebSocket, through a real client and the server of the command `serve`.

pub(crate) mod client;
mod closing;
mod credentials;
mod handshake;
mod limits;
mod malformed;
mod protocol;
#[cfg(feature = "admin")]
mod sessions;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use async_graphql::{Context, Object};
use entify::auth;
use entify::config::Settings;
use entify::entity::EntityDef;
use entify::prelude::*;
use entify::testing::{TestDb, serve_until};
use serde_json::{Value as Json, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use client::Socket;

/// A row that only its owner sees, and staff.
#[derive(Entity)]
#[entity(policy(read = owner(owner) | role("staff"), create = authenticated, update = owner(owner), delete = nobody))]
pub struct Letter {
    #[entity(max_len = 80, filter)]
    owner: String,
    #[entity(max_len = 80, filter, sort)]
    text: String,
}

/// The tables of the tests.
fn tables() -> Vec<&'static EntityDef> {
    let mut tables = auth::entities().to_vec();
    tables.extend(entify::entities![Letter]);
    tables
}

/// What became of the operations that wait.
#[derive(Clone, Default)]
struct Waits {
    begun: Arc<AtomicU32>,
    ended: Arc<AtomicU32>,
    dropped: Arc<AtomicU32>,
}

impl Waits {
    fn counted(&self) -> [u32; 3] {
        [&self.begun, &self.ended, &self.dropped].map(|count| count.load(Ordering::SeqCst))
    }
}

/// Counts how a wait ends.
struct Wait(Waits, bool);

impl Drop for Wait {
    fn drop(&mut self) {
        let count = if self.1 { &self.0.ended } else { &self.0.dropped };
        count.fetch_add(1, Ordering::SeqCst);
    }
}

#[Object]
impl Waits {
    /// Answers after some time.
    async fn wait(&self, milliseconds: u64) -> u64 {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let mut wait = Wait(self.clone(), false);
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        wait.1 = true;
        milliseconds
    }

    async fn me(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        let ctx = ctx.data::<Ctx>()?;
        let roles = match ctx.principal() {
            Principal::Subject(subject) => subject.roles.join(","),
            Principal::Anonymous | Principal::System => String::new(),
        };
        Ok(format!("{} {} [{roles}]", ctx.principal().id(), ctx.principal().subject().unwrap_or("-")))
    }

    async fn large(&self, bytes: usize) -> String {
        "x".repeat(bytes)
    }

    async fn fall(&self, into: Vec<i32>) -> i32 {
        assert!(!into.is_empty(), "on purpose");
        into[0]
    }
}

/// A running server.
struct Stage {
    address: SocketAddr,
    waits: Waits,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Stage {
    async fn new(test: &TestDb) -> Self {
        Self::with(test, crate::auth::issuer::settings()).await
    }

    async fn with(test: &TestDb, settings: Settings) -> Self {
        Self::of(test, settings, |app| app).await
    }

    async fn of(test: &TestDb, settings: Settings, more: impl FnOnce(App) -> App) -> Self {
        let waits = Waits::default();
        let app = more(App::new(entities![Letter]).query(waits.clone()));
        let (stop, stopped) = oneshot::channel::<()>();
        let (address, server) = serve_until(app, test, settings, async { drop(stopped.await) }).await;
        Self { address, waits, stop: Some(stop), server }
    }

    async fn open(&self) -> Socket {
        self.open_with(&[]).await
    }

    async fn open_with(&self, headers: &[(&str, &str)]) -> Socket {
        Socket::open(self.address, headers).await.expect("a socket")
    }

    /// A socket whose client is known.
    async fn known(&self, payload: Json) -> Socket {
        let mut socket = self.open().await;
        socket.introduce(payload).await;
        socket
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The answer over HTTP.
    async fn post(&self, payload: &Json, token: &str) -> Json {
        let request = reqwest::Client::new().post(self.url("/graphql")).bearer_auth(token).json(payload);
        request.send().await.expect("an answer").json().await.expect("JSON")
    }
}

fn settings() -> Settings {
    crate::auth::issuer::settings()
}

fn bearer(token: &str) -> Json {
    json!({ "authorization": format!("Bearer {token}") })
}

/// A JWT of this subject with a role.
fn jwt(subject: &str, role: &str) -> String {
    let mut claims = crate::auth::issuer::claims_with("sub", json!(subject));
    claims["roles"] = json!([role]);
    crate::auth::issuer::secret(&claims)
}

/// Waits until something holds.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(20), "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
