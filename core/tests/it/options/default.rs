//! `default = expr`: the value of a new row that gives none.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use entify::types::EntityEnum as _;
use entify::value::Value;
use serde_json::json;

use super::{Product, State, field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct DefaultSample {
    #[entity(default = "x", min_len = 0)]
    text: String,
    #[entity(default = 40 + 2)]
    number: i32,
}

#[each_database(entities![DefaultSample])]
async fn what_is_left_out_takes_it(test: TestDb) {
    let api = rest(test, &entities![DefaultSample]).await;
    let made = api.post("/api/default-samples", json!({})).await.json();
    assert_eq!((&made["text"], &made["number"]), (&json!("x"), &json!(42)));
    let made = api.post("/api/default-samples", json!({"text": "", "number": 0})).await.json();
    assert_eq!((&made["text"], &made["number"]), (&json!(""), &json!(0)));
}

#[test]
fn literals_are_converted_and_expressions_evaluated() {
    let default = |name: &str| field(name).default.expect("a default").value();
    assert_eq!(default("state"), Value::Enum(&State::DEF.variants[0]));
    assert_eq!(default("amount"), Value::Int(1));
    assert_eq!(default("price"), Value::Decimal("0.5".parse().expect("a number")));
    assert_eq!(default("secret"), Value::Text("s3cret".to_owned()));
    assert!(field("origin").default.is_none());
    let product = Product::def().fields;
    assert!(matches!(product[0].default.expect("a default").value(), Value::DateTime(_)));
    assert_eq!(product[1].default.expect("a default").value(), Value::Bool(true));
}
