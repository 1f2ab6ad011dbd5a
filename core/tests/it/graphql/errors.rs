//! Bad input: a clear error, nothing lost, nothing of the driver's.

use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::{Api, blog, id};
use crate::support::domain::*;

#[each_database(all())]
async fn ids_that_are_none_are_refused(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let query = "query Q($id: ID!) { userById(id: $id) { email } }";
    let wrong = [
        "1".to_owned(),
        String::new(),
        "!!".to_owned(),
        id("Post", 1),
        id("User", "01"),
        id("User", "+1"),
        id("User", "x"),
        id("User", "9223372036854775808"),
        id("Nobody", 1),
        id("User", 10).trim_end_matches('=').to_owned(),
        "A".repeat(5000),
    ];
    for wrong in wrong {
        for query in [
            query,
            "query Q($id: ID!) { node(id: $id) { id } }",
            "query Q($id: ID!) { nodes(ids: [$id]) { id } }",
        ] {
            if wrong == id("Post", 1) && !query.contains("userById") {
                continue;
            }
            let before = api.ctx.db().statements();
            let answer = api.answer(query, json!({"id": wrong})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{wrong}: {answer}");
            assert_eq!(api.ctx.db().statements(), before, "no statement for {wrong}");
        }
    }
    let answer = api.answer(query, json!({"id": "nonsense"})).await;
    assert_eq!(answer["data"], json!({"userById": null}));
    assert_eq!(answer["errors"][0]["path"], json!(["userById"]));
    assert_eq!(answer["errors"][0]["extensions"]["requestId"], "r-1");
    let post = "mutation P($id: ID!) { createPost(input: {title: \"t\", authorId: $id}) { id } }";
    let (code, message) = api.error(post, json!({"id": id("Tag", 1)})).await;
    assert_eq!(code, "BAD_REQUEST");
    assert!(message.contains("input.authorId"), "{message}");
    let answer = api.answer(post, json!({"id": id("User", 404)})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "CONFLICT");
    assert_eq!(answer["errors"][0]["extensions"]["fields"][0]["field"], "authorId");
}

#[each_database(all())]
async fn every_broken_rule_is_named_as_in_the_schema(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let query = "mutation P($input: PostInput!) { createPost(input: $input) { id } }";
    let input = json!({"title": "x".repeat(201), "stars": 9, "price": "-1", "publishedAt": "yesterday", "authorId": id("User", 1)});
    let answer = api.answer(query, json!({"input": input})).await;
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "VALIDATION_FAILED");
    let mut fields: Vec<_> = error["extensions"]["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .map(|error| error["field"].as_str().expect("a name"))
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["price", "publishedAt", "stars", "title"]);
    assert!(!error["message"].as_str().expect("a message").contains("published_at"));

    let answer = api.answer("mutation { createTag(input: {name: \"a\"}) { id } }", json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "CONFLICT");
    let text = "mutation T($name: String!) { createTag(input: {name: $name}) { id } }";
    for (name, code) in [("nul\u{0}", "VALIDATION_FAILED"), ("Upper", "VALIDATION_FAILED")] {
        assert_eq!(api.error(text, json!({"name": name})).await.0, code, "{name:?}");
    }
}

