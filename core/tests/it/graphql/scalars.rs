//! The schema's own scalars: what they answer is what the specification that they name says.

use entify::testing::{TestDb, each_database};
use regex::Regex;
use serde_json::json;

use super::Api;
use crate::support::domain::*;

const RFC_3339: &str = "https://datatracker.ietf.org/doc/html/rfc3339#section-5.6";

/// Each scalar, the specification that it names, and the form of its values: by that specification where one is named.
const SCALARS: [(&str, Option<&str>, &str); 8] = [
    ("BigInt", None, r#"^"(0|-?[1-9]\d*)"$"#),
    (
        "Bytes",
        Some("https://datatracker.ietf.org/doc/html/rfc4648#section-4"),
        r#"^"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"$"#,
    ),
    ("Date", Some(RFC_3339), r#"^"\d{4}-\d{2}-\d{2}"$"#),
    ("DateTime", Some(RFC_3339), r#"^"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z"$"#),
    ("Decimal", None, r#"^"-?\d+(\.\d+)?"$"#),
    ("JSON", Some("https://datatracker.ietf.org/doc/html/rfc8259"), "."),
    ("Time", Some(RFC_3339), r#"^"\d{2}:\d{2}:\d{2}(\.\d+)?"$"#),
    (
        "UUID",
        Some("https://datatracker.ietf.org/doc/html/rfc9562#section-4"),
        r#"^"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"$"#,
    ),
];

#[each_database(all())]
async fn values_fit_the_specifications_that_the_schema_names(test: TestDb) {
    let api = Api::start(&test).await;
    let data = api.data("{ __schema { types { name kind specifiedByURL } } }").await;
    let own = ["Boolean", "Float", "ID", "Int", "String"];
    let mut scalars: Vec<_> = data["__schema"]["types"]
        .as_array()
        .expect("types")
        .iter()
        .filter(|ty| ty["kind"] == "SCALAR" && own.iter().all(|own| ty["name"] != *own))
        .map(|ty| (ty["name"].as_str().expect("a name"), ty["specifiedByURL"].as_str()))
        .collect();
    scalars.sort_unstable();
    assert_eq!(scalars, SCALARS.map(|(name, specification, _)| (name, specification)));

    let create = "mutation C($input: EverythingInput!) { createEverything(input: $input) {
        BigInt: large Decimal: exact UUID: uniqueId Date: day Time: hour DateTime: moment JSON: json Bytes: bytes } }";
    // The ends of each scalar's values, and the forms between.
    let rows = [
        [
            "-9223372036854775808",
            "0",
            "00000000-0000-0000-0000-000000000000",
            "0001-01-01",
            "00:00:00",
            "0001-01-01T00:00:00Z",
            "",
        ],
        [
            "9223372036854775807",
            "-7922816251426433759354395033.5",
            "FFFFFFFFFFFF4FFF8FFFFFFFFFFFFFFF",
            "9999-12-31",
            "23:59:59.999999",
            "9999-12-31T23:59:59.999999Z",
            "AA==",
        ],
        [
            "0",
            "1.50",
            "{6f1c1f0e-6a52-4c1c-9f5c-0a3c7a9f0001}",
            "2024-02-29",
            "12:30",
            "2024-02-29T01:30:00.5+02:00",
            "AAA=",
        ],
        [
            "-1",
            "0.0000000000000000000000000001",
            "6F1C1F0E-6A52-4C1C-9F5C-0A3C7A9F0001",
            "1970-01-01",
            "12:30:00.1",
            "2016-12-31T23:59:60Z",
            "AAAA",
        ],
    ];
    for [large, exact, unique, day, hour, moment, bytes] in rows {
        let input = json!({
            "text": "t", "flag": true, "small": 1, "medium": 1, "single": 1, "double": 1, "status": "ACTIVE",
            "texts": [], "numbers": [], "choices": [], "json": {"a": [null, 1.5, "x"]},
            "large": large, "exact": exact, "uniqueId": unique, "day": day, "hour": hour, "moment": moment, "bytes": bytes,
        });
        let made = api.data_with(create, json!({ "input": input })).await;
        for (name, _, form) in SCALARS {
            let value = made["createEverything"][name].to_string();
            assert!(Regex::new(form).expect("a pattern").is_match(&value), "{name}: {value}");
        }
    }
}
