//! Which documents are refused: those that graphql-js refuses, and no other.
//!
//! `validation/documents.json` holds documents of our own making with graphql-js's verdicts; `validation/verdicts.mjs` writes
//! them.

use async_graphql::{Enum, InputObject, Interface, Object, OneofObject, SimpleObject, Union};
use entify::entity::Registry;
use entify::graphql::{Schema, SchemaBuilder};
use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::{Api, blog};
use crate::support::domain::*;

/// Types that no entity has: defaults, lists of lists, a union, an interface, `@oneOf`.
struct Zoo;

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum Colour {
    Red,
    DarkBlue,
}

#[derive(InputObject)]
struct Paint {
    colour: Colour,
    #[graphql(default = 1)]
    coats: i32,
    layers: Option<Vec<Vec<i32>>>,
}

#[derive(OneofObject)]
enum Pick {
    Name(String),
    Number(i32),
}

#[derive(SimpleObject)]
struct Cat {
    name: String,
    lives: i32,
}

#[derive(SimpleObject)]
struct Dog {
    name: String,
    barks: Option<bool>,
}

#[derive(Union)]
enum Pet {
    Cat(Cat),
    Dog(Dog),
}

#[derive(Interface)]
#[graphql(field(name = "name", ty = "&String"))]
enum Named {
    Cat(Cat),
    Dog(Dog),
}

#[Object]
impl Zoo {
    async fn pets(&self) -> Vec<Pet> {
        vec![
            Pet::Cat(Cat { name: "Tom".into(), lives: 9 }),
            Pet::Dog(Dog { name: "Rex".into(), barks: None }),
        ]
    }

    async fn named(&self) -> Vec<Named> {
        vec![
            Named::Cat(Cat { name: "Tom".into(), lives: 9 }),
            Named::Dog(Dog { name: "Rex".into(), barks: Some(true) }),
        ]
    }

    async fn grid(&self, cells: Vec<Vec<i32>>) -> Vec<Vec<i32>> {
        cells
    }

    async fn paint(&self, with: Paint) -> i32 {
        let layers = with.layers.map_or(0, |layers| layers.len());
        i32::from(with.colour == Colour::Red) + with.coats + i32::try_from(layers).unwrap_or_default()
    }

    async fn pick(&self, by: Pick) -> String {
        match by {
            Pick::Name(name) => name,
            Pick::Number(number) => number.to_string(),
        }
    }

    async fn choose(&self, by: Option<Pick>) -> bool {
        by.is_some()
    }

    async fn setting(&self, #[graphql(default = 10)] size: i32) -> i32 {
        size
    }

    async fn plain(&self, size: Option<i32>) -> Option<i32> {
        size
    }

    async fn ratio(&self, of: f64) -> f64 {
        of
    }

    async fn echo(&self, text: String) -> String {
        text
    }
}

fn zoo(schema: SchemaBuilder) -> SchemaBuilder {
    schema.query(Zoo)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    query: String,
    #[serde(default)]
    variables: Map<String, Json>,
    operation_name: Option<String>,
    /// By graphql-js.
    accepted: bool,
}

