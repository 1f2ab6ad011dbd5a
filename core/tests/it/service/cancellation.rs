//! Callers that go away at any moment leave nothing behind.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use entify::db::Db;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};

use crate::support::connections::{nothing_is_open, number};
use crate::support::domain::*;

/// How often a caller goes away.
const TIMES: u32 = 1_000;

/// Callers at a time: more than there are connections.
const AT_ONCE: u32 = 8;

/// Polls a future at most so often, then drops it.
async fn polled<T>(work: impl Future<Output = T>, mut times: u32) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|context| {
        if times == 0 {
            return Poll::Ready(None);
        }
        times -= 1;
        work.as_mut().poll(context).map(Some)
    })
    .await
}

/// Drops a future after some polls or some time, a little later with each number.
async fn cut_off<T>(work: impl Future<Output = T>, number: u32) -> Option<T> {
    if number.is_multiple_of(2) {
        polled(work, number / 2 % 12).await
    } else {
        let time = Duration::from_micros(u64::from(number.wrapping_mul(7_919) % 6_000));
        tokio::time::timeout(time, work).await.ok()
    }
}

/// What a request does: the kinds of work take turns.
async fn request(ctx: &Ctx, number: u32) -> entify::Result<()> {
    let email = |half: &str| format!("{half}{number}@example.org");
    match number % 5 {
        0 => UserService::new(ctx).create(UserInput::new(email("single"))).await.map(drop),
        1 => UserService::new(ctx).list(Query::default().first(5)).await.map(drop),
        2 => {
            let rows = vec![TagInput::new("a"), TagInput::new("b"), TagInput::new("a")];
            let rows = rows.into_iter().map(entify::entity::IntoAssignments::into_assignments).collect();
            let records = entify::service::Records::new(ctx, <Tag as entify::entity::Entity>::def().info());
            records.create_many(rows).await.map(drop)
        }
        3 => {
            let work = ctx.transaction(move |ctx| async move {
                UserService::new(&ctx).create(UserInput::new(format!("lost{number}@example.org"))).await?;
                Err::<(), _>(Error::Forbidden)
            });
            work.await
        }
        _ => {
            let (left, right) = (email("left"), email("right"));
            let work = ctx.transaction(move |ctx| async move {
                let users = UserService::new(&ctx);
                users.create(UserInput::new(left)).await?;
                tokio::time::sleep(Duration::from_micros(200)).await;
                ctx.transaction(
                    |ctx| async move { UserService::new(&ctx).create(UserInput::new(right)).await },
                )
                .await
            });
            work.await.map(drop)
        }
    }
}

#[each_database(all())]
async fn a_thousand_dropped_requests_leave_nothing_behind(test: TestDb) {
    let ctx = test.ctx();
    let round = |first: u32| {
        let ctx = ctx.clone();
        tokio::spawn(async move {
            let mut ended = 0;
            for number in (first..TIMES).step_by(AT_ONCE as usize) {
                ended += u32::from(cut_off(request(&ctx, number), number).await.is_some());
            }
            ended
        })
    };
    let rounds: Vec<_> = (0..AT_ONCE).map(round).collect();
    let mut ended = 0;
    for round in rounds {
        ended += round.await.expect("a round");
    }
    println!("{ended} of {TIMES} requests came to their end");
    assert!(ended < TIMES * 9 / 10, "hardly any was dropped");
    nothing_is_open(ctx.db()).await;
    let halves = r#"SELECT count(*) FROM "user" a WHERE a.email LIKE 'left%' AND NOT EXISTS
                    (SELECT 1 FROM "user" b WHERE b.email = replace(a.email, 'left', 'right'))"#;
    assert_eq!(number(ctx.db(), halves).await, 0, "half of a transaction");
    assert_eq!(number(ctx.db(), r#"SELECT count(*) FROM "user" WHERE email LIKE 'lost%'"#).await, 0);
    assert_eq!(TagService::new(&ctx).count(Filter::all()).await, Ok(0), "half of a bulk write");

    // All of the pool still serves, and a write is kept: no connection is inside a forgotten transaction.
    let before = UserService::new(&ctx).count(Filter::all()).await.expect("a count");
    let tasks: Vec<_> = (0..16)
        .map(|writer| {
            let ctx = ctx.clone();
            tokio::spawn(async move {
                let input = UserInput::new(format!("after{writer}@example.org"));
                UserService::new(&ctx).create(input).await.map(drop)
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("a writer"), Ok(()));
    }
    nothing_is_open(ctx.db()).await;
    let fresh = Db::connect(&entify::db::DbOptions::new(test.url())).await.expect("another pool");
    let seen = UserService::new(&Ctx::system(fresh.clone(), b"x")).count(Filter::all()).await;
    assert_eq!(seen, Ok(before + 16), "seen from another connection");
    fresh.close().await;
}
