//! The protocol, message by message.

use std::collections::BTreeSet;
use std::time::Duration;

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use futures_util::SinkExt as _;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use tokio_tungstenite::tungstenite::Message;

use super::{LetterInput, LetterService, Settings, Stage, bearer, jwt, settings, tables};

/// The same answer, whatever the request was called.
fn anonymous(mut answer: Json) -> Json {
    for error in answer["errors"].as_array_mut().into_iter().flatten() {
        error["extensions"]["requestId"] = json!("");
    }
    answer
}

#[each_database(tables())]
async fn answers_are_those_of_http(test: TestDb) {
    let stage = Stage::new(&test).await;
    for number in 0..5 {
        let input = LetterInput::new(if number % 2 == 0 { "ada" } else { "bob" }, format!("letter {number}"));
        LetterService::new(&test.ctx()).create(input).await.expect("a letter");
    }
    let deep = format!("{{ {}", "letters { nodes { ".repeat(40));
    let many = format!("{{ {} }}", (0..120).map(|n| format!("a{n}: __typename ")).collect::<String>());
    let hash: String = Sha256::digest(b"{ me }").iter().map(|byte| format!("{byte:02x}")).collect();
    let named = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    let payloads = [
        json!({ "query": "{ letters(first: 3, orderBy: [{ text: ASC }]) { totalCount nodes { id text owner } pageInfo { hasNextPage endCursor } } }" }),
        json!({ "query": "query Q($t: String!) { letters(filter: { text: { eq: $t } }) { nodes { text } } me }", "variables": { "t": "letter 2" }, "operationName": "Q", "extensions": {} }),
        json!({ "query": "query A { me } query B { wait(milliseconds: 1) }", "operationName": "B", "variables": null }),
        json!({ "query": "{ letterById(id: \"TGV0dGVyOjI=\") { text } letters { totalCount } }" }),
        json!({ "query": "mutation { updateLetter(id: \"TGV0dGVyOjI=\", input: { text: \"?\" }) { text } }" }),
        json!({ "query": "mutation { updateLetter(id: \"TGV0dGVyOjE=\", input: { text: \"new\" }) { id text } }" }),
        json!({ "query": "mutation { deleteLetter(id: \"TGV0dGVyOjE=\") { id } }" }),
        json!({ "query": format!("mutation {{ createLetter(input: {{ owner: \"{}\", text: \"\" }}) {{ id }} }}", "x".repeat(81)) }),
        json!({ "query": "{ letters { nodes { nothing } } }" }),
        json!({ "query": "{ letters(first: 100000) { nodes { id } } }" }),
        json!({ "query": "query Q($t: String!) { me }" }),
        json!({ "query": "query A { me } query B { me }" }),
        json!({ "query": "{" }),
        json!({ "query": "" }),
        json!({ "query": deep }),
        json!({ "query": many }),
        json!({ "query": "subscription { letterChanged { id } }" }),
        json!({ "query": "{ __schema { queryType { name } } __typename }" }),
        json!({ "extensions": named }),
        json!({ "query": "{ you: me }", "extensions": named }),
        json!({ "query": "{ me }", "extensions": named }),
        json!({ "extensions": named }),
        json!({ "documentId": "nothing" }),
        json!({ "query": "{ me }", "extensions": { "explain": true } }),
    ];
    let token = jwt("ada", "reader");
    let mut socket = stage.known(bearer(&token)).await;
    let mut refused = 0;
    for payload in payloads {
        let http = stage.post(&payload, &token).await;
        let (kind, answer) = socket.run(&payload).await;
        let answer = match kind.as_str() {
            "next" => answer,
            "error" => {
                refused += 1;
                json!({ "errors": answer })
            }
            other => panic!("{other}"),
        };
        assert_eq!(anonymous(answer), anonymous(http), "{payload}");
    }
    assert!(refused >= 8, "{refused}");
}

#[each_database(tables())]
async fn writes_are_made_once_and_seen(test: TestDb) {
    let stage = Stage::new(&test).await;
    let mut ada = stage.known(bearer(&jwt("ada", "reader"))).await;
    for number in 0..20 {
        let query = format!(
            "mutation {{ createLetter(input: {{ owner: \"ada\", text: \"{number}\" }}) {{ text }} }}"
        );
        assert_eq!(ada.data(&query).await["createLetter"]["text"], number.to_string());
    }
    let stored = LetterService::new(&test.ctx()).count(Filter::all()).await.expect("a count");
    assert_eq!(stored, 20);
    let mut bob = stage.known(bearer(&jwt("bob", "reader"))).await;
    assert_eq!(bob.data("{ letters { totalCount } }").await["letters"]["totalCount"], 0);
    let mut staff = stage.known(bearer(&jwt("sam", "staff"))).await;
    assert_eq!(staff.data("{ letters { totalCount } }").await["letters"]["totalCount"], 20);
    let mut nobody = stage.known(json!({})).await;
    let (_, answer) = nobody.run(&json!({ "query": "{ letters { totalCount } }" })).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

#[tokio::test]
async fn both_sides_may_ping_at_any_time() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let mut socket = stage.open().await;
    for known in [false, true] {
        if known {
            socket.introduce(json!({})).await;
        }
        socket.send(json!({ "type": "ping" })).await;
        assert_eq!(socket.receive().await, json!({ "type": "pong" }));
        socket.send(json!({ "type": "ping", "payload": { "a": [1, null] } })).await;
        assert_eq!(socket.receive().await, json!({ "type": "pong", "payload": { "a": [1, null] } }));
        socket.send(json!({ "type": "pong", "payload": {} })).await;
    }
    socket.stream.send(Message::Ping("frame".into())).await.expect("sent");
    assert_eq!(socket.next().await.expect("a frame").expect("a frame"), Message::Pong("frame".into()));
    assert_eq!(socket.me().await, "anonymous - []");
}

