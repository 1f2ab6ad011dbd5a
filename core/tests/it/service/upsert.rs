//! Rows that may be there already.

use std::collections::HashSet;

use entify::ctx::Clock;
use entify::error::{Error, FieldError};
use entify::prelude::*;
use entify::testing::each_database;

use crate::support::domain::*;

fn fields(error: &Error) -> Vec<(String, &'static str)> {
    error.fields().iter().map(|FieldError { field, code, .. }| (field.to_string(), *code)).collect()
}

fn named(email: &str, nickname: &str) -> UserInput {
    UserInput { nickname: Some(nickname.to_owned()), ..UserInput::new(email) }
}

#[each_database(all())]
async fn an_upsert_makes_or_changes_in_one_statement(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let before = ctx.db().statements();
    let input = UserInput { status: Some(Status::Blocked), ..named("ada@example.org", "Ada") };
    let made = users.upsert(User::email(), input).await.expect("a user");
    assert_eq!((made.nickname.as_deref(), made.status), (Some("Ada"), Status::Blocked));
    let changed = users.upsert(User::email(), named("ada@example.org", "Countess")).await.expect("the user");
    assert_eq!(ctx.db().statements() - before, 2);
    assert_eq!((changed.id, changed.created_at), (made.id, made.created_at), "the key and its birth stay");
    assert_eq!(changed.nickname.as_deref(), Some("Countess"));
    assert_eq!(changed.status, Status::Blocked, "a default is for new rows");
    assert!(changed.updated_at > made.updated_at);

    let same = users.upsert(User::email(), named("ada@example.org", "Countess")).await.expect("the user");
    assert_eq!(same, changed, "nothing changed, so `updated_at` stays");
    let bare = users.upsert(User::email(), UserInput::new("ada@example.org")).await.expect("the user");
    assert_eq!(bare, changed, "nothing is set");
    assert_eq!(users.count(Filter::all()).await, Ok(1));
}

#[each_database(all())]
async fn a_rule_over_several_fields_serves_in_any_order(ctx: Ctx) {
    let author = UserService::new(&ctx).create(UserInput::new("ada@example.org")).await.expect("a user");
    let post = PostService::new(&ctx).create(PostInput::new("x", author.id)).await.expect("a post");
    let tag = TagService::new(&ctx).create(TagInput::new("rust")).await.expect("a tag");
    let links = PostTagService::new(&ctx);
    let input = || PostTagInput::new(post.id, tag.id);
    let made = links.upsert((PostTag::post(), PostTag::tag()), input()).await.expect("a link");
    let again = links.upsert((PostTag::tag_id(), PostTag::post_id()), input()).await.expect("the link");
    assert_eq!(again, made);
    let (found, created) =
        links.get_or_create((PostTag::post(), PostTag::tag()), input()).await.expect("the link");
    assert_eq!((found, created), (made, false));
    let error = links
        .upsert((PostTag::post(), PostTag::tag()), PostTagInput::new(404, tag.id))
        .await
        .expect_err("no post");
    assert_eq!(fields(&error), [("post_id".to_owned(), "reference")]);
}

#[each_database(all())]
async fn only_a_unique_rule_finds_a_row(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let input = || UserInput::new("ada@example.org");
    let error = users.upsert(User::nickname(), input()).await.expect_err("no rule");
    assert_eq!(error.code(), "BAD_REQUEST");
    assert_eq!(
        error.to_string(),
        "User has no unique rule over `nickname`; rows are found by one of `id`; `email`"
    );
    for error in [
        users.upsert((User::email(), User::nickname()), input()).await.expect_err("too much"),
        users.upsert_many(User::nickname(), [input()]).await.map(drop).expect_err("no rule"),
        users.get_or_create(User::nickname(), input()).await.map(drop).expect_err("no rule"),
    ] {
        assert_eq!(error.code(), "BAD_REQUEST");
    }
    let error = PostTagService::new(&ctx)
        .upsert(PostTag::post(), PostTagInput::new(1, 1))
        .await
        .expect_err("half a rule");
    assert_eq!(
        error.to_string(),
        "PostTag has no unique rule over `post_id`; rows are found by one of `id`; `post_id, tag_id`"
    );
    // An input has no key of its own, so nothing is found by it.
    let error = users.upsert(User::id(), input()).await.expect_err("no key");
    assert_eq!((error.code(), fields(&error)), ("VALIDATION_FAILED", vec![("id".to_owned(), "required")]));
    let error = users.upsert(User::email(), UserInput::new("none")).await.expect_err("a broken rule");
    assert_eq!(fields(&error), [("email".to_owned(), "format")]);
}

#[each_database(all())]
async fn many_are_made_or_changed_by_one_statement(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let old = users
        .create(UserInput { status: Some(Status::OnHold), ..named("b@example.org", "old") })
        .await
        .expect("a user");
    let before = ctx.db().statements();
    let inputs = [named("a@example.org", "a"), named("b@example.org", "b"), named("c@example.org", "c")];
    let rows = users.upsert_many(User::email(), inputs.clone()).await.expect("users");
    assert_eq!(ctx.db().statements() - before, 1);
    let shown: Vec<_> = rows.iter().map(|user| (user.email.as_str(), user.nickname.as_deref())).collect();
    assert_eq!(
        shown,
        [("a@example.org", Some("a")), ("b@example.org", Some("b")), ("c@example.org", Some("c"))]
    );
    assert_eq!((rows[1].id, rows[1].created_at, rows[1].status), (old.id, old.created_at, Status::OnHold));
    assert_eq!(users.upsert_many(User::email(), inputs).await.expect("again"), rows);

    let twice = [named("x@example.org", "1"), named("y@example.org", "2"), named("x@example.org", "3")];
    let error = users.upsert_many(User::email(), twice).await.expect_err("the same row twice");
    assert_eq!(
        (error.code(), fields(&error)),
        ("VALIDATION_FAILED", vec![("items.2.email".to_owned(), "repeated")])
    );
    assert_eq!(error.to_string(), "items.2.email: repeats item 0; send each row once");
    let bad = [named("x@example.org", "1"), named("none", "2")];
    let error = users.upsert_many(User::email(), bad).await.expect_err("a broken rule");
    assert_eq!(fields(&error), [("items.1.email".to_owned(), "format")]);
    assert_eq!(users.count(Filter::all()).await, Ok(3));
    assert_eq!(users.upsert_many(User::email(), []).await, Ok(Vec::new()));
}

