//! Many at once, on real parallel connections: nothing is lost, and no conflict reaches the caller.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use entify::db::{Db, DbOptions, Dialect, Isolation};
use entify::entity::Entity as _;
use entify::prelude::*;
use entify::service::Records;
use entify::testing::{TestDb, each_database};
use entify::value::Value;
use tokio::sync::Barrier;

/// Something that is counted.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Counter {
    #[entity(unique)]
    name: String,
    #[entity(default = 0)]
    total: i64,
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Counter]
}

async fn counter(ctx: &Ctx, name: &str) -> Id<Counter> {
    CounterService::new(ctx).create(CounterInput::new(name)).await.expect("a counter").id
}

async fn total(ctx: &Ctx, id: Id<Counter>) -> i64 {
    CounterService::new(ctx).get(id).await.expect("the counter").total
}

async fn set(ctx: &Ctx, id: Id<Counter>, total: i64) -> entify::Result<()> {
    let patch = CounterPatch { total: total.into(), ..CounterPatch::default() };
    CounterService::new(ctx).update(id, patch).await.map(drop)
}

async fn add_one_locked(ctx: &Ctx, id: Id<Counter>) -> entify::Result<()> {
    let record = Records::new(ctx, Counter::def().info()).lock(&Value::Int(id.get())).await?;
    let Value::Int(total) = record.get(2) else { return Err(Error::internal("no total")) };
    set(ctx, id, total + 1).await
}

async fn all<T>(tasks: Vec<tokio::task::JoinHandle<T>>) -> Vec<T> {
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.expect("a task that ends"));
    }
    done
}

#[each_database(entities())]
async fn locked_increments_are_never_lost(ctx: Ctx) {
    let id = counter(&ctx, "a").await;
    let add = |_| {
        let ctx = ctx.clone();
        tokio::spawn(async move {
            for _ in 0..200 {
                ctx.transaction(move |ctx| async move { add_one_locked(&ctx, id).await })
                    .await
                    .expect("one more");
            }
        })
    };
    all((0..32).map(add).collect()).await;
    assert_eq!(total(&ctx, id).await, 32 * 200);
}

#[each_database(entities())]
async fn serializable_work_is_run_again_until_it_fits(ctx: Ctx) {
    let id = counter(&ctx, "a").await;
    let runs = Arc::new(AtomicU64::new(0));
    // The first two both read before either writes, whatever else the machine does. SQLite has one writer at a time.
    let both_read = (ctx.db().dialect() == Dialect::Postgres).then(|| Arc::new(Barrier::new(2)));
    let add = |_| {
        let (ctx, runs, both_read) = (ctx.clone(), runs.clone(), both_read.clone());
        tokio::spawn(async move {
            for _ in 0..25 {
                let (runs, both_read) = (runs.clone(), both_read.clone());
                // Reads without a lock: only the isolation keeps increments from being lost.
                let work = move |ctx: Ctx| {
                    let first = runs.fetch_add(1, Ordering::Relaxed) < 2;
                    let both_read = both_read.clone().filter(|_| first);
                    async move {
                        let total = total(&ctx, id).await;
                        if let Some(both_read) = both_read {
                            both_read.wait().await;
                        }
                        set(&ctx, id, total + 1).await
                    }
                };
                ctx.transaction_with_retry(Isolation::Serializable, work).await.expect("one more");
            }
        })
    };
    all((0..4).map(add).collect()).await;
    assert_eq!(total(&ctx, id).await, 100);
    let runs = runs.load(Ordering::Relaxed);
    assert!(runs >= 100, "{runs}");
    if ctx.db().dialect() == Dialect::Postgres {
        assert!(runs > 100, "nothing ever collided");
    }
}

#[each_database(entities())]
async fn deadlocks_are_run_again(ctx: Ctx) {
    let (a, b) = (counter(&ctx, "a").await, counter(&ctx, "b").await);
    let cross = |(first, second): (Id<Counter>, Id<Counter>)| {
        let ctx = ctx.clone();
        tokio::spawn(async move {
            let work = move |ctx: Ctx| async move {
                add_one_locked(&ctx, first).await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
                add_one_locked(&ctx, second).await
            };
            ctx.transaction_with_retry(Isolation::default(), work).await
        })
    };
    let done = all([(a, b), (b, a)].map(cross).into_iter().collect()).await;
    assert_eq!(done, [Ok(()), Ok(())]);
    assert_eq!((total(&ctx, a).await, total(&ctx, b).await), (2, 2));
}

/// On PostgreSQL alone: SQLite's writers wait for each other.
#[each_database(entities(), only(postgres))]
async fn what_cannot_be_run_again_answers_unavailable(ctx: Ctx) {
    let (a, b) = (counter(&ctx, "a").await, counter(&ctx, "b").await);
    let cross = |(first, second): (Id<Counter>, Id<Counter>)| {
        let ctx = ctx.clone();
        tokio::spawn(async move {
            let work = move |ctx: Ctx| async move {
                add_one_locked(&ctx, first).await?;
                tokio::time::sleep(Duration::from_millis(200)).await;
                add_one_locked(&ctx, second).await
            };
            ctx.transaction(work).await
        })
    };
    let mut done = all([(a, b), (b, a)].map(cross).into_iter().collect()).await;
    done.sort_by_key(Result::is_err);
    assert_eq!(done, [Ok(()), Err(Error::Unavailable)]);
    assert_eq!((total(&ctx, a).await, total(&ctx, b).await), (1, 1));
}

