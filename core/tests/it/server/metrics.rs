//! `/metrics`: who gets it, and what is in it.

use std::net::SocketAddr;
use std::time::Duration;

use entify::config::Settings;
use entify::entity::EntityDef;
use entify::prelude::*;
use entify::server::StartError;
use entify::testing::{TestDb, each_database, serve, serve_until};
use poem::endpoint;

use crate::socket::client::Socket;
use crate::support::domain::*;
use crate::support::wire::{request, send};

const TOKEN: &str = "a token for metrics";

fn tables() -> Vec<&'static EntityDef> {
    [entify::auth::entities().to_vec(), entify::tasks::entities().to_vec(), all()].concat()
}

fn settings() -> Settings {
    Settings { metrics_token: Some(TOKEN.to_owned()), ..Settings::default() }
}

async fn served(app: App, test: &TestDb) -> SocketAddr {
    serve_until(app, test, settings(), std::future::pending()).await.0
}

/// The numbers, as Prometheus asks for them.
async fn scrape(address: SocketAddr) -> String {
    let answer = request(address, "GET", "/metrics", &[&format!("authorization: Bearer {TOKEN}")]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let text = answer.text();
    assert!(text.ends_with("# EOF\n"), "{text}");
    text
}

/// The value of a series.
#[track_caller]
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    let line = line.unwrap_or_else(|| panic!("no `{series}` in\n{text}"));
    line.parse().unwrap_or_else(|error| panic!("{error}: {line}"))
}

fn series(text: &str) -> usize {
    text.lines().filter(|line| !line.starts_with('#')).count()
}

#[each_database(tables(), only(sqlite))]
async fn it_is_for_who_knows_the_token(test: TestDb) {
    let without = serve(App::new(all()), &test).await;
    let bearer = format!("authorization: Bearer {TOKEN}");
    assert_eq!(request(without, "GET", "/metrics", &[]).await.status, 404, "not served by default");
    let address = served(App::new(all()), &test).await;
    for lines in [
        &[][..],
        &["authorization: Bearer another token!"],
        &["authorization: Basic YTph"],
        &["authorization: Bearer "],
        &[&*bearer, &*bearer],
        &["x-forwarded-for: 127.0.0.1"],
    ] {
        let answer = request(address, "GET", "/metrics", lines).await;
        assert_eq!(answer.status, 401, "{lines:?}");
        assert!(!answer.text().contains("entify_"), "{lines:?}");
    }
    assert_eq!(request(address, "POST", "/metrics", &[&*bearer]).await.status, 405);
    assert!(scrape(address).await.contains("entify_http_requests_total"));
    assert_eq!(request(address, "GET", "/api/users", &[&*bearer]).await.status, 401, "it is no account");
    let refused = App::new(all()).mount("/metrics", endpoint::make_sync(|_| "mine")).into_endpoint(
        &entify::server::AppState::with_settings(
            App::new(all()).registry().expect("a registry"),
            test.db().clone(),
            b"a secret of the tests",
            settings(),
        ),
    );
    assert!(matches!(refused.err(), Some(StartError::Mount { .. })), "the path is taken");
}

