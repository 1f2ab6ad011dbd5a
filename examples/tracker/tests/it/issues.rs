//! Issues: their numbers, where their status leads, how they are closed.

use entify::testing::{TestDb, each_database};
use issue_tracker::entities::{
    Member, MemberInput, MemberService, Organisation, OrganisationService, Person,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Tracker, global, tables};

#[each_database(tables())]
async fn who_signs_in_is_a_member(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    for (email, password) in
        [("ada@acme.example", "wrong horse battery"), ("eve@acme.example", "correct horse battery")]
    {
        let body = json!({"email": email, "password": password});
        let (status, refused) = tracker.anonymous().post("/api/login", body).await;
        assert_eq!((status, &refused["code"]), (401, &json!("WRONG_CREDENTIALS")));
    }
    let ada = tracker.login("ada@acme.example").await;
    let projects = ada.rows("projects").await;
    assert_eq!(projects.len(), 1);
    assert_eq!(projects[0]["key"], "ACME");
    let (status, _) = tracker.anonymous().get("/api/projects").await;
    assert_eq!(status, 401);
    // Nobody's password leaves.
    let people = ada.rows("people").await;
    assert_eq!(people.len(), 2);
    assert!(people.iter().all(|person| person.get("password").is_none()));
}

#[each_database(tables())]
async fn logins_are_limited(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let body = json!({"email": "ada@acme.example", "password": "wrong horse battery"});
    let mut statuses = Vec::new();
    for _ in 0..11 {
        statuses.push(tracker.anonymous().post("/api/login", body.clone()).await.0);
    }
    assert_eq!((statuses[9], statuses[10]), (401, 429));
}

