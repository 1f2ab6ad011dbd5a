//! `aggregate`: clients may measure the field.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct AggregateSample {
    #[entity(aggregate)]
    open: i32,
    shut: i32,
    #[entity(aggregate)]
    word: String,
}

#[each_database(entities![AggregateSample])]
async fn only_such_fields_are_measured(test: TestDb) {
    let api = rest(test, &entities![AggregateSample]).await;
    for (open, word) in [(1, "b"), (2, "a")] {
        api.made("/api/aggregate-samples", json!({"open": open, "shut": open, "word": word})).await;
    }
    let found =
        api.get("/api/aggregate-samples/aggregate?sum=open&avg=open&min=open,word&max=word").await.json();
    let expected = json!({"items": [{
        "sum": {"open": 3}, "avg": {"open": "1.5"}, "min": {"open": 1, "word": "a"}, "max": {"word": "b"},
    }]});
    assert_eq!(found, expected);
    for measure in ["sum=shut", "min=shut", "sum=word", "avg=word", "min=id", "max=created_at"] {
        api.get(&format!("/api/aggregate-samples/aggregate?{measure}")).await.problem(400, "BAD_REQUEST");
    }
    assert!(!field("price").aggregate, "it is asked for by name");
}
