use entify::error::{Error, FieldError};
use entify::prelude::*;
use entify::testing::each_database;
use entify::types::Change;

use crate::support::domain::*;

fn codes(error: &Error) -> Vec<(String, &'static str)> {
    error.fields().iter().map(|FieldError { field, code, .. }| (field.to_string(), *code)).collect()
}

async fn user(ctx: &Ctx, email: &str) -> UserModel {
    UserService::new(ctx).create(UserInput::new(email)).await.expect("a user")
}

#[each_database(all())]
async fn a_row_is_made_read_changed_and_removed(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let made = user(&ctx, "ada@example.org").await;
    assert_eq!(made.email, "ada@example.org");
    assert_eq!(made.status, Status::Active, "the default");
    assert_eq!(made.nickname, None);
    assert_eq!(made.created_at, made.updated_at, "one timestamp per write");

    assert_eq!(users.get(made.id).await.expect("the row"), made);
    let patch = UserPatch { nickname: Change::Set(Some("Ada".to_owned())), ..UserPatch::default() };
    let changed = users.update(made.id, patch).await.expect("the change");
    assert_eq!(changed.nickname.as_deref(), Some("Ada"));
    assert_eq!(changed.email, made.email, "an absent field is kept");
    assert!(changed.updated_at > made.updated_at);

    let patch = UserPatch { nickname: Change::Set(None), ..UserPatch::default() };
    assert_eq!(users.update(made.id, patch).await.expect("the change").nickname, None);

    assert_eq!(users.count(Filter::all()).await, Ok(1));
    assert_eq!(users.delete(made.id).await.expect("the removal").id, made.id);
    assert_eq!(users.find(made.id).await, Ok(None));
    assert_eq!(users.get(made.id).await, Err(Error::NotFound("User".into())));
    assert_eq!(users.delete(made.id).await, Err(Error::NotFound("User".into())));
    assert_eq!(users.update(made.id, UserPatch::default()).await, Err(Error::NotFound("User".into())));
}

#[each_database(all())]
async fn updated_at_moves_only_when_a_value_changes(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let made = user(&ctx, "ada@example.org").await;
    let same = UserPatch {
        email: "ada@example.org".to_owned().into(),
        nickname: Change::Set(None),
        ..UserPatch::default()
    };
    assert_eq!(users.update(made.id, same).await.expect("no change"), made);
    assert_eq!(users.update(made.id, UserPatch::default()).await.expect("nothing set"), made);
}

#[each_database(all())]
async fn every_broken_rule_is_reported_at_once(ctx: Ctx) {
    let input = UserInput {
        nickname: Some("x".repeat(65)),
        password: Some("short".into()),
        ..UserInput::new("not an address")
    };
    let error = UserService::new(&ctx).create(input).await.expect_err("broken rules");
    assert_eq!(error.code(), "VALIDATION_FAILED");
    let expected = [("email", "format"), ("nickname", "too_long"), ("password", "too_short")];
    assert_eq!(codes(&error), expected.map(|(field, code)| (field.to_owned(), code)));

    let author = user(&ctx, "ada@example.org").await;
    let input = PostInput {
        stars: Some(6),
        price: Some("1.234".parse().expect("a decimal")),
        ..PostInput::new("nul \0 here", author.id)
    };
    let error = PostService::new(&ctx).create(input).await.expect_err("broken rules");
    assert_eq!(
        codes(&error),
        [("title", "nul"), ("stars", "too_large"), ("price", "scale")].map(|(f, c)| (f.to_owned(), c))
    );
    let too_wide = PostInput {
        price: Some("123456789.00".parse().expect("a decimal")),
        ..PostInput::new("x", author.id)
    };
    let error = PostService::new(&ctx).create(too_wide).await.expect_err("too wide");
    assert_eq!(codes(&error), [("price".to_owned(), "precision")]);
    let error = TagService::new(&ctx).create(TagInput::new("Not-a-word")).await.expect_err("pattern");
    assert_eq!(codes(&error), [("name".to_owned(), "pattern")]);
}

#[each_database(all())]
async fn a_taken_value_is_a_conflict_on_its_fields(ctx: Ctx) {
    let ada = user(&ctx, "ada@example.org").await;
    let error = UserService::new(&ctx).create(UserInput::new("ada@example.org")).await.expect_err("taken");
    assert_eq!(error.code(), "CONFLICT");
    assert_eq!(codes(&error), [("email".to_owned(), "unique")]);

    let post = PostService::new(&ctx).create(PostInput::new("x", ada.id)).await.expect("a post");
    let tag = TagService::new(&ctx).create(TagInput::new("rust")).await.expect("a tag");
    let links = PostTagService::new(&ctx);
    links.create(PostTagInput::new(post.id, tag.id)).await.expect("a link");
    let error = links.create(PostTagInput::new(post.id, tag.id)).await.expect_err("taken together");
    assert_eq!(codes(&error), [("post_id".to_owned(), "unique"), ("tag_id".to_owned(), "unique")]);
}

