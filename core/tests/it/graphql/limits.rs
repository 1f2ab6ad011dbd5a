//! Limits that are on by default.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::Api;
use crate::support::domain::*;

/// As graphql-js sends it with every option on.
const INTROSPECTION: &str = include_str!("introspection.graphql");

fn nested(levels: usize) -> String {
    let mut query = "id".to_owned();
    for level in 0..levels {
        let name = if level % 2 == 0 { "posts" } else { "author" };
        query = match name {
            "posts" => format!("posts(first: 1) {{ nodes {{ {query} }} }}"),
            _ => format!("author {{ {query} }}"),
        };
    }
    query
}

#[each_database(all())]
async fn the_full_introspection_passes(test: TestDb) {
    let api = Api::start(&test).await;
    for _ in 0..2 {
        let data = api.data(INTROSPECTION).await;
        let types = data["__schema"]["types"].as_array().expect("types");
        let user = types.iter().find(|ty| ty["name"] == "User").expect("User");
        assert_eq!(user["description"], "Someone who writes.");
        assert_eq!(user["interfaces"][0]["name"], "Node");
        let order = types.iter().find(|ty| ty["name"] == "UserOrder").expect("UserOrder");
        assert_eq!(order["isOneOf"], true);
        let fields = user["fields"].as_array().expect("fields");
        assert!(fields.iter().any(|field| field["name"] == "email"));
        assert!(fields.iter().all(|field| field["name"] != "password"));
    }
}

#[each_database(all())]
async fn what_asks_for_too_much_is_refused(test: TestDb) {
    let api = Api::start(&test).await;
    let mut aliases = String::new();
    let mut directives = String::new();
    for number in 0..150 {
        let _ = write!(aliases, "a{number}: __typename ");
        let _ = write!(directives, "__typename @skip(if: false) @include(if: true) ");
    }
    let cases = [
            format!("{{ users {{ nodes {{ {} }} }} }}", nested(17)),
            "{ users(first: 100) { nodes { posts(first: 100) { nodes { tags(first: 100) { nodes { id } } } } } } }".to_owned(),
            format!("{{ {aliases} }}"),
            format!("{{ {directives} }}"),
            format!("{{ {} }}", "__typename ".repeat(10_001)),
            format!("{{ users(search: \"{}\") {{ totalCount }} }}", "x".repeat(70_000)),
            format!("{{ users(filter: {}1{}) {{ totalCount }} }}", "[".repeat(50_000), "]".repeat(10)),
            "{a".repeat(20_000),
            // A comment ends with its line, however that ends.
            format!("#\r{}", "{a".repeat(20_000)),
            "query Q($x: ".to_owned() + &"[".repeat(30_000),
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".to_owned(),
        ];
    for query in cases {
        let (code, message) = api.error(&query, json!({})).await;
        assert_eq!(code, "QUERY_TOO_COMPLEX", "{message} {}", &query[..query.len().min(100)]);
    }
    let variable = "query Q($n: Int) { users(first: $n) { nodes { posts(first: $n) { nodes { tags(first: $n) { nodes { id } } } } } } }";
    api.data_with(variable, json!({"n": 2})).await;
    assert_eq!(api.error(variable, json!({"n": 100})).await.0, "QUERY_TOO_COMPLEX");
}

#[each_database(all())]
async fn fragments_that_double_are_refused_at_once(test: TestDb) {
    let api = Api::start(&test).await;
    let mut query = "{ users { nodes { ...F0 } } }".to_owned();
    for level in 0..40 {
        let _ = write!(query, " fragment F{level} on User {{ ...F{next} ...F{next} }}", next = level + 1);
    }
    query.push_str(" fragment F40 on User { id }");
    let start = Instant::now();
    assert_eq!(api.error(&query, json!({})).await.0, "QUERY_TOO_COMPLEX");
    let circle = "{ users { nodes { ...A } } } fragment A on User { ...B } fragment B on User { ...A }";
    assert_eq!(api.error(circle, json!({})).await.0, "BAD_REQUEST");
    let selfish = "{ users { nodes { ...A } } } fragment A on User { posts { nodes { author { ...A } } } }";
    assert_eq!(api.error(selfish, json!({})).await.0, "BAD_REQUEST");
    let unused = "{ __typename } fragment A on User { ...A }";
    assert_eq!(api.error(unused, json!({})).await.0, "BAD_REQUEST");
    assert!(start.elapsed() < Duration::from_secs(5));
}

/// What follows fragments goes no deeper into the stack than the limit, however long a chain they are.
#[each_database(all())]
async fn a_long_chain_of_fragments_is_refused(test: TestDb) {
    let api = Api::start(&test).await;
    let chain = |length: usize, last: &str| {
        let mut query = "{ users { nodes { ...F0 } } }".to_owned();
        for level in 0..length {
            let _ = write!(query, " fragment F{level} on User {{ ...F{} }}", level + 1);
        }
        let _ = write!(query, " fragment F{length} on User {{ {last} }}");
        query
    };
    api.data(&chain(50, "id")).await;
    assert_eq!(api.error(&chain(1200, "id"), json!({})).await.0, "QUERY_TOO_COMPLEX");
    let (code, message) = api.error(&chain(1200, "...F600"), json!({})).await;
    assert_eq!((code.as_str(), message.as_str()), ("BAD_REQUEST", "the fragment `F600` spreads itself"));
}
