//! What is told of a project, and of the program.

use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::json;

use crate::support::{Tracker, global, tables};

#[each_database(tables())]
async fn statistics_are_the_same_on_both_apis(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let ann = tracker.login("ann@acme.example").await;
    let project = ann.rows("projects").await[0]["id"].clone();
    let issue = ann.report(project.as_i64().expect("a key"), "Late").await;
    ann.begin(&issue).await;
    let late = ann.patch(&format!("/api/issues/{}", issue["id"]), json!({"due": "2020-01-01"})).await;
    assert_eq!(late.0, 200);
    let (status, told) = ann.get(&format!("/api/projects/{project}/statistics")).await;
    let expected = json!({"open": 2, "in_progress": 1, "closed": 0, "overdue": 1, "minutes": 45});
    assert_eq!((status, &told), (200, &expected));
    let query = "query($id: ID!) { projectStatistics(id: $id) { open inProgress closed overdue minutes } }";
    let answer = ann.graphql(query, json!({"id": global("Project", &project)})).await;
    let expected = json!({"open": 2, "inProgress": 1, "closed": 0, "overdue": 1, "minutes": 45});
    assert_eq!(answer["data"]["projectStatistics"], expected, "{answer}");
}

#[each_database(tables())]
async fn issues_are_written_as_csv(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let ada = tracker.login("ada@acme.example").await;
    let project = ada.rows("projects").await[0]["id"].clone();
    ada.report(project.as_i64().expect("a key"), "=1+1, \"quoted\"").await;
    let (status, file) = ada.get(&format!("/csv/projects/{project}")).await;
    let lines: Vec<_> = file.as_str().expect("a text").split("\r\n").collect();
    assert_eq!((status, lines[0], lines.len()), (200, "number,title,status,priority,due", 5), "{file}");
    assert!(
        lines[1].starts_with("\"ACME-1\",\"The page of acme is empty\",\"open\",\"normal\",\"2"),
        "{file}"
    );
    assert_eq!(lines[3], "\"ACME-3\",\"'=1+1, \"\"quoted\"\"\",\"open\",\"normal\",\"\"");
    let (status, lost) = ada.get("/csv/projects/999").await;
    assert_eq!((status, &lost["code"]), (404, &json!("NOT_FOUND")));
}

#[each_database(tables())]
async fn the_front_end_is_served_with_its_addresses(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let page = async |path: &str| {
        let request = tracker.http.get(format!("{}{path}", tracker.base)).header("accept", "text/html");
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a page"))
    };
    let (status, start) = page("/").await;
    assert_eq!(status, 200);
    assert!(start.contains("<script src=\"/app.js\" type=\"module\">"), "{start}");
    assert_eq!(page("/issues/1").await, (200, start));
    assert_eq!(page("/app.js").await.0, 200);
    assert_eq!(page("/gone.js").await.0, 404);
    assert_eq!(page("/api/gone").await.0, 404);
    assert_eq!(page("/docs").await.0, 200);
}

#[each_database(tables())]
async fn numbers_for_prometheus_are_behind_their_token(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let ada = tracker.login("ada@acme.example").await;
    ada.rows("issues").await;
    let (status, _) = tracker.anonymous().send(Method::GET, "/metrics", json!(null)).await;
    assert_eq!(status, 401);
    let text = tracker.metrics(&tracker.base).await;
    for expected in [
        "entify_http_requests_total{method=\"GET\",route=\"/api/issues\",status=\"2xx\"} 1",
        "entify_http_requests_total{method=\"POST\",route=\"/api/login\",status=\"2xx\"} 1",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
}

#[each_database(tables(), only(sqlite))]
async fn own_operations_are_described(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let (_, openapi) = tracker.anonymous().get("/openapi.json").await;
    let closing = &openapi["paths"]["/api/issues/{id}/close"]["post"];
    assert_eq!(closing["operationId"], "close_issue");
    let answer = &closing["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!(answer, "#/components/schemas/Issue", "{closing}");
    assert!(openapi["paths"]["/api/projects/{id}/statistics"]["get"].is_object());
    assert!(openapi["paths"]["/api/login"]["post"].is_object());
}
