//! A client of the running program, with credentials or without.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::oracle::{Kind, TestPrincipal};
use crate::store::{Server, Store};

const SECRET: &str = "a secret that the issuer and the store share";
pub const PASSWORD: &str = "a long enough password";
/// No row has it.
pub const MISSING: i64 = 471_147;

/// Serves a store that takes JWTs, and lets three roles into the admin.
pub fn open(store: &Store) -> Server {
    store.file(
        "entify.toml",
        &format!("jwt_secret = \"{SECRET}\"\nadmin_roles = [\"admin\", \"staff\", \"support\"]\n"),
    );
    store.serve()
}

/// The credentials of someone: an API token for those whose name says so, a JWT for others, none for the anonymous.
pub fn credentials(store: &Store, principal: &TestPrincipal) -> String {
    match principal {
        TestPrincipal { authenticated: false, .. } => String::new(),
        // Roles that every surface knows from API tokens and accounts as well.
        TestPrincipal { name: "staff" | "admin", .. } => {
            let made = store.run(&["token", "create", "--name", principal.name, "--role", principal.name]);
            made.trim().to_owned()
        }
        principal => jwt(&claims(principal, 600), SECRET.as_bytes(), Algorithm::HS256),
    }
}

/// Credentials that are good for nothing, all of a principal that may do everything.
pub fn bad_credentials(store: &Store) -> Vec<(&'static str, String)> {
    let admin =
        TestPrincipal { name: "admin", roles: &["admin", "staff"], subject: Some("1"), authenticated: true };
    let revoked = store.run(&["token", "create", "--name", "revoked", "--role", "admin"]);
    let listed = store.run(&["token", "list"]);
    let id = listed.lines().last().and_then(|line| line.split('\t').next()).unwrap();
    store.run(&["token", "revoke", id]);
    let good = jwt(&claims(&admin, 600), SECRET.as_bytes(), Algorithm::HS256);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let header = URL_SAFE_NO_PAD.encode(json!({"alg": "none"}).to_string());
    let (_, body) = signed.split_once('.').unwrap();
    let other = URL_SAFE_NO_PAD.encode(claims(&admin, 9999).to_string());
    vec![
        ("expired", jwt(&claims(&admin, -600), SECRET.as_bytes(), Algorithm::HS256)),
        (
            "forged",
            jwt(&claims(&admin, 600), b"a secret that the store has never accepted", Algorithm::HS256),
        ),
        ("changed", format!("{}.{other}.{signature}", signed.split_once('.').unwrap().0)),
        ("unsigned", format!("{header}.{body}.")),
        ("without a signature", format!("{signed}.")),
        ("revoked", revoked.trim().to_owned()),
        ("never created", "ent_0000000000000000000000000000000000000000000".to_owned()),
    ]
}

fn claims(principal: &TestPrincipal, seconds: i64) -> Json {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut claims = json!({"exp": i64::try_from(now).unwrap() + seconds, "roles": principal.roles});
    // Whoever has no subject here is not called anything by any row.
    claims["sub"] = json!(principal.subject.unwrap_or("someone"));
    claims
}

fn jwt(claims: &Json, secret: &[u8], algorithm: Algorithm) -> String {
    let header = jsonwebtoken::Header::new(algorithm);
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(secret)).unwrap()
}

/// A value for the harmless field of a row, which no row has yet.
pub fn new_mark(kind: Kind) -> Json {
    static MARKS: AtomicU32 = AtomicU32::new(1000);
    let number = MARKS.fetch_add(1, Ordering::Relaxed);
    if kind == Kind::Line { json!(number) } else { json!(format!("Mark {number}")) }
}

/// The global id of a row.
pub fn global(name: &str, key: i64) -> String {
    STANDARD.encode(format!("{name}:{key}"))
}

/// Someone with credentials.
pub struct Caller<'s> {
    pub server: &'s Server,
    pub token: String,
}

impl Caller<'_> {
    /// The status and the body of an answer of REST, without what is another for each request.
    pub async fn rest(&self, method: Method, path: &str, body: Option<Json>) -> (u16, Json) {
        let mut request = self.server.client.request(method, self.server.url(&format!("/api/{path}")));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let mut body: Json = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default();
        if let Some(body) = body.as_object_mut() {
            body.remove("request_id");
        }
        (status, body)
    }

    pub async fn get(&self, path: &str) -> (u16, Json) {
        self.rest(Method::GET, path, None).await
    }

    /// The answer of GraphQL, without what is another for each request.
    pub async fn graphql(&self, query: &str) -> Json {
        let mut request = self.server.client.post(self.server.url("/graphql")).json(&json!({"query": query}));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let mut answer: Json = request.send().await.unwrap().json().await.unwrap();
        if let Some(errors) = answer["errors"].as_array_mut() {
            for error in &mut *errors {
                error["extensions"].as_object_mut().map(|extensions| extensions.remove("requestId"));
                // A longer key moves what comes after it.
                error.as_object_mut().map(|error| error.remove("locations"));
            }
            errors.sort_by_key(Json::to_string);
        }
        answer
    }
}

/// The code of the first error of a GraphQL answer; empty without one.
pub fn code(answer: &Json) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}
