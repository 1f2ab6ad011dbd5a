//! The REST surface: one resource per entity, their OpenAPI description and its pages.
//!
//! A request goes `router` → `resource` → [`crate::service::Records`]; `json` writes the rows of the response.
//! `params` and `operand` read query strings. None of it is generic: [`EntityApi`](crate::entity::EntityApi) only
//! names an entity. `registry` describes it all to OpenAPI, `docs` serves that description.

mod api;
mod docs;
mod etag;
mod json;
mod operand;
mod params;
mod registry;
mod resource;
mod router;
mod yaml;

pub use api::{ApiConflict, Rest};

use poem::Route;

use crate::entity::Registry;
use crate::state::AppState;

/// Where the resources are: `/api/users`.
pub const PREFIX: &str = "/api";

/// The resources of all entities under [`PREFIX`], with `/openapi.json`, `/openapi.yaml` and `/docs`.
///
/// An application with APIs of its own builds a [`Rest`].
#[must_use]
pub fn endpoint(state: &AppState) -> Route {
    Rest::new().routes(state)
}

/// The OpenAPI description of the entities as indented JSON.
///
/// # Errors
/// [`crate::Error::Internal`], should the description not be writable.
pub fn spec(registry: &Registry, title: &str, version: &str) -> crate::Result<String> {
    registry::Document::new(registry, title, version).json()
}
