//! The line of each request in the log.

use std::time::Duration;

use entify::auth::{create_account, create_token};
use entify::entity::EntityDef;
use entify::prelude::*;
use entify::testing::{TestDb, serve};
use poem::http::StatusCode;
use poem::{Endpoint as _, Request, Route, endpoint};
use serde_json::{Value as Json, json};

use crate::socket::client::Socket;
use crate::support::browser::PASSWORD;
use crate::support::domain::*;
use crate::support::log::{self, Log};
use crate::support::wire::{exchange, request, send};

/// Runs work and answers the lines that it logs, as JSON, with their spans.
fn logged(level: tracing::Level, work: impl Future<Output = ()>) -> Vec<Json> {
    let subscriber = |log: Log| {
        tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_max_level(level)
            .with_writer(move || log.clone())
            .finish()
    };
    let text = log::logged(subscriber, work);
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The access lines.
fn told(level: tracing::Level, work: impl Future<Output = ()>) -> Vec<Json> {
    logged(level, work).into_iter().filter(|line| line["target"] == "entify::access").collect()
}

fn tables() -> Vec<&'static EntityDef> {
    [entify::auth::entities().to_vec(), all()].concat()
}

fn app() -> App {
    let hooks = Route::new().at("/:order", endpoint::make_sync(|_| "ok")).at(
        "/:order/refuse",
        endpoint::make_sync(|_| -> poem::Result<String> {
            Err(poem::Error::from_status(StatusCode::CONFLICT))
        }),
    );
    App::new(all()).mount("/hooks", hooks)
}

/// The route, the status and the principal of a line.
fn of(line: &Json) -> (&str, u64, &str) {
    let text = |name: &str| line[name].as_str().unwrap_or_default();
    (text("route"), line["status"].as_u64().unwrap_or_default(), text("principal"))
}

#[test]
fn each_request_is_one_line_of_patterns() {
    let secret = "Zx81secretQ";
    let lines = told(tracing::Level::INFO, async {
        let test = TestDb::sqlite(&tables()).await;
        let ctx = test.ctx();
        let key = UserService::new(&ctx).create(UserInput::new("a@example.org")).await.expect("a row").id;
        let (_, token) = create_token(&ctx, "a token", vec![], None).await.expect("a token");
        let address = serve(app(), &test).await;
        let bearer = format!("authorization: Bearer {token}");
        request(address, "GET", &format!("/api/users/{key}?fields={secret}"), &[]).await;
        request(address, "GET", "/api/users", &[&*bearer, "x-request-id: my-id"]).await;
        request(address, "GET", "/api/users", &[&format!("authorization: Bearer {secret}")]).await;
        request(address, "GET", &format!("/api/users/{secret}"), &[]).await;
        request(address, "GET", &format!("/nothing/{secret}"), &[]).await;
        request(address, "BREW", "/api/users", &[]).await;
        request(address, "GET", &format!("/hooks/{secret}"), &[]).await;
        request(address, "GET", &format!("/hooks/{secret}/refuse"), &[]).await;
        request(address, "GET", &format!("/hooks/a/b/{secret}"), &[]).await;
        request(address, "GET", "/openapi.json", &[]).await;
        request(address, "GET", &format!("/admin/users/{secret}"), &[]).await;
        request(address, "GET", &format!("/admin/{secret}"), &[]).await;
        request(address, "GET", "/livez", &[]).await;
        exchange(address, b"GET /api/users HTTP/1.1\r\nconnection: close\r\n\r\n").await;
    });
    let found: Vec<_> = lines.iter().map(of).collect();
    let expected = [
        ("/api/users/:id", 400, "anonymous"),
        ("/api/users", 200, "token"),
        ("/api/users", 401, "anonymous"),
        ("/api/users/:id", 404, "anonymous"),
        ("unmatched", 404, "anonymous"),
        ("/api/users", 405, "anonymous"),
        ("/hooks/:order", 200, "anonymous"),
        ("/hooks/:order/refuse", 409, "anonymous"),
        ("/hooks/*", 404, "anonymous"),
        ("/openapi.json", 200, "anonymous"),
        ("/admin/users/:id", 303, "anonymous"),
        ("unmatched", 303, "anonymous"),
        ("unmatched", 400, "unknown"),
    ];
    // Health checks are told at debug alone.
    assert_eq!(found, expected);
    assert_eq!(lines[1]["request_id"], "my-id");
    assert_eq!((&lines[1]["method"], &lines[5]["method"]), (&json!("GET"), &json!("OTHER")));
    assert!(lines[1]["ms"].as_f64().is_some_and(|ms| ms > 0.0 && ms < 60_000.0), "{}", lines[1]);
    assert_eq!(lines[3]["statements"], 0, "no such key: nothing is asked");
    assert!(lines[1]["statements"].as_u64() >= Some(2), "the token and the page: {}", lines[1]);
    let all = json!(lines).to_string();
    assert!(!all.contains(secret), "what a client sends is in the log: {all}");
}

