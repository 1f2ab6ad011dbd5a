//! Many rows at once: all or none, in as few statements as can be.

use std::collections::HashMap;

use entify::error::{Error, FieldError};
use entify::prelude::*;
use entify::testing::each_database;

use crate::support::domain::*;

fn fields(error: &Error) -> Vec<(String, &'static str)> {
    error.fields().iter().map(|FieldError { field, code, .. }| (field.to_string(), *code)).collect()
}

fn address(number: usize) -> String {
    format!("u{number}@example.org")
}

async fn users(ctx: &Ctx, count: usize) -> Vec<UserModel> {
    let inputs = (0..count).map(|number| UserInput::new(address(number)));
    UserService::new(ctx).create_many(inputs).await.expect("users")
}

async fn emails(ctx: &Ctx) -> Vec<String> {
    let query = Query::default().order(User::email().asc()).first(100);
    UserService::new(ctx)
        .list(query)
        .await
        .expect("a page")
        .items
        .into_iter()
        .map(|user| user.email)
        .collect()
}

#[each_database(all())]
async fn many_rows_are_made_by_one_statement_in_their_order(ctx: Ctx) {
    let before = ctx.db().statements();
    let made = users(&ctx, 500).await;
    assert_eq!(ctx.db().statements() - before, 1);
    assert!(made.iter().enumerate().all(|(number, user)| user.email == address(number)));
    assert!(made.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].created_at == pair[1].created_at));
    assert_eq!(UserService::new(&ctx).create_many([]).await, Ok(Vec::new()));
}

#[each_database(all())]
async fn more_rows_than_one_statement_takes_are_still_all_or_none(ctx: Ctx) {
    let tags = TagService::new(&ctx);
    let name = |mut number: usize| {
        let mut name = String::from("t");
        while number > 0 {
            name.push(char::from(b'a' + u8::try_from(number % 26).expect("a letter")));
            number /= 26;
        }
        name
    };
    // Three columns a row: 10,000 rows are one statement.
    let mut inputs: Vec<_> = (0..10_500).map(|number| TagInput::new(name(number))).collect();
    let distinct: std::collections::HashSet<_> = inputs.iter().map(|input| input.name.clone()).collect();
    assert_eq!(distinct.len(), inputs.len());
    inputs.push(TagInput::new(name(3)));
    let error = tags.create_many(inputs.clone()).await.expect_err("the last is taken");
    assert_eq!(fields(&error), [("items.10500.name".to_owned(), "unique")]);
    assert_eq!(tags.count(Filter::all()).await, Ok(0), "the first statement is undone");
    let refused = inputs.clone();
    let done = ctx.transaction(|ctx| async move {
        let tags = TagService::new(&ctx);
        assert_eq!(tags.create_many(refused).await.expect_err("the last is taken").code(), "CONFLICT");
        tags.count(Filter::all()).await
    });
    assert_eq!(done.await, Ok(0), "also in a transaction that goes on");
    inputs.pop();
    let before = ctx.db().statements();
    let made = tags.create_many(inputs).await.expect("tags");
    assert_eq!(ctx.db().statements() - before, 2);
    assert!(made.iter().enumerate().all(|(number, tag)| tag.name == name(number)));
}

#[each_database(all())]
async fn the_row_that_is_refused_is_named(ctx: Ctx) {
    users(&ctx, 3).await;
    let service = UserService::new(&ctx);
    let many =
        |addresses: &[&str]| addresses.iter().map(|address| UserInput::new(*address)).collect::<Vec<_>>();

    let error = service
        .create_many(many(&["a@example.org", "no address", "b@example.org", ""]))
        .await
        .expect_err("formats");
    assert_eq!(
        fields(&error),
        [
            ("items.1.email".to_owned(), "format"),
            ("items.3.email".to_owned(), "too_short"),
            ("items.3.email".to_owned(), "format")
        ]
    );
    let error = service.create_many(many(&["a@example.org", "u1@example.org"])).await.expect_err("taken");
    assert_eq!((error.code(), fields(&error)), ("CONFLICT", vec![("items.1.email".to_owned(), "unique")]));
    let error = service
        .create_many(many(&["a@example.org", "b@example.org", "a@example.org"]))
        .await
        .expect_err("twice");
    assert_eq!(fields(&error), [("items.2.email".to_owned(), "unique")]);

    let author = service.one(User::email().eq("u0@example.org")).await.expect("the author");
    let posts = [
        PostInput::new("a", author.id),
        PostInput::new("b", 404),
        PostInput { reviewer_id: Some(405.into()), ..PostInput::new("c", author.id) },
    ];
    let error = PostService::new(&ctx).create_many(posts).await.expect_err("no author");
    let fields_of = fields(&error);
    assert!(fields_of.contains(&("items.1.author_id".to_owned(), "reference")), "{fields_of:?}");

    let post = PostService::new(&ctx).create(PostInput::new("a", author.id)).await.expect("a post");
    let tag = TagService::new(&ctx).create(TagInput::new("rust")).await.expect("a tag");
    let link = || PostTagInput::new(post.id, tag.id);
    let error = PostTagService::new(&ctx).create_many([link(), link()]).await.expect_err("twice");
    assert_eq!(
        fields(&error),
        [("items.1.post_id".to_owned(), "unique"), ("items.1.tag_id".to_owned(), "unique")]
    );
    assert_eq!(emails(&ctx).await.len(), 3);
}

