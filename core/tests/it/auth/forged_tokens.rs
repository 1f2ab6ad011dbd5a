//! Tokens that are not what they claim to be, through real HTTP: every one is 401, on every surface, and none is taken for
//! an anonymous caller.

use entify::auth::{create_token, revoke_token};
use entify::prelude::*;
use entify::testing::each_database;
use jsonwebtoken::{Algorithm, EncodingKey};
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::issuer::{
    AUDIENCE, KEYS, ask, at, bear, claims, claims_with, good, part, secret, settings, shop, sign,
};
use crate::support::browser::{Browser, Page, tables};

/// Refused, with a challenge, as REST answers errors.
#[track_caller]
fn refused(page: &Page, what: &str) {
    challenged(page, what);
    assert_eq!(page.header("content-type"), "application/problem+json", "{what}");
    page.has("UNAUTHENTICATED");
}

/// Refused, with a challenge, in the form of the surface.
#[track_caller]
fn challenged(page: &Page, what: &str) {
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{what}: {}", page.body);
    assert!(
        page.header("www-authenticate").starts_with("Bearer realm=\"api\", error=\"invalid_token\""),
        "{what}"
    );
    page.lacks("anonymous");
}

async fn refuse(browser: &Browser, token: &str, what: &str) {
    refused(&bear(browser, token).await, what);
}

#[each_database(tables())]
async fn no_signature_is_not_a_signature(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, settings()).await;
    let body = part(&claims());
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let header = part(&json!({"alg": name, "typ": "JWT"}));
        refuse(&browser, &format!("{header}.{body}."), name).await;
        let signature = good(&claims())[1].1.rsplit('.').next().expect("a signature").to_owned();
        refuse(&browser, &format!("{header}.{body}.{signature}"), name).await;
        refuse(&browser, &format!("{header}.{body}"), name).await;
    }
    for header in
        [json!({}), json!({"alg": null}), json!({"alg": 7}), json!({"alg": ["HS256"]}), json!("HS256")]
    {
        refuse(&browser, &format!("{}.{body}.", part(&header)), &header.to_string()).await;
    }
}

#[each_database(tables())]
async fn a_public_key_is_not_a_secret(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, settings()).await;
    for public in &KEYS.public {
        let key = EncodingKey::from_secret(public);
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            for header in [json!({"alg": algorithm}), json!({"alg": algorithm, "kid": "rsa"})] {
                refuse(&browser, &sign(&header, &claims(), &key, algorithm), &header.to_string()).await;
            }
        }
    }
    // A signature of one key under the name or the algorithm of another.
    for header in [
        json!({"alg": "RS256", "kid": "ed"}),
        json!({"alg": "ES256", "kid": "rsa"}),
        json!({"alg": "HS256", "kid": "rsa"}),
    ] {
        refuse(&browser, &sign(&header, &claims(), &KEYS.rsa, Algorithm::RS256), &header.to_string()).await;
    }
    // Algorithms of the right family that no key is for.
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        let header = json!({"alg": algorithm, "kid": "rsa"});
        refuse(&browser, &sign(&header, &claims(), &KEYS.rsa, algorithm), &header.to_string()).await;
    }
    let long = sign(&json!({"alg": "HS512"}), &claims(), &KEYS.secret, Algorithm::HS512);
    refuse(&browser, &long, "HS512 with the right secret").await;
}

#[each_database(tables())]
async fn the_header_chooses_no_key_of_its_own(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, settings()).await;
    let stranger = EncodingKey::from_secret(b"a secret that only a stranger knows");
    let jwk = json!({"kty": "oct", "k": part(&json!("x"))});
    for header in [
        json!({"alg": "HS256"}),
        json!({"alg": "HS256", "kid": "/dev/null"}),
        json!({"alg": "HS256", "kid": "../../../../etc/passwd"}),
        json!({"alg": "HS256", "kid": "' OR 1=1 --"}),
        json!({"alg": "HS256", "kid": ""}),
        json!({"alg": "HS256", "jwk": jwk}),
        json!({"alg": "HS256", "jku": "http://127.0.0.1:1/jwks.json"}),
        json!({"alg": "HS256", "x5u": "http://127.0.0.1:1/cert.pem"}),
    ] {
        refuse(&browser, &sign(&header, &claims(), &stranger, Algorithm::HS256), &header.to_string()).await;
    }
    // Names that no key has, and names that are none.
    for kid in [json!("../rsa"), json!("RSA"), json!("rsa\u{0}"), json!(7), json!(["rsa"]), json!({"a": 1})] {
        let header = json!({"alg": "RS256", "kid": kid});
        refuse(&browser, &sign(&header, &claims(), &KEYS.rsa, Algorithm::RS256), &header.to_string()).await;
    }
    // Extensions that one must understand, and tokens that are for something else.
    for header in [
        json!({"alg": "HS256", "crit": ["exp"]}),
        json!({"alg": "HS256", "crit": []}),
        json!({"alg": "HS256", "b64": false, "crit": ["b64"]}),
        json!({"alg": "HS256", "zip": "DEF"}),
        json!({"alg": "HS256", "enc": "A128GCM"}),
        json!({"alg": "HS256", "typ": "logout+jwt"}),
        json!({"alg": "HS256", "typ": "dpop+jwt"}),
    ] {
        refuse(&browser, &sign(&header, &claims(), &KEYS.secret, Algorithm::HS256), &header.to_string())
            .await;
    }
}

