//! `unique` on a field, `unique(a, b)` on the struct: one row for each value or combination.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{def, field, rest, sorts};

#[derive(Entity)]
#[entity(policy = public, unique(shelf, place))]
pub struct UniqueSample {
    #[entity(unique)]
    name: String,
    shelf: i32,
    place: i32,
}

#[each_database(entities![UniqueSample])]
async fn what_is_taken_is_refused(test: TestDb) {
    let api = rest(test, &entities![UniqueSample]).await;
    let row = |name: &str, shelf: i32, place: i32| json!({"name": name, "shelf": shelf, "place": place});
    api.made("/api/unique-samples", row("a", 1, 1)).await;
    api.made("/api/unique-samples", row("b", 1, 2)).await;
    let taken = |name: &str| (name.to_owned(), "unique".to_owned());
    let refused = api.post("/api/unique-samples", row("a", 2, 2)).await;
    assert_eq!(refused.broken(409, "CONFLICT"), [taken("name")]);
    let refused = api.post("/api/unique-samples", row("c", 1, 1)).await;
    assert_eq!(refused.broken(409, "CONFLICT"), [taken("shelf"), taken("place")]);
}

#[test]
fn it_is_declared() {
    assert_eq!(sorts(def().uniques[0].fields), [("product_id", false), ("sku", false)]);
    assert!(field("sku").unique && !field("amount").unique);
}
