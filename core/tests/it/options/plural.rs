//! `plural = "…"`: from which the REST path and the names in GraphQL follow.

use crate::graphql::Api;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{Product, def, rest};

#[derive(Entity)]
#[entity(policy = public, plural = "many_samples")]
pub struct PluralSample {
    text: String,
}

#[each_database(entities![PluralSample])]
async fn paths_and_fields_follow(test: TestDb) {
    let graphql = Api::of(&test, &entities![PluralSample], Principal::Anonymous, |schema| schema).await;
    let api = rest(test, &entities![PluralSample]).await;
    api.made("/api/many-samples", json!({"text": "x"})).await;
    assert_eq!(graphql.data("{ manySamples { totalCount } }").await["manySamples"]["totalCount"], 1);
}

#[test]
fn it_is_declared() {
    assert_eq!((def().plural, Product::def().plural), ("rows", "products"));
}
