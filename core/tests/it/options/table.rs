//! `table = "…"`: the name of the table.

use crate::support::connections::number;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{Product, def, field, rest};

#[derive(Entity)]
#[entity(policy = public, table = "somewhere else")]
pub struct TableSample {
    text: String,
}

#[each_database(entities![TableSample])]
async fn rows_are_in_it(test: TestDb) {
    let db = test.db().clone();
    let api = rest(test, &entities![TableSample]).await;
    api.made("/api/table-samples", json!({"text": "x"})).await;
    assert_eq!(number(&db, r#"SELECT count(*) FROM "somewhere else""#).await, 1);
}

#[test]
fn other_names_are_those_of_the_struct() {
    let def = def();
    assert_eq!((def.name, def.table, def.singular), ("InvoiceLine", "lines", "invoice_line"));
    assert_eq!(def.docs, "A line of an invoice.\n\nIt has a price.");
    assert_eq!(field("sku").docs, "Stock keeping unit.");
    assert_eq!(Product::def().table, "product");
}