#[each_database(all())]
async fn a_missing_target_is_a_conflict_on_its_field(ctx: Ctx) {
    let error = PostService::new(&ctx).create(PostInput::new("x", 404)).await.expect_err("no author");
    assert_eq!((error.code(), codes(&error)), ("CONFLICT", vec![("author_id".to_owned(), "reference")]));
    let ada = user(&ctx, "ada@example.org").await;
    let post = PostService::new(&ctx).create(PostInput::new("x", ada.id)).await.expect("a post");
    let patch = PostPatch { reviewer_id: Change::Set(Some(404.into())), ..PostPatch::default() };
    let error = PostService::new(&ctx).update(post.id, patch).await.expect_err("no reviewer");
    assert_eq!(codes(&error), [("reviewer_id".to_owned(), "reference")]);
}

#[each_database(all())]
async fn on_delete_does_what_it_says(ctx: Ctx) {
    let ada = user(&ctx, "ada@example.org").await;
    let bob = user(&ctx, "bob@example.org").await;
    let posts = PostService::new(&ctx);
    let input = PostInput { reviewer_id: Some(bob.id), ..PostInput::new("x", ada.id) };
    let post = posts.create(input).await.expect("a post");
    let tag = TagService::new(&ctx).create(TagInput::new("rust")).await.expect("a tag");
    PostTagService::new(&ctx).create(PostTagInput::new(post.id, tag.id)).await.expect("a link");

    let error = TagService::new(&ctx).delete(tag.id).await.expect_err("restricted");
    assert_eq!((error.code(), codes(&error)), ("CONFLICT", vec![(String::new(), "referenced")]));
    UserService::new(&ctx).delete(bob.id).await.expect("set null");
    assert_eq!(posts.get(post.id).await.expect("the post").reviewer_id, None);
    UserService::new(&ctx).delete(ada.id).await.expect("cascade");
    assert_eq!(posts.count(Filter::all()).await, Ok(0));
    assert_eq!(PostTagService::new(&ctx).count(Filter::all()).await, Ok(0));
}

#[each_database(all())]
async fn rules_hold_for_every_operation(ctx: Ctx) {
    let as_role = |role: &str| ctx.with_principal(Principal::known("token:1", "t", vec![role.to_owned()]));
    let anonymous = ctx.with_principal(Principal::Anonymous);
    let staff = as_role("staff");
    let reader = as_role("reader");
    let note = |text: &str| NoteInput::new(text);

    assert_eq!(NoteService::new(&anonymous).create(note("x")).await, Err(Error::Unauthenticated));
    let made = NoteService::new(&reader).create(note("x")).await.expect("signed in");
    for (ctx, expected) in [(&anonymous, Error::Unauthenticated), (&reader, Error::Forbidden)] {
        let notes = NoteService::new(ctx);
        assert_eq!(notes.get(made.id).await, Err(expected.clone()));
        assert_eq!(notes.list(Query::default()).await.err(), Some(expected.clone()));
        assert_eq!(notes.count(Filter::all()).await, Err(expected.clone()));
        assert_eq!(notes.exists(Filter::all()).await, Err(expected.clone()));
        assert_eq!(notes.update(made.id, NotePatch::default()).await, Err(expected.clone()));
    }
    assert!(NoteService::new(&staff).get(made.id).await.is_ok());
    let update = |ctx: Ctx| async move { NoteService::new(&ctx).update(made.id, NotePatch::default()).await };
    assert_eq!(update(as_role("editor")).await.err(), Some(Error::Forbidden), "a row that may not be read");
    assert!(update(staff.clone()).await.is_ok());
    assert_eq!(NoteService::new(&staff).delete(made.id).await, Err(Error::Forbidden));
    assert!(NoteService::new(&ctx).delete(made.id).await.is_ok(), "the system may do everything");
}

#[each_database(all())]
async fn passwords_are_hashed_and_verified(ctx: Ctx) {
    let input = UserInput { password: Some("correct horse".into()), ..UserInput::new("ada@example.org") };
    let made = UserService::new(&ctx).create(input).await.expect("a user");
    let password = made.password.expect("the hash");
    assert_eq!(password.verify("correct horse").await, Ok(true));
    assert_eq!(password.verify("wrong horse").await, Ok(false));
    assert_eq!(format!("{password:?}"), "Password(…)");
}

#[each_database(all())]
async fn reserved_words_are_names_like_others(ctx: Ctx) {
    let rows = ReservedService::new(&ctx);
    let made = rows
        .create(ReservedInput { r#where: Some(3), ..ReservedInput::new("a", true) })
        .await
        .expect("a row");
    rows.create(ReservedInput::new("b", false)).await.expect("a row");
    let filter = Reserved::r#where().eq(3) & Reserved::select().eq("a");
    let page = rows.list(Query::filter(filter)).await.expect("a page");
    assert_eq!(page.items, std::slice::from_ref(&made));
    let patch = ReservedPatch { r#where: Change::Set(None), ..ReservedPatch::default() };
    assert_eq!(rows.update(made.id, patch).await.expect("the change").r#where, None);
    rows.delete(made.id).await.expect("the removal");
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