#[each_database(tables())]
async fn claims_are_checked(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, settings()).await;
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", json!(["https://login.example"])),
        ("iss", json!("https://login.example/")),
        ("iss", Value::Null),
        ("aud", json!("other")),
        ("aud", json!(["other", 7])),
        ("aud", json!([AUDIENCE, 7])),
        ("aud", json!([])),
        ("aud", json!({"shop": true})),
        ("aud", Value::Null),
        ("exp", Value::Null),
        ("exp", json!("9999999999")),
        ("exp", json!(at(-31))),
        ("exp", json!(0)),
        ("nbf", json!(at(60))),
        ("nbf", json!("now")),
        ("sub", Value::Null),
        ("sub", json!("")),
        ("sub", json!(42)),
        ("sub", json!("4\u{0}2")),
        ("sub", json!("x".repeat(300))),
        ("roles", json!(["admin", 7])),
    ] {
        let changed = claims_with(name, value.clone());
        for (algorithm, token) in good(&changed) {
            refuse(&browser, &token, &format!("{algorithm}: {name} = {value}")).await;
        }
    }
    let expired = bear(&browser, &secret(&claims_with("exp", json!(at(-3600))))).await;
    assert_eq!(
        expired.header("www-authenticate"),
        "Bearer realm=\"api\", error=\"invalid_token\", error_description=\"The token has expired\""
    );
    bear(&browser, &secret(&claims_with("exp", json!(at(-10))))).await.is(200);
    bear(&browser, &secret(&claims_with("nbf", json!(at(20))))).await.is(200);
}

#[each_database(tables())]
async fn what_was_changed_is_refused(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, settings()).await;
    let admin = part(&claims_with("roles", json!(["admin"])));
    for (algorithm, token) in good(&claims()) {
        // Once it is cached, a changed copy of it is still another token.
        bear(&browser, &token).await.is(200);
        let parts: Vec<&str> = token.split('.').collect();
        let [header, body, signature] = parts[..] else { panic!("{token}") };
        let cut = &signature[..signature.len() - 2];
        let mut turned = signature.as_bytes().to_vec();
        turned[3] = if turned[3] == b'A' { b'B' } else { b'A' };
        let turned = String::from_utf8(turned).expect("text");
        for bad in [
            format!("{header}.{admin}.{signature}"),
            format!("{header}.{body}.{cut}"),
            format!("{header}.{body}.{turned}"),
            format!("{header}.{body}."),
            format!("{header}.{body}"),
            format!("{header}..{signature}"),
            format!(".{body}.{signature}"),
            format!("{header}.{body}.{signature}.{signature}"),
            format!("{header}.{body}.{signature}="),
            format!("{token}."),
            format!("{token},{token}"),
            format!("{token} {token}"),
        ] {
            refuse(&browser, &bad, &format!("{algorithm} {bad}")).await;
        }
    }
    let zeros = "A".repeat(86);
    let [_, _, (_, ec), _] = good(&claims());
    let unsigned = ec.rsplit_once('.').expect("a signature").0.to_owned();
    refuse(&browser, &format!("{unsigned}.{zeros}"), "an ECDSA signature of zeros").await;
}

