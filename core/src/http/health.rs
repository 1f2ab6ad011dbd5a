//! `/livez` and `/readyz`: whether the process is alive, and whether it can serve requests.

use poem::http::{HeaderValue, header};
use poem::{Endpoint, Request, Response};

use crate::http::problem;
use crate::state::AppState;

/// `GET /livez`: the process answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Live;

impl Endpoint for Live {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        Ok(refused_method(&request).unwrap_or_else(ok))
    }
}

/// `GET /readyz`: the database answers a trivial statement.
#[derive(Debug, Clone)]
pub(crate) struct Ready(AppState);

impl Ready {
    /// Readiness of an application.
    #[must_use]
    pub(crate) fn new(state: &AppState) -> Self {
        Self(state.clone())
    }
}

impl Endpoint for Ready {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if let Some(refused) = refused_method(&request) {
            return Ok(refused);
        }
        Ok(match self.0.system().db().ping().await {
            Ok(()) => ok(),
            Err(error) => {
                tracing::warn!(cause = %error, "not ready");
                problem::problem(&crate::Error::Unavailable, &problem::request_id(&request))
            }
        })
    }
}

/// 405 unless the request only reads.
fn refused_method(request: &Request) -> Option<Response> {
    let reads = matches!(request.method().as_str(), "GET" | "HEAD");
    let refused =
        || problem::method_not_allowed(&HeaderValue::from_static("GET, HEAD"), &problem::request_id(request));
    (!reads).then(refused)
}

fn ok() -> Response {
    let mut response = Response::default();
    response.set_body("ok\n");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
