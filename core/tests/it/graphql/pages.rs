//! Connections: pages, cursors, nesting, and what they cost in statements.

use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::{Api, blog, id};
use crate::support::domain::*;

fn emails(page: &Json) -> Vec<&str> {
    let nodes = page["users"]["nodes"].as_array().expect("nodes");
    nodes.iter().filter_map(|node| node["email"].as_str()).collect()
}

#[each_database(all())]
async fn a_level_costs_one_statement_however_many_rows(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 8).await;
    let two = "{ users(first: 50) { edges { node { id posts { nodes { id } } } } } }";
    assert_eq!(api.statements(two).await, 2);
    let to_one = "{ posts(first: 50) { nodes { title author { email } reviewer { email } } } }";
    // No post has a reviewer, so nothing is asked for them.
    assert_eq!(api.statements(to_one).await, 2);
    let deep = "{ users(first: 50) { nodes { posts(first: 3) { nodes { title author { id } \
                    tags(first: 5) { nodes { name posts(first: 2) { nodes { author { email } } } } } } } } } }";
    assert_eq!(api.statements(deep).await, 6);
    let aliases = "{ users { nodes { few: posts(first: 1) { nodes { id } } more: posts(first: 5) { nodes { id } } } } }";
    assert_eq!(api.statements(aliases).await, 3);
}

#[each_database(all())]
async fn the_total_is_counted_only_when_selected(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 3).await;
    assert_eq!(api.statements("{ users { nodes { id } } }").await, 1);
    assert_eq!(api.statements("{ users { nodes { id } totalCount } }").await, 2);
    assert_eq!(api.statements("{ users { nodes { id posts { totalCount } } } }").await, 3);
    let data = api.data("{ users(orderBy: {id: ASC}) { totalCount nodes { posts(first: 1) { totalCount nodes { id } } } } }").await;
    assert_eq!(data["users"]["totalCount"], 3);
    assert_eq!(data["users"]["nodes"][2]["posts"]["totalCount"], 3);
    assert_eq!(data["users"]["nodes"][2]["posts"]["nodes"].as_array().map(Vec::len), Some(1));
}

#[each_database(all())]
async fn pages_forwards_and_backwards(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 5).await;
    let query = "query P($first: Int, $after: String, $last: Int, $before: String) {
            users(first: $first, after: $after, last: $last, before: $before, orderBy: [{email: ASC}]) {
                nodes { email } edges { cursor }
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let first = api.data_with(query, json!({"first": 2})).await;
    assert_eq!(emails(&first), ["u1@example.org", "u2@example.org"]);
    let info = &first["users"]["pageInfo"];
    assert_eq!((&info["hasNextPage"], &info["hasPreviousPage"]), (&json!(true), &json!(false)));
    assert_eq!(info["endCursor"], first["users"]["edges"][1]["cursor"]);
    assert_eq!(info["startCursor"], first["users"]["edges"][0]["cursor"]);
    let second = api.data_with(query, json!({"first": 2, "after": info["endCursor"]})).await;
    assert_eq!(emails(&second), ["u3@example.org", "u4@example.org"]);
    assert_eq!(second["users"]["pageInfo"]["hasPreviousPage"], true);
    let start = &second["users"]["pageInfo"]["startCursor"];
    let back = api.data_with(query, json!({"last": 1, "before": start})).await;
    assert_eq!(emails(&back), ["u2@example.org"]);
    let last = api.data_with(query, json!({"last": 2})).await;
    assert_eq!(emails(&last), ["u4@example.org", "u5@example.org"]);
    assert_eq!(last["users"]["pageInfo"]["hasNextPage"], false);
}

#[each_database(all())]
async fn a_nested_page_goes_on_at_its_cursor(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 4).await;
    let query = "query N($id: ID!, $after: String) { userById(id: $id) {
            posts(first: 3, after: $after, orderBy: {title: ASC}) { nodes { title } pageInfo { hasNextPage endCursor } } } }";
    let id = id("User", 4);
    let first = api.data_with(query, json!({"id": id})).await;
    let posts = &first["userById"]["posts"];
    assert_eq!(posts["pageInfo"]["hasNextPage"], true);
    let next = api.data_with(query, json!({"id": id, "after": posts["pageInfo"]["endCursor"]})).await;
    let posts = &next["userById"]["posts"];
    assert_eq!(posts["nodes"], json!([{"title": "post 4 of 4"}]));
    assert_eq!(posts["pageInfo"]["hasNextPage"], false);
}

