//! Someone who issues JWTs, with new keys in each run, and an application that accepts them.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::pkcs8::EncodePrivateKey as _;
use entify::Ctx;
use entify::config::Settings;
use entify::prelude::*;
use jsonwebtoken::{Algorithm, EncodingKey};
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use poem::{Request, handler};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::pkcs8::EncodePublicKey as _;
use rsa::rand_core::{OsRng, RngCore as _};
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};

use crate::support::browser::{Browser, Page, Site, state_with};

pub const ISSUER: &str = "https://login.example";
pub const AUDIENCE: &str = "shop";
pub const SECRET: &str = "a secret that the issuer and the shop share";

/// The keys.
pub struct Keys {
    pub rsa: EncodingKey,
    pub ec: EncodingKey,
    pub ed: EncodingKey,
    pub secret: EncodingKey,
    /// What the application knows of them.
    pub jwks: String,
    /// The public RSA key in every form in which someone might take it for a secret.
    #[cfg_attr(not(all(feature = "graphql", feature = "rest", feature = "admin")), allow(dead_code))]
    pub public: Vec<Vec<u8>>,
}

pub static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let rsa = rsa::RsaPrivateKey::new(&mut OsRng, 2048).expect("a key");
    let ec = p256::SecretKey::random(&mut OsRng);
    let mut seed = [0; 32];
    OsRng.fill_bytes(&mut seed);
    let ed = ed25519_dalek::SigningKey::from_bytes(&seed);
    let point = ec.public_key().to_encoded_point(false);
    let (n, e) = (BASE64.encode(rsa.n().to_bytes_be()), BASE64.encode(rsa.e().to_bytes_be()));
    let rsa_jwk = json!({"kty": "RSA", "kid": "rsa", "alg": "RS256", "use": "sig", "n": n, "e": e});
    let jwks = json!({"keys": [
        rsa_jwk,
        {"kty": "EC", "kid": "ec", "crv": "P-256",
         "x": BASE64.encode(point.x().expect("x")), "y": BASE64.encode(point.y().expect("y"))},
        {"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": BASE64.encode(ed.verifying_key().to_bytes())},
    ]});
    let public = rsa.to_public_key();
    let der = public.to_public_key_der().expect("a key").as_bytes().to_vec();
    let pem = public.to_public_key_pem(rsa::pkcs8::LineEnding::LF).expect("a key");
    Keys {
        rsa: EncodingKey::from_rsa_der(rsa.to_pkcs1_der().expect("a key").as_bytes()),
        ec: EncodingKey::from_ec_der(ec.to_pkcs8_der().expect("a key").as_bytes()),
        ed: EncodingKey::from_ed_der(ed.to_pkcs8_der().expect("a key").as_bytes()),
        secret: EncodingKey::from_secret(SECRET.as_bytes()),
        public: vec![
            der,
            pem.trim_end().as_bytes().to_vec(),
            pem.into_bytes(),
            rsa.n().to_bytes_be(),
            n.into_bytes(),
            rsa_jwk.to_string().into_bytes(),
            jwks.to_string().into_bytes(),
        ],
        jwks: jwks.to_string(),
    }
});

/// The settings of an application that accepts all of the keys.
pub fn settings() -> Settings {
    Settings {
        jwt_secret: Some(SECRET.to_owned()),
        jwt_keys: Some(KEYS.jwks.clone()),
        jwt_issuer: Some(ISSUER.to_owned()),
        jwt_audience: vec![AUDIENCE.to_owned(), "shop-admin".to_owned()],
        ..Settings::default()
    }
}

/// Seconds from now.
pub fn at(seconds: i64) -> i64 {
    chrono::Utc::now().timestamp() + seconds
}

/// What a good token says.
pub fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "42", "exp": at(600), "nbf": at(-5), "iat": at(-5),
        "name": "Ada", "roles": ["staff", "editor"], "tenant": 7,
    })
}

/// The claims with one of them changed, or removed when the value is null.
pub fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => drop(claims.as_object_mut().expect("an object").remove(name)),
        value => claims[name] = value,
    }
    claims
}

/// The part of a token.
pub fn part(json: &Value) -> String {
    BASE64.encode(json.to_string())
}

/// A token with this header and these claims, signed whatever the header says.
pub fn sign(header: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).expect("a signature");
    format!("{message}.{signature}")
}

/// A good token for each algorithm.
pub fn good(claims: &Value) -> [(&'static str, String); 4] {
    let keys = &*KEYS;
    [
        ("HS256", sign(&json!({"alg": "HS256", "typ": "JWT"}), claims, &keys.secret, Algorithm::HS256)),
        ("RS256", sign(&json!({"alg": "RS256", "kid": "rsa"}), claims, &keys.rsa, Algorithm::RS256)),
        ("ES256", sign(&json!({"alg": "ES256", "typ": "at+jwt"}), claims, &keys.ec, Algorithm::ES256)),
        ("EdDSA", sign(&json!({"alg": "EdDSA", "kid": "ed"}), claims, &keys.ed, Algorithm::EdDSA)),
    ]
}

/// A token of the shared secret.
pub fn secret(claims: &Value) -> String {
    sign(&json!({"alg": "HS256"}), claims, &KEYS.secret, Algorithm::HS256)
}

/// Responds with the principal.
#[handler]
pub fn who(request: &Request) -> String {
    let Some(ctx) = request.data::<Ctx>() else { return "no context".to_owned() };
    let roles = match ctx.principal() {
        Principal::Subject(subject) => subject.roles.join(","),
        Principal::Anonymous | Principal::System => String::new(),
    };
    let (id, subject) = (ctx.principal().id(), ctx.principal().subject().unwrap_or("-"));
    format!("{id} {subject} [{roles}] {}", ctx.principal().claim("tenant").unwrap_or(&Value::Null))
}

/// A whole application with an endpoint `/who`.
pub async fn shop(ctx: &Ctx, app: impl FnOnce(App) -> App, settings: Settings) -> (Site, Browser) {
    let state = state_with(ctx, settings);
    let app = app(App::new(crate::support::domain::all())).mount("/who", who);
    let site = Site::serve(app.into_endpoint(&state).expect("an application")).await;
    let browser = Browser::new(&site);
    (site, browser)
}

/// Sends a request with these headers.
pub async fn ask(browser: &Browser, path: &str, headers: &[(&str, &str)]) -> Page {
    let mut request = browser.request(reqwest::Method::GET, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Page::of(request.send().await.expect("an answer")).await
}

/// Requests the principal of this token.
pub async fn bear(browser: &Browser, token: &str) -> Page {
    ask(browser, "/who", &[("authorization", &format!("Bearer {token}"))]).await
}
