//! Tasks while they run.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::tasks::lease::{self, RENEWAL};
use crate::tasks::runs::TaskRuns;
use crate::tasks::{Periodic, Tasks};
use crate::types::Uuid;

/// How long to wait after the database could not be asked whose turn it is.
const PAUSE: Duration = Duration::from_secs(5);

/// What spawned tasks are counted under: they have no names.
const SPAWNED: &str = "(spawned)";

/// The tasks of an application that have been started. They end with this.
#[derive(Debug)]
pub(crate) struct RunningTasks {
    stop: CancellationToken,
    running: JoinSet<()>,
}

impl RunningTasks {
    /// Starts the tasks, as the system.
    pub(crate) fn start(tasks: Tasks, ctx: &Ctx) -> Self {
        let stop = CancellationToken::new();
        let mut running = JoinSet::new();
        for task in tasks.spawned {
            let ctx = context(ctx);
            let work = task((ctx.clone(), stop.clone()));
            running.spawn(async move {
                let begun = Instant::now();
                let outcome = unwound(work).await;
                count(&ctx, SPAWNED, &outcome, begun);
                report("a spawned task", outcome);
            });
        }
        for task in tasks.periodic {
            running.spawn(run_periodically(Arc::new(task), ctx.clone(), stop.clone()));
        }
        Self { stop, running }
    }

    /// What asks them to stop.
    pub(crate) fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Asks them to stop and waits until they have, or until `end`; what still runs then is dropped.
    pub(crate) async fn ended(mut self, end: Instant) {
        self.stop.cancel();
        let all = async { while self.running.join_next().await.is_some() {} };
        if tokio::time::timeout_at(end.into(), all).await.is_err() {
            tracing::warn!(tasks = self.running.len(), "tasks did not end in time, and are dropped");
        }
    }
}

/// The context of one run, with an id of its own in the log and in history.
fn context(ctx: &Ctx) -> Ctx {
    ctx.outside().with_request_id(Uuid::now_v7().to_string())
}

async fn run_periodically(task: Arc<Periodic>, ctx: Ctx, stop: CancellationToken) {
    loop {
        let (period, next) = lease::period_at(ctx.now(), task.period);
        let pause = match run_in(&task, &ctx, period).await {
            Ok(()) => until(next, &ctx),
            Err(error) => {
                tracing::warn!(task = task.name, %error, "it is not known whose turn a task is");
                until(next, &ctx).min(PAUSE)
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Waits a little past the time, so that a clock which is read a moment too early does not begin the same period again.
fn until(next: DateTime<Utc>, ctx: &Ctx) -> Duration {
    (next - ctx.now()).to_std().unwrap_or_default() + Duration::from_millis(1)
}

/// Runs a task if it is this node's turn.
async fn run_in(task: &Periodic, ctx: &Ctx, period: i64) -> Result<()> {
    let ctx = context(ctx);
    let Some(held) = lease::begin(&ctx, &task.name, period).await? else { return Ok(()) };
    let begun = Instant::now();
    let work = unwound((task.run)(ctx.clone()));
    tokio::pin!(work);
    let outcome = loop {
        tokio::select! {
            outcome = &mut work => break outcome,
            () = tokio::time::sleep(RENEWAL) => {
                if let Err(error) = held.renew(&ctx).await {
                    tracing::warn!(task = task.name, %error, "a task cannot say that it still runs");
                }
            }
        }
    };
    count(&ctx, &task.name, &outcome, begun);
    let error = outcome.as_ref().err().cloned();
    report(&task.name, outcome);
    held.end(&ctx, error).await
}

/// The outcome of a task; that of one which panicked is an error.
async fn unwound(work: impl Future<Output = Result<()>>) -> Result<(), String> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(outcome) => outcome.map_err(|error| error.to_string()),
        // The panic's message is in the log already, written by the panic hook.
        Err(_) => Err("it panicked".to_owned()),
    }
}

/// Counts a run that has ended, where somebody asks for it.
fn count(ctx: &Ctx, task: &str, outcome: &Result<(), String>, begun: Instant) {
    if let Some(runs) = ctx.data_opt::<TaskRuns>() {
        runs.ended(task, outcome.is_err(), begun.elapsed(), ctx.now());
    }
}

fn report(task: &str, outcome: Result<(), String>) {
    if let Err(error) = outcome {
        tracing::error!(task, error, "a task failed");
    }
}
