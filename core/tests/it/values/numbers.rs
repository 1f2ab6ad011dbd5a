//! Numbers are exact or refused, and the same ones everywhere.

use std::path::Path;

use entify::entity::Entity as _;
use entify::prelude::*;
use entify::principal::Principal;
use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use entify::transfer::{self, FileFormat};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};

use crate::{graphql, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct Bill {
    #[entity(scale = 2, precision = 20, filter)]
    amount: Option<Decimal>,
    #[entity(filter)]
    exact: Option<Decimal>,
    count: Option<i32>,
    ratio: Option<f64>,
    document: Option<Json>,
    parts: Option<Vec<Decimal>>,
}

fn all() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Bill].to_vec()
}

struct Surfaces {
    ctx: Ctx,
    rest: rest::Api,
    graphql: graphql::Api,
    folder: tempfile::TempDir,
}

impl Surfaces {
    async fn of(test: TestDb) -> Self {
        let ctx = test.ctx();
        let graphql = graphql::Api::of(&test, &all(), Principal::Anonymous, |schema| schema).await;
        let rest = rest::Api::of_entities(test, &all(), Rest::new()).await;
        Self { ctx, rest, graphql, folder: tempfile::tempdir().expect("a folder") }
    }

    /// The field of the newest row, as it is stored; nothing when the write was refused.
    async fn stored(&self, before: u64, field: &str) -> Option<String> {
        let bills = BillService::new(&self.ctx);
        if bills.count(Filter::all()).await.expect("a count") == before {
            return None;
        }
        let answer = self.rest.get("/api/bills?sort=-id&limit=1").await.json();
        Some(answer["items"][0][field].to_string())
    }

    async fn count(&self) -> u64 {
        BillService::new(&self.ctx).count(Filter::all()).await.expect("a count")
    }

    async fn rest(&self, field: &str, json: &str) -> Option<String> {
        let before = self.count().await;
        let body = format!("{{\"{field}\": {json}}}");
        let request = self.rest.request(reqwest::Method::POST, "/api/bills");
        let answer = rest::send(request.header("content-type", "application/json").body(body)).await;
        assert!([201, 400, 422].contains(&answer.status.as_u16()), "{json}: {}", answer.text);
        self.stored(before, field).await
    }

    async fn literal(&self, field: &str, json: &str) -> Option<String> {
        let before = self.count().await;
        let query = format!("mutation {{ createBill(input: {{{field}: {json}}}) {{ id }} }}");
        self.graphql.answer(&query, json!({})).await;
        self.stored(before, field).await
    }

    async fn variable(&self, field: &str, json: &str) -> Option<String> {
        let before = self.count().await;
        let query = "mutation M($input: BillInput!) { createBill(input: $input) { id } }";
        let body =
            format!("{{\"query\": {}, \"variables\": {{\"input\": {{\"{field}\": {json}}}}}}}", json!(query));
        let request = self.graphql.client.post(&self.graphql.url).header("content-type", "application/json");
        request.body(body).send().await.expect("an answer");
        self.stored(before, field).await
    }

    async fn import(&self, field: &str, format: FileFormat, text: &str) -> Option<String> {
        let before = self.count().await;
        let path = self.folder.path().join("rows");
        std::fs::write(&path, text).expect("a file");
        let _ = transfer::import(&self.ctx, Bill::def().info(), Path::new(&path), format, ()).await;
        self.stored(before, field).await
    }

    /// What becomes of a number of JSON on each surface.
    async fn of_number(&self, field: &str, json: &str) -> Vec<(&'static str, Option<String>)> {
        let line = format!("{{\"{field}\": {json}}}\n");
        vec![
            ("REST", self.rest(field, json).await),
            ("literal", self.literal(field, json).await),
            ("variable", self.variable(field, json).await),
            ("JSON lines", self.import(field, FileFormat::Jsonl, &line).await),
        ]
    }

    /// What becomes of a text on each surface.
    async fn of_text(&self, field: &str, text: &str) -> Vec<(&'static str, Option<String>)> {
        let quoted = json!(text).to_string();
        let mut all = self.of_number(field, &quoted).await;
        let csv = format!("{field}\n\"{text}\"\n");
        all.push(("CSV", self.import(field, FileFormat::Csv, &csv).await));
        all
    }
}

