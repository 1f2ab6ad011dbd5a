//! `deprecated(since = "…", note = "…", sunset = "…")`: every surface says what should not be used any more.

use entify::prelude::*;
use entify::server::AppState;
use entify::testing::{TestDb, each_database};
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::{Endpoint as _, Request, Response};
use serde_json::{Value as Json, json};

use super::with_accounts;
use crate::support::browser::signed_in_to;
use crate::support::openapi;

#[derive(EntityEnum)]
pub enum Colour {
    Red,
    #[entity(deprecated(note = "take `red`"))]
    Crimson,
}

/// A ticket on paper.
#[derive(Entity)]
#[entity(policy = public, deprecated(since = "2026-01-31", note = "take `Pass`", sunset = "2027-01-31"))]
pub struct PaperTicket {
    title: String,
}

/// A pass.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Pass {
    /// What people say.
    #[entity(filter, sort, deprecated(since = "2", note = "take `title`"))]
    nickname: Option<String>,
    #[entity(deprecated(since = "3"))]
    code: String,
    title: String,
    #[entity(default = Colour::Red, filter)]
    colour: Colour,
    #[entity(deprecated(note = "passes are free"), default = 0)]
    price: i32,
    #[entity(deprecated())]
    parent: Option<One<Pass>>,
    #[entity(inverse = parent, deprecated(note = "ask for passes by their `parent`"))]
    children: Many<Pass>,
}

#[entify::actions]
impl Pass {
    /// Stamps the pass.
    #[action(policy = public, deprecated(since = "2", note = "take `punch`"))]
    async fn stamp(_ctx: &Ctx, pass: PassModel) -> entify::Result<PassModel> {
        Ok(pass)
    }

    /// Punches the pass.
    #[action(policy = public)]
    async fn punch(_ctx: &Ctx, pass: PassModel) -> entify::Result<PassModel> {
        Ok(pass)
    }
}

fn tables() -> Vec<&'static entify::entity::EntityDef> {
    entities![PaperTicket, Pass].to_vec()
}

fn endpoint(test: &TestDb) -> BoxEndpoint<'static> {
    let app = App::new(entities![PaperTicket, Pass]);
    let state = AppState::new(app.registry().expect("entities"), test.db().clone(), b"a secret for tests");
    app.into_endpoint(&state).expect("an endpoint")
}

async fn send(endpoint: &BoxEndpoint<'static>, method: Method, path: &str, body: Option<Json>) -> Response {
    let request = Request::builder().method(method).uri(path.parse().expect("a path"));
    endpoint
        .get_response(match body {
            Some(body) => request.content_type("application/json").body(body.to_string()),
            None => request.finish(),
        })
        .await
}

/// `Deprecation` and `Sunset` of a response.
fn told(response: &Response) -> (Option<&str>, Option<&str>) {
    let header = |name| response.headers().get(name).map(|value| value.to_str().expect("a text"));
    (header("deprecation"), header("sunset"))
}

#[each_database(tables())]
async fn responses_of_a_resource_and_of_an_action_carry_headers(test: TestDb) {
    let endpoint = endpoint(&test);
    let resource = (Some("@1769817600"), Some("Sun, 31 Jan 2027 00:00:00 GMT"));
    let made = send(&endpoint, Method::POST, "/api/paper-tickets", Some(json!({"title": "a"}))).await;
    assert_eq!((made.status().as_u16(), told(&made)), (201, resource));
    for (method, path, status) in [
        (Method::GET, "/api/paper-tickets", 200),
        (Method::GET, "/api/paper-tickets/1", 200),
        // What goes wrong there is told alike.
        (Method::GET, "/api/paper-tickets/99", 404),
        (Method::GET, "/api/paper-tickets?no=1", 400),
        (Method::PUT, "/api/paper-tickets/1", 405),
        (Method::DELETE, "/api/paper-tickets/1", 204),
    ] {
        let response = send(&endpoint, method, path, None).await;
        assert_eq!((response.status().as_u16(), told(&response)), (status, resource), "{path}");
    }
    let pass = json!({"title": "a", "code": "b", "nickname": "c"});
    let made = send(&endpoint, Method::POST, "/api/passes", Some(pass)).await;
    // Of fields no response tells.
    assert_eq!((made.status().as_u16(), told(&made)), (201, (None, None)));
    // No day is known of a version.
    let stamped = send(&endpoint, Method::POST, "/api/passes/1/stamp", None).await;
    assert_eq!((stamped.status().as_u16(), told(&stamped)), (200, (Some("@0"), None)));
    let punched = send(&endpoint, Method::POST, "/api/passes/1/punch", None).await;
    assert_eq!((punched.status().as_u16(), told(&punched)), (200, (None, None)));
}

