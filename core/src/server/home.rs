//! `/`: a page that says what runs and how to begin.
//!
//! In production it names the application and links to what is served there, and nothing else.

use std::fmt::Write as _;

use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response};

use crate::config::{Environment, Settings};
use crate::entity::Registry;
use crate::http::html::Escaped;
use crate::http::problem::refuse_writes;
use crate::http::site;
use crate::server::plain_page;
use crate::server::surfaces::{About, PageLink, Surfaces};

/// The page.
#[derive(Debug)]
pub(super) struct Home {
    title: String,
    /// Paths and names.
    links: Vec<PageLink>,
    resources: Vec<String>,
    /// What a beginner needs; only in development.
    steps: Option<Steps>,
}

/// The first steps with an application.
#[derive(Debug)]
struct Steps {
    /// A role that may use the admin.
    role: Option<String>,
    /// Whether the program can fill the database with first rows.
    seeds: bool,
    /// A resource that the page shows a request of.
    resource: Option<String>,
    /// A query over the application's own entities.
    query: Option<String>,
    /// Where it listens.
    bind: String,
}

impl Home {
    pub(super) fn new(registry: &Registry, settings: &Settings, about: &About, seeds: bool) -> Self {
        let readiness = PageLink { name: "Readiness", path: "/readyz" };
        let resources = Surfaces::resources(registry).filter(|_| settings.serves_api_docs());
        let steps = (settings.environment == Environment::Development).then(|| Steps {
            role: settings.admin_roles.first().cloned(),
            seeds,
            resource: Surfaces::readable_resource(registry),
            query: Surfaces::first_query(registry).filter(|_| settings.serves_explorer()),
            bind: settings.bind.to_string(),
        });
        Self {
            title: about.title.clone(),
            links: Surfaces::links(settings).chain([readiness]).collect(),
            resources: resources.collect(),
            steps,
        }
    }

    /// The page for an application below this path, asked for at this host.
    fn body(&self, base: &str, host: &str) -> String {
        let base = Escaped(base);
        let mut body = format!("<h1>{}</h1><p class=\"soft\">It runs.</p><ul>", Escaped(&self.title));
        for PageLink { path, name } in &self.links {
            // Writing to a string does not fail.
            let _ = write!(body, "<li><a href=\"{base}{path}\">{name}</a> <code>{base}{path}</code></li>");
        }
        body.push_str("</ul>");
        if let Some(steps) = &self.steps {
            steps.write(&mut body, &format!("{base}"), host);
        }
        if !self.resources.is_empty() {
            body.push_str("<h2>Resources</h2><ul>");
            for path in &self.resources {
                let path = Escaped(path);
                let _ = write!(body, "<li><a href=\"{base}{path}\">{base}{path}</a></li>");
            }
            body.push_str("</ul>");
        }
        body
    }
}

impl Steps {
    fn write(&self, body: &mut String, base: &str, host: &str) {
        let mut step = |heading: &str, text: &str, command: &str| {
            let _ = write!(body, "<h2>{heading}</h2>");
            if !text.is_empty() {
                let _ = write!(body, "<p>{text}</p>");
            }
            let _ = write!(body, "<pre>{}</pre>", Escaped(command));
        };
        if self.seeds {
            step("Fill the database", "Adds the rows of the program’s own seed.", "cargo run -- seed");
        }
        if let Some(role) = &self.role {
            let text = format!("Make an account, then <a href=\"{base}/admin\">sign in</a>.");
            step(
                "Sign in to the admin",
                &text,
                &format!("cargo run -- account create you@example.org --role {role}"),
            );
        }
        let role = self.role.as_deref().map(|role| format!(" --role {role}")).unwrap_or_default();
        step(
            "Make a token for a program",
            "It is printed once, and sent as <code>Authorization: Bearer …</code>.",
            &format!("cargo run -- token create laptop{role}"),
        );
        if let Some(resource) = &self.resource {
            step("A first request", "", &format!("curl 'http://{host}{base}{resource}?limit=3'"));
        }
        if let Some(query) = &self.query {
            let text = format!("In the <a href=\"{base}/graphql\">explorer</a>, which begins with it.");
            step("A first query", &text, query.trim_end());
        }
        body.push_str(
            "<h2>Where to edit</h2><p><code>src/main.rs</code> lists the entities; each is a struct with \
             <code>#[derive(Entity)]</code>. After a change of one, <code>cargo run -- migrate make</code> writes the migration. \
             This page is other in production (<code>ENTIFY_ENV=production</code>): it has the links alone.</p>",
        );
    }
}

/// The host that was asked, unless it is none.
fn host<'r>(request: &'r Request, bind: &'r str) -> &'r str {
    let plain = |host: &&str| {
        !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-' | b'[' | b']'))
    };
    let asked = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    asked.filter(plain).unwrap_or(bind)
}

impl Endpoint for Home {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if let Some(refused) = refuse_writes(&request) {
            return Ok(refused);
        }
        let bind = self.steps.as_ref().map_or("", |steps| steps.bind.as_str());
        let body = self.body(site::base(&request), host(&request, bind));
        Ok(plain_page::page(StatusCode::OK, &self.title, &body))
    }
}
