//! What is nobody's is shut on every way in. The ways are taken from what the application says of itself, its OpenAPI
//! description, its GraphQL schema and the links of its admin, so that one added later is tried without being named.

use std::collections::BTreeSet;

use entify::auth::{self, create_account};
use entify::entity::{EntityDef, Registry};
use entify::prelude::*;
use entify::server::AppState;
use entify::testing::each_database;
use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::auth::issuer::{claims_with, secret, settings};
use crate::graphql::id;
use crate::support::browser::{Browser, PASSWORD, Page, Site};

/// Nobody's, with everything that adds routes and fields.
#[derive(Entity)]
#[entity(policy = nobody, version, soft_delete, history, plural = "sealeds", admin(label = word, list(word, door)))]
pub struct Sealed {
    #[entity(max_len = 40, unique, search, sort, filter)]
    word: String,
    #[entity(on_delete = cascade)]
    door: One<Door>,
}

/// Everyone's, with the same routes and fields.
#[derive(Entity)]
#[entity(policy = public, version, soft_delete, history, admin(label = name, list(name)))]
pub struct Door {
    #[entity(max_len = 40, unique, search, sort, filter)]
    name: String,
    #[entity(inverse = door)]
    sealeds: Many<Sealed>,
}

const WORD: &str = "opensesame";

fn entities() -> Vec<&'static EntityDef> {
    entify::entities![Sealed, Door].to_vec()
}

fn tables() -> Vec<&'static EntityDef> {
    [auth::entities().to_vec(), entities()].concat()
}

/// The whole application, with a row of each.
async fn open(ctx: &Ctx) -> Site {
    let door = DoorService::new(ctx).create(DoorInput::new("cave")).await.expect("a door").id;
    SealedService::new(ctx).create(SealedInput::new(WORD, door)).await.expect("a row");
    let registry = Registry::new(&entities()).expect("a registry");
    let state = AppState::with_settings(registry, ctx.db().clone(), b"a secret for tests", settings());
    Site::serve(App::new(entities()).into_endpoint(&state).expect("an application")).await
}

/// No one known, and someone with every role there is.
fn callers() -> [(String, u16, &'static str); 2] {
    let admin = secret(&claims_with("roles", json!(["admin", "staff", "editor", "system"])));
    [(String::new(), 401, "UNAUTHENTICATED"), (admin, 403, "FORBIDDEN")]
}

async fn send(browser: &Browser, token: &str, method: Method, path: &str, body: Option<&Json>) -> Page {
    let mut request = browser.request(method, path);
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    Page::of(request.send().await.expect("an answer")).await
}

async fn ask(browser: &Browser, token: &str, query: &str) -> Json {
    let page = send(browser, token, Method::POST, "/graphql", Some(&json!({"query": query}))).await;
    assert!(!page.body.contains(WORD), "{query}: {}", page.body);
    serde_json::from_str(&page.body).expect("JSON")
}

// --- the GraphQL schema ---------------------------------------------------------------------------------

/// The schema as it describes itself.
struct Described(Json);

impl Described {
    async fn of(browser: &Browser) -> Self {
        let of_type = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
        let arguments = format!("name defaultValue type {{ {of_type} }}");
        let query = format!(
            "{{ __schema {{ queryType {{ name }} mutationType {{ name }} subscriptionType {{ name }} types {{ kind name isOneOf
                fields {{ name args {{ {arguments} }} type {{ {of_type} }} }} inputFields {{ {arguments} }}
                enumValues {{ name }} }} }} }}"
        );
        Self(ask(browser, "", &query).await["data"]["__schema"].take())
    }

    fn types(&self) -> &[Json] {
        self.0["types"].as_array().expect("types")
    }

    fn named(&self, name: &str) -> &Json {
        self.types().iter().find(|known| known["name"] == name).expect("a type")
    }

    /// A value that an argument or an input field may take.
    fn value(&self, of: &Json) -> String {
        match (of["kind"].as_str().expect("a kind"), of["name"].as_str().unwrap_or_default()) {
            ("NON_NULL", _) => self.value(&of["ofType"]),
            ("LIST", _) => format!("[{}]", self.value(&of["ofType"])),
            ("INPUT_OBJECT", name) => {
                let described = self.named(name);
                let fields = described["inputFields"].as_array().expect("fields");
                if described["isOneOf"] == true {
                    let name = fields[0]["name"].as_str().expect("a name");
                    return format!("{{{name}: {}}}", self.value(&fields[0]["type"]));
                }
                format!("{{{}}}", self.required(fields))
            }
            ("ENUM", name) => self.named(name)["enumValues"][0]["name"].as_str().expect("a value").to_owned(),
            (_, "ID") => format!("{:?}", id("Sealed", 1)),
            (_, "Int") => "1".to_owned(),
            (_, "Boolean") => "true".to_owned(),
            _ => "\"1\"".to_owned(),
        }
    }

    /// Those that must be given, with values.
    fn required(&self, arguments: &[Json]) -> String {
        let required = arguments
            .iter()
            .filter(|given| given["type"]["kind"] == "NON_NULL" && given["defaultValue"].is_null());
        let given = required.map(|given| {
            let name = given["name"].as_str().expect("a name");
            match name {
                // A reference to what may be referred to.
                "doorId" => format!("{name}: {:?}", id("Door", 1)),
                _ => format!("{name}: {}", self.value(&given["type"])),
            }
        });
        given.collect::<Vec<_>>().join(", ")
    }

    /// The fields of a type, each as it is asked for, and whether it answers rows that are nobody's.
    fn fields(&self, of: &str) -> Vec<(String, bool, String)> {
        let fields = self.named(of)["fields"].as_array().expect("fields").iter();
        let asked = fields.map(|field| {
            let name = field["name"].as_str().expect("a name").to_owned();
            let answered = innermost(&field["type"]);
            let arguments = self.required(field["args"].as_array().expect("arguments"));
            let arguments = if arguments.is_empty() { arguments } else { format!("({arguments})") };
            let about = answered.starts_with("Sealed") || answered == "Node" || name.contains("ealed");
            let selected = if answered == "Int" { "" } else { " { __typename }" };
            (name.clone(), about, format!("{name}{arguments}{selected}"))
        });
        asked.collect()
    }
}

