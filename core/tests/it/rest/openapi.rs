//! The OpenAPI description.

use std::collections::BTreeSet;

use entify::entity::Registry;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::Value as Json;

use super::Api;
use crate::support::domain::all;
use crate::support::openapi;

fn spec() -> String {
    let registry = Registry::new(&all()).expect("a registry");
    entify::rest::spec(&registry, "Blog", "1.2.3").expect("a description")
}

#[test]
fn description() {
    insta::assert_snapshot!("openapi", spec());
}

#[test]
fn every_reference_leads_somewhere_and_operation_ids_are_unique() {
    fn references<'j>(json: &'j Json, to: &mut BTreeSet<&'j str>) {
        match json {
            Json::Object(members) => members.iter().for_each(|(name, member)| match member.as_str() {
                Some(target) if name == "$ref" => {
                    to.insert(target);
                }
                _ => references(member, to),
            }),
            Json::Array(items) => items.iter().for_each(|item| references(item, to)),
            _ => {}
        }
    }
    let text = spec();
    let json: Json = serde_json::from_str(&text).expect("JSON");
    let mut targets = BTreeSet::new();
    references(&json, &mut targets);
    assert!(targets.len() > 10);
    for target in targets {
        let pointer = target.strip_prefix('#').expect("inside");
        assert!(json.pointer(pointer).is_some(), "{target}");
    }
    let mut ids = BTreeSet::new();
    for path in json["paths"].as_object().expect("paths").values() {
        for operation in path.as_object().expect("operations").values() {
            assert!(ids.insert(operation["operationId"].as_str().expect("an id")));
        }
    }
    assert!(ids.contains("list_post_tags") && ids.contains("update_post_tag"));
}

