//! Clients that send anything.

use std::time::{Duration, Instant};

use entify::testing::TestDb;
use futures_util::{SinkExt as _, StreamExt as _};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::client::Socket;
use super::{Settings, Stage, settings, tables};

/// The codes that a client's own fault is told by.
const FAULTS: [u16; 8] = [1002, 1007, 1009, 4400, 4401, 4403, 4409, 4429];

fn runner() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Messages that look like the protocol's, more or less.
fn message() -> impl Strategy<Value = String> {
    let kind = prop_oneof![
        4 => Just("subscribe"), 2 => Just("complete"), 2 => Just("ping"), 1 => Just("pong"),
        2 => Just("connection_init"), 1 => Just("next"), 1 => Just("start"), 1 => Just(""),
    ];
    let id = prop_oneof![
        4 => "[ab]".prop_map(|id| json!(id)), 1 => Just(json!(null)), 1 => Just(json!(7)), 1 => any::<String>().prop_map(|id| json!(id)),
    ];
    let payload = prop_oneof![
        4 => Just(json!({ "query": "{ me }" })),
        2 => Just(json!({ "query": "{ wait(milliseconds: 5) letters { nodes { id } } }" })),
        2 => any::<String>().prop_map(|query| json!({ "query": query })),
        1 => "[{}(a-z\"$@!: ]{0,60}".prop_map(|query| json!({ "query": query, "variables": { "a": query } })),
        1 => Just(json!({ "query": "{ me }", "variables": null, "operationName": "x" })),
        1 => Just(json!({ "authorization": "Bearer nonsense" })),
        1 => Just(json!({})), 1 => Just(json!(null)), 1 => Just(json!([1])),
    ];
    let whole = (kind, id, payload)
        .prop_map(|(kind, id, payload)| json!({ "type": kind, "id": id, "payload": payload }).to_string());
    prop_oneof![12 => whole.clone(), 1 => any::<String>(), 1 => (whole, any::<prop::sample::Index>()).prop_map(|(text, at)| {
        let at = at.index(text.len() + 1);
        text.get(..at).unwrap_or_default().to_owned()
    })]
}

/// Reads until the end; answers the code of the close.
async fn end_of(mut socket: Socket) -> Option<u16> {
    let start = Instant::now();
    let mut code = None;
    loop {
        assert!(start.elapsed() < Duration::from_secs(20), "no end");
        match socket.next().await {
            Some(Ok(Message::Close(Some(close)))) => code = Some(close.code.into()),
            Some(Ok(_)) => {}
            Some(Err(Error::Io(_) | Error::Protocol(_) | Error::ConnectionClosed | Error::AlreadyClosed))
            | None => return code,
            Some(Err(error)) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn messages_of_all_kinds_end_in_an_answer_or_a_close() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::with(&test, settings()).await;
    let mut runner = runner();
    let messages = prop::collection::vec(message(), 1..25);
    let mut closed = std::collections::BTreeMap::<u16, u32>::new();
    for round in 0..400 {
        let mut socket = stage.open().await;
        if round % 4 > 0 {
            socket.introduce(json!({})).await;
        }
        let (mut sink, mut source) = socket.stream.split();
        for message in messages.new_tree(&mut runner).expect("messages").current() {
            if sink.send(Message::text(message)).await.is_err() {
                break;
            }
        }
        let _ = sink.send(Message::text(r#"{"type":"ping","payload":{"last":true}}"#)).await;
        loop {
            match tokio::time::timeout(Duration::from_secs(20), source.next())
                .await
                .expect("an answer or a close")
            {
                Some(Ok(Message::Text(text))) if text.contains("last") => break,
                Some(Ok(Message::Close(Some(close)))) => {
                    let code = u16::from(close.code);
                    assert!(FAULTS.contains(&code), "{close:?}");
                    *closed.entry(code).or_default() += 1;
                    break;
                }
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    println!("{closed:?}");
    // What is closed often enough that no luck keeps it away; some of it is answered.
    assert!([4400, 4429].iter().all(|code| closed.contains_key(code)), "{closed:?}");
    assert!(closed.values().sum::<u32>() < 400, "{closed:?}");
    assert_eq!(stage.known(json!({})).await.me().await, "anonymous - []");
}

#[tokio::test]
async fn bytes_of_all_kinds_end_the_socket() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::with(&test, Settings { max_sockets: 4, ..settings() }).await;
    let mut runner = runner();
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..200),
        // A frame with a good head.
        (0x80..0x90_u8, prop::collection::vec(any::<u8>(), 0..100)).prop_map(|(first, body)| {
            let mut frame = vec![first, 0x80 | u8::try_from(body.len()).unwrap_or(0), 0, 0, 0, 0];
            frame.extend(body);
            frame
        }),
    ];
    for _ in 0..150 {
        let mut socket = loop {
            match Socket::open(stage.address, &[]).await {
                Ok(socket) => break socket,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        let bytes = bytes.new_tree(&mut runner).expect("bytes").current();
        let _ = socket.stream.get_mut().write_all(&bytes).await;
        let _ = socket.stream.get_mut().shutdown().await;
        if let Some(code) = end_of(socket).await {
            assert!(FAULTS.contains(&code) || code == 1000 || code >= 3000, "{code}");
        }
    }
    assert_eq!(stage.known(json!({})).await.me().await, "anonymous - []");
}

#[tokio::test]
async fn frames_against_the_rules_are_told_so() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let cases: [(&[u8], u16); 6] = [
        (&[0x81, 0x02, b'{', b'}'], 1002),             // not masked
        (&[0xC1, 0x80, 0, 0, 0, 0], 1002),             // a reserved bit
        (&[0x83, 0x80, 0, 0, 0, 0], 1002),             // an unknown kind
        (&[0x80, 0x80, 0, 0, 0, 0], 1002),             // goes on from nothing
        (&[0x09, 0x80, 0, 0, 0, 0], 1002),             // a ping in pieces
        (&[0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28], 1007), // not UTF-8
    ];
    for (bytes, code) in cases {
        let mut socket = stage.open().await;
        socket.stream.get_mut().write_all(bytes).await.expect("sent");
        assert_eq!(end_of(socket).await, Some(code), "{bytes:?}");
    }
    let mut socket = stage.open().await;
    let mut rest = Vec::new();
    socket.stream.get_mut().write_all(&[0x88, 0x80, 0, 0, 0, 0]).await.expect("sent");
    socket.stream.get_mut().read_to_end(&mut rest).await.expect("the end");
    assert_eq!(rest.first(), Some(&0x88), "a close is answered by a close");
}
