//! In production nothing describes the application to its clients unless a setting says so.

use entify::config::{Environment, Settings};
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve_until};
use serde_json::{Value as Json, json};

use crate::socket::client::Socket;
use crate::support::wire::{Response, request, send};

/// What only staff sees of a person is no name to suggest to others.
#[derive(Entity)]
#[entity(policy = public)]
struct Person {
    #[entity(max_len = 40, filter, sort)]
    nickname: String,
    #[entity(policy(read = role("staff"), write = role("staff")), filter, sort)]
    salary: Option<i32>,
}

const INTROSPECTION: [&str; 4] = [
    "{ __schema { queryType { name } } }",
    "{ __type(name: \"Person\") { name } }",
    "query A { ...F } fragment F on Query { s: __schema { types { name } } }",
    "{ __typename __schema { types { name } } }",
];

async fn start(test: &TestDb, settings: Settings) -> std::net::SocketAddr {
    let app = App::new(entities![Person]);
    serve_until(app, test, settings, std::future::pending()).await.0
}

fn production() -> Settings {
    Settings { environment: Environment::Production, ..Settings::default() }
}

async fn graphql(address: std::net::SocketAddr, query: &str) -> Response {
    let body = json!({ "query": query }).to_string();
    send(address, "POST", "/graphql", &["content-type: application/json"], body.as_bytes()).await
}

async fn over_socket(address: std::net::SocketAddr, query: &str) -> Json {
    let mut socket = Socket::open(address, &[]).await.expect("a socket");
    socket.introduce(json!({})).await;
    socket.subscribe("1", query).await;
    socket.receive().await
}

#[each_database(entities![Person], only(sqlite))]
async fn introspection_is_answered_in_development_only(test: TestDb) {
    let shown = Settings { graphql_introspection: Some(true), ..production() };
    let hidden = Settings { graphql_introspection: Some(false), ..Settings::default() };
    for (settings, answers) in
        [(Settings::default(), true), (production(), false), (shown, true), (hidden, false)]
    {
        let address = start(&test, settings).await;
        for query in INTROSPECTION {
            // A second time too: documents are kept.
            for _ in 0..2 {
                let answer = graphql(address, query).await.json();
                assert_eq!(answer.get("errors").is_none(), answers, "{query}: {answer}");
                assert_eq!(answer.to_string().contains("\"name\":\""), answers, "{query}: {answer}");
                let got =
                    request(address, "GET", &format!("/graphql?query={}", encoded(query)), &[]).await.json();
                assert_eq!(got.get("errors").is_none(), answers, "{query}: {got}");
            }
            let message = over_socket(address, query).await;
            assert_eq!(
                message["type"] == "next" && message["payload"].get("errors").is_none(),
                answers,
                "{message}"
            );
        }
        let batch = format!("[{}]", json!({ "query": INTROSPECTION[0] }));
        let batch =
            send(address, "POST", "/graphql", &["content-type: application/json"], batch.as_bytes()).await;
        assert_eq!(batch.json()[0].get("errors").is_none(), answers);
        for name in ["{ __typename }", "{ a: __typename people { __typename nodes { __typename } } }"] {
            assert!(graphql(address, name).await.json().get("errors").is_none(), "{name}");
        }
    }
}

fn encoded(query: &str) -> String {
    query.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[each_database(entities![Person], only(sqlite))]
async fn pages_that_describe_are_served_in_development_only(test: TestDb) {
    let shown = Settings { graphql_explorer: Some(true), api_docs: Some(true), ..production() };
    let hidden = Settings { graphql_explorer: Some(false), api_docs: Some(false), ..Settings::default() };
    for (settings, served) in
        [(Settings::default(), true), (production(), false), (shown, true), (hidden, false)]
    {
        let address = start(&test, settings).await;
        let explorer = request(address, "GET", "/graphql", &["accept: text/html"]).await;
        assert_eq!(explorer.header("content-type").starts_with("text/html"), served, "{}", explorer.text());
        let home = request(address, "GET", "/", &[]).await.text();
        for path in ["/openapi.json", "/openapi.yaml", "/docs"] {
            let answer = request(address, "GET", path, &[]).await;
            assert_eq!(answer.status, if served { 200 } else { 404 }, "{path}");
        }
        for link in ["/docs", "/openapi.json", "/graphql", "/api/people"] {
            assert_eq!(home.contains(&format!("href=\"{link}\"")), served, "{link}: {home}");
        }
        // What is there to be used stays.
        assert_eq!(request(address, "GET", "/admin/sign-in", &[]).await.status, 200);
        assert_eq!(request(address, "GET", "/api/people", &[]).await.status, 200);
    }
}

/// Requests with a name that is nearly that of a field: `nicknam`, and of one that is hidden: `salry`.
async fn refusals(address: std::net::SocketAddr, name: &str) -> Vec<String> {
    let lines = ["content-type: application/json"];
    let body = format!("{{\"nickname\": \"n\", \"{name}\": 1}}");
    let mut texts = vec![
        request(address, "GET", &format!("/api/people?{name}=1"), &[]).await.text(),
        request(address, "GET", &format!("/api/people?sort={name}"), &[]).await.text(),
        send(address, "POST", "/api/people", &lines, body.as_bytes()).await.text(),
    ];
    for query in [
        format!("{{ people {{ nodes {{ {name} }} }} }}"),
        format!("{{ people(filter: {{ {name}: {{ eq: 1 }} }}) {{ totalCount }} }}"),
        format!("{{ people({name}: 1) {{ totalCount }} }}"),
        format!("mutation {{ createPerson(input: {{ nickname: \"n\", {name}: 1 }}) {{ id }} }}"),
        format!("{{ people @{name} {{ totalCount }} }}"),
        format!("{{ {name} {{ totalCount }} }}"),
    ] {
        texts.push(graphql(address, &query).await.text());
        texts.push(over_socket(address, &query).await.to_string());
    }
    texts
}

#[each_database(entities![Person], only(sqlite))]
async fn names_are_suggested_in_development_only(test: TestDb) {
    let shown = Settings { suggestions: Some(true), ..production() };
    let hidden = Settings { suggestions: Some(false), ..Settings::default() };
    for (settings, suggests) in
        [(Settings::default(), true), (production(), false), (shown, true), (hidden, false)]
    {
        let address = start(&test, settings).await;
        let texts = refusals(address, "nicknam").await;
        for text in &texts {
            assert!(text.contains("nicknam"), "{text}");
            assert!(suggests || !text.to_lowercase().contains("did you mean"), "{text}");
        }
        for text in &texts[..3] {
            assert_eq!(text.contains("did you mean `nickname`?"), suggests, "{text}");
        }
    }
}

#[each_database(entities![Person], only(sqlite))]
async fn a_hidden_name_is_never_suggested(test: TestDb) {
    let address = start(&test, Settings::default()).await;
    for text in refusals(address, "salry").await {
        assert!(text.contains("salry"), "{text}");
        assert!(!text.contains("salary"), "{text}");
    }
}
