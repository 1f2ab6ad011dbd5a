//! `check("sql")`: a condition that every row fulfils.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{def, rest};

#[derive(Entity)]
#[entity(policy = public, check("low <= high"))]
pub struct CheckSample {
    low: i32,
    high: i32,
}

#[each_database(entities![CheckSample])]
async fn rows_that_break_it_are_refused(test: TestDb) {
    let api = rest(test, &entities![CheckSample]).await;
    api.made("/api/check-samples", json!({"low": 1, "high": 1})).await;
    let refused = api.post("/api/check-samples", json!({"low": 2, "high": 1})).await;
    assert_eq!(refused.broken(422, "VALIDATION_FAILED"), [(String::new(), "check".to_owned())]);
}

#[test]
fn it_is_declared() {
    let checks: Vec<_> = def().checks.iter().map(|check| (check.name, check.sql)).collect();
    assert_eq!(checks, [("ck_lines_1", "amount > 0"), ("ck_lines_2", "price >= 0")]);
}
