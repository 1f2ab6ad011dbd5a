//! `serve`.

use std::net::SocketAddr;

use clap::Args;

use crate::cli::failure::{Failure, Outcome};
use crate::server::listen::{self, ConnectionLimits};
use crate::server::stop::StopSignal;
use crate::server::{App, Surfaces};
use crate::tasks::{RunningTasks, Tasks};

/// Serve the APIs and the admin.
#[derive(Debug, Default, Args)]
pub(super) struct ServeCommand {
    /// Apply pending migrations first (on SQLite they always are)
    #[arg(long)]
    migrate: bool,
    /// Leave the application's tasks to other nodes, or to `worker`
    #[arg(long)]
    no_tasks: bool,
}

impl ServeCommand {
    pub(super) async fn run(self, mut app: App) -> Outcome {
        let settings = super::settings()?;
        let (address, limits) = (
            settings.bind,
            ConnectionLimits { header: settings.header_timeout, shutdown: settings.shutdown_timeout },
        );
        let state = app.ready(settings, self.migrate).await?;
        let addresses = Surfaces::addresses(state.registry());
        if self.no_tasks {
            app.tasks = Tasks::default();
        }
        app.check_tasks(&state)?;
        let tasks = std::mem::take(&mut app.tasks);
        let endpoint = app.into_endpoint(&state)?;
        let stop = StopSignal::listen(limits.shutdown)
            .map_err(|error| Failure::new(format!("cannot listen for the signal to stop: {error}")))?;
        let listener = listen::bind(address)
            .await
            .map_err(|error| Failure::new(format!("cannot listen on {address}: {error}; see `BIND`")))?;
        let address = listener.local_addr().unwrap_or(address);
        print_addresses(address, &addresses);
        let tasks = RunningTasks::start(tasks, state.system());
        let stopping = tasks.stop();
        let stopped = async move {
            let serving = stop.received().await;
            // Together with the requests: they have the same time.
            stopping.cancel();
            serving
        };
        let (end, serving) = listen::serve(listener, endpoint, limits, stopped).await;
        tasks.ended(end).await;
        listen::close(state.system().db(), end).await;
        drop(serving);
        tracing::info!("stopped");
        Ok(())
    }
}

fn print_addresses(address: SocketAddr, addresses: &[(&str, String)]) {
    let base = match address.ip().is_unspecified() {
        true => format!("http://localhost:{}", address.port()),
        false => format!("http://{address}"),
    };
    super::print_line(format_args!("Serving on {base}"));
    for (name, path) in addresses {
        super::print_line(format_args!("  {name:<10} {base}{path}"));
    }
}
