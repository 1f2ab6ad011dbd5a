//! How many requests a client may send, and what it is told.

use std::net::SocketAddr;
use std::time::Duration;

use entify::auth::create_token;
use entify::config::{RateLimitStore, Settings};
use entify::entity::EntityDef;
use entify::prelude::*;
use entify::rate_limit::RateQuota;
use entify::testing::{TestDb, each_database, serve_until};
use poem::endpoint;
use serde_json::{Value as Json, json};

use crate::socket::client::Socket;
use crate::support::domain::*;
use crate::support::wire::{Response, request, send};

fn tables() -> Vec<&'static EntityDef> {
    [entify::auth::entities().to_vec(), entify::rate_limit::entities().to_vec(), all()].concat()
}

/// An hour: within a test nothing comes back.
fn settings(limit: &str) -> Settings {
    Settings { rate_limit: Some(limit.parse().expect("a limit")), ..Settings::default() }
}

async fn served(app: App, test: &TestDb, settings: Settings) -> SocketAddr {
    serve_until(app, test, settings, std::future::pending()).await.0
}

async fn get(address: SocketAddr, path: &str, lines: &[&str]) -> Response {
    request(address, "GET", path, lines).await
}

async fn graphql(address: SocketAddr, body: Json) -> Response {
    send(address, "POST", "/graphql", &["content-type: application/json"], body.to_string().as_bytes()).await
}

#[each_database(tables(), only(sqlite))]
async fn a_client_is_told_what_it_has_left_and_when_to_come_again(test: TestDb) {
    let address = served(App::new(all()), &test, settings("3/1h")).await;
    for left in ["2", "1", "0"] {
        let answer = get(address, "/api/users", &[]).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=3;w=3600");
        let told = answer.header("ratelimit");
        assert!(told.starts_with(&format!("\"default\";r={left};t=")), "{told}");
    }
    let refused = get(address, "/api/users", &[]).await;
    assert_eq!((refused.status, &refused.json()["code"]), (429, &json!("RATE_LIMITED")));
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1190..=1200).contains(&wait), "{wait}");
    assert_eq!(refused.header("ratelimit"), "\"default\";r=0;t=3600");
    assert!(!refused.header("x-request-id").is_empty());
    // In the form of each surface.
    let asked = graphql(address, json!({"query": "{ __typename }"})).await;
    assert_eq!(
        (asked.status, &asked.json()["errors"][0]["extensions"]["code"]),
        (429, &json!("RATE_LIMITED"))
    );
    let page = get(address, "/admin", &[]).await;
    assert_eq!(page.status, 429);
    assert!(page.header("content-type").starts_with("text/html"), "{}", page.header("content-type"));
    for path in ["/livez", "/readyz"] {
        assert_eq!(get(address, path, &[]).await.status, 200, "{path} is not limited");
    }
}

#[each_database(tables(), only(sqlite))]
async fn without_the_setting_nothing_is_limited(test: TestDb) {
    let address = served(App::new(all()), &test, Settings::default()).await;
    let answer = get(address, "/api/users", &[]).await;
    assert_eq!(
        (answer.status, answer.all("ratelimit").len(), answer.all("ratelimit-policy").len()),
        (200, 0, 0)
    );
}

#[each_database(tables(), only(sqlite))]
async fn a_client_is_who_it_is_and_not_what_it_says(test: TestDb) {
    let (_, one) = create_token(&test.ctx(), "one", vec![], None).await.expect("a token");
    let (_, other) = create_token(&test.ctx(), "other", vec![], None).await.expect("a token");
    let (one, other) = (format!("authorization: Bearer {one}"), format!("authorization: Bearer {other}"));
    let address = served(App::new(all()), &test, settings("2/1h")).await;
    for bearer in [&one, &other] {
        for (expected, turn) in [(200, 1), (200, 2), (429, 3)] {
            assert_eq!(get(address, "/api/users", &[bearer]).await.status, expected, "{turn}");
        }
    }
    // Nobody's requests are counted by address, whatever they say, with credentials that are none too.
    let said = ["x-forwarded-for: 203.0.113.1", "forwarded: for=203.0.113.2", "x-real-ip: 203.0.113.3"];
    assert_eq!(get(address, "/api/users", &[said[0]]).await.status, 200);
    assert_eq!(get(address, "/api/users", &["authorization: Bearer wrong"]).await.status, 401);
    for line in
        said.into_iter().chain(["x-request-id: another", "authorization: Bearer wrong", "cookie: a=b"])
    {
        assert_eq!(get(address, "/api/users", &[line]).await.status, 429, "{line}");
    }
    // A proxy that is trusted says who asks.
    let trusted =
        Settings { trusted_proxies: vec!["127.0.0.1".parse().expect("a network")], ..settings("1/1h") };
    let address = served(App::new(all()), &test, trusted).await;
    for (client, expected) in [
        ("203.0.113.1", 200),
        ("203.0.113.1", 429),
        ("203.0.113.2", 200),
        ("2001:db8:1:1::1", 200),
        ("2001:db8:1:1::2", 429),
        ("2001:db8:1:2::1", 200),
    ] {
        let line = format!("x-forwarded-for: {client}");
        assert_eq!(get(address, "/api/users", &[&line]).await.status, expected, "{client}");
    }
}

