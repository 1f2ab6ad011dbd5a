//! What async-graphql has and hides from its documentation: its registry, and what a resolver finds in its context.
//!
//! Such items may change with any release, so async-graphql's version is pinned with `=` and nothing outside this folder
//! names them (`tests/it/architecture/graphql_adapter.rs` looks for their names). An upgrade is this folder's work.
//!
//! What goes in is a [`Declaration`]: the types and root fields of the entities, and the root types of the user's own.
//! What comes out are calls of an [`EntityResolver`], which the engine implements: for its own root fields, and for
//! entities that the user's resolvers answer.

mod entity_object;
mod extensions;
mod own_types;
mod registry;
mod resolver;
mod root_types;
mod type_system;

pub(super) use entity_object::AbsentRow;
pub(super) use extensions::{BatchedField, Extension, Extensions, ObjectFields, OwnContext};
pub use extensions::{ObjectOfModel, ValuesOfModels};
pub use own_types::{OwnInput, TypeRegistry, parse, register_enum, resolve_model, row_type};
pub(super) use resolver::{EntityResolver, RequestedObject, RequestedRootField, ResolvedJson};
pub(super) use root_types::{Builder, BuiltSchema, Declaration, RootType, UserRoot, build};
