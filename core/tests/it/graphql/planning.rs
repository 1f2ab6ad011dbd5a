//! What is done once: equal fields are read once, and a document that comes again is neither parsed, validated nor planned.

use std::fmt::Write as _;

use entify::config::GraphqlLimits;
use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{Api, blog, id};
use crate::support::domain::*;

#[each_database(all())]
async fn a_hundred_equal_aliases_cost_one_statement(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 2).await;
    let lists = (0..100).fold("{ ".to_owned(), |mut query, number| {
        let _ = write!(query, "a{number}: users(first: 1) {{ nodes {{ email }} }} ");
        query
    }) + "}";
    assert_eq!(api.statements(&lists).await, 1);
    let data = api.data(&lists).await;
    assert!((0..100).all(|number| data[format!("a{number}")] == data["a0"]), "{data}");
    assert_eq!(data["a0"]["nodes"].as_array().map(Vec::len), Some(1));

    let one = id("User", 1);
    let rows = (0..100).fold("{ ".to_owned(), |mut query, number| {
        let _ = write!(query, "a{number}: userById(id: \"{one}\") {{ email }} ");
        query
    }) + "}";
    assert_eq!(api.statements(&rows).await, 1);

    let pages = (0..50).fold("{ users { nodes { ".to_owned(), |mut query, number| {
        let _ = write!(query, "p{number}: posts(first: 1) {{ nodes {{ title }} }} ");
        query
    }) + "} } }";
    assert_eq!(api.statements(&pages).await, 2);
    let data = api.data(&pages).await;
    assert_eq!(data["users"]["nodes"][1]["p49"], data["users"]["nodes"][1]["p0"]);
}

