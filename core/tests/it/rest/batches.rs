//! `POST /api/batch` and `POST /api/users/batch`: several writes in one transaction.

use entify::entity::EntityDef;
use entify::prelude::*;
use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::{Api, send};

/// Someone who plays.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Band {
    #[entity(unique, max_len = 8)]
    name: String,
    #[entity(default = 0)]
    fans: i32,
}

/// A record.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff") | public), version)]
pub struct Disc {
    #[entity(max_len = 8)]
    title: String,
    #[entity(default = 1)]
    sides: i32,
    #[entity(on_delete = restrict)]
    band: One<Band>,
    #[entity(on_delete = set_null)]
    sequel: Option<One<Disc>>,
}

/// What only staff writes.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")))]
pub struct Label {
    #[entity(unique)]
    name: String,
}

fn tables() -> Vec<&'static EntityDef> {
    entities![Band, Disc, Label].to_vec()
}

async fn counts(ctx: &Ctx) -> [u64; 2] {
    [
        BandService::new(ctx).count(Filter::all()).await.expect("a count"),
        DiscService::new(ctx).count(Filter::all()).await.expect("a count"),
    ]
}

fn places(problem: &Json) -> Vec<(String, String)> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
}

#[each_database(tables())]
async fn later_operations_refer_to_what_earlier_ones_make(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    let operations = json!({"operations": [
        {"entity": "band", "op": "create", "values": {"name": "Queen"}, "as": "queen"},
        {"entity": "disc", "op": "create", "values": {"title": "I", "band_id": {"ref": "queen"}}, "as": "first"},
        {"entity": "disc", "op": "create", "values": {"title": "II", "band_id": {"ref": "queen"}, "sequel_id": {"ref": "first"}}},
        {"entity": "band", "op": "create", "values": {"name": "Abba"}},
    ]});
    let dry = api.post("/api/batch?dry_run=true", operations.clone()).await;
    assert_eq!((dry.status.as_u16(), counts(&ctx).await), (200, [0, 0]), "{}", dry.text);
    let before = ctx.db().statements();
    let done = api.post("/api/batch", operations).await;
    assert_eq!(done.status, 200, "{}", done.text);
    // BEGIN and COMMIT, and a statement for each run of creations.
    assert!(ctx.db().statements() - before <= 4, "{}", ctx.db().statements() - before);
    let results = done.json()["results"].clone();
    assert_eq!((&results[1]["band_id"], &results[2]["sequel_id"]), (&results[0]["id"], &results[1]["id"]));
    assert_eq!((&results[3]["name"], results.as_array().map(Vec::len)), (&json!("Abba"), Some(4)));

    let (queen, first) = (results[0]["id"].clone(), results[1]["id"].clone());
    let changes = json!({"operations": [
        {"entity": "band", "op": "update", "id": queen, "values": {"increment": {"fans": 3}}},
        {"entity": "disc", "op": "update", "id": first, "version": 1, "values": {"title": "One"}},
        {"entity": "disc", "op": "delete", "id": results[2]["id"], "version": 1},
        {"entity": "band", "op": "delete", "id": results[3]["id"]},
    ]});
    let results = api.post("/api/batch", changes).await.json()["results"].clone();
    assert_eq!((&results[0]["fans"], &results[1]["title"]), (&json!(3), &json!("One")));
    assert_eq!((&results[2], &results[3]), (&Json::Null, &Json::Null));
    assert_eq!(counts(&ctx).await, [1, 1]);
}

#[each_database(tables())]
async fn one_entity_has_its_own_address(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    let many: Vec<Json> =
        (0..1_000).map(|number| json!({"op": "create", "values": {"name": format!("b{number}")}})).collect();
    let before = ctx.db().statements();
    let done = api.post("/api/bands/batch", json!({"operations": many})).await;
    assert_eq!((done.status.as_u16(), counts(&ctx).await[0]), (200, 1_000));
    assert!(ctx.db().statements() - before <= 4, "a statement for all");
    let empty = api.post("/api/bands/batch", json!({"operations": []})).await;
    assert_eq!((empty.status.as_u16(), empty.json()), (200, json!({"results": []})));
    let refused = api.get("/api/bands/batch").await;
    refused.problem(405, "METHOD_NOT_ALLOWED");
    assert_eq!(refused.header("allow"), Some("POST"));
}

