//! Bodies of requests: those that stall, and those that come compressed.

use std::time::{Duration, Instant};

use async_compression::tokio::write::{BrotliEncoder, GzipEncoder, ZstdEncoder};
use entify::config::Settings;
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve_until};
use poem::{Body, handler, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::domain::*;
use crate::support::wire::send;

/// An endpoint of the program's own that reads whatever comes.
#[handler]
async fn length(body: Body) -> poem::Result<String> {
    Ok(body.into_bytes().await?.len().to_string())
}

async fn start(test: &TestDb, settings: Settings) -> std::net::SocketAddr {
    let app = App::new(entities![User, Post, Tag, PostTag, Note]).mount("/length", post(length));
    serve_until(app, test, settings, std::future::pending()).await.0
}

#[each_database(all(), only(sqlite))]
async fn a_body_that_stalls_is_a_timeout(test: TestDb) {
    let settings = Settings { body_timeout: Duration::from_millis(300), ..Settings::default() };
    let address = start(&test, settings).await;
    for (path, kind) in [
        ("/api/users", "application/json"),
        ("/graphql", "application/json"),
        ("/admin/sign-in", "application/x-www-form-urlencoded"),
        ("/length", "text/plain"),
    ] {
        let says = if path.starts_with("/admin") { "did not arrive in time" } else { "REQUEST_TIMEOUT" };
        let start = Instant::now();
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\ncontent-length: 100\r\n\r\n{{\""
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("an answer and the end of the connection");
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 408 "), "{path}: {answer}");
        assert!(answer.contains(says), "{path}: {answer}");
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

#[each_database(all(), only(sqlite))]
async fn a_body_that_drips_ends_with_the_request(test: TestDb) {
    let settings = Settings { request_timeout: Duration::from_millis(600), ..Settings::default() };
    let address = start(&test, settings).await;
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let head = b"POST /api/users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(head).await.expect("sent");
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let _ = stream.write_all(b" ").await;
    }
    let mut answer = vec![0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 408");
}

async fn compressed(coding: &str, body: &[u8]) -> Vec<u8> {
    let out = Vec::new();
    match coding {
        "gzip" | "x-gzip" => {
            let mut encoder = GzipEncoder::new(out);
            encoder.write_all(body).await.expect("written");
            encoder.shutdown().await.expect("written");
            encoder.into_inner()
        }
        "br" => {
            let mut encoder = BrotliEncoder::new(out);
            encoder.write_all(body).await.expect("written");
            encoder.shutdown().await.expect("written");
            encoder.into_inner()
        }
        "zstd" => {
            let mut encoder = ZstdEncoder::new(out);
            encoder.write_all(body).await.expect("written");
            encoder.shutdown().await.expect("written");
            encoder.into_inner()
        }
        _ => body.to_vec(),
    }
}

#[each_database(all(), only(sqlite))]
async fn a_compressed_body_is_read(test: TestDb) {
    let address = start(&test, Settings::default()).await;
    for (number, coding) in ["gzip", "x-gzip", "br", "zstd", "identity", "GZIP"].into_iter().enumerate() {
        let body = format!("{{\"email\": \"u{number}@example.org\"}}");
        let body = compressed(&coding.to_ascii_lowercase(), body.as_bytes()).await;
        let encoding = format!("content-encoding: {coding}");
        let lines = ["content-type: application/json", encoding.as_str()];
        let made = send(address, "POST", "/api/users", &lines, &body).await;
        assert_eq!(made.status, 201, "{coding}: {}", made.text());
        let query = compressed(&coding.to_ascii_lowercase(), br#"{"query": "{ __typename }"}"#).await;
        let answer = send(address, "POST", "/graphql", &lines, &query).await;
        assert_eq!(answer.text(), r#"{"data":{"__typename":"Query"}}"#, "{coding}");
        let text = compressed(&coding.to_ascii_lowercase(), &[b'x'; 5000]).await;
        assert_eq!(send(address, "POST", "/length", &lines[1..], &text).await.text(), "5000", "{coding}");
    }
}

#[each_database(all(), only(sqlite))]
async fn what_cannot_be_inflated_is_refused(test: TestDb) {
    let address = start(&test, Settings { body_limit: 64 * 1024, ..Settings::default() }).await;
    for coding in ["deflate", "compress", "gzip, br", "nonsense"] {
        let encoding = format!("content-encoding: {coding}");
        for path in ["/api/users", "/graphql", "/length"] {
            let lines = ["content-type: application/json", encoding.as_str()];
            let answer = send(address, "POST", path, &lines, b"{}").await;
            assert_eq!(
                (answer.status, answer.header("accept-encoding")),
                (415, "zstd, br, gzip"),
                "{coding} {path}"
            );
        }
    }
    // 64 MiB of nothing, in a few KiB.
    let bomb = vec![b' '; 64 * 1024 * 1024];
    for coding in ["gzip", "br", "zstd"] {
        let bomb = compressed(coding, &bomb).await;
        let encoding = format!("content-encoding: {coding}");
        for path in ["/api/users", "/graphql", "/length"] {
            let lines = ["content-type: application/json", encoding.as_str()];
            let answer = send(address, "POST", path, &lines, &bomb[..bomb.len().min(60_000)]).await;
            assert_eq!(answer.status, 413, "{coding} {path}: {}", answer.text());
            let broken = send(address, "POST", path, &lines, b"not compressed at all").await;
            assert_eq!(broken.status, 400, "{coding} {path}: {}", broken.text());
        }
    }
}

/// A client that writes its whole body before it reads learns why it was refused, and may go on with the same connection.
#[each_database(all(), only(sqlite))]
async fn who_is_refused_early_is_told_why(test: TestDb) {
    let address = start(&test, Settings::default()).await;
    let client = reqwest::Client::new();
    let json =
        || client.post(format!("http://{address}/api/users")).header("content-type", "application/json");
    for _ in 0..10 {
        let large = format!("{{\"email\": \"{}\"}}", "x".repeat(10_000_000));
        let refused = json().body(large).send().await.expect("an answer");
        assert_eq!(refused.status(), 413);
        let fits = format!("{{\"email\": \"{}\"}}", "x".repeat(900_000));
        let refused = json().bearer_auth("wrong").body(fits.clone()).send().await.expect("an answer");
        assert_eq!(refused.status(), 401);
        let graphql =
            client.post(format!("http://{address}/graphql")).header("content-type", "application/json");
        let refused = graphql.bearer_auth("wrong").body(fits).send().await.expect("an answer");
        assert_eq!(refused.status(), 401);
    }
    // Over one connection, which writes all of its request before it reads.
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let head = "POST /api/users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4000000\r\n\r\n";
    for _ in 0..2 {
        stream.write_all(head.as_bytes()).await.expect("sent");
        stream.write_all(&vec![b' '; 4_000_000]).await.expect("sent whole");
        let mut answer = vec![0; 12];
        stream.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 413");
        let mut rest = vec![0; 64 * 1024];
        let _ = tokio::time::timeout(Duration::from_millis(200), stream.read(&mut rest)).await;
    }
}

/// One that asks first sends nothing.
#[each_database(all(), only(sqlite))]
async fn who_asks_before_sending_is_refused_at_once(test: TestDb) {
    let address = start(&test, Settings::default()).await;
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let head = "POST /api/users HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: 4000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    tokio::time::timeout(Duration::from_secs(2), read).await.expect("closed at once").expect("an answer");
    assert!(String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 413"));
}
