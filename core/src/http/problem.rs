//! Errors as `application/problem+json` (RFC 9457).

use std::time::Duration;

use poem::Response;
use poem::error::ResponseError;
use poem::http::{HeaderValue, Method, StatusCode, header};

use crate::ctx::Ctx;
use crate::error::{self, Error, FieldError};
use crate::service::client_values;
use crate::types::JsonStyle;
use crate::value::Value;

/// The `Retry-After` of 503.
const UNAVAILABLE_FOR: Duration = Duration::from_secs(2);

/// The `WWW-Authenticate` of 401 without credentials: what was not sent has no error (RFC 6750, section 3.1).
const CHALLENGE: &str = "Bearer realm=\"api\"";

/// The media type of every error body.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// What a problem says: it travels with the response, for a surface that writes errors in a form of its own.
#[derive(Debug, Clone)]
#[cfg_attr(not(any(feature = "graphql", feature = "admin")), allow(dead_code))]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    /// Cut where it is long.
    pub(crate) detail: String,
    /// As many as an answer lists.
    pub(crate) errors: Vec<FieldError>,
    pub(crate) request_id: String,
}

/// The response to an error.
#[must_use]
pub fn problem(error: &Error, request_id: &str) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let detail = error.to_string();
    let mut response = respond(status, error.code(), &detail, error.fields(), request_id);
    let headers = response.headers_mut();
    match error {
        Error::Unauthenticated => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
        }
        Error::Unavailable => {
            headers.insert(header::RETRY_AFTER, seconds(UNAVAILABLE_FOR));
        }
        Error::RateLimited { retry_after } => {
            headers.insert(header::RETRY_AFTER, seconds(*retry_after));
        }
        _ => {}
    }
    response
}

/// An endpoint of the application's own answers with `?` what the surfaces answer. The request's id is added on the way out.
impl ResponseError for Error {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(Self::status(self)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn as_response(&self) -> Response {
        problem(self, "")
    }
}

/// The response with status 503 for a reason that is safe to show.
#[must_use]
pub(crate) fn unavailable(reason: &str, request_id: &str) -> Response {
    let mut response = http_problem(StatusCode::SERVICE_UNAVAILABLE, reason, request_id);
    response.headers_mut().insert(header::RETRY_AFTER, seconds(UNAVAILABLE_FOR));
    response
}

/// The response to an error of HTTP itself, such as a wrong method.
#[must_use]
pub(crate) fn http_problem(status: StatusCode, detail: &str, request_id: &str) -> Response {
    respond(status, code_of(status), detail, &[], request_id)
}

/// The response with status 405, with the methods that are supported.
#[must_use]
pub(crate) fn method_not_allowed(allow: &HeaderValue, request_id: &str) -> Response {
    let detail = "this method is not supported here; the `Allow` header lists those that are";
    let mut response = http_problem(StatusCode::METHOD_NOT_ALLOWED, detail, request_id);
    response.headers_mut().insert(header::ALLOW, allow.clone());
    response
}

/// 405 for a request that does more than read, where nothing else is supported.
#[must_use]
pub(crate) fn refuse_writes(request: &poem::Request) -> Option<Response> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    (!reads).then(|| method_not_allowed(&HeaderValue::from_static("GET, HEAD"), &request_id(request)))
}

/// The response to an error of poem or of a user's endpoint. One that carries its own response keeps it.
#[must_use]
pub(crate) fn poem_problem(error: poem::Error, request_id: &str) -> Response {
    if let Some(error) = error.downcast_ref::<Error>() {
        return problem(error, request_id);
    }
    if error.is_from_response() {
        return error.into_response();
    }
    let status = error.status();
    // A body that is no input of an entity: poem passes on nothing but the text of what it breaks.
    if status.is_client_error()
        && let Some(refusal) = client_values::refusal(&error.to_string())
    {
        return problem(&refusal, request_id);
    }
    if status == StatusCode::NOT_FOUND {
        return http_problem(status, "there is nothing at this address", request_id);
    }
    if status.is_server_error() {
        tracing::error!(cause = %error, request_id, "an endpoint failed");
        return problem(&Error::Internal, request_id);
    }
    http_problem(status, &error.to_string(), request_id)
}

/// The request's id from its context; empty without a context.
#[must_use]
pub(crate) fn request_id(request: &poem::Request) -> String {
    request.data::<Ctx>().map(|ctx| ctx.request_id().to_owned()).unwrap_or_default()
}

fn code_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "UNAUTHENTICATED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        405 => "METHOD_NOT_ALLOWED",
        406 => "NOT_ACCEPTABLE",
        408 => "REQUEST_TIMEOUT",
        409 => "CONFLICT",
        412 => "VERSION_MISMATCH",
        413 => "PAYLOAD_TOO_LARGE",
        415 => "UNSUPPORTED_MEDIA_TYPE",
        422 => "VALIDATION_FAILED",
        428 => "VERSION_REQUIRED",
        429 => "RATE_LIMITED",
        503 => "UNAVAILABLE",
        500..=599 => "INTERNAL",
        _ => "BAD_REQUEST",
    }
}

fn seconds(duration: Duration) -> HeaderValue {
    HeaderValue::from(whole_seconds(duration).max(1))
}

/// Whole seconds, of which a begun one is one.
pub(super) fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

fn respond(
    status: StatusCode,
    code: &'static str,
    detail: &str,
    errors: &[FieldError],
    request_id: &str,
) -> Response {
    let mut body = Vec::with_capacity(256);
    body.extend_from_slice(br#"{"type":"about:blank","title":"#);
    text(status.canonical_reason().unwrap_or("Error"), &mut body);
    body.extend_from_slice(br#","status":"#);
    Value::Int(status.as_u16().into()).write_json(JsonStyle::Rest, &mut body);
    let detail = error::cut(detail);
    for (key, value) in [("detail", &*detail), ("code", code), ("request_id", request_id)] {
        member(key, value, &mut body);
    }
    body.extend_from_slice(br#","errors":["#);
    let errors = error::listed(errors, error::MAX_LISTED);
    for (position, error) in errors.iter().enumerate() {
        body.extend_from_slice(if position > 0 { b",{" } else { b"{" });
        body.extend_from_slice(br#""field":"#);
        text(&error.field, &mut body);
        member("code", error.code, &mut body);
        member("message", &error.message, &mut body);
        body.push(b'}');
    }
    body.extend_from_slice(b"]}");
    let mut response = Response::default();
    response.set_status(status);
    response.set_body(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    let (detail, request_id) = (detail.into_owned(), request_id.to_owned());
    response.set_data(Problem { status, code, detail, errors, request_id });
    response
}

fn member(key: &str, value: &str, body: &mut Vec<u8>) {
    body.push(b',');
    text(key, body);
    body.push(b':');
    text(value, body);
}

fn text(value: &str, body: &mut Vec<u8>) {
    crate::types::write_json_str(value, body);
}
