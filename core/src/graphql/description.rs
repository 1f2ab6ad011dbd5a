//! What the entities bring to a schema: the definitions of their types.

mod aggregates;
mod filters;
mod inputs;
mod objects;
pub(super) mod order;
mod related;
pub(super) mod unique;

use std::collections::{BTreeMap, HashMap};

use crate::entity::{ActionDef, EntityDef, EntityInfo, Registry, Surface, ValuesRole};
use crate::graphql::definitions::{FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind};
use crate::graphql::scalars;

pub(super) use aggregates::{aggregate_arguments, group_arguments};
pub(super) use filters::of_columns as column_filters;
pub(super) use inputs::input_type;
pub(super) use objects::connection_arguments;
pub(super) use related::{types as related_types, used as used_related_types};

/// The entities that the schema shows.
pub(super) fn shown(entities: &Registry) -> impl Iterator<Item = &'static EntityInfo> {
    entities.iter().filter(|info| info.is_on(Surface::Graphql))
}

/// Every type that the entities bring.
pub(super) fn types(entities: &Registry) -> Vec<TypeDefinition> {
    let mut types = common(entities);
    let used = related::used(entities);
    let mut filters = BTreeMap::new();
    let mut enums: Vec<&'static crate::types::EnumDef> = Vec::new();
    for info in shown(entities) {
        types.extend(of_entity(info));
        types.extend(related::types(&used, info));
        filters.extend(filters::of_columns(info));
        for def in enums_of(info) {
            if !enums.iter().any(|known| std::ptr::eq(*known, def)) {
                enums.push(def);
            }
        }
    }
    let of_actions = values(entities);
    types.extend(of_actions.iter().filter_map(|info| of_values(info)));
    for def in of_actions.into_iter().flat_map(enums_of) {
        if !enums.iter().any(|known| std::ptr::eq(*known, def)) {
            enums.push(def);
        }
    }
    types.extend(filters.into_values());
    types.extend(enums.into_iter().map(scalars::enum_definition));
    types
}

/// The types by which a gateway asks for rows of the entities.
pub(super) fn federation(entities: &Registry) -> Vec<TypeDefinition> {
    let sdl = FieldDefinition::new(
        "sdl",
        "String!",
        "The schema of this service, in the schema definition language.",
    );
    let service = TypeKind::Object { fields: vec![sdl], implements: &[] };
    let mut types = vec![TypeDefinition::new("_Service", "A service of a federation.", service)];
    let possible_types = entity_types(entities);
    if !possible_types.is_empty() {
        let any = "A row as another service refers to it: `{__typename: \"User\", id: \"VXNlcjox\"}`.";
        types.push(TypeDefinition::new("_Any", any, TypeKind::Scalar { specified_by: None }));
        types.push(TypeDefinition::new("_Entity", "A row of any type.", TypeKind::Union { possible_types }));
    }
    types
}

/// The names of the entities' types.
pub(super) fn entity_types(entities: &Registry) -> Vec<&'static str> {
    shown(entities).map(|info| info.def.graphql.type_name).collect()
}

/// Whether the schema has what an action answers.
pub(super) fn shows(action: &ActionDef) -> bool {
    action.output.info().is_none_or(|info| info.is_on(Surface::Graphql))
}

/// What the shown actions take and answer that is no row, each once.
pub(super) fn values(entities: &Registry) -> Vec<&'static EntityInfo> {
    let mut found: Vec<&'static EntityInfo> = Vec::new();
    let actions = shown(entities).flat_map(|info| info.def.actions).filter(|action| shows(action));
    for info in actions.flat_map(ActionDef::values).map(EntityDef::info) {
        if !found.iter().any(|known| std::ptr::eq(*known, info)) {
            found.push(info);
        }
    }
    found
}

/// The type of what an action takes or answers.
pub(super) fn of_values(info: &'static EntityInfo) -> Option<TypeDefinition> {
    match info.def.values? {
        ValuesRole::Input => inputs::of_action(info),
        ValuesRole::Output => Some(objects::values(info)),
    }
}

/// The arguments of every connection, by its name.
pub(super) fn connections(entities: &Registry) -> HashMap<String, Vec<InputValueDefinition>> {
    let of_entity = |info: &'static EntityInfo| {
        (format!("{}Connection", info.def.graphql.type_name), connection_arguments(info))
    };
    shown(entities).map(of_entity).collect()
}

/// The types that no single entity brings.
pub(super) fn common(entities: &Registry) -> Vec<TypeDefinition> {
    let names = entity_types(entities);
    let mut types: Vec<_> = scalars::definitions().collect();
    if !names.is_empty() {
        types.extend([
            objects::page_info(),
            objects::node(names),
            order::direction(),
            aggregates::time_unit(),
        ]);
    }
    types
}

/// The types that an entity has for itself, its own first.
pub(super) fn of_entity(info: &'static EntityInfo) -> impl Iterator<Item = TypeDefinition> {
    let types = [
        objects::entity(info),
        objects::connection(info),
        objects::edge(info),
        filters::entity(info),
        filters::list(info),
        order::entity(info),
    ];
    types.into_iter().chain(
        [inputs::create(info), inputs::patch(info), inputs::increment(info), unique::entity(info)]
            .into_iter()
            .flatten()
            .chain(aggregates::of_entity(info)),
    )
}

/// The enums of the columns that are shown or taken.
pub(super) fn enums_of(info: &'static EntityInfo) -> impl Iterator<Item = &'static crate::types::EnumDef> {
    let view = info.on(Surface::Graphql);
    let known = info.columns.iter().filter(|column| view.column(column.graphql).is_some());
    known.filter_map(|column| scalars::enum_of(column.kind))
}
