//! The admin of an application.

use poem::Route;

use crate::server::surfaces::{PageLink, ServedPath};
use crate::state::AppState;

pub(super) const LINKS: &[PageLink] = &[PageLink { name: "Admin", path: "/admin" }];

pub(super) fn mount(route: Route, state: &AppState) -> Route {
    route.nest("/admin", crate::admin::endpoint(state))
}

pub(super) fn paths() -> Vec<ServedPath> {
    vec![ServedPath::new("GET POST", "/admin", "the admin")]
}
