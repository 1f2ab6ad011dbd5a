//! Accounts, sessions and tokens as pages; one's own page; looking as another account; which rule it was.

use entify::auth::{Account, Session, create_account, create_account_for};
use entify::config::Settings;
use entify::prelude::*;
use entify::testing::each_database;

use super::{post, user};
use crate::support::browser::{Browser, Form, PASSWORD, Page, Site, state_with, tables};
use crate::support::domain::*;

/// The pages about people.
const PAGES: [&str; 4] =
    ["/admin/auth/accounts", "/admin/auth/accounts/new", "/admin/auth/sessions", "/admin/auth/tokens"];

/// An admin with an account that manages people and one that does not, the first signed in.
async fn managed(ctx: &Ctx) -> (Site, Browser) {
    let settings = Settings { admin_people_roles: vec!["people".into()], ..Settings::default() };
    let state = state_with(ctx, settings);
    for (email, roles) in [
        ("boss@example.org", vec!["admin".to_owned(), "people".to_owned()]),
        ("plain@example.org", vec!["admin".to_owned()]),
    ] {
        create_account(ctx, email, PASSWORD, roles).await.expect("an account");
    }
    let site = Site::start(&state, "/admin", entify::admin::endpoint(&state)).await;
    let mut browser = Browser::new(&site);
    browser.sign_in("boss@example.org", PASSWORD).await.is(303);
    (site, browser)
}

async fn account(ctx: &Ctx, email: &str) -> entify::auth::AccountModel {
    let query = Query::filter(Account::email().eq(email));
    Service::<Account>::new(ctx).list(query).await.expect("accounts").items.remove(0)
}

/// A form of the page, by its name, with these values.
fn form<'f>(name: &'f str, fields: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    [&[("form", name)], fields].concat()
}

#[each_database(tables())]
async fn nobody_else_manages_people(ctx: Ctx) {
    let (site, mut boss) = managed(&ctx).await;
    boss.get("/admin").await.is(200).has("/admin/auth/accounts");
    let mut plain = Browser::new(&site);
    plain.sign_in("plain@example.org", PASSWORD).await.is(303);
    plain.get("/admin").await.is(200).lacks("/admin/auth/").has("/admin/me");
    let other = account(&ctx, "boss@example.org").await.id.to_string();
    for page in PAGES.into_iter().map(str::to_owned).chain([format!("/admin/auth/accounts/{other}")]) {
        plain.get(&page).await.is(403).lacks("boss@example.org").lacks("Why not?");
        let roles =
            form("account", &[("email", "x@example.org"), ("password", PASSWORD), ("roles", "people")]);
        plain.post(&page, &roles).await.is(403);
        plain.post(&page, &form("view", &[])).await.is(403);
    }
    // Without the setting nobody may, whatever their roles.
    let state = state_with(&ctx, Settings::default());
    let site = Site::start(&state, "/admin", entify::admin::endpoint(&state)).await;
    let mut boss = Browser::new(&site);
    boss.sign_in("boss@example.org", PASSWORD).await.is(303);
    boss.get("/admin").await.is(200).lacks("/admin/auth/");
    boss.get("/admin/auth/accounts").await.is(403);
    assert_eq!(account(&ctx, "plain@example.org").await.roles, ["admin"]);
    let mut stranger = Browser::new(&site);
    stranger.get("/admin/auth/accounts").await.is(303);
    stranger.get("/admin/me").await.is(303);
}

