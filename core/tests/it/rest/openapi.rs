//! The OpenAPI description.

use std::collections::BTreeSet;

use entify::entity::Registry;
use entify::testing::{TestDb, each_database};
use serde_json::Value as Json;

use super::Api;
use crate::support::domain::all;

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
    let docs = api.get("/docs").await;
    assert!(docs.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(docs.text.contains("SwaggerUIBundle({"));
    for outside in ["src=\"http", "src='http", "href=\"http", "@import", "url(http", "url(//"] {
        assert!(!docs.text.contains(outside), "the page loads something from elsewhere: {outside}");
    }
    let policy = docs.header("content-security-policy").expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"));
}
