//! Whatever is sent, on whatever surface: the errors that answer it are few and small.

use std::fmt::Write as _;

use entify::config::Settings;
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve_until};
use entify::transfer::FileFormat;
use serde_json::{Value as Json, json};
use tokio_tungstenite::tungstenite::Message;

use crate::socket::client::Socket;
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
    let json = serde_json::from_slice::<Json>(&response.body).unwrap_or_default();
    check_json(what, &json, response.body.len())
}

/// As [`check`], of JSON that came in so many bytes.
fn check_json(what: &str, json: &Json, bytes: usize) -> usize {
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
    // Data has the keys that were asked for.
    let size = match json.get("errors").filter(|_| json.get("data").is_some()) {
        Some(errors) => errors.to_string().len(),
        None => bytes,
    };
    assert!(size <= LARGEST, "{what}: {size} bytes");
    let mut count = 0;
    walk(json, &mut count, what);
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

/// Over a WebSocket an operation is answered as over HTTP, and a message that is none by a close.
#[each_database(all(), only(sqlite))]
async fn the_errors_on_a_socket_are_few_and_small(test: TestDb) {
    let app = App::new(entities![User, Post, Tag, PostTag, Note]);
    let (address, _server) = serve_until(app, &test, Settings::default(), std::future::pending()).await;
    let (mut refused, mut closed, mut largest) = (0, 0, 0);
    for (number, body) in documents().iter().enumerate() {
        let what = format!("document {number}");
        let mut socket = Socket::open(address, &[]).await.expect("a socket");
        socket.introduce(json!({})).await;
        // Also what is not JSON.
        socket.say(&format!(r#"{{"id":"a","type":"subscribe","payload":{body}}}"#)).await;
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                let body = text.as_bytes().to_vec();
                let mut message: Json = serde_json::from_slice(&body).expect("JSON");
                let payload = match message["type"].as_str() {
                    Some("error") => json!({ "errors": message["payload"].take() }),
                    _ => message["payload"].take(),
                };
                let count = check_json(&what, &payload, body.len());
                assert!((1..=2 * MOST).contains(&count), "{what}: {count} errors");
                largest = largest.max(body.len());
                refused += 1;
            }
            Some(Ok(Message::Close(Some(close)))) => {
                assert!((4400..4500).contains(&u16::from(close.code)), "{what}: {close:?}");
                assert!(close.reason.len() <= 123, "{what}");
                closed += 1;
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    let long = "x".repeat(60_000);
    for message in [
        json!({ "type": long }).to_string(),
        json!({ "id": long, "type": "subscribe", "payload": { "query": "{ __typename }" } }).to_string(),
        json!({ "id": "a", "type": "subscribe", "payload": { long.clone(): 1 } }).to_string(),
        json!({ "id": "a", "type": "subscribe", "payload": { "query": [long] } }).to_string(),
        format!("{{\"{long}"),
    ] {
        let mut socket = Socket::open(address, &[]).await.expect("a socket");
        socket.introduce(json!({})).await;
        socket.say(&message).await;
        let (code, reason) = socket.closed().await;
        assert!(code == 4400 && reason.len() <= 123, "{code} {reason}");
        closed += 1;
    }
    assert!(
        refused > 15 && closed > 5 && largest > 4_000,
        "{refused} refused, {closed} closed, {largest} bytes"
    );
}

/// What stands between two marks of a page, each time.
fn between<'p>(page: &'p str, start: &str, end: &str) -> Vec<&'p str> {
    page.split(start).skip(1).map(|rest| rest.split(end).next().unwrap_or_default()).collect()
}

/// A form shows again what was entered, and says little about it.
#[each_database(crate::support::browser::tables(), only(sqlite))]
async fn the_errors_of_a_form_are_few_and_small(ctx: Ctx) {
    let (_site, mut browser) = crate::support::browser::signed_in(&ctx).await;
    let mut largest = 0;
    for entity in ["users", "posts", "tags", "notes"] {
        let path = format!("/admin/{entity}/new");
        let empty = browser.open(&path).await;
        let plain = browser.get(&path).await.body.len();
        for value in ["<&\"'>".repeat(20_000), "x,".repeat(60_000), "\u{1f600}".repeat(20_000)] {
            let mut form = empty.clone();
            // Lists of rows to choose from are of keys, which the page made.
            let of_keys = |name: &str| {
                let list = name.trim_end_matches("._shown");
                empty.fields.iter().any(|(other, _)| other.strip_suffix("._shown") == Some(list))
            };
            for (name, field) in &mut form.fields {
                if !name.starts_with('_') && !of_keys(name) {
                    field.clone_from(&value);
                }
            }
            // Fields that there are not.
            form.fields.extend((0..500).map(|number| (format!("unknown{number}"), value[..12].to_owned())));
            let sent: usize = form.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
            let page = browser.submit(&path, &form).await;
            page.is(422);
            // A character of HTML takes five.
            assert!(page.body.len() < plain + 12 * sent, "{} bytes for {sent}", page.body.len());
            let alerts = between(&page.body, "<div class=\"alert\"", "</div>");
            let beside = between(&page.body, "<ul class=\"errors\"", "</ul>");
            assert!(!alerts.is_empty() && !beside.is_empty(), "{entity}: {}", page.body);
            let said: usize = alerts.iter().chain(&beside).map(|part| part.len()).sum();
            assert!(said < LARGEST, "{entity}: {said} bytes");
            let items: Vec<_> =
                alerts.iter().chain(&beside).flat_map(|part| between(part, "<li>", "</li>")).collect();
            assert!((1..=3 * MOST).contains(&items.len()), "{entity}: {} errors", items.len());
            assert!(items.iter().all(|item| item.len() < 5 * LONGEST), "{entity}");
            largest = largest.max(said);
        }
    }
    let long = "x".repeat(6_000);
    for path in [
        format!("/admin/{long}"),
        format!("/admin/users/{long}"),
        format!("/admin/users?sort={long}"),
        format!("/admin/users?q={long}&page={long}"),
        format!("/admin/users/{long}/edit"),
        format!("/admin/users/lookup?q={long}"),
    ] {
        let page = browser.get(&path).await;
        assert!(page.body.len() < LARGEST + 6 * path.len(), "{}: {} bytes", &path[..20], page.body.len());
    }
    println!("the form that says most of errors says {largest} bytes");
}

/// A file's errors are read by people, and a few tell them what is wrong with it.
#[each_database(all())]
async fn the_errors_of_an_import_are_few_and_small(ctx: Ctx) {
    use entify::entity::Entity as _;
    let folder = tempfile::tempdir().expect("a folder");
    let long = "x".repeat(2_000);
    let valid = |number: usize| format!("{number}@example.org,\n");
    let invalid = |_: usize| format!("{long},{long}\n");
    let users = |count: usize, line: &dyn Fn(usize) -> String| {
        (0..count).fold("email,nickname\n".to_owned(), |file, number| file + &line(number))
    };
    let mixed = |number: usize| if number.is_multiple_of(200) { invalid(number) } else { valid(number) };
    let same = |_: usize| "same@example.org,\n".to_owned();
    for (what, file) in [
        ("all", users(5_000, &invalid)),
        ("few in each batch", users(3_000, &mixed)),
        ("all the same", users(2_000, &same)),
        ("a column", format!("email,{}\na,b\n", long.repeat(30))),
        ("cells", format!("email\n{}\n", "a,".repeat(30_000))),
    ] {
        let path = folder.path().join("users.csv");
        std::fs::write(&path, file).expect("a file");
        let imported = entify::transfer::import(&ctx, User::def().info(), &path, FileFormat::Csv, ()).await;
        let error = imported.expect_err(what);
        let fields = error.fields();
        assert!(fields.len() <= MOST, "{what}: {} errors", fields.len());
        assert!(fields.iter().all(|field| field.field.len() + field.message.len() <= LONGEST), "{what}");
        assert!(error.to_string().len() <= LONGEST, "{what}: {}", error.to_string().len());
        if what == "all" || what == "few in each batch" {
            assert_eq!((fields.len(), fields[MOST - 1].code), (MOST, "more_errors"), "{what}: {fields:?}");
        }
    }
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
