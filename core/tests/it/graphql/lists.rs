//! One value where a list is expected is a list of one (specification, section 3.11), wherever it stands.

use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::{Api, blog, id};
use crate::support::domain::*;

/// An `EverythingInput` as a literal; `lists` are its list fields.
fn everything(lists: &str) -> String {
    format!(
        "mutation {{ createEverything(input: {{text: \"t\", flag: true, small: 1, medium: 1, large: 1, single: 1, \
         double: 1, exact: 1, uniqueId: \"6f1c1f0e-6a52-4c1c-9f5c-0a3c7a9f0001\", day: \"2024-12-31\", \
         hour: \"23:59:59\", moment: \"2024-12-31T23:59:59Z\", json: [1], bytes: \"AA==\", status: ACTIVE, {lists}}}) \
         {{ id texts numbers choices maybeTexts json }} }}"
    )
}

#[each_database(all())]
async fn in_the_values_of_a_row(test: TestDb) {
    let api = Api::start(&test).await;
    let made =
        api.data(&everything("texts: \"one\", numbers: 1, choices: ON_HOLD, maybeTexts: \"one\"")).await;
    let row = &made["createEverything"];
    assert_eq!(row["texts"], json!(["one"]));
    assert_eq!(row["numbers"], json!(["1"]));
    assert_eq!(row["choices"], json!(["ON_HOLD"]));
    assert_eq!(row["maybeTexts"], json!(["one"]));
    let patch = "mutation P($id: ID!, $patch: EverythingPatch!) {
        updateEverything(id: $id, input: $patch) { texts numbers choices maybeTexts } }";
    let change = json!({"texts": "two", "numbers": "2", "choices": "BLOCKED", "maybeTexts": null});
    let changed = api.data_with(patch, json!({"id": row["id"], "patch": change})).await;
    assert_eq!(
        changed["updateEverything"],
        json!({"texts": ["two"], "numbers": ["2"], "choices": ["BLOCKED"], "maybeTexts": null})
    );
    // A default is a literal too.
    let default = "mutation P($id: ID!, $texts: [String!] = \"three\") {
        updateEverything(id: $id, input: {texts: $texts}) { texts } }";
    let changed = api.data_with(default, json!({"id": row["id"]})).await;
    assert_eq!(changed["updateEverything"]["texts"], json!(["three"]));
    let null = api.answer(&everything("texts: null, numbers: [], choices: []"), json!({})).await;
    assert_eq!(null.get("data"), None, "{null}");
}

#[each_database(all())]
async fn in_arguments_and_filters(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 3).await;
    let emails = |data: &Json| data["users"]["nodes"].clone();
    let one = json!([{"email": "u2@example.org"}]);
    let two = "filter: {email: {in: \"u2@example.org\"}}";
    for (literal, variable) in [
        (two, json!({"email": {"in": "u2@example.org"}})),
        (
            "filter: {or: {email: {in: [\"u2@example.org\"]}}}",
            json!({"or": {"email": {"in": "u2@example.org"}}}),
        ),
        (
            "filter: {and: {status: {in: ACTIVE}, email: {in: \"u2@example.org\"}}}",
            json!({"and": {"status": {"in": "ACTIVE"}, "email": {"in": "u2@example.org"}}}),
        ),
    ] {
        let query = format!("{{ users({literal}, orderBy: {{email: ASC}}) {{ nodes {{ email }} }} }}");
        assert_eq!(emails(&api.data(&query).await), one, "{literal}");
        let query = "query F($f: UserFilter, $o: [UserOrder!]) { users(filter: $f, orderBy: $o) { nodes { email } } }";
        let data = api.data_with(query, json!({"f": variable, "o": {"email": "ASC"}})).await;
        assert_eq!(emails(&data), one, "{literal}");
    }
    let user = id("User", 1);
    let nodes = json!({"nodes": [{"id": user}]});
    assert_eq!(api.data(&format!("{{ nodes(ids: \"{user}\") {{ id }} }}")).await, nodes);
    let query = "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    assert_eq!(api.data_with(query, json!({"ids": user})).await, nodes);
    let made = api.data("mutation { createTags(inputs: {name: \"c\"}) { name } }").await;
    assert_eq!(made["createTags"], json!([{"name": "c"}]));
    let query = "mutation T($tags: [TagInput!]!) { createTags(inputs: $tags) { name } }";
    let made = api.data_with(query, json!({"tags": {"name": "d"}})).await;
    assert_eq!(made["createTags"], json!([{"name": "d"}]));
}
