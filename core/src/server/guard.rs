//! The one middleware around all surfaces: panics, time limits, errors as problems, headers of pages.
//!
//! One endpoint instead of a stack of five: a request passes it in a few hundred nanoseconds.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response};

use crate::config::Settings;
use crate::error::Error;
use crate::http::problem::{poem_problem, problem, request_id};
use crate::http::request_body::BodyState;

/// Headers for browsers, on every page that does not set them itself.
const PAGE_HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// Answers for an endpoint that panics, takes too long or fails.
#[derive(Debug)]
pub(crate) struct Guard<E> {
    inner: E,
    limit: Duration,
    body_timeout: Duration,
    body_limit: usize,
}

impl<E> Guard<E> {
    /// Guards `inner` by these settings.
    #[must_use]
    pub(crate) fn new(inner: E, settings: &Settings) -> Self {
        Self {
            inner,
            limit: settings.request_timeout,
            body_timeout: settings.body_timeout,
            body_limit: settings.body_limit,
        }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Guard<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let id = request_id(&request);
        let asks_for_methods = *request.method() == Method::OPTIONS;
        if asks_for_methods && request.uri().path() == "*" {
            return Ok(StatusCode::NO_CONTENT.into());
        }
        let body = match BodyState::watch(&mut request, self.body_timeout, self.body_limit) {
            Ok(body) => body,
            Err(unknown) => return Ok(unknown.response(&id)),
        };
        let answer = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        let answer = tokio::time::timeout(self.limit, answer).await;
        let timed_out = answer.is_err();
        let mut response = match answer {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(error))) => poem_problem(error, &id),
            // The panic's message is in the log already, written by the panic hook.
            Ok(Err(_)) => problem(&Error::internal("an endpoint panicked"), &id),
            Err(_) => {
                tracing::warn!(request_id = id, limit = ?self.limit, "a request took too long");
                problem(&Error::Unavailable, &id)
            }
        };
        let failed = response.status().is_client_error() || response.status().is_server_error();
        if failed && let Some(fault) = body.and_then(|body| body.fault(timed_out, &id)) {
            response = fault;
        }
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            response = with_options(response, asks_for_methods);
        }
        if is_page(&response) {
            for (name, value) in PAGE_HEADERS {
                response.headers_mut().entry(name).or_insert(value);
            }
        }
        Ok(response)
    }
}

/// Adds OPTIONS to the methods of a 405, and makes it the response to a request for them.
fn with_options(mut response: Response, asks_for_methods: bool) -> Response {
    let allow = response.headers().get(header::ALLOW).and_then(|value| value.to_str().ok());
    let Some(allow) = allow.map(|allow| HeaderValue::try_from(format!("{allow}, OPTIONS"))) else {
        return response;
    };
    if let Ok(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    if asks_for_methods {
        response.set_status(StatusCode::NO_CONTENT);
        response.set_body(());
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    response
}

fn is_page(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
