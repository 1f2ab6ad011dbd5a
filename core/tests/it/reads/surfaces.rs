//! REST and GraphQL without a network, for one reader.

use entify::entity::{EntityDef, Registry};
use entify::graphql::Schema;
use entify::prelude::*;
use entify::rest::Rest;
use entify::server::AppState;
use entify::testing::TestDb;
use poem::http::StatusCode;
use poem::{Endpoint as _, EndpointExt as _, Request};
use serde_json::{Value as Json, json};

/// The two surfaces, for one reader.
pub struct Surfaces {
    rest: Box<dyn poem::endpoint::DynEndpoint<Output = poem::Response>>,
    graphql: Box<dyn poem::endpoint::DynEndpoint<Output = poem::Response>>,
}

impl Surfaces {
    pub fn new(test: &TestDb, entities: &[&'static EntityDef], ctx: &Ctx) -> Self {
        let registry = Registry::new(entities).expect("a registry");
        let schema = Schema::builder(&registry).build().expect("a schema");
        let state = AppState::new(registry, test.db().clone(), b"a secret for tests");
        let rest = Rest::new().endpoint(&state).expect("routes");
        Self {
            rest: Box::new(poem::endpoint::ToDynEndpoint(rest.data(ctx.clone()).map_to_response())),
            graphql: Box::new(poem::endpoint::ToDynEndpoint(
                schema.endpoint(&state).data(ctx.clone()).map_to_response(),
            )),
        }
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Json) {
        let request = Request::builder().uri(path.parse().expect("an address")).finish();
        let response = self.rest.call(request).await.expect("an answer");
        let status = response.status();
        let body = response.into_body().into_vec().await.expect("a body");
        (status, serde_json::from_slice(&body).unwrap_or(Json::Null))
    }

    pub async fn graphql(&self, query: &str) -> Json {
        let request = Request::builder()
            .method(poem::http::Method::POST)
            .uri("/graphql".parse().expect("an address"))
            .header("content-type", "application/json")
            .body(json!({ "query": query }).to_string());
        let response = self.graphql.call(request).await.expect("an answer");
        serde_json::from_slice(&response.into_body().into_vec().await.expect("a body")).expect("JSON")
    }
}
