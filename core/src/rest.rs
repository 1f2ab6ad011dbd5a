//! The REST surface: one resource per entity, their OpenAPI description and its pages.
//!
//! A request goes `router` → `resource` → `service::Records`; `json` writes the rows of the response.
//! `params` and `operand` read query strings. None of it is generic: [`EntityApi`](crate::entity::EntityApi) only
//! names an entity. `registry` describes it all to OpenAPI, `docs` serves that description.

mod actions;
mod aggregate;
mod api;
mod batch;
mod docs;
mod etag;
mod json;
mod list_params;
mod many;
mod names;
mod operand;
mod params;
mod prefer;
mod registry;
mod resource;
mod router;
mod write_mode;
mod yaml;

pub(crate) use actions::of as actions_of;
pub use api::ApiConflict;
pub use list_params::ListParams;
pub(crate) use many::verbs_of_deleted;
pub(crate) use names::name_problems;
#[doc(hidden)]
pub use registry::own_types;
unstable! { pub use api::{Rest, endpoint, spec}; }

/// Where the resources are: `/api/users`.
pub(crate) const PREFIX: &str = "/api";
