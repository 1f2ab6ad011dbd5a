//! The client of another application of the framework, typed by the same structs.
//!
//! Two applications that share a crate of entities speak to each other in models, inputs, patches and filters: [`Client::of`] has the
//! operations of a [`Service`](crate::Service), over REST. What the other application refuses is the [`Error`](crate::Error) that its own service
//! would have answered, with its fields.
//!
//! ```no_run
//! use entify::client::Client;
//! use entify::prelude::*;
//!
//! /// Something to be done.
//! #[derive(Entity)]
//! #[entity(policy = public)]
//! pub struct Issue {
//!     #[entity(max_len = 120, filter)]
//!     title: String,
//!     #[entity(default = false, filter)]
//!     done: bool,
//! }
//!
//! async fn close_old_ones() -> entify::Result<()> {
//!     let client = Client::new("https://tracker.example").token("ent_…");
//!     let issues = client.of::<Issue>();
//!     let made = issues.create(IssueInput::new("Sweep the floor")).await?;
//!     issues.update(made.id, IssuePatch { done: true.into(), ..IssuePatch::default() }).await?;
//!     let open = issues.list(Query::filter(Issue::done().eq(false)).first(50)).await?;
//!     for issue in open.items {
//!         println!("{}", issue.title);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! `rows` writes inputs and reads models, `query` writes queries, `problem` reads errors, `sending` sends requests again where
//! that is safe.

mod entity;
mod problem;
mod query;
mod rows;
mod sending;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use entity::{EntityClient, Tagged};
pub use reqwest;
use sending::Call;

use crate::entity::Entity;
use crate::error::Result;

/// How long one attempt may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How often a request is sent again.
const RETRIES: u32 = 2;

/// What reaches another application. Cheap to clone: clones share their connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Arc<str>,
    token: Option<Arc<str>>,
    timeout: Duration,
    retries: u32,
}

// Written by hand: a token must not reach a log.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the application at this address, with its base path if it has one: `https://shop.example`. Whether it is an address, the
    /// first request says.
    #[must_use]
    pub fn new(url: impl AsRef<str>) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: url.as_ref().trim_end_matches('/').into(),
            token: None,
            timeout: TIMEOUT,
            retries: RETRIES,
        }
    }

    /// Sends this API token or JWT with every request.
    #[must_use]
    pub fn token(self, token: impl Into<Arc<str>>) -> Self {
        Self { token: Some(token.into()), ..self }
    }

    /// How long one attempt may take; 30 seconds unless it is said here.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// How often a request is sent again when no answer came, or one that says to come back, and when that is safe: reads are, and writes are with
    /// the key that each has. 2 unless it is said here.
    #[must_use]
    pub fn retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }

    /// Sends requests with an HTTP client of your own: with proxies, certificates, headers.
    #[must_use]
    pub fn with_http(self, http: reqwest::Client) -> Self {
        Self { http, ..self }
    }

    /// The rows of an entity.
    #[must_use]
    pub fn of<E: Entity>(&self) -> EntityClient<E> {
        EntityClient::new(self)
    }

    /// Any other operation: an action, one of the application's own. Answers its JSON, null where it answers nothing. The path is below the
    /// application's address: `/api/invoices/7/pay`. Nobody knows of such an operation that it may be done twice: a write is sent again
    /// only when it was refused for a while (429).
    ///
    /// # Errors
    /// What the application answers, and `Unavailable` when it does not.
    pub async fn send(
        &self,
        method: http::Method,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> Result<serde_json::Value> {
        let body = body.map(|body| body.to_string().into_bytes());
        let call = Call { body, ..Call::new(method, path) };
        self.call(call).await?.json()
    }
}
