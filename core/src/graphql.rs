//! The GraphQL surface: a schema over every registered entity, on `/graphql`.
//!
//! A request's way: [`endpoint()`] reads it; `execute` parses it, applies the `limits` and has async-graphql
//! validate it; `plan` works out from the whole selection what to fetch; `fetch` reads it level by level, one
//! statement per relation; `write` writes the rows as JSON text. Nothing here builds SQL: rows come from
//! [`crate::service::Records`]. `socket` is the same over a WebSocket.
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

mod answer;
mod arguments;
mod endpoint;
mod error;
mod execute;
mod explorer;
mod fetch;
mod filter;
pub mod global_id;
mod limits;
mod plan;
mod registry;
mod root;
mod schema;
mod socket;
mod typed;
mod visible;
mod write;

pub use endpoint::endpoint;
pub use explorer::{Explorer, GraphiQl, GraphiQlError};
pub use schema::{Schema, SchemaBuilder, SchemaError};

/// The schema of these entities in the schema definition language, the same on every machine.
///
/// # Errors
/// [`SchemaError`] when two types or root fields have the same name.
pub fn sdl(registry: &crate::entity::Registry) -> Result<String, SchemaError> {
    Ok(Schema::builder(registry).build()?.sdl())
}
