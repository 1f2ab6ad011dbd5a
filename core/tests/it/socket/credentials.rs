//! Who asks: tokens in `connection_init`, and their end while the socket is open.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use entify::auth::{create_token, create_token_for, revoke_token};
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use poem::Request;
use serde_json::{Value as Json, json};

use super::{LetterInput, LetterService, Settings, Stage, bearer, jwt, settings, tables, until};
use crate::auth::issuer::{claims_with, good, secret};

/// Settings under which a token ends when it says so.
fn exact() -> Settings {
    Settings { jwt_leeway: Duration::ZERO, ..settings() }
}

/// A JWT that ends so soon, and when.
fn brief(milliseconds: u32) -> (String, Instant) {
    let after = Duration::from_millis(milliseconds.into());
    let end = (chrono::Utc::now() + after).timestamp_millis();
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of our time fit")]
    let token = secret(&claims_with("exp", json!(end as f64 / 1000.0)));
    (token, Instant::now() + after)
}

/// Accepts `Authorization: Gate NAME` while the gate is open.
#[derive(Clone, Default)]
struct Gate(Arc<AtomicU8>);

impl Authenticator for Gate {
    async fn authenticate(&self, ctx: &Ctx, request: &Request) -> entify::Result<Option<Principal>> {
        assert_eq!(ctx.principal(), &Principal::Anonymous);
        assert_eq!((request.original_uri().path(), request.header("x-forged")), ("/graphql/ws", None));
        let name = request.header("authorization").and_then(|value| value.strip_prefix("Gate "));
        let Some(name) = name else { return Ok(None) };
        match self.0.load(Ordering::SeqCst) {
            0 => Ok(Some(Subject::new(format!("gate:{name}"), name, vec![]).owning(name).into())),
            1 => Ok(Some(Subject::new("gate:someone else", name, vec![]).into())),
            2 => Err(Error::Forbidden),
            3 => Err(Error::Unavailable),
            _ => Err(Error::Internal),
        }
    }
}

#[each_database(tables())]
async fn a_token_says_who_asks(test: TestDb) {
    let stage = Stage::new(&test).await;
    let ctx = test.ctx();
    let (token, plain) =
        create_token_for(&ctx, "api", vec!["staff".into()], None, Some("9".into())).await.expect("a token");
    for name in ["authorization", "Authorization", "AUTHORIZATION"] {
        for scheme in ["Bearer", "bearer"] {
            let mut socket = stage.known(json!({ name: format!("{scheme} {plain}"), "other": 1 })).await;
            assert_eq!(socket.me().await, format!("token:{} 9 [staff]", token.id));
        }
    }
    for (algorithm, token) in good(&claims_with("tenant", json!(7))) {
        let mut socket = stage.known(bearer(&token)).await;
        assert!(socket.me().await.ends_with("#42 42 [staff,editor]"), "{algorithm}");
    }
    for nobody in [json!({}), json!(null), json!({ "authorization": null }), json!({ "x-csrf-token": "x" })] {
        assert_eq!(stage.known(nobody).await.me().await, "anonymous - []");
    }
    let mut socket = stage.open().await;
    socket.send(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.receive().await, json!({ "type": "connection_ack" }));
    assert_eq!(socket.me().await, "anonymous - []");
}

#[each_database(tables())]
async fn bad_tokens_close_with_4403(test: TestDb) {
    let stage = Stage::with(&test, exact()).await;
    let ctx = test.ctx();
    let (gone, revoked) = create_token(&ctx, "gone", vec![], None).await.expect("a token");
    revoke_token(&ctx, gone.id).await.expect("revoked");
    let (_, ended) = create_token(&ctx, "brief", vec![], Some(ctx.now() + TimeDelta::milliseconds(50)))
        .await
        .expect("a token");
    tokio::time::sleep(Duration::from_millis(80)).await;
    let past = secret(&claims_with("exp", json!(chrono::Utc::now().timestamp() - 1)));
    let forged = jwt("ada", "staff").replace('.', ".A");
    let bearers =
        ["", "nonsense", "ent_", &revoked, &ended, &past, &forged].map(|token| format!("Bearer {token}"));
    let others = ["", "Bearer", "Basic YTpi", &revoked].map(str::to_owned);
    for bad in bearers.into_iter().chain(others) {
        let mut socket = stage.open().await;
        socket.init(json!({ "authorization": bad })).await;
        socket.ends(4403, "credentials").await;
    }
    let mut socket = stage.open().await;
    socket.init(json!({ "authorization": bearer(&jwt("ada", "staff"))["authorization"], "Authorization": "Bearer other" })).await;
    socket.ends(4400, "Authorization").await;
}

#[each_database(tables())]
async fn the_end_of_a_token_closes_the_socket(test: TestDb) {
    let stage = Stage::with(&test, exact()).await;
    let (token, end) = brief(1_200);
    let mut socket = stage.known(bearer(&token)).await;
    socket.subscribe("1", "{ wait(milliseconds: 60000) }").await;
    let (_, api) =
        create_token(&test.ctx(), "brief", vec![], Some(test.ctx().now() + TimeDelta::milliseconds(1_200)))
            .await
            .expect("a token");
    let mut other = stage.known(bearer(&api)).await;
    assert!(other.me().await.starts_with("token:"));
    let mut header = stage.open_with(&[("authorization", &format!("Bearer {token}"))]).await;
    header.introduce(json!({})).await;
    assert!(Instant::now() < end, "the test is too slow");
    socket.ends(4403, "expired").await;
    let late = Instant::now().saturating_duration_since(end);
    assert!(late < Duration::from_millis(700), "{late:?} late");
    other.ends(4403, "expired").await;
    header.ends(4403, "expired").await;
    until("what ran is dropped", || stage.waits.counted() == [1, 0, 1]).await;
}

