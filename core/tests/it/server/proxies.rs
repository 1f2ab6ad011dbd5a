//! Behind proxies and below a path: what is shown to clients is what they can reach.

use std::net::SocketAddr;
use std::sync::Arc;

use entify::auth;
use entify::config::Settings;
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve_until};
use poem::http::{HeaderMap, HeaderName, HeaderValue};
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{Endpoint, Request, Response, Server};

use crate::support::browser::{PASSWORD, tables};
use crate::support::domain::*;
use crate::support::wire::{self, request, send};

/// A proxy: takes a prefix off the path or leaves it, adds headers, and forwards everything.
struct Proxy {
    target: SocketAddr,
    strips: &'static str,
    adds: Vec<(&'static str, String)>,
    client: reqwest::Client,
}

impl Proxy {
    async fn start(target: SocketAddr, strips: &'static str, adds: &[(&'static str, &str)]) -> SocketAddr {
        let client =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let adds = adds.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let proxy = Self { target, strips, adds, client };
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a port");
        let address = *acceptor.local_addr()[0].as_socket_addr().expect("an address");
        tokio::spawn(Server::new_with_acceptor(acceptor).run(Arc::new(proxy)));
        address
    }
}

impl Endpoint for Proxy {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let target = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let target = target.strip_prefix(self.strips).unwrap_or(&target);
        let mut headers: HeaderMap = request.headers().clone();
        let peer =
            request.remote_addr().as_socket_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
        headers.append("x-forwarded-for", HeaderValue::from_str(&peer).expect("a header"));
        for (name, value) in &self.adds {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header"));
        }
        let body = request.take_body().into_vec().await?;
        let url = format!("http://{}{target}", self.target);
        let forwarded = self.client.request(request.method().clone(), url).headers(headers).body(body);
        let answer = forwarded.send().await.expect("an answer");
        let mut response = Response::builder().status(answer.status()).finish();
        response
            .headers_mut()
            .extend(answer.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
        response.headers_mut().remove("transfer-encoding");
        response.set_body(answer.bytes().await.expect("a body"));
        Ok(response)
    }
}

fn app() -> App {
    App::new(entities![User, Post, Tag, PostTag, Note])
}

async fn start(test: &TestDb, settings: Settings) -> SocketAddr {
    serve_until(app(), test, settings, std::future::pending()).await.0
}

fn trusting() -> Settings {
    Settings { trusted_proxies: vec!["127.0.0.1".parse().expect("a network")], ..Settings::default() }
}

/// Every address that a page or a document names.
fn addresses(text: &str) -> Vec<&str> {
    let attributes =
        ["href=\"", "src=\"", "action=\"", "data-lookup=\"", "fetch(\"", "url: \"", "\"url\": \""];
    let mut found = Vec::new();
    for attribute in attributes {
        let parts = text.split(attribute).skip(1);
        found.extend(
            parts.filter_map(|part| part.split('"').next()).filter(|address| address.starts_with('/')),
        );
    }
    found
}

