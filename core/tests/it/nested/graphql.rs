//! Nested writes in GraphQL.

use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::library;
use crate::graphql::{Api, id};

async fn api(test: &TestDb) -> Api {
    Api::of(test, &library(), Principal::Anonymous, |schema| schema).await
}

/// The fields and codes of the first error, and its code.
fn refused(answer: &Json) -> (String, Vec<(String, String)>) {
    let extensions = &answer["errors"][0]["extensions"];
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let fields = extensions["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    (
        text(&extensions["code"]),
        fields.iter().map(|field| (text(&field["field"]), text(&field["code"]))).collect(),
    )
}

fn told(code: &str, fields: &[(&str, &str)]) -> (String, Vec<(String, String)>) {
    let fields = fields.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned()));
    (code.to_owned(), fields.collect())
}

const CREATE: &str = "mutation ($input: WriterInput!) { createWriter(input: $input) { id name books { nodes { id title \
                      editor { name } chapters { nodes { heading number } } shelves { nodes { label } } } } } }";
const UPDATE: &str = "mutation ($id: ID!, $input: WriterPatch!) { updateWriter(id: $id, input: $input) { books { nodes \
                      { title } } edited { nodes { title } } } }";

#[each_database(library())]
async fn a_tree_is_written_and_answered(test: TestDb) {
    let api = api(&test).await;
    let shelf = api.data(r#"mutation { createShelf(input: {label: "s"}) { id } }"#).await;
    let input = json!({"name": "Ada", "books": {"create": [
        {"title": "a", "editor": {"create": {"name": "Eve"}}, "chapters": {"create": [{"heading": "x"}, {"heading": "y"}]}},
        {"title": "b", "shelves": {"connect": [shelf["createShelf"]["id"]], "create": [{"label": "t"}]}},
    ]}});
    let data = api.data_with(CREATE, json!({"input": input})).await;
    let books = &data["createWriter"]["books"]["nodes"];
    let chapters = json!({"nodes": [{"heading": "x", "number": 1}, {"heading": "y", "number": 2}]});
    assert_eq!(
        books[0],
        json!({"id": id("Book", 1), "title": "a", "editor": {"name": "Eve"}, "chapters": chapters, "shelves": {"nodes": []}})
    );
    assert_eq!(books[1]["shelves"], json!({"nodes": [{"label": "s"}, {"label": "t"}]}));

    // What a client leaves out it may send as null.
    let nulls = json!({"title": "n0", "writerId": data["createWriter"]["id"], "writer": null, "editor": null, "chapters": null,
                       "shelves": {"create": null, "connect": null, "update": null}});
    let document = "mutation ($input: BookInput!) { createBook(input: $input) { title } }";
    let made = api.data_with(document, json!({"input": nulls})).await;
    assert_eq!(made["createBook"]["title"], "n0");
    api.data(&format!("mutation {{ deleteBook(id: \"{}\") {{ id }} }}", id("Book", 3))).await;
    let wrong = json!({"id": books[0]["id"], "input": {"editor": null}});
    let document = "mutation ($id: ID!, $input: BookPatch!) { updateBook(id: $id, input: $input) { title } }";
    assert_eq!(refused(&api.answer(document, wrong).await), told("VALIDATION_FAILED", &[("editor", "type")]));

    let patch = json!({"books": {"update": [{"id": books[0]["id"], "expectedVersion": 1, "input": {"title": "z"}}],
                                 "delete": [books[1]["id"]]},
                       "edited": {"connect": books[0]["id"]}});
    let variables = json!({"id": data["createWriter"]["id"], "input": patch});
    // One row twice.
    let answer = api.answer(UPDATE, variables.clone()).await;
    assert_eq!(refused(&answer), told("VALIDATION_FAILED", &[("edited.connect.0", "repeated")]));
    let mut variables = variables;
    variables["input"]["edited"] =
        json!({"create": [{"title": "n", "writer": {"connect": data["createWriter"]["id"]}}]});
    let data = api.data_with(UPDATE, variables).await;
    let expected =
        json!({"books": {"nodes": [{"title": "z"}, {"title": "n"}]}, "edited": {"nodes": [{"title": "n"}]}});
    assert_eq!(data["updateWriter"], expected);
}

#[each_database(library())]
async fn errors_carry_the_path_in_the_names_of_the_schema(test: TestDb) {
    let api = api(&test).await;
    let input = json!({"name": "Ada", "books": {"create": [
        {"title": "a"}, {"title": "b", "editor": {"create": {"name": ""}}},
        {"title": "c", "writerId": id("Writer", 1), "pages": -1, "chapters": {"create": [{"heading": ""}]}},
    ]}});
    let answer = api.answer(CREATE, json!({"input": input})).await;
    let expected = [
        ("books.1.editor.name", "too_short"),
        ("books.2.pages", "too_small"),
        ("books.2.writerId", "repeated"),
        ("books.2.chapters.0.heading", "too_short"),
    ];
    let (code, mut fields) = refused(&answer);
    fields.sort();
    let mut expected = told("VALIDATION_FAILED", &expected);
    expected.1.sort();
    assert_eq!((code, fields), expected);

    let many = "mutation ($inputs: [WriterInput!]!) { createWriters(inputs: $inputs) { id } }";
    let inputs = json!([{"name": "a"}, {"name": "b", "books": {"create": [{"title": "x"}, {"title": "x"}]}}]);
    let answer = api.answer(many, json!({"inputs": inputs})).await;
    assert_eq!(refused(&answer), told("CONFLICT", &[("inputs.1.books.1.title", "unique")]));

    let lone = r#"mutation { createBook(input: {title: "x"}) { id } }"#;
    assert_eq!(
        refused(&api.answer(lone, json!({})).await),
        told("VALIDATION_FAILED", &[("writerId", "required")])
    );
    let absent = json!({"input": {"name": "Ada", "books": {"connect": [id("Book", 7)]}}});
    let answer = api.answer(CREATE, absent).await;
    assert_eq!(refused(&answer), told("CONFLICT", &[("books.connect.0", "reference")]));
    let wrong = json!({"input": {"name": "Ada", "books": {"connect": [id("Writer", 7)]}}});
    let answer = api.answer(CREATE, wrong).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    assert!(
        answer["errors"][0]["message"].as_str().is_some_and(|text| text.contains("input.books.connect.0")),
        "{answer}"
    );
    let both =
        r#"mutation { createBook(input: {title: "x", writer: {connect: "x", create: {name: "y"}}}) { id } }"#;
    let answer = api.answer(both, json!({})).await;
    assert!(
        answer["errors"][0]["message"].as_str().is_some_and(|text| text.contains("exactly one")),
        "{answer}"
    );
}

#[each_database(library())]
async fn related_rows_have_their_price(test: TestDb) {
    let api = api(&test).await;
    let books: Vec<_> = (0..900).map(|n| json!({"title": format!("t{n}")})).collect();
    let field = |n: usize| format!("w{n}: createWriter(input: $input) {{ id }}");
    let document = |many: usize| {
        let fields: Vec<_> = (0..many).map(field).collect();
        format!("mutation ($input: WriterInput!) {{ {} }}", fields.join(" "))
    };
    let input = json!({"input": {"name": "Ada", "books": {"create": books}}});
    let before = test.db().statements();
    let (code, _) = api.error(&document(40), input.clone()).await;
    assert_eq!(code, "QUERY_TOO_COMPLEX");
    assert_eq!(test.db().statements(), before, "what costs too much runs nothing");
    let answer = api.answer(&document(1), input).await;
    assert_eq!(answer.get("errors"), None);
}