#[test]
fn health_checks_are_told_at_debug() {
    let lines = told(tracing::Level::DEBUG, async {
        let test = TestDb::sqlite(&tables()).await;
        let address = serve(app(), &test).await;
        request(address, "GET", "/readyz", &[]).await;
        request(address, "GET", "/api/users", &[]).await;
    });
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!((&lines[0]["route"], &lines[0]["level"]), (&json!("/readyz"), &json!("DEBUG")));
    assert_eq!((&lines[1]["route"], &lines[1]["level"]), (&json!("/api/users"), &json!("INFO")));
    assert_eq!(lines[1]["statements"], 1);
}

#[test]
fn a_graphql_operation_is_told_by_its_type_and_name() {
    let long = "N".repeat(200);
    let lines = told(tracing::Level::INFO, async {
        let test = TestDb::sqlite(&tables()).await;
        let address = serve(app(), &test).await;
        let ask = async |body: Json| {
            let kind = ["content-type: application/json"];
            send(address, "POST", "/graphql", &kind, body.to_string().as_bytes()).await
        };
        ask(json!({"query": "query Everyone { users { totalCount } }"})).await;
        ask(json!({"query": format!("mutation {long} {{ __typename }}")})).await;
        ask(json!({"query": "{ __typename }"})).await;
        ask(json!([{"query": "query A { __typename }"}, {"query": "query B { __typename }"}])).await;
        ask(json!({"query": "not a document", "operationName": "Injected\nline"})).await;
    });
    let told: Vec<_> =
        lines.iter().map(|line| (line["operation_type"].as_str(), line["operation"].as_str())).collect();
    let cut = &long[..64];
    let expected = [
        (Some("query"), Some("Everyone")),
        (Some("mutation"), Some(cut)),
        (Some("query"), Some("")),
        (Some("query"), Some("A")),
        (None, None),
    ];
    assert_eq!(told, expected);
    assert!(lines.iter().all(|line| line["route"] == "/graphql"), "{lines:?}");
    assert_eq!((&lines[3]["operations"], &lines[0]["operations"]), (&json!(2), &Json::Null));
}

