//! Compressed responses.

use async_compression::tokio::write::{BrotliDecoder, GzipDecoder, ZstdDecoder};
use entify::config::Settings;
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve, serve_until};
use poem::{Response, handler};
use tokio::io::AsyncWriteExt as _;

use crate::support::domain::*;
use crate::support::wire::{self, request};

/// An image, compressed by its nature.
#[handler]
fn image() -> Response {
    Response::builder().content_type("image/png").body(vec![7; 5000])
}

/// What an endpoint has compressed itself.
#[handler]
fn packed() -> Response {
    Response::builder().content_type("text/plain").header("content-encoding", "x-own").body(vec![7; 5000])
}

/// Events, which must not wait for each other.
#[handler]
fn events() -> Response {
    Response::builder().content_type("text/event-stream").body("data: x\n\n".repeat(500))
}

#[handler]
fn large_text() -> Response {
    Response::builder().content_type("text/plain").body("a line of a long text\n".repeat(100_000))
}

fn app() -> App {
    App::new(entities![User, Post, Tag, PostTag, Note])
        .mount("/image", image)
        .mount("/packed", packed)
        .mount("/events", events)
        .mount("/large", large_text)
}

async fn inflated(answer: &wire::Response) -> Vec<u8> {
    let out = Vec::new();
    match answer.header("content-encoding") {
        "gzip" => {
            let mut decoder = GzipDecoder::new(out);
            decoder.write_all(&answer.body).await.expect("gzip");
            decoder.shutdown().await.expect("gzip");
            decoder.into_inner()
        }
        "br" => {
            let mut decoder = BrotliDecoder::new(out);
            decoder.write_all(&answer.body).await.expect("br");
            decoder.shutdown().await.expect("br");
            decoder.into_inner()
        }
        "zstd" => {
            let mut decoder = ZstdDecoder::new(out);
            decoder.write_all(&answer.body).await.expect("zstd");
            decoder.shutdown().await.expect("zstd");
            decoder.into_inner()
        }
        _ => answer.body.clone(),
    }
}

#[each_database(all(), only(sqlite))]
async fn large_texts_are_compressed_as_the_client_accepts(test: TestDb) {
    let ctx = test.ctx();
    let users = UserService::new(&ctx);
    for number in 0..20 {
        users.create(UserInput::new(format!("user-number-{number}@example.org"))).await.expect("a row");
    }
    let address = serve(app(), &test).await;
    let plain = request(address, "GET", "/api/users", &[]).await;
    assert!(plain.body.len() > 1024 && plain.header("content-encoding").is_empty());
    assert!(plain.lists("vary", "accept-encoding"), "{:?}", plain.all("vary"));
    for (accept, expected) in [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("GZIP ; Q=0.1", "gzip"),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "br"),
        ("identity", ""),
        ("identity, gzip;q=0.5", ""),
        ("gzip;q=0, br;q=0.000", ""),
        ("deflate", ""),
        ("", ""),
    ] {
        let answer = request(address, "GET", "/api/users", &[&format!("accept-encoding: {accept}")]).await;
        assert_eq!((answer.status, answer.header("content-encoding")), (200, expected), "{accept}");
        assert_eq!(inflated(&answer).await, plain.body, "{accept}");
        assert!(answer.lists("vary", "accept-encoding"));
        assert_eq!(answer.body.len() < plain.body.len(), !expected.is_empty());
    }
    let large = request(address, "GET", "/large", &["accept-encoding: gzip"]).await;
    assert_eq!(large.header("content-encoding"), "gzip");
    assert_eq!(inflated(&large).await.len(), 22 * 100_000);
    let query = "/graphql?query=%7Busers(first:20)%7Bnodes%7Bid%20email%20nickname%20status%7D%7D%7D";
    assert_eq!(
        request(address, "GET", query, &["accept-encoding: br"]).await.header("content-encoding"),
        "br"
    );
}

#[each_database(all(), only(sqlite))]
async fn what_gains_nothing_or_carries_secrets_is_left_as_it_is(test: TestDb) {
    let key = UserService::new(&test.ctx()).create(UserInput::new("a@example.org")).await.expect("a row").id;
    let address = serve(app(), &test).await;
    let row = format!("/api/users/{key}");
    for path in [row.as_str(), "/livez", "/image", "/packed", "/events", "/admin/sign-in"] {
        let plain = request(address, "GET", path, &[]).await;
        let answer = request(address, "GET", path, &["accept-encoding: gzip, br, zstd"]).await;
        assert_eq!(answer.all("content-encoding"), plain.all("content-encoding"), "{path}");
        assert_eq!(answer.body.len(), plain.body.len(), "{path}");
    }
    let page = request(address, "GET", "/admin/sign-in", &[]).await;
    assert!(page.lists("cache-control", "no-transform"), "nor by a proxy: {:?}", page.all("cache-control"));
    let style = request(address, "GET", "/admin/assets/admin.css", &["accept-encoding: gzip"]).await;
    assert_eq!(style.header("content-encoding"), "gzip");
    let settings = Settings { compression: false, ..Settings::default() };
    let (address, _) = serve_until(app(), &test, settings, std::future::pending()).await;
    assert_eq!(
        request(address, "GET", "/large", &["accept-encoding: gzip"]).await.header("content-encoding"),
        ""
    );
}

#[each_database(all(), only(sqlite))]
async fn the_tag_of_a_compressed_row_is_good_for_conditions(test: TestDb) {
    let ctx = test.ctx();
    let author = UserService::new(&ctx).create(UserInput::new("a@example.org")).await.expect("a row").id;
    let input = PostInput { body: Some("a long text ".repeat(500)), ..PostInput::new("title", author) };
    let path = format!("/api/posts/{}", PostService::new(&ctx).create(input).await.expect("a row").id);
    let address = serve(app(), &test).await;
    let plain = request(address, "GET", &path, &[]).await.header("etag").to_owned();
    for coding in ["gzip", "br", "zstd"] {
        let accept = format!("accept-encoding: {coding}");
        let answer = request(address, "GET", &path, &[&accept]).await;
        assert_eq!(answer.header("content-encoding"), coding);
        let tag = answer.header("etag").to_owned();
        assert!(!tag.starts_with("W/") && tag != plain, "other bytes, another strong tag: {tag}");
        for known in [&tag, &plain] {
            let condition = format!("if-none-match: {known}");
            let unchanged = request(address, "GET", &path, &[&accept, &condition]).await;
            assert_eq!((unchanged.status, unchanged.header("etag")), (304, known.as_str()));
            assert_eq!(unchanged.header("content-encoding"), "");
            assert!(unchanged.lists("vary", "accept-encoding"));
        }
        let condition = format!("if-match: {tag}");
        let lines = ["content-type: application/json", condition.as_str()];
        let body = br#"{"title": "title"}"#;
        assert_eq!(wire::send(address, "PATCH", &path, &lines, body).await.status, 200, "{coding}");
    }
    let condition = format!("if-match: {}-own\"", plain.trim_end_matches('"'));
    assert_eq!(request(address, "DELETE", &path, &[&condition]).await.status, 412);
}