/// Checks everything that an application below `base` shows through this address.
async fn is_reachable_below(ctx: &Ctx, address: SocketAddr, base: &str) {
    let number = auth::create_account(
        ctx,
        &format!("a{}@example.org", address.port()),
        PASSWORD,
        vec!["admin".into()],
    )
    .await;
    number.expect("an account");
    let cookie_of = |answer: &wire::Response, name: &str| {
        let cookies = answer.all("set-cookie");
        let cookie =
            cookies.iter().find(|cookie| cookie.contains(name)).unwrap_or_else(|| panic!("{cookies:?}"));
        let path = if base.is_empty() { "/" } else { base };
        assert!(cookie.contains(&format!("; Path={path};")), "{cookie}");
        cookie.split(';').next().expect("a cookie").to_owned()
    };
    let below = |path: &str| format!("{base}{path}");

    // REST: Location, Link, the description and its page.
    let json = ["content-type: application/json"];
    for name in ["x", "y"] {
        let body = format!("{{\"email\": \"{name}{}@example.org\"}}", address.port());
        let made = send(address, "POST", &below("/api/users"), &json, body.as_bytes()).await;
        assert_eq!(made.status, 201, "{}", made.text());
        assert!(made.header("location").starts_with(&below("/api/users/")), "{}", made.header("location"));
        assert_eq!(request(address, "GET", made.header("location"), &[]).await.status, 200);
    }
    let page = request(address, "GET", &below("/api/users?limit=1"), &[]).await;
    let link = page.header("link").trim_start_matches('<').split('>').next().unwrap_or_default();
    assert!(link.starts_with(&below("/api/users?")), "{link}");
    assert_eq!(request(address, "GET", link, &[]).await.status, 200);
    let spec = request(address, "GET", &below("/openapi.json"), &[]).await.json();
    assert_eq!(spec["servers"][0]["url"], if base.is_empty() { "/" } else { base });
    let yaml = request(address, "GET", &below("/openapi.yaml"), &[]).await.text();
    assert!(
        yaml.contains(&format!("\"url\": \"{}\"", if base.is_empty() { "/" } else { base })),
        "{}",
        &yaml[..200]
    );

    // Pages of the admin, signed in.
    let unknown = request(address, "GET", &below("/admin/users?limit=1"), &[]).await;
    assert_eq!(unknown.status, 303);
    assert!(
        unknown.header("location").starts_with(&below("/admin/sign-in?next=")),
        "{}",
        unknown.header("location")
    );
    let sign_in = request(address, "GET", unknown.header("location"), &[]).await;
    let cookie = format!("cookie: {}", cookie_of(&sign_in, "sign-in"));
    let text = sign_in.text();
    let field = |name: &str| {
        let rest = text.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a field");
        let value = rest.split('"').next().expect("a value").replace("&#38;", "&").replace("&amp;", "&");
        value.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>()
    };
    let form = format!(
        "_csrf={}&next={}&email=a{}%40example.org&password={}",
        field("_csrf"),
        field("next"),
        address.port(),
        PASSWORD.replace(' ', "+")
    );
    let lines = ["content-type: application/x-www-form-urlencoded", cookie.as_str()];
    let done = send(address, "POST", &below("/admin/sign-in"), &lines, form.as_bytes()).await;
    assert_eq!(
        (done.status, done.header("location")),
        (303, below("/admin/users?limit=1").as_str()),
        "{}",
        done.text()
    );
    let cookie = format!("cookie: {}", cookie_of(&done, "session"));

    let users = below("/admin/users");
    let pages = [
        below("/"),
        below("/docs"),
        below("/graphql"),
        below("/admin"),
        users.clone(),
        below("/admin/users/new"),
        below("/admin/posts/new"),
        below("/admin/users/1"),
        below("/admin/users/1/edit"),
        below("/admin/users/1/delete"),
        below("/admin/users/4711"),
    ];
    for page in &pages {
        let answer = request(address, "GET", page, &["accept: text/html, */*;q=0.8", &cookie]).await;
        assert!([200, 404].contains(&answer.status), "{page}: {}", answer.status);
        let text = answer.text();
        let found = addresses(&text);
        assert!(!found.is_empty() || page.ends_with("/docs"), "{page}: {text}");
        for link in found {
            assert!(
                link == "/" && base.is_empty() || link.starts_with(&format!("{base}/")) || link == base,
                "{page}: {link}"
            );
            let link = link.replace("&#38;", "&").replace("&amp;", "&");
            let there = request(address, "GET", &link, &["accept: text/html, */*;q=0.8", &cookie]).await;
            // What is done with many rows needs to know with which.
            let asks = link.contains("/many/") && there.status == 400;
            assert!(
                asks || [200, 204, 401, 405].contains(&there.status),
                "{page}: {link} is {}",
                there.status
            );
        }
    }
    let out = send(address, "POST", &below("/admin/sign-out"), &lines[..1], b"a=b").await;
    assert_eq!((out.status, out.header("location")), (303, below("/admin/sign-in").as_str()));
}

#[each_database(tables(), only(sqlite))]
async fn everything_is_reachable_at_the_root(test: TestDb) {
    let address = start(&test, Settings::default()).await;
    is_reachable_below(&test.ctx(), address, "").await;
}

#[each_database(tables(), only(sqlite))]
async fn everything_is_reachable_below_a_path(test: TestDb) {
    let settings = Settings { base_path: "/shop/new".to_owned(), ..Settings::default() };
    let server = start(&test, settings).await;
    // A proxy that leaves the path as it is, and one that takes it off.
    is_reachable_below(&test.ctx(), Proxy::start(server, "", &[]).await, "/shop/new").await;
    is_reachable_below(&test.ctx(), Proxy::start(server, "/shop/new", &[]).await, "/shop/new").await;
    assert_eq!(request(server, "GET", "/livez", &[]).await.status, 200, "a balancer asks without it");
    assert_eq!(request(server, "GET", "/shop/newlivez", &[]).await.status, 404);
    assert_eq!(request(server, "GET", "/shop", &[]).await.status, 404);
}

