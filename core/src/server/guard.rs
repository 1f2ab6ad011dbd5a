//! The one middleware around all surfaces: panics, time limits, errors as problems, headers of pages.
//!
//! One endpoint instead of a stack of five: a request passes it in a few hundred nanoseconds.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use poem::http::{HeaderName, HeaderValue, header};
use poem::{Endpoint, Request, Response};

use crate::error::Error;
use crate::http::problem::{poem_problem, problem, request_id};

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
}

impl<E> Guard<E> {
    /// Gives `inner` this much time per request.
    #[must_use]
    pub(crate) fn new(inner: E, limit: Duration) -> Self {
        Self { inner, limit }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Guard<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let id = request_id(&request);
        let logged = tracing::enabled!(tracing::Level::DEBUG)
            .then(|| (Instant::now(), request.method().clone(), request.uri().path().to_owned()));
        let answer = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        let mut response = match tokio::time::timeout(self.limit, answer).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(error))) => poem_problem(error, &id),
            // The panic's message is in the log already, written by the panic hook.
            Ok(Err(_)) => problem(&Error::internal("an endpoint panicked"), &id),
            Err(_) => {
                tracing::warn!(request_id = id, limit = ?self.limit, "a request took too long");
                problem(&Error::Unavailable, &id)
            }
        };
        if is_page(&response) {
            for (name, value) in PAGE_HEADERS {
                response.headers_mut().entry(name).or_insert(value);
            }
        }
        if let Some((start, method, path)) = logged {
            let (status, took) = (response.status().as_u16(), start.elapsed());
            tracing::debug!(%method, path, status, ?took, request_id = id, "request");
        }
        Ok(response)
    }
}

fn is_page(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
