//! The leak matrix: a member of one company sees and writes nothing of another, whatever they ask and wherever.

use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Tracker, global, tables};

/// Each entity: its path, its type and list in GraphQL, and a change that its members may make.
const ENTITIES: [(&str, &str, &str, &str); 11] = [
    ("organisations", "Organisation", "organisations", r#"{"name": "changed"}"#),
    ("people", "Person", "people", r#"{"name": "changed"}"#),
    ("members", "Member", "members", r#"{"role": "manager"}"#),
    ("projects", "Project", "projects", r#"{"name": "changed"}"#),
    ("milestones", "Milestone", "milestones", r#"{"name": "changed"}"#),
    ("issues", "Issue", "issues", r#"{"title": "changed"}"#),
    ("comments", "Comment", "comments", r#"{"text": "changed"}"#),
    ("labels", "Label", "labels", r#"{"name": "changed"}"#),
    ("issue-labels", "IssueLabel", "issueLabels", "{}"),
    ("time-entries", "TimeEntry", "timeEntries", r#"{"minutes": 1}"#),
    ("notifications", "Notification", "notifications", r#"{"seen": true}"#),
];

/// All that a client may read, entity by entity.
async fn everything(client: &Client<'_>) -> Vec<Vec<Value>> {
    let mut all = Vec::new();
    for (path, ..) in ENTITIES {
        all.push(client.rows(path).await);
    }
    all
}

fn keys(rows: &[Value]) -> Vec<i64> {
    rows.iter().filter_map(|row| row["id"].as_i64()).collect()
}

/// An answer, without what is different in each request.
fn told((status, mut answer): (u16, Value)) -> (u16, Value) {
    if let Some(answer) = answer.as_object_mut() {
        answer.remove("request_id");
    }
    (status, answer)
}

#[each_database(tables(), row_security)]
async fn companies_see_nothing_of_each_other(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let (ada, bob) = (tracker.login("ada@acme.example").await, tracker.login("bob@globex.example").await);
    let (of_ada, of_bob) = (everything(&ada).await, everything(&bob).await);
    for (((path, kind, list, _), mine), theirs) in ENTITIES.into_iter().zip(&of_ada).zip(&of_bob) {
        let (mine, theirs) = (keys(mine), keys(theirs));
        assert!(!mine.is_empty() && !theirs.is_empty(), "{path} has rows of both");
        assert!(mine.iter().all(|key| !theirs.contains(key)), "{path}: {mine:?} and {theirs:?}");
        let (_, counted) = ada.get(&format!("/api/{path}?count=exact")).await;
        assert_eq!(counted["page"]["total"], mine.len(), "{path}");
        for key in theirs {
            // As one that is not there: the same words, but for the key.
            let (there, missing) =
                (ada.get(&format!("/api/{path}/{key}")).await, ada.get(&format!("/api/{path}/4711")).await);
            assert_eq!(told(there), told(missing), "{path}");
            let id = global(kind, &key.into());
            let query = format!(
                "query($id: ID!) {{ node(id: $id) {{ id }} {list}(first: 100) {{ totalCount nodes {{ id }} }} }}"
            );
            let answer = ada.graphql(&query, json!({"id": id})).await;
            assert_eq!(answer["data"]["node"], Value::Null, "{path}");
            assert_eq!(answer["data"][list]["totalCount"], mine.len(), "{path}: {answer}");
            assert!(!answer["data"].to_string().contains(&format!("\"{id}\"")), "{path}: {answer}");
        }
        assert_eq!(tracker.anonymous().get(&format!("/api/{path}")).await.0, 401, "{path}");
    }
}

#[each_database(tables(), row_security)]
async fn companies_write_nothing_of_each_other(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let (ada, bob) = (tracker.login("ada@acme.example").await, tracker.login("bob@globex.example").await);
    let before = everything(&bob).await;
    for ((path, kind, _, change), theirs) in ENTITIES.into_iter().zip(&before) {
        let change: Value = serde_json::from_str(change).expect("JSON");
        for key in keys(theirs) {
            for (method, body) in [(Method::PATCH, change.clone()), (Method::DELETE, Value::Null)] {
                let mut answers = Vec::new();
                for key in [key, 4711] {
                    let path = format!("/api/{path}/{key}");
                    answers.push(told(ada.send(method.clone(), &path, body.clone()).await));
                }
                assert_eq!(answers[0], answers[1], "{method} {path}");
                assert!([403, 404].contains(&answers[0].0), "{method} {path}: {answers:?}");
            }
            let id = global(kind, &key.into());
            let deleted =
                ada.graphql(&format!("mutation {{ delete{kind}(id: \"{id}\") {{ id }} }}"), json!({})).await;
            assert_eq!(deleted["data"], Value::Null, "{path}: {deleted}");
        }
    }
    // New rows that lead there are refused as those that lead nowhere.
    let first = |entity: usize| before[entity][0]["id"].clone();
    let (organisation, person, project) = (first(0), first(1), first(3));
    let (milestone, issue, label) = (first(4), first(5), first(7));
    let mine = everything(&ada).await;
    let (my_project, my_issue) = (mine[3][0]["id"].clone(), mine[5][0]["id"].clone());
    let today = "2026-01-01";
    for (path, body, foreign) in [
        ("members", json!({"organisation_id": organisation, "person_id": ada.id}), "organisation_id"),
        ("members", json!({"organisation_id": mine[0][0]["id"], "person_id": person}), "person_id"),
        ("projects", json!({"organisation_id": organisation, "key": "NEW", "name": "x"}), "organisation_id"),
        ("milestones", json!({"project_id": project, "name": "x"}), "project_id"),
        ("issues", json!({"project_id": project, "title": "x", "reporter_id": ada.id}), "project_id"),
        (
            "issues",
            json!({"project_id": my_project, "title": "x", "reporter_id": ada.id, "assignee_id": person}),
            "assignee_id",
        ),
        (
            "issues",
            json!({"project_id": my_project, "title": "x", "reporter_id": ada.id, "milestone_id": milestone}),
            "milestone_id",
        ),
        ("comments", json!({"issue_id": issue, "author_id": ada.id, "text": "x"}), "issue_id"),
        ("labels", json!({"organisation_id": organisation, "name": "x"}), "organisation_id"),
        ("issue-labels", json!({"issue_id": my_issue, "label_id": label}), "label_id"),
        ("issue-labels", json!({"issue_id": issue, "label_id": mine[7][0]["id"]}), "issue_id"),
        (
            "time-entries",
            json!({"issue_id": issue, "person_id": ada.id, "day": today, "minutes": 1}),
            "issue_id",
        ),
    ] {
        let path = format!("/api/{path}");
        let mut nowhere = body.clone();
        nowhere[foreign] = json!(4711);
        let (there, nowhere) = (ada.post(&path, body).await, ada.post(&path, nowhere).await);
        assert_eq!(told(there.clone()), told(nowhere), "{path} {foreign}");
        assert!((400..500).contains(&there.0), "{path} {foreign}: {there:?}");
    }
    assert_eq!(everything(&bob).await, before, "nothing of theirs has changed");
    assert_eq!(everything(&ada).await, mine, "and nothing was made");
}

#[each_database(tables(), row_security)]
async fn own_operations_stay_within_the_company(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let (ada, bob) = (tracker.login("ada@acme.example").await, tracker.login("bob@globex.example").await);
    let (project, issue) = (bob.rows("projects").await[0]["id"].clone(), bob.rows("issues").await[0].clone());
    let issue = bob.begin(&issue).await["id"].clone();
    let before = everything(&bob).await;
    let answers = async |project: &Value, issue: &Value| {
        let close = "mutation($id: ID!) { closeIssue(id: $id, text: \"x\") { id } }";
        let statistics = "query($id: ID!) { projectStatistics(id: $id) { open } }";
        let mut closed = ada.graphql(close, json!({"id": global("Issue", issue)})).await;
        let mut counted = ada.graphql(statistics, json!({"id": global("Project", project)})).await;
        for answer in [&mut closed, &mut counted] {
            answer["errors"][0]["extensions"]["requestId"].take();
            assert_eq!(answer["data"], Value::Null);
        }
        [
            told(ada.post(&format!("/api/issues/{issue}/close"), json!({"text": "x"})).await),
            told(ada.get(&format!("/api/projects/{project}/statistics")).await),
            told(ada.get(&format!("/csv/projects/{project}")).await),
            (404, closed),
            (404, counted),
        ]
    };
    let (there, nowhere) = (answers(&project, &issue).await, answers(&json!(4711), &json!(4711)).await);
    assert_eq!(there, nowhere);
    assert!(there.iter().all(|(status, _)| *status == 404), "{there:?}");
    assert_eq!(everything(&bob).await, before);
    assert_eq!(tracker.outbox.take(), [], "nobody is told");
}

/// Who may manage is said by managers alone, in their own company.
#[each_database(tables(), row_security)]
async fn nobody_makes_themselves_a_manager(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let (ada, ann) = (tracker.login("ada@acme.example").await, tracker.login("ann@acme.example").await);
    let bob = tracker.login("bob@globex.example").await;
    let own = ann.rows("members").await.into_iter().find(|row| row["person_id"] == ann.id).expect("a row");
    let path = format!("/api/members/{}", own["id"]);
    assert_eq!(ann.patch(&path, json!({"role": "manager"})).await.0, 403);
    let organisation = own["organisation_id"].clone();
    let project = json!({"organisation_id": organisation, "key": "NEW", "name": "New"});
    assert_eq!(ann.post("/api/projects", project.clone()).await.0, 403);
    let theirs = bob.rows("organisations").await[0]["id"].clone();
    for (organisation, client) in [(&theirs, &ada), (&theirs, &ann), (&organisation, &bob)] {
        let member = json!({"organisation_id": organisation, "person_id": client.id, "role": "manager"});
        let (status, refused) = client.post("/api/members", member).await;
        assert!([403, 404, 409].contains(&status), "{refused}");
    }
    assert_eq!(bob.rows("members").await.len(), 2);
    let issue =
        ann.rows("issues").await.into_iter().find(|issue| issue["assignee_id"] == ann.id).expect("hers");
    let comment = json!({"issue_id": issue["id"], "author_id": ada.id, "text": "For Ann."});
    assert_eq!(ada.post("/api/comments", comment).await.0, 201);
    assert_eq!(ann.rows("notifications").await.len(), 1);
    // Their manager may, and it holds at once; who is none any more sees nothing at once.
    assert_eq!(ada.patch(&path, json!({"role": "manager"})).await.0, 200);
    assert_eq!(ann.post("/api/projects", project).await.0, 201);
    assert_eq!(ada.send(Method::DELETE, &path, Value::Null).await.0, 204);
    assert_eq!(ann.rows("issues").await.len(), 0);
    assert_eq!(ann.rows("notifications").await.len(), 0);
}
