//! What an application runs beside its requests: tasks that run as long as the server does, and tasks that run once in each
//! period, whichever node does.

mod entities;
mod lease;
mod outcome;
mod running;
mod runs;

use std::pin::Pin;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::ctx::Ctx;
use crate::error::Result;

unstable! { pub use entities::{entities, Lease, LeaseInput, LeaseModel, LeasePatch}; }
pub use outcome::TaskOutcome;
#[cfg_attr(not(feature = "server"), allow(unused_imports))]
pub(crate) use running::RunningTasks;
#[cfg_attr(not(feature = "server"), allow(unused_imports))]
pub(crate) use runs::{TaskRun, TaskRuns};

type Work<Arguments> =
    Box<dyn Fn(Arguments) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// The tasks of an application.
#[derive(Default)]
pub(crate) struct Tasks {
    pub(crate) spawned: Vec<Work<(Ctx, CancellationToken)>>,
    pub(crate) periodic: Vec<Periodic>,
}

/// A task that runs once in each period.
pub(crate) struct Periodic {
    pub(crate) name: String,
    pub(crate) period: Duration,
    /// The period as the program writes it.
    pub(crate) written: String,
    run: Work<Ctx>,
}

impl Tasks {
    pub(crate) fn is_empty(&self) -> bool {
        self.spawned.is_empty() && self.periodic.is_empty()
    }

    /// Adds a task that runs until it ends by itself, or is asked to stop.
    pub(crate) fn spawn<F, Fut>(&mut self, task: F)
    where
        F: Fn(Ctx, CancellationToken) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: TaskOutcome> + Send + 'static,
    {
        self.spawned.push(Box::new(move |(ctx, stop)| {
            let run = task(ctx, stop);
            Box::pin(async move { run.await.into_result() })
        }));
    }

    /// Adds a task that runs once in each period.
    pub(crate) fn every<F, Fut>(&mut self, (period, written): (Duration, &str), name: String, task: F)
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: TaskOutcome> + Send + 'static,
    {
        let run = move |ctx| -> Pin<Box<dyn Future<Output = Result<()>> + Send>> {
            let run = task(ctx);
            Box::pin(async move { run.await.into_result() })
        };
        let written = written.to_owned();
        self.periodic.push(Periodic { name, period, written, run: Box::new(run) });
    }
}
