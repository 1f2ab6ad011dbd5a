//! Pages of the server itself: the start page, and what browsers get for what is not found. One small stylesheet, no script.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use poem::Response;
use poem::http::{HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

use crate::http::html::Escaped;

const STYLE: &str = "body{font:16px/1.55 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1c222b;\
    background:#fff}h1{font-size:1.6rem;line-height:1.2;margin:0 0 .4rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}a{color:#0b57d0}\
    ul{padding-left:1.2rem}li{margin:.2rem 0}code{font:.9em ui-monospace,monospace}pre{padding:.7rem .9rem;overflow-x:auto;\
    background:#f3f5f8;border:1px solid #dfe3ea;border-radius:8px}.soft{color:#5a6473}\
    @media(prefers-color-scheme:dark){body{color:#e3e7ee;background:#14181f}a{color:#8ab4f8}pre{background:#1c222c;border-color:#303846}\
    .soft{color:#9aa5b5}}";

static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let hash = BASE64.encode(Sha256::digest(STYLE));
    let policy =
        format!("default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'");
    HeaderValue::try_from(policy).ok()
});

/// A page with this title and this HTML in its body.
pub(super) fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let title = Escaped(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><style>{STYLE}</style></head><body>\n{body}</body></html>\n"
    );
    let mut response = Response::builder().status(status).content_type("text/html; charset=utf-8").body(html);
    adorn(&mut response);
    response
}

/// Gives a response the headers of a page.
fn adorn(response: &mut Response) {
    let headers = response.headers_mut();
    if let Some(policy) = POLICY.clone() {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
}

/// Makes a response the page of what is not found; its status and other headers stay.
pub(super) fn become_not_found(response: &mut Response, base: &str, request_id: &str) {
    let (base, id) = (Escaped(base), Escaped(request_id));
    let body = format!(
        "<h1>Not found</h1><p>There is nothing at this address.</p>\
         <p><a href=\"{base}/\">What there is</a></p><p class=\"soft\">Request <code>{id}</code></p>"
    );
    let page = page(StatusCode::NOT_FOUND, "Not found", &body);
    for (name, value) in page.headers() {
        response.headers_mut().insert(name, value.clone());
    }
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.set_body(page.into_body());
}
