//! All that one piece of work waits for has one deadline: a lock, a connection, another run.

use std::time::{Duration, Instant};

use entify::db::{Db, DbOptions, Dialect, Executor, Isolation, Statement};
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::domain::*;

/// The time of one statement.
const TIME: Duration = Duration::from_secs(1);

/// An answer that comes after this time comes late, on a busy machine too.
const LATE: Duration = Duration::from_millis(1_600);

/// The application of a test, each statement of which has a second.
async fn app(test: &TestDb, connections: u32) -> Ctx {
    let mut options = DbOptions::new(test.url());
    options.statement_timeout = TIME;
    options.acquire_timeout = Duration::from_secs(60);
    options.max_connections = connections;
    Ctx::system(Db::connect(&options).await.expect("a pool"), b"a secret for tests")
}

/// What another node holds, until it is let go.
struct Held {
    release: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Held {
    async fn release(self) {
        let _ = self.release.send(());
        self.task.await.expect("the holder");
    }
}

/// Another node that is inside a transaction in which it has run a statement. On SQLite it has the write lock.
async fn hold(db: &Db, sql: &'static str) -> Held {
    let executor = Executor::Pool(db.clone());
    let (release, released) = oneshot::channel::<()>();
    let (held, is_held) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let work = move |transaction| async move {
            Executor::Transaction(transaction).execute(Statement::plain(sql)).await?;
            let _ = held.send(());
            let _ = released.await;
            Ok(())
        };
        executor.transaction(work).await.expect("the holder's transaction");
    });
    is_held.await.expect("it is held");
    Held { release, task }
}

async fn other_node(test: &TestDb) -> Db {
    Db::connect(&DbOptions::new(test.url())).await.expect("another pool")
}

fn user(name: impl std::fmt::Display) -> UserInput {
    UserInput::new(format!("{name}@example.org"))
}

/// Work that writes in each of the ways there are, by number.
async fn write(ctx: &Ctx, way: usize, number: usize) -> entify::Result<()> {
    let users = UserService::new(ctx);
    let name = format!("way{way}-{number}");
    match way {
        0 => users.create(user(name)).await.map(drop),
        1 => users.create_many((0..3).map(|part| user(format!("{name}-{part}")))).await.map(drop),
        2 => {
            let work =
                move |ctx: Ctx| async move { UserService::new(&ctx).create(user(name)).await.map(drop) };
            ctx.transaction(work).await
        }
        3 => {
            let work = move |ctx: Ctx| {
                let name = name.clone();
                async move { UserService::new(&ctx).create(user(name)).await.map(drop) }
            };
            ctx.transaction_with_retry(Isolation::Serializable, work).await
        }
        _ => {
            let patch = UserPatch { nickname: Change::Set(Some(name)), ..UserPatch::default() };
            users.update(Id::new(1), patch).await.map(drop)
        }
    }
}

const WAYS: usize = 5;

async fn all_refused_in_time(ctx: &Ctx, ways: impl Iterator<Item = usize>) {
    let write = |(number, way)| {
        let ctx = ctx.clone();
        tokio::spawn(async move {
            let start = Instant::now();
            let refused = write(&ctx, way, number).await;
            assert_eq!(refused, Err(Error::Unavailable), "way {way}");
            let waited = start.elapsed();
            assert!(waited < LATE, "way {way} waited {waited:?}");
            waited
        })
    };
    let tasks: Vec<_> = ways.enumerate().map(write).collect();
    for task in tasks {
        let waited = task.await.expect("a write");
        assert!(waited > TIME / 2, "{waited:?}: it did not wait at all");
    }
}

#[each_database(all(), only(sqlite))]
async fn a_writer_waits_for_the_lock_once(test: TestDb) {
    let (ctx, other) = (app(&test, 4).await, other_node(&test).await);
    write(&ctx, 0, 0).await.expect("a user");
    let held = hold(&other, "UPDATE \"user\" SET nickname = 'held'").await;
    for way in 0..WAYS {
        all_refused_in_time(&ctx, std::iter::once(way)).await;
    }
    // Those that queue for the one connection that writes wait no longer for it.
    all_refused_in_time(&ctx, (0..3 * WAYS).map(|number| number % WAYS)).await;
    // A reader does not wait at all.
    let start = Instant::now();
    UserService::new(&ctx).count(Filter::all()).await.expect("a count");
    assert!(start.elapsed() < TIME / 2);
    held.release().await;
    for way in 0..WAYS {
        write(&ctx, way, 100).await.expect("the lock is free");
    }
}

