//! The same rules on the pages of the admin.

use std::process::ExitCode;

use entify::entities;
use entify::testing::{TestDb, each_database};
use serde_json::Value as Json;

use super::caller::{Caller, MISSING, PASSWORD, credentials, new_mark, open};
use super::oracle::{Action, KINDS, Kind, PRINCIPALS, TestPrincipal, World};
use crate::store::{Server, Store};

/// Those whose accounts have a role that opens the admin.
const INSIDE: [&str; 5] = ["support 3", "support 4", "customer and support 2", "staff", "admin"];

#[each_database(entities![])]
async fn accounts_see_and_do_what_the_rules_allow(db: TestDb) -> ExitCode {
    let store = Store::new(db.url());
    store.run(&["migrate", "up"]);
    let world = World::small(&store);
    for principal in PRINCIPALS.iter().filter(|principal| principal.authenticated) {
        let mut arguments = vec!["account", "create", "", "--password-stdin"];
        let email = email(principal);
        arguments[2] = &email;
        for role in principal.roles {
            arguments.extend(["--role", role]);
        }
        if let Some(subject) = principal.subject {
            arguments.extend(["--subject", subject]);
        }
        let made = store.output(&arguments, &format!("{PASSWORD}\n"));
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    let server = open(&store);
    let admin = PRINCIPALS.iter().find(|principal| principal.name == "admin").unwrap();
    let admin = Caller { server: &server, token: credentials(&store, admin) };
    for principal in PRINCIPALS.iter().filter(|principal| principal.authenticated) {
        let browser = Browser::signed_in(&server, &email(principal)).await;
        if !INSIDE.contains(&principal.name) {
            for path in ["", "/customers", "/customers/1", "/customers/lookup", "/artists", "/nothing"] {
                assert_eq!(browser.get(path).await.0, 403, "{} {path}", principal.name);
            }
            continue;
        }
        for kind in KINDS {
            lists(&browser, &world, principal, kind).await;
            for key in world.keys(kind) {
                row(&browser, &admin, &world, principal, (kind, key)).await;
            }
        }
        pickers(&browser, &world, principal).await;
    }
    let stranger = Browser { client: browser(), server: &server };
    for path in ["", "/customers", "/customers/1", "/customers/lookup", "/artists"] {
        assert_eq!(stranger.get(path).await.0, 303, "{path}");
    }
    ExitCode::SUCCESS
}

fn email(principal: &TestPrincipal) -> String {
    format!("{}@store.example", principal.name.replace([' ', '\''], "-"))
}

fn browser() -> reqwest::Client {
    reqwest::Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// A browser that is signed in, or not.
struct Browser<'s> {
    client: reqwest::Client,
    server: &'s Server,
}

fn token(page: &str) -> &str {
    page.split("name=\"_csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

impl<'s> Browser<'s> {
    async fn signed_in(server: &'s Server, email: &str) -> Self {
        let browser = Self { client: browser(), server };
        let (_, form) = browser.get("/sign-in").await;
        let fields = [("_csrf", token(&form)), ("email", email), ("password", PASSWORD)];
        let request = browser.client.post(server.url("/admin/sign-in")).form(&fields);
        assert_eq!(request.send().await.unwrap().status(), 303, "{email}");
        browser
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.client.get(self.server.url(&format!("/admin{path}"))).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> u16 {
        let (_, page) = self.get("").await;
        let mut form = vec![("_csrf", token(&page))];
        form.extend_from_slice(fields);
        let request = self.client.post(self.server.url(&format!("/admin{path}"))).form(&form);
        request.send().await.unwrap().status().as_u16()
    }
}

/// The rows of a kind to whose pages a page links.
fn linked(page: &str, kind: Kind, world: &World) -> Vec<i64> {
    let path = kind.names().path;
    world.keys(kind).into_iter().filter(|key| page.contains(&format!("/admin/{path}/{key}\""))).collect()
}

async fn lists(browser: &Browser<'_>, world: &World, principal: &TestPrincipal, kind: Kind) {
    let path = kind.names().path;
    let (status, page) = browser.get(&format!("/{path}")).await;
    assert_eq!(
        (status, linked(&page, kind, world)),
        (200, world.seen(principal, kind)),
        "{} {kind:?}",
        principal.name
    );
    assert_eq!(
        page.contains(&format!("/admin/{path}/new\"")),
        principal.ever(Action::Create, kind),
        "{} {kind:?}",
        principal.name
    );
    let new = browser.get(&format!("/{path}/new")).await;
    assert_eq!(
        new.0,
        if principal.ever(Action::Create, kind) { 200 } else { 403 },
        "{} {kind:?}",
        principal.name
    );
    if kind == Kind::Line {
        // From what is public.
        let (_, track) = browser.get("/tracks/1").await;
        let of = world
            .seen(principal, kind)
            .into_iter()
            .filter(|line| world.lines[line].1 == 1)
            .collect::<Vec<_>>();
        assert_eq!(linked(&track, kind, world), of, "{}", principal.name);
    }
}

async fn row(
    browser: &Browser<'_>,
    admin: &Caller<'_>,
    world: &World,
    principal: &TestPrincipal,
    (kind, key): (Kind, i64),
) {
    let (names, about) = (kind.names(), format!("{} {kind:?} {key}", principal.name));
    let sees = world.allows(principal, Action::Read, kind, key);
    let path = format!("/{}/{key}", names.path);
    let (status, page) = browser.get(&path).await;
    assert_eq!(status, if sees { 200 } else { 404 }, "{about}");
    if !sees {
        let (_, missing) = browser.get(&format!("/{}/{MISSING}", names.path)).await;
        let plain = |page: &str| page.split("<main").nth(1).map(strip_request);
        assert_eq!(plain(&page), plain(&missing), "{about}");
    }
    let expected = |action: Action, done: u16| match () {
        () if !principal.ever(action, kind) => 403,
        () if !sees => 404,
        () if !world.allows(principal, action, kind, key) => 403,
        () => done,
    };
    let mark = text(&new_mark(kind));
    let done = browser.post(&format!("{path}/edit"), &[(names.harmless, &mark)]).await;
    assert_eq!(done, expected(Action::Update, 303), "{about}");
    let (_, row) = admin.get(&format!("{}/{key}", names.path)).await;
    assert_eq!(text(&row[names.harmless]) == mark, done == 303, "{about}");
    for (action, form) in [(Action::Update, "edit"), (Action::Delete, "delete")] {
        let link = format!("/{}/{key}/{form}\"", names.path);
        assert_eq!(
            page.contains(&link),
            sees && world.allows(principal, action, kind, key),
            "{about} {form}"
        );
    }
    assert_eq!(browser.get(&format!("{path}/edit")).await.0, expected(Action::Update, 200), "{about}");
    assert_eq!(browser.get(&format!("{path}/delete")).await.0, expected(Action::Delete, 200), "{about}");
    if !principal.ever(Action::Delete, kind) {
        assert_eq!(
            browser.post(&format!("{path}/delete"), &[]).await,
            expected(Action::Delete, 303),
            "{about}"
        );
        assert_eq!(admin.get(&format!("{}/{key}", names.path)).await.0, 200, "{about}");
    }
}

/// A value as a form has it.
fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The part of an error page that is the same for every request.
fn strip_request(page: &str) -> String {
    let (before, after) = page.split_once("Request").unwrap_or((page, ""));
    before.to_owned() + after.split_once("</").map_or("", |(_, after)| after)
}

/// The rows that a form offers to refer to.
async fn pickers(browser: &Browser<'_>, world: &World, principal: &TestPrincipal) {
    let seen = world.seen(principal, Kind::Customer);
    let (status, answer) = browser.get("/customers/lookup?q=Last").await;
    let answer: Json = serde_json::from_str(&answer).unwrap();
    let mut keys: Vec<i64> = answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap().parse().unwrap())
        .collect();
    keys.sort_unstable();
    assert_eq!((status, &keys), (200, &seen), "{}", principal.name);
    let (_, form) = browser.get("/invoices/new").await;
    for customer in world.keys(Kind::Customer) {
        assert_eq!(
            form.contains(&format!(">First Last{customer}</option>")),
            seen.contains(&customer),
            "{} {customer}",
            principal.name
        );
    }
}
