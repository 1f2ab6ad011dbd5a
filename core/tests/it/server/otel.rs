//! Spans, as a collector gets them. The program that exports them is another process: what it exports to is in its environment.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use entify::config::Settings;
use entify::entity::EntityDef;
use entify::prelude::*;
use entify::testing::{TestDb, serve};
use serde_json::json;

use crate::support::domain::*;
use crate::support::wire::{request, send};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SENDER: &str = "00f067aa0ba902b7";

fn tables() -> Vec<&'static EntityDef> {
    [entify::auth::entities().to_vec(), all()].concat()
}

/// A field of a message of Protocol Buffers.
enum Wire<'m> {
    Number(u64),
    Bytes(&'m [u8]),
}

/// The fields of a message, by their numbers.
fn fields(mut message: &[u8]) -> Vec<(u64, Wire<'_>)> {
    fn number(message: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (first, rest) = message.split_first().expect("a varint");
            *message = rest;
            value |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return value;
            }
        }
        panic!("a varint is too long");
    }
    let mut fields = Vec::new();
    while !message.is_empty() {
        let key = number(&mut message);
        let mut take = |length: usize| {
            let (taken, rest) = message.split_at(length);
            message = rest;
            taken
        };
        let value = match key & 7 {
            1 => Wire::Bytes(take(8)),
            5 => Wire::Bytes(take(4)),
            0 => Wire::Number(number(&mut message)),
            2 => {
                let length = number(&mut message);
                let (taken, rest) = message.split_at(usize::try_from(length).expect("a length"));
                message = rest;
                Wire::Bytes(taken)
            }
            other => panic!("wire type {other}"),
        };
        fields.push((key >> 3, value));
    }
    fields
}

/// The messages in a field.
fn parts(message: &[u8], field: u64) -> Vec<&[u8]> {
    let all = fields(message).into_iter();
    all.filter_map(|(number, value)| match value {
        Wire::Bytes(bytes) if number == field => Some(bytes),
        _ => None,
    })
    .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The attributes of a span or a resource: texts and numbers.
fn attributes(message: &[u8], field: u64) -> HashMap<String, String> {
    let of = |attribute: &&[u8]| {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        let value = fields(parts(attribute, 2)[0]).into_iter().next().map(|(_, value)| match value {
            Wire::Bytes(bytes) => text(bytes),
            Wire::Number(number) => number.to_string(),
        });
        (text(parts(attribute, 1)[0]), value.unwrap_or_default())
    };
    parts(message, field).iter().map(of).collect()
}

#[derive(Debug)]
struct Span {
    service: String,
    trace: String,
    id: String,
    parent: String,
    name: String,
    kind: u64,
    attributes: HashMap<String, String>,
}

/// The spans of an `ExportTraceServiceRequest`.
fn spans(body: &[u8]) -> Vec<Span> {
    let mut spans = Vec::new();
    for resource in parts(body, 1) {
        let service = attributes(parts(resource, 1)[0], 1).remove("service.name").unwrap_or_default();
        for span in parts(resource, 2).into_iter().flat_map(|scope| parts(scope, 2)) {
            let kind = fields(span).into_iter().find_map(|(number, value)| match value {
                Wire::Number(kind) if number == 6 => Some(kind),
                _ => None,
            });
            spans.push(Span {
                service: service.clone(),
                trace: hex(parts(span, 1)[0]),
                id: hex(parts(span, 2)[0]),
                parent: parts(span, 4).first().map(|id| hex(id)).unwrap_or_default(),
                name: String::from_utf8(parts(span, 5)[0].to_vec()).expect("UTF-8"),
                kind: kind.unwrap_or_default(),
                attributes: attributes(span, 9),
            });
        }
    }
    spans
}

/// Takes what is exported: the path, and the body.
fn collector() -> (String, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (sender, exported) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            let sender = sender.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream);
                loop {
                    let (mut first, mut length) = (String::new(), 0);
                    if reader.read_line(&mut first).unwrap_or(0) == 0 {
                        return;
                    }
                    loop {
                        let mut line = String::new();
                        reader.read_line(&mut line).expect("a head");
                        if line.trim().is_empty() {
                            break;
                        }
                        let line = line.to_ascii_lowercase();
                        if let Some(value) = line.strip_prefix("content-length:") {
                            length = value.trim().parse().expect("a length");
                        }
                    }
                    let mut body = vec![0; length];
                    reader.read_exact(&mut body).expect("a body");
                    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                    let _ = sender.send((path, body));
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
                    if reader.get_mut().write_all(answer).is_err() {
                        return;
                    }
                }
            });
        }
    });
    (format!("http://{address}"), exported)
}