/// The name of a type without its lists and `!`.
fn innermost(of: &Json) -> &str {
    if of["ofType"].is_null() { of["name"].as_str().unwrap_or_default() } else { innermost(&of["ofType"]) }
}

// --- the admin's links ----------------------------------------------------------------------------------

/// Every place of the admin that a page of it names.
async fn crawled(browser: &mut Browser) -> BTreeSet<String> {
    let mut places = BTreeSet::from(["/admin".to_owned()]);
    let mut left = vec!["/admin".to_owned()];
    while let Some(path) = left.pop() {
        let page = browser.get(&path).await;
        page.lacks(WORD);
        for mark in ["href=\"/admin", "action=\"/admin", "data-lookup=\"/admin"] {
            for rest in page.body.split(mark).skip(1) {
                let rest = rest.split(['"', '?']).next().unwrap_or_default();
                let place = format!("/admin{rest}");
                let aside = ["/admin/assets", "/admin/sign-"].iter().any(|aside| place.starts_with(aside));
                if !aside && places.insert(place.clone()) {
                    left.push(place);
                }
            }
        }
    }
    places
}

#[each_database(tables())]
async fn no_route_of_the_description_is_open(ctx: Ctx) {
    let site = open(&ctx).await;
    let browser = Browser::new(&site);
    let page = send(&browser, "", Method::GET, "/openapi.json", None).await;
    let description: Json = serde_json::from_str(&page.body).expect("JSON");
    let mut tried = 0;
    for (path, operations) in description["paths"].as_object().expect("paths") {
        let path = format!("/api{}", path.strip_prefix("/api").unwrap_or(path)).replace("{id}", "1");
        // Rows are measured by something.
        let asked = if path.ends_with("/aggregate") { "?count=true" } else { "" };
        // What goes for good takes with it what refers to it.
        if path.ends_with("/purge") && !path.contains("sealed") {
            continue;
        }
        for method in operations.as_object().expect("operations").keys() {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let writes = method == Method::POST || method == Method::PATCH || method == Method::PUT;
            for (token, status, code) in callers() {
                for body in [json!({"word": "w", "door_id": 1}), json!({"nonsense": 1}), json!([])] {
                    let body = writes.then_some(&body);
                    let answer =
                        send(&browser, &token, method.clone(), &format!("{path}{asked}"), body).await;
                    answer.lacks(WORD);
                    if path.contains("sealed") {
                        tried += 1;
                        answer.is(status).has(code);
                    } else if !writes && method == Method::GET {
                        answer.is(200);
                    }
                    if !writes {
                        break;
                    }
                }
                if !path.contains("sealed") {
                    // What is public is not used up by trying.
                    break;
                }
            }
            if method == Method::DELETE && path == "/api/doors/1" {
                DoorService::new(&ctx).restore(Id::new(1)).await.expect("the door");
            }
        }
    }
    let least = 18 + 2 + 6 + 12;
    assert!(
        tried >= least,
        "list, get, delete, three bodies to create and change, the same for many and for deleted rows, by two: {tried}"
    );
    assert_eq!(SealedService::new(&ctx).count(Filter::all()).await, Ok(1));
}