#[each_database(tables(), only(sqlite))]
async fn a_trusted_proxy_names_the_prefix(test: TestDb) {
    let server = start(&test, trusting()).await;
    let inner = Proxy::start(server, "", &[]).await;
    let outer = Proxy::start(inner, "/shop", &[("x-forwarded-prefix", "/shop")]).await;
    is_reachable_below(&test.ctx(), outer, "/shop").await;
    for prefix in ["//evil.example", "/a\"b", "https://evil.example", "/..", "/shop, /x"] {
        let line = format!("x-forwarded-prefix: {prefix}");
        let answer = request(server, "GET", "/admin", &[&line]).await;
        assert_eq!(answer.header("location"), "/admin/sign-in", "{prefix}");
    }
    let untrusting = start(&test, Settings::default()).await;
    let answer = request(untrusting, "GET", "/admin", &["x-forwarded-prefix: /shop"]).await;
    assert_eq!(answer.header("location"), "/admin/sign-in");
}

/// Whether the sign-in page is one over TLS, by its cookie.
async fn is_secure(address: SocketAddr, lines: &[&str]) -> bool {
    let page = request(address, "GET", "/admin/sign-in", lines).await;
    page.all("set-cookie")[0].contains("; Secure")
}

#[each_database(tables(), only(sqlite))]
async fn what_the_client_sees_is_told_by_the_outermost_trusted_proxy(test: TestDb) {
    let server = start(&test, trusting()).await;
    for (lines, secure) in [
        (&["x-forwarded-proto: https"][..], true),
        (&["x-forwarded-proto: http"], false),
        // Each proxy adds the scheme it was reached by: the client's is that of the outermost.
        (&["x-forwarded-for: 203.0.113.7, 127.0.0.1", "x-forwarded-proto: https, http"], true),
        (&["x-forwarded-for: 203.0.113.7, 127.0.0.1", "x-forwarded-proto: http, https"], false),
        (&["x-forwarded-for: 203.0.113.7, 127.0.0.1", "x-forwarded-proto: https"], true),
        // What the client itself has written stands before that.
        (&["x-forwarded-for: 1.1.1.1, 203.0.113.7", "x-forwarded-proto: https, http"], false),
        (&["forwarded: for=203.0.113.7;proto=https;host=shop.example"], true),
        (&["forwarded: for=\"[2001:db8::1]:4711\";proto=https, for=127.0.0.1;proto=http"], true),
        (&["forwarded: for=1.1.1.1;proto=https, for=203.0.113.7;proto=http"], false),
        (&["forwarded: for=203.0.113.7;Proto=\"HTTPS\""], true),
        (&["forwarded: nonsense"], false),
    ] {
        assert_eq!(is_secure(server, lines).await, secure, "{lines:?}");
    }
    let untrusting = start(&test, Settings::default()).await;
    for line in ["x-forwarded-proto: https", "forwarded: for=203.0.113.7;proto=https"] {
        assert!(!is_secure(untrusting, &[line]).await, "{line}");
    }
}

#[each_database(tables(), only(sqlite))]
async fn our_own_pages_are_known_by_the_host_that_the_client_sees(test: TestDb) {
    let server = start(&test, trusting()).await;
    let form = ["content-type: application/x-www-form-urlencoded", "origin: https://shop.example"];
    for (lines, status) in [
        (&["x-forwarded-host: shop.example", "x-forwarded-proto: https"][..], 403),
        (&["forwarded: for=203.0.113.7;host=shop.example;proto=https"], 403),
        (&["x-forwarded-host: evil.example"], 400),
        (&[], 400),
    ] {
        let lines: Vec<&str> = form.iter().chain(lines).copied().collect();
        let page = send(server, "POST", "/admin/sign-in", &lines, b"email=a&password=b").await;
        // 403 in both cases: without its token the form is shown again, from another origin it is refused.
        assert_eq!(page.status, 403);
        assert_eq!(page.text().contains("name=\"password\""), status == 403, "{lines:?}");
    }
}
