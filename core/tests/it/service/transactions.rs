use std::time::Duration;

use entify::error::Error;
use entify::prelude::*;
use entify::testing::each_database;

use crate::support::domain::*;

async fn count(ctx: &Ctx) -> u64 {
    TagService::new(ctx).count(Filter::all()).await.expect("a count")
}

async fn tag(ctx: &Ctx, name: &str) -> entify::Result<TagModel> {
    TagService::new(ctx).create(TagInput::new(name)).await
}

#[each_database(all())]
async fn a_transaction_keeps_all_or_nothing(ctx: Ctx) {
    let kept = ctx.transaction(|ctx| async move {
        tag(&ctx, "a").await?;
        tag(&ctx, "b").await?;
        Ok(count(&ctx).await)
    });
    assert_eq!(kept.await, Ok(2), "it sees its own writes");
    let dropped = ctx.transaction(|ctx| async move {
        tag(&ctx, "c").await?;
        Err::<(), _>(Error::Forbidden)
    });
    assert_eq!(dropped.await, Err(Error::Forbidden));
    assert_eq!(count(&ctx).await, 2);
}

#[each_database(all())]
async fn a_savepoint_ends_alone(ctx: Ctx) {
    let done = ctx.transaction(|ctx| async move {
        tag(&ctx, "a").await?;
        let inner = ctx.transaction(|ctx| async move {
            tag(&ctx, "b").await?;
            tag(&ctx, "a").await
        });
        assert_eq!(inner.await.expect_err("taken").code(), "CONFLICT");
        tag(&ctx, "c").await?;
        ctx.transaction(|ctx| async move { tag(&ctx, "d").await }).await?;
        Ok(())
    });
    assert_eq!(done.await, Ok(()));
    assert_eq!(count(&ctx).await, 3);
}

#[each_database(all())]
async fn a_transaction_ends_when_its_caller_goes_away(ctx: Ctx) {
    for wait in 0..40 {
        let work = ctx.transaction(move |ctx| async move {
            tag(&ctx, "a").await?;
            tokio::time::sleep(Duration::from_micros(300)).await;
            Err::<(), _>(Error::Forbidden)
        });
        let _ = tokio::time::timeout(Duration::from_micros(wait * 50), work).await;
    }
    // Had one been left open, this would wait for its lock, or see its row.
    assert_eq!(count(&ctx).await, 0);
    tag(&ctx, "a").await.expect("no lock is held");
}

#[each_database(all())]
async fn writers_wait_for_each_other(ctx: Ctx) {
    let author = UserService::new(&ctx).create(UserInput::new("ada@example.org")).await.expect("a user");
    let mut tasks = Vec::new();
    for writer in 0..8 {
        let ctx = ctx.clone();
        tasks.push(tokio::spawn(async move {
            for number in 0..10 {
                let title = format!("{writer}-{number}");
                ctx.transaction(move |ctx| async move {
                    let before = PostService::new(&ctx).count(Filter::all()).await?;
                    let input =
                        PostInput { body: Some(before.to_string()), ..PostInput::new(title, author.id) };
                    PostService::new(&ctx).create(input).await
                })
                .await
                .expect("a post");
            }
        }));
    }
    for task in tasks {
        task.await.expect("a writer");
    }
    assert_eq!(PostService::new(&ctx).count(Filter::all()).await, Ok(80));
}

#[each_database(all())]
async fn a_lock_outside_a_transaction_is_refused(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let made = users.create(UserInput::new("ada@example.org")).await.expect("a user");
    assert_eq!(users.lock(made.id).await.expect_err("nothing would be held").code(), "BAD_REQUEST");
    let locked = users.transaction(move |ctx| async move { UserService::new(&ctx).lock(made.id).await });
    assert_eq!(locked.await.expect("the row").id, made.id);
}
