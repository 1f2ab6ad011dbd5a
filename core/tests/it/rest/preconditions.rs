//! Conditional requests (RFC 9110, section 13): judged after everything else that may refuse a request, and in order.

use entify::prelude::*;
use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::json;

use super::{Answer, Api, send, users};
use crate::support::domain::all;

const METHODS: [Method; 4] = [Method::GET, Method::HEAD, Method::PATCH, Method::DELETE];

async fn asked(api: &Api, method: Method, path: &str, conditions: &[(&'static str, &str)]) -> Answer {
    let patches = method == Method::PATCH;
    let mut request = api.request(method, path);
    for (name, value) in conditions {
        request = request.header(*name, *value);
    }
    send(if patches { request.json(&json!({"nickname": "n"})) } else { request }).await
}

#[each_database(all())]
async fn conditions_are_judged_on_every_method_in_order(test: TestDb) {
    let api = Api::of(test).await;
    let path = format!("/api/users/{}", users(&api, 1).await[0]);
    let tag = api.get(&path).await.header("etag").expect("a tag").to_owned();
    let (weak, other) = (format!("W/{tag}"), "\"other, with a comma\"");
    let cases: [(&[(&'static str, &str)], u16); 9] = [
        (&[("if-match", other)], 412),
        (&[("if-match", "")], 412),
        (&[("if-match", &weak)], 412),
        // Not an entity tag, so none that matches.
        (&[("if-match", tag.trim_matches('"'))], 412),
        (&[("if-none-match", "*")], 304),
        (&[("if-none-match", &weak)], 304),
        (&[("if-none-match", other), ("if-none-match", &tag)], 304),
        (&[("if-match", &tag), ("if-none-match", &tag)], 304),
        // What stands first is judged first.
        (&[("if-match", other), ("if-none-match", &tag)], 412),
    ];
    for (conditions, expected) in cases {
        for method in METHODS {
            let reads = method == Method::GET || method == Method::HEAD;
            let expected = if expected == 304 && !reads { 412 } else { expected };
            let answer = asked(&api, method.clone(), &path, conditions).await;
            assert_eq!(answer.status, expected, "{method} {conditions:?}: {}", answer.text);
        }
    }
    let row = api.get(&path).await;
    assert_eq!(row.header("etag"), Some(tag.as_str()), "nothing was changed");
    for conditions in [[("if-match", tag.as_str())], [("if-match", "*")], [("if-none-match", other)]] {
        for method in [Method::GET, Method::HEAD] {
            assert_eq!(asked(&api, method, &path, &conditions).await.status, 200, "{conditions:?}");
        }
    }
    let several = [("if-match", other), ("if-match", tag.as_str()), ("if-none-match", other)];
    assert_eq!(asked(&api, Method::PATCH, &path, &several).await.status, 200);
    assert_eq!(asked(&api, Method::DELETE, &path, &[("if-none-match", "\"x\"")]).await.status, 204);
}

#[each_database(all())]
async fn what_would_be_refused_anyway_is_refused_first(test: TestDb) {
    let api = Api::of(test).await;
    let path = format!("/api/users/{}", users(&api, 1).await[0]);
    for condition in [("if-match", "\"x\""), ("if-none-match", "*")] {
        for method in METHODS {
            let missing = asked(&api, method, "/api/users/4711", &[condition]).await;
            assert_eq!(missing.status, 404, "{condition:?}: {}", missing.text);
        }
        let conditional =
            |body| api.request(Method::PATCH, &path).header(condition.0, condition.1).json(&body);
        send(conditional(json!({"nickname": 7}))).await.broken(422, "VALIDATION_FAILED");
        send(conditional(json!({"nickname": "x".repeat(65)}))).await.broken(422, "VALIDATION_FAILED");
        send(conditional(json!([]))).await.problem(400, "BAD_REQUEST");
        let unknown = format!("{path}?fields=id");
        send(api.request(Method::DELETE, &unknown).header(condition.0, condition.1))
            .await
            .problem(400, "BAD_REQUEST");
    }
    assert_eq!(api.get(&path).await.json()["nickname"], json!(null));
}

#[each_database(all())]
async fn a_list_has_no_tag_and_ignores_conditions(test: TestDb) {
    let api = Api::of(test).await;
    users(&api, 1).await;
    for condition in [("if-match", "\"x\""), ("if-none-match", "*")] {
        let listed = asked(&api, Method::GET, "/api/users", &[condition]).await;
        assert_eq!((listed.status.as_u16(), listed.header("etag")), (200, None));
        let body = json!({"email": format!("{}@example.org", condition.0)});
        let made = api.request(Method::POST, "/api/users").header(condition.0, condition.1).json(&body);
        assert_eq!(send(made).await.status, 201);
    }
}

/// Everyone reads it, editors write it.
#[derive(Entity)]
#[entity(policy(
    read = public,
    create = role("editor"),
    update = role("editor"),
    delete = role("editor"),
))]
struct Notice {
    text: String,
}

/// Who is signed in sees those of Bob.
#[derive(Entity)]
#[entity(policy = OfBob)]
struct Secret {
    #[entity(filter)]
    owner: String,
    text: Option<String>,
}

struct OfBob;

impl OfBob {
    fn rows(ctx: &Ctx) -> Decision<Secret> {
        match ctx.principal() {
            Principal::Anonymous => Decision::Deny,
            _ => Secret::owner().eq("bob").into(),
        }
    }
}

impl Policy<Secret> for OfBob {
    fn read(ctx: &Ctx) -> Decision<Secret> {
        Self::rows(ctx)
    }

    fn create(ctx: &Ctx) -> Decision<Secret> {
        Self::rows(ctx)
    }

    fn update(ctx: &Ctx) -> Decision<Secret> {
        Self::rows(ctx)
    }

    fn delete(ctx: &Ctx) -> Decision<Secret> {
        Self::rows(ctx)
    }
}

#[each_database(entities![Notice, Secret])]
async fn who_may_not_write_is_told_so_first(test: TestDb) {
    let ctx = test.ctx();
    let notice = NoticeService::new(&ctx).create(NoticeInput::new("n")).await.expect("a row").id;
    let secret = SecretService::new(&ctx).create(SecretInput::new("ada")).await.expect("a row").id;
    let api = Api::of_entities(test, &entities![Notice, Secret], Rest::new()).await;
    for condition in [("if-match", "\"x\""), ("if-match", "*"), ("if-none-match", "*")] {
        for method in [Method::PATCH, Method::DELETE] {
            let request = |path: String, bearer: Option<&str>| {
                let mut request = api.request(method.clone(), &path).header(condition.0, condition.1);
                if let Some(bearer) = bearer {
                    request = request.bearer_auth(bearer);
                }
                if method == Method::PATCH { request.json(&json!({"text": "t"})) } else { request }
            };
            let notice = format!("/api/notices/{notice}");
            send(request(notice.clone(), None)).await.problem(401, "UNAUTHENTICATED");
            send(request(notice, Some("reader"))).await.problem(403, "FORBIDDEN");
            let secret = format!("/api/secrets/{secret}");
            send(request(secret.clone(), None)).await.problem(401, "UNAUTHENTICATED");
            send(request(secret, Some("bob"))).await.problem(404, "NOT_FOUND");
        }
    }
}