/// Runs an ignored test of this program alone, with these variables.
fn run_alone(test: &str, variables: &[(&str, &str)]) -> String {
    let process = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "--ignored", "--nocapture", test])
        .env_remove("OTEL_EXPORTER_OTLP_ENDPOINT")
        .envs(variables.iter().copied())
        .output()
        .expect("a process");
    let (stdout, stderr) =
        (String::from_utf8_lossy(&process.stdout), String::from_utf8_lossy(&process.stderr));
    assert!(process.status.success() && stdout.contains("1 passed"), "{stdout}\n{stderr}");
    format!("{stdout}{stderr}")
}

#[test]
fn a_collector_gets_requests_operations_and_statements() {
    let (endpoint, exported) = collector();
    run_alone(
        "server::otel::serve_some_requests",
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint), ("OTEL_SERVICE_NAME", "shop")],
    );
    let mut all = Vec::new();
    while let Ok((path, body)) = exported.recv_timeout(Duration::from_millis(500)) {
        assert_eq!(path, "/v1/traces");
        all.extend(spans(&body));
    }
    assert!(all.iter().all(|span| span.service == "shop"), "{all:?}");
    let named = |name: &str| {
        all.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name}: {all:#?}"))
    };
    let list = named("GET /api/users");
    assert_eq!((&*list.trace, &*list.parent, list.kind), (TRACE, SENDER, 2));
    assert_eq!(list.attributes["http.route"], "/api/users");
    assert_eq!(list.attributes["http.response.status_code"], "200");
    assert_eq!(list.attributes["request_id"], "mine");
    let operation = named("list User");
    assert_eq!((&operation.trace, &operation.parent), (&list.trace, &list.id));
    let statement = all.iter().find(|span| span.parent == operation.id).expect("a statement");
    assert_eq!((&*statement.name, statement.kind), ("SELECT", 3));
    assert!(statement.attributes["db.query.text"].contains("FROM \"user\""), "{statement:?}");
    // A write in a transaction, of another trace.
    let create = named("create User");
    let written = named("INSERT");
    assert!(create.trace != TRACE && written.trace == create.trace, "{create:?} {written:?}");
    assert!(!format!("{all:?}").contains("secret@example.org"), "values are not exported");
    assert_eq!(named("POST /graphql").attributes["http.request.method"], "POST");
}

#[test]
fn without_a_collector_there_are_no_spans() {
    let log = run_alone("server::otel::serve_some_requests", &[]);
    assert!(!log.contains("otel.kind"), "{log}");
}

#[test]
#[ignore = "run by the tests above"]
fn serve_some_requests() {
    entify::server::start_logging(&Settings::default());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let test = TestDb::sqlite(&tables()).await;
        let address = serve(App::new(all()), &test).await;
        let parent = format!("traceparent: 00-{TRACE}-{SENDER}-01");
        request(address, "GET", "/api/users", &[&*parent, "x-request-id: mine"]).await;
        let made = send(
            address,
            "POST",
            "/api/users",
            &["content-type: application/json"],
            br#"{"email": "secret@example.org"}"#,
        );
        assert_eq!(made.await.status, 201);
        let query = json!({"query": "{ users { totalCount } }"}).to_string();
        send(address, "POST", "/graphql", &["content-type: application/json"], query.as_bytes()).await;
    });
    entify::server::finish_logging();
}
