//! What of an entity the GraphQL schema shows, and under which names.

use crate::entity::{ColumnInfo, ColumnRole, EntityDef, EntityInfo, ManyInfo, RelationDef};
use crate::types::Kind;

/// Whether the entity is in the schema.
pub(super) fn entity(def: &EntityDef) -> bool {
    !def.skip.graphql
}

fn in_schema(column: &ColumnInfo) -> bool {
    column.field.is_none_or(|field| !field.skip.graphql)
}

/// The columns that clients may read.
pub(super) fn columns(info: &'static EntityInfo) -> impl Iterator<Item = &'static ColumnInfo> {
    info.columns.iter().filter(|column| column.readable && in_schema(column))
}

/// The column that clients may read under this name.
pub(super) fn column(info: &'static EntityInfo, name: &str) -> Option<&'static ColumnInfo> {
    info.by_graphql(name).filter(|column| column.readable && in_schema(column))
}

/// The to-one relation of a column when its target is in the schema.
pub(super) fn relation(column: &'static ColumnInfo) -> Option<&'static RelationDef> {
    column.field.and_then(|field| field.relation.as_ref()).filter(|relation| entity((relation.target)()))
}

/// The to-one relation under this name, with its column.
pub(super) fn to_one(
    info: &'static EntityInfo,
    name: &str,
) -> Option<(&'static ColumnInfo, &'static RelationDef)> {
    columns(info)
        .filter_map(|column| Some((column, relation(column)?)))
        .find(|(_, relation)| relation.graphql == name)
}

/// The to-many relations whose target is in the schema.
pub(super) fn to_manys(info: &'static EntityInfo) -> impl Iterator<Item = &'static ManyInfo> {
    info.many.iter().filter(|many| !many.def.skip.graphql && entity((many.def.target)()))
}

/// The to-many relation under this name.
pub(super) fn to_many(info: &'static EntityInfo, name: &str) -> Option<&'static ManyInfo> {
    to_manys(info).find(|many| many.def.graphql == name)
}

/// The columns that clients may filter by.
pub(super) fn filtered(info: &'static EntityInfo) -> impl Iterator<Item = &'static ColumnInfo> {
    columns(info).filter(|column| column.filter)
}

/// The columns that clients may sort by.
pub(super) fn sorted(info: &'static EntityInfo) -> impl Iterator<Item = &'static ColumnInfo> {
    columns(info).filter(|column| column.sort)
}

/// Whether a to-one field is never null: the column is not, everyone may read the target, and the target cannot be
/// hidden by a soft deletion.
pub(super) fn never_null(column: &ColumnInfo, relation: &RelationDef) -> bool {
    let target = (relation.target)();
    !column.shown_as_null() && target.policy.read.is_public() && !target.soft_delete
}

/// The declared fields that a new row (`create`) or a change takes.
pub(super) fn writable(info: &'static EntityInfo, create: bool) -> impl Iterator<Item = &'static ColumnInfo> {
    info.columns.iter().filter(move |column| {
        column.field.is_some_and(|field| {
            let skipped = if create { field.skip.create } else { field.skip.update || field.immutable };
            !field.read_only && !field.skip.graphql && !skipped
        })
    })
}

/// The type of a cell's value in the schema, without `!`.
pub(super) fn type_of(kind: Kind) -> String {
    match kind {
        Kind::List(element) => format!("[{}!]", type_of(*element)),
        Kind::Bool => "Boolean".to_owned(),
        Kind::I16 | Kind::I32 => "Int".to_owned(),
        Kind::I64 => "BigInt".to_owned(),
        Kind::F32 | Kind::F64 => "Float".to_owned(),
        Kind::Decimal => "Decimal".to_owned(),
        Kind::Text | Kind::Password => "String".to_owned(),
        Kind::Uuid => "UUID".to_owned(),
        Kind::Date => "Date".to_owned(),
        Kind::Time => "Time".to_owned(),
        Kind::DateTime => "DateTime".to_owned(),
        Kind::Json => "JSON".to_owned(),
        Kind::Bytes => "Bytes".to_owned(),
        Kind::Enum(def) => def.name.to_owned(),
    }
}

/// The type of a column in the schema, without `!`: keys and references are global ids.
pub(super) fn column_type(column: &ColumnInfo) -> String {
    match column.role {
        _ if is_id(column) => "ID".to_owned(),
        // As `expectedVersion` takes it.
        ColumnRole::Version => "Int".to_owned(),
        _ => type_of(column.kind),
    }
}

/// Whether a column is shown as a global id.
pub(super) fn is_id(column: &ColumnInfo) -> bool {
    column.index == 0 || column.field.is_some_and(|field| field.relation.is_some())
}

/// The entity that a column's global id belongs to.
pub(super) fn id_entity(info: &'static EntityInfo, column: &ColumnInfo) -> Option<&'static EntityInfo> {
    if column.index == 0 {
        return Some(info);
    }
    let relation = column.field?.relation.as_ref()?;
    Some((relation.target)().info())
}
