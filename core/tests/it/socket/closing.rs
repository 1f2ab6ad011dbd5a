//! How operations and sockets end.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use entify::testing::{TestDb, each_database};
use futures_util::SinkExt as _;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::client::Socket;
use super::{Letter, LetterService, Settings, Stage, bearer, jwt, settings, tables, until};
use crate::support::connections::nothing_is_open;

#[tokio::test]
async fn complete_stops_an_operation() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let mut socket = stage.known(json!({})).await;
    for round in 1..=20 {
        socket.subscribe("a", "{ wait(milliseconds: 60000) }").await;
        until("it runs", || stage.waits.counted()[0] == round).await;
        socket.complete("a").await;
        until("it is dropped", || stage.waits.counted() == [round, 0, round]).await;
    }
    // Its id is free at once, and nothing more comes of it.
    socket.subscribe("a", "{ wait(milliseconds: 60000) }").await;
    socket.complete("a").await;
    socket.complete("a").await;
    socket.subscribe("a", "{ wait(milliseconds: 50) }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["wait"], 50);
    assert_eq!(socket.receive().await, json!({ "id": "a", "type": "complete" }));
    assert_eq!(socket.me().await, "anonymous - []");
}

#[tokio::test]
async fn a_client_that_closes_is_answered_and_forgotten() {
    let test = TestDb::sqlite(&tables()).await;
    let stage = Stage::new(&test).await;
    let mut socket = stage.known(json!({})).await;
    socket.subscribe("a", "{ wait(milliseconds: 60000) }").await;
    until("it runs", || stage.waits.counted()[0] == 1).await;
    let bye = CloseFrame { code: 1000.into(), reason: "bye".into() };
    socket.stream.send(Message::Close(Some(bye))).await.expect("sent");
    assert_eq!(socket.closed().await.0, 1000);
    assert!(socket.next().await.is_none());
    until("it is dropped", || stage.waits.counted() == [1, 0, 1]).await;
}

/// A socket whose operations are underway.
async fn busy(stage: &Stage, number: u32) -> Socket {
    let mut socket = stage.known(bearer(&jwt("ada", "x"))).await;
    for operation in 0..4 {
        let text = format!("{number}-{operation}");
        let pair = format!(
            "mutation {{ createLetters(inputs: [{{ owner: \"left\", text: \"{text}\" }}, {{ owner: \"right\", text: \"{text}\" }}]) {{ id }} }}"
        );
        let id = operation.to_string();
        match operation % 2 {
            0 => socket.subscribe(&id, &pair).await,
            _ => socket.subscribe(&id, "{ letters { totalCount } wait(milliseconds: 60000) }").await,
        }
    }
    socket
}

#[each_database(tables())]
async fn clients_that_hang_up_leave_nothing_behind(test: TestDb) {
    const TIMES: u32 = 200;
    let stage = Stage::with(&test, Settings { max_sockets: 8, ..settings() }).await;
    let next = AtomicU32::new(0);
    let client = || async {
        loop {
            let number = next.fetch_add(1, Ordering::SeqCst);
            if number >= TIMES {
                return;
            }
            let mut socket = busy(&stage, number).await;
            tokio::time::sleep(Duration::from_micros(u64::from(number.wrapping_mul(7_919) % 20_000))).await;
            match number % 3 {
                0 => drop(socket),
                1 => {
                    let _ = socket.stream.get_mut().set_zero_linger();
                }
                _ => {
                    let _ = socket.stream.get_mut().shutdown().await;
                }
            }
            // Places become free as the server notices.
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    tokio::join!(client(), client(), client());
    nothing_is_open(test.db()).await;
    until("all waits are dropped", || {
        let [begun, ended, dropped] = stage.waits.counted();
        ended == 0 && begun == dropped
    })
    .await;
    let ctx = test.ctx();
    let letters = LetterService::new(&ctx);
    let count = async |owner: &str| letters.count(Letter::owner().eq(owner)).await.expect("a count");
    let (left, right) = (count("left").await, count("right").await);
    assert_eq!(left, right, "half of a pair");
    assert!(left > 10, "hardly any was served: {left}");
    // All places are free again.
    let mut sockets = Vec::new();
    for _ in 0..8 {
        sockets.push(stage.known(json!({})).await);
    }
    for socket in &mut sockets {
        assert_eq!(socket.me().await, "anonymous - []");
    }
}

#[tokio::test]
async fn a_stop_lets_operations_end_and_says_goodbye() {
    let test = TestDb::sqlite(&tables()).await;
    let mut stage = Stage::new(&test).await;
    let (mut idle, mut busy, mut new) =
        (stage.known(json!({})).await, stage.known(json!({})).await, stage.open().await);
    busy.subscribe("a", "{ wait(milliseconds: 700) }").await;
    busy.subscribe("b", "{ wait(milliseconds: 400) }").await;
    until("both run", || stage.waits.counted()[0] == 2).await;
    let start = Instant::now();
    drop(stage.stop.take());
    for socket in [&mut idle, &mut new] {
        socket.ends(1001, "the server stops").await;
    }
    assert!(start.elapsed() < Duration::from_millis(350), "at once");
    // What comes now is not read: the client asks another server.
    busy.subscribe("c", "{ me }").await;
    for id in ["b", "a"] {
        let next = busy.receive().await;
        assert_eq!((&next["id"], &next["type"]), (&json!(id), &json!("next")), "{next}");
        assert_eq!(busy.receive().await, json!({ "id": id, "type": "complete" }));
    }
    busy.ends(1001, "the server stops").await;
    assert!(busy.next().await.is_none());
    stage.server.await.expect("stopped");
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let test = TestDb::sqlite(&tables()).await;
    let brief = Settings { shutdown_timeout: Duration::from_millis(1_500), ..settings() };
    let mut stage = Stage::with(&test, brief).await;
    let mut busy = stage.known(json!({})).await;
    let silent = stage.known(json!({})).await;
    busy.subscribe("a", "{ wait(milliseconds: 60000) }").await;
    until("it runs", || stage.waits.counted()[0] == 1).await;
    let start = Instant::now();
    drop(stage.stop.take());
    busy.ends(1001, "the server stops").await;
    assert!(busy.next().await.is_none());
    assert!(start.elapsed() < Duration::from_millis(1_400), "before the time is over");
    stage.server.await.expect("stopped");
    assert!(start.elapsed() < Duration::from_millis(2_500), "{:?}", start.elapsed());
    assert_eq!(stage.waits.counted(), [1, 0, 1]);
    drop(silent);
}