#[each_database(tables())]
async fn no_field_of_the_schema_is_open(ctx: Ctx) {
    let site = open(&ctx).await;
    let browser = Browser::new(&site);
    let described = Described::of(&browser).await;
    let mut tried = BTreeSet::new();
    for (operation, root) in [("query", "queryType"), ("mutation", "mutationType")] {
        let root = described.0[root]["name"].as_str().expect("a root");
        for (name, about, asked) in described.fields(root) {
            if !about {
                continue;
            }
            for (token, _, code) in callers() {
                let answer = ask(&browser, &token, &format!("{operation} {{ {asked} }}")).await;
                assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{asked}: {answer}");
                assert!(answer["data"].is_null() || answer["data"][&name].is_null(), "{asked}: {answer}");
            }
            tried.insert(name);
        }
    }
    for name in [
        "sealedById",
        "sealeds",
        "node",
        "nodes",
        "createSealed",
        "updateSealed",
        "deleteSealed",
        "createSealeds",
        "deleteSealeds",
        "updateSealeds",
        "deleteSealedsWhere",
    ] {
        assert!(tried.contains(name), "{name} is not among {tried:?}");
    }
    // From what is public there is nothing on the other side.
    for (name, about, asked) in described.fields("Door") {
        if !about {
            continue;
        }
        tried.insert(format!("Door.{name}"));
        let (selected, nothing) = match () {
            () if name.ends_with("Aggregate") => ("count", json!({"count": 0})),
            () if name.ends_with("Grouped") => ("count", json!([])),
            () => ("totalCount nodes { __typename }", json!({"totalCount": 0, "nodes": []})),
        };
        let asked = asked.replace("__typename", selected);
        for (token, ..) in callers() {
            let answer = ask(&browser, &token, &format!("{{ doors {{ nodes {{ {asked} }} }} }}")).await;
            assert_eq!(answer["data"]["doors"]["nodes"][0][&name], nothing, "{asked}: {answer}");
        }
    }
    assert!(tried.contains("Door.sealeds"));
    assert_eq!(SealedService::new(&ctx).count(Filter::all()).await, Ok(1));
}

#[each_database(tables())]
async fn no_place_of_the_admin_is_open(ctx: Ctx) {
    create_account(&ctx, "all@example.org", PASSWORD, vec!["admin".into(), "staff".into()])
        .await
        .expect("an account");
    let site = open(&ctx).await;
    let mut browser = Browser::new(&site);
    browser.sign_in("all@example.org", PASSWORD).await.is(303);
    let places = crawled(&mut browser).await;
    assert!(!places.iter().any(|place| place.contains("sealed")), "{places:?}");
    // The places of what is everyone's are those of what is nobody's, too.
    let open: Vec<_> = places.iter().filter(|place| place.starts_with("/admin/doors")).collect();
    for known in
        ["/admin/doors", "/admin/doors/new", "/admin/doors/1", "/admin/doors/1/edit", "/admin/doors/1/delete"]
    {
        assert!(open.iter().any(|place| *place == known), "{known} is not among {open:?}");
    }
    let lookup = "/admin/doors/lookup".to_owned();
    for place in open.into_iter().chain([&lookup]) {
        // Where it asks for rows or a field, the address lacks them here.
        let page = browser.get(place).await;
        assert!([200, 400].contains(&page.status.as_u16()), "{place}: {}", page.status);
        let place = place.replace("/doors", "/sealeds");
        browser.get(&place).await.is(403).lacks(WORD);
        // Refused, or no place that takes forms.
        browser.get("/admin").await.is(200);
        let posted = browser.post(&place, &[("word", "w"), ("door_id", "1")]).await;
        posted.lacks(WORD);
        assert!([403, 405].contains(&posted.status.as_u16()), "{place}: {}", posted.status);
        let stranger = Browser::new(&site);
        let page = stranger.send(&place, &[("word", "w")]).await;
        assert!([303, 403, 405].contains(&page.status.as_u16()), "{place}: {}", page.status);
    }
    assert_eq!(SealedService::new(&ctx).count(Filter::all()).await, Ok(1));
}
