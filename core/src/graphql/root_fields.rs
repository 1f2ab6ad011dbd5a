//! The engine's root fields: which there are, what they are called, and how each is planned and run.
//!
//! All follows from the entries of `queries` and `mutations`, of which every entity has its own, from `node` and `nodes`, and
//! from what `federation` adds.

pub(super) mod actions;
mod federation;
mod mutations;
mod nodes;
mod operation;
pub(super) mod queries;
mod root_arguments;
pub(super) mod row;

use std::collections::HashMap;

use async_graphql::parser::types::OperationType;

use crate::ctx::Ctx;
use crate::entity::{ActionDef, Entity, EntityInfo, EntityMutation, EntityQuery, OutputShape, Registry};
use crate::error::Result;
use crate::graphql::definitions::FieldDefinition;
use crate::graphql::description;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::json_writer::WrittenJson;
use crate::graphql::own_values::OwnResolvers;
use crate::graphql::root_fields::actions::ActionPlan;
use crate::graphql::root_fields::federation::ServicePlan;
use crate::graphql::root_fields::mutations::{MUTATIONS, Mutation, MutationPlan};
use crate::graphql::root_fields::nodes::NodesPlan;
use crate::graphql::root_fields::queries::{QUERIES, Query, QueryPlan};
use crate::graphql::selection::CollectedField;
use crate::service::FetchPlan;

pub(super) use operation::ListArgument;

/// What a root field does.
#[derive(Clone, Copy)]
pub(super) enum RootField {
    Query(&'static Query, &'static EntityInfo),
    Mutation(&'static Mutation, &'static EntityInfo),
    /// An action of the entity.
    Action(&'static ActionDef, &'static EntityInfo),
    /// `node`
    Node,
    /// `nodes`
    Nodes,
    /// `_entities`
    Entities,
    /// `_service`
    Service,
}

/// A root field, ready to run.
pub(super) enum RootPlan {
    Query(QueryPlan),
    Mutation(MutationPlan),
    Action(Box<ActionPlan>),
    Nodes(NodesPlan),
    Service(ServicePlan),
}

/// Root fields as the schema describes them.
type DefinedFields = Vec<(FieldDefinition, RootField)>;

/// The root fields of a schema by name.
pub(super) struct RootFields {
    queries: HashMap<String, RootField>,
    mutations: HashMap<String, RootField>,
}

/// The name of a root type.
pub(super) fn root_type(ty: OperationType) -> &'static str {
    match ty {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

fn queries_of(info: &'static EntityInfo) -> impl Iterator<Item = (FieldDefinition, RootField)> {
    let own = QUERIES
        .iter()
        .filter_map(move |query| Some((query.definition(info)?, RootField::Query(query, info))));
    own.chain(actions_of(info, true))
}

fn mutations_of(info: &'static EntityInfo) -> impl Iterator<Item = (FieldDefinition, RootField)> {
    MUTATIONS
        .iter()
        .filter_map(move |mutation| Some((mutation.definition(info)?, RootField::Mutation(mutation, info))))
        .chain(actions_of(info, false))
}

fn actions_of(info: &'static EntityInfo, reads: bool) -> impl Iterator<Item = (FieldDefinition, RootField)> {
    actions::of(info, reads).map(move |(definition, action)| (definition, RootField::Action(action, info)))
}

/// The root fields of the entities: the queries, and the mutations.
fn all(entities: &Registry, federation: bool) -> (DefinedFields, DefinedFields) {
    let mut queries: DefinedFields = description::shown(entities).flat_map(queries_of).collect();
    if !queries.is_empty() {
        queries.extend([(nodes::node(), RootField::Node), (nodes::nodes(), RootField::Nodes)]);
    }
    if federation {
        queries.push((federation::service(), RootField::Service));
        if queries.len() > 1 {
            queries.push((federation::entities(), RootField::Entities));
        }
    }
    (queries, description::shown(entities).flat_map(mutations_of).collect())
}

/// The definitions of the entities' root fields: the queries, and the mutations.
pub(super) fn definitions(
    entities: &Registry,
    federation: bool,
) -> (Vec<FieldDefinition>, Vec<FieldDefinition>) {
    let definitions = |fields: DefinedFields| fields.into_iter().map(|(definition, _)| definition).collect();
    let (queries, mutations) = all(entities, federation);
    (definitions(queries), definitions(mutations))
}

/// A root field's name, and the entity it is about.
type NamedFields = Vec<(String, Option<&'static EntityInfo>)>;

/// The names of the entities' root fields: the queries, and the mutations.
pub(super) fn named(entities: &Registry) -> (NamedFields, NamedFields) {
    let named = |fields: DefinedFields| {
        fields.into_iter().map(|(definition, field)| (definition.name, field.info())).collect()
    };
    let (queries, mutations) = all(entities, false);
    (named(queries), named(mutations))
}

impl RootFields {
    pub(super) fn new(entities: &Registry, federation: bool) -> Self {
        let by_name = |fields: DefinedFields| {
            fields.into_iter().map(|(definition, field)| (definition.name, field)).collect()
        };
        let (queries, mutations) = all(entities, federation);
        Self { queries: by_name(queries), mutations: by_name(mutations) }
    }

    /// The engine's root field of a name; none when it belongs to a user's root type or to introspection.
    pub(super) fn get(&self, ty: OperationType, name: &str) -> Option<RootField> {
        match ty {
            OperationType::Query => self.queries.get(name).copied(),
            OperationType::Mutation => self.mutations.get(name).copied(),
            OperationType::Subscription => None,
        }
    }
}

impl RootField {
    /// The entity it is about.
    pub(super) fn info(self) -> Option<&'static EntityInfo> {
        match self {
            Self::Query(_, info) | Self::Mutation(_, info) | Self::Action(_, info) => Some(info),
            Self::Node | Self::Nodes | Self::Entities | Self::Service => None,
        }
    }

    /// What an action takes, whose fields its errors name.
    pub(super) fn input(self) -> Option<&'static EntityInfo> {
        match self {
            Self::Action(action, _) => action.input_info(),
            Self::Query(..)
            | Self::Mutation(..)
            | Self::Node
            | Self::Nodes
            | Self::Entities
            | Self::Service => None,
        }
    }

    /// Whether the field's type is nullable, so that its failure leaves the others in place.
    pub(super) fn is_nullable(self) -> bool {
        match self {
            Self::Query(query, _) => query.output.is_nullable(),
            Self::Mutation(mutation, _) => mutation.output.is_nullable(),
            Self::Action(action, _) => action.output.shape == OutputShape::Optional,
            Self::Node => true,
            Self::Nodes | Self::Entities | Self::Service => false,
        }
    }

    /// Whether fields of the same arguments are answered together, whatever each selects: what they read is the same.
    pub(super) fn has_twins(self) -> bool {
        match self {
            Self::Query(..) | Self::Node | Self::Nodes | Self::Entities => true,
            Self::Mutation(..) | Self::Action(..) | Self::Service => false,
        }
    }

    /// Works out what the field asks for.
    pub(super) fn plan(self, context: &ExecutionContext<'_>, field: &CollectedField<'_>) -> Result<RootPlan> {
        match self {
            Self::Query(query, info) => (query.read)(context, info, field).map(RootPlan::Query),
            Self::Mutation(mutation, info) => {
                MutationPlan::new(mutation, context, info, field).map(RootPlan::Mutation)
            }
            Self::Action(action, info) => {
                ActionPlan::new(context, info, action, field).map(|plan| RootPlan::Action(Box::new(plan)))
            }
            Self::Node => QueryPlan::node(context, field).map(RootPlan::Query),
            Self::Nodes => NodesPlan::of_ids(context, field).map(RootPlan::Nodes),
            Self::Entities => NodesPlan::of_representations(context, field).map(RootPlan::Nodes),
            Self::Service => ServicePlan::new(context, field).map(RootPlan::Service),
        }
    }
}

