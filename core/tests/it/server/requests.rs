//! The head of a request: its host, its path, and what the head of the response says to caches and clients.

use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve};

use crate::support::domain::*;
use crate::support::wire::{exchange, request, send};

fn app() -> App {
    App::new(entities![User, Post, Tag, PostTag, Note])
}

#[each_database(all(), only(sqlite))]
async fn a_request_has_one_host(test: TestDb) {
    let address = serve(app(), &test).await;
    for (hosts, status) in [
        ("", 400),
        ("host: a\r\nhost: a\r\n", 400),
        ("host: a\r\nhost: b\r\n", 400),
        ("host: a b\r\n", 400),
        ("host: a@b\r\n", 400),
        ("host: a/b\r\n", 400),
        ("host: \r\n", 200),
        ("host: a\r\n", 200),
        ("host: [::1]:8000\r\n", 200),
    ] {
        let sent = format!("GET /livez HTTP/1.1\r\n{hosts}connection: close\r\n\r\n");
        assert_eq!(exchange(address, sent.as_bytes()).await.status, status, "{hosts:?}");
    }
    let answer = exchange(address, b"GET /api/users HTTP/1.1\r\nconnection: close\r\n\r\n").await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(exchange(address, b"GET /livez HTTP/1.0\r\n\r\n").await.status, 200, "HTTP/1.0 had none");
}

#[each_database(all(), only(sqlite))]
async fn an_encoded_letter_is_the_letter(test: TestDb) {
    let key = UserService::new(&test.ctx()).create(UserInput::new("a@example.org")).await.expect("a row").id;
    let address = serve(app(), &test).await;
    for path in [
        format!("/api/%75sers/{key}"),
        format!("/%61pi/use%72%73/{key}"),
        format!("/api/users/%{:x}", key.get() + 48),
    ] {
        let answer = request(address, "GET", &path, &[]).await;
        assert_eq!((answer.status, &answer.json()["email"]), (200, &"a@example.org".into()), "{path}");
    }
    let answer = request(address, "GET", "/livez%2f", &[]).await;
    assert_eq!(answer.status, 404, "an encoded slash is no slash");
    let body = br#"{"email": "b@example.org"}"#;
    let made = send(address, "POST", "/api/%75sers", &["content-type: application/json"], body).await;
    assert_eq!(made.status, 201);
    assert!(made.header("location").starts_with("/api/users/"), "{}", made.header("location"));
    assert_eq!(
        request(address, "GET", "/api/users?%65mail=%62@example.org", &[]).await.json()["items"][0]["email"],
        "b@example.org"
    );
}

#[each_database(all(), only(sqlite))]
async fn what_depends_on_who_asks_is_not_shared(test: TestDb) {
    let address = serve(app(), &test).await;
    for path in ["/api/users", "/api/users/1", "/api/notes", "/api/nothing", "/nothing"] {
        for lines in [&[][..], &["authorization: Bearer wrong"][..]] {
            let answer = request(address, "GET", path, lines).await;
            assert_eq!(answer.header("cache-control"), "private, no-cache", "{path} {lines:?}");
            for name in ["authorization", "cookie"] {
                assert!(answer.lists("vary", name), "{path} {name}: {:?}", answer.all("vary"));
            }
        }
    }
    assert_eq!(request(address, "GET", "/livez", &[]).await.header("cache-control"), "no-store");
}

#[each_database(all(), only(sqlite))]
async fn a_challenge_names_its_realm(test: TestDb) {
    let address = serve(app(), &test).await;
    let without = request(address, "GET", "/api/notes", &[]).await;
    assert_eq!((without.status, without.header("www-authenticate")), (401, "Bearer realm=\"api\""));
    let wrong = request(address, "GET", "/api/notes", &["authorization: Bearer wrong"]).await;
    assert_eq!(wrong.status, 401);
    assert_eq!(wrong.header("www-authenticate"), "Bearer realm=\"api\", error=\"invalid_token\"");
}
