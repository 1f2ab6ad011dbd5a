//! The hand-written server that entify is measured against: three tables, REST and GraphQL, and nothing else.
//!
//! It is written for speed with the libraries that entify itself stands on: static SQL, prepared once per
//! connection; rows read straight into structs; one DataLoader batch a level of a GraphQL query. It has no
//! request ids, no authentication, no time limits and no logging.

mod cursor;
mod export;
mod graphql;
mod loaders;
mod model;
mod rest;
mod store;

use std::error::Error;

use poem::listener::TcpListener;
use poem::{EndpointExt as _, Route, Server, get, handler, post};
use poem_openapi::OpenApiService;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::store::Store;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options: PgConnectOptions = std::env::var("DATABASE_URL")?.parse()?;
    let bind = std::env::var("BIND")?;
    let pool = PgPoolOptions::new()
        .max_connections(10)
        .test_before_acquire(false)
        .connect_with(options.application_name("handwritten"))
        .await?;
    let store = Store::new(pool);
    let api = OpenApiService::new(rest::Api::new(store.clone()), "handwritten", "1.0");
    let graphql = post(graphql::execute).data(graphql::schema(store.clone())).data(store);
    let app = Route::new()
        .at("/livez", get(livez))
        .at("/graphql", graphql)
        .nest("/openapi.json", api.spec_endpoint())
        .nest("/api", api);
    Server::new(TcpListener::bind(bind)).run(app).await?;
    Ok(())
}

#[handler]
fn livez() -> &'static str {
    "ok"
}
