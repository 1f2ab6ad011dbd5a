//! `/openapi.json`, `/openapi.yaml` and `/docs`.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use poem::http::{HeaderValue, header};
use poem::{Endpoint, Request, Response, Route};

use crate::http::problem::refuse_writes;
use crate::http::site;
use crate::rest::registry::{Document, docs_page};

/// What the page of the description may do: run what it carries, call this server, nothing else.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The routes of the description in its three forms.
pub(super) fn add_routes(route: Route, title: &str, document: Document) -> Route {
    let document = Arc::new(document);
    // Writing plain data to memory does not fail; should it, the log says so and the pages are empty.
    let json = |document: &Document, base: &str| document.json(base).unwrap_or_default();
    let text = |media_type, make: MakeText| StaticText::new(media_type, Arc::clone(&document), make);
    let title = title.to_owned();
    let page = move |document: &Document, base: &str| docs_page(&title, &json(document, base));
    route
        .at("/openapi.json", text("application/json", Box::new(json)))
        .at(
            "/openapi.yaml",
            text("application/yaml", Box::new(|document, base| document.yaml(base).unwrap_or_default())),
        )
        .at("/docs", text("text/html; charset=utf-8", Box::new(page)))
}

type MakeText = Box<dyn Fn(&Document, &str) -> String + Send + Sync>;

/// A text that is always the same for an application below one path, made when it is first asked for.
struct StaticText {
    media_type: &'static str,
    document: Arc<Document>,
    make: MakeText,
    /// The path of the first request, which is nearly always that of every other, and the text.
    first: OnceLock<(String, Bytes)>,
}

impl StaticText {
    fn new(media_type: &'static str, document: Arc<Document>, make: MakeText) -> Self {
        Self { media_type, document, make, first: OnceLock::new() }
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
        if self.media_type.starts_with("text/html") {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCS_POLICY));
        }
        Ok(response)
    }
}
