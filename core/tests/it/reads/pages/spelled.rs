//! What the surfaces answer, in one form: `{"items": […], "has_next": …, "total": …}`.

use entify::types::Kind;
use serde_json::{Value as Json, json};

use super::Table;
use super::request::{Include, Request, graphql_name};

pub(super) fn of_rest(request: &Request, page: &Json) -> Json {
    rest_page(page, request.table, request.counted, &request.include)
}

fn rest_page(page: &Json, table: Table, counted: bool, include: &[Include]) -> Json {
    let items = page["items"].as_array().unwrap_or_else(|| panic!("no page: {page}"));
    assert_eq!(page["page"]["total"].is_null(), !counted, "{page}");
    json!({
        "items": items.iter().map(|row| rest_row(row, table, include)).collect::<Vec<_>>(),
        "has_next": page["page"]["has_next"],
        "total": page["page"]["total"],
    })
}

fn rest_row(row: &Json, table: Table, include: &[Include]) -> Json {
    if row.is_null() {
        return Json::Null;
    }
    let fields = table.fields().iter().map(|name| ((*name).to_owned(), row[name].clone()));
    let related = include.iter().map(|one| {
        let shown = &row[one.name];
        let shown = match &one.many {
            None => rest_row(shown, one.table, &one.include),
            Some(many) => rest_page(shown, one.table, many.counted, &one.include),
        };
        (one.name.to_owned(), shown)
    });
    Json::Object(fields.chain(related).collect())
}

pub(super) fn of_graphql(request: &Request, page: &Json) -> Json {
    graphql_page(page, request.table, &request.include)
}

fn graphql_page(page: &Json, table: Table, include: &[Include]) -> Json {
    let nodes = page["nodes"].as_array().unwrap_or_else(|| panic!("no page: {page}"));
    json!({
        "items": nodes.iter().map(|row| graphql_row(row, table, include)).collect::<Vec<_>>(),
        "has_next": page["pageInfo"]["hasNextPage"],
        "total": page["totalCount"],
    })
}

fn graphql_row(row: &Json, table: Table, include: &[Include]) -> Json {
    if row.is_null() {
        return Json::Null;
    }
    let field = |name: &&'static str| {
        let value = &row[graphql_name(table, name)];
        // Numbers of 64 bits are texts.
        let is_long = table.info().by_name(name).expect("a field").kind == Kind::I64;
        let number =
            value.as_str().filter(|_| is_long).map(|text| json!(text.parse::<i64>().expect("a number")));
        ((*name).to_owned(), number.unwrap_or_else(|| value.clone()))
    };
    let related = include.iter().map(|one| {
        let shown = &row[one.name];
        let shown = match &one.many {
            None => graphql_row(shown, one.table, &one.include),
            Some(_) => graphql_page(shown, one.table, &one.include),
        };
        (one.name.to_owned(), shown)
    });
    Json::Object(table.fields().iter().map(field).chain(related).collect())
}
