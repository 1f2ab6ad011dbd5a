//! Principals × surfaces × actions × rows, over HTTP, against a judge in plain Rust.

use entify::entity::{EntityDef, Registry};
use entify::graphql::Schema;
use entify::prelude::*;
use entify::rest::Rest;
use entify::server::AppState;
use entify::testing::{TestDb, each_database};
use poem::{Endpoint as _, EndpointExt as _, Request, Route};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::rows::{Diary, DiaryInput, DiaryService, entities};
use super::someone;
use crate::graphql::{id, serve};

/// A row as the judge knows it.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) owner: &'static str,
}

pub(super) const ROWS: [Row; 2] = [Row { id: 1, owner: "ada" }, Row { id: 2, owner: "bob" }];
/// No row has it.
pub(super) const MISSING: i64 = 4711;
const PRINCIPALS: [&str; 5] = ["", "ada", "bob", "ada+frozen", "sam+staff"];

/// The rules of `Diary`, in plain Rust.
pub(super) struct Judge(pub(super) &'static str);

impl Judge {
    pub(super) fn name(&self) -> &str {
        self.0.split('+').next().unwrap_or_default()
    }

    pub(super) fn has(&self, role: &str) -> bool {
        self.0.split('+').skip(1).any(|held| held == role)
    }

    pub(super) fn owns(&self, row: Row) -> bool {
        !self.0.is_empty() && self.name() == row.owner
    }

    pub(super) fn reads(&self, row: Row) -> bool {
        self.owns(row) || self.has("staff")
    }

    pub(super) fn updates(&self, row: Row) -> bool {
        (self.owns(row) && !self.has("frozen")) || self.has("staff")
    }

    pub(super) fn deletes(&self, row: Row) -> bool {
        self.owns(row)
    }

    pub(super) fn known(&self) -> bool {
        !self.0.is_empty()
    }
}

fn principal(text: &str) -> Principal {
    let mut parts = text.split('+');
    match parts.next() {
        None | Some("") => Principal::Anonymous,
        Some(name) => someone(name, &parts.collect::<Vec<_>>()),
    }
}

/// REST and GraphQL on one port; the bearer token says who it is, as `name+role`.
pub(super) struct Server {
    url: String,
    client: reqwest::Client,
}

impl Server {
    async fn start(test: &TestDb) -> Self {
        Self::of(test, &entities()).await
    }

    pub(super) async fn of(test: &TestDb, entities: &[&'static EntityDef]) -> Self {
        let registry = Registry::new(entities).expect("a registry");
        let schema = Schema::builder(&registry).build().expect("a schema");
        let state = AppState::new(registry, test.db().clone(), b"a secret for tests");
        let rest = Rest::new().endpoint(&state).expect("routes");
        let routes = Route::new().nest("/graphql", schema.endpoint(&state)).nest("/", rest);
        let system = test.ctx();
        let endpoint = routes.around(move |inner, mut request: Request| {
            let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
            let ctx = system.with_principal(principal(token.unwrap_or_default())).with_request_id("r");
            async move {
                request.set_data(ctx);
                inner.call(request).await
            }
        });
        let url = serve(endpoint).await;
        Self { url: url.trim_end_matches("/graphql").to_owned(), client: reqwest::Client::new() }
    }

    async fn rest(&self, who: &str, method: Method, path: &str, body: Option<Json>) -> (u16, Json) {
        self.send(who, method, &format!("/api/diaries{path}"), body).await
    }

    pub(super) async fn send(
        &self,
        who: &str,
        method: Method,
        path: &str,
        body: Option<Json>,
    ) -> (u16, Json) {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if !who.is_empty() {
            request = request.bearer_auth(who);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.expect("a body")).unwrap_or_default())
    }

    pub(super) async fn graphql(&self, who: &str, query: String) -> Json {
        let mut request = self.client.post(format!("{}/graphql", self.url)).json(&json!({"query": query}));
        if !who.is_empty() {
            request = request.bearer_auth(who);
        }
        request.send().await.expect("an answer").json().await.expect("JSON")
    }
}

fn code(answer: &Json) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

pub(super) async fn fill(ctx: &Ctx) {
    let diaries = DiaryService::new(ctx);
    diaries.delete_where(Diary::id().is_not_null()).await.expect("an empty table");
    for row in ROWS {
        let mut values = entify::entity::IntoAssignments::into_assignments(DiaryInput::new(
            row.owner,
            format!("Of {}", row.owner),
        ));
        values.set(0, entify::value::Value::Int(row.id));
        let records = entify::service::Records::new(ctx, Diary::def().info());
        records.create(values).await.expect("a row");
        records.continue_keys().await.expect("keys");
    }
}

#[each_database(entities(), row_security)]
async fn reads_tell_of_no_hidden_row(test: TestDb) {
    fill(&test.ctx()).await;
    let server = Server::start(&test).await;
    for who in PRINCIPALS {
        let judge = Judge(who);
        let seen: Vec<i64> = ROWS.into_iter().filter(|row| judge.reads(*row)).map(|row| row.id).collect();
        let (status, listed) = server.rest(who, Method::GET, "?count=exact&sort=title", None).await;
        let query = "{ diaries { totalCount nodes { id } edges { node { title } } } }";
        let graphql = server.graphql(who, query.to_owned()).await;
        if !judge.known() {
            assert_eq!((status, code(&graphql)), (401, "UNAUTHENTICATED"));
            continue;
        }
        let ids: Vec<i64> = listed["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|row| row["id"].as_i64().expect("a key"))
            .collect();
        assert_eq!((status, &ids, &listed["page"]["total"]), (200, &seen, &json!(seen.len())), "{who}");
        let nodes: Vec<Json> = seen.iter().map(|key| json!({"id": id("Diary", *key)})).collect();
        assert_eq!(graphql["data"]["diaries"]["nodes"], json!(nodes), "{who}");
        assert_eq!(graphql["data"]["diaries"]["totalCount"], seen.len());
        assert_eq!(graphql["data"]["diaries"]["edges"].as_array().expect("edges").len(), seen.len());
        for row in ROWS {
            let expected = usize::from(judge.reads(row));
            for filter in [
                format!("?title=Of%20{}", row.owner),
                format!("?q={}", row.owner),
                format!("?title[contains]={}", row.owner),
            ] {
                let (_, found) = server.rest(who, Method::GET, &filter, None).await;
                assert_eq!(found["items"].as_array().map(Vec::len), Some(expected), "{who} {filter}");
            }
            let query =
                format!("{{ diaries(filter: {{title: {{eq: \"Of {}\"}}}}) {{ totalCount }} }}", row.owner);
            assert_eq!(server.graphql(who, query).await["data"]["diaries"]["totalCount"], expected);
            let one = format!(
                "{{ diaryById(id: \"{0}\") {{ title }} node(id: \"{0}\") {{ id }} nodes(ids: [\"{0}\"]) {{ id }} }}",
                id("Diary", row.id)
            );
            let one = server.graphql(who, one).await;
            let gone = server.graphql(who, format!(
                    "{{ diaryById(id: \"{0}\") {{ title }} node(id: \"{0}\") {{ id }} nodes(ids: [\"{0}\"]) {{ id }} }}",
                    id("Diary", MISSING)
                )).await;
            let (status, body) = server.rest(who, Method::GET, &format!("/{}", row.id), None).await;
            let missing = server.rest(who, Method::GET, &format!("/{MISSING}"), None).await;
            if judge.reads(row) {
                assert_eq!((status, &body["owner"]), (200, &json!(row.owner)));
                assert_eq!(one["data"]["diaryById"]["title"], format!("Of {}", row.owner));
                assert_eq!(one["data"]["node"], one["data"]["nodes"][0]);
            } else {
                assert_eq!((status, body), missing, "nothing tells a hidden row from none");
                assert_eq!(one, gone);
                assert_eq!(missing.0, 404);
            }
        }
    }
}

#[each_database(entities(), row_security)]
async fn writes_reach_no_hidden_row(test: TestDb) {
    let ctx = test.ctx();
    let server = Server::start(&test).await;
    let refused = |judge: &Judge| if judge.known() { (403, "FORBIDDEN") } else { (401, "UNAUTHENTICATED") };
    for who in PRINCIPALS {
        let judge = Judge(who);
        for row in ROWS {
            fill(&ctx).await;
            let key = id("Diary", row.id);
            // What the body says is not told before who may say it.
            for body in [json!({"pages": 3}), json!({})] {
                let (status, answer) =
                    server.rest(who, Method::PATCH, &format!("/{}", row.id), Some(body)).await;
                let expected = match () {
                    () if !judge.known() => 401,
                    // Who may update nothing at all is told so, whatever the row.
                    () if judge.has("frozen") => 403,
                    () if !judge.reads(row) => 404,
                    () => 200,
                };
                assert_eq!(status, expected, "{who} {}: {answer}", row.id);
            }
            let changed = server
                .graphql(
                    who,
                    format!("mutation {{ updateDiary(id: \"{key}\", input: {{pages: 4}}) {{ pages }} }}"),
                )
                .await;
            let given = server
                .graphql(
                    who,
                    format!(
                        "mutation {{ updateDiary(id: \"{key}\", input: {{owner: \"eve\"}}) {{ owner }} }}"
                    ),
                )
                .await;
            if judge.reads(row) && judge.updates(row) {
                assert_eq!(changed["data"]["updateDiary"]["pages"], 4);
                // Out of what its writer may touch.
                assert_eq!(code(&given) == "FORBIDDEN", !judge.has("staff"), "{who}: {given}");
            } else if judge.known() {
                assert_eq!(
                    code(&changed),
                    if judge.reads(row) || judge.has("frozen") { "FORBIDDEN" } else { "NOT_FOUND" }
                );
            } else {
                assert_eq!(code(&changed), "UNAUTHENTICATED");
            }

            fill(&ctx).await;
            let hidden = server.rest(who, Method::DELETE, &format!("/{}", row.id), None).await;
            let missing = server.rest(who, Method::DELETE, &format!("/{MISSING}"), None).await;
            let left = DiaryService::new(&ctx).find(Id::new(row.id)).await.expect("a look").is_some();
            match () {
                () if !judge.known() => assert_eq!(hidden.0, 401),
                () if judge.reads(row) && judge.deletes(row) => assert_eq!(hidden.0, 204),
                // To staff, deletion is not denied in general: the rule asks whose row it is.
                () if judge.reads(row) => assert_eq!(hidden.0, 403),
                () => assert_eq!(hidden, missing),
            }
            assert_eq!(left, !(judge.known() && judge.reads(row) && judge.deletes(row)), "{who}");

            fill(&ctx).await;
            let bulk =
                server.graphql(who, format!("mutation {{ deleteDiaries(ids: [\"{key}\"]) {{ id }} }}")).await;
            assert_eq!(
                bulk["data"]["deleteDiaries"].is_array(),
                judge.known() && judge.reads(row) && judge.deletes(row),
                "{bulk}"
            );

            let new = json!({"owner": row.owner, "title": format!("New {who}")});
            let (status, answer) = server.rest(who, Method::POST, "", Some(new)).await;
            let may = judge.owns(row) || judge.has("staff");
            let expected = if may { (201, "") } else { refused(&judge) };
            assert_eq!(
                (status, answer["code"].as_str().unwrap_or_default()),
                expected,
                "{who} {}",
                row.owner
            );
            // A title that a row has which cannot be seen.
            let other = ROWS.into_iter().find(|other| other.owner != row.owner).expect("the other");
            let new = json!({"owner": row.owner, "title": format!("Of {}", other.owner)});
            let (_, answer) = server.rest(who, Method::POST, "", Some(new)).await;
            let expected = match () {
                () if !may => refused(&judge).1,
                () if judge.reads(other) => "CONFLICT",
                () => "FORBIDDEN",
            };
            assert_eq!(answer["code"], expected, "{who} {}", row.owner);
        }
    }
}

#[each_database(entities(), row_security)]
async fn cursors_of_others_and_hidden_orders_are_refused(test: TestDb) {
    fill(&test.ctx()).await;
    let server = Server::start(&test).await;
    let (_, page) = server.rest("sam+staff", Method::GET, "?limit=1", None).await;
    let cursor = page["page"]["next_cursor"].as_str().expect("a cursor");
    let (status, answer) = server.rest("ada", Method::GET, &format!("?limit=1&cursor={cursor}"), None).await;
    assert_eq!((status, &answer["code"]), (400, &json!("CURSOR_MISMATCH")));
}