#[each_database(tables())]
async fn accounts_are_made_changed_and_disabled(ctx: Ctx) {
    let (site, mut boss) = managed(&ctx).await;
    boss.get("/admin/auth/accounts/new").await.is(200);
    let evil = "<script>alert(1)</script>";
    let wrong = form("account", &[("email", evil), ("password", "short"), ("roles", "admin")]);
    boss.post("/admin/auth/accounts/new", &wrong)
        .await
        .is(422)
        .lacks("<script>")
        .lacks("short\"")
        .has("Must be an e-mail address.")
        .has("aria-invalid");
    let made = form(
        "account",
        &[
            ("email", "New@Example.org "),
            ("password", PASSWORD),
            ("roles", "admin, staff,admin"),
            ("subject", "42"),
        ],
    );
    let page = boss.post("/admin/auth/accounts/new", &made).await;
    let path = page.is(303).header("location").to_owned();
    boss.get(&path).await.is(200).has("Created.").has("value=\"admin, staff\"").has("value=\"42\"");
    boss.post("/admin/auth/accounts/new", &made).await.is(422).has("Is taken already.");
    boss.get("/admin/auth/accounts?q=NEW@").await.is(200).has("new@example.org").lacks("plain@example.org");
    boss.get("/admin/auth/accounts?q=%25").await.is(200).has("Nothing matches.");

    let mut new = Browser::new(&site);
    new.sign_in("new@example.org", PASSWORD).await.is(303);
    new.get("/admin/notes").await.is(200);
    let change = [("roles", "admin"), ("subject", ""), ("active", "true")];
    boss.post(&path, &form("account", &change)).await.is(303);
    let changed = account(&ctx, "new@example.org").await;
    assert_eq!((changed.roles, changed.subject, changed.active), (vec!["admin".to_owned()], None, true));
    new.get("/admin/notes").await.is(403);

    boss.post(&path, &form("password", &[("password", "1234567")]))
        .await
        .is(422)
        .has("at least 8 characters");
    boss.post(&path, &form("password", &[("password", "another password")])).await.is(303);
    new.get("/admin").await.is(303);
    new.sign_in("new@example.org", PASSWORD).await.is(422);
    new.sign_in("new@example.org", "another password").await.is(303);
    boss.post(&path, &form("account", &[("roles", "admin"), ("active", "false")])).await.is(303);
    new.get("/admin").await.is(303);
    new.sign_in("new@example.org", "another password").await.is(422);

    // Nobody locks the last one out that could let them in again.
    let own = format!("/admin/auth/accounts/{}", account(&ctx, "boss@example.org").await.id);
    let page = boss.post(&own, &form("account", &[("roles", "admin, people"), ("active", "false")])).await;
    page.is(422).has("Is your own account");
    boss.get("/admin/auth/accounts/99999").await.is(404);
    boss.get("/admin/auth/accounts/x").await.is(404);
    boss.post(&own, &form("nonsense", &[])).await.is(422);
    boss.send(&own, &form("account", &[("roles", "")])).await.is(403);
}

#[each_database(tables())]
async fn sessions_are_seen_and_ended(ctx: Ctx) {
    let (site, mut boss) = managed(&ctx).await;
    let mut plain = Browser::new(&site);
    plain.sign_in("plain@example.org", PASSWORD).await.is(303);
    let page = boss.get("/admin/auth/sessions").await;
    page.is(200).has("boss@example.org").has("plain@example.org").has("This one");
    let query = Query::filter(Session::account().is(Account::email().eq("plain@example.org")));
    let session = Service::<Session>::new(&ctx).list(query).await.expect("sessions").items.remove(0);
    page.lacks(&session.hash).lacks(&session.csrf);
    let id = session.id.to_string();
    boss.post("/admin/auth/sessions", &form("session", &[("id", &id)])).await.is(303);
    plain.get("/admin").await.is(303);

    // One's own page ends one's own sessions, and no one else's.
    plain.sign_in("plain@example.org", PASSWORD).await.is(303);
    let mut second = Browser::new(&site);
    second.sign_in("plain@example.org", PASSWORD).await.is(303);
    let mine = |email: &'static str| {
        Query::filter(Session::account().is(Account::email().eq(email))).order(Session::id().asc())
    };
    let sessions = Service::<Session>::new(&ctx);
    let first = sessions.list(mine("plain@example.org")).await.expect("sessions").items.remove(0);
    let other = sessions.list(mine("boss@example.org")).await.expect("sessions").items.remove(0);
    let other = other.id.to_string();
    second.get("/admin/me").await.is(200).has("plain@example.org").lacks("boss@example.org");
    second.post("/admin/me", &form("session", &[("id", &other)])).await.is(404);
    boss.get("/admin").await.is(200);
    second.post("/admin/me", &form("session", &[("id", &first.id.to_string())])).await.is(303);
    plain.get("/admin").await.is(303);
    second.get("/admin").await.is(200);
}

