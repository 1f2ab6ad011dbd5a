//! JWTs that are good, and the edges of time.

use chrono::{DateTime, TimeDelta};
use entify::auth::{Jwt, JwtError};
use entify::config::Settings;
use entify::prelude::*;
use entify::testing::each_database;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use super::issuer::{ISSUER, KEYS, SECRET, bear, claims, claims_with, good, secret, settings, shop, sign};
use crate::support::browser::tables;

#[each_database(tables())]
async fn a_good_token_says_who_asks(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, settings()).await;
    for (algorithm, token) in good(&claims()) {
        for _ in 0..2 {
            let page = bear(&browser, &token).await;
            page.is(200).has(&format!("jwt:{ISSUER}#42 42 [staff,editor] 7"));
            assert_eq!(page.header("www-authenticate"), "", "{algorithm}");
        }
    }
    // One audience of several, a claim that is a text, no roles at all.
    bear(&browser, &secret(&claims_with("aud", json!(["other", "shop-admin"])))).await.is(200);
    bear(&browser, &secret(&claims_with("roles", json!("staff  editor"))))
        .await
        .is(200)
        .has("[staff,editor]");
    bear(&browser, &secret(&claims_with("roles", Value::Null))).await.is(200).has("42 []");
    bear(&browser, &secret(&claims_with("nbf", Value::Null))).await.is(200);
}

#[each_database(tables())]
async fn without_a_key_no_jwt_is_accepted(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, Settings::default()).await;
    for (_, token) in good(&claims()) {
        bear(&browser, &token).await.is(401);
    }
}

fn verify(settings: &Settings, token: &str, micros: i64) -> Result<(), JwtError> {
    let now = DateTime::from_timestamp(2_000_000_000, 0).expect("a time") + TimeDelta::microseconds(micros);
    let jwt = Jwt::of(settings).expect("settings").expect("keys");
    jwt.verify(token, now).map(drop)
}

#[test]
fn the_leeway_ends_where_it_ends() {
    let second = 1_000_000;
    let timed = |name: &str, value: Value| {
        let mut claims = claims_with("nbf", Value::Null);
        claims["exp"] = json!(3_000_000_000_u64);
        claims[name] = value;
        secret(&claims)
    };
    let expiring = timed("exp", json!(2_000_000_000));
    let beginning = timed("nbf", json!(2_000_000_000));
    for (leeway, seconds) in [(30, 30), (0, 0)] {
        let settings = Settings { jwt_leeway: std::time::Duration::from_secs(leeway), ..settings() };
        assert_eq!(verify(&settings, &expiring, seconds * second - 1), Ok(()));
        assert_eq!(verify(&settings, &expiring, seconds * second), Err(JwtError::Expired));
        assert_eq!(verify(&settings, &beginning, -seconds * second), Ok(()));
        assert_eq!(verify(&settings, &beginning, -seconds * second - 1), Err(JwtError::Claim("nbf")));
    }
    let settings = Settings { jwt_leeway: std::time::Duration::ZERO, ..settings() };
    let fraction = timed("exp", json!(2_000_000_000.5));
    assert_eq!(verify(&settings, &fraction, second / 2 - 1), Ok(()));
    assert_eq!(verify(&settings, &fraction, second / 2), Err(JwtError::Expired));
    for absurd in
        [json!(-1), json!(1e300), json!(u64::MAX), json!("2000000000"), json!([1]), json!(true), Value::Null]
    {
        assert_eq!(
            verify(&settings, &timed("exp", absurd.clone()), 0),
            Err(JwtError::Claim("exp")),
            "{absurd}"
        );
    }
}

#[test]
fn roles_are_found_where_the_setting_says() {
    let deep = json!({"realm_access": {"roles": ["deep"]}, "https://shop.example/roles": ["named"]});
    for (claim, expected) in
        [("realm_access.roles", "deep"), ("https://shop.example/roles", "named"), ("realm_access.none", "")]
    {
        let settings = Settings { jwt_roles_claim: claim.to_owned(), ..settings() };
        let mut claims = claims();
        claims.as_object_mut().expect("an object").extend(deep.as_object().expect("an object").clone());
        let jwt = Jwt::of(&settings).expect("settings").expect("keys");
        let (principal, _) = jwt.verify(&secret(&claims), chrono::Utc::now()).expect("a principal");
        assert!(!principal.has_role("staff"), "{claim}");
        assert_eq!(principal.has_role(expected), !expected.is_empty(), "{claim}");
    }
    for wrong in [json!(7), json!({}), json!(["a", 7]), json!([""]), json!(["a\u{0}"]), json!(vec!["r"; 300])]
    {
        let token = secret(&claims_with("roles", wrong.clone()));
        let jwt = Jwt::of(&settings()).expect("settings").expect("keys");
        let error = jwt.verify(&token, chrono::Utc::now()).map(drop);
        assert_eq!(error, Err(JwtError::Claim("roles")), "{wrong}");
    }
}

#[test]
fn an_application_without_names_takes_tokens_without_names() {
    let settings = Settings { jwt_secret: Some(SECRET.to_owned()), ..Settings::default() };
    let jwt = Jwt::of(&settings).expect("settings").expect("keys");
    let now = chrono::Utc::now();
    let (principal, _) = jwt.verify(&secret(&claims_with("aud", Value::Null)), now).expect("a principal");
    assert_eq!((principal.id(), principal.subject()), ("jwt:42", Some("42")));
    // One that is for someone is not for us.
    assert_eq!(jwt.verify(&secret(&claims()), now).map(drop), Err(JwtError::Claim("aud")));
    // Only the secret is a key here.
    for (algorithm, token) in good(&claims()).into_iter().skip(1) {
        assert_eq!(jwt.verify(&token, now).map(drop), Err(JwtError::Key), "{algorithm}");
    }
    let named = sign(
        &json!({"alg": "HS256", "kid": "any"}),
        &claims_with("aud", Value::Null),
        &KEYS.secret,
        Algorithm::HS256,
    );
    assert!(jwt.verify(&named, now).is_ok(), "a secret without a name serves tokens of any");
}

/// What a signature costs, and what remembering saves. Not a test: `cargo test --release … -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn what_verifying_costs() {
    let jwt = Jwt::of(&settings()).expect("settings").expect("keys");
    let now = chrono::Utc::now();
    for (algorithm, token) in good(&claims()) {
        let start = std::time::Instant::now();
        for _ in 0..200 {
            jwt.verify(&token, now).expect("a principal");
        }
        println!("{algorithm}: {:?} each", start.elapsed() / 200);
    }
}