#[each_database(all())]
async fn a_transaction_goes_on_after_a_refused_bulk(ctx: Ctx) {
    users(&ctx, 1).await;
    let done = ctx.transaction(|ctx| async move {
        let service = UserService::new(&ctx);
        service.create(UserInput::new("b@example.org")).await?;
        let error = service
            .create_many(["c@example.org", "b@example.org"].map(UserInput::new))
            .await
            .expect_err("taken");
        assert_eq!(fields(&error), [("items.1.email".to_owned(), "unique")], "a row of the same transaction");
        service.create(UserInput::new("d@example.org")).await.map(drop)
    });
    assert_eq!(done.await, Ok(()));
    assert_eq!(emails(&ctx).await, ["b@example.org", "d@example.org", "u0@example.org"]);
}

#[each_database(all())]
async fn rows_come_in_the_order_of_their_keys(ctx: Ctx) {
    let made = users(&ctx, 4).await;
    let ids = [made[2].id, 404.into(), made[0].id, made[2].id];
    let before = ctx.db().statements();
    let found = UserService::new(&ctx).get_many(&ids).await.expect("rows");
    assert_eq!(ctx.db().statements() - before, 1);
    let found: Vec<_> = found.into_iter().map(|user| user.map(|user| user.email)).collect();
    assert_eq!(found, [Some(address(2)), None, Some(address(0)), Some(address(2))]);
    assert_eq!(UserService::new(&ctx).get_many(&[]).await, Ok(Vec::new()));
}

#[each_database(all())]
async fn one_is_one(ctx: Ctx) {
    users(&ctx, 3).await;
    let service = UserService::new(&ctx);
    assert_eq!(service.one(User::email().eq(address(1))).await.expect("one").email, address(1));
    assert_eq!(service.one(User::email().eq("x")).await, Err(Error::NotFound("User".into())));
    let error = service.one(User::email().ends_with("example.org")).await.expect_err("three");
    assert_eq!((error.code(), fields(&error)), ("CONFLICT", vec![(String::new(), "several")]));
}

#[each_database(all())]
async fn an_update_of_many_is_one_statement(ctx: Ctx) {
    let made = users(&ctx, 5).await;
    let service = UserService::new(&ctx);
    let first = UserPatch { nickname: Change::Set(Some("x".to_owned())), ..UserPatch::default() };
    service.update(made[0].id, first.clone()).await.expect("the change");
    let before: HashMap<_, _> = service
        .list(Query::default())
        .await
        .expect("all")
        .items
        .into_iter()
        .map(|user| (user.id, user))
        .collect();

    let statements = ctx.db().statements();
    let chosen = User::email().is_in([address(0), address(1), address(2)]);
    assert_eq!(service.update_many(chosen, first.clone()).await, Ok(3), "the rows that match");
    assert_eq!(ctx.db().statements() - statements, 1);
    for user in service.list(Query::default()).await.expect("all").items {
        let moved = user.updated_at > before[&user.id].updated_at;
        assert_eq!(moved, [address(1), address(2)].contains(&user.email), "{}", user.email);
    }

    let author = made[3].id;
    PostService::new(&ctx).create(PostInput::new("t", author)).await.expect("a post");
    let through = User::posts().some(Post::title().eq("t"));
    assert_eq!(service.update_many(through, first.clone()).await, Ok(1), "through a relation");
    assert_eq!(service.get(author).await.expect("the author").nickname.as_deref(), Some("x"));

    assert_eq!(service.update_many(User::email().eq("x"), first.clone()).await, Ok(0));
    assert_eq!(
        service.update_many(User::id().is_not_null(), UserPatch::default()).await,
        Ok(5),
        "nothing is set"
    );
    let bad = UserPatch { nickname: Change::Set(Some("x".repeat(65))), ..UserPatch::default() };
    assert_eq!(
        fields(&service.update_many(User::id().is_not_null(), bad).await.expect_err("too long")),
        [("nickname".to_owned(), "too_long")]
    );
    let same = UserPatch { email: "same@example.org".to_owned().into(), ..UserPatch::default() };
    let error = service.update_many(User::id().is_not_null(), same).await.expect_err("taken");
    assert_eq!((error.code(), fields(&error)), ("CONFLICT", vec![("email".to_owned(), "unique")]));
}

