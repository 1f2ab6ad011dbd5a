//! What pages of other origins may do: nothing, unless `CORS_ORIGINS` lists them.
//!
//! A request of an origin that is not listed is answered as any other, only without the headers that would let the page
//! read the answer; our own pages send `Origin` too. Credentials are bearer tokens, never cookies.

use poem::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Endpoint, Request, Response};

use crate::config::Settings;
use crate::http::browser::is_listed;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PATCH, DELETE");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, idempotency-key, if-match, if-none-match, prefer, traceparent, tracestate, x-request-id",
);
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "allow, deprecation, etag, idempotent-replayed, link, location, preference-applied, ratelimit, ratelimit-policy, retry-after, sunset, www-authenticate, x-request-id",
);
const MAX_AGE: HeaderValue = HeaderValue::from_static("3600");

/// Answers preflights and marks what listed origins may read.
#[derive(Debug)]
pub(super) struct Cors<E> {
    inner: E,
    origins: Vec<String>,
}

impl<E> Cors<E> {
    pub(super) fn new(inner: E, settings: &Settings) -> Self {
        Self { inner, origins: settings.cors_origins.clone() }
    }

    /// The origin to allow. The admin is for its own pages only.
    fn allowed(&self, request: &Request) -> Option<HeaderValue> {
        let origin = request.headers().get(ORIGIN)?;
        let path = request.uri().path();
        let private = path == "/admin" || path.starts_with("/admin/");
        (!private && is_listed(origin, &self.origins)).then(|| origin.clone())
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Cors<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let origin = self.allowed(&request);
        let preflight = request.method() == Method::OPTIONS
            && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let mut response = match (&origin, preflight) {
            (Some(_), true) => {
                let mut response = Response::default();
                response.set_status(StatusCode::NO_CONTENT);
                let headers = response.headers_mut();
                headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
                headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
                headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
                response
            }
            _ => self.inner.call(request).await?,
        };
        let headers = response.headers_mut();
        headers.append(VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = origin {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
        Ok(response)
    }
}
