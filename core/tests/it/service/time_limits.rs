//! No statement runs longer than its time, and none for nobody.

use std::time::{Duration, Instant};

use entify::db::{Db, DbError, DbOptions, Dialect, Executor, Layout, Statement};
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use entify::types::Kind;

use crate::support::connections::number;
use crate::support::domain::*;

/// The time of one statement.
const TIME: Duration = Duration::from_secs(1);
/// An answer that comes after this time comes late, on a busy machine too.
const LATE: Duration = Duration::from_secs(3);

/// Counts for hours.
const SLOW: &str = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2000000000) \
     SELECT count(*) FROM numbers a, numbers b";

/// As slow, while it writes.
fn slow_write() -> Statement {
    Statement::plain(format!("UPDATE \"user\" SET nickname = CAST(({SLOW}) AS text)"))
}

fn count() -> Layout {
    Layout::default().with_column(Kind::I64)
}

async fn open(test: &TestDb, time: Duration) -> Ctx {
    let mut options = DbOptions::new(test.url());
    options.statement_timeout = time;
    options.max_connections = 1;
    Ctx::system(Db::connect(&options).await.expect("a pool"), b"a secret for tests")
}

fn user(name: &str) -> UserInput {
    UserInput::new(format!("{name}@example.org"))
}

async fn emails(ctx: &Ctx) -> Vec<String> {
    let users = UserService::new(ctx).list(Query::default()).await.expect("users");
    users.items.into_iter().map(|user| user.email).collect()
}

#[each_database(all())]
async fn a_statement_ends_with_its_time(test: TestDb) {
    let ctx = open(&test, TIME).await;
    UserService::new(&ctx).create(user("ada")).await.expect("a user");
    let pool = Executor::Pool(ctx.db().clone());
    for turn in 0..2 {
        let start = Instant::now();
        let read = pool.read(Statement::plain(SLOW), &count()).await;
        assert!(matches!(read, Err(DbError::Unavailable(_))), "turn {turn}: {read:?}");
        let written = pool.execute(slow_write()).await;
        assert!(matches!(written, Err(DbError::Unavailable(_))), "turn {turn}: {written:?}");
        assert!(start.elapsed() < 2 * LATE, "{:?}", start.elapsed());
        // The connections are as good as before.
        UserService::new(&ctx).create(user(&format!("after-{turn}"))).await.expect("a user");
        assert_eq!(emails(&ctx).await.len(), 2 + turn);
    }
}

#[each_database(all())]
async fn a_transaction_whose_statement_ends_early_is_rolled_back(test: TestDb) {
    let ctx = open(&test, TIME).await;
    UserService::new(&ctx).create(user("ada")).await.expect("a user");
    let pool = Executor::Pool(ctx.db().clone());
    for turn in 0..3 {
        let start = Instant::now();
        let failed = pool
            .transaction(move |transaction| async move {
                let inside = Executor::Transaction(transaction);
                let change = || Statement::plain("UPDATE \"user\" SET nickname = 'lost'");
                inside.execute(change()).await?;
                match turn {
                    0 => inside.execute(slow_write()).await.map(drop)?,
                    // What goes wrong is ignored, and more is written.
                    1 => drop(inside.execute(slow_write()).await),
                    _ => drop(inside.read(Statement::plain(SLOW), &count()).await),
                }
                let _ = inside.execute(change()).await;
                Ok(())
            })
            .await;
        assert!(failed.is_err(), "turn {turn}");
        assert!(start.elapsed() < LATE, "{:?}", start.elapsed());
        let users = UserService::new(&ctx).list(Query::default()).await.expect("users").items;
        assert_eq!(users.into_iter().map(|user| user.nickname).collect::<Vec<_>>(), [None], "turn {turn}");
    }
    let delete = Statement::plain("DELETE FROM \"user\"");
    pool.transaction(|inside| async move { Ok(Executor::Transaction(inside).execute(delete).await?) })
        .await
        .expect("a transaction");
    assert_eq!(emails(&ctx).await, Vec::<String>::new());
}

