//! A real HTTP server on a free port, and a browser that keeps cookies.

use entify::Ctx;
use entify::auth;
use entify::config::Settings;
use entify::entity::{EntityDef, Registry};
use entify::http::Context;
use entify::server::AppState;
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{EndpointExt as _, IntoEndpoint, Route, Server};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};

pub const PASSWORD: &str = "correct horse battery";

/// The tables of the shared entities and of the framework.
pub fn tables() -> Vec<&'static EntityDef> {
    let mut tables = auth::entities().to_vec();
    tables.extend(crate::support::domain::all());
    tables
}

/// The state of an application with the shared entities.
pub fn state(ctx: &Ctx) -> AppState {
    state_with(ctx, Settings::default())
}

/// As [`state`], with these settings.
pub fn state_with(ctx: &Ctx, settings: Settings) -> AppState {
    let registry = Registry::new(&crate::support::domain::all()).expect("a registry");
    let state = AppState::with_settings(registry, ctx.db().clone(), b"a secret for tests", settings);
    entify::testing::with_cheap_passwords(&state)
}

/// A running server; it ends with the test's runtime.
pub struct Site {
    pub url: String,
}

impl Site {
    /// Serves an endpoint at a path, under the context middleware.
    pub async fn start<E>(state: &AppState, path: &str, endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        Self::serve(Route::new().nest(path, endpoint).with(Context::new(state).expect("settings"))).await
    }

    /// Serves an endpoint as it is.
    pub async fn serve<E>(endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a port");
        let address = acceptor.local_addr()[0].to_string();
        tokio::spawn(Server::new_with_acceptor(acceptor).run(endpoint.into_endpoint()));
        Self { url: format!("http://{}", address.trim_start_matches("socket://")) }
    }
}

/// A browser: cookies, no redirects followed unasked, and the token of the last form seen.
pub struct Browser {
    client: Client,
    url: String,
    #[cfg(feature = "admin")]
    pub csrf: String,
}

/// A page as it came.
pub struct Page {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Page {
    pub async fn of(response: Response) -> Self {
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.text().await.expect("a body"),
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a text"))
    }

    /// Whether the page holds the text, with the text shown when it does not.
    #[track_caller]
    pub fn has(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "no {text:?} in {}:\n{}", self.status, self.body);
        self
    }

    #[track_caller]
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} in {}:\n{}", self.status, self.body);
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    #[cfg(feature = "admin")]
    /// The part of the page about one field of a form.
    #[track_caller]
    pub fn field(&self, name: &str) -> &str {
        let start = self
            .body
            .find(&format!("for=\"f-{name}\""))
            .unwrap_or_else(|| panic!("no {name}: {}", self.body));
        let rest = &self.body[start..];
        &rest[..rest.find("class=\"field").unwrap_or(rest.len())]
    }
}

#[cfg(feature = "admin")]
/// A form as a browser sends it back: what its controls hold, with a browser's line ends.
#[derive(Debug, Clone)]
pub struct Form {
    pub fields: Vec<(String, String)>,
}

#[cfg(feature = "admin")]
impl Form {
    pub fn of(page: &Page) -> Self {
        let body = &page.body;
        let start = body.find("<form class=\"panel").unwrap_or_else(|| panic!("no form: {body}"));
        let form = &body[start..start + body[start..].find("</form>").expect("an end")];
        let mut fields = Vec::new();
        for tag in form.split('<') {
            let Some(name) = attribute(tag, "name") else { continue };
            if tag.starts_with("input ") {
                let off = tag.contains("type=\"checkbox\"") && !tag.contains(" checked");
                if !off {
                    fields.push((name, attribute(tag, "value").unwrap_or_default()));
                }
            } else if tag.starts_with("textarea ") {
                let text = tag.split_once('>').expect("an end").1;
                let text = text.strip_prefix('\n').unwrap_or(text);
                fields.push((name, unescaped(text).replace("\r\n", "\n").replace('\n', "\r\n")));
            } else if tag.starts_with("select ") {
                let at = form.find(&format!("<{tag}")).expect("the tag");
                let options = &form[at..at + form[at..].find("</select>").expect("an end")];
                let options = options.split("<option ").skip(1).collect::<Vec<_>>();
                let chosen = options.iter().find(|option| option.contains(" selected")).or(options.first());
                fields.push((name, chosen.and_then(|option| attribute(option, "value")).unwrap_or_default()));
            }
        }
        Self { fields }
    }

