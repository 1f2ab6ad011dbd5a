//! Who gets in, and what a page lets no one else do.

use entify::auth::{Account, AccountPatch, create_account};
use entify::prelude::*;
use entify::testing::each_database;

use super::post;
use crate::support::browser::{Browser, PASSWORD, Page, Site, signed_in, state, tables};
use crate::support::domain::*;

#[each_database(tables())]
async fn only_the_right_accounts_get_in(ctx: Ctx) {
    let state = state(&ctx);
    create_account(&ctx, "admin@example.org", PASSWORD, vec!["admin".into()]).await.expect("an account");
    create_account(&ctx, "guest@example.org", PASSWORD, vec!["guest".into()]).await.expect("an account");
    let site = Site::start(&state, "/admin", entify::admin::endpoint(&state)).await;
    let mut browser = Browser::new(&site);

    for path in ["/admin", "/admin/users", "/admin/users/1", "/admin/users/new", "/admin/nothing/at/all/here"]
    {
        let page = browser.get(path).await;
        page.is(303);
        assert!(page.header("location").starts_with("/admin/sign-in"), "{path}");
    }
    browser.sign_in("admin@example.org", "wrong").await.is(422).has("is not right").lacks("value=\"wrong\"");
    browser.sign_in("nobody@example.org", PASSWORD).await.is(422).has("is not right");
    browser.sign_in("guest@example.org", PASSWORD).await.is(303);
    browser.get("/admin").await.is(403).has("Sign out").lacks("Posts");
    browser.post("/admin/sign-out", &[]).await.is(303);
    browser.get("/admin").await.is(303);

    let page = browser.sign_in("admin@example.org", PASSWORD).await;
    let cookie = page
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().expect("text"))
        .next()
        .expect("a cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/;"),
        "{cookie}"
    );
    browser.get("/admin").await.is(200).has("Post tags").has("admin@example.org");
    browser.post("/admin/sign-out", &[]).await.is(303);
    browser.get("/admin").await.is(303);
}

#[each_database(tables())]
async fn an_account_that_is_switched_off_is_out(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    browser.get("/admin").await.is(200);
    let patch = AccountPatch { active: false.into(), ..AccountPatch::default() };
    Service::<Account>::new(&ctx).update(Id::new(1), patch).await.expect("updated");
    browser.get("/admin").await.is(303);
    browser.sign_in("admin@example.org", PASSWORD).await.is(422);
}

#[each_database(tables())]
async fn forged_forms_are_refused(ctx: Ctx) {
    let (site, mut browser) = signed_in(&ctx).await;
    let fields = [("name", "rust")];
    browser.send("/admin/tags/new", &fields).await.is(403);
    browser.send("/admin/tags/new", &[("_csrf", "forged"), ("name", "rust")]).await.is(403);
    let token = browser.csrf.clone();
    for (header, value) in
        [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        let request = browser.request(reqwest::Method::POST, "/admin/tags/new").header(header, value);
        let request = request.form(&[("_csrf", token.as_str()), ("name", "rust")]);
        Page::of(request.send().await.expect("an answer")).await.is(403);
    }
    // The token of one session is nothing in another.
    let mut other = Browser::new(&site);
    other.sign_in("admin@example.org", PASSWORD).await.is(303);
    assert_ne!(other.csrf, token);
    other.send("/admin/tags/new", &[("_csrf", &token), ("name", "rust")]).await.is(403);
    // Nor does the sign-in form pass without the cookie it was made with.
    let stranger = Browser::new(&site);
    let form = [("_csrf", token.as_str()), ("email", "admin@example.org"), ("password", PASSWORD)];
    stranger.send("/admin/sign-in", &form).await.is(403);
    assert_eq!(TagService::new(&ctx).count(Filter::all()).await.expect("a count"), 0);
    browser.post("/admin/tags/new", &fields).await.is(303);
}

#[each_database(tables())]
async fn every_answer_is_locked_down(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    for path in [
        "/admin",
        "/admin/users",
        "/admin/users/7",
        "/admin/sign-in",
        "/admin/users/lookup?q=a",
        "/admin/users/filter",
        "/admin/users/views",
        "/admin/users/export",
        "/admin/users/import",
        "/admin/users/many/delete?_id=7",
        "/admin/search?q=a",
        "/admin/search?q=a&format=json",
    ] {
        let page = browser.get(path).await;
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert_eq!(page.header("cache-control"), "no-store, no-transform", "{path}");
        assert!(!page.header("x-request-id").is_empty());
    }
    let page = browser.get("/admin").await;
    page.lacks("<style").lacks("style=\"").lacks("onclick").lacks("http://").lacks("https://");
    let css = page
        .body
        .split("href=\"")
        .find(|part| part.starts_with("/admin/assets/admin.css"))
        .expect("a stylesheet");
    let css = browser.get(css.split('"').next().expect("an address")).await;
    css.is(200).has("--accent");
    assert!(css.header("cache-control").contains("immutable"));
    let page =
        Page::of(browser.request(reqwest::Method::DELETE, "/admin/users").send().await.expect("an answer"))
            .await;
    assert_eq!((page.status.as_u16(), page.header("allow")), (405, "GET, HEAD"));
}