/// The token that a page shows.
fn shown_token(page: &Page) -> String {
    let start = page.body.find("<code>ent_").unwrap_or_else(|| panic!("no token: {}", page.body)) + 6;
    page.body[start..].split('<').next().expect("an end").to_owned()
}

#[each_database(tables())]
async fn tokens_are_shown_once_and_revoked(ctx: Ctx) {
    let (_site, mut boss) = managed(&ctx).await;
    boss.get("/admin/auth/tokens").await.is(200).has("There are none yet.");
    let wrong = form("token", &[("name", ""), ("lifetime", "90"), ("roles", "staff")]);
    boss.post("/admin/auth/tokens", &wrong).await.is(422).has("Must not be empty.");
    let wrong = form("token", &[("name", "x"), ("lifetime", "100000000000")]);
    boss.post("/admin/auth/tokens", &wrong).await.is(422);
    let new =
        form("token", &[("name", "<b>import</b>"), ("lifetime", "90"), ("roles", "staff"), ("subject", "7")]);
    let page = boss.post("/admin/auth/tokens", &new).await;
    let token = shown_token(page.is(200).lacks("<b>import"));
    boss.get("/admin/auth/tokens").await.is(200).lacks(&token).has(&token[token.len() - 6..]);

    let model = Service::<entify::auth::ApiToken>::new(&ctx).list(Query::default()).await.expect("tokens");
    let model = &model.items[0];
    assert_eq!((model.roles.clone(), model.subject.as_deref()), (vec!["staff".to_owned()], Some("7")));
    assert!(model.expires_at.is_some());
    let id = model.id.to_string();
    boss.post("/admin/auth/tokens", &form("revoke", &[("id", &id)])).await.is(303);
    boss.get("/admin/auth/tokens").await.is(200).has("Revoked").lacks("value=\"revoke\"");
    boss.post("/admin/auth/tokens", &form("revoke", &[("id", "999")])).await.is(404);
}

#[each_database(tables())]
async fn own_tokens_lose_what_their_account_loses(ctx: Ctx) {
    let (site, mut boss) = managed(&ctx).await;
    let mut plain = Browser::new(&site);
    plain.sign_in("plain@example.org", PASSWORD).await.is(303);
    let page = plain
        .post(
            "/admin/me",
            &form("token", &[("name", "on my laptop"), ("lifetime", "never"), ("roles", "people")]),
        )
        .await;
    shown_token(page.is(200));
    let token = || async {
        let tokens =
            Service::<entify::auth::ApiToken>::new(&ctx).list(Query::default()).await.expect("tokens");
        tokens.items.into_iter().next().expect("a token")
    };
    // Whatever the form says, it is its own roles that it gets.
    assert_eq!(token().await.roles, ["admin"]);
    let id = token().await.id.to_string();
    boss.get("/admin/me").await.is(200).lacks("on my laptop");
    boss.post("/admin/me", &form("revoke", &[("id", &id)])).await.is(404);
    let path = format!("/admin/auth/accounts/{}", account(&ctx, "plain@example.org").await.id);
    boss.post(&path, &form("account", &[("roles", "reader"), ("active", "true")])).await.is(303);
    assert!(token().await.roles.is_empty() && token().await.revoked_at.is_none());
    boss.post(&path, &form("account", &[("roles", "reader"), ("active", "false")])).await.is(303);
    assert!(token().await.revoked_at.is_some());
}

