//! What is asked of the servers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::database::USERS;

/// One kind of request.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// The requests, in turn.
    pub(crate) requests: Vec<Request>,
    /// The status of a right answer.
    pub(crate) status: u16,
    /// How long its load lasts at least, in seconds: where one request takes long.
    pub(crate) least_seconds: u32,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// A JSON body makes it a POST. `{unique}` in it becomes a text that no other request has.
    pub(crate) body: Option<String>,
    /// Whether it has an `Idempotency-Key` that no other request has.
    pub(crate) keyed: bool,
}

/// A word in a body that the load generator makes unique.
pub(crate) const UNIQUE: &str = "{unique}";

/// New rows within a new row.
const CHILDREN: usize = 20;

/// New rows of a batch.
const BATCHED: usize = 1_000;

/// Different rows asked for in turn.
const VARIANTS: i64 = 100;

impl Request {
    fn get(path: impl Into<String>) -> Self {
        Self { path: path.into(), body: None, keyed: false }
    }

    fn post(path: &str, body: &Value) -> Self {
        Self { path: path.to_owned(), body: Some(body.to_string()), keyed: false }
    }

    fn graphql(query: &str, variables: &Value) -> Self {
        Self::post("/graphql", &json!({ "query": query, "variables": variables }))
    }

    /// Whether it writes.
    pub(crate) fn is_create(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.contains(UNIQUE))
    }
}

/// Every scenario.
pub(crate) fn all() -> Vec<Scenario> {
    let ids = || (1..=VARIANTS).map(|n| n * (USERS / VARIANTS));
    let user = json!({ "email": "{unique}@example.org", "name": "Somebody new", "status": "active" });
    let post = |number: usize| json!({ "title": format!("Post {number}"), "body": "What it says." });
    let mut writer = user.clone();
    writer["posts"] = json!({ "create": (0..CHILDREN).map(post).collect::<Vec<_>>() });
    let batched = |number: usize| {
        let mut values = post(number);
        values["author_id"] = json!(1);
        if number == 0 {
            values["title"] = json!(UNIQUE);
        }
        json!({ "op": "create", "values": values })
    };
    let batch = json!({ "operations": (0..BATCHED).map(batched).collect::<Vec<_>>() });
    let keyed = Request { keyed: true, ..Request::post("/api/users", &user) };
    let by_id = "query($id: ID!) { userById(id: $id) { id email name status createdAt } }";
    let posts = "{ posts(first: 20) { pageInfo { hasNextPage endCursor } \
                 nodes { id title stars author { id name } } } }";
    let nested = "{ users(first: 10) { nodes { id name posts(first: 5) { nodes { id title \
                  comments(first: 3) { nodes { id body } } } } } } }";
    let groups = "/api/posts/aggregate?group=author_id&count=true&sum=stars&sort=author_id&limit=20";
    let scenario = |name, status, requests| Scenario { name, requests, status, least_seconds: 0 };
    let global = |id: i64| json!({ "id": STANDARD.encode(format!("User:{id}")) });
    vec![
        scenario("REST get by id", 200, ids().map(|id| Request::get(format!("/api/users/{id}"))).collect()),
        scenario("REST list of 20", 200, vec![Request::get("/api/posts?limit=20")]),
        scenario("REST list of 20, author", 200, vec![Request::get("/api/posts?limit=20&include=author")]),
        scenario("REST aggregate", 200, vec![Request::get("/api/posts/aggregate?count=true&sum=stars")]),
        scenario("REST group of 20", 200, vec![Request::get(groups)]),
        scenario("REST create", 201, vec![Request::post("/api/users", &user)]),
        scenario("REST create with a key", 201, vec![keyed]),
        scenario("REST create of 1 + 20", 201, vec![Request::post("/api/users", &writer)]),
        Scenario {
            least_seconds: 10,
            ..scenario("REST batch of 1,000", 200, vec![Request::post("/api/posts/batch", &batch)])
        },
        scenario("GraphQL get by id", 200, ids().map(|id| Request::graphql(by_id, &global(id))).collect()),
        scenario("GraphQL 20 posts with author", 200, vec![Request::graphql(posts, &json!({}))]),
        scenario("GraphQL 10 x 5 x 3 nested", 200, vec![Request::graphql(nested, &json!({}))]),
    ]
}

/// The reading scenarios in turn.
pub(crate) fn mixed(scenarios: &[Scenario]) -> Scenario {
    let requests = scenarios
        .iter()
        .flat_map(|scenario| scenario.requests.iter().take(1))
        .filter(|request| !request.is_create())
        .cloned();
    Scenario { name: "mixed", requests: requests.collect(), status: 200, least_seconds: 0 }
}
