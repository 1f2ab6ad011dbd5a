//! Which surface answers which path.

use poem::endpoint::BoxEndpoint;
use poem::{Endpoint, EndpointExt as _, Middleware as _, Route};

use crate::http::Context;
use crate::http::health::{Live, Ready};
use crate::server::cors::Cors;
use crate::server::home::Home;
use crate::server::{App, AppState, Guard, StartError};
use crate::{admin, graphql, rest};

/// Everything an application serves, inside the request's context.
pub(super) fn compose(app: App, state: &AppState) -> Result<BoxEndpoint<'static>, StartError> {
    let mut route = rest::endpoint(state)
        .at("/", Home::new(state.registry()))
        .at("/livez", Live)
        .at("/readyz", Ready::new(state))
        .at("/graphql", graphql::endpoint(state))
        .nest("/admin", admin::endpoint(state));
    for (path, endpoint) in app.mounts {
        route = mount(route, &path, endpoint)?;
    }
    let mut endpoint = route.map_to_response().boxed();
    for layer in &app.layers {
        endpoint = layer(endpoint);
    }
    let guarded = Guard::new(endpoint, state.settings().request_timeout);
    let answering = Context::new(state).transform(guarded);
    // Outside the context: a preflight carries no credentials.
    Ok(match state.settings().cors_origins.is_empty() {
        false => Cors::new(answering, state.settings()).boxed(),
        true => answering.boxed(),
    })
}

fn mount(route: Route, path: &str, endpoint: BoxEndpoint<'static>) -> Result<Route, StartError> {
    let refused = |reason: String| StartError::Mount {
        path: path.to_owned(),
        reason,
    };
    if !path.starts_with('/') || path == "/" {
        return Err(refused("it must start with `/` and go on".to_owned()));
    }
    route
        .try_nest(path, endpoint)
        .map_err(|error| refused(error.to_string()))
}
