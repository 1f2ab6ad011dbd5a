//! A COMMIT that the database refuses is an error, and no success without rows.

use entify::prelude::*;
use entify::service::Records;
use entify::testing::each_database;

use crate::support::domain::*;

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
#[cfg(feature = "rest")]
#[each_database(all(), only(postgres))]
async fn a_commit_that_fails_is_no_201(test: entify::testing::TestDb) {
    use crate::rest::{Api, send};
    use entify::db::{Executor, Statement};
    use serde_json::json;

    let sql = "ALTER TABLE post ALTER CONSTRAINT fk_post_author_id_user DEFERRABLE INITIALLY DEFERRED";
    let alter = Statement::new(sql, sea_query::Values(Vec::new()));
    Executor::Pool(test.db().clone()).execute(alter).await.expect("a deferred reference");
    let ctx = test.ctx();
    let ada = UserService::new(&ctx).create(UserInput::new("ada@example.org")).await.expect("a user");
    let post = PostService::new(&ctx).create(PostInput::new("x", ada.id)).await.expect("a post");
    let api = Api::of(test).await;

    // One statement on its own: it is checked at its implicit commit.
    let made = api.post("/api/posts", json!({"title": "x", "author_id": 404})).await;
    assert_eq!(made.status, 409, "{}", made.text);
    // A condition needs a transaction: it is checked at the COMMIT.
    let request = api.request(reqwest::Method::PATCH, &format!("/api/posts/{}", post.id));
    let request = request.header("if-match", "*").header("content-type", "application/json");
    let changed = send(request.body(r#"{"author_id": 404}"#)).await;
    assert_eq!(changed.status, 409, "{}", changed.text);
    assert_eq!(PostService::new(&ctx).list(Query::default()).await.expect("all").items, [post]);
}
