//! `column = "…"`: the name in the database.

use crate::support::connections::number;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct ColumnSample {
    #[entity(column = "note")]
    comment: String,
}

#[each_database(entities![ColumnSample])]
async fn the_database_has_that_column(test: TestDb) {
    let db = test.db().clone();
    let api = rest(test, &entities![ColumnSample]).await;
    api.made("/api/column-samples", json!({"comment": "x"})).await;
    assert_eq!(number(&db, "SELECT count(*) FROM column_sample WHERE note = 'x'").await, 1);
}

#[test]
fn it_is_declared() {
    assert_eq!(field("comment").column, "note");
    assert_eq!((field("manager_id").column, field("product_id").column), ("manager_id", "product_id"));
}
