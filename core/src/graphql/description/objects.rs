//! Object types: an entity's own, its connection and its edge, and what all have in common.

use crate::entity::{EntityInfo, Surface};
use crate::graphql::definitions::{FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind};
use crate::graphql::description::aggregates;
use crate::graphql::fields::{column_type, is_never_null, to_one_of};
use crate::query::{DEFAULT_PAGE, MAX_PAGE};

fn object(name: impl Into<String>, docs: impl Into<String>, fields: Vec<FieldDefinition>) -> TypeDefinition {
    TypeDefinition::new(name, docs, TypeKind::Object { fields, implements: &[] })
}

/// The arguments of every connection to the rows of an entity.
pub(in crate::graphql) fn connection_arguments(info: &'static EntityInfo) -> Vec<InputValueDefinition> {
    let name = info.def.graphql.type_name;
    let first = format!(
        "The first so many, from 0 to {MAX_PAGE}; {DEFAULT_PAGE} when neither `first` nor `last` is given."
    );
    let mut arguments = vec![
        InputValueDefinition::new("first", "Int", first),
        InputValueDefinition::new("after", "String", "Start after this cursor."),
        InputValueDefinition::new("last", "Int", format!("The last so many, from 0 to {MAX_PAGE}.")),
        InputValueDefinition::new("before", "String", "End before this cursor."),
        InputValueDefinition::new("filter", format!("{name}Filter"), "Only rows that match."),
        InputValueDefinition::new(
            "orderBy",
            format!("[{name}Order!]"),
            "In this order; the first entry counts most.",
        ),
    ];
    if info.searched().next().is_some() {
        let fields = info.searched().map(|column| format!("`{}`", column.graphql)).collect::<Vec<_>>();
        let docs = format!("Only rows that hold every word in one of {}.", fields.join(", "));
        arguments.push(InputValueDefinition::new("search", "String", docs));
    }
    arguments
}

/// The entity's own type.
pub(super) fn entity(info: &'static EntityInfo) -> TypeDefinition {
    let kind = TypeKind::Object { fields: fields_of(info), implements: &["Node"] };
    TypeDefinition::new(info.def.graphql.type_name, info.def.docs, kind)
}

/// What an action answers that is no row.
pub(super) fn values(info: &'static EntityInfo) -> TypeDefinition {
    object(info.def.graphql.type_name, info.def.docs, fields_of(info))
}

fn fields_of(info: &'static EntityInfo) -> Vec<FieldDefinition> {
    let view = info.on(Surface::Graphql);
    let mut fields = Vec::new();
    for column in view.readable() {
        let bang = if column.nullable_to_clients() { "" } else { "!" };
        let docs = if column.index == 0 { ID_DOCS } else { column.docs };
        let field = FieldDefinition::new(column.graphql, format!("{}{bang}", column_type(column)), docs);
        fields.push(field.deprecated(column.deprecated()));
        if let Some(relation) = to_one_of(info, column) {
            let bang = if is_never_null(column, relation) { "!" } else { "" };
            let target = (relation.target)().graphql.type_name;
            let field = FieldDefinition::new(relation.graphql, format!("{target}{bang}"), column.docs);
            fields.push(field.deprecated(column.deprecated()));
        }
    }
    for many in view.to_many() {
        let target = many.target();
        let ty = format!("{}Connection!", target.def.graphql.type_name);
        let field = FieldDefinition::new(many.def.graphql, ty, many.def.docs);
        let field = field.with_arguments(connection_arguments(target));
        fields.push(field.deprecated(many.def.deprecated));
    }
    fields.extend(aggregates::of_related(info));
    fields
}

/// `UserConnection`.
pub(super) fn connection(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let total = "How many rows match in all. Counted only when asked for.";
    let fields = vec![
        FieldDefinition::new("edges", format!("[{name}Edge!]!"), "The rows with their cursors."),
        FieldDefinition::new("nodes", format!("[{name}!]!"), "The rows."),
        FieldDefinition::new("pageInfo", "PageInfo!", "Where the page lies."),
        FieldDefinition::new("totalCount", "Int!", total),
    ];
    object(format!("{name}Connection"), format!("A page of `{name}` rows."), fields)
}

/// `UserEdge`.
pub(super) fn edge(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let cursor = "The row's place, for `after` and `before` of the same query.";
    let fields = vec![
        FieldDefinition::new("cursor", "String!", cursor),
        FieldDefinition::new("node", format!("{name}!"), "The row."),
    ];
    object(format!("{name}Edge"), format!("A `{name}` in a page."), fields)
}

/// `PageInfo`.
pub(super) fn page_info() -> TypeDefinition {
    let fields = vec![
        FieldDefinition::new("hasNextPage", "Boolean!", "Whether rows follow."),
        FieldDefinition::new("hasPreviousPage", "Boolean!", "Whether rows precede."),
        FieldDefinition::new("startCursor", "String", "The first row's cursor."),
        FieldDefinition::new("endCursor", "String", "The last row's cursor."),
    ];
    object("PageInfo", "Where a page lies in its list.", fields)
}

const ID_DOCS: &str = "The id, unique over all types.";

/// The interface `Node` of the types with these names.
pub(super) fn node(possible_types: Vec<&'static str>) -> TypeDefinition {
    let fields = vec![FieldDefinition::new("id", "ID!", ID_DOCS)];
    TypeDefinition::new("Node", "Anything that has an id.", TypeKind::Interface { fields, possible_types })
}
