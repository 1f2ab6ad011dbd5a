//! What a client says it takes, which methods there are, and who is told what to send.

use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::json;

use super::{Api, send, users};
use crate::support::domain::all;

#[each_database(all())]
async fn what_is_not_accepted_is_not_sent(test: TestDb) {
    let api = Api::of(test).await;
    let path = format!("/api/users/{}", users(&api, 1).await[0]);
    let cases = [
        (None, 200),
        (Some("*/*"), 200),
        (Some("application/*"), 200),
        (Some("Application/JSON; charset=utf-8"), 200),
        (Some("text/html, application/xml;q=0.9, */*;q=0.1"), 200),
        (Some("application/json;q=0.001"), 200),
        (Some(""), 200),
        (Some("text/html"), 406),
        (Some("application/xml, text/*"), 406),
        (Some("application/json;q=0"), 406),
        (Some("application/json; q=0.000, */*"), 406),
        (Some("*/*;q=0"), 406),
        (Some("application/*;q=0, text/html"), 406),
    ];
    for (accept, status) in cases {
        for path in [path.as_str(), "/api/users"] {
            let mut request = api.request(Method::GET, path);
            if let Some(accept) = accept {
                request = request.header("accept", accept);
            }
            let answer = send(request).await;
            assert_eq!(answer.status, status, "{accept:?} {path}");
            if status == 406 {
                answer.problem(406, "NOT_ACCEPTABLE");
            }
        }
    }
    let made = api.request(Method::POST, "/api/users").header("accept", "text/html");
    send(made.json(&json!({"email": "x@example.org"}))).await.problem(406, "NOT_ACCEPTABLE");
    assert_eq!(
        api.get("/api/users?email=x@example.org").await.json()["items"],
        json!([]),
        "nothing was made"
    );
    let deleted = api.request(Method::DELETE, &path).header("accept", "text/html");
    assert_eq!(send(deleted).await.status, 204, "there is nothing to negotiate about");
}
