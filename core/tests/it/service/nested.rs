//! A row with related rows, all or none.

use entify::prelude::*;
use entify::testing::each_database;

use crate::support::domain::*;

fn broken(error: &Error) -> Vec<(String, &'static str)> {
    error.fields().iter().map(|error| (error.field.to_string(), error.code)).collect()
}

#[each_database(all())]
async fn a_row_is_made_with_its_children(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let ada = users
        .create_with(UserInput::new("ada@example.org"))
        .children(User::posts(), |ada| ["a", "b"].map(|title| PostInput::new(title, ada)))
        .save()
        .await
        .expect("a user with posts");
    assert_eq!(users.count_many(User::posts(), std::slice::from_ref(&ada), Filter::all()).await, Ok(vec![2]));

    let post = PostService::new(&ctx)
        .create_with(PostInput::new("c", ada.id))
        .children(Post::tags(), |_| ["rust", "sql"].map(TagInput::new))
        .save()
        .await
        .expect("a post with tags");
    let tags =
        PostService::new(&ctx).load_many(Post::tags(), &[post], Query::default()).await.expect("pages");
    assert_eq!(tags[0].items.len(), 2);

    // Whatever key the input names.
    let bob = users
        .create_with(UserInput::new("bob@example.org"))
        .children(User::posts(), move |_| [PostInput::new("d", ada.id)])
        .children(User::reviews(), move |_| [PostInput::new("e", ada.id)])
        .save()
        .await
        .expect("a user");
    let posts = PostService::new(&ctx).list(Query::filter(Post::title().eq("d"))).await.expect("a page");
    assert_eq!(posts.items[0].author_id, bob.id);
    let posts = PostService::new(&ctx).list(Query::filter(Post::title().eq("e"))).await.expect("a page");
    assert_eq!((posts.items[0].author_id, posts.items[0].reviewer_id), (ada.id, Some(bob.id)));
}

#[each_database(all())]
async fn nothing_is_made_when_a_child_is_refused(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let error = users
        .create_with(UserInput::new("ada@example.org"))
        .children(User::posts(), |ada| {
            let title = ["fine".to_owned(), "fine".to_owned(), "x".repeat(201)];
            title.map(|title| PostInput::new(title, ada))
        })
        .children(User::reviews(), |ada| [PostInput { stars: Some(6), ..PostInput::new("fine", ada) }])
        .save()
        .await
        .expect_err("broken rules");
    assert_eq!(error.code(), "VALIDATION_FAILED");
    let expected = [("posts.2.title", "too_long"), ("reviews.0.stars", "too_large")];
    assert_eq!(broken(&error), expected.map(|(field, code)| (field.to_owned(), code)));
    assert_eq!(users.count(Filter::all()).await, Ok(0));

    let error =
        users.create_with(UserInput::new("nobody")).children(User::posts(), |ada| [PostInput::new("x", ada)]);
    assert_eq!(broken(&error.save().await.expect_err("no address")), [("email".to_owned(), "format")]);

    let ada = users.create(UserInput::new("ada@example.org")).await.expect("a user");
    let error = PostService::new(&ctx)
        .create_with(PostInput::new("x", ada.id))
        .children(Post::tags(), |_| ["a", "b", "a"].map(TagInput::new))
        .save()
        .await
        .expect_err("taken");
    assert_eq!(error.code(), "CONFLICT");
    assert_eq!(broken(&error), [("tags.2.name".to_owned(), "unique")]);
    assert_eq!(PostService::new(&ctx).count(Filter::all()).await, Ok(0));
    assert_eq!(TagService::new(&ctx).count(Filter::all()).await, Ok(0));
}

#[each_database(all())]
async fn inside_a_transaction_it_is_a_part_of_it(ctx: Ctx) {
    let outcome = ctx.transaction(|ctx| async move {
        let users = UserService::new(&ctx);
        let bad = users
            .create_with(UserInput::new("ada@example.org"))
            .children(User::posts(), |ada| [PostInput { stars: Some(9), ..PostInput::new("x", ada) }]);
        assert!(bad.save().await.is_err());
        assert_eq!(users.count(Filter::all()).await, Ok(0), "undone alone");
        users
            .create_with(UserInput::new("ada@example.org"))
            .children(User::posts(), |ada| [PostInput::new("x", ada)])
            .save()
            .await?;
        Err::<(), _>(Error::Forbidden)
    });
    assert_eq!(outcome.await, Err(Error::Forbidden));
    assert_eq!(PostService::new(&ctx).count(Filter::all()).await, Ok(0));
}

#[each_database(all())]
async fn a_row_is_changed_with_its_children(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let posts = PostService::new(&ctx);
    let eve = users.create(UserInput::new("eve@example.org")).await.expect("a user").id;
    let [a, b, c] = ["a", "b", "c"].map(|title| PostInput::new(title, eve));
    let made = posts.create_many([a, b, c]).await.expect("posts");
    let ada = users
        .create_with(UserInput::new("ada@example.org"))
        .connect(User::posts(), [made[0].id])
        .children(User::posts(), |ada| [PostInput::new("d", ada)])
        .connect(User::reviews(), [made[1].id, made[2].id])
        .save()
        .await
        .expect("a user")
        .id;
    let renamed = PostPatch { title: "z".to_owned().into(), ..PostPatch::default() };
    let patch = UserPatch { nickname: Some("Ada".to_owned()).into(), ..UserPatch::default() };
    let row = users
        .update_with(ada, patch)
        .change(User::posts(), [(made[0].id, renamed)])
        .create(User::posts(), [PostInput::new("e", eve)])
        .disconnect(User::reviews(), [made[1].id])
        .save()
        .await
        .expect("a change");
    assert_eq!(row.nickname.as_deref(), Some("Ada"));
    let titles = |posts: Vec<PostModel>| posts.into_iter().map(|post| post.title).collect::<String>();
    let query = |filter: Filter<Post>| Query::filter(filter).order(Post::title().asc());
    let of_ada = posts.list(query(Post::author().eq(ada))).await.expect("posts");
    assert_eq!(titles(of_ada.items), "dez");
    let reviewed = posts.list(query(Post::reviewer().eq(ada))).await.expect("posts");
    assert_eq!(titles(reviewed.items), "c");
    users.update_with(ada, UserPatch::default()).set(User::reviews(), []).save().await.expect("a change");
    let error = users.update_with(ada, UserPatch::default()).delete(User::posts(), [made[1].id]).save().await;
    assert_eq!(broken(&error.expect_err("of another")), [("posts.delete.0".to_owned(), "reference")]);
    let stars = PostPatch { stars: 9.into(), ..PostPatch::default() };
    let error = users
        .update_with(ada, UserPatch::default())
        .change(User::posts(), [(made[0].id, stars)])
        .save()
        .await;
    assert_eq!(
        broken(&error.expect_err("too many stars")),
        [("posts.update.0.stars".to_owned(), "too_large")]
    );
}
