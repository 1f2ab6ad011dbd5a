//! Requests to an application in the same process, without a network.

use std::sync::Arc;

use bytes::Bytes;
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderMap, Method, header};
use poem::{Endpoint as _, Request, Response};
use serde::Serialize;
use serde_json::Value as Json;

use crate::config::Settings;
use crate::ctx::Ctx;
use crate::server::App;
use crate::testing::TestDb;
use crate::testing::serve::state_of;

/// Sends requests to an application on a test's database, all of it in this process: what `serve` answers over a network, from
/// authentication to the form of errors. Neither its tasks nor WebSockets run: [`serve`](super::serve()) is for those.
///
/// ```
/// use entify::prelude::*;
/// use entify::testing::{Backend, Client, TestDb};
///
/// #[derive(Entity)]
/// #[entity(policy = public)]
/// pub struct Label {
///     #[entity(unique, max_len = 30)]
///     name: String,
/// }
///
/// async fn a_name_is_taken_once(test: TestDb) {
///     let client = Client::new(App::new(entities![Label]), &test);
///     let label = entify::serde_json::json!({ "name": "bug" });
///     assert_eq!(client.post("/api/labels", &label).await.status(), 201);
///     let refused = client.post("/api/labels", &label).await;
///     assert_eq!((refused.status(), &refused.json()["code"]), (409, &"CONFLICT".into()));
/// }
/// # fn main() -> std::process::ExitCode { Backend::Sqlite.run(&entities![Label], a_name_is_taken_once) }
/// ```
///
/// Its functions panic where an answer cannot be read.
#[derive(Clone)]
pub struct Client {
    endpoint: Arc<BoxEndpoint<'static, Response>>,
    system: Ctx,
    bearer: Option<String>,
}

// Written by hand: an endpoint has nothing to show, and a token must not reach a log.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("system", &self.system).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of an application with default settings, without credentials.
    ///
    /// # Panics
    /// When the application cannot be served.
    #[must_use]
    pub fn new(app: App, test: &TestDb) -> Self {
        Self::with_settings(app, test, Settings::default())
    }

    /// As [`Client::new`], with these settings (and their cost of passwords, where it is not the default).
    ///
    /// # Panics
    /// When the application cannot be served.
    #[must_use]
    pub fn with_settings(app: App, test: &TestDb, settings: Settings) -> Self {
        let state = state_of(&app, test, settings);
        let system = state.system().clone();
        let endpoint = app.into_endpoint(&state).unwrap_or_else(|error| panic!("{error}"));
        Self { endpoint: Arc::new(endpoint), system, bearer: None }
    }

    /// The system's context of the application: with its data and settings, to prepare rows and to sign tokens.
    #[must_use]
    pub fn ctx(&self) -> &Ctx {
        &self.system
    }

    /// The same client with a token: one of the API or a JWT.
    #[must_use]
    pub fn bearer(&self, token: impl Into<String>) -> Self {
        Self { bearer: Some(token.into()), ..self.clone() }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::builder().method(Method::GET).uri_str(path).finish()).await
    }

    /// `POST`, with a body in JSON.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.write(Method::POST, path, body).await
    }

    /// `PATCH`, with a body in JSON.
    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        self.write(Method::PATCH, path, body).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Request::builder().method(Method::DELETE).uri_str(path).finish()).await
    }

    async fn write(&self, method: Method, path: &str, body: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(body).unwrap_or_else(|error| panic!("the body of {path}: {error}"));
        let request = Request::builder().method(method).uri_str(path).content_type("application/json");
        self.send(request.body(body)).await
    }

    /// Any request; it gets the client's token, unless it has credentials of its own.
    ///
    /// # Panics
    /// When the answer's body breaks off.
    pub async fn send(&self, mut request: Request) -> Answer {
        if let Some(token) = &self.bearer {
            let value =
                format!("Bearer {token}").parse().unwrap_or_else(|error| panic!("the token: {error}"));
            request.headers_mut().entry(header::AUTHORIZATION).or_insert(value);
        }
        let (parts, body) = self.endpoint.get_response(request).await.into_parts();
        let body = body.into_bytes().await.unwrap_or_else(|error| panic!("the answer's body: {error}"));
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// The answer to a GraphQL operation: `{ "data": … }`, with `errors` where something failed.
    #[cfg(feature = "graphql")]
    pub async fn graphql(&self, query: &str, variables: Json) -> Json {
        let body = serde_json::json!({ "query": query, "variables": variables });
        self.post("/graphql", &body).await.json()
    }
}

/// The whole answer to a request.
#[derive(Debug)]
pub struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// A header's first value; empty where there is none, or no text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as it came.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as a text.
    ///
    /// # Panics
    /// When it is not UTF-8.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|error| panic!("no text: {error}"))
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("status {}, no JSON: {error}: {}", self.status, self.text()))
    }
}
