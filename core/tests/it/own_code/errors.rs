//! An error that own code passes on with `?` is answered as the engine answers it.

use async_graphql::{Context, Object};
use entify::error::ApplicationError;
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve};
use poem::web::{Data, Path};
use poem::{Route, handler, post};
use poem_openapi::OpenApi;
use poem_openapi::payload::PlainText;
use serde_json::{Value, json};

use crate::support::domain::*;
use crate::support::openapi;

/// What fails in own code, by name.
async fn fail(ctx: &Ctx, kind: &str) -> entify::Result<String> {
    match kind {
        "validation" => {
            let post = PostInput { stars: Some(9), ..PostInput::new("", 1) };
            PostService::new(ctx).create(post).await?;
        }
        "reference" => {
            PostService::new(ctx).create(PostInput::new("a title", 999)).await?;
        }
        "missing" => {
            UserService::new(ctx).get(999.into()).await?;
        }
        "unauthenticated" => {
            NoteService::new(ctx).create(NoteInput::new("a")).await?;
        }
        "internal" => return Err(Error::internal("the secret of the cause")),
        "own" => Err(CloseError::Closed)?,
        _ => {}
    }
    Ok("fine".to_owned())
}

enum CloseError {
    Closed,
}

impl From<CloseError> for Error {
    fn from(CloseError::Closed: CloseError) -> Self {
        ApplicationError::new(423, "CLOSED", "the door is closed").on("door_handle").into()
    }
}

/// Another library's error, which says what is not for clients.
#[derive(Debug, thiserror::Error)]
#[error("password=hunter2")]
struct ForeignError;

struct Own;

#[Object]
impl Own {
    async fn fail(&self, context: &Context<'_>, kind: String) -> entify::Result<String> {
        fail(context.data::<Ctx>()?, &kind).await
    }

    async fn fail_through(&self, context: &Context<'_>, kind: String) -> async_graphql::Result<String> {
        Ok(fail(context.data::<Ctx>()?, &kind).await?)
    }

    async fn foreign(&self) -> async_graphql::Result<String> {
        Err(ForeignError)?
    }

    async fn meant(&self) -> async_graphql::Result<Option<String>> {
        Err(async_graphql::Error::new("read this"))
    }
}

#[handler]
async fn fails(Data(ctx): Data<&Ctx>, Path(kind): Path<String>) -> poem::Result<String> {
    Ok(fail(ctx, &kind).await?)
}

struct OwnApi;

#[OpenApi]
impl OwnApi {
    /// Fails.
    #[oai(path = "/fail/:kind", method = "post", operation_id = "fail")]
    async fn fail(
        &self,
        ctx: Data<&Ctx>,
        kind: poem_openapi::param::Path<String>,
    ) -> entify::Result<PlainText<String>> {
        Ok(PlainText(fail(&ctx, &kind).await?))
    }
}

struct Client {
    base: String,
    http: reqwest::Client,
}

