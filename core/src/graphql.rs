//! The GraphQL surface: a schema over every registered entity, on `/graphql`.
//!
//! A request's way: `endpoint` reads it, or `socket` over a WebSocket; `documents` has it parsed (`syntax`), holds it to the
//! `limits` and has it validated (`validation`), once for each text; `execute` runs it; `plan` works out from the whole
//! selection what to fetch; `service::fetch` reads it level by level, one statement per relation; `json_writer` writes the rows as
//! JSON text. Nothing here builds SQL: rows come from `service::Records`.
//!
//! # Layers
//!
//! A file uses only files of its own layer and of those above it in this list, and there is no cycle among files
//! (`tests/it/architecture/graphql_adapter.rs` reads this list).
//!
//! 1. `constant`, `definitions`, `document_size`, `error`, `global_id`, `mutation_directives`, `scalars`, `syntax`, `type_system`: what schemas, errors, values and
//!    documents consist of.
//! 2. `adapter`: what async-graphql has and hides.
//! 3. `fields`: an entity's fields and their types.
//! 4. `description`: the definitions that the entities bring.
//! 5. `plan_cache`, `execution_context`, `selection`, `coercion`, `filter`, `arguments`, `aggregate`: what a document says.
//! 6. `plan`, `own_types`: what to fetch and how to write it; the types that a user's own resolvers take.
//! 7. `own_values`, `json_writer`, `group_writer`: the application's own fields of rows; writing rows.
//! 8. `root_fields`: every entity's operations.
//! 9. `documents`, `executable`, `explain`, `field_result`, `introspection`, `limits`, `names`, `persisted`, `response`, `suggestions`,
//!    `validation`, `variables`: what a request goes through.
//! 10. `schema`, `row_batches`, `resolver`, `execute`: the application's schema, and running an operation.
//! 11. `explorer`, `endpoint`, `http_errors`, `socket`: HTTP and WebSockets.
//!
//! A resolver of your own answers a row as the entity's type, [`UserType`](crate::entity::EntityObject); whatever is
//! selected of it is fetched as in any other query of the entity, under the same policy.
//!
//! ```
//! # use async_graphql::{Context, Object};
//! # use entify::prelude::*;
//! # #[derive(Entity)]
//! # #[entity(policy = public)]
//! # struct User {
//! #     email: String,
//! # }
//! # struct MyQuery;
//! #[Object]
//! impl MyQuery {
//!     async fn me(&self, _ctx: &Context<'_>) -> Option<UserType> { Some(UserType::new(Id::new(1))) }
//! }
//! ```

mod adapter;
mod aggregate;
mod arguments;
mod coercion;
mod constant;
mod definitions;
mod description;
mod document_size;
mod documents;
mod endpoint;
mod error;
mod executable;
mod execute;
mod execution_context;
mod explain;
mod explorer;
mod field_result;
mod fields;
mod filter;
mod global_id;
mod group_writer;
mod http_errors;
mod introspection;
mod json_writer;
mod limits;
mod mutation_directives;
mod names;
#[doc(hidden)]
pub mod own_types;
mod own_values;
mod persisted;
mod plan;
mod plan_cache;
mod resolver;
mod response;
mod root_fields;
mod row_batches;
mod scalars;
mod schema;
mod selection;
mod socket;
mod suggestions;
mod syntax;
mod type_system;
mod validation;
mod variables;

pub use adapter::{ObjectOfModel, ValuesOfModels};
pub use definitions::SchemaError;
pub use explorer::GraphiQlError;
pub(crate) use explorer::sample_query;
pub(crate) use http_errors::HttpErrors;
pub(crate) use names::name_problems;
pub use persisted::{ManifestError, TrustedDocuments};
unstable! { pub use endpoint::endpoint; }
unstable! { pub use explorer::{Explorer, GraphiQl}; }
unstable! { pub use schema::{DocumentWork, Schema, SchemaBuilder, sdl}; }
