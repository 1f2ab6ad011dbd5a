//! Documents that applications of their own could bring.

use super::{ClientFile, Resource, client};

fn resource(path: &str, singular: &'static str, plural: &'static str) -> Resource {
    Resource { path: path.to_owned(), singular, plural }
}

/// The text of one file of the client of a document.
fn written(name: &str, document: &serde_json::Value) -> String {
    let resources = [
        resource("/api/issues", "issue", "issues"),
        resource("/api/issue-labels", "issue_label", "issue_labels"),
    ];
    let files = client(&document.to_string(), &resources, false).unwrap();
    files.into_iter().find(|file| file.name == name).unwrap().text
}

fn schemas(schemas: serde_json::Value) -> String {
    let document = serde_json::json!({ "info": { "title": "T */\nX" }, "paths": {}, "components": { "schemas": schemas } });
    written("models.ts", &document)
}

fn paths(paths: serde_json::Value) -> (String, String) {
    let page = serde_json::json!({ "properties": { "items": { "type": "array", "items": { "$ref": "#/c/s/Issue" } }, "page": {} } });
    let schemas = serde_json::json!({ "Issue": { "type": "object" }, "IssuePage": page });
    let document =
        serde_json::json!({ "info": { "title": "T" }, "paths": paths, "components": { "schemas": schemas } });
    (written("client.ts", &document), written("params.ts", &document))
}

#[track_caller]
fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

#[test]
fn what_may_be_null_is_so_in_both_versions_of_openapi() {
    let text = schemas(serde_json::json!({
        "A": { "type": "object", "required": ["x"], "properties": {
            "x": { "type": "string", "nullable": true },
            "y": { "type": ["integer", "null"] },
            "z": { "anyOf": [{ "$ref": "#/components/schemas/B" }, { "type": "null" }] },
            "w": { "type": "object", "nullable": true, "allOf": [{ "$ref": "#/components/schemas/B" }] },
        }},
        "B": { "type": "string", "enum": ["a", "b\"c", null] },
    }));
    assert_has(
        &text,
        &[
            "  x: string | null;",
            "  y?: number | null;",
            "  z?: B | null;",
            "export type B = \"a\" | \"b\\\"c\" | null;",
        ],
    );
    // What is said beside a reference that it is an object says nothing more.
    assert_has(&text, &["  w?: B | null;"]);
}

#[test]
fn objects_lists_and_choices_have_types() {
    let text = schemas(serde_json::json!({
        "Way": { "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
            "properties": { "connect": { "type": "integer" }, "create": { "$ref": "#/components/schemas/Free" } } },
        "Free": { "type": "object" },
        "Map": { "type": "object", "additionalProperties": { "type": "array", "items": { "type": ["string", "null"] } } },
        "Any": {},
        "Odd": { "type": "object", "properties": { "a-b": { "const": 1 }, "ok": { "type": "boolean", "description": "ends */ here" } } },
    }));
    assert_has(
        &text,
        &[
            "export type Way = { connect: number; create?: never } | { connect?: never; create: Free };",
            "export type Free = { [name: string]: unknown };",
            "export type Map = { [name: string]: (string | null)[] };",
            "export type Any = unknown;",
            "  \"a-b\"?: 1;",
            "  /** ends *\\/ here */",
            "/** What T *\\/ X takes and answers. */",
        ],
    );
}

#[test]
fn names_that_are_none_in_typescript_are_made_so_and_stay_apart() {
    let text = schemas(serde_json::json!({
        "string": { "type": "string" }, "A<B>": { "type": "string" }, "A_B_": { "type": "integer" }, "1st": {},
        "Use": { "type": "object", "properties": { "s": { "$ref": "#/components/schemas/string" }, "a": { "$ref": "#/components/schemas/A<B>" },
            "gone": { "$ref": "#/components/schemas/Gone" } } },
    }));
    assert_has(
        &text,
        &[
            "export type string_ = string;",
            "export type A_B_ = ",
            "export type A_B__ = ",
            "export type _1st = unknown;",
        ],
    );
    assert_has(&text, &["  s?: string_;", "  gone?: unknown;"]);
    assert_eq!(text.matches("  a?: A_B_").count(), 1);
}