#[each_database(all())]
async fn rows_go_together_or_not_at_all(ctx: Ctx) {
    let made = users(&ctx, 5).await;
    let service = UserService::new(&ctx);
    let error = service.delete_many(&[made[0].id, 404.into(), made[1].id]).await.expect_err("one is missing");
    assert_eq!(error, Error::NotFound("User 404".into()));
    assert_eq!(emails(&ctx).await.len(), 5, "none is gone");

    let before = ctx.db().statements();
    let gone = service.delete_many(&[made[3].id, made[1].id, made[3].id]).await.expect("rows");
    assert_eq!(ctx.db().statements() - before, 1);
    assert_eq!(gone.iter().map(|user| user.id).collect::<Vec<_>>(), [made[3].id, made[1].id]);
    assert_eq!(service.delete_many(&[]).await, Ok(Vec::new()));
    assert_eq!(emails(&ctx).await, [address(0), address(2), address(4)]);

    let post = PostService::new(&ctx).create(PostInput::new("a", made[0].id)).await.expect("a post");
    let tags = TagService::new(&ctx).create_many(["a", "b"].map(TagInput::new)).await.expect("tags");
    PostTagService::new(&ctx).create(PostTagInput::new(post.id, tags[1].id)).await.expect("a link");
    let error = TagService::new(&ctx).delete_many(&[tags[0].id, tags[1].id]).await.expect_err("restricted");
    assert_eq!((error.code(), fields(&error)), ("CONFLICT", vec![(String::new(), "referenced")]));
    assert_eq!(TagService::new(&ctx).count(Filter::all()).await, Ok(2));
}

#[each_database(all())]
async fn rows_go_by_condition(ctx: Ctx) {
    let made = users(&ctx, 4).await;
    let service = UserService::new(&ctx);
    PostService::new(&ctx).create(PostInput::new("t", made[1].id)).await.expect("a post");
    let before = ctx.db().statements();
    assert_eq!(
        service.delete_where(User::posts().none(Filter::all()) & User::email().ne(address(0))).await,
        Ok(2)
    );
    assert_eq!(ctx.db().statements() - before, 1);
    assert_eq!(emails(&ctx).await, [address(0), address(1)]);
    assert_eq!(service.delete_where(User::id().is_not_null()).await, Ok(2), "every row, on purpose");
}

#[each_database(all())]
async fn bulk_forms_ask_the_policy(ctx: Ctx) {
    let as_role = |role: &str| ctx.with_principal(Principal::known("token:1", "t", vec![role.to_owned()]));
    let note = NoteService::new(&ctx).create(NoteInput::new("x")).await.expect("a note");
    let patch = || NotePatch { text: "y".to_owned().into() };
    let any = || Note::id().is_not_null();

    let anonymous = ctx.with_principal(Principal::Anonymous);
    let notes = NoteService::new(&anonymous);
    assert_eq!(notes.create_many([NoteInput::new("x")]).await, Err(Error::Unauthenticated));
    assert_eq!(notes.upsert(Note::id(), NoteInput::new("x")).await, Err(Error::Unauthenticated));
    assert_eq!(notes.get_or_create(Note::id(), NoteInput::new("x")).await, Err(Error::Unauthenticated));
    assert_eq!(notes.get_many(&[note.id]).await, Err(Error::Unauthenticated));
    assert_eq!(notes.one(any()).await, Err(Error::Unauthenticated));
    assert_eq!(notes.stream(Query::default()).next().await, Some(Err(Error::Unauthenticated)));
    assert_eq!(notes.update_many(any(), patch()).await, Err(Error::Unauthenticated));
    assert_eq!(notes.delete_where(any()).await, Err(Error::Unauthenticated));
    assert_eq!(notes.delete_many(&[note.id]).await, Err(Error::Unauthenticated));

    let editor = as_role("editor");
    let notes = NoteService::new(&editor);
    assert_eq!(notes.update(note.id, patch()).await, Err(Error::Forbidden), "an editor may not read");
    assert_eq!(notes.update_many(any(), patch()).await, Err(Error::Forbidden));
    assert_eq!(notes.get_or_create(Note::id(), NoteInput::new("x")).await, Err(Error::Forbidden));
    let reader = as_role("reader");
    assert_eq!(
        NoteService::new(&reader).upsert(Note::id(), NoteInput::new("x")).await,
        Err(Error::Forbidden)
    );
    let staff = as_role("staff");
    let notes = NoteService::new(&staff);
    assert_eq!(notes.update_many(any(), patch()).await, Ok(1));
    assert_eq!(notes.delete_many(&[note.id]).await, Err(Error::Forbidden));
    assert_eq!(notes.delete_where(any()).await, Err(Error::Forbidden));
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
async fn rows_that_are_refused_are_named_by_the_fields_of_the_rule(ctx: Ctx) {
    let author = UserService::new(&ctx).create(UserInput::new("ada@example.org")).await.expect("a user");
    let patch = PostPatch { author_id: Id::<User>::from(404).into(), ..PostPatch::default() };
    PostService::new(&ctx).create(PostInput::new("x", author.id)).await.expect("a post");
    let error =
        PostService::new(&ctx).update_many(Post::title().eq("x"), patch).await.expect_err("no author");
    assert_eq!((error.code(), fields(&error)), ("CONFLICT", vec![("author_id".to_owned(), "reference")]));
}