#[each_database(all())]
async fn pages_of_the_description(test: TestDb) {
    let api = Api::of(test).await;
    let json = api.get("/openapi.json").await;
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert_eq!(json.json()["openapi"], "3.0.3");
    let yaml = api.get("/openapi.yaml").await;
    assert!(yaml.text.starts_with("\"openapi\": \"3.0.3\"\n"), "{}", &yaml.text[..80]);
    let docs = api.get("/docs/try").await;
    assert!(docs.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(docs.text.contains("SwaggerUIBundle({"));
    for outside in ["src=\"http", "src='http", "href=\"http", "@import", "url(http", "url(//"] {
        assert!(!docs.text.contains(outside), "the page loads something from elsewhere: {outside}");
    }
    let policy = docs.header("content-security-policy").expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"));
}

fn json_of(entities: &[&'static entify::entity::EntityDef]) -> Json {
    let registry = Registry::new(entities).expect("a registry");
    let text = entify::rest::spec(&registry, "Samples", "1").expect("a description");
    openapi::read(&text)
}

/// A thing with one of each bound.
#[derive(Entity)]
#[entity(policy(read = public, create = role("staff"), update = owner(keeper) | role("staff"), delete = nobody))]
pub struct BoundSample {
    /// The word.
    #[entity(pattern = r"^[^@\s]+$", filter, sort)]
    word: String,
    /// Of one line.
    #[entity(pattern = r"(?m)^\d+$")]
    line: String,
    #[entity(format = slug, pattern = "^s")]
    slug: String,
    #[entity(min = 9007199254740993, max = 9223372036854775807)]
    large: i64,
    #[entity(min = 1)]
    small: i16,
    #[entity(precision = 6, scale = 2, min = 0)]
    price: Decimal,
    at: NaiveTime,
    #[entity(min_len = 4, max_len = 6)]
    bytes: Bytes,
    #[entity(policy(read = role("staff"), write = role("staff")), filter)]
    keeper: Option<String>,
    #[entity(read_only)]
    made_by: Option<String>,
}

#[test]
fn a_token_is_of_use_also_where_everyone_may() {
    let json = json_of(&entities![BoundSample]);
    let security = |path: &str, method: &str| json["paths"][path][method]["security"].clone();
    let either = serde_json::json!([{}, {"bearer": []}]);
    let needed = serde_json::json!([{"bearer": []}]);
    assert_eq!(security("/api/bound-samples", "get"), either);
    assert_eq!(security("/api/bound-samples/{id}", "get"), either);
    assert_eq!(security("/api/bound-samples", "post"), needed);
    assert_eq!(security("/api/bound-samples/{id}", "delete"), needed);
    let description = |path: &str, method: &str| {
        json["paths"][path][method]["description"].as_str().expect("a description").to_owned()
    };
    assert_eq!(
        description("/api/bound-samples/{id}", "get"),
        "Reads one bound sample by its key.\n\nA thing with one of each bound.\n\nAllowed: everyone."
    );
    assert!(description("/api/bound-samples", "post").starts_with("Creates one bound sample"));
    // Who may not read `keeper` may not filter by it either.
    let list = &json["paths"]["/api/bound-samples"]["get"]["responses"];
    assert!(list["403"]["description"].as_str().expect("said").ends_with("`code`: `FORBIDDEN`."));
    assert!(list["400"]["description"].as_str().expect("said").contains("`CURSOR_MISMATCH`"));
}

#[test]
fn schemas_say_what_the_server_takes() {
    let json = json_of(&entities![BoundSample]);
    let input = &json["components"]["schemas"]["BoundSampleInput"]["properties"];
    let spaces = r"\t-\r @\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
    assert_eq!(input["word"]["pattern"], format!("^[^{spaces}]+$"));
    assert_eq!(input["line"]["pattern"], Json::Null);
    let line = input["line"]["description"].as_str().expect("said");
    assert!(line.contains(r"Must match `(?m)^\d+$`"), "{line}");
    assert_eq!(input["slug"]["pattern"], "^[0-9a-z]+(?:-[0-9a-z]+)*$");
    assert_eq!(input["slug"]["allOf"], serde_json::json!([{"pattern": "^s"}]));
    // As a double it would be another number.
    assert_eq!((&input["large"]["minimum"], &input["large"]["maximum"]), (&Json::Null, &Json::Null));
    let large = input["large"]["description"].as_str().expect("said");
    assert_eq!(large, "At least 9007199254740993. At most 9223372036854775807.");
    assert_eq!(input["small"]["minimum"], 1.0);
    assert_eq!(input["small"]["maximum"], 32767.0);
    let price = &input["price"]["anyOf"];
    assert_eq!(price[0]["pattern"], r"^(?!-[0-9.]*[1-9])-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,2}0*)?$");
    assert_eq!((&price[1]["type"], &price[1]["multipleOf"]), (&"number".into(), &0.01.into()));
    assert_eq!(input["at"]["format"], "time-local");
    assert_eq!((&input["bytes"]["minLength"], &input["bytes"]["maxLength"]), (&8.into(), &8.into()));
    let row = &json["components"]["schemas"]["BoundSample"]["properties"];
    for (field, read_only) in [("id", true), ("created_at", true), ("made_by", true), ("word", false)] {
        assert_eq!(row[field]["readOnly"].as_bool().unwrap_or_default(), read_only, "{field}");
    }
    let keeper = row["keeper"]["description"].as_str().expect("said");
    assert_eq!(keeper, "Shown to: the role `staff`; to others it is null.\n\nSet by: the role `staff`.");
    let parameters = json["paths"]["/api/bound-samples"]["get"]["parameters"].as_array().expect("some");
    let schema = |name: &str| {
        let found = parameters.iter().find(|parameter| parameter["name"] == name);
        found.expect("the parameter")["schema"].clone()
    };
    assert_eq!(
        (schema("word[in]")["minItems"].clone(), schema("word[in]")["maxItems"].clone()),
        (1.into(), 500.into())
    );
    assert_eq!(
        (schema("sort")["minItems"].clone(), schema("sort")["uniqueItems"].clone()),
        (1.into(), true.into())
    );
    assert_eq!(schema("cursor")["minLength"], 1);
}

/// Texts enough for more parameters than any limit that was there before.
#[derive(Entity)]
#[entity(policy = public)]
pub struct ManyTexts {
    #[entity(filter)]
    a: Option<String>,
    #[entity(filter)]
    b: Option<String>,
    #[entity(filter)]
    c: Option<String>,
    #[entity(filter)]
    d: Option<String>,
    #[entity(filter)]
    e: Option<String>,
    #[entity(filter)]
    f: Option<String>,
    #[entity(filter)]
    g: Option<String>,
    #[entity(filter)]
    h: Option<String>,
    #[entity(filter)]
    i: Option<String>,
}

#[each_database(entities![ManyTexts])]
async fn every_parameter_may_be_sent_at_once(test: TestDb) {
    let entities = entities![ManyTexts];
    let json = json_of(&entities);
    let api = Api::of_entities(test, &entities, entify::rest::Rest::new()).await;
    let paths = json["paths"].as_object().expect("paths");
    let path = paths.keys().find(|path| *path != "/api/batch").expect("a path");
    let parameters = json["paths"][path]["get"]["parameters"].as_array().expect("parameters");
    let pairs: Vec<String> = parameters
        .iter()
        .filter(|parameter| parameter["name"] != "cursor" && parameter["name"] != "ids")
        .map(|parameter| {
            let name = parameter["name"].as_str().expect("a name");
            let schema = &parameter["schema"];
            let value = match (name, schema["type"].as_str(), schema["format"].as_str()) {
                ("limit", ..) => "7",
                ("count", ..) => "exact",
                ("sort", ..) => "-id",
                ("fields", ..) => "id",
                ("filter", ..) => "{}",
                (_, Some("boolean"), _) => "true",
                (_, Some("integer"), _) => "1",
                (_, _, Some("date-time")) => "2024-12-31T23:59:59Z",
                (_, Some("array"), _) if name.starts_with("id") => "1,2",
                (_, Some("array"), _) if name.contains("_at") => "2024-12-31T23:59:59Z",
                _ => "x",
            };
            format!("{name}={value}")
        })
        .collect();
    assert!(pairs.len() > 120, "{}", pairs.len());
    let page = api.get(&format!("{path}?{}", pairs.join("&"))).await;
    assert_eq!(page.json()["page"]["total"], 0, "{}", page.text);
    let twice = api.get(&format!("{path}?{0}&{0}", pairs[3])).await;
    twice.problem(400, "BAD_REQUEST");
}
