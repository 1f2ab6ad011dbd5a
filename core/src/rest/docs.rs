//! `/openapi.json`, `/openapi.yaml` and `/docs`.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use poem::http::{HeaderValue, header};
use poem::{Endpoint, Request, Response, Route};

use crate::http::problem::{method_not_allowed, request_id};
use crate::rest::registry::{Document, docs_page};

/// What the page of the description may do: run what it carries, call this server, nothing else.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The routes of the description in its three forms.
pub(super) struct DocRoutes {
    title: String,
    json: String,
    yaml: String,
}

impl DocRoutes {
    pub(super) fn new(title: &str, document: &Document) -> Self {
        // Writing plain data to memory does not fail; should it, the log says so and the pages are empty.
        Self {
            title: title.to_owned(),
            json: document.json().unwrap_or_default(),
            yaml: document.yaml().unwrap_or_default(),
        }
    }

    pub(super) fn add_to(self, route: Route) -> Route {
        let json = self.json.clone();
        let title = self.title;
        let page = move || docs_page(&title, &json);
        route
            .at("/openapi.json", StaticText::new("application/json", self.json))
            .at("/openapi.yaml", StaticText::new("application/yaml", self.yaml))
            .at("/docs", StaticText::lazy("text/html; charset=utf-8", page))
    }
}

type MakeText = Arc<dyn Fn() -> String + Send + Sync>;

/// A text that is always the same, made when it is first asked for.
struct StaticText {
    media_type: &'static str,
    make: MakeText,
    text: OnceLock<Bytes>,
}

impl StaticText {
    fn new(media_type: &'static str, text: String) -> Self {
        Self { text: OnceLock::from(Bytes::from(text)), ..Self::lazy(media_type, String::new) }
    }

    fn lazy(media_type: &'static str, make: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self { media_type, make: Arc::new(make), text: OnceLock::new() }
    }
}

impl Endpoint for StaticText {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if !matches!(request.method().as_str(), "GET" | "HEAD") {
            let allow = HeaderValue::from_static("GET, HEAD");
            return Ok(method_not_allowed(&allow, &request_id(&request)));
        }
        let text = self.text.get_or_init(|| (self.make)().into());
        let mut response = Response::default();
        response.set_body(text.clone());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        if self.media_type.starts_with("text/html") {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCS_POLICY));
        }
        Ok(response)
    }
}
