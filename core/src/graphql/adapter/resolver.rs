//! What async-graphql leaves to the engine while it runs an operation.

use std::collections::HashMap;

use async_graphql::parser::types::{Field, FragmentDefinition, OperationDefinition, SelectionSet};
use async_graphql::{Context, ContextSelectionSet, Name, Positioned, ServerResult, Variables};
use futures_util::future::BoxFuture;

use crate::entity::EntityInfo;
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
    ) -> BoxFuture<'a, ServerResult<Option<Vec<u8>>>>;

    /// Answers a list, as the field's arguments narrow it, as the JSON text of a connection.
    fn resolve_connection<'a>(
        &'a self,
        info: &'static EntityInfo,
        list: ListQuery,
        requested: RequestedObject<'a>,
    ) -> BoxFuture<'a, ServerResult<Vec<u8>>>;
}

/// A root field that async-graphql asks for.
pub(in crate::graphql) struct RequestedRootField<'a> {
    pub(in crate::graphql) operation: &'a OperationDefinition,
    pub(in crate::graphql) fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    pub(in crate::graphql) variables: &'a Variables,
    /// The field as it stands in the document.
    pub(in crate::graphql) field: &'a Positioned<Field>,
}

/// An object of an entity's type that async-graphql asks for.
pub(in crate::graphql) struct RequestedObject<'a> {
    pub(in crate::graphql) fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    pub(in crate::graphql) variables: &'a Variables,
    pub(in crate::graphql) selection_set: &'a SelectionSet,
    /// The field that answers the object.
    pub(in crate::graphql) field: &'a Positioned<Field>,
}

impl<'a> RequestedRootField<'a> {
    pub(super) fn of(context: &'a Context<'_>) -> Self {
        let environment = context.query_env;
        Self {
            operation: &environment.operation.node,
            fragments: &environment.fragments,
            variables: &environment.variables,
            field: context.item,
        }
    }
}

impl<'a> RequestedObject<'a> {
    pub(super) fn of(context: &'a ContextSelectionSet<'_>, field: &'a Positioned<Field>) -> Self {
        let environment = context.query_env;
        Self {
            fragments: &environment.fragments,
            variables: &environment.variables,
            selection_set: &context.item.node,
            field,
        }
    }
}