#[each_database(tables())]
async fn pages_show_only_what_the_policy_allows(ctx: Ctx) {
    let state = state(&ctx);
    create_account(&ctx, "plain@example.org", PASSWORD, vec!["admin".into()]).await.expect("an account");
    create_account(&ctx, "staff@example.org", PASSWORD, vec!["admin".into(), "staff".into()])
        .await
        .expect("an account");
    let note = NoteService::new(&ctx).create(NoteInput::new("a note")).await.expect("a note");
    let site = Site::start(&state, "/admin", entify::admin::endpoint(&state)).await;

    let mut plain = Browser::new(&site);
    plain.sign_in("plain@example.org", PASSWORD).await.is(303);
    plain.get("/admin").await.lacks("/admin/notes\"");
    for path in [
        "/admin/notes".to_owned(),
        format!("/admin/notes/{}", note.id),
        format!("/admin/notes/{}/edit", note.id),
        "/admin/notes/lookup".to_owned(),
        "/admin/notes/filter".to_owned(),
        "/admin/notes/views".to_owned(),
        "/admin/notes/export".to_owned(),
        "/admin/notes/many/delete?_rows=all".to_owned(),
        "/admin/notes/many/set?_rows=all".to_owned(),
        format!("/admin/notes/many/csv?_id={}", note.id),
    ] {
        plain.get(&path).await.is(403).lacks("a note");
    }
    plain.get("/admin/search?q=note").await.is(200).lacks("a note").lacks("/admin/notes\"");
    plain.get("/admin/notes/new").await.is(200);
    plain.post("/admin/notes/new", &[("text", "another")]).await.is(303);

    let mut staff = Browser::new(&site);
    staff.sign_in("staff@example.org", PASSWORD).await.is(303);
    staff.get("/admin/notes").await.is(200).has("a note").has("another");
    staff.get(&format!("/admin/notes/{}", note.id)).await.is(200).has("/edit\"").lacks("/delete\"");
    staff.get(&format!("/admin/notes/{}/delete", note.id)).await.is(403);
    staff.get(&format!("/admin/notes/many/delete?_id={}", note.id)).await.is(403);
    staff.get("/admin/notes").await.lacks("/admin/notes/many/delete").has("/admin/notes/many/set");
    staff.post(&format!("/admin/notes/{}/delete", note.id), &[]).await.is(403);
}

#[each_database(tables())]
async fn tokens_do_not_open_the_admin(ctx: Ctx) {
    let state = state(&ctx);
    let (_, plain) =
        entify::auth::create_token(&ctx, "api", vec!["admin".into()], None).await.expect("a token");
    let site = Site::start(&state, "/admin", entify::admin::endpoint(&state)).await;
    let browser = Browser::new(&site);
    let request = browser.request(reqwest::Method::GET, "/admin").bearer_auth(plain);
    Page::of(request.send().await.expect("an answer")).await.is(303);
    assert_eq!(ctx.with_principal(Principal::Anonymous).principal().id(), "anonymous");
}

#[each_database(tables())]
async fn what_is_stored_is_shown_as_text(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let evil = "<script>alert('1')</script>\"><img src=x>";
    let ada = UserService::new(&ctx)
        .create(UserInput { nickname: Some(evil.into()), ..UserInput::new("a@b.org") })
        .await
        .expect("a user");
    let made = post(&ctx, evil, &ada).await;
    for path in [
        "/admin/posts".to_owned(),
        format!("/admin/posts/{}", made.id),
        format!("/admin/posts/{}/edit", made.id),
        format!("/admin/posts/{}/delete", made.id),
        format!("/admin/users/{}", ada.id),
        "/admin/posts?q=%3Cscript%3E".to_owned(),
        "/admin/posts?f.title=%3Cscript%3E&cols=title".to_owned(),
        "/admin/posts/filter?f.title=%3Cscript%3E".to_owned(),
        "/admin/posts/views?list=f.title%3D%253Cscript%253E".to_owned(),
        format!("/admin/posts/many/delete?_id={}", made.id),
        format!("/admin/posts/many/set?_field=title&_id={}", made.id),
        "/admin/search?q=%3Cscript%3E".to_owned(),
        "/admin/sign-in?next=%22%3E%3Cscript%3E".to_owned(),
    ] {
        browser.get(&path).await.is(200).lacks("<script>").lacks("<img src=x");
    }
    browser.get("/admin").await;
    let page = browser.get("/admin/posts/lookup?q=script").await;
    assert_eq!(page.header("content-type"), "application/json");
    let page = browser.post("/admin/users/new", &[("email", evil)]).await;
    page.is(422).lacks("<script>");
}
