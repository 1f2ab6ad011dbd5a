//! `/`: a page that links to what is served.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use poem::http::{HeaderValue, header};
use poem::{Endpoint, Request, Response};
use sha2::{Digest as _, Sha256};

use crate::config::Settings;
use crate::entity::Registry;
use crate::http::problem::refuse_writes;
use crate::http::site;
use crate::server::surfaces::{PageLink, Surfaces};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;\
    color:#222;background:#fff}h1{font-size:1.4rem}a{color:#0b57d0}ul{padding-left:1.2rem}\
    @media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}a{color:#8ab4f8}}";

/// The page.
#[derive(Debug)]
pub(super) struct Home {
    /// Paths and names.
    links: Vec<PageLink>,
    resources: Vec<String>,
    policy: Option<HeaderValue>,
}

impl Home {
    pub(super) fn new(registry: &Registry, settings: &Settings) -> Self {
        let hash = BASE64.encode(Sha256::digest(STYLE));
        let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'");
        let readiness = PageLink { name: "Readiness", path: "/readyz" };
        let resources = Surfaces::resources(registry).filter(|_| settings.serves_api_docs());
        Self {
            links: Surfaces::links(settings).chain([readiness]).collect(),
            resources: resources.collect(),
            policy: HeaderValue::try_from(policy).ok(),
        }
    }

    /// The page for an application below this path. Names are Rust identifiers and paths made of them; nothing here needs
    /// escaping.
    fn page(&self, base: &str) -> String {
        let item = |PageLink { path, name }: &PageLink| {
            format!("<li><a href=\"{base}{path}\">{name}</a> <code>{base}{path}</code></li>")
        };
        let links: String = self.links.iter().map(item).collect();
        let resource = |path: &String| format!("<li><a href=\"{base}{path}\">{base}{path}</a></li>");
        let resources: String = self.resources.iter().map(resource).collect();
        let resources = match resources.is_empty() {
            true => resources,
            false => format!("<h2>Resources</h2><ul>{resources}</ul>"),
        };
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>It runs</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\
             <h1>It runs</h1><ul>{links}</ul>{resources}</body></html>"
        )
    }
}

impl Endpoint for Home {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if let Some(refused) = refuse_writes(&request) {
            return Ok(refused);
        }
        let mut response = Response::builder()
            .content_type("text/html; charset=utf-8")
            .body(self.page(site::base(&request)));
        if let Some(policy) = &self.policy {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        }
        Ok(response)
    }
}
