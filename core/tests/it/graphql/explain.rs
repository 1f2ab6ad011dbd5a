//! How an operation was run, for those who may know.

use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::{Api, blog};
use crate::support::domain::*;

const QUERY: &str = "{ a: users(first: 1) { nodes { email posts(first: 2) { nodes { title author { status } } } } } b: users(first: 1) { totalCount } }";

async fn asked(api: &Api, explain: Json) -> Json {
    let body = json!({"query": QUERY, "extensions": {"explain": explain}});
    api.post(body).await.json().await.expect("JSON")
}

#[each_database(all())]
async fn a_role_is_told_plan_statements_and_time(test: TestDb) {
    let staff = Principal::known("account:1", "Ada", vec!["staff".to_owned()]);
    let api =
        Api::with(&test, staff, |schema| schema.explain_roles(vec!["dba".to_owned(), "staff".to_owned()]))
            .await;
    blog(&api.ctx, 2).await;
    let before = api.ctx.db().statements();
    let answer = asked(&api, json!(true)).await;
    let ran = api.ctx.db().statements() - before;
    assert_eq!(answer.get("errors"), None, "{answer}");
    assert_eq!(answer["data"]["b"]["totalCount"], 2);
    let explain = &answer["extensions"]["explain"];
    let statements = explain["statements"].as_array().expect("statements");
    assert_eq!(statements.len() as u64, ran, "{explain}");
    assert!(
        statements.iter().all(|one| one["milliseconds"].is_number() && one["sql"].is_string()),
        "{explain}"
    );
    assert!(
        statements.iter().any(|one| one["sql"].as_str().is_some_and(|sql| sql.contains("\"post\""))),
        "{explain}"
    );
    assert!(explain["milliseconds"].as_f64().is_some_and(|time| time > 0.0));
    assert_eq!(explain["plan"].as_array().map(Vec::len), Some(1), "{explain}");
    let plan = &explain["plan"][0];
    assert_eq!((&plan["keys"], &plan["field"]), (&json!(["a", "b"]), &json!("users")));
    let rows = &plan["fetches"][0];
    assert_eq!((&rows["entity"], &rows["columns"]), (&json!("User"), &json!(["id", "email"])));
    assert_eq!(rows["relations"][0]["field"], "posts");
    assert_eq!(rows["relations"][0]["rows"]["relations"][0]["rows"]["columns"], json!(["id", "status"]));
    assert_eq!(rows.get("aggregates"), None);
    let measured = "{ users(first: 1) { nodes { posts { totalCount } postsGrouped(by: [{ title: true }]) { count } } } }";
    let answer: Json = api
        .post(json!({"query": measured, "extensions": {"explain": true}}))
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(
        answer["extensions"]["explain"]["plan"][0]["fetches"][0]["aggregates"],
        json!([{"field": "posts", "group": ["title"], "measures": ["count"]}]),
        "{answer}"
    );
    // The values are not in it.
    assert!(!explain.to_string().contains("example.org"), "{explain}");
    for not in [json!(false), Json::Null] {
        assert_eq!(asked(&api, not).await.get("extensions"), None);
    }
    assert_eq!(
        asked(&api, json!("yes")).await["errors"][0]["message"],
        "`extensions.explain` must be true or false"
    );
}

#[each_database(all())]
async fn nobody_else_is_told(test: TestDb) {
    let roles = |schema: entify::graphql::SchemaBuilder| schema.explain_roles(vec!["staff".to_owned()]);
    let editor = || Principal::known("account:2", "Eve", vec!["editor".to_owned()]);
    for api in [
        Api::with(&test, Principal::Anonymous, roles).await,
        Api::with(&test, editor(), roles).await,
        Api::with(&test, editor(), |schema| schema).await,
    ] {
        let before = api.ctx.db().statements();
        let answer = asked(&api, json!(true)).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer}");
        assert_eq!((answer.get("data"), answer.get("extensions")), (None, None));
        assert_eq!(api.ctx.db().statements(), before, "nothing runs");
    }
}
