//! Whatever is sent, on whatever surface: the errors that answer it are few and small.

use std::fmt::Write as _;

use entify::config::Settings;
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve_until};
use serde_json::{Value as Json, json};

use crate::support::domain::*;
use crate::support::wire::{Response, send};

/// Bytes of the largest answer.
const LARGEST: usize = 32 * 1024;
/// Entries of the longest list of errors, and of the fields of all of them.
const MOST: usize = 24;
/// Bytes of the longest text about an error.
const LONGEST: usize = 1_200;

fn numbered(count: usize, mut part: impl FnMut(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = write!(text, "{} ", part(number));
        text
    })
}

fn body_of(query: &str) -> String {
    json!({ "query": query }).to_string()
}

/// Bodies for GraphQL, none of which may be answered with data alone.
fn documents() -> Vec<String> {
    let long = "x".repeat(60_000);
    let name = "x".repeat(250);
    let row = r#"{email: "", name: "", status: ACTIVE, score: 1}"#;
    let rows = row.repeat(100);
    let creates =
        numbered(40, |number| format!("a{number}: createUsers(inputs: [{}]) {{ id }}", row.repeat(40)));
    let cases = [
        format!("{{ {} }}", numbered(4_900, |number| format!("u{number}"))),
        format!("query({}) {{ __typename }}", numbered(3_000, |number| format!("$v{number}: T{number}"))),
        format!(
            "query({}) {{ __typename }}",
            numbered(90, |number| format!("$v{number}{name}: T{name}{number}"))
        ),
        format!("{{ {} }}", numbered(1_000, |_| format!("users(x{name}: 1)"))),
        format!("{{ users {} {{ totalCount }} }}", numbered(190, |number| format!("@d{number}"))),
        format!("{{ {} __typename }}", numbered(2_000, |number| format!("...F{number}"))),
        format!(
            "{{ __typename }} {}",
            numbered(1_500, |number| format!("fragment F{number} on Query {{ __typename }}"))
        ),
        numbered(2_000, |_| "query Q { __typename }".to_owned()),
        format!("{{ {long} }}"),
        format!("{{ a: {long} }}"),
        format!("{{ users(filter: {{ email: {{ eq: \"{long} }}"),
        format!("{{ users(first: {}) {{ totalCount }} }}", "9".repeat(60_000)),
        format!("{{ userById(id: \"{long}\") {{ id }} }}"),
        format!("{{ users(filter: {{ email: {{ eq: [{}] }} }}) {{ totalCount }} }}", "1 ".repeat(9_000)),
        format!("mutation {{ createUsers(inputs: [{rows}]) {{ id }} }}"),
        format!("mutation {{ {creates} }}"),
        format!("{{ {} }}", numbered(99, |number| format!("{name}{number}: userById(id: \"!\") {{ id }}"))),
        "\u{0}".repeat(60_000),
    ];
    let mut bodies: Vec<String> = cases.iter().map(|query| body_of(query)).collect();
    let wide = body_of(&cases[0]);
    bodies.push(format!("[{}]", vec![wide; 10].join(",")));
    bodies.push(json!({"query": "query Q { __typename }", "operationName": long}).to_string());
    bodies.push(
        json!({"query": "query($i: [UserInput!]!) { __typename }", "variables": {"i": [{long.clone(): 1}]}})
            .to_string(),
    );
    bodies.push(
        json!({
            "query": "mutation($i: [UserInput!]!) { createUsers(inputs: $i) { id } }",
            "variables": {"i": [{long.clone(): 1}]},
        })
        .to_string(),
    );
    bodies.push(format!("{{\"{long}\": "));
    bodies
}

/// The lists of errors in an answer, checked one by one; how many entries they have together.
fn check(what: &str, response: &Response) -> usize {
    fn walk(json: &Json, count: &mut usize, what: &str) {
        match json {
            Json::Object(members) => {
                for (key, member) in members {
                    if let (true, Json::Array(entries)) =
                        (matches!(key.as_str(), "errors" | "fields"), member)
                    {
                        *count += entries.len();
                    }
                    if let (true, Json::String(text)) = (matches!(key.as_str(), "message" | "detail"), member)
                    {
                        assert!(text.len() <= LONGEST, "{what}: a text of {} bytes", text.len());
                    }
                    walk(member, count, what);
                }
            }
            Json::Array(entries) => entries.iter().for_each(|entry| walk(entry, count, what)),
            _ => {}
        }
    }
    let json = serde_json::from_slice::<Json>(&response.body).ok();
    // Data has the keys that were asked for.
    let size = match json.as_ref().and_then(|json| json.get("errors").filter(|_| json.get("data").is_some()))
    {
        Some(errors) => errors.to_string().len(),
        None => response.body.len(),
    };
    assert!(size <= LARGEST, "{what}: {size} bytes");
    let mut count = 0;
    json.iter().for_each(|json| walk(json, &mut count, what));
    count
}