#[each_database(tables())]
async fn a_revoked_token_ends_with_the_next_operation(test: TestDb) {
    let stage = Stage::new(&test).await;
    let ctx = test.ctx();
    let (token, plain) = create_token(&ctx, "api", vec![], None).await.expect("a token");
    let mut socket = stage.known(bearer(&plain)).await;
    assert!(socket.me().await.starts_with("token:"));
    revoke_token(&ctx, token.id).await.expect("revoked");
    socket.subscribe("1", "mutation { createLetter(input: { owner: \"x\", text: \"late\" }) { id } }").await;
    socket.ends(4403, "not valid").await;
    assert_eq!(LetterService::new(&ctx).count(Filter::all()).await.expect("a count"), 0);
}

#[each_database(tables())]
async fn a_revoked_token_ends_a_silent_socket(test: TestDb) {
    let stage = Stage::with(&test, Settings { socket_ping: Duration::from_secs(1), ..settings() }).await;
    let (token, plain) = create_token(&test.ctx(), "api", vec![], None).await.expect("a token");
    let (mut socket, mut other) =
        (stage.known(bearer(&plain)).await, stage.known(bearer(&jwt("ada", "x"))).await);
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(1_500) {
        // Reading answers the server's pings.
        let heard = tokio::time::timeout(
            Duration::from_millis(50),
            futures_util::StreamExt::next(&mut socket.stream),
        )
        .await;
        assert!(
            heard.is_err() || matches!(heard, Ok(Some(Ok(ref message))) if message.is_ping()),
            "{heard:?}"
        );
        let _ =
            tokio::time::timeout(Duration::from_millis(50), futures_util::StreamExt::next(&mut other.stream))
                .await;
    }
    revoke_token(&test.ctx(), token.id).await.expect("revoked");
    socket.ends(4403, "not valid").await;
    assert!(other.me().await.contains("#ada"));
}

#[each_database(tables())]
async fn rows_are_those_of_the_owner(test: TestDb) {
    let stage = Stage::new(&test).await;
    let ctx = test.ctx();
    for number in 0..6 {
        LetterService::new(&ctx)
            .create(LetterInput::new(["ada", "bob", "cy"][number % 3], format!("{number}")))
            .await
            .expect("a letter");
    }
    let seen = |data: &Json| -> Vec<String> {
        let nodes = data["letters"]["nodes"].as_array().expect("nodes");
        nodes.iter().map(|node| node["owner"].as_str().expect("a text").to_owned()).collect()
    };
    let query = "{ letters(orderBy: [{ text: ASC }]) { nodes { owner } } }";
    let mut sockets = Vec::new();
    for (subject, role) in [("ada", "x"), ("bob", "x"), ("dan", "x"), ("sam", "staff")] {
        sockets.push((subject, stage.known(bearer(&jwt(subject, role))).await));
    }
    for (subject, socket) in &mut sockets {
        let expected: Vec<&str> = match *subject {
            "dan" => vec![],
            "sam" => vec!["ada", "bob", "cy", "ada", "bob", "cy"],
            owner => vec![owner, owner],
        };
        assert_eq!(seen(&socket.data(query).await), expected, "{subject}");
    }
    // Bob's letter cannot be changed by Ada, nor told from one that is not there.
    let (_, ada) = &mut sockets[0];
    for id in ["TGV0dGVyOjI=", "TGV0dGVyOjk5"] {
        let query =
            format!("mutation {{ updateLetter(id: \"{id}\", input: {{ text: \"mine\" }}) {{ id }} }}");
        let (_, answer) = ada.run(&json!({ "query": query })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_FOUND", "{answer}");
    }
}

#[tokio::test]
async fn authenticators_of_the_application_are_asked() {
    let test = TestDb::sqlite(&tables()).await;
    let gate = Gate::default();
    let own = gate.clone();
    let quick = Settings { socket_ping: Duration::from_secs(1), ..settings() };
    let stage = Stage::of(&test, quick, |app| app.authenticator(own)).await;
    let ada = || json!({ "authorization": "Gate ada", "x-forged": "bob" });
    for (state, code, reason) in [(1, 4403, "not valid"), (2, 4403, "not allowed"), (4, 4500, "internal")] {
        // What it says now holds for the next operation, and for a silent socket.
        gate.0.store(0, Ordering::SeqCst);
        let (mut busy, mut silent) = (stage.known(ada()).await, stage.known(ada()).await);
        assert_eq!(busy.me().await, "gate:ada ada []");
        gate.0.store(state, Ordering::SeqCst);
        busy.subscribe("1", "{ me }").await;
        busy.ends(code, reason).await;
        silent.ends(code, reason).await;
        let mut new = stage.open().await;
        new.init(ada()).await;
        match state {
            1 => assert_eq!(new.receive().await["type"], "connection_ack", "it is someone"),
            _ => new.ends(code, reason).await,
        }
    }
    // What may pass does not end a socket, only the operation; a new one is told to come back.
    gate.0.store(0, Ordering::SeqCst);
    let mut socket = stage.known(ada()).await;
    gate.0.store(3, Ordering::SeqCst);
    let mut new = stage.open().await;
    new.init(ada()).await;
    new.ends(1013, "try again").await;
    let (kind, errors) = socket.run(&json!({ "query": "{ me }" })).await;
    assert_eq!((kind.as_str(), &errors[0]["extensions"]["code"]), ("error", &json!("UNAVAILABLE")));
    gate.0.store(0, Ordering::SeqCst);
    assert_eq!(socket.me().await, "gate:ada ada []");
}
