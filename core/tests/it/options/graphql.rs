//! `graphql(name = "…")`: the name of the type in GraphQL.

use crate::graphql::Api;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::def;

#[derive(Entity)]
#[entity(policy = public, graphql(name = "Renamed"))]
pub struct GraphqlSample {
    text: String,
}

#[each_database(entities![GraphqlSample])]
async fn the_schema_has_that_type(test: TestDb) {
    let api = Api::of(&test, &entities![GraphqlSample], Principal::Anonymous, |schema| schema).await;
    let make = r#"mutation { createRenamed(input: { text: "x" }) { __typename text } }"#;
    let made = api.data(make).await;
    assert_eq!(made["createRenamed"], json!({"__typename": "Renamed", "text": "x"}));
    assert_eq!(api.data(r#"{ __type(name: "GraphqlSample") { name } }"#).await["__type"], json!(null));
}

#[test]
fn other_names_follow_it() {
    let names = &def().graphql;
    assert_eq!((names.type_name, names.one, names.many, names.many_type), ("Row", "row", "rows", "Rows"));
}