#[each_database(tables())]
async fn ones_own_page_changes_the_password(ctx: Ctx) {
    let (site, mut boss) = managed(&ctx).await;
    let mut elsewhere = Browser::new(&site);
    elsewhere.sign_in("boss@example.org", PASSWORD).await.is(303);
    boss.get("/admin/me").await.is(200);
    let change =
        |present: &'static str, new: &'static str| form("password", &[("present", present), ("new", new)]);
    boss.post("/admin/me", &change("guessed it", "a new password"))
        .await
        .is(422)
        .has("Is not right.")
        .lacks("guessed it");
    boss.post("/admin/me", &change(PASSWORD, "short")).await.is(422).has("at least 8 characters");
    boss.post("/admin/me", &change(PASSWORD, "a new password")).await.is(303);
    // This browser goes on, others do not.
    boss.get("/admin/me").await.is(200);
    elsewhere.get("/admin").await.is(303);
    elsewhere.sign_in("boss@example.org", PASSWORD).await.is(422);
    elsewhere.sign_in("boss@example.org", "a new password").await.is(303);
    // Guesses are slowed down as at the sign-in.
    for _ in 0..6 {
        boss.post("/admin/me", &change("guess", "a new password")).await.is(422);
    }
    boss.post("/admin/me", &change("guess", "a new password")).await.is(422).has("Too many");
}

#[each_database(tables())]
async fn pages_speak_the_readers_language_and_tell_their_time(ctx: Ctx) {
    let (site, mut boss) = managed(&ctx).await;
    let german = |browser: &Browser, path: &str| {
        browser.request(reqwest::Method::GET, path).header("accept-language", "de-CH, en;q=0.5")
    };
    let stranger = Browser::new(&site);
    let page = Page::of(german(&stranger, "/admin/sign-in").send().await.expect("an answer")).await;
    page.is(200).has("<html lang=\"de\">").has("Anmelden").lacks("Sign in");
    let page = Page::of(german(&boss, "/admin/users/new").send().await.expect("an answer")).await;
    page.is(200).has("Anlegen und noch eines");
    let page = Page::of(german(&boss, "/admin/nothing/at/all/here").send().await.expect("an answer")).await;
    page.is(404).has("Diese Seite wurde nicht gefunden.");

    let ada = user(&ctx, "ada@example.org").await;
    boss.get(&format!("/admin/users/{}", ada.id)).await.is(200).has(" UTC</time>").has("<html lang=\"en\">");
    boss.get("/admin/me").await;
    let prefer = |language: &'static str, zone: &'static str| {
        form("preferences", &[("language", language), ("time_zone", zone), ("dense", "true")])
    };
    boss.post("/admin/me", &prefer("xx", "")).await.is(422);
    boss.post("/admin/me", &prefer("de", "Mars/Olympus")).await.is(422).has("Is no time zone");
    boss.post("/admin/me", &prefer("de", "Asia/Kathmandu")).await.is(303);
    let page = boss.get(&format!("/admin/users/{}", ada.id)).await;
    page.is(200)
        .has(" +0545</time>")
        .has("Bearbeiten")
        .has("<body class=\"dense\"")
        .has("<html lang=\"de\">");
    let exact = ada.created_at.to_rfc3339_opts(entify::chrono::SecondsFormat::Micros, true);
    page.has(&exact[..19]);
    let page = boss.post("/admin/users/new", &[("email", "x")]).await;
    page.is(422).has("Muss eine E-Mail-Adresse sein.");
    boss.get("/admin/notes").await.is(403).has("Das dürfen Sie nicht.");
}