#[each_database(tables())]
async fn every_broken_rule_is_told_by_its_place_and_nothing_is_kept(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    let band = api.made("/api/bands", json!({"name": "a"})).await;
    let wrong = json!({"operations": [
        {"entity": "band", "op": "create", "values": {"name": "far too long"}},
        {"entity": "band", "op": "create", "values": {"name": "fine"}, "as": "x"},
        {"entity": "disc", "op": "create", "values": {"sides": "two"}},
        {"entity": "disc", "op": "update", "id": 1, "values": {"title": null, "odd": 1}},
    ]});
    let refused = api.post("/api/batch", wrong).await.problem(422, "VALIDATION_FAILED");
    let expected = [
        ("operations.0.values.name", "too_long"),
        ("operations.2.values.title", "required"),
        ("operations.2.values.sides", "type"),
        ("operations.2.values.band_id", "required"),
        ("operations.3.values.odd", "unknown_field"),
        ("operations.3.values.title", "required"),
    ];
    let mut told = places(&refused);
    let mut expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    told.sort();
    expected.sort();
    assert_eq!(told, expected);

    let unreadable = json!({"operations": [
        {"entity": "bnad", "op": "create", "values": {}},
        {"entity": "band", "op": "merge", "values": {}},
        {"entity": "band", "op": "create", "values": {"name": "b"}, "as": "x"},
        {"entity": "band", "op": "create", "values": {"name": "c"}, "as": "x"},
        {"entity": "disc", "op": "create", "values": {"title": "t", "band_id": {"ref": "later"}}},
        {"entity": "disc", "op": "create", "values": {"title": "t", "band_id": {"ref": "x"}, "sequel_id": {"ref": "x"}}, "as": "later"},
        {"entity": "disc", "op": "delete", "id": "seven", "more": 1, "values": {}},
        {"entity": "band", "op": "delete", "id": 1, "version": 1},
        7,
        {"entity": "band", "op": "create", "values": {"name": "far too long"}},
    ]});
    let refused = api.post("/api/batch", unreadable).await.problem(422, "VALIDATION_FAILED");
    let expected = [
        ("operations.0.entity", "choice"),
        ("operations.1.op", "choice"),
        ("operations.3.as", "repeated"),
        ("operations.4.values.band_id", "reference"),
        ("operations.5.values.sequel_id", "reference"),
        ("operations.6.id", "required"),
        ("operations.6.more", "unknown_field"),
        ("operations.6.values", "unknown_field"),
        ("operations.7.version", "type"),
        ("operations.8", "type"),
        ("operations.9.values.name", "too_long"),
    ];
    assert_eq!(places(&refused), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));

    // What only the database knows, at the place of the one that it is about.
    let taken = |operation: Json| {
        json!({"operations": [
            {"entity": "band", "op": "create", "values": {"name": "new"}},
            operation,
        ]})
    };
    for (operation, status, code, field) in [
        (
            json!({"entity": "band", "op": "create", "values": {"name": "a"}}),
            409,
            "CONFLICT",
            "operations.1.values.name",
        ),
        (
            json!({"entity": "band", "op": "update", "id": band, "values": {"name": "new"}}),
            409,
            "CONFLICT",
            "operations.1.values.name",
        ),
        (json!({"entity": "band", "op": "delete", "id": 999}), 404, "NOT_FOUND", "operations.1"),
        (
            json!({"entity": "disc", "op": "update", "id": 999, "values": {}}),
            404,
            "NOT_FOUND",
            "operations.1",
        ),
        (
            json!({"entity": "disc", "op": "create", "values": {"title": "t", "band_id": 999}}),
            409,
            "CONFLICT",
            "operations.1.values.band_id",
        ),
    ] {
        let refused = api.post("/api/batch", taken(operation.clone())).await.problem(status, code);
        assert_eq!(places(&refused)[0].0, field, "{operation}");
        assert_eq!(counts(&ctx).await, [1, 0], "{operation}");
    }
}

/// A fault at each place: all or none.
#[each_database(tables())]
async fn a_fault_at_any_place_leaves_every_row_as_it_was(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    let band = api.made("/api/bands", json!({"name": "a"})).await;
    let disc = api.made("/api/discs", json!({"title": "t", "band_id": band})).await;
    let operations = [
        json!({"entity": "band", "op": "create", "values": {"name": "b"}, "as": "b"}),
        json!({"entity": "disc", "op": "create", "values": {"title": "u", "band_id": {"ref": "b"}}}),
        json!({"entity": "disc", "op": "update", "id": disc, "values": {"title": "v"}}),
        json!({"entity": "band", "op": "create", "values": {"name": "c"}}),
        json!({"entity": "disc", "op": "delete", "id": disc}),
    ];
    for place in 0..=operations.len() {
        let mut faulty = operations.to_vec();
        faulty.insert(place, json!({"entity": "band", "op": "create", "values": {"name": "a"}}));
        let refused = api.post("/api/batch", json!({"operations": faulty})).await.problem(409, "CONFLICT");
        assert_eq!(places(&refused)[0].0, format!("operations.{place}.values.name"));
        assert_eq!(counts(&ctx).await, [1, 1]);
        assert_eq!(api.get(&format!("/api/discs/{disc}")).await.json()["title"], "t");
    }
}

