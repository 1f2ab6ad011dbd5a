//! What async-graphql leaves to the engine while it runs an operation.

use std::collections::HashMap;

use async_graphql::parser::types::{Field, FragmentDefinition, OperationDefinition};
use async_graphql::{Context, ContextSelectionSet, Name, Positioned, ServerError, ServerResult, Variables};
use futures_util::future::BoxFuture;

use crate::entity::EntityInfo;
use crate::graphql::adapter::extensions::OwnContext;
use crate::query::ListQuery;
use crate::value::Value;

/// Resolves what belongs to the entities. An operation that runs through async-graphql carries one among its data.
pub(in crate::graphql) trait EntityResolver: Send + Sync {
    /// Resolves a root field if it is the engine's own, and keeps its result; says whether it is.
    fn resolve_root_field<'a>(&'a self, requested: RequestedRootField<'a>) -> BoxFuture<'a, bool>;

    /// Answers the row of an entity with a key as JSON text, as far as it is selected; none for one that the reader may not
    /// see. Rows that are asked for at the same time, with one selection, are read together.
    fn resolve_object<'a>(
        &'a self,
        info: &'static EntityInfo,
        key: Value,
        requested: RequestedObject<'a>,
    ) -> BoxFuture<'a, ServerResult<Option<ResolvedJson>>>;

    /// Answers a list, as the field's arguments narrow it, as the JSON text of a connection.
    fn resolve_connection<'a>(
        &'a self,
        info: &'static EntityInfo,
        list: ListQuery,
        requested: RequestedObject<'a>,
    ) -> BoxFuture<'a, ServerResult<ResolvedJson>>;
}

/// What the engine answers for an object, as JSON text.
#[derive(Debug, Clone, Default)]
pub(in crate::graphql) struct ResolvedJson {
    /// None where a field of the application's own failed that may not be null.
    pub(in crate::graphql) json: Option<Vec<u8>>,
    /// What failed within it, by paths that begin at the object.
    pub(in crate::graphql) errors: Vec<ServerError>,
}

/// A root field that async-graphql asks for.
pub(in crate::graphql) struct RequestedRootField<'a> {
    pub(in crate::graphql) operation: &'a OperationDefinition,
    pub(in crate::graphql) fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    pub(in crate::graphql) variables: &'a Variables,
    /// The field as it stands in the document.
    pub(in crate::graphql) field: &'a Positioned<Field>,
    /// From which fields of the application's own are resolved.
    pub(in crate::graphql) own: OwnContext<'a>,
}

/// An object of an entity's type that async-graphql asks for.
pub(in crate::graphql) struct RequestedObject<'a> {
    pub(in crate::graphql) fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    pub(in crate::graphql) variables: &'a Variables,
    /// The field that answers the object.
    pub(in crate::graphql) field: &'a Positioned<Field>,
    /// From which fields of the application's own are resolved.
    pub(in crate::graphql) own: OwnContext<'a>,
}

impl<'a> RequestedRootField<'a> {
    pub(super) fn of(context: &'a Context<'_>) -> Self {
        let environment = context.query_env;
        Self {
            operation: &environment.operation.node,
            fragments: &environment.fragments,
            variables: &environment.variables,
            field: context.item,
            own: OwnContext::of(context),
        }
    }
}

impl<'a> RequestedObject<'a> {
    pub(super) fn of(context: &'a ContextSelectionSet<'_>, field: &'a Positioned<Field>) -> Self {
        let environment = context.query_env;
        Self {
            fragments: &environment.fragments,
            variables: &environment.variables,
            field,
            own: OwnContext::of(context),
        }
    }
}
