//! The schema as one service of Apollo Federation 2.

use entify::graphql::Schema;
use entify::prelude::*;
use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::{Api, blog, id};
use crate::support::domain::*;

const ENTITIES: &str = "query E($r: [_Any!]!) { _entities(representations: $r) { __typename
    ... on User { email posts(first: 1) { nodes { title } } } ... on Post { title author { email } } ... on Note { text } } }";

async fn start(test: &TestDb) -> Api {
    let api = Api::with(test, Principal::Anonymous, entify::graphql::SchemaBuilder::federation).await;
    blog(&api.ctx, 3).await;
    api
}

fn of(ty: &str, key: i64) -> Json {
    json!({"__typename": ty, "id": id(ty, key)})
}

#[each_database(all())]
async fn a_gateway_reads_rows_by_what_other_services_say_of_them(test: TestDb) {
    let api = start(&test).await;
    let representations = [of("User", 2), of("Post", 1), of("User", 404), of("User", 1), of("User", 2)];
    let data = api.data_with(ENTITIES, json!({"r": representations})).await;
    let two = json!({"__typename": "User", "email": "u2@example.org", "posts": {"nodes": [{"title": "post 1 of 2"}]}});
    assert_eq!(
        data["_entities"],
        json!([two, {"__typename": "Post", "title": "post 1 of 1", "author": {"email": "u1@example.org"}}, null,
            {"__typename": "User", "email": "u1@example.org", "posts": {"nodes": [{"title": "post 1 of 1"}]}}, two])
    );
    // What a gateway sends along besides the key does no harm.
    let more = json!([{"__typename": "User", "id": id("User", 1), "region": {"x": [1]}}]);
    assert_eq!(api.data_with(ENTITIES, json!({"r": more})).await["_entities"][0]["email"], "u1@example.org");
    assert_eq!(api.data_with(ENTITIES, json!({"r": []})).await["_entities"], json!([]));
}

#[each_database(all())]
async fn a_type_costs_one_statement(test: TestDb) {
    let api = start(&test).await;
    let query = "query E($r: [_Any!]!) { _entities(representations: $r) { ... on User { email } ... on Post { title } } }";
    let many: Vec<_> = (1..=50).flat_map(|key| [of("User", key), of("Post", key)]).collect();
    let variables = json!({"r": many});
    api.data_with(query, variables.clone()).await;
    let before = api.ctx.db().statements();
    let data = api.data_with(query, variables).await;
    assert_eq!(api.ctx.db().statements() - before, 2);
    assert_eq!(data["_entities"].as_array().map(Vec::len), Some(100));
}

#[each_database(all())]
async fn the_policy_holds_for_a_gateway(test: TestDb) {
    let api = start(&test).await;
    let note = NoteService::new(&test.ctx()).create(NoteInput::new("secret")).await.expect("a note");
    let data = api
        .data_with(ENTITIES, json!({"r": [of("User", 1), {"__typename": "Note", "id": id("Note", note.id)}]}))
        .await;
    assert_eq!(
        (&data["_entities"][1], &data["_entities"][0]["email"]),
        (&Json::Null, &json!("u1@example.org"))
    );
}

#[each_database(all())]
async fn what_is_no_representation_is_told(test: TestDb) {
    let api = start(&test).await;
    let cases = [
        (json!([1]), "`representations.0` must be an object with a `__typename`"),
        (json!([of("User", 1), {"id": "x"}]), "`representations.1` must be an object with a `__typename`"),
        (
            json!([{"__typename": "Nothing", "id": "x"}]),
            "`representations.0` is of `Nothing`, which is no entity here",
        ),
        (
            json!([{"__typename": "Query", "id": "x"}]),
            "`representations.0` is of `Query`, which is no entity here",
        ),
        (json!([{"__typename": "User"}]), "`representations.0` must have an `id`"),
        (json!([{"__typename": "User", "id": 1}]), "`representations.0` must have an `id`"),
        (json!([{"__typename": "User", "id": "garbage"}]), "`representations.0` has no valid `id`"),
        (json!([{"__typename": "User", "id": id("Post", 1)}]), "`representations.0` has no valid `id`"),
    ];
    for (representations, expected) in cases {
        let (code, message) = api.error(ENTITIES, json!({"r": representations})).await;
        assert!(
            code == "BAD_REQUEST" && message.starts_with(expected),
            "{representations}: {code} {message}"
        );
    }
    let short = "query E($r: [_Any!]!) { _entities(representations: $r) { __typename } }";
    let many: Vec<_> = (0..10_000).map(|key| of("User", key)).collect();
    let (code, message) = api.error(short, json!({"r": many})).await;
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("BAD_REQUEST", "`representations` takes at most 1000 entries")
    );
    let most: Vec<_> = (0..1_000).map(|key| of("User", key)).collect();
    assert_eq!(
        api.data_with(short, json!({"r": most})).await["_entities"].as_array().map(Vec::len),
        Some(1_000)
    );
    assert_eq!(
        api.error("{ _entities(representations: null) { __typename } }", json!({})).await.0,
        "BAD_REQUEST"
    );
}

#[each_database(all())]
async fn the_service_describes_itself(test: TestDb) {
    let api = start(&test).await;
    let data = api.data("{ _service { __typename text: sdl } }").await;
    assert_eq!(data["_service"]["__typename"], "_Service");
    let sdl = data["_service"]["text"].as_str().expect("a text");
    assert_eq!(Some(sdl), api.schema.subgraph());
    for part in [
        "https://specs.apollo.dev/federation/v2.",
        "type User implements Node @key(fields: \"id\") {",
        "type PageInfo @shareable {",
    ] {
        assert!(sdl.contains(part), "{part} in {sdl}");
    }
    assert!(!sdl.contains("_entities") && !sdl.contains("_Service"), "{sdl}");
    // The text of the whole schema is dear.
    let many =
        (0..100).fold("{ _service { ".to_owned(), |query, number| format!("{query} a{number}: sdl")) + " } }";
    assert_eq!(api.error(&many, json!({})).await.0, "QUERY_TOO_COMPLEX");
}

/// Without the setting there is nothing of it.
#[each_database(all())]
async fn a_schema_by_itself_is_no_service(test: TestDb) {
    let api = Api::start(&test).await;
    assert_eq!(api.schema.subgraph(), None);
    assert_eq!(api.error("{ _service { sdl } }", json!({})).await.0, "BAD_REQUEST");
    assert!(!api.schema.sdl().contains("_Entity"));
    let registry = entify::entity::Registry::new(&all()).expect("the entities fit");
    let federated = Schema::builder(&registry).federation().build().expect("a schema");
    assert!(federated.sdl().contains("union _Entity ="), "{}", federated.sdl());
}
