//! Each surface answers errors in its own form, whatever layer they are of.

use std::time::Duration;

use entify::config::Settings;
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve_until};
use poem::endpoint::BoxEndpoint;
use poem::{Endpoint, Middleware, Request, Response};

use crate::support::domain::*;
use crate::support::wire::{self, send};

/// What may go wrong inside of the server's own layers, as a request asks for it.
struct Faults;

impl Middleware<BoxEndpoint<'static>> for Faults {
    type Output = FaultyEndpoint;

    fn transform(&self, inner: BoxEndpoint<'static>) -> FaultyEndpoint {
        FaultyEndpoint(inner)
    }
}

struct FaultyEndpoint(BoxEndpoint<'static>);

impl Endpoint for FaultyEndpoint {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        match request.header("x-fault") {
            Some("slow") => tokio::time::sleep(Duration::from_secs(60)).await,
            Some("panic") => panic!("on purpose"),
            Some("busy") => {
                return Err(poem::Error::new(
                    Error::RateLimited { retry_after: Duration::from_secs(7) },
                    poem::http::StatusCode::TOO_MANY_REQUESTS,
                ));
            }
            Some("large") => {
                return Err(poem::Error::new(
                    Error::PayloadTooLarge { limit: 1 },
                    poem::http::StatusCode::PAYLOAD_TOO_LARGE,
                ));
            }
            _ => {}
        }
        self.0.call(request).await
    }
}

/// A surface, by the form of its errors.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Graphql,
    Problem,
    Page,
}

impl Form {
    /// An address of the surface.
    fn path(self) -> &'static str {
        match self {
            Self::Graphql => "/graphql",
            Self::Problem => "/api/users",
            Self::Page => "/admin/sign-in",
        }
    }

    /// Checks an error in this form, with this code.
    #[track_caller]
    fn check(self, what: &str, answer: &wire::Response, code: &str) {
        let kind = answer.header("content-type");
        let id = answer.header("x-request-id");
        assert!(!id.is_empty(), "{what}");
        assert!(!answer.header("cache-control").contains("public"), "{what}");
        match self {
            Self::Graphql => {
                assert_eq!(kind, "application/json", "{what}: {}", answer.text());
                let body = answer.json();
                let error = &body["errors"][0];
                assert_eq!(body.as_object().expect("an object").len(), 1, "{what}: {body}");
                assert!(
                    error["message"].as_str().is_some_and(|message| !message.is_empty()),
                    "{what}: {body}"
                );
                assert_eq!(
                    (&error["extensions"]["code"], &error["extensions"]["requestId"]),
                    (&code.into(), &id.into()),
                    "{what}"
                );
                assert!(error["extensions"]["fields"].is_array(), "{what}: {body}");
            }
            Self::Problem => {
                assert_eq!(kind, "application/problem+json", "{what}: {}", answer.text());
                let body = answer.json();
                assert_eq!(
                    (&body["code"], &body["request_id"]),
                    (&code.into(), &id.into()),
                    "{what}: {body}"
                );
                assert_eq!(body["status"], answer.status, "{what}");
            }
            Self::Page => {
                assert_eq!(kind, "text/html; charset=utf-8", "{what}: {}", answer.text());
                assert!(answer.text().contains("<h1") && answer.text().contains("/admin/assets/"), "{what}");
                assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{what}");
            }
        }
    }
}

