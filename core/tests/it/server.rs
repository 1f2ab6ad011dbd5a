//! The server around the surfaces: what a program adds, and what happens when it goes wrong.

#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod access_lines;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod bodies;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod compression;
#[cfg(all(feature = "graphql", feature = "rest"))]
mod disconnects;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod error_forms;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod hostile_errors;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod hostile_load;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod methods;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod metrics;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest", feature = "otel"))]
mod otel;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod production;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod proxies;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod rate_limits;
#[cfg(feature = "rest")]
mod requests;
mod schema;
#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod start_page;

use std::time::Duration;

use entify::config::Settings;
use entify::prelude::*;
use entify::server::AppState;
use entify::testing::TestDb;
use poem::endpoint::BoxEndpoint;
use poem::http::StatusCode;
use poem::web::Data;
use poem::{Endpoint as _, FromRequest as _, Request, Response, endpoint};

/// Something to list.
#[derive(Entity)]
#[entity(policy = public)]
struct Word {
    name: String,
}

async fn serve(app: App, settings: Settings) -> (BoxEndpoint<'static>, TestDb) {
    let db = TestDb::sqlite(&entities![Word]).await;
    let registry = app.registry().unwrap();
    let state = AppState::with_settings(registry, db.db().clone(), b"a secret of the tests", settings);
    (app.into_endpoint(&state).unwrap(), db)
}

async fn get(endpoint: &BoxEndpoint<'static>, path: &str) -> (StatusCode, Response) {
    let request = Request::builder().uri(path.parse().unwrap()).finish();
    let response = endpoint.get_response(request).await;
    (response.status(), response)
}

#[tokio::test]
async fn a_program_adds_endpoints_and_data() {
    let hook = endpoint::make(|request: Request| async move {
        let Data(word) = Data::<&String>::from_request_without_body(&request).await?;
        let Data(ctx) = Data::<&Ctx>::from_request_without_body(&request).await?;
        Ok::<_, poem::Error>(format!("{word} {}", ctx.principal().id()))
    });
    let app = App::new(entities![Word]).data("hello".to_owned()).mount("/hooks", hook);
    let (endpoint, _db) = serve(app, Settings::default()).await;
    let (status, response) = get(&endpoint, "/hooks/a").await;
    assert_eq!(status, StatusCode::OK);
    assert!(response.headers().contains_key("x-request-id"));
    assert_eq!(response.into_body().into_string().await.unwrap(), "hello anonymous");
}

#[cfg(feature = "admin")]
#[tokio::test]
async fn a_taken_path_cannot_be_mounted() {
    let hook = || endpoint::make_sync(|_| "");
    for path in ["/admin", "/", "hooks"] {
        let app = App::new(entities![Word]).mount(path, hook());
        let db = TestDb::sqlite(&[]).await;
        let state = AppState::new(app.registry().unwrap(), db.db().clone(), b"secret");
        let refused = app.into_endpoint(&state).err();
        assert!(matches!(refused, Some(entify::server::StartError::Mount { .. })), "{path}");
    }
}

#[tokio::test]
async fn panics_and_long_waits_are_answered() {
    let app = App::new(entities![Word])
        .mount("/panic", endpoint::make_sync(|_| -> String { panic!("on purpose") }))
        .mount("/wait", endpoint::make(|_| std::future::pending::<poem::Result<String>>()));
    let settings = Settings { request_timeout: Duration::from_millis(50), ..Settings::default() };
    let (endpoint, _db) = serve(app, settings).await;
    for (path, expected, code) in
        [("/panic", 500, "INTERNAL"), ("/wait", 503, "UNAVAILABLE"), ("/no", 404, "NOT_FOUND")]
    {
        let (status, response) = get(&endpoint, path).await;
        assert_eq!(status.as_u16(), expected, "{path}");
        assert_eq!(response.content_type(), Some("application/problem+json"));
        let body: serde_json::Value = response.into_body().into_json().await.unwrap();
        assert_eq!(body["code"], code);
        assert!(!body.to_string().contains("on purpose"));
    }
}

#[cfg(all(feature = "graphql", feature = "rest"))]
#[tokio::test]
async fn a_large_body_is_refused_by_the_setting() {
    let settings = Settings { body_limit: 64, ..Settings::default() };
    let (endpoint, _db) = serve(App::new(entities![Word]), settings).await;
    for path in ["/api/words", "/graphql"] {
        let request = Request::builder()
            .method(poem::http::Method::POST)
            .uri(path.parse().unwrap())
            .content_type("application/json")
            .body(format!("{{\"name\": \"{}\"}}", "x".repeat(100)));
        let response = endpoint.get_response(request).await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

#[tokio::test]
async fn a_balancer_can_ask_for_life_and_readiness() {
    let (endpoint, db) = serve(App::new(entities![Word]), Settings::default()).await;
    for path in ["/livez", "/readyz"] {
        assert_eq!(get(&endpoint, path).await.0, StatusCode::OK, "{path}");
    }
    db.db().close().await;
    assert_eq!(get(&endpoint, "/livez").await.0, StatusCode::OK);
    assert_eq!(get(&endpoint, "/readyz").await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[cfg(feature = "graphql")]
#[tokio::test]
async fn graphiql_is_served_from_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { graphiql_dir: Some(folder.path().to_owned()), ..Settings::default() };
    let db = TestDb::sqlite(&[]).await;
    let registry = App::new(entities![Word]).registry().unwrap();
    let state =
        AppState::with_settings(registry, db.db().clone(), b"a secret of the tests", settings.clone());
    let refused = App::new(entities![Word]).into_endpoint(&state).err().unwrap().to_string();
    assert!(refused.starts_with("GRAPHIQL_DIR: ") && refused.contains("npm install"), "{refused}");
    let files =
        ["graphiql/graphiql.min.css", "graphiql/graphiql.min.js", "react/umd/react.production.min.js"];
    for file in files.into_iter().chain(["react-dom/umd/react-dom.production.min.js"]) {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file).unwrap();
    }
    let (endpoint, _db) = serve(App::new(entities![Word]), settings).await;
    let request = Request::builder().uri("/graphql".parse().unwrap()).header("accept", "text/html").finish();
    let page = endpoint.get_response(request).await.into_body().into_string().await.unwrap();
    let links: Vec<&str> = page.split('"').filter(|part| part.starts_with("/graphql/graphiql/")).collect();
    assert_eq!(links.len(), 4);
    for link in links {
        let (status, response) = get(&endpoint, link).await;
        assert_eq!(status, StatusCode::OK, "{link}");
        let content = response.into_body().into_string().await.unwrap();
        assert!(files.contains(&content.as_str()) || content.starts_with("react-dom"), "{link}: {content}");
    }
    assert_eq!(get(&endpoint, "/graphql/graphiql/package.json").await.0, StatusCode::NOT_FOUND);
}
