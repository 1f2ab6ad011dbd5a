//! An application that listens, for tests that talk to it over the network.

use std::net::{Ipv4Addr, SocketAddr};

use futures_util::FutureExt as _;
use tokio::task::JoinHandle;

use crate::config::Settings;
use crate::ctx::Ctx;
use crate::server::App;
use crate::server::listen::{self, ConnectionLimits};
use crate::state::AppState;
use crate::tasks::RunningTasks;
use crate::testing::TestDb;

/// The system's context of an application on a test's database, with default settings: what `App::data` and `App::settings` share is
/// in it, such as a mailer that keeps what hooks send.
///
/// # Panics
/// When the application cannot be.
#[must_use]
pub fn ctx_of(app: &App, test: &TestDb) -> Ctx {
    state_of(app, test, Settings::default()).system().clone()
}

fn state_of(app: &App, test: &TestDb, settings: Settings) -> AppState {
    let registry = app.registry().unwrap_or_else(|error| panic!("{error}"));
    let state = AppState::with_settings(registry, test.db().clone(), super::database::SECRET, settings);
    app.with_own_data(&state).unwrap_or_else(|error| panic!("{error}"))
}

/// Serves an application on a test's database exactly as the command `serve` does, with default settings, on a free
/// port of this machine, and returns its address. The server ends with the test's runtime.
///
/// # Panics
/// When the application cannot be served.
pub async fn serve(app: App, test: &TestDb) -> SocketAddr {
    let (address, _) = serve_until(app, test, Settings::default(), std::future::pending()).await;
    address
}

/// As [`serve`], with these settings, until `stop` is ready; returns also the task, which ends with the server.
///
/// # Panics
/// When the application cannot be served.
pub async fn serve_until(
    mut app: App,
    test: &TestDb,
    settings: Settings,
    stop: impl Future<Output = ()> + Send + 'static,
) -> (SocketAddr, JoinHandle<()>) {
    let limits = ConnectionLimits { header: settings.header_timeout, shutdown: settings.shutdown_timeout };
    let state = state_of(&app, test, settings);
    let tasks = std::mem::take(&mut app.tasks);
    let endpoint = app.into_endpoint(&state).unwrap_or_else(|error| panic!("{error}"));
    let listener = listen::bind((Ipv4Addr::LOCALHOST, 0).into()).await;
    let listener = listener.unwrap_or_else(|error| panic!("no free port: {error}"));
    let address = listener.local_addr().unwrap_or_else(|error| panic!("no address: {error}"));
    let tasks = RunningTasks::start(tasks, state.system());
    let stopping = tasks.stop();
    let served = async move {
        let stop = stop.inspect(|()| stopping.cancel());
        let (end, ()) = listen::serve(listener, endpoint, limits, stop).await;
        tasks.ended(end).await;
    };
    (address, tokio::spawn(served))
}
