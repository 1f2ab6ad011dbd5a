//! Writes of rows that a unique rule or a filter chooses, of deleted rows, and answers without the row.

use entify::entity::EntityDef;
use entify::prelude::*;
use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::{Answer, Api, send};

/// A house.
#[derive(Entity)]
#[entity(policy = public, soft_delete, unique(street, number), hooks)]
pub struct House {
    #[entity(unique, max_len = 5)]
    code: String,
    #[entity(sort, filter, max_len = 20)]
    street: String,
    #[entity(filter)]
    number: i32,
    #[entity(default = 1, min = 0, filter)]
    floors: i32,
}

impl Hooks for House {
    async fn before_delete(_ctx: &Ctx, house: &HouseModel) -> entify::Result<()> {
        match house.floors {
            9 => Err(entify::Error::Forbidden),
            _ => Ok(()),
        }
    }
}

/// What a version guards.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")), version(required))]
pub struct Deed {
    #[entity(unique, max_len = 5)]
    code: String,
}

fn tables() -> Vec<&'static EntityDef> {
    entities![House, Deed].to_vec()
}

async fn start(test: TestDb) -> Api {
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    for (number, code) in ["a", "b", "c"].into_iter().enumerate() {
        api.made("/api/houses", json!({"code": code, "street": "Elm", "number": number})).await;
    }
    api
}

async fn codes(api: &Api) -> Vec<String> {
    let page = api.get("/api/houses?sort=id").await.json();
    let items = page["items"].as_array().expect("items");
    items.iter().map(|item| item["code"].as_str().expect("a code").to_owned()).collect()
}

#[each_database(tables())]
async fn an_upsert_makes_or_changes_a_row(test: TestDb) {
    let api = start(test).await;
    let made = api.post("/api/houses?upsert=code", json!({"code": "d", "street": "Oak", "number": 1})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].clone();
    assert_eq!(made.header("location"), Some(format!("/api/houses/{id}").as_str()));
    let changed =
        api.post("/api/houses?upsert=code", json!({"code": "d", "street": "Oak", "number": 2})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!((&changed.json()["id"], &changed.json()["number"]), (&id, &json!(2)));
    assert_eq!(changed.header("location"), None);
    let by_two = json!({"code": "e", "street": "Oak", "number": 2});
    let changed = api.post("/api/houses?upsert=street,number", by_two).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["id"]), (200, &id));
    assert_eq!(codes(&api).await, ["a", "b", "c", "e"]);
    let dry =
        api.post("/api/houses?upsert=code&dry_run=true", json!({"code": "x", "street": "A", "number": 1}));
    assert_eq!(dry.await.status, 201);
    let valid = json!({"code": "x", "street": "A", "number": 1});
    for query in
        ["upsert=street", "upsert=nothing", "upsert=", "upsert=code,code,street", "upsert=code&limit=1"]
    {
        api.post(&format!("/api/houses?{query}"), valid.clone()).await.problem(400, "BAD_REQUEST");
    }
    let refused = api.post("/api/houses?upsert=code", json!({"code": "toolong", "number": 1})).await;
    assert_eq!(refused.problem(422, "VALIDATION_FAILED")["errors"].as_array().map(Vec::len), Some(2));
    // Another unique rule stands against it.
    let taken = json!({"code": "a", "street": "Oak", "number": 2});
    api.post("/api/houses?upsert=code", taken).await.problem(409, "CONFLICT");
    assert_eq!(codes(&api).await, ["a", "b", "c", "e"]);
}

#[each_database(tables())]
async fn one_of_many_upserts_makes_the_row(test: TestDb) {
    let api = start(test).await;
    let body = json!({"code": "z", "street": "Oak", "number": 1});
    let all =
        futures_util::future::join_all((0..12).map(|_| api.post("/api/houses?upsert=code", body.clone())));
    let mut statuses: Vec<u16> = all.await.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [&[200; 11][..], &[201]].concat());
}

