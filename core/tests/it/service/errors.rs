//! What goes wrong says so: which field, which code, and nothing of the driver.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use entify::db::{Constraint, Db, DbError, DbOptions, Dialect, Executor, Isolation, Statement};
use entify::prelude::*;
use entify::service::Records;
use entify::testing::{TestDb, each_database};

use crate::support::domain::*;
use crate::support::postgres_wire::{Wire, behind_a_wire};

/// Two fields that are unique together, and a rule over two fields.
#[derive(Entity)]
#[entity(policy = public, unique(shelf, place), check("low <= high"))]
pub struct Slot {
    shelf: String,
    #[entity(column = "position")]
    place: i32,
    #[entity(default = 0)]
    low: i32,
    #[entity(default = 9)]
    high: i32,
    #[entity(unique)]
    label: Option<String>,
}

fn with_slots() -> Vec<&'static entify::entity::EntityDef> {
    let mut entities = all();
    entities.extend(entify::entities![Slot]);
    entities
}

fn broken(error: &Error) -> Vec<(&str, &str)> {
    error.fields().iter().map(|error| (&*error.field, error.code)).collect()
}

#[each_database(with_slots())]
async fn every_rule_leads_back_to_its_fields(ctx: Ctx) {
    let slots = SlotService::new(&ctx);
    let first = slots.create(SlotInput::new("a", 1)).await.expect("a slot");
    let labelled = SlotInput { label: Some("x".to_owned()), ..SlotInput::new("a", 2) };
    let second = slots.create(labelled).await.expect("a slot");

    let error = slots.create(SlotInput::new("a", 1)).await.expect_err("taken");
    assert_eq!((error.code(), broken(&error)), ("CONFLICT", vec![("shelf", "unique"), ("place", "unique")]));
    let error = slots
        .update(second.id, SlotPatch { place: 1.into(), ..SlotPatch::default() })
        .await
        .expect_err("taken");
    assert_eq!(broken(&error), [("shelf", "unique"), ("place", "unique")]);
    let label = Change::Set(Some("x".to_owned()));
    let error = slots.update(first.id, SlotPatch { label, ..SlotPatch::default() }).await.expect_err("taken");
    assert_eq!(broken(&error), [("label", "unique")]);

    let crossed = SlotInput { low: Some(5), high: Some(4), ..SlotInput::new("b", 1) };
    let error = slots.create(crossed).await.expect_err("a broken check");
    assert_eq!((error.code(), broken(&error)), ("VALIDATION_FAILED", vec![("", "check")]));
    let error = slots
        .update(first.id, SlotPatch { low: 10.into(), ..SlotPatch::default() })
        .await
        .expect_err("a broken check");
    assert_eq!(broken(&error), [("", "check")]);
}

#[each_database(all())]
async fn references_lead_back_to_their_fields(ctx: Ctx) {
    let author = UserService::new(&ctx).create(UserInput::new("ada@example.org")).await.expect("a user").id;
    let posts = PostService::new(&ctx);
    let nobody: Id<User> = Id::new(404);
    let error = posts.create(PostInput::new("x", nobody)).await.expect_err("no author");
    assert_eq!((error.code(), broken(&error)), ("CONFLICT", vec![("author_id", "reference")]));
    let post = posts.create(PostInput::new("x", author)).await.expect("a post").id;
    let reviewer = Change::Set(Some(nobody));
    let patch = PostPatch { reviewer_id: reviewer, ..PostPatch::default() };
    let error = posts.update(post, patch).await.expect_err("no reviewer");
    assert_eq!(broken(&error), [("reviewer_id", "reference")]);

    let tag = TagService::new(&ctx).create(TagInput::new("a")).await.expect("a tag").id;
    PostTagService::new(&ctx).create(PostTagInput::new(post, tag)).await.expect("a link");
    let error = TagService::new(&ctx).delete(tag).await.expect_err("still used");
    assert_eq!((error.code(), broken(&error)), ("CONFLICT", vec![("", "referenced")]));
}