#[each_database(tables())]
async fn graphql_has_the_directive_and_introspection_the_flags(test: TestDb) {
    let endpoint = endpoint(&test);
    let query = "query ($name: String!) { __type(name: $name) {
        all: fields(includeDeprecated: true) { name isDeprecated deprecationReason }
        fields { name }
        allInputs: inputFields(includeDeprecated: true) { name isDeprecated deprecationReason description }
        inputFields { name }
        allValues: enumValues(includeDeprecated: true) { name isDeprecated deprecationReason }
        enumValues { name }
    } }";
    let ask = async |name: &str| -> Json {
        let body = json!({"query": query, "variables": {"name": name}});
        let response = send(&endpoint, Method::POST, "/graphql", Some(body)).await;
        let json: Json = response.into_body().into_json().await.expect("JSON");
        json["data"]["__type"].clone()
    };
    let reason = |ty: &Json, list: &str, name: &str| {
        let all = ty[list].as_array().expect("a list");
        let found =
            all.iter().find(|member| member["name"] == name).unwrap_or_else(|| panic!("{name}: {ty}"));
        assert_eq!(found["isDeprecated"], !found["deprecationReason"].is_null());
        found["deprecationReason"].as_str().map(str::to_owned)
    };
    let has = |ty: &Json, list: &str, name: &str| {
        ty[list].as_array().expect("a list").iter().any(|member| member["name"] == name)
    };
    let pass = ask("Pass").await;
    for (name, why) in [
        ("nickname", Some("Since 2: take `title`")),
        ("code", Some("Since 3.")),
        ("title", None),
        ("parentId", Some("Not to be used any more.")),
        ("parent", Some("Not to be used any more.")),
        ("children", Some("ask for passes by their `parent`")),
    ] {
        assert_eq!(reason(&pass, "all", name).as_deref(), why, "{name}");
        assert_eq!(has(&pass, "fields", name), why.is_none(), "{name}");
    }
    for (ty, name) in [
        ("PassInput", "nickname"),
        ("PassPatch", "nickname"),
        ("PassFilter", "nickname"),
        ("PassOrder", "nickname"),
        ("PassIncrement", "price"),
        ("PassInput", "children"),
        ("PassFilter", "parent"),
        ("PassFilter", "children"),
        ("PassPatch", "code"),
    ] {
        let json = ask(ty).await;
        assert!(reason(&json, "allInputs", name).is_some(), "{ty}.{name}");
        assert!(!has(&json, "inputFields", name), "{ty}.{name}");
    }
    // What must be given cannot be deprecated: its description says it.
    let input = ask("PassInput").await;
    assert_eq!(reason(&input, "allInputs", "code"), None);
    let code = input["allInputs"].as_array().expect("a list").iter().find(|field| field["name"] == "code");
    let docs = code.expect("the field")["description"].as_str().expect("a text").to_owned();
    assert!(docs.contains("Deprecated. Since 3."), "{docs}");
    let colour = ask("Colour").await;
    assert_eq!(reason(&colour, "allValues", "CRIMSON").as_deref(), Some("take `red`"));
    assert_eq!(reason(&colour, "allValues", "RED"), None);
    let (queries, mutations) = (ask("Query").await, ask("Mutation").await);
    let why = Some("Since 2026-01-31, gone from 2027-01-31: take `Pass`");
    for name in ["paperTickets", "paperTicketById"] {
        assert_eq!(reason(&queries, "all", name).as_deref(), why, "{name}");
    }
    for name in ["createPaperTicket", "updatePaperTicket", "deletePaperTickets"] {
        assert_eq!(reason(&mutations, "all", name).as_deref(), why, "{name}");
    }
    assert_eq!(reason(&queries, "all", "passes"), None);
    assert_eq!(reason(&mutations, "all", "stampPass").as_deref(), Some("Since 2: take `punch`"));
    assert_eq!(reason(&mutations, "all", "punchPass"), None);
    // It may still be used.
    let body = json!({"query": "{ paperTickets { nodes { title } } passes(filter: {nickname: {eq: \"a\"}}) { nodes { nickname } } }"});
    let json: Json = send(&endpoint, Method::POST, "/graphql", Some(body))
        .await
        .into_body()
        .into_json()
        .await
        .expect("JSON");
    assert_eq!(json["data"], json!({"paperTickets": {"nodes": []}, "passes": {"nodes": []}}));
}