#[each_database(tables(), only(sqlite))]
async fn a_path_has_a_limit_of_its_own(test: TestDb) {
    let app = App::new(all())
        .mount("/login", endpoint::make_sync(|_| "in"))
        .rate_limit("/login", "2/1h")
        .rate_limit("/api/users", "100/1h");
    let address = served(app, &test, settings("4/1h")).await;
    let first = get(address, "/login", &[]).await;
    assert_eq!(first.header("ratelimit-policy"), "\"default\";q=4;w=3600, \"/login\";q=2;w=3600");
    // However the path is written.
    assert_eq!(get(address, "/%6cogin/again", &[]).await.status, 200);
    assert_eq!(get(address, "/login?a=1", &[]).await.status, 429);
    assert_eq!(get(address, "/api/users", &[]).await.status, 200, "another path");
    assert_eq!(get(address, "/api/users", &[]).await.status, 429, "those of all paths together");
    for (path, limit) in [("login", "2/1h"), ("/log\"in", "2/1h"), ("/login", "2"), ("/login", "0/1m")] {
        let refused = App::new(all()).rate_limit(path, limit).registry().err();
        assert!(refused.is_some_and(|error| error.to_string().contains("rate limit")), "{path} {limit}");
    }
}

#[each_database(tables(), only(sqlite))]
async fn each_operation_counts(test: TestDb) {
    let address = served(App::new(all()), &test, settings("5/1h")).await;
    let one = json!({"query": "{ __typename }"});
    let batch = graphql(address, json!([one, one, one])).await;
    assert_eq!((batch.status, batch.header("ratelimit").split(';').nth(1)), (200, Some("r=4")));
    let mut socket = Socket::open(address, &[]).await.expect("a socket is the fourth");
    socket.send(json!({"type": "connection_init"})).await;
    assert_eq!(socket.receive().await["type"], "connection_ack");
    for (id, expected) in [("1", Json::Null), ("2", json!("RATE_LIMITED")), ("3", json!("RATE_LIMITED"))] {
        socket.send(json!({"type": "subscribe", "id": id, "payload": one})).await;
        let answer = socket.receive().await;
        assert_eq!(answer["id"], id);
        assert_eq!(answer["payload"][0]["extensions"]["code"], expected, "{answer}");
        if answer["type"] == "next" {
            assert_eq!(socket.receive().await["type"], "complete");
        }
    }
    assert_eq!(graphql(address, json!([one])).await.status, 429);
    // Within a batch those that are too many are refused alone.
    let address = served(App::new(all()), &test, settings("2/1h")).await;
    let batch = graphql(address, json!([one, one, one])).await.json();
    assert_eq!((&batch[1]["data"]["__typename"], &batch[2]["data"]), (&json!("Query"), &Json::Null));
    assert_eq!(batch[2]["errors"][0]["extensions"]["code"], "RATE_LIMITED");
}

#[each_database(tables())]
async fn all_nodes_count_in_the_database(test: TestDb) {
    let settings = |limit| Settings { rate_limit_store: RateLimitStore::Database, ..settings(limit) };
    let mut nodes = Vec::new();
    for _ in 0..3 {
        nodes.push(served(App::new(all()), &test, settings("10/1h")).await);
    }
    let all = (0..30).map(|number| {
        let node = nodes[number % 3];
        async move { get(node, "/api/users", &[]).await.status }
    });
    let statuses = futures_util::future::join_all(all).await;
    let (taken, refused) =
        (statuses.iter().filter(|status| **status == 200), statuses.iter().filter(|status| **status == 429));
    assert_eq!((taken.count(), refused.count()), (10, 20), "{statuses:?}");
    let rows = Service::<RateQuota>::new(&test.ctx()).list(Query::default()).await.expect("rows").items;
    assert_eq!(rows.len(), 1);
    assert!(rows[0].client.len() == 32 && !rows[0].client.contains("127"), "no address is kept");
    assert!(!rows[0].taken);
    let refused = get(nodes[0], "/api/users", &[]).await;
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((300..=360).contains(&wait), "{wait}");
    assert!(
        refused.header("ratelimit").starts_with("\"default\";r=0;t=3"),
        "{}",
        refused.header("ratelimit")
    );
    // What was used of a limit does not count for the one that takes its place.
    let other = served(App::new(crate::support::domain::all()), &test, settings("1/1h")).await;
    for expected in [200, 429] {
        assert_eq!(get(other, "/api/users", &[]).await.status, expected);
    }
}

#[each_database(tables())]
async fn quotas_come_back_in_the_database(test: TestDb) {
    let settings = Settings { rate_limit_store: RateLimitStore::Database, ..settings("2/1s") };
    let node = served(App::new(all()), &test, settings).await;
    for expected in [200, 200, 429] {
        assert_eq!(get(node, "/api/users", &[]).await.status, expected);
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(get(node, "/api/users", &[]).await.status, 200);
}
