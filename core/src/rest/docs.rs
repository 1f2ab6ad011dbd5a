//! `/openapi.json`, `/openapi.yaml`, the same in OpenAPI 3.1, `/docs` and `/docs/try`.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use poem::http::{HeaderValue, header};
use poem::{Endpoint, Request, Response, Route};
use sha2::{Digest as _, Sha256};

use crate::http::problem::refuse_writes;
use crate::http::site;
use crate::rest::registry::OpenApiVersion::{V3_0, V3_1};
use crate::rest::registry::{Document, OpenApiVersion, docs_page, page_style, readable_page};

/// What the page that tries requests may do: run what it carries, call this server, nothing else.
const TRY_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The routes of the description in its forms.
pub(super) fn add_routes(route: Route, title: &str, document: Document) -> Route {
    let document = Arc::new(document);
    // Writing plain data to memory does not fail; should it, the log says so and the pages are empty.
    let json = |version: OpenApiVersion| {
        move |document: &Document, base: &str| document.json(base, version).unwrap_or_default()
    };
    let yaml = |version: OpenApiVersion| {
        move |document: &Document, base: &str| document.yaml(base, version).unwrap_or_default()
    };
    let text = |media_type, make: MakeText| StaticText::new(media_type, Arc::clone(&document), make);
    let html = |policy: &str, make: MakeText| StaticText {
        policy: HeaderValue::from_str(policy).ok(),
        ..text("text/html; charset=utf-8", make)
    };
    let (title, named) = (title.to_owned(), title.to_owned());
    let tried = move |document: &Document, base: &str| docs_page(&title, &json(V3_0)(document, base));
    let read = move |document: &Document, base: &str| readable_page(document, &named, base);
    // The page has no script, and no style but its own.
    let hash = BASE64.encode(Sha256::digest(page_style()));
    let read_policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    route
        .at("/openapi.json", text("application/json", Box::new(json(V3_0))))
        .at("/openapi.yaml", text("application/yaml", Box::new(yaml(V3_0))))
        .at("/openapi-3.1.json", text("application/json", Box::new(json(V3_1))))
        .at("/openapi-3.1.yaml", text("application/yaml", Box::new(yaml(V3_1))))
        .at("/docs", html(&read_policy, Box::new(read)))
        .at("/docs/try", html(TRY_POLICY, Box::new(tried)))
}

type MakeText = Box<dyn Fn(&Document, &str) -> String + Send + Sync>;

/// A text that is always the same for an application below one path, made when it is first asked for.
struct StaticText {
    media_type: &'static str,
    /// What a page may do.
    policy: Option<HeaderValue>,
    document: Arc<Document>,
    make: MakeText,
    /// The path of the first request, which is nearly always that of every other, and the text.
    first: OnceLock<(String, Bytes)>,
}

impl StaticText {
    fn new(media_type: &'static str, document: Arc<Document>, make: MakeText) -> Self {
        Self { media_type, policy: None, document, make, first: OnceLock::new() }
    }

    fn text(&self, base: &str) -> Bytes {
        let make = || Bytes::from((self.make)(&self.document, base));
        match self.first.get_or_init(|| (base.to_owned(), make())) {
            (first, text) if first == base => text.clone(),
            _ => make(),
        }
    }
}

impl Endpoint for StaticText {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if let Some(refused) = refuse_writes(&request) {
            return Ok(refused);
        }
        let mut response = Response::default();
        response.set_body(self.text(site::base(&request)));
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        if let Some(policy) = &self.policy {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        }
        Ok(response)
    }
}