#[each_database(tables())]
async fn it_tells_of_requests_the_database_caches_and_sockets(test: TestDb) {
    let address = served(App::new(all()), &test).await;
    request(address, "GET", "/api/users", &[]).await;
    request(address, "GET", "/api/users/7", &[]).await;
    request(address, "GET", "/api/users/8", &[]).await;
    let query = br#"{"query": "{ users { totalCount } }"}"#;
    send(address, "POST", "/graphql", &["content-type: application/json"], query).await;
    let before = scrape(address).await;
    let requests = |route: &str, class: &str| {
        format!("entify_http_requests_total{{method=\"GET\",route=\"{route}\",status=\"{class}\"}}")
    };
    assert_eq!(value(&before, &requests("/api/users", "2xx")), 1.0);
    assert_eq!(value(&before, &requests("/api/users/:id", "4xx")), 2.0);
    let durations = "entify_http_request_duration_seconds";
    let labels = "method=\"GET\",route=\"/api/users/:id\"";
    assert_eq!(value(&before, &format!("{durations}_count{{{labels}}}")), 2.0);
    assert!(value(&before, &format!("{durations}_sum{{{labels}}}")) > 0.0);
    assert_eq!(value(&before, "entify_graphql_operations_total"), 1.0);
    assert!(value(&before, "entify_db_statements_total") >= 4.0);
    let (open, idle) =
        (value(&before, "entify_db_connections_open"), value(&before, "entify_db_connections_idle"));
    assert!(open >= 1.0 && idle <= open, "{idle} of {open}");
    assert_eq!(value(&before, "entify_db_connections_waiting"), 0.0);
    assert_eq!(value(&before, "entify_websockets"), 0.0);
    assert!(value(&before, "entify_cache_bytes{cache=\"graphql_documents\"}") > 100.0);
    assert!(value(&before, "entify_cache_bytes{cache=\"statement_texts\"}") > 100.0);
    assert_eq!(value(&before, "entify_cache_bytes{cache=\"tokens\"}"), 0.0);
    let socket = Socket::open(address, &[]).await.expect("a socket");
    assert_eq!(value(&scrape(address).await, "entify_websockets"), 1.0);
    drop(socket);
    for _ in 0..100 {
        if value(&scrape(address).await, "entify_websockets") == 0.0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("a socket that has ended is counted");
}

#[each_database(tables())]
async fn who_waits_for_a_connection_is_counted(test: TestDb) {
    let (holding, held) = (tokio::sync::Barrier::new(2), tokio::sync::Notify::new());
    let ctx = test.ctx();
    let most = 64;
    let hold = async {
        // More transactions than there are connections, of no request.
        let all = (0..most).map(|_| {
            let ctx = ctx.clone();
            tokio::spawn(async move {
                let held = ctx.transaction(|ctx| async move {
                    UserService::new(&ctx).count(Filter::all()).await?;
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    Ok(())
                });
                drop(held.await);
            })
        });
        let all: Vec<_> = all.collect();
        holding.wait().await;
        held.notified().await;
        for one in all {
            drop(one.await);
        }
    };
    let look = async {
        holding.wait().await;
        let mut waiting = 0;
        for _ in 0..100 {
            waiting = waiting.max(test.db().pool_status().waiting);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        held.notify_one();
        assert!(waiting > 0 && waiting <= most, "{waiting}");
    };
    tokio::join!(hold, look);
    assert_eq!(test.db().pool_status().waiting, 0);
}

#[each_database(tables(), only(sqlite))]
async fn what_clients_send_makes_no_series(test: TestDb) {
    let hooks = poem::Route::new().at("/:order", endpoint::make_sync(|_| "ok"));
    let address = served(App::new(all()).mount("/hooks", hooks), &test).await;
    let hostile = async |from: usize, to: usize| {
        for number in from..to {
            for path in ["api/users", "api", "hooks", "admin", "admin/users", "graphql/graphiql", "x"] {
                request(address, "GET", &format!("/{path}/{number}"), &[]).await;
            }
            request(address, "GET", &format!("/x{number}"), &[]).await;
            request(address, &format!("BREW{number}"), "/api/users", &[]).await;
            let query = format!("{{\"query\": \"query Q{number} {{ __typename }}\"}}");
            send(address, "POST", "/graphql", &["content-type: application/json"], query.as_bytes()).await;
        }
    };
    hostile(0, 2).await;
    scrape(address).await;
    let before = series(&scrape(address).await);
    hostile(2, 12).await;
    let after = scrape(address).await;
    assert_eq!(series(&after), before, "{after}");
}

#[each_database(tables(), only(sqlite))]
async fn it_tells_of_tasks(test: TestDb) {
    let app = App::new(all())
        .every("1d", "report", |_| async { Ok(()) })
        .every("1d", "print", |_| async { Err::<(), _>(Error::bad_request("no paper")) });
    let address = served(app, &test).await;
    for _ in 0..200 {
        let text = scrape(address).await;
        if text.contains("entify_task_runs_total{task=\"report\"}")
            && text.contains("entify_task_runs_total{task=\"print\"}")
        {
            assert_eq!(value(&text, "entify_task_runs_total{task=\"report\"}"), 1.0);
            assert_eq!(value(&text, "entify_task_failures_total{task=\"report\"}"), 0.0);
            assert_eq!(value(&text, "entify_task_failures_total{task=\"print\"}"), 1.0);
            assert!(value(&text, "entify_task_seconds_total{task=\"print\"}") >= 0.0);
            let last = value(&text, "entify_task_last_run_timestamp_seconds{task=\"report\"}");
            let now = test.ctx().now().timestamp() as f64;
            assert!((now - last).abs() < 60.0, "{last}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the tasks are not told of: {}", scrape(address).await);
}
