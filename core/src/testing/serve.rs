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
use crate::types::PasswordCost;

/// The system's context of an application on a test's database, with default settings: what `App::data` and `App::settings` share is
/// in it, such as a mailer that keeps what hooks send.
///
/// # Panics
/// When the application cannot be.
#[must_use]
pub fn ctx_of(app: &App, test: &TestDb) -> Ctx {
    state_of(app, test, Settings::default()).system().clone()
}

/// The state of an application in a test. Passwords are hashed at the least cost, unless the settings name one of their own.
pub(super) fn state_of(app: &App, test: &TestDb, settings: Settings) -> AppState {
    let registry = app.registry().unwrap_or_else(|error| panic!("{error}"));
    let cost = settings.password_cost().unwrap_or_else(|error| panic!("{error}"));
    let state = AppState::with_settings(registry, test.db().clone(), super::database::SECRET, settings);
    let state = app.with_own_data(&state).unwrap_or_else(|error| panic!("{error}"));
    state.with_system(|ctx| {
        let ctx = test.as_in_tests(ctx);
        if cost == PasswordCost::default() { ctx } else { ctx.with_password_cost(cost) }
    })
}

/// The same state, which hashes passwords at the least cost, as the contexts of a [`TestDb`] do.
#[must_use]
#[cfg_attr(not(feature = "unstable"), allow(dead_code))]
pub fn with_cheap_passwords(state: &AppState) -> AppState {
    state.with_system(|ctx| ctx.with_password_cost(PasswordCost::cheapest()))
}

/// Serves an application on a test's database exactly as the command `serve` does, with default settings, on a free
/// port of this machine, and returns its address. The server ends with the test's runtime. Two things are those of the test: the
/// clock, which is the database's ([`TestDb::with_clock`]), and the cost of passwords, the least that there is.
///
/// # Panics
/// When the application cannot be served.
pub async fn serve(app: App, test: &TestDb) -> SocketAddr {
    let (address, _) = serve_until(app, test, Settings::default(), std::future::pending()).await;
    address
}

/// As [`serve`], with these settings (and their cost of passwords, where it is not the default), until `stop` is ready; returns also the task, which ends with the server.
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
