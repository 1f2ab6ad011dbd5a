//! Which surface answers which path.

use poem::endpoint::{BoxEndpoint, make_sync};
use poem::error::NotFoundError;
use poem::{EndpointExt as _, Middleware as _, Request, Response, Route, get};

use crate::admin;
use crate::graphql::{Explorer, GraphiQl};
use crate::http::context::Context;
use crate::http::health::{Live, Ready};
use crate::server::cors::Cors;
use crate::server::home::Home;
use crate::server::{App, Guard, StartError};
use crate::state::AppState;

/// Everything an application serves, inside the request's context.
pub(super) fn compose(app: App, state: &AppState) -> Result<BoxEndpoint<'static>, StartError> {
    let settings = state.settings();
    let schema = App::graphql(app.schema, state.registry())?;
    let explorer = match &settings.graphiql_dir {
        Some(folder) => Explorer::GraphiQl(GraphiQl::load(folder)?),
        None => Explorer::Console,
    };
    let context = Context::with(state, app.authenticators)?;
    let mut route = app
        .rest
        .body_limit(settings.body_limit)
        .endpoint(state)?
        .at("/", Home::new(state.registry()))
        .at("/livez", Live)
        .at("/readyz", Ready::new(state))
        .at("/graphql", schema.endpoint_with(state, explorer.clone()))
        .at("/graphql/ws", schema.socket(state, &context))
        .at("/graphql/graphiql/:file", get(make_sync(move |request| file_of(&explorer, &request))))
        .nest("/admin", admin::endpoint(state));
    for (path, endpoint) in app.mounts {
        route = mount(route, &path, endpoint)?;
    }
    let mut endpoint = route.map_to_response().boxed();
    for layer in &app.layers {
        endpoint = layer(endpoint);
    }
    let guarded = Guard::new(endpoint, settings.request_timeout);
    let answering = context.transform(guarded);
    // Outside the context: a preflight carries no credentials.
    Ok(match settings.cors_origins.is_empty() {
        false => Cors::new(answering, settings).boxed(),
        true => answering.boxed(),
    })
}

/// A file of GraphiQL's page.
fn file_of(explorer: &Explorer, request: &Request) -> poem::Result<Response> {
    let name: String = request.path_params()?;
    explorer.file(&name).ok_or_else(|| NotFoundError.into())
}

fn mount(route: Route, path: &str, endpoint: BoxEndpoint<'static>) -> Result<Route, StartError> {
    let refused = |reason: String| StartError::Mount { path: path.to_owned(), reason };
    if !path.starts_with('/') || path == "/" {
        return Err(refused("it must start with `/` and go on".to_owned()));
    }
    route.try_nest(path, endpoint).map_err(|error| refused(error.to_string()))
}

/// Methods, path and purpose of everything that is served.
pub(crate) fn list(app: &App) -> Result<Vec<(&'static str, String, String)>, StartError> {
    let mut routes = vec![("GET", "/".to_owned(), "links".to_owned())];
    for info in app.registry()?.iter().filter(|info| !info.def.skip.rest) {
        let (path, name) = (info.def.rest_path, info.def.name);
        routes.push(("GET POST", format!("/api/{path}"), format!("{name}: list, create")));
        routes.push((
            "GET PATCH DELETE",
            format!("/api/{path}/{{id}}"),
            format!("{name}: get, update, delete"),
        ));
    }
    let fixed = [
        ("GET", "/openapi.json", "the REST API's description"),
        ("GET", "/openapi.yaml", "the same in YAML"),
        ("GET", "/docs", "the REST API's documentation"),
        ("GET POST", "/graphql", "GraphQL; its explorer in a browser"),
        ("GET", "/graphql/ws", "GraphQL over a WebSocket: `graphql-transport-ws`"),
        ("GET POST", "/admin", "the admin"),
        ("GET", "/livez", "whether the process lives"),
        ("GET", "/readyz", "whether the database answers"),
    ];
    routes.extend(fixed.map(|(methods, path, what)| (methods, path.to_owned(), what.to_owned())));
    routes.extend(
        app.mounts.iter().map(|(path, _)| ("*", path.clone(), "mounted by the application".to_owned())),
    );
    Ok(routes)
}
