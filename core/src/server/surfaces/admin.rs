//! The admin of an application.

use poem::Route;
use poem::endpoint::BoxEndpoint;

use crate::server::surfaces::{PageLink, ServedPath};
use crate::state::AppState;

pub(super) const LINKS: &[PageLink] = &[PageLink { name: "Admin", path: "/admin" }];

pub(super) fn mount(route: Route, state: &AppState) -> Route {
    route.nest("/admin", crate::admin::endpoint(state))
}

/// What the application mounts below the admin is open to those alone who may use it.
pub(super) fn gate(path: &str, endpoint: BoxEndpoint<'static>, state: &AppState) -> BoxEndpoint<'static> {
    match path == "/admin" || path.starts_with("/admin/") {
        true => crate::admin::gated(state, endpoint),
        false => endpoint,
    }
}

pub(super) fn paths() -> Vec<ServedPath> {
    vec![ServedPath::new("GET POST", "/admin", "the admin")]
}