impl RootPlan {
    /// How many of its lists no index serves, for this reader.
    pub(super) fn scans(&self, ctx: &Ctx) -> u64 {
        match self {
            Self::Query(plan) => plan.scans(ctx),
            Self::Mutation(plan) => plan.scans(ctx),
            Self::Action(plan) => plan.scans(),
            Self::Nodes(plan) => plan.scans(),
            Self::Service(_) => 0,
        }
    }

    /// What it fetches of rows.
    pub(super) fn fetches(&self) -> Vec<&FetchPlan> {
        match self {
            Self::Query(plan) => plan.fetches().into_iter().collect(),
            Self::Mutation(plan) => plan.fetches().into_iter().collect(),
            Self::Action(plan) => plan.fetches().into_iter().collect(),
            Self::Nodes(plan) => plan.fetches().collect(),
            Self::Service(_) => Vec::new(),
        }
    }

    /// How many related rows it writes.
    pub(super) fn related_rows(&self) -> u64 {
        match self {
            Self::Mutation(plan) => plan.related_rows(),
            Self::Query(_) | Self::Action(_) | Self::Nodes(_) | Self::Service(_) => 0,
        }
    }

    /// Whether a field of the application's own is selected, which async-graphql resolves.
    pub(super) fn has_own(&self) -> bool {
        match self {
            Self::Query(plan) => plan.has_own(),
            Self::Mutation(plan) => plan.has_own(),
            Self::Action(plan) => plan.has_own(),
            Self::Nodes(plan) => plan.has_own(),
            Self::Service(_) => false,
        }
    }

    /// Runs it and answers the value of the field, and of each of its twins.
    pub(super) async fn run(
        self,
        ctx: &Ctx,
        resolvers: Option<OwnResolvers<'_>>,
    ) -> Result<Vec<WrittenJson>> {
        match self {
            Self::Query(plan) => plan.run(ctx, resolvers).await,
            Self::Mutation(plan) => Ok(vec![plan.run(ctx, resolvers).await?]),
            Self::Action(plan) => Ok(vec![plan.run(ctx, resolvers).await?]),
            Self::Nodes(plan) => plan.run(ctx, resolvers).await,
            Self::Service(plan) => Ok(vec![plan.run()?]),
        }
    }
}

impl<E: Entity> EntityQuery<E> {
    /// The names of the fields.
    #[must_use]
    pub fn fields() -> Vec<String> {
        queries_of(E::def().info()).map(|(definition, _)| definition.name).collect()
    }
}

impl<E: Entity> EntityMutation<E> {
    /// The names of the fields.
    #[must_use]
    pub fn fields() -> Vec<String> {
        mutations_of(E::def().info()).map(|(definition, _)| definition.name).collect()
    }
}
