//! The GraphQL console: one page, written for this framework, that works without a network beyond this server.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Request, Response};

const PAGE: &str = include_str!("console.html");

/// Whether a browser asks for a page rather than a program for an answer.
pub(super) fn wanted(request: &Request) -> bool {
    let html = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    let query = request.uri().query().unwrap_or_default();
    html && !query.split('&').any(|pair| pair.starts_with("query="))
}

/// The page, under a policy that runs this very script and style and nothing else.
pub(super) fn page() -> Response {
    let mut response = Response::default();
    let mut random = [0; 18];
    if let Err(error) = getrandom::fill(&mut random) {
        tracing::error!(%error, "no random numbers");
        response.set_status(StatusCode::INTERNAL_SERVER_ERROR);
        return response;
    }
    let nonce = BASE64.encode(random);
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    response.set_body(PAGE.replace("{{nonce}}", &nonce));
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::VARY, "Accept"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