#[test]
fn the_schema_language_has_the_directive() {
    let registry = entify::entity::Registry::new(&tables()).expect("entities");
    let sdl = entify::graphql::Schema::builder(&registry).build().expect("a schema").sdl();
    let reason = "Since 2026-01-31, gone from 2027-01-31: take `Pass`";
    assert!(sdl.contains(&format!("@deprecated(reason: \"{reason}\")")), "{sdl}");
    assert!(sdl.contains("CRIMSON @deprecated(reason: \"take `red`\")"), "{sdl}");
}

#[test]
fn openapi_marks_operations_members_parameters_and_values() {
    let registry = entify::entity::Registry::new(&tables()).expect("entities");
    let json = openapi::read(&entify::rest::spec(&registry, "A", "1").expect("a description"));
    let operation = |path: &str, method: &str| json["paths"][path][method].clone();
    for (path, method) in [
        ("/api/paper-tickets", "get"),
        ("/api/paper-tickets/{id}", "delete"),
        ("/api/paper-tickets/batch", "post"),
    ] {
        let operation = operation(path, method);
        assert_eq!(operation["deprecated"], true, "{path}");
        let description = operation["description"].as_str().expect("a description");
        let remark = "Deprecated. Since 2026-01-31, gone from 2027-01-31: take `Pass`\n\n";
        assert!(description.starts_with(remark), "{description}");
        for (status, response) in operation["responses"].as_object().expect("responses") {
            for header in ["Deprecation", "Sunset"] {
                assert!(response["headers"][header].is_object(), "{path} {status} {header}");
            }
        }
    }
    assert_eq!(operation("/api/passes", "get")["deprecated"], Json::Null);
    let stamp = operation("/api/passes/{id}/stamp", "post");
    assert_eq!(
        (&stamp["deprecated"], &stamp["responses"]["200"]["headers"]["Sunset"]),
        (&json!(true), &Json::Null)
    );
    for schema in ["Pass", "PassInput", "PassPatch"] {
        let members = &json["components"]["schemas"][schema]["properties"];
        assert_eq!(members["nickname"]["deprecated"], true, "{schema}");
        assert_eq!(members["title"]["deprecated"], Json::Null, "{schema}");
    }
    let members = &json["components"]["schemas"]["Pass"]["properties"];
    assert_eq!(members["nickname"]["description"], "What people say.\n\nDeprecated. Since 2: take `title`");
    let input = &json["components"]["schemas"]["PassInput"]["properties"];
    assert_eq!(
        (&input["parent"]["deprecated"], &input["children"]["deprecated"]),
        (&json!(true), &json!(true))
    );
    let colour = members["colour"]["description"].as_str().expect("a description");
    assert!(colour.contains("The value `crimson` is deprecated. take `red`"), "{colour}");
    let parameters = operation("/api/passes", "get")["parameters"].as_array().expect("parameters").clone();
    let deprecated = |name: &str| {
        let found = parameters.iter().find(|parameter| parameter["name"] == name);
        found.expect("a parameter")["deprecated"].clone()
    };
    assert_eq!(
        [deprecated("nickname"), deprecated("nickname[contains]"), deprecated("colour")],
        [json!(true), json!(true), json!(false)]
    );
}

#[each_database(with_accounts(&entities![PaperTicket, Pass]))]
async fn the_admin_says_so(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities![PaperTicket, Pass]).await;
    let list = browser.get("/admin/paper-tickets").await;
    assert!(list.body.contains("Not to be used any more. Since 2026-01-31"), "{}", list.body);
    let form = browser.get("/admin/passes/new").await;
    let nickname = form.field("nickname");
    assert!(nickname.contains("Nickname (deprecated)"), "{nickname}");
    assert!(nickname.contains("Not to be used any more. Since 2: take `title`."), "{nickname}");
    assert!(!form.field("title").contains("deprecated"));
}
