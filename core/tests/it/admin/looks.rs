//! What an application adds to the admin: its name and colours, tiles, pages and views of its own.

use entify::admin::{AdminView, Content, Tile};
use entify::auth;
use entify::config::Settings;
use entify::entity::Registry;
use entify::prelude::*;
use entify::server::AppState;
use entify::testing::{TestDb, each_database, serve};

use super::{post, user};
use crate::support::browser::{Browser, PASSWORD, Site, tables};
use crate::support::domain::*;

/// Titles with their length beside them, the length and the author's address in a panel; posts without stars are not listed.
struct PostView;

impl AdminView<Post> for PostView {
    fn columns(&self) -> &'static [&'static str] {
        &["Letters", "Shouted"]
    }

    async fn cells(&self, _: &Ctx, rows: &[PostModel]) -> entify::Result<Vec<Vec<String>>> {
        let cells = |row: &PostModel| vec![row.title.len().to_string(), row.title.to_uppercase()];
        Ok(rows.iter().map(cells).collect())
    }

    async fn panel(&self, ctx: &Ctx, row: &PostModel) -> entify::Result<Option<(String, Content)>> {
        let author = UserService::new(ctx).get(row.author_id).await?;
        let content = Content::new()
            .fact("Author", author.email)
            .link("outside", "https://evil.example")
            .link("inside", "/admin/users")
            .chart("Letters", [(row.title.clone(), row.title.len() as f64)]);
        Ok(Some(("Numbers".to_owned(), content)))
    }

    fn scope(&self, _: &Ctx) -> Option<Filter<Post>> {
        Some(Post::stars().gt(0))
    }
}

/// A view whose code does not work.
struct BrokenView;

impl AdminView<User> for BrokenView {
    fn columns(&self) -> &'static [&'static str] {
        &["Broken"]
    }

    async fn cells(&self, _: &Ctx, _: &[UserModel]) -> entify::Result<Vec<Vec<String>>> {
        panic!("broken on purpose")
    }

    async fn panel(&self, _: &Ctx, _: &UserModel) -> entify::Result<Option<(String, Content)>> {
        Err(Error::internal("broken on purpose"))
    }
}

fn app() -> App {
    App::new(all())
        .title("Music <b>store")
        .accent("#ffff00")
        .logo("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")
        .tile(Tile::number("Posts", |ctx| async move { PostService::new(&ctx).count(Filter::all()).await }))
        .tile(Tile::list("Newest", |ctx| async move {
            let posts = PostService::new(&ctx).list(Query::default().first(3)).await?.items;
            Ok(posts.into_iter().map(|post| (post.title, format!("/admin/posts/{}", post.id))).collect())
        }))
        .tile(Tile::chart("Chart", |_| async { Ok(vec![("<i>Jan", 2.0), ("Feb", 1.0)]) }))
        .tile(Tile::number("Notes", |ctx| async move { NoteService::new(&ctx).count(Filter::all()).await }))
        .tile(Tile::number("Broken", |_| async { Err::<u8, _>(Error::internal("broken on purpose")) }))
        .admin_page("open", "Open <posts>", |ctx| async move {
            let count = PostService::new(&ctx).count(Filter::all()).await?;
            Ok(Content::new().text("<script>x</script>").fact("Posts", count).table(["A"], [["<b>1"]]))
        })
        .admin_page("staff", "Staff only", |ctx| async move {
            let notes = NoteService::new(&ctx).count(Filter::all()).await?;
            Ok(Content::new().fact("Notes", notes))
        })
        .admin_view(PostView)
        .admin_view(BrokenView)
}

async fn open(test: &TestDb) -> (Site, Browser) {
    auth::create_account(&test.ctx(), "admin@example.org", PASSWORD, vec!["admin".into()])
        .await
        .expect("an account");
    let site = Site { url: format!("http://{}", serve(app(), test).await) };
    let mut browser = Browser::new(&site);
    browser.sign_in("admin@example.org", PASSWORD).await.is(303);
    (site, browser)
}

