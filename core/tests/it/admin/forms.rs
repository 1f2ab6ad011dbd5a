//! Rows made, changed and removed by forms.

use entify::prelude::*;
use entify::testing::each_database;

use super::{post, user};
use crate::support::browser::{signed_in, tables};
use crate::support::domain::*;

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
    browser.confirm(&format!("{at}/delete")).await.is(303);
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
    browser.confirm(&format!("/admin/tags/{}/delete", tag.id)).await.is(409).has("Nothing was deleted");
    browser.confirm(&format!("/admin/users/{}/delete", ada.id)).await.is(303);
    assert_eq!(PostService::new(&ctx).count(Filter::all()).await.expect("a count"), 0);
}

#[each_database(tables())]
async fn the_next_row_of_a_form_belongs_to_the_same(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    let ada = user(&ctx, "ada@example.org").await;
    let new = format!("/admin/posts/new?author_id={}", ada.id);
    let form = browser.open(&new).await.with("title", "one").with("_again", "1");
    let page = browser.submit(&new, &form).await;
    let next = page.is(303).header("location").to_owned();
    let page = browser.get(&next).await;
    page.is(200).has("Created.");
    assert_eq!(crate::support::browser::Form::of(&page).get("author_id"), ada.id.to_string());
}