#[each_database(tables())]
async fn who_views_as_another_sees_what_they_see_and_writes_nothing(ctx: Ctx) {
    let (site, mut boss) = managed(&ctx).await;
    create_account_for(&ctx, "staff@example.org", PASSWORD, vec!["staff".into()], Some("7".into()))
        .await
        .expect("an account");
    let note = NoteService::new(&ctx).create(NoteInput::new("a note")).await.expect("a note");
    let notes = format!("/admin/notes/{}", note.id);
    boss.get(&notes).await.is(403).lacks("a note");
    let staff = account(&ctx, "staff@example.org").await.id;
    let path = format!("/admin/auth/accounts/{staff}");
    boss.get(&path).await.is(200).has("View as this account");
    boss.post(&path, &form("view", &[])).await.is(303);

    // Every page says so, with a way out.
    for page in ["/admin", "/admin/users", notes.as_str()] {
        boss.get(page)
            .await
            .is(200)
            .has("You see this as staff@example.org does.")
            .has("/admin/stop-viewing");
    }
    boss.get(&notes).await.has("a note").has("/edit\"");
    let sent = Form::of(&boss.get(&format!("{notes}/edit")).await).with("text", "changed");
    boss.submit(&format!("{notes}/edit"), &sent).await.is(403).has("which only reads");
    let ada = user(&ctx, "ada@example.org").await;
    let made = post(&ctx, "a title", &ada).await;
    for (path, fields) in [
        ("/admin/notes/new".to_owned(), vec![("text", "another")]),
        ("/admin/tags/new".to_owned(), vec![("name", "rust")]),
        (format!("/admin/posts/{}/edit", made.id), vec![("title", "changed")]),
    ] {
        boss.post(&path, &fields).await.is(403);
    }
    let confirm = boss.open(&format!("/admin/posts/{}/delete", made.id)).await;
    boss.submit(&format!("/admin/posts/{}/delete", made.id), &confirm).await.is(403);
    for page in PAGES.into_iter().chain(["/admin/me"]) {
        boss.get(page).await.is(403);
        boss.post(page, &form("password", &[("present", PASSWORD), ("new", "a new password")])).await.is(403);
    }
    assert_eq!(NoteService::new(&ctx).count(Filter::all()).await.expect("a count"), 1);
    assert_eq!(TagService::new(&ctx).count(Filter::all()).await.expect("a count"), 0);
    assert_eq!(PostService::new(&ctx).get(made.id).await.expect("the post").title, "a title");

    // Another session of the same account is not affected; stopping ends it here.
    let mut elsewhere = Browser::new(&site);
    elsewhere.sign_in("boss@example.org", PASSWORD).await.is(303);
    elsewhere.get("/admin").await.is(200).lacks("You see this as");
    boss.get("/admin").await;
    boss.post("/admin/stop-viewing", &[]).await.is(303);
    boss.get("/admin").await.is(200).lacks("You see this as");
    boss.get(&notes).await.is(403);
    boss.post("/admin/tags/new", &[("name", "rust")]).await.is(303);

    // One who has lost the role sees as itself again; an account that is disabled is not looked through.
    boss.post(&path, &form("view", &[])).await.is(303);
    let change = entify::auth::AccountPatch { active: false.into(), ..entify::auth::AccountPatch::default() };
    Service::<Account>::new(&ctx).update(staff, change).await.expect("changed");
    boss.get("/admin").await.is(200).lacks("You see this as");
}

#[each_database(tables())]
async fn the_rule_is_named_to_those_who_may_know(ctx: Ctx) {
    let (site, mut boss) = managed(&ctx).await;
    let mut plain = Browser::new(&site);
    plain.sign_in("plain@example.org", PASSWORD).await.is(303);
    boss.get("/admin/notes").await.is(403).has("href=\"/admin/why/notes\"");
    plain.get("/admin/notes").await.is(403).lacks("/admin/why");
    boss.get("/admin/why/notes")
        .await
        .is(200)
        .has("role(&#34;staff&#34;) | role(&#34;editor&#34;)")
        .has("No row")
        .has("boss@example.org");
    plain.get("/admin/why/notes").await.is(403).lacks("staff");
    // A row that may not be read is not there.
    let note = NoteService::new(&ctx).create(NoteInput::new("a note")).await.expect("a note");
    boss.get(&format!("/admin/why/notes/{}", note.id)).await.is(403).lacks("a note");
    boss.get("/admin/why/nothing").await.is(404);

    create_account(&ctx, "staff@example.org", PASSWORD, vec!["staff".into()]).await.expect("an account");
    let path = format!("/admin/auth/accounts/{}", account(&ctx, "staff@example.org").await.id);
    boss.get(&path).await;
    boss.post(&path, &form("view", &[])).await.is(303);
    let row = format!("/admin/notes/{}", note.id);
    boss.get(&row).await.is(200).has(&format!("/admin/why/notes/{}\"", note.id)).lacks("/delete\"");
    let page = boss.get(&format!("/admin/why/notes/{}", note.id)).await;
    page.is(200).has("nobody").has("Not allowed").has("staff@example.org").has("a note").lacks("Is required");
}