#[each_database(tables())]
async fn the_overview_has_counts_and_the_applications_tiles(test: TestDb) {
    let (_site, mut browser) = open(&test).await;
    let ctx = test.ctx();
    let ada = user(&ctx, "ada@example.org").await;
    post(&ctx, "<em>first", &ada).await;
    let page = browser.get("/admin").await;
    page.is(200)
        .has("<title>Overview · Music &#60;b&#62;store</title>")
        .has("<p class=\"figure\">1</p>")
        .has("&#60;em&#62;first</a>")
        .has("&#60;i&#62;Jan: 2")
        .has("This is not available now")
        .lacks("broken on purpose")
        // Staff may read notes, and this account is none.
        .lacks("<h2>Notes</h2>")
        .has("<span class=\"count\">1</span>")
        .has("href=\"/admin/own/open\"");
    let accent =
        page.body.split('"').find(|part| part.starts_with("/admin/assets/accent.css")).expect("a colour");
    browser.get(accent).await.is(200).has("--accent:#666600;--accent-ink:#ffffff");
    let logo = page.body.split('"').find(|part| part.starts_with("/admin/assets/logo.svg")).expect("a logo");
    let logo = browser.get(logo).await;
    assert_eq!(logo.is(200).header("content-type"), "image/svg+xml");
    assert!(logo.header("content-security-policy").contains("script-src 'self'"));
    for id in 0..101 {
        user(&ctx, &format!("user{id}@example.org")).await;
    }
    browser.get("/admin").await.is(200).has("<span class=\"count\">100+</span>");
}

#[each_database(tables())]
async fn own_pages_are_made_for_who_asks(test: TestDb) {
    let (site, mut browser) = open(&test).await;
    browser
        .get("/admin/own/open")
        .await
        .is(200)
        .has("<h1>Open &#60;posts&#62;</h1>")
        .has("&#60;script&#62;x")
        .has("&#60;b&#62;1")
        .lacks("<script>x");
    browser.get("/admin/own/staff").await.is(403).lacks("Notes</span>");
    browser.get("/admin/own/nothing").await.is(404);
    browser.get("/admin/own").await.is(404);
    browser.post("/admin/own/open", &[]).await.is(405);
    Browser::new(&site).get("/admin/own/open").await.is(303);
}

#[each_database(tables())]
async fn views_add_columns_a_panel_and_a_scope(test: TestDb) {
    let (_site, mut browser) = open(&test).await;
    let ctx = test.ctx();
    let ada = user(&ctx, "ada@example.org").await;
    let starred = PostInput { stars: Some(3), ..PostInput::new("a title", ada.id) };
    let starred = PostService::new(&ctx).create(starred).await.expect("a post");
    let plain = post(&ctx, "unlisted", &ada).await;
    browser
        .get("/admin/posts")
        .await
        .is(200)
        .has("<th scope=\"col\">Letters</th><th scope=\"col\">Shouted</th>")
        .has("<td>7</td><td>A TITLE</td>")
        .lacks("unlisted");
    browser
        .get(&format!("/admin/posts/{}", starred.id))
        .await
        .is(200)
        .has("<h2>Numbers</h2>")
        .has("ada@example.org</strong>")
        .has("href=\"/admin/users\"")
        .lacks("evil.example")
        .has("<rect");
    // A scope is no policy: the row has its page.
    browser.get(&format!("/admin/posts/{}", plain.id)).await.is(200).has("UNLISTED".to_lowercase().as_str());
    // What fails is left out, and the page is there.
    browser.get("/admin/users").await.is(200).has("ada@example.org").has("Broken").lacks("on purpose");
    browser.get(&format!("/admin/users/{}", ada.id)).await.is(200).lacks("on purpose");
}

#[each_database(tables())]
async fn a_banner_stands_on_every_page(test: TestDb) {
    let settings = Settings { admin_banner: Some("Staging <1>".to_owned()), ..Settings::default() };
    let state = crate::support::browser::state_with(&test.ctx(), settings);
    let site = Site::start(&state, "/admin", entify::admin::endpoint(&state)).await;
    let mut browser = Browser::new(&site);
    browser.get("/admin/sign-in").await.is(200).has("<p class=\"banner\">Staging &#60;1&#62;</p>");
}

#[each_database(tables())]
async fn what_cannot_be_is_told_at_the_start(test: TestDb) {
    let state = crate::support::browser::state_with(&test.ctx(), Settings::default());
    let nothing = || |_| async { Ok(Content::new()) };
    for (app, why) in [
        (App::new(all()).accent("red"), "the accent colour must be like `#1a7f5a`, not `red`"),
        (App::new(all()).admin_page("Open Posts", "x", nothing()), "called like `open-invoices`"),
        (App::new(all()).admin_page("x", "x", nothing()).admin_page("x", "y", nothing()), "two pages"),
    ] {
        let error = app.into_endpoint(&state).err().expect("refused").to_string();
        assert!(error.contains(why), "{error}");
    }
    let registry = Registry::new(&entities![Everything]).expect("a registry");
    let other = AppState::with_settings(registry, test.ctx().db().clone(), b"a secret", Settings::default());
    let app = App::new(entities![Everything]).admin_view(NoteView);
    let error = app.into_endpoint(&other).err().expect("refused").to_string();
    assert!(error.contains("view of `Note`"), "{error}");
}

struct NoteView;

impl AdminView<Note> for NoteView {}