#[each_database(all())]
async fn filters_orders_and_search(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 4).await;
    let found = |filter: Json| {
        let api = &api;
        async move {
            let query = "query F($filter: UserFilter) { users(filter: $filter, orderBy: {email: ASC}) { nodes { email } } }";
            let data = api.data_with(query, json!({"filter": filter})).await;
            emails(&data).iter().map(|email| email[1..2].to_owned()).collect::<String>()
        }
    };
    assert_eq!(found(json!(null)).await, "1234");
    assert_eq!(found(json!({})).await, "1234");
    assert_eq!(found(json!({"email": {"startsWith": "u1"}})).await, "1");
    assert_eq!(found(json!({"id": {"in": [id("User", 2), id("User", 3)]}})).await, "23");
    assert_eq!(found(json!({"status": {"ne": "ACTIVE"}})).await, "");
    assert_eq!(found(json!({"nickname": {"isNull": true}})).await, "1234");
    assert_eq!(found(json!({"not": {"email": {"contains": "1"}}})).await, "234");
    assert_eq!(
        found(json!({"or": [{"email": {"contains": "1"}}, {"email": {"contains": "4"}}]})).await,
        "14"
    );
    assert_eq!(found(json!({"posts": {"some": {"stars": {"gte": 3}}}})).await, "34");
    assert_eq!(found(json!({"posts": {"every": {"title": {"contains": "post 1"}}}})).await, "1");
    assert_eq!(found(json!({"posts": {"some": {"author": {"email": {"eq": "u2@example.org"}}}}})).await, "2");
    let data = api.data("{ users(search: \"u3\") { nodes { email } } }").await;
    assert_eq!(emails(&data), ["u3@example.org"]);
    let data = api
        .data("{ posts(first: 2, orderBy: [{stars: DESC_NULLS_LAST}, {title: ASC}]) { nodes { title } } }")
        .await;
    assert_eq!(data["posts"]["nodes"], json!([{"title": "post 4 of 4"}, {"title": "post 3 of 3"}]));
}

/// As in the Relay connection specification: `hasNextPage` says whether there are more than the none that were asked for.
#[each_database(all())]
async fn a_page_of_no_rows_tells_what_lies_beside_it(test: TestDb) {
    let api = Api::start(&test).await;
    let query = "query P($first: Int, $after: String, $last: Int, $before: String) {
            users(first: $first, after: $after, last: $last, before: $before, orderBy: [{email: ASC}]) {
                nodes { email } edges { cursor } totalCount
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let page = |next: bool, previous: bool, total: u32| {
        json!({"users": {
            "nodes": [], "edges": [], "totalCount": total,
            "pageInfo": {"hasNextPage": next, "hasPreviousPage": previous, "startCursor": null, "endCursor": null},
        }})
    };
    assert_eq!(api.data_with(query, json!({"first": 0})).await, page(false, false, 0));
    blog(&api.ctx, 3).await;
    assert_eq!(api.data_with(query, json!({"first": 0})).await, page(true, false, 3));
    assert_eq!(api.data_with(query, json!({"last": 0})).await, page(false, true, 3));
    let first = api.data_with(query, json!({"first": 3})).await;
    let cursor = |row: usize| first["users"]["edges"][row]["cursor"].clone();
    assert_eq!(api.data_with(query, json!({"first": 0, "after": cursor(0)})).await, page(true, true, 3));
    assert_eq!(api.data_with(query, json!({"first": 0, "after": cursor(2)})).await, page(false, true, 3));
    assert_eq!(api.data_with(query, json!({"last": 0, "before": cursor(0)})).await, page(true, false, 3));
    let nested = "{ users(orderBy: {email: ASC}) { nodes { posts(first: 0) { nodes { id } totalCount pageInfo { hasNextPage } } } } }";
    let data = api.data(nested).await;
    for (row, total) in [1, 2, 3].into_iter().enumerate() {
        assert_eq!(
            data["users"]["nodes"][row]["posts"],
            json!({"nodes": [], "totalCount": total, "pageInfo": {"hasNextPage": true}})
        );
    }
}
