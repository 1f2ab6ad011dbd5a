//! The GraphQL surface: a schema over every registered entity, on `/graphql`.
//!
//! A request's way: [`endpoint()`] reads it; `execute` parses it, applies the `limits` and has async-graphql
//! validate it; `plan` works out from the whole selection what to fetch; `fetch` reads it level by level, one
//! statement per relation; `write` writes the rows as JSON text. Nothing here builds SQL: rows come from
//! [`crate::service::Records`].

mod answer;
mod arguments;
mod execute;
mod error;
mod fetch;
mod filter;
pub mod global_id;
mod limits;
mod plan;
mod registry;
mod root;
mod schema;
mod visible;
mod write;

use std::marker::PhantomData;

pub use schema::{Schema, SchemaBuilder, SchemaError};

/// Generic over the entity; `#[derive(Entity)]` names it.
#[derive(Debug)]
pub struct EntityObject<E>(PhantomData<fn() -> E>);

/// Generic over the entity; `#[derive(Entity)]` names it.
#[derive(Debug)]
pub struct EntityQuery<E>(PhantomData<fn() -> E>);

/// Generic over the entity; `#[derive(Entity)]` names it.
#[derive(Debug)]
pub struct EntityMutation<E>(PhantomData<fn() -> E>);
