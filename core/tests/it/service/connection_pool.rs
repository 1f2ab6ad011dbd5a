//! More callers than connections: each gets its turn, and no connection is asked whether it still works.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use entify::prelude::*;
use entify::testing::{TestDb, each_database};

use crate::support::domain::*;
use crate::support::postgres_wire::behind_a_wire;

#[each_database(all(), only(postgres))]
async fn a_connection_passes_to_who_waits_without_a_question(test: TestDb) {
    const CALLERS: u64 = 32;
    const ROUNDS: u64 = 25;
    let (ctx, wire) = behind_a_wire(&test, 2).await;
    let read = |ctx: Ctx, rounds: u64| async move {
        for _ in 0..rounds {
            UserService::new(&ctx).count(Filter::all()).await.expect("a count");
        }
    };
    // Both connections open and know the statement.
    for _ in 0..4 {
        tokio::join!(read(ctx.clone(), 4), read(ctx.clone(), 4), read(ctx.clone(), 4));
    }
    let before = wire.requests();
    let callers: Vec<_> = (0..CALLERS).map(|_| tokio::spawn(read(ctx.clone(), ROUNDS))).collect();
    for caller in callers {
        caller.await.expect("a caller");
    }
    let trips = wire.requests() - before;
    // A connection that is new may have to prepare the statement.
    assert!((CALLERS * ROUNDS..=CALLERS * ROUNDS + 4).contains(&trips), "one for each statement: {trips}");

    let transaction = |ctx: Ctx| async move {
        let work = |ctx: Ctx| async move { UserService::new(&ctx).count(Filter::all()).await };
        ctx.transaction(work).await.expect("a count");
    };
    let before = wire.requests();
    let callers: Vec<_> = (0..CALLERS).map(|_| tokio::spawn(transaction(ctx.clone()))).collect();
    for caller in callers {
        caller.await.expect("a caller");
    }
    let trips = wire.requests() - before;
    assert!((CALLERS * 3..=CALLERS * 3 + 4).contains(&trips), "BEGIN, the statement, COMMIT: {trips}");
    ctx.db().close().await;
}

#[each_database(all(), only(postgres))]
async fn callers_who_are_served_by_another_connection_abandon_none_half_open(test: TestDb) {
    let (ctx, wire) = behind_a_wire(&test, 4).await;
    let callers: Vec<_> = (0..64)
        .map(|_| {
            let ctx = ctx.clone();
            tokio::spawn(async move {
                for _ in 0..20 {
                    UserService::new(&ctx).count(Filter::all()).await.expect("a count");
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.expect("a caller");
    }
    assert!((1..=4).contains(&wire.connections()), "as many as the pool may have: {}", wire.connections());
    ctx.db().close().await;
}

#[each_database(all(), only(postgres))]
async fn callers_hear_of_a_database_that_is_gone(test: TestDb) {
    let (ctx, wire) = behind_a_wire(&test, 2).await;
    let count = || async { UserService::new(&ctx).count(Filter::all()).await };
    count().await.expect("a count");
    wire.up.send_replace(false);
    let asked: Vec<_> = futures_util::future::join_all((0..8).map(|_| count())).await;
    assert!(asked.iter().all(|count| matches!(count, Err(Error::Unavailable))), "{asked:?}");
    wire.up.send_replace(true);
    let asked: Vec<_> = futures_util::future::join_all((0..8).map(|_| count())).await;
    assert!(asked.iter().all(Result::is_ok), "{asked:?}");
    ctx.db().close().await;
}

/// A transaction that takes the only connection, until told to end.
async fn hold(ctx: &Ctx) -> (tokio::sync::oneshot::Sender<()>, tokio::task::JoinHandle<entify::Result<()>>) {
    let (free, wait) = tokio::sync::oneshot::channel::<()>();
    let (held, is_held) = tokio::sync::oneshot::channel::<()>();
    let holder = ctx.clone();
    let holder = tokio::spawn(async move {
        let work = |_| async move {
            let _ = held.send(());
            let _ = wait.await;
            Ok(())
        };
        holder.transaction(work).await
    });
    is_held.await.expect("the connection is taken");
    (free, holder)
}

#[each_database(all(), only(postgres))]
async fn callers_are_served_in_the_order_in_which_they_came(test: TestDb) {
    let (ctx, _wire) = behind_a_wire(&test, 1).await;
    let (free, holder) = hold(&ctx).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut callers = Vec::new();
    for number in 0..20 {
        let (ctx, order) = (ctx.clone(), Arc::clone(&order));
        callers.push(tokio::spawn(async move {
            let count = UserService::new(&ctx).count(Filter::all()).await;
            order.lock().expect("the order").push(number);
            count
        }));
        // It waits before the next one comes.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Who gives up holds up nobody behind it.
    for gone in [0, 7, 8, 19] {
        callers[gone].abort();
    }
    free.send(()).expect("the holder");
    holder.await.expect("the holder").expect("a commit");
    for (number, caller) in callers.into_iter().enumerate() {
        match caller.await {
            Ok(count) => assert_eq!(count, Ok(0)),
            Err(gone) => assert!(gone.is_cancelled() && [0, 7, 8, 19].contains(&number)),
        }
    }
    let served = order.lock().expect("the order").clone();
    let expected: Vec<_> = (0..20).filter(|number| ![0, 7, 8, 19].contains(number)).collect();
    assert_eq!(served, expected);
    ctx.db().close().await;
}

#[each_database(all(), only(postgres))]
async fn a_transaction_that_is_dropped_takes_its_connection_along(test: TestDb) {
    let (ctx, _wire) = behind_a_wire(&test, 1).await;
    let panicking = |_: Ctx| async move { panic!("inside a transaction") };
    let work = ctx.transaction::<(), _, _>(panicking).await;
    assert!(work.is_err(), "{work:?}");
    let made = UserService::new(&ctx).create(UserInput::new("ada@example.org")).await;
    made.expect("a connection that is outside of any transaction");
    let counted = UserService::new(&ctx).count(Filter::all()).await;
    assert_eq!(counted, Ok(1));
    ctx.db().close().await;
}