#[each_database(all(), only(sqlite))]
async fn a_lock_that_is_released_in_time_is_not_heard_of(test: TestDb) {
    let (ctx, other) = (app(&test, 4).await, other_node(&test).await);
    write(&ctx, 0, 0).await.expect("a user");
    let held = hold(&other, "UPDATE \"user\" SET nickname = 'held'").await;
    let writes: Vec<_> = (0..WAYS)
        .map(|way| {
            let ctx = ctx.clone();
            tokio::spawn(async move { write(&ctx, way, 1).await })
        })
        .collect();
    tokio::time::sleep(TIME / 2).await;
    held.release().await;
    for write in writes {
        write.await.expect("a task").expect("a write that waited");
    }
}

/// Whoever has gone does not come back for a lock: what had not begun is not done later.
#[each_database(all(), only(sqlite))]
async fn nothing_is_written_for_who_left_while_waiting(test: TestDb) {
    let (ctx, other) = (app(&test, 4).await, other_node(&test).await);
    write(&ctx, 0, 0).await.expect("a user");
    let before = UserService::new(&ctx).count(Filter::all()).await.expect("a count");
    let held = hold(&other, "UPDATE \"user\" SET nickname = 'held'").await;
    for way in 0..4 {
        let left = tokio::time::timeout(Duration::from_millis(150), write(&ctx, way, 7)).await;
        assert!(left.is_err(), "way {way} did not wait");
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    held.release().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(UserService::new(&ctx).count(Filter::all()).await, Ok(before));
}

#[each_database(all(), only(postgres))]
async fn a_locked_row_is_waited_for_once(test: TestDb) {
    let (ctx, other) = (app(&test, 8).await, other_node(&test).await);
    write(&ctx, 0, 0).await.expect("a user");
    // Nothing can be inserted either.
    let held = hold(&other, "LOCK TABLE \"user\" IN EXCLUSIVE MODE").await;
    all_refused_in_time(&ctx, 0..WAYS).await;
    held.release().await;
    let held = hold(&other, "UPDATE \"user\" SET nickname = 'held'").await;
    all_refused_in_time(&ctx, std::iter::once(4)).await;
    held.release().await;
    for way in 0..WAYS {
        write(&ctx, way, 100).await.expect("the locks are free");
    }
}

/// The connection is waited for first, then the lock: both within one time.
#[each_database(all(), only(postgres))]
async fn a_connection_and_a_lock_are_waited_for_together(test: TestDb) {
    let (ctx, other) = (app(&test, 1).await, other_node(&test).await);
    write(&ctx, 0, 0).await.expect("a user");
    for way in 0..WAYS {
        let lock = hold(&other, "LOCK TABLE \"user\" IN EXCLUSIVE MODE").await;
        let connection = hold(ctx.db(), "SELECT 1").await;
        let waits = {
            let ctx = ctx.clone();
            tokio::spawn(async move { all_refused_in_time(&ctx, std::iter::once(way)).await })
        };
        tokio::time::sleep(TIME * 3 / 4).await;
        connection.release().await;
        waits.await.expect("refused in time");
        lock.release().await;
        // The limit of the late one has not stayed on the connection.
        Executor::Pool(ctx.db().clone())
            .execute(Statement::plain("SELECT pg_sleep(0.6)"))
            .await
            .expect("a statement has its whole time");
    }
}

#[each_database(all())]
async fn an_exhausted_pool_is_waited_for_once(test: TestDb) {
    let ctx = app(&test, 1).await;
    write(&ctx, 0, 0).await.expect("a user");
    let held = hold(ctx.db(), "UPDATE \"user\" SET nickname = 'held'").await;
    all_refused_in_time(&ctx, (0..2 * WAYS).map(|number| number % WAYS)).await;
    if ctx.db().dialect() == Dialect::Postgres {
        let start = Instant::now();
        let refused = UserService::new(&ctx).count(Filter::all()).await;
        assert_eq!(refused, Err(Error::Unavailable));
        assert!(start.elapsed() < LATE);
    }
    held.release().await;
    write(&ctx, 0, 100).await.expect("it recovered");
}

/// What conflicts again and again ends with the time, not with a number of runs.
#[each_database(all(), only(postgres))]
async fn conflicts_are_run_again_within_the_time(test: TestDb) {
    let (ctx, other) = (app(&test, 4).await, other_node(&test).await);
    write(&ctx, 0, 0).await.expect("a user");
    let start = Instant::now();
    let work = move |ctx: Ctx| {
        let other = other.clone();
        async move {
            let users = UserService::new(&ctx);
            users.get(Id::new(1)).await?;
            let behind = Statement::plain("UPDATE \"user\" SET nickname = nickname || 'x' WHERE id = 1");
            Executor::Pool(other).execute(behind).await?;
            tokio::time::sleep(Duration::from_millis(250)).await;
            let patch = UserPatch { nickname: Change::Set(Some("mine".to_owned())), ..UserPatch::default() };
            users.update(Id::new(1), patch).await.map(drop)
        }
    };
    assert_eq!(ctx.transaction_with_retry(Isolation::Serializable, work).await, Err(Error::Unavailable));
    assert!(start.elapsed() < LATE, "{:?}", start.elapsed());
}

#[cfg(feature = "rest")]
mod over_http {
    use entify::config::Settings;
    use entify::server::AppState;
    use poem::http::{Method, StatusCode};
    use poem::{Endpoint, Request, Response};

    use super::*;

    /// What keeps others from writing users.
    fn lock_of(db: &Db) -> &'static str {
        match db.dialect() {
            Dialect::Sqlite => "UPDATE \"user\" SET nickname = 'held'",
            Dialect::Postgres => "LOCK TABLE \"user\" IN EXCLUSIVE MODE",
        }
    }

    async fn create(endpoint: &impl Endpoint<Output = Response>) -> Response {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/api/users".parse().expect("a URI"))
            .content_type("application/json")
            .body(r#"{"email":"ada@example.org"}"#);
        endpoint.get_response(request).await
    }

    #[each_database(all())]
    async fn the_answer_comes_in_time(test: TestDb) {
        let (ctx, other) = (app(&test, 4).await, other_node(&test).await);
        let app = App::new(all());
        let state = AppState::new(app.registry().expect("entities"), ctx.db().clone(), b"a secret for tests");
        let endpoint = app.into_endpoint(&state).expect("an endpoint");
        let held = hold(&other, lock_of(&other)).await;
        let start = Instant::now();
        let response = create(&endpoint).await;
        assert!(start.elapsed() < LATE, "{:?}", start.elapsed());
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(response.headers().contains_key("retry-after"));
        held.release().await;
    }

    /// Whatever others hold, and with the settings as they are: a client hears within three seconds.
    #[each_database(all())]
    async fn a_client_hears_within_three_seconds_by_default(test: TestDb) {
        let other = other_node(&test).await;
        let mut options = Settings::default().db_options();
        options.url = test.url().to_owned();
        options.max_connections = 1;
        let db = Db::connect(&options).await.expect("a pool");
        let app = App::new(all());
        let state = AppState::new(app.registry().expect("entities"), db.clone(), b"a secret for tests");
        let endpoint = app.into_endpoint(&state).expect("an endpoint");
        for (what, holder) in [("the lock", &other), ("the connection", &db)] {
            let held = hold(holder, lock_of(holder)).await;
            let start = Instant::now();
            let response = create(&endpoint).await;
            let waited = start.elapsed();
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{what}");
            assert!(response.headers().contains_key("retry-after"), "{what}");
            assert!(waited > Duration::from_secs(1) && waited < Duration::from_secs(3), "{what}: {waited:?}");
            held.release().await;
        }
    }
}