/// As async-graphql's own resolvers see them.
#[each_database(all())]
async fn literals_and_variables_are_coerced_alike(test: TestDb) {
    let api = Api::with(&test, Principal::Anonymous, zoo).await;
    let grid = "query Q($cells: [[Int!]!]!) { grid(cells: $cells) }";
    for (literal, variable, grown) in [
        ("1", json!(1), json!([[1]])),
        ("[1, 2]", json!([1, 2]), json!([[1], [2]])),
        ("[[1], 2]", json!([[1], 2]), json!([[1], [2]])),
        ("[]", json!([]), json!([])),
    ] {
        assert_eq!(api.data(&format!("{{ grid(cells: {literal}) }}")).await["grid"], grown);
        assert_eq!(api.data_with(grid, json!({ "cells": variable })).await["grid"], grown);
    }
    let paint = "query Q($with: Paint!) { paint(with: $with) }";
    assert_eq!(api.data("{ paint(with: {colour: RED, layers: 7}) }").await["paint"], 3);
    assert_eq!(api.data_with(paint, json!({"with": {"colour": "RED", "layers": 7}})).await["paint"], 3);
    assert_eq!(api.data(r#"{ echo(text: "\u{51}\uD83D\uDE00\n") }"#).await["echo"], "Q😀\n");
    assert_eq!(api.data("{ echo(text: \"\"\"\n  a\n    b\n\"\"\") }").await["echo"], "a\n  b");
    // What may be null is seen when the value is read.
    let by = "query Q($n: String) { pick(by: {name: $n}) }";
    assert_eq!(api.data_with(by, json!({"n": "x"})).await["pick"], "x");
    for nothing in [json!({}), json!({"n": null})] {
        assert_eq!(api.answer(by, nothing).await["errors"][0]["path"], json!(["pick"]));
    }
}

/// A field that is given twice, an alias for two mutations, a directive that is not there: nothing is written, whichever
/// field comes first.
#[each_database(all())]
async fn a_refused_mutation_leaves_no_row(test: TestDb) {
    let api = Api::start(&test).await;
    for mutation in [
        r#"mutation { createTag(input: {name: "a", name: "b"}) { id } }"#,
        r#"mutation { first: createTag(input: {name: "a"}) { id } second: createTag(input: {name: "b", name: "b"}) { id } }"#,
        r#"mutation { a: createTag(input: {name: "a"}) { id } a: createTag(input: {name: "b"}) { id } }"#,
        r#"mutation { createTag(input: {name: "a"}) { id @nope } }"#,
        r#"mutation { createTag(input: {name: "a"}) { id } __typename @skip(if: false) @skip(if: false) }"#,
        r#"mutation A { createTag(input: {name: "a"}) { id } } mutation B { nothing }"#,
    ] {
        let response = api.post(
            json!({"query": mutation, "operationName": mutation.contains("mutation A").then_some("A")}),
        );
        let answer: Json = response.await.json().await.expect("JSON");
        assert_eq!(answer.get("data"), None, "{mutation}: {answer}");
        assert_ne!(answer["errors"][0].get("locations"), None, "{mutation}: {answer}");
    }
    assert_eq!(api.data("{ tags { totalCount } }").await, json!({"tags": {"totalCount": 0}}));
}

#[each_database(all())]
async fn an_empty_selection_is_an_empty_object(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    assert_eq!(api.data("{ }").await, json!({}));
    assert_eq!(api.data("{ users { } }").await, json!({"users": {}}));
    assert_eq!(api.data("{ users { nodes { } } }").await, json!({"users": {"nodes": [{}]}}));
}

fn documents() -> Vec<Document> {
    serde_json::from_str(include_str!("validation/documents.json")).expect("documents with verdicts")
}

/// The schema that graphql-js judged by.
#[test]
fn sdl() {
    let registry = Registry::new(&all()).expect("the entities fit");
    let schema = zoo(Schema::builder(&registry)).build().expect("a schema");
    insta::assert_snapshot!("sdl", schema.sdl());
}

#[each_database(all())]
async fn documents_are_refused_as_by_graphql_js(test: TestDb) {
    let api = Api::with(&test, Principal::Anonymous, zoo).await;
    blog(&api.ctx, 1).await;
    let documents = documents();
    let accepted = documents.iter().filter(|document| document.accepted).count();
    assert!(accepted >= 60 && documents.len() - accepted >= 60, "{accepted} of {}", documents.len());
    let mut wrong = Vec::new();
    for Document { query, variables, operation_name, accepted } in &documents {
        let body = json!({ "query": query, "variables": variables, "operationName": operation_name });
        let before = api.ctx.db().statements();
        let response = api
            .client
            .post(&api.url)
            .header("accept", "application/graphql-response+json")
            .json(&body)
            .send()
            .await
            .expect("an answer");
        let status = response.status().as_u16();
        let answer: Json = response.json().await.expect("JSON");
        let executed = answer.get("data").is_some();
        assert_eq!(status, if executed { 200 } else { 400 }, "{query}: {answer}");
        if !executed {
            assert_eq!(api.ctx.db().statements(), before, "{query} was refused, and ran");
            let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
            // What graphql-js counts by a rule is a limit here.
            assert!(["BAD_REQUEST", "QUERY_TOO_COMPLEX"].contains(&code), "{query}: {answer}");
        }
        if executed != *accepted {
            let verdict = if *accepted { "takes" } else { "refuses" };
            wrong.push(format!("graphql-js {verdict} {query} {variables:?}\n    {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), documents.len(), wrong.join("\n"));
}
