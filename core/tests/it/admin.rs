//! The admin through a real server, on both databases.

use entify::auth::{Account, AccountPatch, create_account};
use entify::prelude::*;
use entify::principal::Principal;
use entify::testing::each_database;

use crate::domain::*;
use crate::site::{Browser, PASSWORD, Page, Site, signed_in, state, tables};

async fn user(ctx: &Ctx, email: &str) -> UserModel {
    UserService::new(ctx).create(UserInput::new(email)).await.expect("a user")
}

async fn post(ctx: &Ctx, title: &str, author: &UserModel) -> PostModel {
    PostService::new(ctx).create(PostInput::new(title, author.id)).await.expect("a post")
}

/// The address of the link with this text.
fn href(page: &Page, text: &str) -> String {
    let end = page.body.find(&format!("\">{text}</a>")).unwrap_or_else(|| panic!("no {text}: {}", page.body));
    let start = page.body[..end].rfind("href=\"").expect("an address") + 6;
    page.body[start..end].replace("&#38;", "&").replace("&amp;", "&")
}

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
    for path in ["/admin", "/admin/users", "/admin/users/7", "/admin/sign-in", "/admin/users/lookup?q=a"] {
        let page = browser.get(path).await;
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
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
async fn rows_are_made_changed_and_removed(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    browser.get("/admin/posts/new").await.is(200).has("New post").has("ada@example.org");
    let author = ada.id.to_string();
    let page = browser
        .post(
            "/admin/posts/new",
            &[
                ("title", "Notes"),
                ("body", "one\r\ntwo"),
                ("stars", "4"),
                ("price", "9.90"),
                ("published_at", "2024-12-31T23:59"),
                ("author_id", &author),
                ("reviewer_id", ""),
            ],
        )
        .await;
    page.is(303);
    let at = page.header("location").split('?').next().expect("a path").to_owned();
    browser
        .get(page.header("location"))
        .await
        .is(200)
        .has("Created.")
        .has("Notes")
        .has("9.90")
        .has("2024-12-31 23:59:00 UTC")
        .has(&format!("<a href=\"/admin/users/{author}\">ada@example.org</a>"));
    let made = PostService::new(&ctx).list(Query::default()).await.expect("posts").items.remove(0);
    assert_eq!((made.body.as_str(), made.stars, made.price.to_string()), ("one\ntwo", 4, "9.90".to_owned()));

    browser
        .get(&format!("{at}/edit"))
        .await
        .is(200)
        .has("value=\"Notes\"")
        .has("value=\"2024-12-31T23:59:00\"");
    browser
        .post(&format!("{at}/edit"), &[("title", "Letters"), ("stars", "4"), ("published_at", "")])
        .await
        .is(303);
    let changed = PostService::new(&ctx).get(made.id).await.expect("the post");
    assert_eq!((changed.title.as_str(), changed.published_at), ("Letters", None));

    browser.get(&format!("{at}/delete")).await.is(200).has("Letters").has("No other rows");
    browser.post(&format!("{at}/delete"), &[]).await.is(303);
    browser.get(&at).await.is(404);
    browser.post(&format!("{at}/delete"), &[]).await.is(404);
}

#[each_database(tables())]
async fn every_error_stands_beside_its_field(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    user(&ctx, "ada@example.org").await;
    let page = browser
        .post(
            "/admin/users/new",
            &[
                ("email", "no address"),
                ("status", "asleep"),
                ("nickname", &"x".repeat(65)),
                ("password", "s3cret"),
            ],
        )
        .await;
    page.is(422).has("4 values need");
    for (field, message) in [
        ("email", "Must be"),
        ("status", "Must be one of"),
        ("nickname", "at most 64"),
        ("password", "at least 8"),
    ] {
        assert!(page.field(field).contains(message), "{field}: {}", page.field(field));
    }
    assert!(page.field("email").contains("value=\"no address\""), "kept");
    page.lacks("s3cret");

    let page = browser.post("/admin/users/new", &[("email", "ada@example.org")]).await;
    page.is(422);
    assert!(page.field("email").contains("class=\"errors\""), "{}", page.field("email"));
    let page = browser
        .post("/admin/posts/new", &[("title", "a"), ("stars", "99999999999999999999"), ("author_id", "4711")])
        .await;
    page.is(422);
    assert!(page.field("stars").contains("out of range"));
    let page = browser.post("/admin/posts/new", &[("title", "a"), ("author_id", "4711")]).await;
    page.is(422);
    assert!(page.field("author_id").contains("class=\"errors\""), "{}", page.body);
    let page = browser.post("/admin/posts/new", &[("title", "a")]).await;
    assert!(page.is(422).field("author_id").contains("Is required."));
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

#[each_database(tables())]
async fn lists_are_searched_sorted_filtered_and_paged(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    for number in 0..60 {
        post(&ctx, &format!("Post {number:02}"), &ada).await;
    }
    let mut page = browser.get("/admin/posts?sort=title").await;
    let mut seen = Vec::new();
    loop {
        page.is(200);
        let titles = page.body.match_indices(">Post ").map(|(at, _)| page.body[at + 1..at + 8].to_owned());
        seen.extend(titles.filter(|title| title.ends_with(|letter: char| letter.is_ascii_digit())));
        if !page.body.contains("rel=\"next\"") {
            break;
        }
        page = browser.get(&href(&page, "Next →")).await;
    }
    assert_eq!(seen, (0..60).map(|number| format!("Post {number:02}")).collect::<Vec<_>>());
    let back = browser.get(&href(&page, "← Previous")).await;
    back.is(200).has("Post 25").has("Post 49").lacks("Post 50").lacks("Post 24");

    browser.get("/admin/posts?sort=-title").await.has("Post 59").lacks("Post 34").has("descending");
    browser.get("/admin/posts?q=42").await.is(200).has("Post 42").lacks("Post 41");
    browser.get("/admin/posts?q=zebra").await.is(200).has("Nothing matches");
    browser
        .get(&format!("/admin/posts?f.author_id={}", ada.id))
        .await
        .is(200)
        .has("Post 00")
        .has("Author: <strong>ada@example.org");
    browser.get("/admin/posts?f.author_id=999").await.is(200).lacks("Post 00");
    browser.get("/admin/users?f.status=blocked").await.is(200).lacks(">ada@example.org");
    browser.get("/admin/users?f.status=active").await.is(200).has(">ada@example.org");
    browser.get(&format!("/admin/users/{}", ada.id)).await.is(200).has("Post 00").has("There are more");
}

#[each_database(tables())]
async fn labels_cost_one_statement_a_column(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    for number in 0..20 {
        let author = user(&ctx, &format!("u{number}@example.org")).await;
        post(&ctx, &format!("Post {number}"), &author).await;
    }
    let before = ctx.db().statements();
    browser.get("/admin/posts").await.is(200).has("u0@example.org");
    // The session, its account, the page, and one for the authors.
    assert!(ctx.db().statements() - before <= 5, "{}", ctx.db().statements() - before);
}

#[each_database(tables())]
async fn bad_requests_are_answered_cleanly(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    for _ in 0..30 {
        post(&ctx, "a", &ada).await;
    }
    for path in [
        "/admin/nothing",
        "/admin/users/0",
        "/admin/users/abc",
        "/admin/users/99999999999999999999",
        "/admin/users/-1/edit",
        "/admin/users/%00",
        "/admin/users/1/2/3",
        "/admin/entify-accounts",
        "/admin/accounts",
        "/admin/everythings/1",
        "/admin/users/9/delete",
        "/admin/assets/other.css",
    ] {
        browser.get(path).await.is(404).has("Not found");
    }
    for path in [
        "/admin/posts?sort=nothing",
        "/admin/posts?sort=body",
        "/admin/posts?f.nothing=1",
        "/admin/posts?f.author_id=abc",
        "/admin/posts?after=nonsense",
        "/admin/posts?before=AAAA",
        "/admin/posts?q=%00",
        "/admin/posts?q=%FF",
        "/admin/users?f.password=a",
        "/admin/users?sort=password",
        "/admin/users?f.status=asleep",
    ] {
        browser.get(path).await.is(400);
    }
    let long = format!("/admin/posts?q={}", "x".repeat(500));
    browser.get(&long).await.is(400);
    let next = href(&browser.get("/admin/posts").await, "Next →");
    browser.get(&next).await.is(200);
    browser.get(&format!("{next}A")).await.is(400);
    browser.get(&format!("{next}&sort=title")).await.is(400);
    browser.post("/admin/posts/new", &[("title", "a\0b"), ("author_id", "1")]).await.is(422);
    browser.post("/admin/users/4711/edit", &[("email", "x@y.org")]).await.is(404);
    let huge = "x".repeat(5 * 1024 * 1024);
    browser.post("/admin/posts/new", &[("title", &huge)]).await.is(413);
    let request = browser
        .request(reqwest::Method::POST, "/admin/posts/new")
        .header("content-type", "application/json")
        .body("{}");
    Page::of(request.send().await.expect("an answer")).await.is(400);
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
    ] {
        plain.get(&path).await.is(403).lacks("a note");
    }
    plain.get("/admin/notes/new").await.is(200);
    plain.post("/admin/notes/new", &[("text", "another")]).await.is(303);

    let mut staff = Browser::new(&site);
    staff.sign_in("staff@example.org", PASSWORD).await.is(303);
    staff.get("/admin/notes").await.is(200).has("a note").has("another");
    staff.get(&format!("/admin/notes/{}", note.id)).await.is(200).has("/edit\"").lacks("/delete\"");
    staff.get(&format!("/admin/notes/{}/delete", note.id)).await.is(403);
    staff.post(&format!("/admin/notes/{}/delete", note.id), &[]).await.is(403);
}

#[each_database(tables())]
async fn deleting_says_what_it_does(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    let made = post(&ctx, "a", &ada).await;
    let tag = TagService::new(&ctx).create(TagInput::new("rust")).await.expect("a tag");
    PostTagService::new(&ctx).create(PostTagInput::new(made.id, tag.id)).await.expect("a link");
    browser
        .get(&format!("/admin/users/{}/delete", ada.id))
        .await
        .is(200)
        .has("<strong>1</strong> post (Author) will be deleted too");
    browser.get(&format!("/admin/tags/{}/delete", tag.id)).await.is(200).has("stands in the way");
    browser.post(&format!("/admin/tags/{}/delete", tag.id), &[]).await.is(409).has("Nothing was deleted");
    browser.post(&format!("/admin/users/{}/delete", ada.id), &[]).await.is(303);
    assert_eq!(PostService::new(&ctx).count(Filter::all()).await.expect("a count"), 0);
}

#[each_database(tables())]
async fn every_type_goes_through_a_form(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    browser.get("/admin/everythings/new").await.is(200);
    let fields = [
        ("text", "a \"quoted\" text"),
        ("flag", "true"),
        ("small", "-32768"),
        ("medium", "7"),
        ("large", "9223372036854775807"),
        ("single", "1.5"),
        ("double", "-0.25"),
        ("exact", "123456789.000000001"),
        ("unique_id", "0190163d-8694-739b-aea5-966c26f8ad91"),
        ("day", "2024-02-29"),
        ("hour", "23:59"),
        ("moment", "2024-02-29T12:30:45.123456Z"),
        ("json", "{\"a\": [1, null]}"),
        ("bytes", "AAEC"),
        ("status", "on_hold"),
        ("texts", "[\"a\", \"b\"]"),
        ("numbers", "[1, 2]"),
        ("choices", "[\"active\"]"),
        ("maybe_text", ""),
        ("maybe_flag", ""),
        ("maybe_json", ""),
    ];
    let page = browser.post("/admin/everythings/new", &fields).await;
    page.is(303);
    let at = page.header("location").split('?').next().expect("a path").to_owned();
    let made = EverythingService::new(&ctx).list(Query::default()).await.expect("rows").items.remove(0);
    assert_eq!((made.large, made.exact.to_string().as_str()), (i64::MAX, "123456789.000000001"));
    assert_eq!((made.maybe_text.as_ref(), made.maybe_flag), (None, None));
    browser
        .get(&at)
        .await
        .is(200)
        .has("3 bytes: 00 01 02")
        .has("On hold")
        .has("2024-02-29 12:30:45.123456 UTC");

    // Sending the form as it is shown changes nothing, down to the microsecond.
    let page = browser.get(&format!("{at}/edit")).await;
    page.is(200).has("2024-02-29T12:30:45.123456Z");
    browser
        .post(
            &format!("{at}/edit"),
            &[
                ("moment", "2024-02-29T12:30:45.123456Z"),
                ("hour", "23:59:00"),
                ("flag", "false"),
                ("flag", "true"),
                ("json", "{\r\n  \"a\": [\r\n    1,\r\n    null\r\n  ]\r\n}"),
            ],
        )
        .await
        .is(303);
    let same = EverythingService::new(&ctx).get(made.id).await.expect("the row");
    assert_eq!(same, made);
    browser
        .post(&format!("{at}/edit"), &[("maybe_flag", "false"), ("maybe_texts", "[]"), ("flag", "false")])
        .await
        .is(303);
    let changed = EverythingService::new(&ctx).get(made.id).await.expect("the row");
    assert_eq!((changed.maybe_flag, changed.maybe_texts, changed.flag), (Some(false), Some(vec![]), false));

    let page = browser
        .post(
            &format!("{at}/edit"),
            &[
                ("day", ""),
                ("moment", "soon"),
                ("bytes", "%"),
                ("json", "{"),
                ("numbers", "[\"a\"]"),
                ("large", "1.5"),
            ],
        )
        .await;
    page.is(422).has("6 values need");
    for field in ["day", "moment", "bytes", "json", "numbers", "large"] {
        assert!(page.field(field).contains("class=\"errors\""), "{field}");
    }
    assert!(page.field("moment").contains("value=\"soon\""), "kept");
}

#[each_database(tables())]
async fn an_empty_password_is_left_alone(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = UserService::new(&ctx)
        .create(UserInput { password: Some("a password".into()), ..UserInput::new("a@b.org") })
        .await
        .expect("a user");
    let edit = format!("/admin/users/{}/edit", ada.id);
    browser.get(&edit).await.is(200).has("type=\"password\" value=\"\"").lacks("argon2");
    browser.post(&edit, &[("nickname", "ada"), ("password", "")]).await.is(303);
    let kept = UserService::new(&ctx).get(ada.id).await.expect("the user");
    assert_eq!(kept.nickname.as_deref(), Some("ada"));
    assert!(kept.password.expect("a password").verify("a password").await.expect("verified"));
    browser.post(&edit, &[("password", "another one")]).await.is(303);
    let changed = UserService::new(&ctx).get(ada.id).await.expect("the user");
    assert!(changed.password.expect("a password").verify("another one").await.expect("verified"));
    browser.get(&format!("/admin/users/{}", ada.id)).await.lacks("argon2").lacks("Password");
}

#[each_database(tables())]
async fn pickers_work_without_a_script(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    for number in 0..60 {
        user(&ctx, &format!("user{number:02}@example.org")).await;
    }
    let page = browser.get("/admin/posts/new").await;
    assert!(page.field("author_id").contains("data-lookup=\"/admin/users/lookup\""));
    let page = browser
        .post(
            "/admin/posts/new",
            &[("title", "kept"), ("_find", "author_id"), ("_words.author_id", "user42")],
        )
        .await;
    page.is(200).has("value=\"kept\"");
    assert!(page.field("author_id").contains(">user42@example.org</option>"), "{}", page.field("author_id"));
    assert_eq!(PostService::new(&ctx).count(Filter::all()).await.expect("a count"), 0);
    let page = browser.get("/admin/users/lookup?q=user07").await;
    page.is(200).has("\"label\":\"user07@example.org\"").lacks("user08");
    browser.get("/admin/users/lookup?q=%00").await.is(400);
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