#[test]
fn methods_are_named_by_what_they_do() {
    let none = serde_json::json!({ "204": {} });
    let operation = |id: &str| serde_json::json!({ "operationId": id, "responses": none });
    let (text, _) = paths(serde_json::json!({
        "/api/issues": { "patch": operation("update_issues"), "delete": operation("delete_issues") },
        "/api/issues/{id}": { "patch": operation("update_issue") },
        "/api/issues/{id}/labels/{label}": { "put": operation("put_issue_labels") },
        "/api/issues/then": { "post": operation("then_issues") },
        "/api/issue-labels/batch": { "post": operation("batch_issue_labels") },
        "/api/issuesque": { "post": operation("query") },
        "/api/nameless": { "post": { "responses": none } },
    }));
    let class = |name: &str| {
        text.split(&format!("export class {name} ")).nth(1).unwrap().split("\n}\n").next().unwrap()
    };
    assert_has(
        class("IssuesResource"),
        &["  updateMany(", "  deleteMany(", "  update(", "  putIssueLabels(", "  thenIssues("],
    );
    assert_has(class("IssueLabelsResource"), &["  batch("]);
    assert_has(
        class("Client"),
        &["readonly issueLabels: IssueLabelsResource", "  query_(", "  postApiNameless("],
    );
}

#[test]
fn conditions_are_told_from_options() {
    let parameter =
        |name: &str| serde_json::json!({ "name": name, "in": "query", "schema": { "type": "integer" } });
    let list = serde_json::json!({ "name": "n[in]", "in": "query", "schema": { "type": "array", "items": { "type": "integer" } } });
    let with = |parameters: &[serde_json::Value]| {
        let response = serde_json::json!({ "content": { "application/json": { "schema": { "$ref": "#/c/s/IssuePage" } } } });
        let operation = serde_json::json!({ "operationId": "list_issues", "parameters": parameters, "responses": { "200": response } });
        paths(serde_json::json!({ "/api/issues": { "get": operation } }))
    };
    let (client, params) = with(&[
        parameter("cursor"),
        parameter("n"),
        parameter("n[gt]"),
        list.clone(),
        parameter("limit[eq]"),
    ]);
    let conditions = "  n?: number | { eq?: number; gt?: number; in?: readonly number[] };\n  limit?: number | { eq?: number };\n";
    assert_has(&params, &[conditions, "  where?: IssueWhere;\n  cursor?: number;\n}"]);
    assert_has(
        &client,
        &[
            "const { where, ...query } = options;",
            "AsyncGenerator<models.Issue, void",
            "  iterate(",
            "  pages(",
        ],
    );
    let (client, params) = with(&[parameter("where"), list]);
    assert_has(&params, &["  conditions?: IssueWhere;\n  where?: number;"]);
    assert_has(&client, &["const { conditions: where, ...query } = options;"]);
    assert!(!client.contains("iterate("), "a list without a cursor has one page");
}

#[test]
fn answers_and_bodies_have_the_types_of_their_media() {
    let json = serde_json::json!({ "application/json; charset=utf-8": { "schema": { "type": "string" } } });
    let csv = serde_json::json!({ "text/csv": {} });
    let (text, _) = paths(serde_json::json!({
        "/a": { "get": { "operationId": "text", "responses": { "200": { "content": json } } } },
        "/b": { "get": { "operationId": "maybe", "responses": { "200": { "content": json }, "204": {} } } },
        "/c": { "get": { "operationId": "file", "responses": { "200": { "content": csv } } } },
        "/d": { "post": { "operationId": "upload", "requestBody": { "content": csv }, "responses": { "default": {} } } },
        "/e": { "put": { "operationId": "strict", "responses": { "204": {} }, "parameters": [
            { "name": "If-Match", "in": "header", "required": true }, { "name": "X-Own", "in": "header", "required": true },
            { "name": "q", "in": "query" } ] } },
    }));
    assert_has(
        &text,
        &[
            "text(call?: runtime.CallOptions): Promise<string>",
            "maybe(call?: runtime.CallOptions): Promise<string | undefined>",
            "file(call?: runtime.CallOptions): Promise<Response> {\n    return this.transport.send({ method: \"GET\", path: \"/c\", raw: true",
            "upload(input?: BodyInit, call?: runtime.CallOptions): Promise<void>",
            "contentType: \"text/csv\"",
            "strict(options: params.Strict | undefined, call: runtime.MatchedCallOptions): Promise<void>",
            "It takes the header `X-Own`, which it needs.",
        ],
    );
}

#[test]
fn the_same_document_is_the_same_client() {
    let document = serde_json::json!({ "info": { "title": "T" } }).to_string();
    let first = client(&document, &[], true).unwrap();
    assert_eq!(first, client(&document, &[], true).unwrap());
    let names: Vec<_> = first.iter().map(|ClientFile { name, .. }| *name).collect();
    assert_eq!(names, ["client.ts", "index.ts", "models.ts", "params.ts", "runtime.ts"]);
    client("{}", &[], true).unwrap_err();
}