#[each_database(all())]
async fn the_database_names_what_it_refuses(ctx: Ctx) {
    // Past the service, which would have refused these by itself.
    let run = |sql: &str| {
        let executor = Executor::Pool(ctx.db().clone());
        let statement = Statement::plain(sql);
        async move { executor.execute(statement).await.expect_err("refused") }
    };
    let user = "INSERT INTO \"user\" (email, status, created_at, updated_at) VALUES";
    let time = "'2024-01-01T00:00:00.000000Z', '2024-01-01T00:00:00.000000Z'";
    let error = run(&format!("{user} ('a@b.c', 'asleep', {time})")).await;
    assert_eq!(error, DbError::Check(Some("ck_user_status".to_owned())));
    let error = run(&format!("{user} (NULL, 'active', {time})")).await;
    assert_eq!(error, DbError::NotNull(Some("email".to_owned())));
    UserService::new(&ctx).create(UserInput::new("a@b.c")).await.expect("a user");
    let error = run(&format!("{user} ('a@b.c', 'active', {time})")).await;
    let named = match ctx.db().dialect() {
        Dialect::Postgres => Constraint::Name("uq_user_email".to_owned()),
        Dialect::Sqlite => Constraint::Columns(vec!["email".to_owned()]),
    };
    assert_eq!(error, DbError::Unique(named));
}

#[each_database(all())]
async fn a_value_too_large_for_an_index_names_its_field(ctx: Ctx) {
    // Cannot be compressed, so that it stays longer than a page of PostgreSQL's index.
    let long: String = (0..3_000).map(|_| Uuid::new_v4().simple().to_string()).collect();
    let made = ReservedService::new(&ctx).create(ReservedInput::new(long, true)).await;
    assert_eq!(broken(&made.expect_err("too large")), [("select", "too_long")]);
}

#[each_database(all())]
async fn a_commit_that_fails_is_an_error(ctx: Ctx) {
    let done = ctx.transaction(|ctx| async move {
        Records::new(&ctx, <Post as entify::entity::Entity>::def().info()).defer_references().await?;
        PostService::new(&ctx).create(PostInput::new("x", Id::new(404))).await.map(drop)
    });
    assert_eq!(done.await.expect_err("the reference is checked by the commit").code(), "CONFLICT");
    assert_eq!(PostService::new(&ctx).count(Filter::all()).await, Ok(0));
}

#[each_database(all())]
async fn a_transaction_does_not_pass_over_a_failed_statement(ctx: Ctx) {
    let users = UserService::new(&ctx);
    users.create(UserInput::new("ada@example.org")).await.expect("a user");
    let done = ctx.transaction(|ctx| async move {
        let users = UserService::new(&ctx);
        let refused = users.create(UserInput::new("ada@example.org")).await;
        assert_eq!(refused.expect_err("taken").code(), "CONFLICT");
        Ok(())
    });
    assert_eq!(done.await, Err(Error::Internal), "PostgreSQL would have said yes and kept nothing");
    let done = ctx.transaction(|ctx| async move {
        UserService::new(&ctx).create(UserInput::new("bob@example.org")).await?;
        // Dropped while it runs: whether it was carried out is not known.
        let users = UserService::new(&ctx);
        let work = users.create(UserInput::new("eve@example.org"));
        let dropped = tokio::time::timeout(Duration::ZERO, work).await;
        Ok(dropped.is_err())
    });
    assert!(matches!(done.await, Err(Error::Internal) | Ok(false)));
    let eves = users.count(User::email().eq("eve@example.org")).await.expect("a count");
    let bobs = users.count(User::email().eq("bob@example.org")).await.expect("a count");
    assert_eq!(eves, bobs, "both or none");
}

async fn small_pool(test: &TestDb) -> Ctx {
    let mut options = DbOptions::new(test.url());
    options.max_connections = 1;
    options.acquire_timeout = Duration::from_millis(200);
    Ctx::system(Db::connect(&options).await.expect("a pool of one"), b"a secret for tests")
}

#[each_database(all())]
async fn an_exhausted_pool_answers_unavailable_and_recovers(test: TestDb) {
    let ctx = small_pool(&test).await;
    let (free, wait) = tokio::sync::oneshot::channel::<()>();
    let (held, hold) = tokio::sync::oneshot::channel::<()>();
    let holder = ctx.clone();
    let holder = tokio::spawn(async move {
        holder
            .transaction(|_| async move {
                let _ = held.send(());
                let _ = wait.await;
                Ok(())
            })
            .await
    });
    hold.await.expect("the connection is taken");
    let start = Instant::now();
    let refused = UserService::new(&ctx).create(UserInput::new("ada@example.org")).await;
    assert_eq!(refused.expect_err("no connection"), Error::Unavailable);
    let refused = ctx.transaction(|_| async { Ok(()) }).await;
    assert_eq!(refused, Err(Error::Unavailable));
    assert!(start.elapsed() < Duration::from_secs(5));
    let _ = free.send(());
    assert_eq!(holder.await.expect("the holder"), Ok(()));
    UserService::new(&ctx).create(UserInput::new("ada@example.org")).await.expect("it recovered");
    ctx.db().close().await;
}

