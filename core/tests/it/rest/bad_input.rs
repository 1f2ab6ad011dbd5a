//! What is wrong is said clearly, with a 4xx, and nothing is lost.

use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Api, send, users};
use crate::support::domain::all;

/// Sends bytes as they are, as no client library would, and answers the status line.
async fn raw(api: &Api, request: &[u8]) -> String {
    let mut stream = tokio::net::TcpStream::connect(api.address()).await.expect("a connection");
    stream.write_all(request).await.expect("sent");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

#[each_database(all())]
async fn malformed_bodies_are_refused(test: TestDb) {
    let api = Api::of(test).await;
    let body = |text: &'static [u8]| {
        send(api.request(Method::POST, "/api/users").header("content-type", "application/json").body(text))
    };
    let cases: [&[u8]; 11] = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\"x\"",
        b"{\"email\":}",
        b"{}{}",
        b"{\"email\":\"\xff\"}",
        b"{\"email\":\"a@b.c\",\"email\":\"d@e.f\"}",
        b"\xef\xbb\xbf{}",
    ];
    for text in cases {
        body(text).await.problem(400, "BAD_REQUEST");
    }
    let deep = format!("{{\"json\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let deep =
        api.request(Method::POST, "/api/everythings").header("content-type", "application/json").body(deep);
    send(deep).await.problem(400, "BAD_REQUEST");
    assert_eq!(api.get("/api/users").await.json()["items"], json!([]));
}

