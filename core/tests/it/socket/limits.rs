//! What a client may take of the server, and what happens to one that takes more.

use std::time::{Duration, Instant};

use entify::testing::TestDb;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::Message;

use super::client::Socket;
use super::{Settings, Stage, settings, tables};

/// Waits until a server of one socket has none.
async fn is_free(stage: &Stage) -> Socket {
    let start = Instant::now();
    loop {
        if let Ok(socket) = Socket::open(stage.address, &[]).await {
            return socket;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "a socket is left");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_message_is_no_larger_than_a_body() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::with(&test, Settings { body_limit: 2_000, ..settings() }).await;
    let query = |length: usize| {
        let start = r#"{"id":"1","type":"subscribe","payload":{"query":"{ me }"#;
        format!("{start}{}\"}}}}", " ".repeat(length - start.len() - 3))
    };
    let mut socket = stage.known(json!({})).await;
    socket.say(&query(2_000)).await;
    assert_eq!(socket.receive().await["payload"]["data"]["me"], "anonymous - []");
    socket.receive().await;
    socket.say(&query(2_001)).await;
    socket.ends(1009, "2000 bytes").await;

    // In pieces, and without an introduction.
    let mut socket = stage.open().await;
    let pieces = vec![b'x'; 10_000];
    socket.stream.send(Message::binary(pieces)).await.expect("sent");
    socket.ends(1009, "2000 bytes").await;

    // A frame that is announced with a gigabyte is not waited for.
    let mut socket = stage.open().await;
    let mut head = vec![0x81, 0x80 | 127];
    head.extend_from_slice(&(1_u64 << 30).to_be_bytes());
    head.extend_from_slice(&[0; 4]);
    socket.stream.get_mut().write_all(&head).await.expect("sent");
    socket.ends(1009, "2000 bytes").await;
}

#[tokio::test]
async fn so_many_operations_run_at_most() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::with(&test, Settings { socket_operations: 3, ..settings() }).await;
    let mut socket = stage.known(json!({})).await;
    for id in ["a", "b", "c"] {
        socket.subscribe(id, "{ wait(milliseconds: 60000) }").await;
    }
    let (kind, errors) = socket.run(&json!({ "query": "{ me }" })).await;
    assert_eq!((kind.as_str(), &errors[0]["extensions"]["code"]), ("error", &json!("RATE_LIMITED")));
    socket.complete("b").await;
    assert_eq!(socket.me().await, "anonymous - []");
    assert_eq!(stage.known(json!({})).await.me().await, "anonymous - []", "of one socket");
}

#[tokio::test]
async fn an_operation_that_fails_leaves_the_socket_alone() {
    let test = TestDb::sqlite(&tables()).await;
    let stage =
        Stage::with(&test, Settings { request_timeout: Duration::from_millis(200), ..settings() }).await;
    let mut socket = stage.known(json!({})).await;
    for (query, code) in
        [("{ wait(milliseconds: 60000) }", "UNAVAILABLE"), ("{ fall(into: []) }", "INTERNAL")]
    {
        let (kind, errors) = socket.run(&json!({ "query": query })).await;
        assert_eq!((kind.as_str(), &errors[0]["extensions"]["code"]), ("error", &json!(code)));
        assert!(!errors.to_string().contains("purpose"));
        assert_eq!(socket.me().await, "anonymous - []");
    }
    assert_eq!(stage.waits.counted(), [1, 0, 1]);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_dropped() {
    let test = TestDb::sqlite(&tables()).await;
    let patience = Settings { request_timeout: Duration::from_millis(500), max_sockets: 1, ..settings() };
    let stage = Stage::with(&test, patience).await;
    let mut socket = stage.known(json!({})).await;
    // Far more than the network holds: the answers wait, then nothing more is read, then it is over.
    for number in 0..2_000 {
        let query = json!({ "query": "{ large(bytes: 1000000) }" });
        let message = json!({ "id": number.to_string(), "type": "subscribe", "payload": query });
        let sent = socket.stream.send(Message::text(message.to_string()));
        if !matches!(tokio::time::timeout(Duration::from_secs(2), sent).await, Ok(Ok(()))) {
            break;
        }
    }
    is_free(&stage).await;
}

#[tokio::test]
async fn a_client_that_reads_slowly_gets_all() {
    let test = TestDb::sqlite(&tables()).await;
    let settings = Settings { socket_ping: Duration::from_secs(1), ..settings() };
    let stage = Stage::with(&test, settings).await;
    let mut socket = stage.known(json!({})).await;
    for number in 0..40 {
        socket.subscribe(&number.to_string(), "{ large(bytes: 1000000) }").await;
    }
    let mut answers = 0;
    while answers < 40 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let message = socket.receive().await;
        if message["type"] == "next" {
            assert_eq!(message["payload"]["data"]["large"].as_str().map(str::len), Some(1_000_000));
            answers += 1;
        }
    }
}

#[tokio::test]
async fn a_client_without_a_sign_of_life_is_dropped() {
    let test = TestDb::sqlite(&tables()).await;
    let ping = Duration::from_millis(400);
    let stage = Stage::with(&test, Settings { socket_ping: ping, max_sockets: 2, ..settings() }).await;
    let (mut dead, mut silent) = (stage.known(json!({})).await, stage.known(json!({})).await);
    // One that only answers pings lives on.
    let living = tokio::spawn(async move {
        let mut pings = 0;
        while pings < 6 {
            match silent.next().await {
                Some(Ok(message)) => pings += u32::from(message.is_ping()),
                other => panic!("{other:?}"),
            }
        }
        silent
    });
    let start = Instant::now();
    let mut frames = Vec::new();
    // Below tungstenite, nobody answers.
    dead.stream.get_mut().read_to_end(&mut frames).await.expect("the end");
    let took = start.elapsed();
    assert!(took >= ping && took < ping * 10, "{took:?}");
    assert_eq!(frames.first(), Some(&0x89), "it was asked");
    assert_eq!(living.await.expect("alive").me().await, "anonymous - []");
}

#[tokio::test]
async fn pings_are_answered_one_by_one() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::with(&test, Settings { max_sockets: 1, ..settings() }).await;
    let mut socket = stage.open().await;
    let (mut sink, mut source) = socket.stream.split();
    let sending = async {
        for number in 0..20_000 {
            let ping = format!(r#"{{"type":"ping","payload":{{"n":{number}}}}}"#);
            sink.send(Message::text(ping)).await.expect("sent");
        }
    };
    let receiving = async {
        for number in 0..20_000 {
            let pong = source.next().await.expect("a message").expect("a message");
            assert_eq!(
                pong.into_text().expect("text"),
                format!(r#"{{"type":"pong","payload":{{"n":{number}}}}}"#)
            );
        }
    };
    tokio::join!(sending, receiving);
    socket = Socket { stream: sink.reunite(source).expect("one socket") };
    drop(socket);
    is_free(&stage).await;
}