#[each_database(tables())]
async fn what_is_no_batch_is_refused(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new().body_limit(50_000)).await;
    let one = json!({"op": "create", "values": {"name": "x"}});
    for body in [
        json!({}),
        json!({"operations": 1}),
        json!({"operations": [], "more": 1}),
        json!({"operation": []}),
        json!({"operations": vec![one.clone(); 1_001]}),
    ] {
        api.post("/api/bands/batch", body).await.problem(400, "BAD_REQUEST");
    }
    let large = json!({"op": "create", "values": {"name": "x".repeat(60_000)}});
    api.post("/api/bands/batch", json!({"operations": [large]})).await.problem(413, "PAYLOAD_TOO_LARGE");
    for path in ["/api/batch", "/api/bands/batch"] {
        let other = api.get(path).await;
        other.problem(405, "METHOD_NOT_ALLOWED");
        assert_eq!(other.header("allow"), Some("POST"));
        let html = api.request(reqwest::Method::POST, path).header("accept", "text/html");
        send(html.json(&json!({"operations": []}))).await.problem(406, "NOT_ACCEPTABLE");
    }
    let label = json!({"operations": [
        {"entity": "band", "op": "create", "values": {"name": "x"}},
        {"entity": "label", "op": "create", "values": {"name": "x"}},
    ]});
    api.post("/api/batch", label).await.problem(401, "UNAUTHENTICATED");
    assert_eq!(counts(&ctx).await, [0, 0]);
}

/// A thing that is known by its code.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Item {
    #[entity(unique, max_len = 5)]
    code: String,
    #[entity(default = 1)]
    count: i32,
}

#[each_database(entities![Item])]
async fn rows_that_may_be_there_are_one_statement(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &entities![Item], Rest::new()).await;
    let upsert = |code: &str, count: i32| json!({"entity": "item", "op": "upsert", "by": ["code"], "values": {"code": code, "count": count}});
    let first = api.post("/api/batch", json!({"operations": [upsert("a", 1), upsert("b", 2)]})).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let all = (0..100).map(|number| upsert(&format!("c{number}"), number)).chain([upsert("a", 7)]);
    let before = ctx.db().statements();
    let second = api.post("/api/batch", json!({"operations": all.collect::<Vec<_>>()})).await;
    assert!(ctx.db().statements() - before <= 4, "{}", ctx.db().statements() - before);
    let (first, second) = (first.json(), second.json());
    assert_eq!(second["results"][100]["id"], first["results"][0]["id"]);
    assert_eq!(second["results"][100]["count"], 7);
    assert_eq!(ItemService::new(&ctx).count(Filter::all()).await, Ok(102));
    for (operation, field, code) in [
        (json!({"op": "upsert", "values": {"code": "x"}}), "operations.0.by", "required"),
        (json!({"op": "upsert", "by": ["nothing"], "values": {"code": "x"}}), "operations.0.by", "choice"),
        (json!({"op": "upsert", "by": [1], "values": {"code": "x"}}), "operations.0.by", "choice"),
        (
            json!({"op": "create", "by": ["code"], "values": {"code": "x"}}),
            "operations.0.by",
            "unknown_field",
        ),
        (
            json!({"op": "upsert", "by": ["code"], "values": {"code": "toolong"}}),
            "operations.0.values.code",
            "too_long",
        ),
    ] {
        let refused = api.post("/api/items/batch", json!({"operations": [operation]})).await;
        let problem = refused.problem(422, "VALIDATION_FAILED");
        assert_eq!(
            (&problem["errors"][0]["field"], &problem["errors"][0]["code"]),
            (&json!(field), &json!(code))
        );
    }
    let by_no_rule = json!({"op": "upsert", "by": ["count"], "values": {"code": "x"}});
    api.post("/api/items/batch", json!({"operations": [by_no_rule]})).await.problem(400, "BAD_REQUEST");
    let twice = json!({"operations": [upsert("z", 1), upsert("z", 2)]});
    api.post("/api/batch", twice).await.problem(422, "VALIDATION_FAILED");
    assert_eq!(ItemService::new(&ctx).count(Filter::all()).await, Ok(102));
}