#[each_database(tables())]
async fn garbage_is_refused_and_costs_no_statement(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, settings()).await;
    let before = ctx.db().statements();
    let (long, longer) = ("a".repeat(8193), "A".repeat(100_000));
    let bomb = format!("{}.{}.", part(&json!({"alg": "HS256"})), "[".repeat(8000));
    for bad in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "====",
        "!!!.???.***",
        "ent_",
        "ent_x",
        "Bearer",
        "null",
        "undefined",
        &format!("ent_{}", "A".repeat(10_000)),
        &long,
        &longer,
        &bomb,
        &format!("{long}.{long}.{long}"),
    ] {
        refuse(&browser, bad, &bad[..bad.len().min(40)]).await;
    }
    assert_eq!(ctx.db().statements(), before);
}

#[each_database(tables())]
async fn one_credential_is_enough(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, settings()).await;
    let value = format!("Bearer {}", secret(&claims()));
    for second in [value.as_str(), "Bearer x", ""] {
        let page = ask(&browser, "/who", &[("authorization", &value), ("authorization", second)]).await;
        page.is(400).lacks("jwt:").lacks("anonymous");
        assert_eq!(
            page.header("www-authenticate"),
            "Bearer realm=\"api\", error=\"invalid_request\"",
            "{second}"
        );
    }
    for other in ["Basic YTpi", "Digest x", "Token abc", "Bearer", "Negotiate"] {
        refused(&ask(&browser, "/who", &[("authorization", other)]).await, other);
    }
    // Not in the address, where it would be logged.
    let token = secret(&claims());
    ask(&browser, &format!("/who?access_token={token}&token={token}"), &[]).await.is(200).has("anonymous");
}

#[each_database(tables())]
async fn a_bad_token_is_refused_on_every_surface(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, settings()).await;
    let (token, plain) = create_token(&ctx, "gone", vec!["admin".into()], None).await.expect("a token");
    let good = format!("Bearer {plain}");
    ask(&browser, "/who", &[("authorization", &good)]).await.is(200).has(&format!("token:{}", token.id));
    revoke_token(&ctx, token.id).await.expect("revoked");
    let expired = format!("Bearer {}", secret(&claims_with("exp", json!(at(-3600)))));
    for bad in [good.as_str(), expired.as_str(), "Bearer nonsense"] {
        for path in [
            "/",
            "/api/users",
            "/api/users/1",
            "/api/nothing",
            "/graphql",
            "/graphql?query={__typename}",
            "/graphql/graphiql/x.js",
            "/admin",
            "/admin/users",
            "/admin/sign-in",
            "/admin/session",
            "/docs",
            "/openapi.json",
            "/openapi.yaml",
            "/who",
            "/none",
        ] {
            for accept in ["*/*", "text/html"] {
                let page = ask(&browser, path, &[("authorization", bad), ("accept", accept)]).await;
                challenged(&page, path);
                let (kind, says) = match path {
                    path if path.starts_with("/graphql") => {
                        ("application/json", "\"code\":\"UNAUTHENTICATED\"")
                    }
                    path if path.starts_with("/admin") => ("text/html; charset=utf-8", "Please sign in"),
                    _ => ("application/problem+json", "\"code\":\"UNAUTHENTICATED\""),
                };
                assert_eq!(page.has(says).header("content-type"), kind, "{path}");
            }
        }
        let query = json!({"query": "{ __typename }"});
        let request =
            browser.request(reqwest::Method::POST, "/graphql").header("authorization", bad).json(&query);
        let page = Page::of(request.send().await.expect("an answer")).await;
        challenged(&page, "a query");
        assert_eq!(page.has("UNAUTHENTICATED").header("content-type"), "application/json");
    }
}

#[each_database(tables())]
async fn a_missing_token_is_asked_for(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, settings()).await;
    let page = ask(&browser, "/api/notes", &[]).await;
    page.is(401).has("UNAUTHENTICATED");
    assert_eq!(page.header("www-authenticate"), "Bearer realm=\"api\"");
    let query = json!({"query": "{ notes { totalCount } }"});
    let request = browser.request(reqwest::Method::POST, "/graphql").json(&query);
    Page::of(request.send().await.expect("an answer"))
        .await
        .is(200)
        .has("\"UNAUTHENTICATED\"")
        .has("\"data\":null");
    // A token that is good but not enough is no reason to ask for another.
    let page = ask(
        &browser,
        "/api/notes",
        &[("authorization", &format!("Bearer {}", secret(&claims_with("roles", Value::Null))))],
    )
    .await;
    page.is(403);
    assert_eq!(page.header("www-authenticate"), "");
}