#[each_database(all())]
async fn inputs_that_set_different_fields_keep_what_they_leave_out(ctx: Ctx) {
    let users = UserService::new(&ctx);
    users.create_many([named("a@example.org", "a"), named("b@example.org", "b")]).await.expect("users");
    let held = UserInput { status: Some(Status::OnHold), ..UserInput::new("a@example.org") };
    let rows = users.upsert_many(User::email(), [held, named("b@example.org", "bb")]).await.expect("users");
    let shown: Vec<_> = rows.iter().map(|user| (user.nickname.as_deref(), user.status)).collect();
    assert_eq!(shown, [(Some("a"), Status::OnHold), (Some("bb"), Status::Active)]);
}

#[each_database(all())]
async fn rows_of_one_shape_go_together_wherever_they_stand(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let address = |number: usize| format!("user{number}@example.org");
    let input = |number: usize| match number % 3 {
        0 => named(&address(number), "nick"),
        _ => UserInput::new(address(number)),
    };
    let before = ctx.db().statements();
    let rows = users.upsert_many(User::email(), (0..9).map(input)).await.expect("users");
    assert_eq!(ctx.db().statements() - before, 2);
    let emails: Vec<_> = rows.iter().map(|user| user.email.clone()).collect();
    assert_eq!(emails, (0..9).map(address).collect::<Vec<_>>());
    let nicknamed = rows.iter().map(|user| user.nickname.is_some());
    assert!(nicknamed.eq((0..9).map(|number| number % 3 == 0)));
    let mut inputs: Vec<_> = (0..9).map(input).collect();
    inputs[4].email = "none".to_owned();
    let error = users.upsert_many(User::email(), inputs).await.expect_err("a broken rule");
    assert_eq!(fields(&error), [("items.4.email".to_owned(), "format")]);
}

#[each_database(all())]
async fn get_or_create_leaves_what_is_there(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let (made, created) =
        users.get_or_create(User::email(), named("ada@example.org", "Ada")).await.expect("a user");
    assert!(created);
    let before = ctx.db().statements();
    let (found, created) =
        users.get_or_create(User::email(), named("ada@example.org", "other")).await.expect("the user");
    assert_eq!((found, created), (made, false));
    assert_eq!(ctx.db().statements() - before, 1, "one look, no write");
    let input = UserInput { password: Some("short".into()), ..UserInput::new("ada@example.org") };
    let error = users.get_or_create(User::email(), input).await.expect_err("a broken rule");
    assert_eq!(fields(&error), [("password".to_owned(), "too_short")]);
}

#[each_database(all())]
async fn a_uuid_key_is_kept_and_the_time_is_the_clocks(ctx: Ctx) {
    let time = DateTime::<Utc>::from_timestamp(1_000_000, 0).expect("a time");
    let ctx = ctx.with_clock(Clock::Fixed(time));
    let made =
        UserService::new(&ctx).upsert(User::email(), named("ada@example.org", "a")).await.expect("a user");
    let later = ctx.with_clock(Clock::Fixed(time + std::time::Duration::from_secs(5)));
    let changed = UserService::new(&later)
        .upsert(User::email(), named("ada@example.org", "b"))
        .await
        .expect("the user");
    assert_eq!((made.created_at, made.updated_at), (time, time));
    assert_eq!((changed.created_at, changed.updated_at), (time, time + std::time::Duration::from_secs(5)));
}

#[each_database(all())]
async fn get_or_create_is_atomic(ctx: Ctx) {
    for round in 0..5 {
        let name = format!("t{}", "x".repeat(round));
        let asked = (0..32).map(|_| {
            let (ctx, name) = (ctx.clone(), name.clone());
            tokio::spawn(async move {
                TagService::new(&ctx).get_or_create(Tag::name(), TagInput::new(name)).await
            })
        });
        let asked: Vec<_> = asked.collect();
        let mut answers = Vec::new();
        for task in asked {
            answers.push(task.await.expect("a task").expect("a tag"));
        }
        let ids: HashSet<_> = answers.iter().map(|(tag, _)| tag.id).collect();
        assert_eq!((ids.len(), answers.iter().filter(|(_, created)| *created).count()), (1, 1));
    }
    assert_eq!(TagService::new(&ctx).count(Filter::all()).await, Ok(5));
}

#[each_database(all())]
async fn upserts_of_one_row_do_not_meet_a_conflict(ctx: Ctx) {
    let asked: Vec<_> = (0..32)
        .map(|number| {
            let ctx = ctx.clone();
            tokio::spawn(async move {
                let input =
                    UserInput { nickname: Some(number.to_string()), ..UserInput::new("ada@example.org") };
                UserService::new(&ctx).upsert(User::email(), input).await
            })
        })
        .collect();
    let mut ids = HashSet::new();
    for task in asked {
        ids.insert(task.await.expect("a task").expect("the user").id);
    }
    assert_eq!(ids.len(), 1);
}
