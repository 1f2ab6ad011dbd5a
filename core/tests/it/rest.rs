//! REST over HTTP: a real server, a real client, both databases.

mod bad_input;
mod batches;
mod custom_api;
mod documents;
mod dry_run;
mod etags;
mod files;
mod filters;
mod idempotency;
mod lists;
mod many;
mod negotiation;
mod openapi;
mod preconditions;
mod preferences;
mod reads;
mod related;
mod rows;

use std::net::SocketAddr;

use entify::Ctx;
use entify::db::Db;
use entify::entity::Registry;
use entify::principal::Principal;
use entify::rest::Rest;
use entify::server::AppState;
use entify::testing::TestDb;
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{Endpoint, EndpointExt as _, Request, Route, Server};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value as Json, json};

use crate::support::domain::all;

/// A server on a port of its own, and a client of it.
pub(crate) struct Api {
    address: SocketAddr,
    client: Client,
    server: tokio::task::JoinHandle<()>,
    _test: TestDb,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Drop for Api {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Api {
    pub(crate) async fn of(test: TestDb) -> Self {
        Self::serve(test, Rest::new()).await
    }

    pub(crate) async fn serve(test: TestDb, rest: Rest) -> Self {
        Self::of_entities(test, &all(), rest).await
    }

    pub(crate) async fn of_entities(
        test: TestDb,
        entities: &[&'static entify::entity::EntityDef],
        rest: Rest,
    ) -> Self {
        Self::on(test.db().clone(), test, entities, rest).await
    }

    /// On pools of its own.
    pub(crate) async fn on(
        db: Db,
        test: TestDb,
        entities: &[&'static entify::entity::EntityDef],
        rest: Rest,
    ) -> Self {
        let registry = Registry::new(entities).expect("a registry");
        let state = AppState::new(registry, db, b"a secret for tests");
        let routes = rest.endpoint(&state).expect("routes");
        Self::serve_routes(test, &state, routes).await
    }

    async fn serve_routes(test: TestDb, state: &AppState, routes: Route) -> Self {
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a port");
        let address = *acceptor.local_addr()[0].as_socket_addr().expect("an address");
        let system = state.system().clone();
        // Stands in for authentication: the token is a role's name.
        let endpoint = routes.around(move |inner, mut request: Request| {
            let ctx = with_role(&system, &request);
            async move {
                request.set_data(ctx);
                inner.call(request).await
            }
        });
        let server = tokio::spawn(async move {
            let _ = Server::new_with_acceptor(acceptor).run(endpoint).await;
        });
        Self { address, client: Client::new(), server, _test: test }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Json) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Json) -> Answer {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// Makes a row and answers its key.
    pub(crate) async fn made(&self, path: &str, body: Json) -> i64 {
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["id"].as_i64().expect("a key")
    }
}

fn with_role(system: &Ctx, request: &Request) -> Ctx {
    let role = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let principal = match role {
        Some(role) => Principal::known("token:1", role, vec![role.to_owned()]),
        None => Principal::Anonymous,
    };
    system.with_principal(principal).with_request_id("request-1")
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.expect("a text");
    Answer { status, headers, text }
}

impl Answer {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Checks that this is a problem of this status and code, and answers it.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Json {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header(CONTENT_TYPE.as_str()), Some("application/problem+json"));
        let json = self.json();
        assert_eq!(json["code"], code, "{}", self.text);
        assert_eq!(json["status"], status);
        assert_eq!(json["type"], "about:blank");
        assert_eq!(json["request_id"], "request-1");
        assert!(json["title"].is_string() && json["detail"].is_string() && json["errors"].is_array());
        for hint in ["SQLITE", "sqlite", "postgres", "constraint failed", "sqlx"] {
            assert!(!self.text.contains(hint), "driver text: {}", self.text);
        }
        json
    }

    /// The fields and codes of a problem's broken rules.
    #[track_caller]
    pub(crate) fn broken(&self, status: u16, code: &str) -> Vec<(String, String)> {
        let problem = self.problem(status, code);
        let text = |json: &Json| json.as_str().expect("a text").to_owned();
        let errors = problem["errors"].as_array().expect("errors");
        errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
    }
}

/// Users `u0@example.org`, `u1@…` with their keys.
pub(crate) async fn users(api: &Api, count: usize) -> Vec<i64> {
    let mut keys = Vec::new();
    for number in 0..count {
        keys.push(api.made("/api/users", json!({"email": format!("u{number}@example.org")})).await);
    }
    keys
}
