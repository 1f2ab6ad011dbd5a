//! GraphQL over HTTP: media types, methods, statuses, bodies.

use entify::testing::{TestDb, each_database};
use poem::http::StatusCode;
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Api, blog};
use crate::support::domain::*;

const JSON: &str = "application/json";
const GRAPHQL: &str = "application/graphql-response+json";

async fn send(
    api: &Api,
    accept: &str,
    media_type: &str,
    body: impl Into<reqwest::Body>,
) -> (StatusCode, String, Json) {
    let request = api.client.post(&api.url).header("accept", accept).header("content-type", media_type);
    read(request.body(body).send().await.expect("an answer")).await
}

async fn read(response: reqwest::Response) -> (StatusCode, String, Json) {
    let status = StatusCode::from_u16(response.status().as_u16()).expect("a status");
    let media_type = response.headers()["content-type"].to_str().expect("text").to_owned();
    let text = response.text().await.expect("a body");
    (status, media_type, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

#[each_database(all())]
async fn media_types_and_statuses(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let good = r#"{"query":"{ users { totalCount } }"}"#;
    let failing = r#"{"query":"{ userById(id: \"x\") { id } }"}"#;
    let invalid = r#"{"query":"{ nope }"}"#;
    let unparsable = r#"{"query":"{"}"#;
    for (accept, kind, refused) in [
        (JSON, JSON, 200),
        ("*/*", JSON, 200),
        (GRAPHQL, GRAPHQL, 400),
        ("text/html;q=0.1, application/graphql-response+json;charset=utf-8, */*", GRAPHQL, 400),
    ] {
        for (body, status) in [(good, 200), (failing, 200), (invalid, refused), (unparsable, refused)] {
            let (found, media_type, json) = send(&api, accept, "application/json; charset=utf-8", body).await;
            assert_eq!((found.as_u16(), media_type.as_str()), (status, kind), "{accept} {body}");
            assert_eq!(json.get("errors").is_none(), body == good);
            assert_eq!(json.get("data").is_some(), body == good || body == failing);
        }
    }
}

#[each_database(all())]
async fn bodies_that_are_no_request(test: TestDb) {
    let api = Api::start(&test).await;
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "nonsense",
    ] {
        let (status, _, json) = send(&api, JSON, media_type, r#"{"query":"{ __typename }"}"#).await;
        assert_eq!(status.as_u16(), 415, "{media_type}");
        assert!(json["errors"][0]["message"].is_string());
    }
    let too_many = format!("[{}]", [r#"{"query":"{ __typename }"}"#; 11].join(","));
    let bodies = [
        "",
        "{",
        "null",
        "1",
        "[]",
        "{}",
        r#"{"query":1}"#,
        r#"{"query":null}"#,
        r#"{"query":"{ __typename }","variables":[]}"#,
        r#"{"query":"{ __typename }","variables":"{}"}"#,
        r#"{"query":"{ __typename }","operationName":1}"#,
        r#"{"query":"{ __typename }","extensions":"x"}"#,
        r#"{"query":"{ __typename }","extensions":0}"#,
        r#"{"query":"{ __typename }","extensions":[]}"#,
        r#"[1]"#,
        &too_many,
        "{\"query\":\"\u{0}\"}",
        r#"{"query":"a","query":"b"}"#,
    ];
    for body in bodies {
        let (status, _, json) = send(&api, JSON, JSON, body.to_owned()).await;
        assert_eq!(status.as_u16(), 400, "{body}");
        assert_eq!(json["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{body}");
    }
    for (body, message) in [
        (json!({"query": "query A { __typename } query B { __typename }"}), "operationName"),
        (json!({"query": "query A { __typename }", "operationName": "C"}), "`C`"),
        (json!({"query": "{ __typename }", "operationName": "C"}), "`C`"),
        (json!({"query": "query Q($id: ID!) { node(id: $id) { id } }"}), "$id"),
        (json!({"query": "query Q($x: Nothing = 1) { __typename }"}), "Nothing"),
        (json!({"query": ""}), ""),
        (json!({"query": "subscription { x }"}), ""),
        (json!({"query": "type A { b: Int }"}), ""),
    ] {
        let (status, _, json) = send(&api, GRAPHQL, JSON, body.to_string()).await;
        assert_eq!(status.as_u16(), 400, "{body}");
        assert!(json["errors"][0]["message"].as_str().expect("a message").contains(message), "{json}");
    }
    let (_, _, json) = send(&api, JSON, JSON, r#"{"query":"query A { __typename } query B { a: __typename }","operationName":"B","variables":null,"extensions":{}}"#).await;
    assert_eq!(json, json!({"data": {"a": "Query"}}));
}

#[each_database(all())]
async fn large_bodies_are_refused_also_in_chunks(test: TestDb) {
    let api = Api::start(&test).await;
    let large =
        format!(r#"{{"query":"{{ __typename }}","variables":{{"x":"{}"}}}}"#, "x".repeat(1024 * 1024));
    let (status, _, json) = send(&api, JSON, JSON, large.clone()).await;
    assert_eq!(
        (status.as_u16(), &json["errors"][0]["extensions"]["code"]),
        (413, &json!("PAYLOAD_TOO_LARGE"))
    );
    // Chunked, over a bare connection: the length is not announced.
    let address = api.url.trim_start_matches("http://").trim_end_matches("/graphql");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: {JSON}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    for part in large.as_bytes().chunks(64 * 1024) {
        // The server may answer and hang up before everything is sent.
        let _ = stream.write_all(format!("{:x}\r\n", part.len()).as_bytes()).await;
        let _ = stream.write_all(part).await;
        let _ = stream.write_all(b"\r\n").await;
    }
    let mut answer = vec![0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 413");
}

#[each_database(all())]
async fn get_runs_queries_and_nothing_else(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let get = |pairs: &[(&str, &str)]| api.client.get(&api.url).query(pairs).header("accept", GRAPHQL).send();
    let (status, _, json) = read(
        get(&[("query", "query Q($n: Int) { users(first: $n) { totalCount } }"), ("variables", "{\"n\":1}")])
            .await
            .expect("an answer"),
    )
    .await;
    assert_eq!((status.as_u16(), json), (200, json!({"data": {"users": {"totalCount": 1}}})));
    let response =
        get(&[("query", "mutation { createTag(input: {name: \"z\"}) { id } }")]).await.expect("an answer");
    assert_eq!(response.headers()["allow"], "GET, HEAD, POST");
    assert_eq!(read(response).await.0.as_u16(), 405);
    assert_eq!(api.data("{ tags { totalCount } }").await["tags"]["totalCount"], 2);
    assert_eq!(read(get(&[]).await.expect("an answer")).await.0.as_u16(), 400);
    for (name, value, status) in [
        ("variables", "[]", 400),
        ("extensions", "[]", 400),
        ("extensions", "\"x\"", 400),
        ("extensions", "{", 400),
        ("extensions", "{}", 200),
        ("extensions", "null", 200),
    ] {
        let response = get(&[("query", "{ __typename }"), (name, value)]).await.expect("an answer");
        assert_eq!(read(response).await.0.as_u16(), status, "{name}={value}");
    }
    let (status, ..) = read(api.client.put(&api.url).send().await.expect("an answer")).await;
    assert_eq!(status.as_u16(), 405);
}

#[each_database(all())]
async fn batches_run_one_after_the_other(test: TestDb) {
    let api = Api::start(&test).await;
    let body = json!([
        {"query": "mutation { createTag(input: {name: \"q\"}) { name } }"},
        {"query": "{ tags { totalCount } }"},
        {"query": "{ nope }"},
    ]);
    let (status, _, json) = send(&api, GRAPHQL, JSON, body.to_string()).await;
    assert_eq!(status.as_u16(), 200);
    assert_eq!(json[0], json!({"data": {"createTag": {"name": "q"}}}));
    assert_eq!(json[1], json!({"data": {"tags": {"totalCount": 1}}}));
    assert!(json[2]["errors"].is_array());
}

#[each_database(all())]
async fn browsers_get_the_console(test: TestDb) {
    let api = Api::start(&test).await;
    let request = || api.client.get(&api.url).header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let response = request().send().await.expect("an answer");
    let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
    let page = response.text().await.expect("a page");
    let nonce =
        policy.split("script-src 'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
    assert!(page.contains(&format!("<script nonce=\"{nonce}\">")) && !page.contains("{{nonce}}"));
    assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("//cdn"));
    let again = request().send().await.expect("an answer");
    assert_ne!(again.headers()["content-security-policy"].to_str().expect("text"), policy);
}
