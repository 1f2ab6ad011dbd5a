//! Both versions of the description: valid in themselves, complete, and the same.

use std::collections::BTreeSet;

use entify::entity::Registry;
use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use serde_json::Value as Json;

use super::Api;
use crate::support::domain::all;
use crate::support::openapi;

fn document_3_0() -> Json {
    let registry = Registry::new(&all()).expect("a registry");
    openapi::read(&entify::rest::spec(&registry, "Blog", "1.2.3").expect("a description"))
}

fn document_3_1() -> Json {
    let registry = Registry::new(&all()).expect("a registry");
    let rest = Rest::new().title("Blog").version("1.2.3");
    openapi::read(&rest.spec_3_1(&registry).expect("a description"))
}

/// Calls with every schema of a document and the way to it.
fn each_schema(document: &Json, then: &mut impl FnMut(&str, &Json)) {
    fn within(way: &str, schema: &Json, then: &mut impl FnMut(&str, &Json)) {
        then(way, schema);
        for name in ["items", "additionalProperties", "not"] {
            if schema[name].is_object() {
                within(&format!("{way}/{name}"), &schema[name], then);
            }
        }
        for name in ["allOf", "anyOf", "oneOf"] {
            for schema in schema[name].as_array().into_iter().flatten() {
                within(&format!("{way}/{name}"), schema, then);
            }
        }
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            within(&format!("{way}/{name}"), schema, then);
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        within(name, schema, then);
    }
    for (way, operation) in operations(document) {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        for parameter in parameters {
            within(&format!("{way} {}", parameter["name"]), &parameter["schema"], then);
        }
        let responses = operation["responses"].as_object().expect("responses").values();
        for response in responses.chain([&operation["requestBody"]]) {
            for header in response["headers"].as_object().into_iter().flat_map(|headers| headers.values()) {
                within(&format!("{way} header"), &header["schema"], then);
            }
            for media in response["content"].as_object().into_iter().flat_map(|content| content.values()) {
                within(&format!("{way} body"), &media["schema"], then);
            }
        }
    }
}