#[each_database(all(), only(sqlite))]
async fn the_errors_of_hostile_requests_are_few_and_small(test: TestDb) {
    let app = App::new(entities![User, Post, Tag, PostTag, Note]);
    let settings = Settings { body_limit: 4 * 1024 * 1024, ..Settings::default() };
    let (address, _server) = serve_until(app, &test, settings, std::future::pending()).await;
    let mut largest = 0;
    for (number, body) in documents().iter().enumerate() {
        let what = format!("document {number}");
        let lines = ["content-type: application/json", "accept: application/json"];
        let response = send(address, "POST", "/graphql", &lines, body.as_bytes()).await;
        let count = check(&what, &response);
        assert!((1..=2 * MOST).contains(&count), "{what}: {count} errors: {}", response.text());
        largest = largest.max(response.body.len());
    }

    let long = "x".repeat(6_000);
    let keys: serde_json::Map<_, _> = (0..5_000).map(|number| (format!("k{number}"), json!(1))).collect();
    let rows = vec![json!({"email": long, "name": 7, "unknown": true}); 100];
    let bodies = [
        json!(keys).to_string(),
        json!(rows).to_string(),
        json!(vec![keys; 20]).to_string(),
        json!({ long.repeat(40): 1 }).to_string(),
        json!({ "email": long.repeat(40), "name": [long.clone()], "status": long.clone() }).to_string(),
        "[".repeat(100_000),
        format!("{{\"email\": \"{}", long.repeat(20)),
    ];
    for (number, body) in bodies.iter().enumerate() {
        let what = format!("body {number}");
        let response =
            send(address, "POST", "/api/users", &["content-type: application/json"], body.as_bytes()).await;
        assert!((400..500).contains(&response.status), "{what}: {}", response.status);
        let count = check(&what, &response);
        assert!(count <= MOST, "{what}: {count} errors");
        largest = largest.max(response.body.len());
    }

    let many = numbered(500, |number| format!("p{number}=1&")).replace(' ', "");
    let targets = [
        format!("/api/users?{long}=1"),
        format!("/api/users?{many}"),
        format!("/api/users?sort={long}"),
        format!("/api/users?status={long}"),
        format!("/api/users?status[in]={}", "y,".repeat(3_000)),
        format!("/api/users?limit={long}"),
        format!("/api/users?cursor={long}"),
        format!("/api/users?email[{long}]=1"),
        format!("/api/users?q={long}"),
        format!("/api/users/{long}"),
        format!("/api/{long}"),
        format!("/{long}"),
        format!("/admin/{long}"),
        format!("/graphql?query={long}"),
        format!("/graphql?query=%7B__typename%7D&variables={long}"),
        format!("/graphql?query=%7B__typename%7D&operationName={long}"),
    ];
    for target in &targets {
        let response = send(address, "GET", target, &["accept: application/json"], b"").await;
        let what = &target[..target.len().min(40)];
        assert_ne!(response.status, 500, "{what}");
        let count = check(what, &response);
        assert!(count <= MOST, "{what}: {count} errors");
        largest = largest.max(response.body.len());
    }
    assert!(largest > 4_000, "errors are listed: {largest} bytes");
    println!("the largest answer has {largest} bytes");
}

#[each_database(all(), only(sqlite))]
async fn the_last_error_says_how_many_more_there_are(test: TestDb) {
    let app = App::new(entities![User, Post, Tag, PostTag, Note]);
    let (address, _server) = serve_until(app, &test, Settings::default(), std::future::pending()).await;
    let lines = ["content-type: application/json"];
    let wide = body_of(&format!("{{ {} }}", numbered(4_900, |number| format!("u{number}"))));
    let answer = send(address, "POST", "/graphql", &lines, wide.as_bytes()).await.json();
    let errors = answer["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), MOST);
    assert_eq!(errors[MOST - 1]["message"], "4877 more errors are not listed");
    assert_eq!(errors[MOST - 1]["extensions"]["code"], "BAD_REQUEST");

    let keys: serde_json::Map<_, _> = (0..400).map(|number| (format!("k{number}"), json!(1))).collect();
    let answer = send(address, "POST", "/api/users", &lines, json!(keys).to_string().as_bytes()).await;
    let (status, answer) = (answer.status, answer.json());
    let errors = answer["errors"].as_array().expect("errors");
    assert_eq!((status, errors.len()), (422, MOST), "{answer}");
    assert_eq!(errors[MOST - 1]["code"], "more_errors");
    assert!(errors[MOST - 1]["message"].as_str().expect("a text").ends_with(" more errors are not listed"));
}
