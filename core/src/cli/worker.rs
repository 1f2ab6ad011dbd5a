//! `worker`: the application's tasks without the server.

use std::process::ExitCode;
use std::time::Instant;

use crate::cli::failure::{Failure, Outcome};
use crate::server::stop::StopSignal;
use crate::server::{App, listen};
use crate::tasks::{RunningTasks, Tasks};

impl App {
    /// Runs the application's tasks ([`App::spawn`], [`App::every`]) without the server, until the signal to stop: for a program of
    /// its own beside those that serve. The command `worker` does the same.
    pub async fn worker(self) -> ExitCode {
        super::status(run(self).await)
    }
}

pub(super) async fn run(mut app: App) -> Outcome {
    if app.tasks.is_empty() {
        return Err(Failure::new(
            "this application has no tasks; register them with `App::spawn` or `App::every`",
        ));
    }
    let settings = super::settings()?;
    let limit = settings.shutdown_timeout;
    let state = app.ready(settings, false).await?;
    app.check_tasks(&state)?;
    let tasks = std::mem::take(&mut app.tasks);
    let stop = StopSignal::listen(limit)
        .map_err(|error| Failure::new(format!("cannot listen for the signal to stop: {error}")))?;
    let names = names(&tasks);
    let running = RunningTasks::start(tasks, state.system());
    super::print_line(format_args!("Working: {names}"));
    let serving = stop.received().await;
    let end = Instant::now() + limit;
    running.ended(end).await;
    listen::close(state.system().db(), end).await;
    drop(serving);
    tracing::info!("stopped");
    Ok(())
}

fn names(tasks: &Tasks) -> String {
    let periodic = tasks.periodic.iter().map(|task| task.name.clone());
    let spawned = (!tasks.spawned.is_empty()).then(|| format!("{} spawned", tasks.spawned.len()));
    periodic.chain(spawned).collect::<Vec<_>>().join(", ")
}