fn operations(document: &Json) -> impl Iterator<Item = (String, &Json)> {
    let paths = document["paths"].as_object().expect("paths").iter();
    paths.flat_map(|(path, item)| {
        let operations = item.as_object().expect("operations").iter();
        operations.map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

#[test]
fn every_operation_is_complete() {
    let document = document_3_0();
    let tags = document["tags"].as_array().expect("tags");
    for def in all().into_iter().filter(|def| !def.skip.rest) {
        let tag = tags.iter().find(|tag| tag["name"] == def.name).expect("a tag for each entity");
        assert_eq!(tag["description"].as_str().unwrap_or_default(), def.docs, "{tag}");
    }
    let schemes = document["components"]["securitySchemes"].as_object().expect("schemes");
    let mut count = 0;
    for (way, operation) in operations(&document) {
        count += 1;
        for text in ["summary", "description", "operationId"] {
            assert!(operation[text].as_str().is_some_and(|text| !text.is_empty()), "{way}: {text}");
        }
        let of = operation["tags"].as_array().expect("tags");
        assert!(of.len() == 1 && tags.iter().any(|tag| tag["name"] == of[0]), "{way}: {of:?}");
        let security = operation["security"].as_array().unwrap_or_else(|| panic!("{way}: no security"));
        for way_in in security.iter().filter_map(Json::as_object) {
            assert!(way_in.keys().all(|name| schemes.contains_key(name)), "{way}: {way_in:?}");
        }
        let statuses: BTreeSet<&str> =
            operation["responses"].as_object().expect("responses").keys().map(String::as_str).collect();
        assert!(statuses.iter().any(|status| status.starts_with(['2', '3'])), "{way}: {statuses:?}");
        let mut expected = vec!["400", "401", "429", "500", "503"];
        if way.contains("{id}") {
            expected.push("404");
        }
        if !way.starts_with("get ") {
            expected.extend(["409", "413", "422"]);
        }
        if !security.iter().any(|way| way.as_object().is_some_and(serde_json::Map::is_empty)) {
            expected.push("403");
        }
        for status in expected {
            assert!(statuses.contains(status), "{way} may answer {status}: {statuses:?}");
        }
        for status in statuses.iter().filter(|status| ***status >= *"400") {
            let response = &operation["responses"][*status];
            let schema = &response["content"]["application/problem+json; charset=utf-8"]["schema"];
            let schema = if schema.is_null() {
                &response["content"]["application/problem+json"]["schema"]
            } else {
                schema
            };
            assert_eq!(schema["$ref"], "#/components/schemas/Problem", "{way} {status}: {response}");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            assert!(parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{way}: {name}");
            let schema = &parameter["schema"];
            let of_items = if schema["items"].is_object() { &schema["items"] } else { schema };
            let has_example = [schema, of_items, parameter].into_iter().any(|place| {
                ["example", "enum", "default"].into_iter().any(|member| !place[member].is_null())
            });
            // Cursors and keys are what the server has answered.
            assert!(
                has_example || ["cursor", "ids"].contains(&name),
                "{way}: {name} has no example: {parameter}"
            );
        }
    }
    assert!(count > 30, "{count} operations");
}

#[test]
fn members_say_what_is_declared_of_them() {
    let document = document_3_0();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for def in all().into_iter().filter(|def| !def.skip.rest) {
        let info = def.info();
        let row = &schemas[def.name]["properties"];
        let input = &schemas[&format!("{}Input", def.name)]["properties"];
        for column in info.columns.iter() {
            let member = &row[column.wire];
            let Some(field) = column.field.filter(|field| !field.skip.rest) else { continue };
            if !column.readable {
                assert!(member.is_null(), "{}.{} is never shown", def.name, column.wire);
                assert!(!input[column.wire].is_null(), "{}.{}", def.name, column.wire);
                continue;
            }
            assert_eq!(
                member["nullable"].as_bool().unwrap_or_default(),
                // What may be anything may be null.
                column.nullable_to_clients() && !member["type"].is_null(),
                "{}.{}",
                def.name,
                column.wire
            );
            if field.read_only {
                assert_eq!(member["readOnly"], true, "{}.{}", def.name, column.wire);
                assert!(input[column.wire].is_null(), "{}.{}", def.name, column.wire);
            }
        }
    }
}

#[test]
fn three_one_has_nothing_of_three_zero() {
    let document = document_3_1();
    assert_eq!(document["openapi"], "3.1.1");
    assert_eq!(document["jsonSchemaDialect"], "https://spec.openapis.org/oas/3.1/dialect/base");
    let mut nulls = 0;
    each_schema(&document, &mut |way, schema| {
        for gone in ["nullable", "example"] {
            assert!(schema[gone].is_null(), "{way}: {schema}");
        }
        for bound in ["exclusiveMinimum", "exclusiveMaximum"] {
            assert!(schema[bound].is_null() || schema[bound].is_number(), "{way}: {schema}");
        }
        if let Some(types) = schema["type"].as_array() {
            assert!(types.len() == 2 && types[1] == "null", "{way}: {schema}");
            nulls += 1;
        }
        assert!(
            !schema["type"].is_array()
                || schema["enum"].is_null()
                || schema["enum"].as_array().expect("values").contains(&Json::Null),
            "{way}"
        );
    });
    assert!(nulls > 5, "{nulls} values may be null");
}

#[test]
fn both_versions_have_the_same_operations_and_schemas() {
    let (old, new) = (document_3_0(), document_3_1());
    let count = |document: &Json| {
        let mut ways = Vec::new();
        each_schema(document, &mut |way, schema| {
            // `null` is a schema of its own in 3.1.
            if schema["type"] != "null" {
                ways.push(way.replace("/anyOf/allOf", "/allOf"));
            }
        });
        ways.into_iter().collect::<BTreeSet<_>>()
    };
    let (old_ways, new_ways) = (count(&old), count(&new));
    let missing: Vec<_> = old_ways.difference(&new_ways).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for member in ["info", "servers", "tags"] {
        assert_eq!(old[member], new[member]);
    }
    let ids = |document: &Json| {
        operations(document)
            .map(|(way, operation)| (way, operation["operationId"].clone(), operation["security"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&old), ids(&new));
}

#[each_database(all())]
async fn the_documents_and_their_pages_are_served(test: TestDb) {
    let api = Api::of(test).await;
    let json = api.get("/openapi-3.1.json").await;
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert_eq!(json.json()["openapi"], "3.1.1");
    let yaml = api.get("/openapi-3.1.yaml").await;
    assert!(yaml.text.starts_with("\"openapi\": \"3.1.1\"\n"), "{}", &yaml.text[..80]);
    let page = api.get("/docs").await;
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    assert!(
        !page.text.contains("<script") && !page.text.contains("style=\""),
        "nothing that the policy refuses"
    );
    for outside in ["src=\"http", "href=\"http", "@import", "url("] {
        assert!(!page.text.contains(outside), "the page loads something from elsewhere: {outside}");
    }
}

#[each_database(all())]
async fn the_page_shows_every_operation_once_with_its_filters_by_field(test: TestDb) {
    let api = Api::of(test).await;
    let page = api.get("/docs").await.text;
    let document = document_3_0();
    for (way, operation) in operations(&document) {
        let id = operation["operationId"].as_str().expect("an id");
        assert_eq!(page.matches(&format!(" id=\"{id}\"")).count(), 1, "{way}");
    }
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        assert_eq!(page.matches(&format!(" id=\"schema-{name}\"")).count(), 1, "{name}");
    }
    // Every link within the page leads somewhere.
    for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(page.contains(&format!("id=\"{target}\"")), "#{target}");
    }
    let list = page
        .split("id=\"list_users\"")
        .nth(1)
        .expect("the list")
        .split("</details>")
        .next()
        .expect("its end");
    let filters = list.split("<h3>Filters</h3>").nth(1).expect("filters");
    let filters = filters.split("<h3>").next().expect("their end");
    assert_eq!(filters.matches("<td><code>created_at</code>").count(), 1, "{filters}");
    for operator in ["=", "[gte]", "[in]"] {
        assert!(filters.contains(&format!("<code>{operator}</code>")), "{operator}: {filters}");
    }
    for parameter in ["limit", "cursor", "sort"] {
        assert!(
            list.contains(&format!("<code>{parameter}</code> <span class=\"mark\">query</span>")),
            "{parameter}"
        );
        assert!(!filters.contains(&format!("<td><code>{parameter}</code>")), "{parameter}");
    }
}