#[each_database(all())]
async fn equal_fields_that_select_otherwise_are_read_together(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 3).await;
    let one = id("User", 1);
    let query = format!(
        "{{ a: users(first: 2, orderBy: [{{email: ASC}}]) {{ nodes {{ email posts(first: 1) {{ nodes {{ title }} }} }} }}
           other: posts {{ totalCount }}
           b: users(orderBy: [{{email: ASC}}], first: 2) {{ totalCount nodes {{ id posts(first: 1) {{ totalCount }} }} }}
           c: users(first: 1, orderBy: [{{email: ASC}}]) {{ nodes {{ email }} edges {{ cursor }} }}
           x: userById(id: \"{one}\") {{ email }} y: userById(id: \"{one}\") {{ id status }}
           n: nodes(ids: [\"{one}\"]) {{ id }} m: nodes(ids: [\"{one}\"]) {{ ... on User {{ email }} }} }}"
    );
    for _ in 0..2 {
        let data = api.data(&query).await;
        assert_eq!(data["a"]["nodes"][0]["email"], "u1@example.org");
        assert_eq!(data["a"]["nodes"][1]["posts"]["nodes"].as_array().map(Vec::len), Some(1));
        assert!(data["a"].get("totalCount").is_none() && data["a"]["nodes"][0].get("id").is_none(), "{data}");
        assert_eq!(data["b"]["totalCount"], 3);
        assert_eq!(data["b"]["nodes"][1]["posts"], json!({"totalCount": 2}));
        assert_eq!(data["c"]["nodes"].as_array().map(Vec::len), Some(1));
        assert!(data["c"]["edges"][0]["cursor"].is_string());
        assert_eq!(data["x"], json!({"email": "u1@example.org"}));
        assert_eq!(data["y"], json!({"id": one, "status": "ACTIVE"}));
        assert_eq!(data["n"], json!([{"id": one}]));
        assert_eq!(data["m"], json!([{"email": "u1@example.org"}]));
    }
    // In the query's order, which that of the statements is not.
    let text = api.post(json!({"query": query})).await.text().await.expect("text");
    let places: Vec<_> = ["\"a\":", "\"other\":", "\"b\":", "\"c\":", "\"x\":", "\"y\":", "\"n\":", "\"m\":"]
        .iter()
        .map(|key| text.find(key))
        .collect();
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{text}");
    // Two lists with a count each and their posts with a count, a list of posts with a count, another list, a row, nodes.
    assert_eq!(api.statements(&query).await, 2 + 2 + 2 + 1 + 1 + 1);
}

/// An error of a field that is read for several is an error of each, where each stands.
#[each_database(all())]
async fn equal_fields_fail_together(test: TestDb) {
    let api = Api::start(&test).await;
    let query = "{ a: users(after: \"x\") { totalCount } b: users(after: \"x\") { nodes { id } } }";
    let answer = api.answer(query, json!({})).await;
    assert_eq!(answer["data"], json!(null));
    let paths: Vec<_> =
        answer["errors"].as_array().expect("errors").iter().map(|error| error["path"].clone()).collect();
    assert_eq!(paths, [json!(["a"]), json!(["b"])]);
}

/// Mutations are never equal.
#[each_database(all())]
async fn equal_mutations_run_each(test: TestDb) {
    let api = Api::start(&test).await;
    let query = "mutation { a: createUser(input: {email: \"a@example.org\"}) { id }
                 b: createUser(input: {email: \"a@example.org\"}) { id } }";
    let answer = api.answer(query, json!({})).await;
    assert_eq!(answer["errors"][0]["path"], json!(["b"]), "{answer}");
    assert_eq!(api.data("{ users { totalCount } }").await["users"]["totalCount"], 1);
}

#[each_database(all())]
async fn a_repeated_document_is_neither_parsed_nor_validated_nor_planned(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 3).await;
    let query = "query Q($first: Int, $id: ID!, $more: Boolean = false, $status: Status) {
            users(first: $first, filter: {status: {eq: $status}}) { nodes { ...U } }
            userById(id: $id) { ...U } node(id: $id) { ... on User { email } } }
        fragment U on User { email posts(first: $first) { nodes { title author { id @include(if: $more) email } } } }";
    let one = id("User", 1);
    api.data_with(query, json!({"first": 1, "id": one})).await;
    let before = api.schema.work();
    assert!(before.parsed > 0 && before.validated > 0 && before.planned > 0, "{before:?}");
    // Other arguments are no other plan.
    for (first, of) in [(1, 1), (2, 2), (3, 3)] {
        let id = id("User", of);
        let data = api.data_with(query, json!({"first": first, "id": id, "status": "ACTIVE"})).await;
        assert_eq!(data["users"]["nodes"].as_array().map(Vec::len), Some(first));
        assert_eq!(data["userById"]["email"], format!("u{of}@example.org"));
        let posts = data["userById"]["posts"]["nodes"].as_array().expect("posts");
        assert_eq!(posts.len(), first.min(of), "{data}");
        assert!(posts[0]["author"].get("id").is_none(), "{data}");
    }
    assert_eq!(api.schema.work(), before);
    // What `@include` leaves in is.
    for _ in 0..2 {
        let data = api.data_with(query, json!({"first": 1, "id": one, "more": true})).await;
        assert_eq!(data["userById"]["posts"]["nodes"][0]["author"]["id"], one);
    }
    let after = api.schema.work();
    assert_eq!((after.parsed, after.validated), (before.parsed, before.validated));
    assert_eq!(after.planned - before.planned, 3);
    // Nor is an invalid one planned.
    api.error("{ users { nodes { nothing } } }", json!({})).await;
    assert_eq!(api.schema.work().planned, after.planned);
}

/// A fragment at several places is one part of the document, and several plans.
#[each_database(all())]
async fn plans_of_one_fragment_are_not_confused(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let query = "query A { ...F users { nodes { id } } } query B { ...F users { totalCount } }
        fragment F on Query { users { nodes { email } } }";
    for _ in 0..2 {
        let of = |name: &str| json!({"query": query, "operationName": name});
        let a: serde_json::Value = api.post(of("A")).await.json().await.expect("JSON");
        let b: serde_json::Value = api.post(of("B")).await.json().await.expect("JSON");
        assert_eq!(a["data"]["users"]["nodes"], json!([{"email": "u1@example.org", "id": id("User", 1)}]));
        assert_eq!(b["data"]["users"], json!({"nodes": [{"email": "u1@example.org"}], "totalCount": 1}));
    }
}

#[each_database(all())]
async fn the_limits_are_those_of_the_settings(test: TestDb) {
    let limits = GraphqlLimits {
        length: 400,
        tokens: 60,
        depth: 3,
        fields: 12,
        root_fields: 2,
        aliases: 3,
        directives: 2,
        complexity: 50,
        batch: 2,
    };
    let api = Api::with(&test, Principal::Anonymous, |schema| schema.limits(limits)).await;
    let cases = [
        (format!("{{ users(search: \"{}\") {{ totalCount }} }}", "x".repeat(400)), "longer than 400 bytes"),
        ("{ ".to_owned() + &"a ".repeat(61) + "}", "more than 60 tokens"),
        (
            "{ users(first: 1) { nodes { posts(first: 1) { totalCount } } } }".to_owned(),
            "4 fields deep; at most 3",
        ),
        ("{ ".to_owned() + &"__typename ".repeat(13) + "}", "more than 12 fields"),
        ("{ a: __typename b: __typename __typename }".to_owned(), "3 fields on its root type; at most 2"),
        ("{ ".to_owned() + &"a: __typename ".repeat(4) + "}", "more than 3 aliases"),
        ("{ ".to_owned() + &"__typename @skip(if: false) ".repeat(3) + "}", "more than 2 directives"),
        ("{ users(first: 60) { nodes { id } } }".to_owned(), "at most 50 is allowed"),
    ];
    for (query, expected) in cases {
        let (code, message) = api.error(&query, json!({})).await;
        assert_eq!(code, "QUERY_TOO_COMPLEX", "{query}: {message}");
        assert!(message.contains(expected), "{query}: {message}");
    }
    api.data("{ users(first: 5) { nodes { id } } }").await;
    let one = json!({"query": "{ __typename }"});
    let refused: serde_json::Value = api.post(json!([one, one, one])).await.json().await.expect("JSON");
    assert_eq!(refused["errors"][0]["message"], "a batch has from 1 to 2 operations; this one has 3");
}

/// Where a unique rule says that a list has one row, it costs no more than one row.
#[each_database(all())]
async fn a_unique_filter_gives_one_row(test: TestDb) {
    let limits = GraphqlLimits { complexity: 60, ..GraphqlLimits::default() };
    let api = Api::with(&test, Principal::Anonymous, |schema| schema.limits(limits)).await;
    blog(&api.ctx, 2).await;
    let query = |filter: &str| {
        let variables = match filter {
            "$f" => "($f: UserFilter)",
            filter if filter.contains("$v") => "($v: [String!])",
            _ => "",
        };
        format!(
            "query Q{variables} {{ users(filter: {filter}) {{ nodes {{ id posts(first: 20) {{ nodes {{ id }} }} }} }} }}"
        )
    };
    let cheap = [
        "{email: {eq: \"u1@example.org\"}}".to_owned(),
        "{email: {in: [\"u1@example.org\"]}}".to_owned(),
        "{status: {eq: ACTIVE}, and: [{email: {eq: \"u1@example.org\"}}]}".to_owned(),
        format!("{{id: {{eq: \"{}\"}}}}", id("User", 1)),
        "{email: {in: $v}}".to_owned(),
        "$f".to_owned(),
    ];
    let variables = json!({"v": ["u1@example.org"], "f": {"email": {"eq": "u1@example.org"}}});
    for filter in cheap {
        let data = api.data_with(&query(&filter), variables.clone()).await;
        assert_eq!(data["users"]["nodes"].as_array().map(Vec::len), Some(1), "{filter}");
    }
    let dear = [
        "{email: {ne: \"u1@example.org\"}}",
        "{or: [{email: {eq: \"u1@example.org\"}}, {status: {eq: ACTIVE}}]}",
        "{not: {email: {eq: \"u1@example.org\"}}}",
        "{email: {in: [\"u1@example.org\", \"u2@example.org\", \"u3@example.org\"]}}",
        "{}",
    ];
    for filter in dear {
        let (code, message) = api.error(&query(filter), variables.clone()).await;
        assert_eq!(code, "QUERY_TOO_COMPLEX", "{filter}: {message}");
    }
    let many = json!({"v": ["a", "b", "c"]});
    assert_eq!(api.error(&query("{email: {in: $v}}"), many).await.0, "QUERY_TOO_COMPLEX");
}