impl Client {
    async fn of(test: &TestDb) -> Self {
        let app = App::new(all())
            .mutation(Own)
            .api(OwnApi)
            .mount("/own", Route::new().at("/fail/:kind", post(fails)));
        let address = serve(app, test).await;
        Self { base: format!("http://{address}"), http: reqwest::Client::new() }
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let answer =
            self.http.post(format!("{}{path}", self.base)).json(&body).send().await.expect("an answer");
        let (status, text) = (answer.status().as_u16(), answer.text().await.expect("a body"));
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    async fn graphql(&self, query: &str) -> Value {
        self.post("/graphql", json!({ "query": query })).await.1
    }
}

/// What is told of an error, without what is different in each request.
fn told(mut error: Value) -> Value {
    for (member, of) in [("requestId", "extensions"), ("", "")] {
        if let Some(object) = error.get_mut(of).and_then(Value::as_object_mut) {
            object.remove(member);
        }
    }
    let object = error.as_object_mut().expect("an object");
    object.retain(|member, _| !["request_id", "locations", "path"].contains(&member.as_str()));
    error
}

/// Each failure of own code, and the generated operation that fails alike.
const KINDS: [(&str, &str, &str, &str); 4] = [
    (
        "validation",
        "mutation { createPost(input: {title: \"\", stars: 9, authorId: \"VXNlcjox\"}) { id } }",
        "/api/posts",
        r#"{"title": "", "stars": 9, "author_id": 1}"#,
    ),
    (
        "reference",
        "mutation { createPost(input: {title: \"a title\", authorId: \"VXNlcjo5OTk=\"}) { id } }",
        "/api/posts",
        r#"{"title": "a title", "author_id": 999}"#,
    ),
    (
        "unauthenticated",
        "mutation { createNote(input: {text: \"a\"}) { id } }",
        "/api/notes",
        r#"{"text": "a"}"#,
    ),
    ("missing", "", "", ""),
];

#[each_database(all())]
async fn own_and_generated_operations_answer_the_same_error(test: TestDb) {
    let client = Client::of(&test).await;
    for (kind, mutation, path, body) in KINDS {
        for field in ["fail", "failThrough"] {
            let own = client.graphql(&format!("mutation {{ {field}(kind: \"{kind}\") }}")).await;
            assert_eq!(own["data"], Value::Null, "a field that is not nullable leaves no data: {own}");
            assert_eq!(own["errors"][0]["path"], json!([field]));
            assert!(
                own["errors"][0]["extensions"]["requestId"].as_str().is_some_and(|id| !id.is_empty()),
                "{own}"
            );
            if !mutation.is_empty() {
                let generated = client.graphql(mutation).await;
                assert_eq!(told(own["errors"][0].clone()), told(generated["errors"][0].clone()), "{kind}");
            }
        }
        let mounted = client.post(&format!("/own/fail/{kind}"), json!({})).await;
        let described = client.post(&format!("/api/fail/{kind}"), json!({})).await;
        assert!(described.1["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{described:?}");
        assert_eq!((mounted.0, told(mounted.1.clone())), (described.0, told(described.1)), "{kind}");
        if !path.is_empty() {
            let generated = client.post(path, serde_json::from_str(body).expect("JSON")).await;
            assert_eq!((mounted.0, told(mounted.1)), (generated.0, told(generated.1)), "{kind}");
        }
    }
}

#[each_database(all())]
async fn an_error_of_the_application_has_its_own_code_and_status(test: TestDb) {
    let client = Client::of(&test).await;
    let own = client.graphql("mutation { fail(kind: \"own\") }").await;
    let field = json!([{"field": "doorHandle", "code": "CLOSED", "message": "the door is closed"}]);
    let extensions = &own["errors"][0]["extensions"];
    assert_eq!((&extensions["code"], &extensions["fields"]), (&json!("CLOSED"), &field));
    for path in ["/own/fail/own", "/api/fail/own"] {
        let (status, problem) = client.post(path, json!({})).await;
        assert_eq!(
            (status, &problem["code"], &problem["errors"][0]["field"]),
            (423, &json!("CLOSED"), &json!("door_handle"))
        );
    }
}

#[each_database(all())]
async fn what_is_not_for_clients_is_masked(test: TestDb) {
    let client = Client::of(&test).await;
    for query in [
        "mutation { foreign }",
        "mutation { fail(kind: \"internal\") }",
        "mutation { failThrough(kind: \"internal\") }",
    ] {
        let own = client.graphql(query).await;
        assert_eq!(own["errors"][0]["message"], "an internal error occurred", "{own}");
        assert_eq!(own["errors"][0]["extensions"]["code"], "INTERNAL");
        assert_eq!(own["data"], Value::Null);
    }
    let meant = client.graphql("mutation { meant }").await;
    assert_eq!(
        (&meant["errors"][0]["message"], &meant["data"]),
        (&json!("read this"), &json!({"meant": null}))
    );
    for path in ["/own/fail/internal", "/api/fail/internal"] {
        let (status, problem) = client.post(path, json!({})).await;
        assert_eq!((status, &problem["detail"]), (500, &json!("an internal error occurred")));
    }
}

#[each_database(all(), only(sqlite))]
async fn the_description_lists_what_own_operations_answer(test: TestDb) {
    let client = Client::of(&test).await;
    let description =
        client.http.get(format!("{}/openapi.json", client.base)).send().await.expect("an answer");
    let description = openapi::read(&description.text().await.expect("a text"));
    let responses = &description["paths"]["/api/fail/{kind}"]["post"]["responses"];
    for status in ["400", "401", "403", "404", "409", "412", "422", "429", "500", "503", "default"] {
        let schema = &responses[status]["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(schema, "#/components/schemas/Problem", "{status}: {responses}");
    }
}
