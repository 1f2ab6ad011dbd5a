//! The REST surface: one resource per entity, their OpenAPI description and its pages.
//!
//! A request goes `router` → `resource` → `service::Records`; `json` writes the rows of the response.
//! `params` reads query strings: filters by the room `filters`, what is shown and included by `shape`. None of it is generic: [`EntityApi`](crate::entity::EntityApi) only
//! names an entity. `registry` describes it all to OpenAPI, `docs` serves that description.

mod actions;
mod aggregate;
mod api;
mod batch;
mod below;
mod docs;
mod etag;
mod export;
mod history;
mod import;
mod json;
mod list_params;
mod many;
mod names;
mod params;
mod prefer;
mod reads;
mod registry;
mod related;
mod relations;
mod resource;
mod router;
mod shape;
mod tagger;
mod write_mode;
mod yaml;

pub use api::ApiConflict;
pub(crate) use below::{Below, below};
pub use list_params::ListParams;
pub(crate) use names::name_problems;
pub(crate) use registry::OpenApiVersion;
#[doc(hidden)]
pub use registry::own_types;
unstable! { pub use api::{Rest, endpoint, spec}; }

/// Where the resources are: `/api/users`.
pub(crate) const PREFIX: &str = "/api";
