//! Faults of other frameworks' repositories, each by its name, which this one is not to have.

use std::collections::HashSet;

use entify::db::{Executor, Statement};
use entify::error::{Error, FieldError};
use entify::prelude::*;
use entify::service::Records;
use entify::testing::{TestDb, each_database};
use reqwest::Method;
use sea_query::Values;
use serde_json::json;

use crate::domain::*;
use crate::rest::{Api, send};

fn fields(error: &Error) -> Vec<(String, &'static str)> {
    error.fields().iter().map(|FieldError { field, code, .. }| (field.to_string(), *code)).collect()
}

#[each_database(all())]
async fn a_commit_that_fails_is_an_error(ctx: Ctx) {
    let done = ctx.transaction(|ctx| async move {
        Records::new(&ctx, Post::def().info()).defer_references().await?;
        PostService::new(&ctx).create(PostInput::new("x", 404)).await
    });
    assert_eq!(done.await.expect_err("the author is missing at the commit").code(), "CONFLICT");
    assert_eq!(PostService::new(&ctx).count(Filter::all()).await, Ok(0));
    UserService::new(&ctx)
        .create(UserInput::new("ada@example.org"))
        .await
        .expect("the connection is free again");
}

/// SQLite cannot change a constraint of a table; the test above covers what a deferred one does there.
#[each_database(all(), only(postgres))]
async fn a_commit_that_fails_is_no_201(test: TestDb) {
    let sql = "ALTER TABLE post ALTER CONSTRAINT fk_post_author_id_user DEFERRABLE INITIALLY DEFERRED";
    let alter = Statement::new(sql, Values(Vec::new()));
    Executor::Pool(test.db().clone()).execute(alter).await.expect("a deferred reference");
    let ctx = test.ctx();
    let ada = UserService::new(&ctx).create(UserInput::new("ada@example.org")).await.expect("a user");
    let post = PostService::new(&ctx).create(PostInput::new("x", ada.id)).await.expect("a post");
    let api = Api::of(test).await;

    // One statement on its own: it is checked at its implicit commit.
    let made = api.post("/api/posts", json!({"title": "x", "author_id": 404})).await;
    assert_eq!(made.status, 409, "{}", made.text);
    // A condition needs a transaction: it is checked at the COMMIT.
    let request = api.request(Method::PATCH, &format!("/api/posts/{}", post.id));
    let request = request.header("if-match", "*").header("content-type", "application/json");
    let changed = send(request.body(r#"{"author_id": 404}"#)).await;
    assert_eq!(changed.status, 409, "{}", changed.text);
    assert_eq!(PostService::new(&ctx).list(Query::default()).await.expect("all").items, [post]);
}

#[each_database(all())]
async fn a_delete_without_a_filter_empties_no_table(ctx: Ctx) {
    let tags = TagService::new(&ctx);
    tags.create_many(["a", "b"].map(TagInput::new)).await.expect("tags");
    let all = || Filter::<Tag>::all();
    let nothing = || !all();
    let every_row = [
        all(),
        all() & all(),
        all() | Tag::name().eq("a"),
        nothing() | all(),
        !nothing(),
        !(nothing() & Tag::name().eq("a")),
        !(!all() | (Tag::name().eq("a") & nothing())),
        Tag::posts().every(Filter::all()),
        Tag::posts().none(!Filter::all()),
    ];
    for (case, filter) in every_row.into_iter().enumerate() {
        let error = tags.delete_where(filter.clone()).await.expect_err("refused");
        assert_eq!(error.code(), "BAD_REQUEST", "case {case}");
        assert!(error.to_string().contains("an empty one means every row"), "{error}");
        let patch = TagPatch { name: "x".to_owned().into() };
        assert_eq!(tags.update_many(filter, patch).await.expect_err("refused").code(), "BAD_REQUEST");
    }
    assert_eq!(tags.delete_where(nothing()).await, Ok(0));
    assert_eq!(tags.count(all()).await, Ok(2));
    assert_eq!(tags.delete_where(all() & Tag::name().eq("a")).await, Ok(1));
}

#[each_database(all())]
async fn a_page_past_the_end_knows_the_total(ctx: Ctx) {
    let tags = TagService::new(&ctx);
    tags.create_many(["a", "b", "c"].map(TagInput::new)).await.expect("tags");
    let whole = tags.list(Query::default().with_total()).await.expect("a page");
    let end = whole.end_cursor.expect("a cursor");
    let past = tags.list(Query::default().after(end).with_total()).await.expect("a page");
    assert_eq!((past.items.len(), past.total, past.has_next, past.has_previous), (0, Some(3), false, true));
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

#[each_database(all())]
async fn percent_and_underscore_are_letters_like_others(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let named = |number: usize, name: &str| UserInput {
        nickname: Some(name.to_owned()),
        ..UserInput::new(format!("u{number}@example.org"))
    };
    let names = ["100%", "1000", "a_b", "axb", r"back\slash"];
    users
        .create_many(names.iter().enumerate().map(|(number, name)| named(number, name)))
        .await
        .expect("users");
    for (part, count) in [("%", 1), ("_", 1), (r"\", 1), ("0%", 1), ("a_", 1)] {
        assert_eq!(users.count(User::nickname().contains(part)).await, Ok(count), "{part}");
        let query = Query::<User> { search: Some(part.to_owned()), ..Query::default() };
        assert_eq!(users.list(query).await.expect("a page").items.len() as u64, count, "search {part}");
    }
}

#[each_database(all())]
async fn hidden_and_unknown_sort_fields_are_a_400(test: TestDb) {
    let api = Api::of(test).await;
    for field in ["password", "-password", "nothing", "body", "id;drop"] {
        let list = if field == "body" { "/api/posts" } else { "/api/users" };
        api.get(&format!("{list}?sort={field}")).await.problem(400, "BAD_REQUEST");
    }
    api.get("/api/users?limit=101").await.problem(400, "BAD_REQUEST");
}

#[each_database(all())]
async fn writes_read_nothing_a_second_time(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let before = ctx.db().statements();
    let made = users.create(UserInput::new("ada@example.org")).await.expect("a user");
    let patch = UserPatch { nickname: Change::Set(Some("Ada".to_owned())), ..UserPatch::default() };
    users.update(made.id, patch).await.expect("the change");
    users.upsert(User::email(), UserInput::new("ada@example.org")).await.expect("the user");
    users.delete(made.id).await.expect("the removal");
    assert_eq!(ctx.db().statements() - before, 4);
}

#[each_database(all())]
async fn a_lock_outside_a_transaction_is_refused(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let made = users.create(UserInput::new("ada@example.org")).await.expect("a user");
    assert_eq!(users.lock(made.id).await.expect_err("nothing would be held").code(), "BAD_REQUEST");
    let locked = users.transaction(move |ctx| async move { UserService::new(&ctx).lock(made.id).await });
    assert_eq!(locked.await.expect("the row").id, made.id);
}

#[each_database(all())]
async fn rows_that_are_refused_are_named_by_the_fields_of_the_rule(ctx: Ctx) {
    let author = UserService::new(&ctx).create(UserInput::new("ada@example.org")).await.expect("a user");
    let patch = PostPatch { author_id: Id::<User>::from(404).into(), ..PostPatch::default() };
    PostService::new(&ctx).create(PostInput::new("x", author.id)).await.expect("a post");
    let error =
        PostService::new(&ctx).update_many(Post::title().eq("x"), patch).await.expect_err("no author");
    assert_eq!((error.code(), fields(&error)), ("CONFLICT", vec![("author_id".to_owned(), "reference")]));
}