#[each_database(all())]
async fn arguments_out_of_range_are_refused_the_same_every_time(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let sizes = "query Q($n: Int) { users(first: $n) { totalCount } }";
    api.data(sizes).await;
    let mut cases: Vec<(&str, Json)> =
        [-1, 101, 1_000_000_000].into_iter().map(|n| (sizes, json!({"n": n}))).collect();
    cases.push((sizes, json!({"n": "1"})));
    cases.push((sizes, json!({"n": 2_147_483_648_i64})));
    cases.push(("{ users(first: 1, last: 1) { totalCount } }", json!({})));
    cases.push(("{ users(orderBy: [{email: ASC}, {email: DESC}]) { totalCount } }", json!({})));
    cases.push((
        "query Q($o: [UserOrder!]) { users(orderBy: $o) { totalCount } }",
        json!({"o": [{"email": "ASC", "id": "ASC"}]}),
    ));
    cases.push((
        "query Q($o: [UserOrder!]) { users(orderBy: $o) { totalCount } }",
        json!({"o": [{"password": "ASC"}]}),
    ));
    let filter = "query Q($f: UserFilter) { users(filter: $f) { totalCount } }";
    api.data(filter).await;
    for wrong in [
        json!({"nope": {"eq": 1}}),
        json!({"email": {"like": "x"}}),
        json!({"status": {"gt": "ACTIVE"}}),
        json!({"email": null}),
        json!({"email": {"eq": null}}),
        json!({"email": "x"}),
        json!([1]),
        json!("x"),
        json!({"password": {"eq": "x"}}),
        json!({"id": {"eq": "1"}}),
        json!({"id": {"eq": id("Post", 1)}}),
        json!({"status": {"eq": "NOPE"}}),
        json!({"createdAt": {"gt": "yesterday"}}),
        json!({"posts": {"some": null}}),
        json!({"posts": {"any": {}}}),
        json!({"email": {"eq": "a\u{0}"}}),
        json!({"and": null}),
        json!({"id": {"in": vec![id("User", 1); 1001]}}),
        json!({"id": {"gt": id("User", 1)}}),
    ] {
        cases.push((filter, json!({"f": wrong})));
    }
    let mut cases: Vec<_> = cases.into_iter().map(|case| (case, "BAD_REQUEST")).collect();
    for excessive in [
        (0..20).fold(json!({}), |inner, _| json!({"not": inner})),
        (0..5).fold(json!({}), |inner, _| json!({"posts": {"some": {"author": inner}}})),
        json!({"or": vec![json!({"email": {"eq": "x"}}); 300]}),
    ] {
        cases.push(((filter, json!({"f": excessive})), "QUERY_TOO_COMPLEX"));
    }
    for ((query, variables), code) in cases {
        let first = api.error(query, variables.clone()).await;
        assert_eq!(first.0, code, "{query} {variables} {}", first.1);
        assert_eq!(api.error(query, variables).await, first);
    }
    api.data_with(filter, json!({"f": {"email": {"eq": "x"}}})).await;
}

#[each_database(all())]
async fn cursors_of_others_are_refused(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 2).await;
    let cursor =
        api.data("{ users { pageInfo { endCursor } } }").await["users"]["pageInfo"]["endCursor"].take();
    let query = "query Q($after: String) { users(after: $after, orderBy: {email: ASC}) { totalCount } }";
    assert_eq!(api.error(query, json!({"after": cursor})).await.0, "CURSOR_MISMATCH");
    for forged in ["", "x", "!!!!", &"A".repeat(100)] {
        assert_eq!(api.error(query, json!({"after": forged})).await.0, "CURSOR_INVALID", "{forged}");
    }
    assert_eq!(api.error(query, json!({"after": "A".repeat(10_000)})).await.0, "BAD_REQUEST");
}

#[each_database(all())]
async fn the_policy_holds_here_too(test: TestDb) {
    let anonymous = Api::start(&test).await;
    NoteService::new(&anonymous.ctx).create(NoteInput::new("secret")).await.expect("a note");
    assert_eq!(anonymous.error("{ notes { totalCount } }", json!({})).await.0, "UNAUTHENTICATED");
    let query = "query Q($id: ID!) { noteById(id: $id) { text } }";
    assert_eq!(anonymous.error(query, json!({"id": id("Note", 1)})).await.0, "UNAUTHENTICATED");
    let create = "mutation { createNote(input: {text: \"t\"}) { id } }";
    assert_eq!(anonymous.error(create, json!({})).await.0, "UNAUTHENTICATED");

    let someone = Api::with(&test, Principal::known("token:1", "x", vec![]), |schema| schema).await;
    assert_eq!(someone.error("{ notes { totalCount } }", json!({})).await.0, "FORBIDDEN");
    assert_eq!(
        someone
            .error("mutation D($id: ID!) { deleteNote(id: $id) { id } }", json!({"id": id("Note", 1)}))
            .await
            .0,
        "FORBIDDEN"
    );

    let staff =
        Api::with(&test, Principal::known("token:2", "x", vec!["staff".into()]), |schema| schema).await;
    assert_eq!(
        staff.data("{ notes { nodes { text } } }").await,
        json!({"notes": {"nodes": [{"text": "secret"}]}})
    );
}

#[each_database(all())]
async fn nothing_of_the_driver_is_shown(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    test.db().close().await;
    let answer = api.answer("{ users { totalCount } }", json!({})).await;
    let error = &answer["errors"][0];
    assert_eq!(answer["data"], Json::Null);
    assert!(
        ["UNAVAILABLE", "INTERNAL"].contains(&error["extensions"]["code"].as_str().expect("a code")),
        "{answer}"
    );
    assert!(
        !answer.to_string().to_lowercase().contains("sql") && !answer.to_string().contains("pool"),
        "{answer}"
    );
}
