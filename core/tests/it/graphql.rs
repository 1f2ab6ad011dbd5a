//! The GraphQL surface through a real HTTP server, on both databases.

mod custom_roots;
mod errors;
mod explain;
mod extensions;
mod federation;
mod filters;
mod hidden_rows;
mod http;
mod kept_together;
mod limits;
mod lists;
mod many;
mod mutations;
mod pages;
mod persisted;
mod planning;
mod scalars;
mod schema;
mod selections;
mod validation;

use entify::entity::Registry;
use entify::graphql::{Schema, SchemaBuilder};
use entify::prelude::*;
use entify::principal::Principal;
use entify::server::AppState;
use entify::testing::TestDb;
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{Endpoint, EndpointExt as _, Server};
use serde_json::{Value as Json, json};

use crate::support::domain::*;

/// A server on a port of its own.
pub(crate) struct Api {
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
    pub(crate) ctx: Ctx,
    pub(crate) schema: Schema,
}

impl Api {
    pub(crate) async fn start(test: &TestDb) -> Self {
        Self::with(test, Principal::Anonymous, |schema| schema).await
    }

    pub(crate) async fn with(
        test: &TestDb,
        principal: Principal,
        roots: impl FnOnce(SchemaBuilder) -> SchemaBuilder,
    ) -> Self {
        Self::of(test, &all(), principal, roots).await
    }

    pub(crate) async fn of(
        test: &TestDb,
        entities: &[&'static entify::entity::EntityDef],
        principal: Principal,
        roots: impl FnOnce(SchemaBuilder) -> SchemaBuilder,
    ) -> Self {
        let registry = Registry::new(entities).expect("the entities fit");
        let schema = roots(Schema::builder(&registry)).build().expect("a schema");
        let state = AppState::new(registry, test.db().clone(), b"a secret for tests");
        let ctx = test.ctx().with_principal(principal).with_request_id("r-1");
        let url = serve(schema.endpoint(&state).data(ctx)).await;
        Self { url, client: reqwest::Client::new(), ctx: test.ctx(), schema }
    }

    /// Posts a body as it is.
    pub(crate) async fn post(&self, body: Json) -> reqwest::Response {
        self.client.post(&self.url).json(&body).send().await.expect("an answer")
    }

    /// The whole answer to a query.
    pub(crate) async fn answer(&self, query: &str, variables: Json) -> Json {
        let response = self.post(json!({"query": query, "variables": variables})).await;
        response.json().await.expect("JSON")
    }

    /// The data of a query that succeeds.
    pub(crate) async fn data(&self, query: &str) -> Json {
        self.data_with(query, json!({})).await
    }

    pub(crate) async fn data_with(&self, query: &str, variables: Json) -> Json {
        let mut answer = self.answer(query, variables).await;
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].take()
    }

    /// Code and message of the first error.
    pub(crate) async fn error(&self, query: &str, variables: Json) -> (String, String) {
        let answer = self.answer(query, variables).await;
        let error = &answer["errors"][0];
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        (text(&error["extensions"]["code"]), text(&error["message"]))
    }

    /// Runs a query and says how many statements it cost. The second run counts: the first checks the document.
    pub(crate) async fn statements(&self, query: &str) -> u64 {
        self.data(query).await;
        let before = self.ctx.db().statements();
        self.data(query).await;
        self.ctx.db().statements() - before
    }
}

pub(crate) async fn serve(endpoint: impl Endpoint + 'static) -> String {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a port");
    let address = acceptor.local_addr()[0].as_socket_addr().expect("an address").to_string();
    tokio::spawn(Server::new_with_acceptor(acceptor).run(endpoint));
    format!("http://{address}/graphql")
}

/// `users` writers; the n-th has `n` posts, each with the tags `a` and `b`.
pub(crate) async fn blog(ctx: &Ctx, users: i32) {
    let tags = TagService::new(ctx);
    let a = tags.create(TagInput::new("a")).await.expect("a tag");
    let b = tags.create(TagInput::new("b")).await.expect("a tag");
    for writer in 1..=users {
        let user = UserService::new(ctx)
            .create(UserInput::new(format!("u{writer}@example.org")))
            .await
            .expect("a user");
        for number in 1..=writer {
            let input = PostInput {
                stars: Some(number % 6),
                ..PostInput::new(format!("post {number} of {writer}"), user.id)
            };
            let post = PostService::new(ctx).create(input).await.expect("a post");
            for tag in [a.id, b.id] {
                let input = PostTagInput::new(post.id, tag);
                PostTagService::new(ctx).create(input).await.expect("a link");
            }
        }
    }
}

/// `base64("User:1")`
pub(crate) fn id(of: &str, key: impl std::fmt::Display) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("{of}:{key}"))
}