/// Each statement of a transaction has its own time, as on its own.
#[each_database(all())]
async fn a_long_transaction_of_short_statements_is_not_ended(test: TestDb) {
    let ctx = open(&test, TIME).await;
    ctx.transaction(|ctx| async move {
        for number in 0..3 {
            tokio::time::sleep(TIME / 2).await;
            UserService::new(&ctx).create(user(&number.to_string())).await?;
        }
        Ok(())
    })
    .await
    .expect("a transaction");
    assert_eq!(emails(&ctx).await.len(), 3);
}

/// Waits until the server runs nothing for anybody.
async fn nothing_runs(test: &TestDb) {
    if test.ctx().db().dialect() == Dialect::Sqlite {
        return;
    }
    let running = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND pid <> pg_backend_pid() AND state <> 'idle'";
    let start = Instant::now();
    while number(test.ctx().db(), running).await > 0 {
        assert!(start.elapsed() < LATE, "a statement runs for nobody");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whoever leaves takes their statement with them: the one connection is free for the next.
#[each_database(all())]
async fn a_statement_ends_when_nobody_waits_for_it(test: TestDb) {
    let ctx = open(&test, Duration::from_secs(120)).await;
    UserService::new(&ctx).create(user("ada")).await.expect("a user");
    let pool = Executor::Pool(ctx.db().clone());
    for _ in 0..3 {
        let left = Duration::from_millis(100);
        let read = tokio::time::timeout(left, pool.read(Statement::plain(SLOW), &count())).await;
        assert!(read.is_err(), "it is not slow");
        nothing_runs(&test).await;
        let written = tokio::time::timeout(left, pool.execute(slow_write())).await;
        assert!(written.is_err(), "it is not slow");
        nothing_runs(&test).await;
        let start = Instant::now();
        assert_eq!(emails(&ctx).await, ["ada@example.org"]);
        UserService::new(&ctx).exists(Filter::all()).await.expect("a read");
        let nobody = UserPatch { nickname: Change::Set(None), ..UserPatch::default() };
        UserService::new(&ctx).update(Id::new(1), nobody).await.expect("a write");
        assert!(start.elapsed() < LATE, "{:?}", start.elapsed());
    }
}

/// A transaction goes on without its caller, but a statement of it does not run for long.
#[each_database(all())]
async fn a_statement_of_a_transaction_ends_soon_after_its_caller_has_gone(test: TestDb) {
    let ctx = open(&test, Duration::from_secs(120)).await;
    UserService::new(&ctx).create(user("ada")).await.expect("a user");
    let pool = Executor::Pool(ctx.db().clone());
    for turn in 0..2 {
        let work = pool.transaction(move |transaction| async move {
            let inside = Executor::Transaction(transaction);
            inside.execute(Statement::plain("UPDATE \"user\" SET nickname = 'lost'")).await?;
            if turn == 0 {
                inside.execute(slow_write()).await.map(drop)?;
            } else {
                // What goes wrong is ignored, and more is written.
                drop(inside.read(Statement::plain(SLOW), &count()).await);
                let _ = inside.execute(Statement::plain("UPDATE \"user\" SET nickname = 'more'")).await;
            }
            Ok(())
        });
        assert!(tokio::time::timeout(Duration::from_millis(100), work).await.is_err(), "it is not slow");
        nothing_runs(&test).await;
        // The connection that writes is free.
        let start = Instant::now();
        let nobody = UserPatch { email: Change::Set("bob@example.org".to_owned()), ..UserPatch::default() };
        let user = UserService::new(&ctx).update(Id::new(1), nobody).await.expect("a write");
        assert_eq!(user.nickname, None, "turn {turn}");
        assert!(start.elapsed() < LATE, "{:?}", start.elapsed());
    }
    // What is over in a moment is committed.
    let work = pool.transaction(|transaction| async move {
        let inside = Executor::Transaction(transaction);
        tokio::time::sleep(Duration::from_millis(200)).await;
        inside.execute(Statement::plain("UPDATE \"user\" SET nickname = 'kept'")).await?;
        Ok(())
    });
    assert!(tokio::time::timeout(Duration::from_millis(50), work).await.is_err());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let users = UserService::new(&ctx).list(Query::default()).await.expect("users").items;
    assert_eq!(users[0].nickname.as_deref(), Some("kept"));
}

/// With row-level security each statement has a transaction around it, and is as short-lived as any.
#[each_database(all(), only(row_security))]
async fn a_statement_under_row_security_ends_when_nobody_waits_for_it(test: TestDb) {
    let mut options = DbOptions::new(test.url());
    options.statement_timeout = Duration::from_secs(120);
    options.acquire_timeout = Duration::from_secs(120);
    options.max_connections = 1;
    options.row_security = true;
    let ctx = Ctx::system(Db::connect(&options).await.expect("a pool"), b"a secret for tests");
    for _ in 0..3 {
        let (held, is_held) = tokio::sync::oneshot::channel();
        let (release, released) = tokio::sync::oneshot::channel::<()>();
        let other = Executor::Pool(test.ctx().db().clone());
        let lock = tokio::spawn(async move {
            let work = |transaction| async move {
                let lock = Statement::plain("LOCK TABLE \"user\" IN ACCESS EXCLUSIVE MODE");
                Executor::Transaction(transaction).execute(lock).await?;
                let _ = held.send(());
                let _ = released.await;
                Ok(())
            };
            other.transaction(work).await
        });
        is_held.await.expect("a lock");
        let read = {
            let ctx = ctx.clone();
            tokio::spawn(async move { UserService::new(&ctx).count(Filter::all()).await })
        };
        let waits = "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database \
                     WHERE NOT granted AND datname = current_database()";
        let waiting = async |expected: i64, what: &str| {
            let start = Instant::now();
            while number(test.ctx().db(), waits).await != expected {
                assert!(start.elapsed() < LATE, "{what}");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        waiting(1, "it does not wait").await;
        read.abort();
        waiting(0, "a statement waits for nobody").await;
        release.send(()).expect("the lock");
        lock.await.expect("a task").expect("a transaction");
        let start = Instant::now();
        assert_eq!(UserService::new(&ctx).count(Filter::all()).await, Ok(0));
        assert!(start.elapsed() < LATE, "{:?}", start.elapsed());
    }
}

/// The signal that ends a statement never comes late, to the statement of somebody else.
#[each_database(all(), only(postgres))]
async fn what_ends_a_statement_ends_no_other(test: TestDb) {
    let ctx = open(&test, Duration::from_secs(120)).await;
    let pool = Executor::Pool(ctx.db().clone());
    let sleep = |seconds: &str| Statement::plain(format!("SELECT 1::bigint FROM pg_sleep({seconds})"));
    let (mut gone, mut answered) = (0, 0);
    for number in 0..400_u64 {
        let left = Duration::from_micros(number * 7_919 % 5_000);
        match tokio::time::timeout(left, pool.read(sleep("0.002"), &count())).await {
            Ok(read) => {
                read.expect("a read");
                answered += 1;
            }
            Err(_) => gone += 1,
        }
        let next = pool.read(sleep("0.001"), &count()).await;
        assert_eq!(next.map(|rows| rows.len()), Ok(1), "after {number}");
    }
    assert!(gone > 50 && answered > 50, "{gone} were left, {answered} answered");
}

/// A database in memory has one connection, and lives as long as that.
#[tokio::test]
async fn a_database_in_memory_outlives_what_is_interrupted() {
    let mut options = DbOptions::new("sqlite::memory:");
    options.statement_timeout = TIME;
    let db = Db::connect(&options).await.expect("a database");
    let pool = Executor::Pool(db);
    pool.execute(Statement::plain("CREATE TABLE \"user\" (nickname text)")).await.expect("a table");
    pool.execute(Statement::plain("INSERT INTO \"user\" VALUES ('a')")).await.expect("a row");
    for _ in 0..2 {
        let write = |transaction| async move {
            Executor::Transaction(transaction).execute(slow_write()).await?;
            Ok(())
        };
        assert!(pool.transaction(write).await.is_err());
        let rows =
            pool.read(Statement::plain("SELECT count(*) FROM \"user\""), &count()).await.expect("a count");
        assert_eq!(rows.len(), 1);
    }
}
