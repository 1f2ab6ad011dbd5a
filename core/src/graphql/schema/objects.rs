//! Object types: an entity's own, its connection and its edge.

use crate::entity::EntityInfo;
use crate::graphql::registry::{
    MetaField, MetaInputValue, MetaType, field, field_with, input_value, interface, object,
};
use crate::graphql::visible;
use crate::query::{DEFAULT_PAGE, MAX_PAGE};

/// The arguments of every connection to the rows of an entity.
pub(super) fn connection_arguments(info: &'static EntityInfo) -> Vec<MetaInputValue> {
    let name = info.def.graphql.type_name;
    let first = format!(
        "The first so many, from 1 to {MAX_PAGE}; {DEFAULT_PAGE} when neither `first` nor `last` is given."
    );
    let mut arguments = vec![
        input_value("first", "Int", &first),
        input_value("after", "String", "Start after this cursor."),
        input_value("last", "Int", &format!("The last so many, from 1 to {MAX_PAGE}.")),
        input_value("before", "String", "End before this cursor."),
        input_value("filter", format!("{name}Filter"), "Only rows that match."),
        input_value("orderBy", format!("[{name}Order!]"), "In this order; the first entry counts most."),
    ];
    if info.searched().next().is_some() {
        let fields = info.searched().map(|column| format!("`{}`", column.graphql)).collect::<Vec<_>>();
        let docs = format!("Only rows that hold every word in one of {}.", fields.join(", "));
        arguments.push(input_value("search", "String", &docs));
    }
    arguments
}

/// The entity's own type.
pub(super) fn entity(info: &'static EntityInfo) -> MetaType {
    let mut fields = Vec::new();
    for column in visible::columns(info) {
        let bang = if column.shown_as_null() { "" } else { "!" };
        let ty = format!("{}{bang}", visible::column_type(column));
        let docs = match (column.index, column.docs) {
            (0, _) => "The id, unique over all types.",
            (_, docs) => docs,
        };
        fields.push(field(column.graphql, ty, docs));
        if let Some(relation) = visible::relation(column) {
            let bang = if visible::never_null(column, relation) { "!" } else { "" };
            let target = (relation.target)().graphql.type_name;
            fields.push(field(relation.graphql, format!("{target}{bang}"), column.docs));
        }
    }
    for many in visible::to_manys(info) {
        let target = many.target();
        fields.push(field_with(
            many.def.graphql,
            format!("{}Connection!", target.def.graphql.type_name),
            many.def.docs,
            connection_arguments(target),
        ));
    }
    object(info.def.graphql.type_name, info.def.docs, fields)
}

/// `UserConnection` and `UserEdge`.
pub(super) fn connection(info: &'static EntityInfo) -> [MetaType; 2] {
    let name = info.def.graphql.type_name;
    let connection = object(
        &format!("{name}Connection"),
        &format!("A page of `{name}` rows."),
        vec![
            field("edges", format!("[{name}Edge!]!"), "The rows with their cursors."),
            field("nodes", format!("[{name}!]!"), "The rows."),
            field("pageInfo", "PageInfo!", "Where the page lies."),
            field("totalCount", "Int!", "How many rows match in all. Counted only when asked for."),
        ],
    );
    let edge = object(
        &format!("{name}Edge"),
        &format!("A `{name}` in a page."),
        vec![
            field("cursor", "String!", "The row's place, for `after` and `before` of the same query."),
            field("node", format!("{name}!"), "The row."),
        ],
    );
    [connection, edge]
}

fn id_field() -> MetaField {
    field("id", "ID!", "The id, unique over all types.")
}

/// `PageInfo` and `Node`.
pub(super) fn shared(objects: &[&str]) -> [MetaType; 2] {
    let page_info = object(
        "PageInfo",
        "Where a page lies in its list.",
        vec![
            field("hasNextPage", "Boolean!", "Whether rows follow."),
            field("hasPreviousPage", "Boolean!", "Whether rows precede."),
            field("startCursor", "String", "The first row's cursor."),
            field("endCursor", "String", "The last row's cursor."),
        ],
    );
    let node = interface("Node", "Anything that has an id.", vec![id_field()], objects);
    [page_info, node]
}
