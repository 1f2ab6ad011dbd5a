//! `rename = "…"`: the name in REST, from which the one in GraphQL follows.

use crate::graphql::Api;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct RenameSample {
    #[entity(rename = "full_remark")]
    comment: String,
}

#[each_database(entities![RenameSample])]
async fn surfaces_call_it_so(test: TestDb) {
    let graphql = Api::of(&test, &entities![RenameSample], Principal::Anonymous, |schema| schema).await;
    let api = rest(test, &entities![RenameSample]).await;
    let made = api.post("/api/rename-samples", json!({"full_remark": "x"})).await.json();
    assert_eq!((&made["full_remark"], made.get("comment")), (&json!("x"), None));
    let data = graphql.data("{ renameSamples { nodes { fullRemark } } }").await;
    assert_eq!(data["renameSamples"]["nodes"], json!([{"fullRemark": "x"}]));
}

#[test]
fn it_is_declared() {
    let comment = field("comment");
    assert_eq!((comment.wire, comment.graphql), ("remark", "remark"));
    let manager = field("manager_id");
    assert_eq!((manager.wire, manager.graphql), ("boss", "boss"));
    let product = field("product_id");
    assert_eq!((product.wire, product.graphql), ("product_id", "productId"));
}