#[tokio::test]
async fn malformed_messages_close_with_4400() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let long = format!(r#"{{"id":"{}","type":"subscribe","payload":{{"query":"{{me}}"}}}}"#, "i".repeat(256));
    let (open, shut) = ("[".repeat(500), "]".repeat(500));
    let deep = format!(
        r#"{{"type":"subscribe","id":"1","payload":{{"query":"{{me}}","variables":{{"a":{open}1{shut}}}}}}}"#
    );
    let cases = [
        "",
        "null",
        "[]",
        "7",
        "\"ping\"",
        "{",
        "{}",
        r#"{"type":null}"#,
        r#"{"type":7}"#,
        r#"{"type":"start"}"#,
        r#"{"type":"ping","type":"ping"}"#,
        r#"{"type":"connection_ack"}"#,
        r#"{"type":"next","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","payload":{"query":"{me}"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{me}"}}"#,
        r#"{"type":"subscribe","id":7,"payload":{"query":"{me}"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":"1","payload":null}"#,
        r#"{"type":"subscribe","id":"1","payload":"{me}"}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{me}","variables":[]}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{me}","operationName":{}}}"#,
        r#"{"type":"complete"}"#,
        &long,
        &deep,
    ];
    for case in cases {
        for known in [false, true] {
            let mut socket = stage.open().await;
            if known {
                socket.introduce(json!({})).await;
            }
            socket.say(case).await;
            let (code, reason) = socket.closed().await;
            assert!(code == 4400 && (1..=123).contains(&reason.len()), "{case}: {code} {reason}");
        }
    }
    for payload in
        [json!("x"), json!([]), json!(7), json!({ "authorization": 7 }), json!({ "authorization": "a\nb" })]
    {
        let mut socket = stage.open().await;
        socket.init(payload.clone()).await;
        socket.ends(4400, "").await;
    }
    let mut socket = stage.known(json!({})).await;
    socket.stream.send(Message::binary(br#"{"type":"ping"}"#.to_vec())).await.expect("sent");
    socket.ends(4400, "text").await;
}

#[tokio::test]
async fn an_operation_before_the_acknowledgement_closes_with_4401() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let mut socket = stage.open().await;
    socket.subscribe("1", "{ me }").await;
    socket.ends(4401, "connection_init").await;
    // To stop what never began says nothing.
    let mut socket = stage.open().await;
    socket.complete("1").await;
    socket.introduce(json!({})).await;
}

#[tokio::test]
async fn without_an_introduction_in_time_it_closes_with_4408() {
    let test = TestDb::sqlite(&tables()).await;
    let stage =
        Stage::with(&test, Settings { header_timeout: Duration::from_millis(300), ..settings() }).await;
    let (mut silent, mut chatty) = (stage.open().await, stage.open().await);
    let mut known = stage.known(json!({})).await;
    chatty.send(json!({ "type": "ping" })).await;
    assert_eq!(chatty.receive().await["type"], "pong");
    silent.ends(4408, "connection_init").await;
    chatty.ends(4408, "connection_init").await;
    assert_eq!(known.me().await, "anonymous - []", "no limit on those who did");
}

#[tokio::test]
async fn a_second_introduction_closes_with_4429() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let mut socket = stage.known(json!({})).await;
    socket.init(json!({})).await;
    socket.ends(4429, "once").await;
    let mut hasty = stage.open().await;
    for _ in 0..2 {
        hasty.init(json!({})).await;
    }
    if let Some(Ok(Message::Text(text))) = hasty.next().await {
        assert!(text.contains("connection_ack"));
        hasty.ends(4429, "once").await;
    }
}

#[tokio::test]
async fn an_id_that_runs_closes_with_4409() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let mut socket = stage.known(json!({})).await;
    // Once it has ended, the id is free again: at once, however often.
    for _ in 0..100 {
        assert_eq!(socket.me().await, "anonymous - []");
    }
    let mut other = stage.known(json!({})).await;
    socket.subscribe("a", "{ wait(milliseconds: 60000) }").await;
    other.subscribe("a", "{ me }").await;
    assert_eq!(other.receive().await["payload"]["data"]["me"], "anonymous - []", "ids are those of a socket");
    socket.subscribe("a", "{ me }").await;
    socket.ends(4409, "`a`").await;
}

#[tokio::test]
async fn many_operations_run_side_by_side() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let mut socket = stage.known(json!({})).await;
    socket.subscribe("slow", "{ wait(milliseconds: 500) }").await;
    let mut open: BTreeSet<String> = (0..30).map(|number| number.to_string()).collect();
    for id in &open {
        socket.subscribe(id, "{ me wait(milliseconds: 20) }").await;
    }
    let mut answered = BTreeSet::new();
    while !open.is_empty() {
        let message = socket.receive().await;
        let id = message["id"].as_str().expect("an id").to_owned();
        match message["type"].as_str() {
            Some("next") => assert!(answered.insert(id)),
            Some("complete") => assert!(answered.contains(&id) && open.remove(&id)),
            _ => panic!("{message}"),
        }
    }
    let last = socket.receive().await;
    assert_eq!((&last["id"], &last["payload"]["data"]["wait"]), (&json!("slow"), &json!(500)));
}

#[tokio::test]
async fn each_operation_has_a_request_id_of_its_own() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let mut socket = stage.open_with(&[("x-request-id", "trace-7")]).await;
    socket.introduce(json!({})).await;
    for number in 1..3 {
        let (_, answer) = socket.run(&json!({ "query": "{ letters { totalCount } }" })).await;
        assert_eq!(answer["errors"][0]["extensions"]["requestId"], format!("trace-7.{number}"));
    }
}
