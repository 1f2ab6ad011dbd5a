//! An error is the same of own and of generated operations: code, fields, status, on both APIs.

use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Tracker, global, tables};

/// What is told of an error over REST, without what is different in each request.
async fn rest(client: &Client<'_>, method: Method, path: &str, body: Value) -> (u16, Value) {
    let (status, mut problem) = client.send(method, path, body).await;
    problem.as_object_mut().expect("a problem").remove("request_id").expect("a request id");
    (status, problem)
}

/// The same over GraphQL.
async fn graphql(client: &Client<'_>, query: &str, variables: Value) -> Value {
    let mut answer = client.graphql(query, variables).await;
    assert_eq!(answer["data"], Value::Null, "what may not be null leaves no data: {answer}");
    let mut error = answer["errors"][0].take();
    let object = error.as_object_mut().unwrap_or_else(|| panic!("no error: {answer}"));
    object.remove("path");
    object.remove("locations");
    let extensions = object["extensions"].as_object_mut().expect("extensions");
    assert!(extensions.remove("requestId").is_some_and(|id| id != ""));
    error
}

const CLOSE: &str = "mutation($id: ID!, $text: String!) { closeIssue(id: $id, text: $text) { id } }";
const UPDATE: &str = "mutation($id: ID!, $input: IssuePatch!) { updateIssue(id: $id, input: $input) { id } }";
const COMMENT: &str = "mutation($input: CommentInput!) { createComment(input: $input) { id } }";

#[each_database(tables())]
async fn own_and_generated_operations_answer_the_same_error(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let (ada, anonymous) = (tracker.login("ada@acme.example").await, tracker.anonymous());
    let project = ada.rows("projects").await[0]["id"].as_i64().expect("a key");
    let open = ada.report(project, "Open").await["id"].clone();
    let begun = ada.begin(&ada.report(project, "Begun").await).await["id"].clone();

    for (client, issue, text, expected) in [
        // The status refused by the hook, a text by a rule, a row that is not there, nobody.
        (&ada, &open, "Why", (422, "VALIDATION_FAILED", "status")),
        (&ada, &begun, "", (422, "VALIDATION_FAILED", "text")),
        (&ada, &json!(999), "Why", (404, "NOT_FOUND", "")),
        (&anonymous, &open, "Why", (401, "UNAUTHENTICATED", "")),
    ] {
        let own =
            rest(client, Method::POST, &format!("/api/issues/{issue}/close"), json!({"text": text})).await;
        let comment = json!({"issue_id": issue, "author_id": ada.id, "text": text});
        let generated = match text {
            "" => rest(client, Method::POST, "/api/comments", comment).await,
            _ => {
                let path = format!("/api/issues/{issue}");
                rest(client, Method::PATCH, &path, json!({"status": "closed"})).await
            }
        };
        assert_eq!(own, generated);
        let field = own.1["errors"][0]["field"].as_str().unwrap_or_default();
        assert_eq!((own.0, own.1["code"].as_str().expect("a code"), field), expected);

        let id = global("Issue", issue);
        let own = graphql(client, CLOSE, json!({"id": id, "text": text})).await;
        let generated = match text {
            "" => {
                let author = global("Person", &ada.id.into());
                let input = json!({"issueId": id, "authorId": author, "text": text});
                graphql(client, COMMENT, json!({"input": input})).await
            }
            _ => graphql(client, UPDATE, json!({"id": id, "input": {"status": "CLOSED"}})).await,
        };
        assert_eq!(own, generated);
        assert_eq!(own["extensions"]["code"], expected.1);
        assert_eq!(own["extensions"]["fields"][0]["field"].as_str().unwrap_or_default(), expected.2);
    }
}

/// What is numbered and what is not.
#[each_database(tables())]
async fn a_reference_that_is_missing_is_told_by_its_field(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let ada = tracker.login("ada@acme.example").await;
    let issue = json!({"project_id": 999, "title": "x", "reporter_id": ada.id});
    let counted = rest(&ada, Method::POST, "/api/issues", issue).await;
    let plain = rest(&ada, Method::POST, "/api/milestones", json!({"project_id": 999, "name": "x"})).await;
    assert_eq!((counted.0, &counted.1["errors"][0]["field"]), (409, &json!("project_id")));
    assert_eq!(counted, plain);
}

#[each_database(tables())]
async fn an_error_of_the_application_has_its_own_code(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let ada = tracker.login("ada@acme.example").await;
    let project = ada.rows("projects").await[0]["id"].as_i64().expect("a key");
    let issue = ada.begin(&ada.report(project, "Begun").await).await["id"].clone();
    let path = format!("/api/issues/{issue}/close");
    assert_eq!(ada.post(&path, json!({"text": "Done."})).await.0, 200);
    let (status, problem) = rest(&ada, Method::POST, &path, json!({"text": "Done."})).await;
    assert_eq!((status, &problem["code"]), (409, &json!("ALREADY_CLOSED")));
    let error = graphql(&ada, CLOSE, json!({"id": global("Issue", &issue), "text": "Done."})).await;
    assert_eq!(
        (&error["extensions"]["code"], &error["extensions"]["fields"]),
        (&problem["code"], &problem["errors"])
    );
}

#[each_database(tables(), only(sqlite))]
async fn a_body_that_is_no_object_is_refused_alike(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let ada = tracker.login("ada@acme.example").await;
    for body in [json!([]), json!(7), json!("x")] {
        let own = rest(&ada, Method::POST, "/api/issues/1/close", body.clone()).await;
        let generated = rest(&ada, Method::POST, "/api/comments", body).await;
        assert_eq!((own.0, &own.1["code"]), (400, &json!("BAD_REQUEST")));
        assert_eq!((own.0, &own.1["code"]), (generated.0, &generated.1["code"]));
    }
}
