//! Which surface answers which path.

use poem::endpoint::BoxEndpoint;
use poem::{EndpointExt as _, Middleware as _, Route};

use crate::http::context::Context;
use crate::http::health::{Live, Ready};
use crate::server::compression::Compression;
use crate::server::cors::Cors;
use crate::server::error_forms::ErrorForms;
use crate::server::front::Front;
use crate::server::home::Home;
#[cfg(feature = "cli")]
use crate::server::surfaces::{ServedPath, Surfaces};
use crate::server::{App, Guard, StartError};
use crate::state::AppState;

/// Everything an application serves, inside the request's context.
pub(super) fn compose(app: App, state: &AppState) -> Result<BoxEndpoint<'static>, StartError> {
    let settings = state.settings();
    let context = Context::with(state, app.authenticators)?;
    let framework = Route::new()
        .at("/", Home::new(state.registry(), settings))
        .at("/livez", Live)
        .at("/readyz", Ready::new(state));
    let mut route = app.surfaces.mount(framework, &app.about, state, &context)?;
    for (path, endpoint) in app.mounts {
        route = mount(route, &path, endpoint)?;
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
    let endpoint = match settings.compression {
        true => Compression(endpoint).boxed(),
        false => endpoint,
    };
    Ok(Front::new(endpoint, settings).boxed())
}

fn mount(route: Route, path: &str, endpoint: BoxEndpoint<'static>) -> Result<Route, StartError> {
    let mount_error = |reason: String| StartError::Mount { path: path.to_owned(), reason };
    if !path.starts_with('/') || path == "/" {
        return Err(mount_error("it must start with `/` and go on".to_owned()));
    }
    route.try_nest(path, endpoint).map_err(|error| mount_error(error.to_string()))
}

/// Everything that is served.
#[cfg(feature = "cli")]
pub(crate) fn served_paths(app: &App) -> Result<Vec<ServedPath>, StartError> {
    let mut paths = vec![ServedPath::new("GET", "/", "links")];
    paths.extend(Surfaces::paths(&app.registry()?));
    paths.push(ServedPath::new("GET", "/livez", "whether the process lives"));
    paths.push(ServedPath::new("GET", "/readyz", "whether the database answers"));
    let mounted = |path: &String| ServedPath::new("*", path.clone(), "mounted by the application");
    paths.extend(app.mounts.iter().map(|(path, _)| mounted(path)));
    Ok(paths)
}
