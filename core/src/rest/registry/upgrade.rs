//! OpenAPI 3.1 from 3.0: the same description, whose schemas are those of JSON Schema 2020-12.
//!
//! What differs is `nullable` (`null` is a type), `example` of a schema (`examples`), bounds that are excluded (numbers of their own),
//! and texts that hold bytes (`contentEncoding`). Everything else of 3.0 means the same in 3.1.

use serde_json::{Map, Value as Json, json};

/// What schemas of OpenAPI 3.1 are written in.
pub(super) const DIALECT: &str = "https://spec.openapis.org/oas/3.1/dialect/base";

/// Rewrites a path with its operations.
pub(super) fn path_item(item: &mut Json) {
    let Json::Object(members) = item else { return };
    for (name, member) in members {
        match name.as_str() {
            "parameters" => each_item(member, parameter),
            "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" => operation(member),
            _ => {}
        }
    }
}

/// Rewrites what operations refer to.
pub(super) fn components(components: &mut Json) {
    member(components, "schemas", |schemas| each_member(schemas, schema));
    member(components, "parameters", |parameters| each_member(parameters, parameter));
    member(components, "headers", |headers| each_member(headers, parameter));
    member(components, "requestBodies", |bodies| each_member(bodies, body));
    member(components, "responses", |responses| each_member(responses, response));
}

fn operation(operation: &mut Json) {
    member(operation, "parameters", |parameters| each_item(parameters, parameter));
    member(operation, "requestBody", body);
    member(operation, "responses", |responses| each_member(responses, response));
    member(operation, "callbacks", |callbacks| {
        each_member(callbacks, |callback| each_member(callback, path_item));
    });
}

/// A parameter or a header.
fn parameter(parameter: &mut Json) {
    member(parameter, "schema", schema);
    body(parameter);
}

/// A body of a request.
fn body(body: &mut Json) {
    member(body, "content", |content| {
        each_member(content, |media| {
            member(media, "schema", schema);
            member(media, "encoding", |encodings| {
                each_member(encodings, |encoding| {
                    member(encoding, "headers", |headers| each_member(headers, parameter));
                });
            });
        });
    });
}

fn response(response: &mut Json) {
    member(response, "headers", |headers| each_member(headers, parameter));
    body(response);
}

fn member(of: &mut Json, name: &str, then: impl Fn(&mut Json)) {
    if let Some(member) = of.get_mut(name) {
        then(member);
    }
}

fn each_member(of: &mut Json, then: impl Fn(&mut Json)) {
    if let Json::Object(members) = of {
        members.values_mut().for_each(then);
    }
}

fn each_item(of: &mut Json, then: impl Fn(&mut Json)) {
    if let Json::Array(items) = of {
        items.iter_mut().for_each(then);
    }
}

/// A schema, with all that is in it.
fn schema(of: &mut Json) {
    for name in ["items", "additionalProperties", "not"] {
        member(of, name, schema);
    }
    for name in ["allOf", "anyOf", "oneOf"] {
        member(of, name, |schemas| each_item(schemas, schema));
    }
    member(of, "properties", |properties| each_member(properties, schema));
    let Json::Object(members) = of else { return };
    if let Some(example) = members.remove("example") {
        members.insert("examples".to_owned(), json!([example]));
    }
    exclude(members, "exclusiveMinimum", "minimum");
    exclude(members, "exclusiveMaximum", "maximum");
    if members.get("type").is_some_and(|ty| ty == "string") {
        content(members);
    }
    if members.remove("nullable") == Some(Json::Bool(true)) {
        accept_null(members);
    }
}

/// A bound that is excluded is a number of its own.
fn exclude(members: &mut Map<String, Json>, flag: &str, bound: &str) {
    let Some(Json::Bool(excluded)) = members.get(flag) else { return };
    let excluded = *excluded;
    members.remove(flag);
    if let Some(number) = members.remove(bound) {
        members.insert(if excluded { flag } else { bound }.to_owned(), number);
    }
}

/// A text that holds bytes.
fn content(members: &mut Map<String, Json>) {
    let (keyword, value) = match members.get("format").and_then(Json::as_str) {
        Some("byte") => ("contentEncoding", "base64"),
        Some("binary") => ("contentMediaType", "application/octet-stream"),
        _ => return,
    };
    members.remove("format");
    members.insert(keyword.to_owned(), json!(value));
}

/// What is said of a value and not asked of it, so that it stays where the schema was.
const ANNOTATIONS: [&str; 7] =
    ["title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"];

