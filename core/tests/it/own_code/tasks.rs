//! Tasks that run beside the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use entify::config::Settings;
use entify::entity::EntityDef;
use entify::prelude::*;
use entify::server::StartError;
use entify::tasks::Lease;
use entify::testing::{TestDb, each_database, serve_until};
use tokio::sync::{mpsc, oneshot};

/// Something to count.
#[derive(Entity)]
#[entity(policy = nobody)]
struct Run {
    node: i32,
}

fn tables() -> Vec<&'static EntityDef> {
    [entities![Run].to_vec(), entify::tasks::entities().to_vec()].concat()
}

/// A node of the application, which stops with the sender.
async fn node(app: App, test: &TestDb) -> (oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel();
    let settings = Settings { shutdown_timeout: Duration::from_secs(2), ..Settings::default() };
    let stopped = async {
        let _ = stopped.await;
    };
    let (_, served) = serve_until(app, test, settings, stopped).await;
    (stop, served)
}

#[each_database(tables())]
async fn a_periodic_task_runs_once_in_a_period_over_all_nodes(test: TestDb) {
    let mut nodes = Vec::new();
    for number in 0..3 {
        let app = App::new(entities![Run]).every("1s", "count", move |ctx: Ctx| async move {
            RunService::new(&ctx).create(RunInput::new(number)).await.map(drop)
        });
        nodes.push(node(app, &test).await);
    }
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    for (stop, served) in nodes {
        let _ = stop.send(());
        served.await.expect("a node ends");
    }
    let runs = RunService::new(&test.ctx()).list(Query::default()).await.expect("runs").items;
    let mut periods: Vec<_> = runs.iter().map(|run| run.created_at.timestamp()).collect();
    periods.dedup();
    assert_eq!(periods.len(), runs.len(), "one run in each second: {periods:?}");
    assert!((2..=5).contains(&runs.len()), "{} runs in two and a half seconds", runs.len());
    let leases = Service::<Lease>::new(&test.ctx()).list(Query::default()).await.expect("leases").items;
    assert_eq!(leases.len(), 1);
    assert_eq!((&*leases[0].name, &leases[0].held_until, &leases[0].error), ("count", &None, &None));
    assert_eq!(Some(leases[0].period), periods.last().copied(), "periods are counted since 1970");
}

#[each_database(tables())]
async fn a_task_that_runs_is_not_begun_again_and_its_error_is_kept(test: TestDb) {
    let (begun, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let task = {
        let (begun, ended) = (begun.clone(), ended.clone());
        move |_: Ctx| {
            let (begun, ended) = (begun.clone(), ended.clone());
            async move {
                begun.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(1_500)).await;
                ended.fetch_add(1, Ordering::SeqCst);
                Err::<(), _>(Error::bad_request("there is no paper"))
            }
        }
    };
    let first = node(App::new(entities![Run]).every("1s", "print", task.clone()), &test).await;
    let second = node(App::new(entities![Run]).every("1s", "print", task), &test).await;
    for _ in 0..200 {
        let running = begun.load(Ordering::SeqCst) - ended.load(Ordering::SeqCst);
        assert!(running <= 1, "two run at a time");
        if ended.load(Ordering::SeqCst) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for (stop, served) in [first, second] {
        let _ = stop.send(());
        served.await.expect("a node ends");
    }
    let lease = Service::<Lease>::new(&test.ctx()).one(Lease::name().eq("print")).await.expect("a lease");
    assert_eq!(lease.error.as_deref(), Some("there is no paper"));
}

#[each_database(tables())]
async fn a_spawned_task_gets_a_context_and_is_asked_to_stop(test: TestDb) {
    let (said, mut heard) = mpsc::unbounded_channel();
    let app = App::new(entities![Run]).data(7_i32).spawn(move |ctx, stop| {
        let said = said.clone();
        async move {
            let number = *ctx.data::<i32>()?;
            RunService::new(&ctx).create(RunInput::new(number)).await?;
            let _ = said.send("started");
            stop.cancelled().await;
            let _ = said.send("stopped");
            entify::Result::Ok(())
        }
    });
    let (stop, served) = node(app, &test).await;
    assert_eq!(heard.recv().await, Some("started"));
    assert_eq!(RunService::new(&test.ctx()).count(Run::node().eq(7)).await.expect("a count"), 1);
    let _ = stop.send(());
    served.await.expect("the node ends");
    assert_eq!(heard.recv().await, Some("stopped"));
}

#[each_database(tables())]
async fn a_test_has_what_the_application_shares(test: TestDb) {
    let app = App::new(entities![Run]).data(7_i32);
    assert_eq!(entify::testing::ctx_of(&app, &test).data::<i32>(), Ok(&7));
    assert_eq!(test.ctx().data::<i32>(), Err(Error::Internal), "a context without the application lacks it");
}

#[test]
fn a_task_that_cannot_be_is_refused_at_start() {
    let idle = |_: Ctx| async {};
    for (app, expected) in [
        (
            App::new(entities![Run]).every("soon", "report", idle),
            "must be a time span like 30s, 5m or 1d, not `soon`",
        ),
        (
            App::new(entities![Run]).every("1m", "report", idle).every("2m", "report", idle),
            "two tasks are called `report`",
        ),
        (App::new(entities![Run]).every("1m", "", idle), "1 to 200 characters"),
    ] {
        let refused = app.registry().err();
        assert!(
            matches!(&refused, Some(StartError::Declaration(reason)) if reason.contains(expected)),
            "{refused:?}"
        );
    }
}
