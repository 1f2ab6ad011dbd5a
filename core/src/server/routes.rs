//! Which surface answers which path.

use poem::endpoint::{BoxEndpoint, make_sync};
use poem::error::RouteError;
use poem::http::StatusCode;
use poem::{EndpointExt as _, Middleware as _, Route};

use crate::config::{RateLimitStore, Settings};
use crate::http::context::Context;
use crate::http::health::{Live, Ready};
use crate::http::metrics::Metrics;
use crate::rate_limit::{Policy, RateLimits};
use crate::server::compression::Compression;
use crate::server::cors::Cors;
use crate::server::error_forms::ErrorForms;
use crate::server::front::Front;
use crate::server::home::Home;
use crate::server::metrics_endpoint::{self, MetricsEndpoint};
use crate::server::observe::{Mounted, Observe};
use crate::server::route_names::RouteNames;
#[cfg(feature = "cli")]
use crate::server::surfaces::ServedPath;
use crate::server::surfaces::Surfaces;
use crate::server::{App, Guard, StartError};
use crate::state::AppState;
#[cfg(feature = "cli")]
use crate::tasks::Periodic;

/// Everything an application serves, inside the request's context.
pub(super) fn compose(app: App, state: &AppState) -> Result<BoxEndpoint<'static>, StartError> {
    let state = &app.with_own_data(state)?;
    let settings = state.settings();
    let metrics = state.system().data_opt::<Metrics>().cloned();
    let names = RouteNames::of(&app, state.registry());
    let context = Context::with(state, app.authenticators)?.limited(limits(&app.rate_limits, state)?);
    let mut framework = Route::new().at("/livez", Live).at("/readyz", Ready::new(state));
    if metrics.is_some() {
        // Answered further out; here it is taken.
        framework = framework.at(metrics_endpoint::PATH, make_sync(|_| StatusCode::NOT_FOUND));
    }
    if app.files.iter().all(|(path, _)| path != "/") {
        framework = framework.at("/", Home::new(state.registry(), settings, &app.about, app.seed.is_some()));
    }
    let mut route = app.surfaces.mount(framework, &app.about, state, &context)?;
    for (path, endpoint) in app.mounts {
        let endpoint = Surfaces::gate(&path, Mounted(endpoint).boxed(), state);
        route = mount(route, &path, endpoint)?;
    }
    for (path, files) in app.files {
        let files = Surfaces::gate(&path, files.boxed(), state);
        route = match path.as_str() {
            "/" => nest(route, "/", files)?,
            path => mount(route, path, files)?,
        };
    }
    let mut endpoint = route.map_to_response().boxed();
    for layer in &app.layers {
        endpoint = layer(endpoint);
    }
    let guarded = Guard::new(endpoint, settings);
    let with_context = ErrorForms(context.transform(guarded));
    // Outside the context: a preflight carries no credentials.
    let endpoint = match settings.cors_origins.is_empty() {
        false => Cors::new(with_context, settings).boxed(),
        true => with_context.boxed(),
    };
    let endpoint = match (&metrics, &settings.metrics_token) {
        (Some(metrics), Some(token)) => {
            metrics_endpoint::watch(metrics, state);
            MetricsEndpoint::new(endpoint, metrics.clone(), token.clone()).boxed()
        }
        _ => endpoint,
    };
    let endpoint = match settings.compression {
        true => Compression(endpoint).boxed(),
        false => endpoint,
    };
    Ok(Front::new(Observe::new(endpoint, names, metrics), settings).boxed())
}

/// How many requests clients may send.
fn limits(own: &[Policy], state: &AppState) -> Result<Option<RateLimits>, StartError> {
    let Settings { rate_limit, rate_limit_store: store, .. } = state.settings();
    let limits = RateLimits::new(*rate_limit, own, *store, state.secret());
    if limits.is_some() && *store == RateLimitStore::Database && state.is_adopted() {
        return Err(StartError::Declaration(
            "`RATE_LIMIT_STORE=database` needs a table that a database of others has not; count by `node`"
                .to_owned(),
        ));
    }
    Ok(limits)
}

fn mount(route: Route, path: &str, endpoint: BoxEndpoint<'static>) -> Result<Route, StartError> {
    if !path.starts_with('/') || path == "/" {
        let reason = "it must start with `/` and go on".to_owned();
        return Err(StartError::Mount { path: path.to_owned(), reason });
    }
    nest(route, path, endpoint)
}

fn nest(route: Route, path: &str, endpoint: BoxEndpoint<'static>) -> Result<Route, StartError> {
    let taken = |error: RouteError| StartError::Mount { path: path.to_owned(), reason: error.to_string() };
    route.try_nest(path, endpoint).map_err(taken)
}

/// Everything that is served.
#[cfg(feature = "cli")]
pub(crate) fn served_paths(app: &App) -> Result<Vec<ServedPath>, StartError> {
    let mut paths = Vec::new();
    if app.files.iter().all(|(path, _)| path != "/") {
        paths.push(ServedPath::new("GET", "/", "links"));
    }
    paths.extend(app.surfaces.paths(&app.registry()?));
    paths.push(ServedPath::new("GET", "/livez", "whether the process lives"));
    paths.push(ServedPath::new("GET", "/readyz", "whether the database answers"));
    paths.push(ServedPath::new("GET", "/metrics", "numbers for Prometheus, with `METRICS_TOKEN`"));
    let mounted = |path: &String| ServedPath::new("*", path.clone(), "mounted by the application");
    paths.extend(app.mounts.iter().map(|(path, _)| mounted(path)));
    let files = |path: &String| ServedPath::new("GET", path.clone(), "files of the application");
    paths.extend(app.files.iter().map(|(path, _)| files(path)));
    let periodic = |task: &Periodic| ServedPath::new("task", &task.name, format!("every {}", task.written));
    paths.extend(app.tasks.periodic.iter().map(periodic));
    Ok(paths)
}