#[test]
fn each_operation_of_a_websocket_is_a_line() {
    let lines = told(tracing::Level::INFO, async {
        let test = TestDb::sqlite(&tables()).await;
        let address = serve(app(), &test).await;
        let mut socket = Socket::open(address, &[]).await.expect("a socket");
        socket.send(json!({"type": "connection_init"})).await;
        socket.send(json!({"type": "ping"})).await;
        for (id, query) in [("1", "query Mine { users { totalCount } }"), ("2", "wrong")] {
            socket.send(json!({"type": "subscribe", "id": id, "payload": {"query": query}})).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    });
    let found: Vec<_> = lines.iter().map(of).collect();
    let expected = [
        ("/graphql/ws", 101, "anonymous"),
        ("/graphql/ws", 200, "anonymous"),
        ("/graphql/ws", 400, "anonymous"),
    ];
    assert_eq!(found, expected);
    assert_eq!((&lines[1]["method"], &lines[1]["operation"]), (&json!("WS"), &json!("Mine")));
    // The rows and their number.
    assert_eq!((&lines[1]["statements"], &lines[2]["statements"]), (&json!(2), &json!(0)));
    let handshake = lines[0]["request_id"].as_str().expect("an id");
    assert_eq!(lines[1]["request_id"], format!("{handshake}.1"));
}

#[test]
fn the_admin_is_told_by_the_account_of_its_session() {
    let lines = told(tracing::Level::INFO, async {
        let test = TestDb::sqlite(&tables()).await;
        create_account(&test.ctx(), "ada@example.org", PASSWORD, vec!["admin".to_owned()])
            .await
            .expect("an account");
        let address = serve(app(), &test).await;
        let client = reqwest::Client::builder().cookie_store(true).build().expect("a client");
        let page = client.get(format!("http://{address}/admin/sign-in")).send().await.expect("a page");
        let page = page.text().await.expect("a text");
        let token = page.split("name=\"_csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let form =
            [("_csrf", token.unwrap_or_default()), ("email", "ada@example.org"), ("password", PASSWORD)];
        client.post(format!("http://{address}/admin/sign-in")).form(&form).send().await.expect("signed in");
        client.get(format!("http://{address}/admin/users")).send().await.expect("a list");
    });
    let last = lines.last().expect("a line");
    assert_eq!(of(last), ("/admin/users", 200, "account"), "{lines:?}");
    assert!(last["statements"].as_u64() >= Some(2), "the session and the rows: {last}");
}

#[test]
fn a_client_that_goes_is_told_too() {
    let lines = told(tracing::Level::INFO, async {
        let test = TestDb::sqlite(&tables()).await;
        let wait = endpoint::make(|_| std::future::pending::<poem::Result<String>>());
        let address = serve(app().mount("/wait", wait), &test).await;
        let client = reqwest::Client::new();
        let asked = client.get(format!("http://{address}/wait")).send();
        assert!(tokio::time::timeout(Duration::from_millis(200), asked).await.is_err());
        drop(client);
        tokio::time::sleep(Duration::from_millis(200)).await;
    });
    assert_eq!(lines.iter().map(of).collect::<Vec<_>>(), [("/wait/*", 499, "anonymous")]);
}

#[test]
fn the_trace_of_a_request_is_in_all_of_its_lines() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    let lines = logged(tracing::Level::INFO, async {
        let test = TestDb::sqlite(&tables()).await;
        let own = endpoint::make_sync(|_| {
            tracing::info!("a line of the application's");
            "ok"
        });
        let address = serve(App::new(all()).mount("/own", own), &test).await;
        let parent = format!("traceparent: 00-{TRACE}-00f067aa0ba902b7-01");
        request(address, "GET", "/own", &[&*parent, "x-request-id: mine"]).await;
        request(address, "GET", "/own", &["traceparent: 00-nonsense\"-00f067aa0ba902b7-01"]).await;
        request(address, "GET", "/own", &[&*parent, &*parent]).await;
    });
    let own: Vec<_> = lines.iter().filter(|line| line["message"] == "a line of the application's").collect();
    let access: Vec<_> = lines.iter().filter(|line| line["target"] == "entify::access").collect();
    assert_eq!((own.len(), access.len()), (3, 3), "{lines:?}");
    assert_eq!((&own[0]["span"]["trace_id"], &access[0]["trace_id"]), (&json!(TRACE), &json!(TRACE)));
    assert_eq!((&own[0]["span"]["request_id"], &access[0]["request_id"]), (&json!("mine"), &json!("mine")));
    for other in [own[1], own[2]] {
        assert_eq!(other["span"]["trace_id"], Json::Null, "{other}");
    }
    assert_eq!((&access[1]["trace_id"], &access[2]["trace_id"]), (&Json::Null, &Json::Null));
}

/// What a line costs, written to nowhere, against none.
#[test]
#[ignore = "a measurement"]
fn measure_the_access_line() {
    const REQUESTS: u32 = 20_000;
    let measure = |name: &str| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let test = TestDb::sqlite(&tables()).await;
            let state = entify::server::AppState::new(
                app().registry().expect("a registry"),
                test.db().clone(),
                b"a secret of the tests",
            );
            let endpoint = app().into_endpoint(&state).expect("an endpoint");
            let begun = std::time::Instant::now();
            for _ in 0..REQUESTS {
                let request = Request::builder().uri("/hooks/a".parse().expect("a URI")).finish();
                assert!(endpoint.call(request).await.is_ok_and(|response| response.status().is_success()));
            }
            println!("{name}: {:?} a request", begun.elapsed() / REQUESTS);
        });
    };
    measure("no log");
    for (name, level) in [("LOG=warn", tracing::Level::WARN), ("LOG=info", tracing::Level::INFO)] {
        let filter = tracing_subscriber::filter::Targets::new().with_default(level);
        let subscriber = tracing_subscriber::fmt().with_writer(std::io::sink).finish();
        let subscriber = tracing_subscriber::layer::SubscriberExt::with(subscriber, filter);
        tracing::subscriber::with_default(subscriber, || measure(name));
    }
}
