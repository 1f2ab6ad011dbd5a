//! A tracker that listens, with the two companies of its seed, and who works there.

use std::sync::{Arc, Mutex};

use entify::config::Settings;
use entify::entity::EntityDef;
use entify::futures_util::future::BoxFuture;
use entify::prelude::*;
use entify::testing::{TestDb, ctx_of, framework_tables, serve_until};
use issue_tracker::own_code::mail::{Mail, Mailer, Transport};
use reqwest::Method;
use serde_json::{Value, json};

const METRICS_TOKEN: &str = "a token for the tests";

/// All tables of the program.
pub fn tables() -> Vec<&'static EntityDef> {
    [issue_tracker::tables(), framework_tables()].concat()
}

/// Keeps the mails that would be sent.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Mutex<Vec<Mail>>>);

impl Transport for Outbox {
    fn send(&self, mail: Mail) -> BoxFuture<'_, entify::Result<()>> {
        self.0.lock().expect("mails").push(mail);
        Box::pin(async { Ok(()) })
    }
}

impl Outbox {
    pub fn mailer(&self) -> Mailer {
        Mailer(Arc::new(self.clone()))
    }

    /// The mails since the last call: whom they are for, and what they say.
    pub fn take(&self) -> Vec<(String, String)> {
        let mails = std::mem::take(&mut *self.0.lock().expect("mails"));
        mails.into_iter().map(|mail| (mail.to, mail.text)).collect()
    }
}

pub struct Tracker {
    pub base: String,
    pub http: reqwest::Client,
    pub outbox: Outbox,
    /// The system's, with what the application shares.
    pub ctx: Ctx,
}

impl Tracker {
    pub async fn of(test: &TestDb) -> Self {
        let outbox = Outbox::default();
        let ctx = ctx_of(&issue_tracker::app(outbox.mailer()), test);
        issue_tracker::seed::seed(ctx.clone()).await.expect("the seed");
        outbox.take();
        let mut tracker = Self { base: String::new(), http: reqwest::Client::new(), outbox, ctx };
        tracker.base = tracker.node(test).await;
        tracker
    }

    /// Starts a server on the database, and answers its address.
    pub async fn node(&self, test: &TestDb) -> String {
        let settings = Settings {
            jwt_secret: Some("a secret for the tests, of 32 bytes".to_owned()),
            metrics_token: Some(METRICS_TOKEN.to_owned()),
            ..Settings::default()
        };
        let app = issue_tracker::app(self.outbox.mailer());
        let (address, _) = serve_until(app, test, settings, std::future::pending()).await;
        format!("http://{address}")
    }

    /// What a node tells Prometheus.
    pub async fn metrics(&self, base: &str) -> String {
        let request = self.http.get(format!("{base}/metrics")).bearer_auth(METRICS_TOKEN);
        request.send().await.expect("an answer").text().await.expect("a text")
    }

    pub async fn login(&self, email: &str) -> Client<'_> {
        let body = json!({"email": email, "password": issue_tracker::seed::PASSWORD});
        let (status, login) = self.anonymous().send(Method::POST, "/api/login", body).await;
        assert_eq!(status, 200, "{login}");
        let token = login["token"].as_str().expect("a token").to_owned();
        Client { tracker: self, token: Some(token), id: login["person_id"].as_i64().expect("a key") }
    }

    pub fn anonymous(&self) -> Client<'_> {
        Client { tracker: self, token: None, id: 0 }
    }
}

/// Someone who sends requests.
pub struct Client<'t> {
    tracker: &'t Tracker,
    token: Option<String>,
    /// The key of the person.
    pub id: i64,
}

impl Client<'_> {
    /// A request with a body, unless it is null; answers the status and the JSON, or the text as one.
    pub async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let mut request = self.tracker.http.request(method, format!("{}{path}", self.tracker.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let (status, text) = (answer.status().as_u16(), answer.text().await.expect("a body"));
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::PATCH, path, body).await
    }

    pub async fn graphql(&self, query: &str, variables: Value) -> Value {
        self.post("/graphql", json!({"query": query, "variables": variables})).await.1
    }

    /// The rows of a list, one page of it.
    pub async fn rows(&self, path: &str) -> Vec<Value> {
        let (status, list) = self.get(&format!("/api/{path}?limit=100")).await;
        assert_eq!(status, 200, "{list}");
        list["items"].as_array().expect("rows").clone()
    }

    /// Reports an issue, and answers it.
    pub async fn report(&self, project: i64, title: &str) -> Value {
        let issue = json!({"project_id": project, "title": title, "reporter_id": self.id});
        let (status, issue) = self.post("/api/issues", issue).await;
        assert_eq!(status, 201, "{issue}");
        issue
    }

    /// The same issue, on which someone works.
    pub async fn begin(&self, issue: &Value) -> Value {
        let (status, issue) =
            self.patch(&format!("/api/issues/{}", issue["id"]), json!({"status": "in_progress"})).await;
        assert_eq!(status, 200, "{issue}");
        issue
    }
}

/// The id of a row in GraphQL.
pub fn global(of: &str, id: &Value) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("{of}:{id}"))
}