#[each_database(tables())]
async fn numbers_are_counted_in_each_project(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let ada = tracker.login("ada@acme.example").await;
    let first = &ada.rows("projects").await[0];
    let project = first["id"].as_i64().expect("a key");
    assert_eq!(ada.report(project, "By REST").await["number"], 3, "the seed has two");
    let input = json!({"input": {
        "projectId": global("Project", &project.into()), "title": "By GraphQL",
        "reporterId": global("Person", &ada.id.into()),
    }});
    let query = "mutation($input: IssueInput!) { createIssue(input: $input) { number status } }";
    let made = ada.graphql(query, input).await;
    assert_eq!(made["data"]["createIssue"], json!({"number": 4, "status": "OPEN"}), "{made}");
    // Each project has its own, also when many are reported at a time.
    let other = json!({"organisation_id": first["organisation_id"], "key": "APP", "name": "The app"});
    let (status, other) = ada.post("/api/projects", other).await;
    assert_eq!(status, 201, "{other}");
    let other = other["id"].as_i64().expect("a key");
    let many = (0..8).map(|_| ada.report(other, "At the same time"));
    let made = entify::futures_util::future::join_all(many).await;
    let mut numbers: Vec<_> = made.iter().filter_map(|issue| issue["number"].as_i64()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    // A number is no client's, and one whose issue is gone is not given again.
    let chosen = json!({"project_id": other, "title": "x", "reporter_id": ada.id, "number": 77});
    let (status, refused) = ada.post("/api/issues", chosen).await;
    assert_eq!((status, &refused["errors"][0]["code"]), (422, &json!("read_only")));
    let last = made.iter().find(|issue| issue["number"] == 8).expect("the last");
    assert_eq!(ada.send(Method::DELETE, &format!("/api/issues/{}", last["id"]), Value::Null).await.0, 204);
    assert_eq!(ada.report(other, "After it").await["number"], 9);
}

#[each_database(tables())]
async fn a_status_follows_from_the_one_before(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let ada = tracker.login("ada@acme.example").await;
    let project = ada.rows("projects").await[0]["id"].as_i64().expect("a key");
    let issue = ada.report(project, "A way").await;
    let path = format!("/api/issues/{}", issue["id"]);
    let (status, refused) = ada.patch(&path, json!({"status": "closed"})).await;
    let message = "is `open`, which may change to `in_progress` only";
    let expected = json!([{"field": "status", "code": "transition", "message": message}]);
    assert_eq!((status, &refused["errors"]), (422, &expected));
    for (to, expected) in
        [("in_progress", 200), ("in_progress", 200), ("closed", 200), ("in_progress", 422), ("open", 200)]
    {
        let (status, answer) = ada.patch(&path, json!({"status": to})).await;
        assert_eq!(status, expected, "to {to}: {answer}");
    }
}

#[each_database(tables())]
async fn an_issue_is_closed_with_a_comment_on_both_apis(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let (ada, ann) = (tracker.login("ada@acme.example").await, tracker.login("ann@acme.example").await);
    let project = ada.rows("projects").await[0]["id"].as_i64().expect("a key");
    let (first, second) = (ada.report(project, "One").await, ada.report(project, "Two").await);
    let (first, second) = (ada.begin(&first).await, ada.begin(&second).await);

    let (status, mut closed) =
        ann.post(&format!("/api/issues/{}/close", first["id"]), json!({"text": "Fixed."})).await;
    assert_eq!(status, 200, "{closed}");
    assert_eq!((&closed["status"], &closed["version"]), (&json!("closed"), &json!(3)));
    // The row is the one that the generated operation answers.
    let (_, mut read) = ann.get(&format!("/api/issues/{}", first["id"])).await;
    assert_eq!(closed.as_object_mut(), read.as_object_mut());

    let query = "mutation($id: ID!, $text: String!) { closeIssue(id: $id, text: $text) \
                 { status project { key } comments { nodes { text author { name } } } } }";
    let variables = json!({"id": global("Issue", &second["id"]), "text": "Fixed too."});
    let closed = ann.graphql(query, variables).await;
    let expected = json!({
        "status": "CLOSED", "project": {"key": "ACME"},
        "comments": {"nodes": [{"text": "Fixed too.", "author": {"name": "Ann"}}]},
    });
    assert_eq!(closed["data"]["closeIssue"], expected, "{closed}");
    // What is refused leaves no comment.
    let (status, _) =
        ann.post(&format!("/api/issues/{}/close", first["id"]), json!({"text": "Again."})).await;
    assert_eq!(status, 409);
    let comments = ann.rows("comments").await;
    assert_eq!(comments.iter().filter(|comment| comment["text"] == "Again.").count(), 0);
    assert_eq!(comments.len(), 3, "that of the seed, and two");
}

#[each_database(tables())]
async fn what_an_issue_refers_to_belongs_to_its_company(test: TestDb) -> entify::Result<()> {
    let tracker = Tracker::of(&test).await;
    let ada = tracker.login("ada@acme.example").await;
    let project = ada.rows("projects").await[0].clone();
    let other = json!({"organisation_id": project["organisation_id"], "key": "APP", "name": "The app"});
    let other = ada.post("/api/projects", other).await.1;
    let milestone = json!({"project_id": other["id"], "name": "2.0"});
    let milestone = ada.post("/api/milestones", milestone).await.1;
    let issue = ada.report(project["id"].as_i64().expect("a key"), "An issue").await;
    let path = format!("/api/issues/{}", issue["id"]);
    let (status, refused) = ada.patch(&path, json!({"milestone_id": milestone["id"]})).await;
    assert_eq!((status, &refused["errors"][0]["code"]), (422, &json!("other_project")));
    let person =
        async |name: &str| ada.rows("people").await.into_iter().find(|person| person["name"] == name);
    let ann = person("Ann").await.expect("Ann");
    assert_eq!(ada.patch(&path, json!({"assignee_id": ann["id"]})).await.0, 200);
    // Who is in two companies sees the people of both.
    assert_eq!(person("Bob").await, None);
    let globex = OrganisationService::new(&tracker.ctx).one(Organisation::slug().eq("globex")).await?;
    MemberService::new(&tracker.ctx).create(MemberInput::new(globex.id, ada.id)).await?;
    let bob = person("Bob").await.expect("Bob");
    let (status, refused) = ada.patch(&path, json!({"assignee_id": bob["id"]})).await;
    assert_eq!((status, &refused["errors"][0]["code"]), (422, &json!("not_a_member")));
    let made =
        json!({"project_id": project["id"], "title": "x", "reporter_id": ada.id, "assignee_id": bob["id"]});
    assert_eq!(ada.post("/api/issues", made).await.0, 422);
    // Whom it is assigned to may leave; the issue goes on.
    MemberService::new(&tracker.ctx).delete_where(Member::person().is(Person::name().eq("Ann"))).await?;
    assert_eq!(ada.patch(&path, json!({"title": "Another title"})).await.0, 200);
    Ok(())
}