#[track_caller]
fn all_are(surfaces: &[(&'static str, Option<String>)], expected: Option<&str>, given: &str) {
    for (surface, stored) in surfaces {
        assert_eq!(stored.as_deref(), expected, "{given} through {surface}");
    }
}

#[each_database(all())]
async fn a_decimal_is_exact_or_refused_on_every_surface(test: TestDb) {
    let surfaces = Surfaces::of(test).await;
    let numbers = [
        ("12345678901234567.89", Some("\"12345678901234567.89\"")),
        ("1.0000000000000001", None),
        ("0.1", Some("\"0.10\"")),
        ("1e2", Some("\"100.00\"")),
        ("1.5E+1", Some("\"15.00\"")),
        ("125e-2", Some("\"1.25\"")),
        ("125e-3", None),
        ("1.000", Some("\"1.00\"")),
        ("-0", Some("\"0.00\"")),
        ("1e18", None),
        ("1e999999", None),
        ("999999999999999999.99", Some("\"999999999999999999.99\"")),
    ];
    for (number, expected) in numbers {
        all_are(&surfaces.of_number("amount", number).await, expected, number);
    }
    let texts = [
        ("12345678901234567.89", Some("\"12345678901234567.89\"")),
        ("1.0000000000000001", None),
        ("1.000", Some("\"1.00\"")),
        ("-0", Some("\"0.00\"")),
        ("1e2", None),
        ("+1", None),
        ("01", None),
        (".5", None),
        ("5.", None),
        ("1_000", None),
        ("NaN", None),
        ("1000000000000000000", None),
    ];
    for (text, expected) in texts {
        all_are(&surfaces.of_text("amount", text).await, expected, text);
        let path = format!("/api/bills?exact={}", text.replace('+', "%2B"));
        let plain = Number::is_plain(text);
        assert_eq!(surfaces.rest.get(&path).await.status == 200, plain, "{text} in a query string");
    }
}

/// The grammar of a decimal's text, written a second time.
struct Number;

impl Number {
    fn is_plain(text: &str) -> bool {
        regex::Regex::new(r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$").expect("a pattern").is_match(text)
    }
}

#[each_database(all())]
async fn a_random_decimal_has_one_verdict_and_one_value(test: TestDb) {
    let surfaces = Surfaces::of(test).await;
    let mut runner = TestRunner::deterministic();
    let texts = prop_oneof![
        "-?(0|[1-9][0-9]{0,31})(\\.[0-9]{1,31})?",
        "-?[0-9]{0,3}\\.?[0-9]{0,3}",
        "[-+]?[0-9]{1,3}(\\.[0-9]{1,2})?([eE][-+]?[0-9]{1,2})?",
    ];
    for _ in 0..60 {
        let text = texts.new_tree(&mut runner).expect("a text").current();
        for field in ["amount", "exact"] {
            let through = surfaces.of_text(field, &text).await;
            all_are(&through, through[0].1.as_deref(), &text);
            // An empty cell is no value.
            if !text.is_empty() {
                assert!(through[0].1.is_none() || Number::is_plain(&text), "{text}");
            }
            if serde_json::from_str::<serde_json::Number>(&text).is_ok() {
                let through = surfaces.of_number(field, &text).await;
                all_are(&through, through[0].1.as_deref(), &text);
            }
        }
    }
}

#[each_database(all())]
async fn a_number_in_a_document_keeps_its_digits(test: TestDb) {
    let surfaces = Surfaces::of(test).await;
    for (number, expected) in [
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("-0.1234567890123456789012345", "-0.1234567890123456789012345"),
        ("1.50", "1.5"),
        ("1e2", "100.0"),
        ("1e300", "1e+300"),
        ("-0", "0"),
        ("18446744073709551616", "18446744073709551616.0"),
    ] {
        let document = format!("{{\"n\": [{number}]}}");
        let literal = format!("{{n: [{number}]}}");
        let through = [
            ("REST", surfaces.rest("document", &document).await),
            ("literal", surfaces.literal("document", &literal).await),
            ("variable", surfaces.variable("document", &document).await),
        ];
        for (surface, stored) in through {
            let stored = stored.unwrap_or_else(|| panic!("{number} through {surface} was refused"));
            let expected = expected.replace("18446744073709551616.0", "18446744073709551616");
            let written = format!("{{\"n\":[{expected}]}}");
            assert!(
                stored == written || stored == written.replace("1e+300", "1e300"),
                "{stored} is not {written}"
            );
        }
    }
    assert_eq!(surfaces.rest("document", "1e1001").await, None, "more digits than are stored");
}

#[each_database(all())]
async fn whole_numbers_and_doubles_have_one_rule(test: TestDb) {
    let surfaces = Surfaces::of(test).await;
    for (number, expected) in
        [("1e2", Some("100")), ("3.0", Some("3")), ("-0", Some("0")), ("0.5", None), ("2147483648", None)]
    {
        for (surface, stored) in [
            ("REST", surfaces.rest("count", number).await),
            (
                "JSON lines",
                surfaces.import("count", FileFormat::Jsonl, &format!("{{\"count\":{number}}}")).await,
            ),
        ] {
            assert_eq!(stored.as_deref(), expected, "{number} through {surface}");
        }
    }
    for text in ["+1", "01", "1.0", "1e0", " 1"] {
        assert_eq!(
            surfaces.import("count", FileFormat::Csv, &format!("count\n{text}\n")).await,
            None,
            "{text}"
        );
    }
    for text in ["+1", ".5", "inf", "NaN", "0x1"] {
        assert_eq!(
            surfaces.import("ratio", FileFormat::Csv, &format!("ratio\n{text}\n")).await,
            None,
            "{text}"
        );
    }
    assert_eq!(surfaces.import("ratio", FileFormat::Csv, "ratio\n1e-2\n").await.as_deref(), Some("0.01"));
    assert_eq!(
        surfaces.rest("parts", "[1.10, \"12345678901234567.89\", 12345678901234567.89]").await.as_deref(),
        Some("[\"1.1\",\"12345678901234567.89\",\"12345678901234567.89\"]")
    );
}

#[each_database(all())]
async fn a_double_that_is_no_number_is_not_written(ctx: Ctx) {
    let bills = BillService::new(&ctx);
    for ratio in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let input = BillInput { ratio: Some(ratio), ..BillInput::new() };
        let refused = bills.create(input).await.expect_err("no number");
        assert_eq!((refused.code(), refused.fields()[0].code), ("VALIDATION_FAILED", "range"));
    }
}

/// Whether a text matches a pattern of ECMA-262, which may look ahead after the first digit.
fn matches(pattern: &str, text: &str) -> bool {
    const AHEAD: &str = r"(\.?[0-9]){27}\.?[0-9]*[1-9]";
    let regex = |pattern: &str| regex::Regex::new(pattern).expect("a pattern");
    regex(&pattern.replace(&format!("(?!{AHEAD})"), "")).is_match(text)
        && !(pattern.contains("(?!") && regex(&format!("^-?[1-9]{AHEAD}")).is_match(text))
}

/// The pattern of the description takes a text exactly when the server does.
#[each_database(all())]
async fn the_description_says_the_rule(test: TestDb) {
    let surfaces = Surfaces::of(test).await;
    let document = surfaces.rest.get("/openapi.json").await.json();
    let schema = &document["components"]["schemas"]["BillInput"]["properties"];
    for (field, digits) in [("amount", "999999999999999999.99"), ("exact", "9999999999999999999999999999")] {
        let [text, number] = schema[field]["anyOf"].as_array().expect("two forms").as_slice() else {
            panic!("two forms: {}", schema[field]);
        };
        assert_eq!((&text["type"], &number["type"]), (&json!("string"), &json!("number")));
        let pattern = text["pattern"].as_str().expect("a pattern");
        for text in [
            "0",
            "-0",
            "1",
            "1.5",
            "1.50",
            "1.500",
            "1.505",
            "1.000",
            "+1",
            "1e2",
            "01",
            ".5",
            "5.",
            "",
            "-",
            " 1",
            digits,
            &format!("9{digits}"),
            "0.0000000000000000000000000001",
            "0.00000000000000000000000000001",
            "1.234567890123456789012345678",
            "1.2345678901234567890123456780",
            "9.2345678901234567890123456789",
            "1234567890123456789012345678.000",
            "9234567890123456789012345678.9",
        ] {
            let taken = surfaces.rest(field, &json!(text).to_string()).await.is_some();
            assert_eq!(matches(pattern, text), taken, "{text:?} for {field}");
        }
    }
}
