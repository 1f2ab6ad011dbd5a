//! `Idempotency-Key`: what is sent again is done once, and answered the same.

use std::time::Duration;

use entify::entity::EntityDef;
use entify::idempotency::{KeptRequest, KeptRequestPatch};
use entify::prelude::*;
use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value as Json, json};
use tokio::io::AsyncWriteExt as _;

use super::{Answer, Api, send};

/// A payment.
#[derive(Entity)]
#[entity(policy = public, history, version, hooks)]
pub struct Payment {
    #[entity(min = 1)]
    amount: i32,
    #[entity(unique, max_len = 20)]
    reference: Option<String>,
}

/// How long the payment of this amount takes.
const SLOW: i32 = 777;
/// One whose hook panics.
const BROKEN: i32 = 666;

impl Hooks for Payment {
    async fn after_create(_ctx: &Ctx, payment: &PaymentModel) -> entify::Result<()> {
        if payment.amount == SLOW {
            tokio::time::sleep(Duration::from_millis(600)).await;
        }
        assert!(payment.amount != BROKEN, "on purpose");
        Ok(())
    }
}

fn tables() -> Vec<&'static EntityDef> {
    entities![Payment].into_iter().chain(entify::idempotency::entities()).collect()
}

async fn keyed(api: &Api, (method, path): (Method, &str), key: &str, body: &Json) -> Answer {
    send(api.request(method, path).header("idempotency-key", key).json(body)).await
}

async fn post(api: &Api, key: &str, body: &Json) -> Answer {
    keyed(api, (Method::POST, "/api/payments"), key, body).await
}

/// What must be the same when it is sent again.
fn told(answer: &Answer) -> (u16, Vec<Option<String>>, String) {
    let headers = ["content-type", "etag", "location"].map(|name| answer.header(name).map(str::to_owned));
    (answer.status.as_u16(), headers.to_vec(), answer.text.clone())
}

fn is_replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == Some("true")
}

async fn count(ctx: &Ctx) -> u64 {
    PaymentService::new(ctx).count(Filter::all()).await.expect("a count")
}

async fn keys(ctx: &Ctx) -> Vec<(String, Option<i32>)> {
    let kept = Service::<KeptRequest>::new(ctx).list(Query::default()).await.expect("keys").items;
    kept.into_iter().map(|kept| (kept.key, kept.status)).collect()
}

#[each_database(tables())]
async fn every_write_is_answered_again(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    let body = json!({"amount": 5, "reference": "a"});
    let first = post(&api, "k1", &body).await;
    assert_eq!(first.status, 201, "{}", first.text);
    assert!(first.header("location").is_some() && first.header("etag").is_some());
    let again = post(&api, "k1", &body).await;
    assert_eq!(told(&first), told(&again));
    assert_eq!((is_replayed(&first), is_replayed(&again)), (false, true));
    let path = format!("/api/payments/{}", first.json()["id"]);
    let batch = json!({"operations": [{"op": "create", "values": {"amount": 6}}]});
    for (number, method, path, body) in [
        (2, Method::PATCH, &*path, json!({"increment": {"amount": 1}})),
        (3, Method::POST, "/api/payments/batch", batch),
        (4, Method::DELETE, &*path, Json::Null),
    ] {
        let key = format!("k{number}");
        let first = keyed(&api, (method.clone(), path), &key, &body).await;
        assert!(first.status.is_success(), "{}", first.text);
        let again = keyed(&api, (method, path), &key, &body).await;
        assert_eq!(told(&first), told(&again));
        assert!(is_replayed(&again));
    }
    let payments = PaymentService::new(&ctx).list(Query::default()).await.expect("payments").items;
    assert_eq!(payments.iter().map(|payment| payment.amount).collect::<Vec<_>>(), [6]);
    // Other requests are not touched by them.
    assert_eq!(post(&api, "k5", &json!({"amount": 7})).await.status, 201);
    assert_eq!(api.post("/api/payments", json!({"amount": 7})).await.status, 201);
}

#[each_database(tables())]
async fn another_request_with_the_key_is_refused(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    let id = post(&api, "k", &json!({"amount": 5})).await.json()["id"].to_string();
    for (method, path, body) in [
        (Method::POST, "/api/payments".to_owned(), json!({"amount": 6})),
        (Method::POST, "/api/payments/batch".to_owned(), json!({"operations": []})),
        (Method::PATCH, format!("/api/payments/{id}"), json!({"amount": 5})),
        (Method::DELETE, format!("/api/payments/{id}"), Json::Null),
    ] {
        let refused = keyed(&api, (method, &path), "k", &body).await.problem(422, "VALIDATION_FAILED");
        assert_eq!(refused["errors"][0]["field"], "Idempotency-Key", "{refused}");
        assert_eq!(refused["errors"][0]["code"], "reused");
    }
    // Keys are of a principal.
    let other =
        api.request(Method::POST, "/api/payments").header("idempotency-key", "k").bearer_auth("staff");
    assert_eq!(send(other.json(&json!({"amount": 6}))).await.status, 201);
    assert_eq!(count(&ctx).await, 2);
}