    /// The same with another value of a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn get(&self, name: &str) -> &str {
        let mut named = self.fields.iter().filter(|(field, _)| field == name);
        named.next_back().map_or("", |(_, value)| value)
    }
}

#[cfg(feature = "admin")]
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start =
        tag.find(&format!(" {name}=\"")).or_else(|| tag.find(&format!("{name}=\"")).filter(|at| *at == 0))?;
    let rest = &tag[start..];
    rest.split('"').nth(1).map(unescaped)
}

#[cfg(feature = "admin")]
fn unescaped(html: &str) -> String {
    let html = html.replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">");
    html.replace("&#34;", "\"").replace("&#39;", "'").replace("&amp;", "&").replace("&quot;", "\"")
}

impl Browser {
    #[cfg(feature = "admin")]
    /// Opens a form.
    pub async fn open(&mut self, path: &str) -> Form {
        let page = self.get(path).await;
        Form::of(page.is(200))
    }

    #[cfg(feature = "admin")]
    /// Sends a form as it is filled in.
    pub async fn submit(&self, path: &str, form: &Form) -> Page {
        let fields = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.send(path, &fields.collect::<Vec<_>>()).await
    }

    #[cfg(feature = "admin")]
    /// Opens a form and sends it as it is.
    pub async fn confirm(&mut self, path: &str) -> Page {
        let form = self.open(path).await;
        self.submit(path, &form).await
    }

    pub fn new(site: &Site) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            client,
            url: site.url.clone(),
            #[cfg(feature = "admin")]
            csrf: String::new(),
        }
    }

    pub fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    #[cfg(feature = "admin")]
    pub async fn get(&mut self, path: &str) -> Page {
        let page = Page::of(self.request(reqwest::Method::GET, path).send().await.expect("an answer")).await;
        if let Some((_, rest)) = page.body.split_once("name=\"_csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap_or_default().to_owned();
        }
        page
    }

    #[cfg(feature = "admin")]
    /// Sends a form with the token of the last page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf.clone();
        let mut form = vec![("_csrf", csrf.as_str())];
        form.extend_from_slice(fields);
        self.send(path, &form).await
    }

    #[cfg(feature = "admin")]
    /// Sends a form as it is.
    pub async fn send(&self, path: &str, form: &[(&str, &str)]) -> Page {
        let request = self.request(reqwest::Method::POST, path).form(form);
        Page::of(request.send().await.expect("an answer")).await
    }

    #[cfg(feature = "admin")]
    /// Signs in and opens the overview.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        self.get("/admin/sign-in").await;
        let page = self.post("/admin/sign-in", &[("email", email), ("password", password)]).await;
        if page.status == StatusCode::SEE_OTHER {
            self.get("/admin").await;
        }
        page
    }
}

#[cfg(feature = "admin")]
/// An admin of the shared entities with one account of the role `admin`, signed in.
pub async fn signed_in(ctx: &Ctx) -> (Site, Browser) {
    signed_in_to(ctx, &crate::support::domain::all()).await
}

#[cfg(feature = "admin")]
/// As [`signed_in`], of these entities.
pub async fn signed_in_to(ctx: &Ctx, entities: &[&'static EntityDef]) -> (Site, Browser) {
    let registry = Registry::new(entities).expect("a registry");
    let state =
        AppState::with_settings(registry, ctx.db().clone(), b"a secret for tests", Settings::default());
    let state = entify::testing::with_cheap_passwords(&state);
    auth::create_account(ctx, "admin@example.org", PASSWORD, vec!["admin".into()]).await.expect("an account");
    let site = Site::start(&state, "/admin", entify::admin::endpoint(&state)).await;
    let mut browser = Browser::new(&site);
    browser.sign_in("admin@example.org", PASSWORD).await.is(303);
    (site, browser)
}