/// What goes wrong, the request's method and headers, and the status, the code and a header that answer it.
type Case<'c> = (&'c str, &'c str, &'c [&'c str], u16, &'c str, &'c str);

fn settings() -> Settings {
    Settings {
        request_timeout: Duration::from_millis(400),
        body_timeout: Duration::from_millis(150),
        ..Settings::default()
    }
}

#[each_database(all(), only(sqlite))]
async fn each_surface_answers_errors_in_its_own_form(test: TestDb) {
    let app = App::new(all()).with(Faults);
    let (address, _server) = serve_until(app, &test, settings(), std::future::pending()).await;
    for form in [Form::Graphql, Form::Problem, Form::Page] {
        let path = form.path();
        let cases: [Case<'_>; 7] = [
            ("the time limit", "GET", &["x-fault: slow"], 503, "UNAVAILABLE", "retry-after"),
            ("a panic", "GET", &["x-fault: panic"], 500, "INTERNAL", ""),
            ("a rate", "GET", &["x-fault: busy"], 429, "RATE_LIMITED", "retry-after"),
            ("a size", "GET", &["x-fault: large"], 413, "PAYLOAD_TOO_LARGE", ""),
            (
                "credentials",
                "GET",
                &["authorization: Bearer nobody's"],
                401,
                "UNAUTHENTICATED",
                "www-authenticate",
            ),
            (
                "a coding",
                "POST",
                &["content-encoding: lzma"],
                415,
                "UNSUPPORTED_MEDIA_TYPE",
                "accept-encoding",
            ),
            // GraphQL's own layer says of a method what it says of any request that it cannot read.
            (
                "a method",
                "PUT",
                &[],
                405,
                if form == Form::Graphql { "BAD_REQUEST" } else { "METHOD_NOT_ALLOWED" },
                "allow",
            ),
        ];
        for (what, method, lines, status, code, header) in cases {
            let body: &[u8] = if method == "GET" { b"" } else { b"{}" };
            let answer = send(address, method, path, lines, body).await;
            let what = format!("{what} at {path}");
            assert_eq!(answer.status, status, "{what}: {}", answer.text());
            form.check(&what, &answer, code);
            assert!(header.is_empty() || !answer.header(header).is_empty(), "{what}: no `{header}`");
        }
        // A body that stalls.
        let (kind, what) = match form {
            Form::Page => ("application/x-www-form-urlencoded", "a form that stalls"),
            _ => ("application/json", "a body that stalls"),
        };
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: {kind}\r\ncontent-length: 50\r\nconnection: close\r\n\r\n{{"
        );
        let answer = wire::exchange(address, head.as_bytes()).await;
        assert_eq!(answer.status, 408, "{what}: {}", answer.text());
        form.check(what, &answer, "REQUEST_TIMEOUT");
    }
}

/// What is below a surface and is nothing is answered by the surface, too.
#[each_database(all(), only(sqlite))]
async fn unknown_addresses_are_answered_in_the_form_of_the_surface_above(test: TestDb) {
    let app = App::new(all()).with(Faults);
    let (address, _server) = serve_until(app, &test, settings(), std::future::pending()).await;
    for (form, path, status, code) in [
        (Form::Graphql, "/graphql/nothing", 404, "NOT_FOUND"),
        (Form::Graphql, "/graphql/graphiql/nothing", 404, "NOT_FOUND"),
        (Form::Graphql, "/graphql/ws", 426, "BAD_REQUEST"),
        (Form::Problem, "/api/nothing", 404, "NOT_FOUND"),
        (Form::Problem, "/nothing", 404, "NOT_FOUND"),
        (Form::Problem, "/graphqlx", 404, "NOT_FOUND"),
        (Form::Problem, "/administration", 404, "NOT_FOUND"),
    ] {
        let answer = send(address, "GET", path, &[], b"").await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        form.check(path, &answer, code);
    }
    // Who is not signed in hears nothing of what there is.
    assert_eq!(send(address, "GET", "/admin/nothing", &[], b"").await.status, 303);
    // The media type of the specification, where the client asks for it.
    let lines = ["accept: application/graphql-response+json", "x-fault: panic"];
    let answer = send(address, "GET", "/graphql", &lines, b"").await;
    assert_eq!(answer.header("content-type"), "application/graphql-response+json");
    // Below a base path, too.
    let settings = Settings { base_path: "/shop".to_owned(), ..settings() };
    let app = App::new(all()).with(Faults);
    let (address, _server) = serve_until(app, &test, settings, std::future::pending()).await;
    let answer = send(address, "GET", "/shop/admin/sign-in", &["x-fault: panic"], b"").await;
    assert!(answer.text().contains("\"/shop/admin/assets/"), "{}", answer.text());
    Form::Graphql.check(
        "base",
        &send(address, "GET", "/shop/graphql", &["x-fault: panic"], b"").await,
        "INTERNAL",
    );
}
