//! A poem-openapi API of the program's own beside the entities, and an entity's API composed by hand.

use std::collections::HashMap;

use entify::Ctx;
use entify::entity::Registry;
use entify::rest::{ApiConflict, Rest};
use entify::testing::{TestDb, each_database};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Json, PlainText};
use poem_openapi::{Object, OpenApi, OpenApiService};
use reqwest::Method;
use serde_json::json;

use super::{Api, send, users};
use crate::support::domain::{User, UserApi, UserService, all};

#[derive(Object)]
struct Greeting {
    text: String,
}

struct Own;

#[OpenApi]
impl Own {
    /// Greets by key.
    #[oai(path = "/users/:id/greeting", method = "get", operation_id = "greet_user")]
    async fn greet(
        &self,
        ctx: Data<&Ctx>,
        id: Path<i64>,
        word: Query<Option<String>>,
    ) -> poem::Result<Json<Greeting>> {
        let user = UserService::new(&ctx)
            .get(id.0.into())
            .await
            .map_err(|_| poem::Error::from_status(poem::http::StatusCode::NOT_FOUND))?;
        let word = word.0.unwrap_or_else(|| "hello".to_owned());
        Ok(Json(Greeting { text: format!("{word}, {}", user.email) }))
    }

    #[oai(path = "/users/top", method = "get", operation_id = "top_user")]
    async fn top(&self) -> PlainText<&'static str> {
        PlainText("top")
    }
}

struct Clashing;

#[OpenApi]
impl Clashing {
    #[oai(path = "/users", method = "get", operation_id = "other_users")]
    async fn list(&self) -> PlainText<&'static str> {
        PlainText("")
    }
}

struct SameId;

#[OpenApi]
impl SameId {
    #[oai(path = "/elsewhere", method = "get", operation_id = "list_users")]
    async fn list(&self) -> PlainText<&'static str> {
        PlainText("")
    }
}

#[each_database(all())]
async fn it_is_served_and_described_with_the_entities(test: TestDb) {
    let api = Api::serve(test, Rest::new().api(Own)).await;
    let key = users(&api, 1).await[0];
    let greeting = api.get(&format!("/api/users/{key}/greeting?word=hi")).await;
    assert_eq!(greeting.json(), json!({"text": "hi, u0@example.org"}));
    assert_eq!(api.get("/api/users/top").await.text, "top");
    assert_eq!(api.get(&format!("/api/users/{key}")).await.json()["id"], key);
    assert_eq!(api.get("/api/users?limit=1").await.json()["items"][0]["id"], key);
    api.get("/api/users/0/greeting").await.problem(404, "NOT_FOUND");
    api.get("/api/users/1/else").await.problem(404, "NOT_FOUND");
    let wrong = send(api.request(Method::POST, "/api/users/top")).await;
    wrong.problem(405, "METHOD_NOT_ALLOWED");
    assert_eq!(wrong.header("allow"), Some("GET, HEAD"));
    let spec = api.get("/openapi.json").await.json();
    assert_eq!(spec["paths"]["/api/users/{id}/greeting"]["get"]["operationId"], "greet_user");
    assert_eq!(spec["paths"]["/api/users"]["get"]["operationId"], "list_users");
    assert!(spec["components"]["schemas"]["Greeting"].is_object());
    // It is authenticated as all others are, and says so.
    assert_eq!(spec["paths"]["/api/users/top"]["get"]["security"], json!([{}, { "bearer": [] }]));
    let alone = Registry::new(&[]).expect("a registry");
    let alone = Rest::new().api(Own).spec(&alone).expect("a document");
    assert!(alone.contains("\"securitySchemes\":{\"bearer\":") || alone.contains("\"bearer\": {"), "{alone}");
}

#[test]
fn clashes_are_told() {
    let registry = Registry::new(&all()).expect("a registry");
    let clash = |rest: Rest| rest.spec(&registry).expect_err("a clash");
    let operation = ApiConflict::Operation { method: "GET".to_owned(), path: "/api/users".to_owned() };
    assert_eq!(clash(Rest::new().api(Clashing)), operation);
    assert_eq!(clash(Rest::new().api(SameId)), ApiConflict::OperationId("list_users".to_owned()));
    assert_eq!(clash(Rest::new().api(Own).api(Own)), ApiConflict::OperationId("greet_user".to_owned()));
}

#[test]
fn an_entity_is_a_poem_openapi_api() {
    let service = OpenApiService::new((UserApi::new(), Own), "By hand", "1");
    let spec: serde_json::Value = serde_json::from_str(&service.spec()).expect("JSON");
    assert_eq!(spec["paths"]["/users/{id}"]["patch"]["operationId"], "update_user");
    let mut routes = HashMap::new();
    entify::entity::EntityApi::<User>::new().add_routes(&mut routes);
    assert!(routes.contains_key("/users") && routes.contains_key("/users/:id"));
}