#[each_database(tables())]
async fn what_is_refused_leaves_its_key_free(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    post(&api, "other", &json!({"amount": 1, "reference": "a"})).await;
    post(&api, "k", &json!({"amount": 0})).await.problem(422, "VALIDATION_FAILED");
    post(&api, "k", &json!({"amount": 1, "reference": "a"})).await.problem(409, "CONFLICT");
    // The server of these tests has no guard: a panic ends the connection.
    let broken = api.request(Method::POST, "/api/payments").header("idempotency-key", "k");
    broken.json(&json!({"amount": BROKEN})).send().await.expect_err("a panic");
    keyed(&api, (Method::DELETE, "/api/payments/999"), "k", &Json::Null).await.problem(404, "NOT_FOUND");
    assert_eq!(keys(&ctx).await, [("other".to_owned(), Some(201))]);
    assert_eq!(post(&api, "k", &json!({"amount": 1})).await.status, 201);
    // A dry run does nothing, so it uses up no key.
    let dry = api.request(Method::POST, "/api/payments?dry_run=true").header("idempotency-key", "dry");
    assert_eq!(send(dry.json(&json!({"amount": 3}))).await.status, 201);
    assert_eq!(keys(&ctx).await.len(), 2);
    assert_eq!(count(&ctx).await, 2);
}

#[each_database(tables())]
async fn what_is_no_key_is_refused(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    let body = json!({"amount": 5});
    let long = "k".repeat(300);
    for key in ["", &long, "a b", "schlüssel"] {
        post(&api, key, &body).await.problem(400, "BAD_REQUEST");
    }
    let twice = api.request(Method::POST, "/api/payments").header("idempotency-key", "a");
    send(twice.header("idempotency-key", "b").json(&body)).await.problem(400, "BAD_REQUEST");
    assert_eq!(post(&api, &"k".repeat(255), &body).await.status, 201);
    assert_eq!(count(&ctx).await, 1);
    // Who may not write at all learns nothing of keys.
    assert_eq!(api.get("/api/payments").await.status, 200);
}

#[each_database(tables())]
async fn twenty_at_once_make_one(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    for round in 0..5 {
        let (key, body) = (format!("k{round}"), json!({"amount": round + 1}));
        let answers = join_all((0..20).map(|_| post(&api, &key, &body))).await;
        let made = answers.iter().filter(|answer| answer.status == 201 && !is_replayed(answer)).count();
        assert_eq!(made, 1);
        let whole = answers.iter().find(|answer| answer.status == 201).expect("an answer");
        for answer in &answers {
            match answer.status.as_u16() {
                201 => assert_eq!(told(answer), told(whole)),
                _ => {
                    assert_eq!(answer.problem(409, "CONFLICT")["errors"][0]["code"], "running");
                    assert_eq!(answer.header("retry-after"), Some("1"));
                }
            }
        }
        assert_eq!(count(&ctx).await, round + 1);
    }
}

#[each_database(tables())]
async fn who_hangs_up_finds_the_answer(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    let body = json!({"amount": SLOW});
    let text = body.to_string();
    let head = format!(
        "POST /api/payments HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nidempotency-key: k\r\ncontent-length: {}\r\n\r\n",
        text.len()
    );
    let mut stream = tokio::net::TcpStream::connect(api.address()).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream.write_all(text.as_bytes()).await.expect("sent");
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(stream);
    // As reqwest sends it, with the same digest.
    post(&api, "k", &body).await.problem(409, "CONFLICT");
    tokio::time::sleep(Duration::from_millis(900)).await;
    let answer = post(&api, "k", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert!(is_replayed(&answer));
    assert_eq!(count(&ctx).await, 1);
}

/// As a node leaves it that dies before the commit, and one that dies after it.
#[each_database(tables())]
async fn what_has_expired_is_as_if_it_were_not_there(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    let kept = Service::<KeptRequest>::new(&ctx);
    let body = json!({"amount": 5});
    assert_eq!(post(&api, "k", &body).await.status, 201);
    let row = || KeptRequest::key().eq("k");
    let set = |patch: KeptRequestPatch| async { kept.update_many(row(), patch).await.expect("set") };
    let expires_at = |by: chrono::TimeDelta| (ctx.now() + by).into();
    let day = kept.one(row()).await.expect("a row").expires_at - ctx.now();
    assert!((23..=24).contains(&day.num_hours()), "{day}");
    // It still runs on a node that has died.
    let running = KeptRequestPatch { status: Change::Set(None), ..KeptRequestPatch::default() };
    set(running).await;
    post(&api, "k", &body).await.problem(409, "CONFLICT");
    // It is believed dead: one of those who want the key runs.
    let dead = KeptRequestPatch {
        expires_at: expires_at(chrono::TimeDelta::seconds(-1)),
        ..KeptRequestPatch::default()
    };
    set(dead.clone()).await;
    let answers = join_all((0..8).map(|_| post(&api, "k", &body))).await;
    let made = answers.iter().filter(|answer| answer.status == 201 && !is_replayed(answer)).count();
    assert_eq!((made, count(&ctx).await), (1, 2));
    // Its answer is kept until it expires; then another request may have the key.
    assert!(is_replayed(&post(&api, "k", &body).await));
    set(dead).await;
    assert_eq!(post(&api, "k", &json!({"amount": 6})).await.status, 201);
    assert_eq!(count(&ctx).await, 3);
}

/// The run that was believed dead lives after all: it finds its key taken, and is rolled back.
#[each_database(tables())]
async fn a_run_whose_key_was_taken_over_keeps_nothing(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    let (slow, body) = (json!({"amount": SLOW}), json!({"amount": 5}));
    let take_over = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let run = KeptRequestPatch { run: Uuid::now_v7().into(), ..KeptRequestPatch::default() };
        let kept = Service::<KeptRequest>::new(&ctx);
        kept.update_many(KeptRequest::key().eq("k"), run).await
    };
    // SQLite has one writer at a time, which is the slow run.
    if ctx.db().dialect() == entify::db::Dialect::Postgres {
        let (late, taken) = tokio::join!(post(&api, "k", &slow), take_over);
        assert_eq!(taken, Ok(1));
        late.problem(503, "UNAVAILABLE");
        assert_eq!(count(&ctx).await, 0);
    }
    assert_eq!(post(&api, "other", &body).await.status, 201);
}