/// Makes `null` valid too.
fn accept_null(members: &mut Map<String, Json>) {
    if members.contains_key("allOf") || members.contains_key("not") {
        // `null` would have to pass these as well.
        let (annotations, rules): (Map<_, _>, Map<_, _>) =
            std::mem::take(members).into_iter().partition(|(name, _)| ANNOTATIONS.contains(&name.as_str()));
        *members = annotations;
        members.insert("anyOf".to_owned(), json!([rules, {"type": "null"}]));
        return;
    }
    if let Some(ty @ Json::String(_)) = members.get_mut("type") {
        *ty = json!([ty.take(), "null"]);
    }
    for name in ["anyOf", "oneOf"] {
        let Some(Json::Array(schemas)) = members.get_mut(name) else { continue };
        if !schemas.iter().any(takes_null) {
            schemas.push(json!({"type": "null"}));
        }
    }
    if let Some(Json::Array(values)) = members.get_mut("enum")
        && !values.contains(&Json::Null)
    {
        values.push(Json::Null);
    }
}

fn takes_null(schema: &Json) -> bool {
    match &schema["type"] {
        Json::Array(types) => types.contains(&json!("null")),
        ty => ty == "null",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upgraded(mut old: Json) -> Json {
        schema(&mut old);
        old
    }

    #[test]
    fn null_is_a_type() {
        assert_eq!(
            upgraded(json!({"type": "string", "nullable": true, "maxLength": 2})),
            json!({"type": ["string", "null"], "maxLength": 2})
        );
        assert_eq!(upgraded(json!({"type": "string", "nullable": false})), json!({"type": "string"}));
        assert_eq!(
            upgraded(json!({"type": "string", "nullable": true, "enum": ["a"]})),
            json!({"type": ["string", "null"], "enum": ["a", null]})
        );
        assert_eq!(
            upgraded(json!({"nullable": true, "description": "Any."})),
            json!({"description": "Any."})
        );
    }

    #[test]
    fn null_need_not_pass_what_all_others_pass() {
        let old = json!({"type": "object", "allOf": [{"$ref": "#/components/schemas/A"}], "nullable": true, "description": "A."});
        let new = json!({
            "description": "A.",
            "anyOf": [{"type": "object", "allOf": [{"$ref": "#/components/schemas/A"}]}, {"type": "null"}],
        });
        assert_eq!(upgraded(old), new);
        let old =
            json!({"anyOf": [{"type": "string", "nullable": true}, {"type": "number"}], "nullable": true});
        assert_eq!(upgraded(old), json!({"anyOf": [{"type": ["string", "null"]}, {"type": "number"}]}));
        let old = json!({"oneOf": [{"$ref": "#/a"}], "nullable": true});
        assert_eq!(upgraded(old), json!({"oneOf": [{"$ref": "#/a"}, {"type": "null"}]}));
    }

    #[test]
    fn schemas_within_schemas_are_found_and_values_are_left_alone() {
        let old = json!({
            "type": "object",
            "properties": {"example": {"type": "array", "items": {"type": "integer", "nullable": true, "example": 1}}},
            "additionalProperties": {"type": "string", "format": "byte"},
            "example": {"nullable": true, "example": 5},
            "default": {"nullable": true},
        });
        let new = json!({
            "type": "object",
            "properties": {"example": {"type": "array", "items": {"type": ["integer", "null"], "examples": [1]}}},
            "additionalProperties": {"type": "string", "contentEncoding": "base64"},
            "examples": [{"nullable": true, "example": 5}],
            "default": {"nullable": true},
        });
        assert_eq!(upgraded(old), new);
        let closed = json!({"type": "object", "additionalProperties": false});
        assert_eq!(upgraded(closed.clone()), closed);
    }

    #[test]
    fn excluded_bounds_are_numbers() {
        let old = json!({"type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": false});
        assert_eq!(upgraded(old), json!({"type": "number", "exclusiveMinimum": 0, "maximum": 9}));
    }

    #[test]
    fn every_place_of_a_schema_is_reached() {
        let old = || json!({"type": "string", "nullable": true});
        let media = || json!({"application/json": {"schema": old(), "example": {"nullable": true}}});
        let mut item = json!({
            "parameters": [{"name": "a", "schema": old()}],
            "get": {
                "parameters": [{"name": "b", "schema": old()}, {"name": "c", "content": media()}],
                "requestBody": {"content": media()},
                "responses": {"200": {"content": media(), "headers": {"schema": {"schema": old()}}}},
            },
        });
        path_item(&mut item);
        let new = json!({"type": ["string", "null"]});
        for place in [
            "/parameters/0/schema",
            "/get/parameters/0/schema",
            "/get/parameters/1/content/application~1json/schema",
            "/get/requestBody/content/application~1json/schema",
            "/get/responses/200/content/application~1json/schema",
            "/get/responses/200/headers/schema/schema",
        ] {
            assert_eq!(item.pointer(place), Some(&new), "{place}");
        }
        let example = "/get/requestBody/content/application~1json/example";
        assert_eq!(item.pointer(example), Some(&json!({"nullable": true})));
        let mut of_all = json!({"schemas": {"schema": old()}, "headers": {"a": {"schema": old()}}});
        components(&mut of_all);
        assert_eq!(of_all, json!({"schemas": {"schema": new}, "headers": {"a": {"schema": new}}}));
    }
}
