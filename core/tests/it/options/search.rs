//! `search` and `search(fulltext)`: fields of the free-text search. More is in `service/search.rs`.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct SearchSample {
    #[entity(search)]
    title: String,
    #[entity(search(fulltext))]
    body: String,
    note: String,
}

#[each_database(entities![SearchSample])]
async fn words_are_found_in_such_fields(test: TestDb) {
    let api = rest(test, &entities![SearchSample]).await;
    let body = json!({"title": "Overview", "body": "a long story", "note": "hidden"});
    api.made("/api/search-samples", body).await;
    for (words, found) in [("view", 1), ("VIEW stor", 1), ("ory", 0), ("hidden", 0)] {
        let listed = api.get(&format!("/api/search-samples?q={}", words.replace(' ', "+"))).await.json();
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(found), "{words}");
    }
}

#[test]
fn it_is_declared() {
    assert!(field("sku").search && !field("sku").fulltext && !field("comment").search);
}