#[each_database(entities())]
async fn isolation_is_not_weakened_in_silence(ctx: Ctx) {
    let postgres = ctx.db().dialect() == Dialect::Postgres;
    let nested = |outer: Isolation, inner: Isolation| {
        let ctx = ctx.clone();
        async move {
            ctx.transaction_with_retry(outer, move |ctx| async move {
                ctx.transaction_with_retry(inner, |_| async { Ok(()) }).await
            })
            .await
        }
    };
    let weaker = nested(Isolation::ReadCommitted, Isolation::Serializable).await;
    assert_eq!(weaker, if postgres { Err(Error::Internal) } else { Ok(()) });
    assert_eq!(nested(Isolation::Serializable, Isolation::RepeatableRead).await, Ok(()));
}

/// How long writers compete: 2 seconds, or as `ENTIFY_SOAK_SECONDS` says.
fn soak() -> Duration {
    let asked = std::env::var("ENTIFY_SOAK_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(asked.unwrap_or(2))
}

/// Writes without a pause, half of it in transactions, and says how much.
async fn write_for(ctx: &Ctx, id: Id<Counter>, writer: &str, time: Duration) -> u64 {
    let (start, mut written) = (Instant::now(), 0);
    while start.elapsed() < time {
        let done = match written % 2 {
            0 => ctx.transaction(move |ctx| async move { add_one_locked(&ctx, id).await }).await,
            _ => {
                let name = format!("{writer}-{written}");
                CounterService::new(ctx).create(CounterInput::new(name)).await.map(drop)
            }
        };
        if let Err(error) = done {
            panic!("writer {writer}: {error} after {written} writes and {:?}", start.elapsed());
        }
        written += 1;
    }
    written
}

async fn writers(db: &Db, name: &'static str, count: usize, id: Id<Counter>, time: Duration) -> u64 {
    let ctx = Ctx::system(db.clone(), b"a secret for tests");
    let write = |number| {
        let ctx = ctx.clone();
        tokio::spawn(async move { write_for(&ctx, id, &format!("{name}{number}"), time).await })
    };
    all((0..count).map(write).collect()).await.into_iter().sum()
}

/// Not a test: the other process of the one below.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by other tests"]
async fn writes_to_a_given_file() {
    let url = std::env::var("ENTIFY_TEST_FILE").expect("the URL");
    let db = Db::connect(&DbOptions::new(url)).await.expect("the file");
    let written = writers(&db, "process", 4, Id::new(1), soak()).await;
    println!("\nwritten={written}");
}

/// 16 writers in three pools, one of them in another process: none of them hears of a lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_writers_never_hear_of_a_lock() {
    let test = TestDb::sqlite(&entities()).await;
    let id = counter(&test.ctx(), "total").await;
    assert_eq!(id.get(), 1);
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "service::concurrency::writes_to_a_given_file", "--ignored", "--nocapture"]);
    command.env("ENTIFY_TEST_FILE", test.url());
    let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
    let other = Db::connect(&DbOptions::new(test.url())).await.expect("a second pool");
    let (first, second) =
        tokio::join!(writers(test.db(), "first", 6, id, soak()), writers(&other, "second", 6, id, soak()));
    let output = tokio::task::spawn_blocking(|| process.wait_with_output()).await.expect("a thread");
    let output = output.expect("its output");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let third = text.lines().find_map(|line| line.strip_prefix("written=")?.parse::<u64>().ok());
    let third = third.expect("what it wrote");
    println!("written by three pools: {first}, {second}, {third}");
    assert!(first > 0 && second > 0 && third > 0);
    let rows = CounterService::new(&test.ctx()).count(Filter::all()).await.expect("a count") - 1;
    let total = u64::try_from(total(&test.ctx(), id).await).expect("a number");
    assert_eq!(rows + total, first + second + third);
    other.close().await;
}

/// Statements on their own keep connections at hand; whoever needs one for longer, gets one.
#[each_database(entities(), only(postgres))]
async fn few_connections_serve_statements_and_transactions(test: TestDb) {
    let mut options = DbOptions::new(test.url());
    for connections in [1, 2] {
        options.max_connections = connections;
        options.acquire_timeout = Duration::from_secs(20);
        let ctx = Ctx::system(Db::connect(&options).await.expect("a pool"), b"a secret for tests");
        let id = counter(&ctx, &format!("of {connections}")).await;
        let work = |task: u32| {
            let ctx = ctx.clone();
            tokio::spawn(async move {
                for round in 0..50 {
                    match (task + round) % 3 {
                        0 => drop(total(&ctx, id).await),
                        1 => {
                            let refused = CounterService::new(&ctx).create(CounterInput::new("of 1")).await;
                            assert_eq!(refused.expect_err("taken").code(), "CONFLICT");
                        }
                        _ => {
                            let add = move |ctx: Ctx| async move {
                                let counters = CounterService::new(&ctx);
                                let total = counters.lock(id).await?.total;
                                set(&ctx, id, total + 1).await
                            };
                            ctx.transaction(add).await.expect("a transaction");
                        }
                    }
                }
            })
        };
        for task in (0..6).map(work).collect::<Vec<_>>() {
            task.await.expect("a task");
        }
        assert_eq!(total(&ctx, id).await, 100, "a third of 300");
        let status = ctx.db().pool_status();
        assert!(status.open <= connections, "{status:?}");
        ctx.db().close().await;
        let closed = CounterService::new(&ctx).count(Filter::all()).await;
        assert_eq!(closed, Err(entify::Error::Unavailable));
    }
}
