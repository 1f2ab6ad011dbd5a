//! Lists: searched, sorted, filtered and paged.

use entify::prelude::*;
use entify::testing::each_database;

use super::{href, post, user};
use crate::support::browser::{Page, signed_in, tables};

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