#[cfg(feature = "rest")]
#[each_database(all())]
async fn an_exhausted_pool_is_503_with_a_time_to_come_back(test: TestDb) {
    let ctx = small_pool(&test).await;
    let api = crate::rest::Api::on(ctx.db().clone(), test, &all(), entify::rest::Rest::new()).await;
    let (free, wait) = tokio::sync::oneshot::channel::<()>();
    let (held, hold) = tokio::sync::oneshot::channel::<()>();
    let holder = ctx.clone();
    let holder = tokio::spawn(async move {
        holder
            .transaction(|_| async move {
                let _ = held.send(());
                let _ = wait.await;
                Ok(())
            })
            .await
    });
    hold.await.expect("the connection is taken");
    let body = serde_json::json!({"email": "ada@example.org"});
    let answer = api.post("/api/users", body.clone()).await;
    answer.problem(503, "UNAVAILABLE");
    assert_eq!(answer.header("retry-after"), Some("2"));
    let _ = free.send(());
    assert_eq!(holder.await.expect("the holder"), Ok(()));
    assert_eq!(api.post("/api/users", body).await.status, 201);
}

#[each_database(all(), only(postgres))]
async fn a_database_that_goes_away_is_missed_and_found_again(test: TestDb) {
    let (ctx, wire) = behind_a_wire(&test, 4).await;
    let users = UserService::new(&ctx);
    let fill = (0..4).map(|number| {
        let ctx = ctx.clone();
        tokio::spawn(async move {
            ctx.transaction(move |ctx| async move {
                tokio::time::sleep(Duration::from_millis(50)).await;
                UserService::new(&ctx).create(UserInput::new(format!("u{number}@example.org"))).await
            })
            .await
        })
    });
    for made in fill.collect::<Vec<_>>() {
        made.await.expect("a task").expect("a user");
    }
    assert_eq!(ctx.db().pool_status().open, 4);

    wire.up.send_replace(false);
    assert_eq!(users.count(Filter::all()).await, Err(Error::Unavailable));
    let refused = users.create(UserInput::new("ada@example.org")).await;
    assert_eq!(refused.expect_err("away"), Error::Unavailable);
    assert_eq!(ctx.transaction(|_| async { Ok(()) }).await, Err(Error::Unavailable));

    wire.up.send_replace(true);
    assert_eq!(users.count(Filter::all()).await, Ok(4), "it is back");
    users.create(UserInput::new("ada@example.org")).await.expect("writes too");

    // A restart that nobody noticed: reads and new transactions find a connection that lives.
    let cut = |wire: &Wire| {
        wire.up.send_replace(false);
        wire.up.send_replace(true);
    };
    cut(&wire);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(users.count(Filter::all()).await, Ok(5));
    cut(&wire);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(ctx.transaction(|_| async { Ok(()) }).await, Ok(()));
    ctx.db().close().await;
}

#[each_database(all(), only(postgres))]
async fn what_may_have_been_committed_is_not_run_again(test: TestDb) {
    let (ctx, wire) = behind_a_wire(&test, 4).await;
    let (runs, wire) = (Arc::new(AtomicU32::new(0)), Arc::new(wire));
    let work = {
        let (runs, wire) = (runs.clone(), wire.clone());
        move |ctx: Ctx| {
            runs.fetch_add(1, Ordering::Relaxed);
            let wire = wire.clone();
            async move {
                UserService::new(&ctx).create(UserInput::new("ada@example.org")).await?;
                wire.up.send_replace(false);
                tokio::time::sleep(Duration::from_millis(50)).await;
                wire.up.send_replace(true);
                Ok(())
            }
        }
    };
    assert_eq!(ctx.transaction_with_retry(Isolation::default(), work).await, Err(Error::Unavailable));
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert_eq!(UserService::new(&ctx).count(Filter::all()).await, Ok(0), "this one was not committed");
    ctx.db().close().await;
}