#[each_database(all())]
async fn other_media_types_are_refused(test: TestDb) {
    let api = Api::of(test).await;
    let path = format!("/api/users/{}", users(&api, 1).await[0]);
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "application/merge-patch+json",
    ] {
        let request = api.request(Method::POST, "/api/users").header("content-type", kind);
        send(request.body(r#"{"email":"a@b.c"}"#)).await.problem(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    send(api.request(Method::PATCH, &path).body("{}")).await.problem(415, "UNSUPPORTED_MEDIA_TYPE");
}

#[each_database(all())]
async fn all_broken_rules_are_told_at_once(test: TestDb) {
    let api = Api::of(test).await;
    let body = json!({
        "emial": "x", "email": 7, "status": "asleep", "nickname": "x".repeat(65), "password": "short",
        "id": 5, "created_at": "2024-01-01T00:00:00Z",
    });
    let answer = api.post("/api/users", body).await;
    let mut broken = answer.broken(422, "VALIDATION_FAILED");
    broken.sort();
    let expected = [
        ("created_at", "read_only"),
        ("email", "type"),
        ("emial", "unknown_field"),
        ("id", "read_only"),
        ("nickname", "too_long"),
        ("password", "too_short"),
        ("status", "choice"),
    ];
    assert_eq!(broken, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    assert!(answer.text.contains("did you mean `email`?"), "{}", answer.text);
    let required = api.post("/api/users", json!({})).await.broken(422, "VALIDATION_FAILED");
    assert_eq!(required, [("email".to_owned(), "required".to_owned())]);
    let null = api.post("/api/users", json!({"email": null})).await.broken(422, "VALIDATION_FAILED");
    assert_eq!(null, [("email".to_owned(), "required".to_owned())]);
    assert_eq!(api.get("/api/users").await.json()["items"], json!([]));
}

#[each_database(all())]
async fn limits_of_numbers_and_texts(test: TestDb) {
    let api = Api::of(test).await;
    let author = users(&api, 1).await[0];
    let cases = [
        (r#""stars": 6"#, "too_large"),
        (r#""stars": -1"#, "too_small"),
        (r#""stars": 2147483648"#, "range"),
        (r#""stars": 9223372036854775808"#, "range"),
        (r#""stars": 18446744073709551616"#, "range"),
        (r#""stars": 1e999"#, "range"),
        (r#""stars": 1.5"#, "type"),
        (r#""stars": "1""#, "type"),
        (r#""stars": null"#, "required"),
        (r#""price": "1.005""#, "scale"),
        (r#""price": "123456789.00""#, "precision"),
        (r#""price": "1e""#, "type"),
        (r#""published_at": "2024-13-01T00:00:00Z""#, "type"),
        (r#""published_at": "0000-01-01T00:00:00Z""#, "type"),
        (r#""title": "a\u0000b""#, "nul"),
    ];
    for (member, code) in cases {
        let body = format!(
            "{{\"author_id\": {author}, {}{member}}}",
            if member.contains("title") { "" } else { "\"title\": \"t\", " }
        );
        let request = api.request(Method::POST, "/api/posts").header("content-type", "application/json");
        let broken = send(request.body(body)).await.broken(422, "VALIDATION_FAILED");
        let codes: Vec<&str> = broken.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(codes, [code], "{member}");
    }
    assert_eq!(api.get("/api/posts").await.json()["items"], json!([]));
}

#[each_database(all())]
async fn constraints_name_their_field(test: TestDb) {
    let api = Api::of(test).await;
    users(&api, 1).await;
    let taken = api.post("/api/users", json!({"email": "u0@example.org"})).await;
    assert_eq!(taken.broken(409, "CONFLICT"), [("email".to_owned(), "unique".to_owned())]);
    let missing = api.post("/api/posts", json!({"title": "t", "author_id": 4_000_000})).await;
    let broken = missing.broken(409, "CONFLICT");
    assert_eq!(broken[0].0, "author_id", "{broken:?}");
}

#[each_database(all())]
async fn query_strings_are_strict(test: TestDb) {
    let api = Api::of(test).await;
    let cases = [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=1000000000", "limit"),
        ("limit=abc", "limit"),
        ("limit=", "limit"),
        ("limit=101", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=1&limit=2", "limit"),
        ("nickname=a&nickname=b", "nickname"),
        ("offset=1", "offset"),
        ("sort=password", "password"),
        ("sort=emial", "did you mean `email`?"),
        ("sort=", "sort"),
        ("sort=email,-email", "email"),
        ("emial=x", "did you mean `email`?"),
        ("password=x", "password"),
        ("status=asleep", "status"),
        ("status[contains]=a", "contains"),
        ("email[like]=a", "like"),
        ("email[null]=true", "null"),
        ("nickname[null]=maybe", "nickname[null]"),
        ("created_at[gt]=x", "created_at[gt]"),
        ("id=x", "id"),
        ("id[in]=1,x", "id[in]"),
        ("id[in]=", "id[in]"),
        ("id=9223372036854775808", "id"),
        ("count=maybe", "count"),
        ("email=%00", "email"),
        ("q=%00", "q"),
        ("%00=1", "NUL"),
        ("email=%zz", "email"),
        ("email=%ff", "email"),
        ("email=%4", "email"),
        ("email[eq=x", "email[eq"),
        ("cursor", "cursor"),
    ];
    for (query, named) in cases {
        let answer = api.get(&format!("/api/users?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        assert!(answer.text.contains(named), "{query}: {}", answer.text);
    }
    api.get("/api/tags?q=x").await.problem(400, "BAD_REQUEST");
    api.get("/api/users/1?limit=1").await.problem(400, "BAD_REQUEST");
    let many: Vec<String> = (0..501).map(|number| number.to_string()).collect();
    api.get(&format!("/api/users?id[in]={}", many.join(","))).await.problem(400, "BAD_REQUEST");
    assert_eq!(api.get("/api/users?&limit=5&").await.status, 200, "empty parts are no parameters");
}

#[each_database(all())]
async fn foreign_and_tampered_cursors_are_refused(test: TestDb) {
    let api = Api::of(test).await;
    users(&api, 3).await;
    let page = api.get("/api/users?limit=1&sort=email").await.json();
    let cursor = page["page"]["next_cursor"].as_str().expect("a cursor").to_owned();
    assert_eq!(api.get(&format!("/api/users?limit=2&sort=email&cursor={cursor}")).await.status, 200);
    for other in ["sort=-email", "sort=email&status=active", ""] {
        api.get(&format!("/api/users?{other}&cursor={cursor}")).await.problem(400, "CURSOR_MISMATCH");
    }
    api.get(&format!("/api/posts?cursor={cursor}")).await.problem(400, "CURSOR_MISMATCH");
    let mut tampered = cursor.into_bytes();
    let last = tampered.len() - 3;
    tampered[last] = if tampered[last] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(tampered).expect("ASCII");
    for cursor in [tampered.as_str(), "", "x", "%F0%9F%98%80"] {
        api.get(&format!("/api/users?sort=email&cursor={cursor}")).await.problem(400, "CURSOR_INVALID");
    }
}

#[each_database(all())]
async fn paths_that_name_nothing(test: TestDb) {
    let api = Api::of(test).await;
    for path in [
        "/api/users/abc",
        "/api/users/-1",
        "/api/users/9223372036854775808",
        "/api/users/1.0",
        "/api/users/%00",
        "/api/users/1%00",
        "/api/users/+1",
        "/api/users/%2B1",
        "/api/users/1/posts",
        "/api/users/",
        "/api/nothing",
        "/api/",
        "/api/everythings/7",
        "/api/everythings/00000000-0000-0000-0000-000000000000",
        "/api//users",
        "/api/User",
    ] {
        api.get(path).await.problem(404, "NOT_FOUND");
    }
    api.get("/api/users/%ff").await.problem(400, "BAD_REQUEST");
    api.get("/api/users/%zz").await.problem(400, "BAD_REQUEST");
}

#[each_database(all())]
async fn methods_that_are_not_there(test: TestDb) {
    let api = Api::of(test).await;
    for (method, path, allow) in [
        (Method::PUT, "/api/users", "GET, HEAD, POST, PATCH, DELETE"),
        (Method::POST, "/api/users/1", "GET, HEAD, PATCH, DELETE"),
        (Method::PUT, "/api/users/1", "GET, HEAD, PATCH, DELETE"),
    ] {
        let answer = send(api.request(method, path)).await;
        answer.problem(405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), Some(allow));
    }
}

#[each_database(all())]
async fn bodies_have_a_limit(test: TestDb) {
    let api = Api::serve(test, Rest::new().body_limit(1000)).await;
    let large = format!("{{\"email\":\"{}\"}}", "x".repeat(2000));
    let request = || api.request(Method::POST, "/api/users").header("content-type", "application/json");
    send(request().body(large.clone())).await.problem(413, "PAYLOAD_TOO_LARGE");
    let head =
        "POST /api/users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n";
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let parts = |count: usize| (0..count).map(|_| chunk(&" ".repeat(300))).collect::<String>();
    let long = format!("{head}transfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", parts(4));
    assert!(raw(&api, long.as_bytes()).await.contains(" 413 "));
    let fits = format!(
        "{head}transfer-encoding: chunked\r\n\r\n{}{}0\r\n\r\n",
        parts(2),
        chunk("{\"email\":\"a@b.c\"}")
    );
    assert!(raw(&api, fits.as_bytes()).await.contains(" 201 "));
}