#[each_database(tables())]
async fn a_filter_chooses_rows(test: TestDb) {
    let api = start(test).await;
    let changed = api.patch("/api/houses?number[gte]=1", json!({"increment": {"floors": 2}})).await;
    assert_eq!((changed.status.as_u16(), changed.json()), (200, json!({"count": 2})));
    assert_eq!(api.get("/api/houses?floors=3").await.json()["items"].as_array().map(Vec::len), Some(2));
    let refused = api.patch("/api/houses?number[gte]=0&max_affected=2", json!({"floors": 5})).await;
    refused.problem(400, "BAD_REQUEST");
    assert_eq!(api.get("/api/houses?floors=5").await.json()["items"], json!([]));
    for path in ["/api/houses", "/api/houses?dry_run=true", "/api/houses?max_affected=9"] {
        api.patch(path, json!({"floors": 5})).await.problem(400, "BAD_REQUEST");
        api.delete(path).await.problem(400, "BAD_REQUEST");
    }
    for query in ["limit=1", "sort=id", "nothing=1", "max_affected=-1&number=1", "max_affected=x&number=1"] {
        api.delete(&format!("/api/houses?{query}")).await.problem(400, "BAD_REQUEST");
    }
    api.patch("/api/houses?number=1", json!({"floors": -1})).await.problem(422, "VALIDATION_FAILED");
    // What cannot be read is told also where no row matches.
    api.patch("/api/houses?number=99", json!({"nothing": 1})).await.problem(422, "VALIDATION_FAILED");
    let dry = api.delete("/api/houses?code[in]=a,b&dry_run=true").await;
    assert_eq!((dry.status.as_u16(), dry.json()), (200, json!({"count": 2})));
    assert_eq!(codes(&api).await.len(), 3);
    let deleted = api.delete("/api/houses?code[in]=a,b&max_affected=2").await;
    assert_eq!(deleted.json(), json!({"count": 2}));
    assert_eq!(codes(&api).await, ["c"]);
    // A hook refuses one of them: all or none.
    api.made("/api/houses", json!({"code": "n", "street": "Oak", "number": 9, "floors": 9})).await;
    api.delete("/api/houses?number[gte]=0").await.problem(403, "FORBIDDEN");
    assert_eq!(codes(&api).await, ["c", "n"]);
}

#[each_database(tables())]
async fn who_may_not_write_learns_nothing(test: TestDb) {
    let api = start(test).await;
    api.patch("/api/deeds?code=a", json!({"code": "b"})).await.problem(401, "UNAUTHENTICATED");
    api.delete("/api/deeds?code=a").await.problem(401, "UNAUTHENTICATED");
    let staff = |method, path: &str| api.request(method, path).bearer_auth("staff");
    // A version must be named, and a filter names none.
    let deed = json!({"code": "a"});
    for (method, path) in [
        (Method::POST, "/api/deeds?upsert=code"),
        (Method::PATCH, "/api/deeds?code=a"),
        (Method::DELETE, "/api/deeds?code=a"),
    ] {
        send(staff(method, path).json(&deed)).await.problem(428, "VERSION_REQUIRED");
    }
}

#[each_database(tables())]
async fn deleted_rows_come_back_or_go_for_good(test: TestDb) {
    let api = start(test).await;
    let id = api.get("/api/houses?code=b").await.json()["items"][0]["id"].to_string();
    let empty = Json::Null;
    let act = async |verb: &str, query: &str| -> Answer {
        send(api.request(Method::POST, &format!("/api/houses/{id}/{verb}{query}")).json(&empty)).await
    };
    act("restore", "").await.problem(404, "NOT_FOUND");
    assert_eq!(api.delete(&format!("/api/houses/{id}")).await.status, 204);
    assert_eq!(act("restore", "?dry_run=true").await.status, 200);
    assert_eq!(codes(&api).await, ["a", "c"]);
    let back = act("restore", "").await;
    assert_eq!((back.status.as_u16(), &back.json()["code"]), (200, &json!("b")));
    assert!(back.header("etag").is_some());
    assert_eq!(codes(&api).await, ["a", "b", "c"]);
    assert_eq!(act("purge", "?dry_run=true").await.status, 204);
    assert_eq!(act("purge", "").await.status, 204);
    act("purge", "").await.problem(404, "NOT_FOUND");
    act("restore", "").await.problem(404, "NOT_FOUND");
    let get = api.get(&format!("/api/houses/{id}/restore")).await;
    get.problem(405, "METHOD_NOT_ALLOWED");
    assert_eq!(get.header("allow"), Some("POST"));
    // There is nothing to restore where deletion is for good.
    api.post("/api/deeds/1/restore", json!({})).await.problem(404, "NOT_FOUND");
}

#[each_database(tables())]
async fn an_answer_may_be_without_the_row(test: TestDb) {
    let api = start(test).await;
    let minimal = |method, path: &str| api.request(method, path).header("prefer", "return=minimal");
    let house = json!({"code": "m", "street": "Oak", "number": 1});
    let made = send(minimal(Method::POST, "/api/houses").json(&house)).await;
    assert_eq!((made.status.as_u16(), made.text.as_str()), (201, ""));
    assert_eq!(made.header("preference-applied"), Some("return=minimal"));
    let location = made.header("location").expect("an address").to_owned();
    let changed = send(minimal(Method::PATCH, &location).json(&json!({"floors": 4}))).await;
    assert_eq!((changed.status.as_u16(), changed.text.as_str()), (204, ""));
    assert_eq!(api.get(&location).await.header("etag"), changed.header("etag"));
    let whole = send(
        api.request(Method::PATCH, &location)
            .header("prefer", "return=representation")
            .json(&json!({"floors": 5})),
    );
    assert_eq!(whole.await.json()["floors"], 5);
}
