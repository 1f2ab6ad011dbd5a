//! What a selection may look like: aliases, fragments, directives, repeated keys.

use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{Api, blog, id};
use crate::support::domain::*;

#[each_database(all())]
async fn aliases_fragments_and_typenames(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 2).await;
    let query = "query Q($id: ID!) { __typename one: userById(id: $id) { ...Who ... on Node { id } ... { mail: email } }
              node(id: $id) { __typename id ... on User { email posts { __typename edges { __typename } pageInfo { __typename } } } ... on Post { title } } }
            fragment Who on User { __typename address: email posts(first: 1) { nodes { author { ...Name } } } }
            fragment Name on User { email }";
    let one = id("User", 1);
    for _ in 0..2 {
        let data = api.data_with(query, json!({"id": one})).await;
        assert_eq!(
            data,
            json!({
                "__typename": "Query",
                "one": {"__typename": "User", "address": "u1@example.org",
                    "posts": {"nodes": [{"author": {"email": "u1@example.org"}}]},
                    "id": one, "mail": "u1@example.org"},
                "node": {"__typename": "User", "id": one, "email": "u1@example.org",
                    "posts": {"__typename": "PostConnection", "edges": [{"__typename": "PostEdge"}],
                        "pageInfo": {"__typename": "PageInfo"}}},
            })
        );
    }
}

#[each_database(all())]
async fn skip_and_include_honour_variables_and_their_defaults(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let query = "query Q($yes: Boolean! = true, $no: Boolean = false) { users {
            nodes { id @skip(if: $yes) email @include(if: $yes) ... @include(if: $no) { status } }
            totalCount @include(if: $no) } posts @skip(if: $yes) { totalCount } }";
    for _ in 0..2 {
        let data = api.data(query).await;
        assert_eq!(data, json!({"users": {"nodes": [{"email": "u1@example.org"}]}}));
    }
    let data = api.data_with(query, json!({"yes": false})).await;
    assert_eq!(data["posts"]["totalCount"], 1);
    assert_eq!(api.data("{ users @skip(if: true) { totalCount } }").await, json!({}));
}

#[each_database(all())]
async fn a_repeated_key_merges_its_selections(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let query = "{ users { nodes { email } } ...More users { nodes { posts { nodes { title } } posts { totalCount } } } }
            fragment More on Query { users { totalCount } }";
    for _ in 0..2 {
        assert_eq!(
            api.data(query).await,
            json!({"users": {
                "nodes": [{"email": "u1@example.org", "posts": {"nodes": [{"title": "post 1 of 1"}], "totalCount": 1}}],
                "totalCount": 1}})
        );
    }
    let (code, message) = api.error("{ a: users { totalCount } a: posts { totalCount } }", json!({})).await;
    assert_eq!(code, "BAD_REQUEST", "{message}");
}

#[each_database(all())]
async fn root_fields_answer_in_the_query_s_order(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 2).await;
    let query = "{ z: users { totalCount } __typename a: posts { totalCount nodes { id tags { nodes { id } } } } m: tags { totalCount } }";
    for _ in 0..2 {
        let text = api.post(json!({"query": query})).await.text().await.expect("text");
        let places: Vec<_> =
            ["\"z\"", "\"__typename\"", "\"a\"", "\"m\""].iter().map(|key| text.find(key)).collect();
        assert!(places.is_sorted() && places.iter().all(Option::is_some), "{text}");
    }
    let text = api.post(json!({"query": "{ z: users { totalCount } __schema { queryType { name } } a: tags { totalCount } }"}));
    let text = text.await.text().await.expect("text");
    assert!(
        text.find("\"z\"") < text.find("__schema") && text.find("__schema") < text.find("\"a\""),
        "{text}"
    );
}

#[each_database(all())]
async fn nodes_answers_in_the_order_asked_null_for_what_is_not_there(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 2).await;
    let query =
        "query N($ids: [ID!]!) { nodes(ids: $ids) { id ... on User { email } ... on Post { title } } }";
    let ids = [id("User", 2), id("Post", 1), id("User", 404), id("User", 1), id("User", 2)];
    let data = api.data_with(query, json!({"ids": ids})).await;
    let nodes = data["nodes"].as_array().expect("a list");
    assert_eq!(nodes[0], nodes[4]);
    assert_eq!(nodes[1], json!({"id": ids[1], "title": "post 1 of 1"}));
    assert!(nodes[2].is_null());
    assert_eq!(nodes[3]["email"], "u1@example.org");
}

#[each_database(all())]
async fn references_and_relations(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let data = api.data("{ posts { nodes { authorId author { id } reviewerId reviewer { id } } } }").await;
    let one = id("User", 1);
    assert_eq!(
        data["posts"]["nodes"][0],
        json!({"authorId": one, "author": {"id": one}, "reviewerId": null, "reviewer": null})
    );
    let data = api.data(&format!("{{ userById(id: \"{}\") {{ id }} }}", id("User", 404))).await;
    assert_eq!(data, json!({"userById": null}));
}
