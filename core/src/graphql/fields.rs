//! The fields of an entity in the schema: its columns and relations by name, their types, and what a filter may ask.
//!
//! What is shown at all is said by the entity's [`SurfaceView`](crate::entity::SurfaceView).

use crate::entity::{ColumnInfo, ColumnRole, EntityInfo, ManyInfo, RelationDef, Surface};
use crate::graphql::{global_id, scalars};
use crate::types::{Function, Kind, Operator};

/// A field of an entity's type.
#[derive(Clone, Copy)]
pub(super) enum EntityField {
    /// A value of the row.
    Column(&'static ColumnInfo),
    /// The row that the column refers to.
    ToOne(&'static ColumnInfo, &'static RelationDef),
    /// A page of related rows.
    ToMany(&'static ManyInfo),
    /// Measures of related rows.
    Aggregate(&'static ManyInfo),
    /// Measures of groups of related rows.
    Grouped(&'static ManyInfo),
}

/// The field of a name.
pub(super) fn field(info: &'static EntityInfo, name: &str) -> Option<EntityField> {
    let view = info.on(Surface::Graphql);
    if let Some(column) = view.readable_column(name) {
        return Some(EntityField::Column(column));
    }
    let to_one = view.to_one().iter().find(|(_, relation)| relation.graphql == name);
    if let Some((column, relation)) = to_one {
        return Some(EntityField::ToOne(column, relation));
    }
    let to_many = |name: &str| view.to_many().iter().copied().find(|many| many.def.graphql == name);
    let measured = |suffix: &str| name.strip_suffix(suffix).and_then(to_many);
    to_many(name)
        .map(EntityField::ToMany)
        .or_else(|| measured("Aggregate").map(EntityField::Aggregate))
        .or_else(|| measured("Grouped").map(EntityField::Grouped))
}

/// The columns that a function measures.
pub(super) fn measured(
    info: &'static EntityInfo,
    function: Function,
) -> impl Iterator<Item = &'static ColumnInfo> {
    let columns = info.on(Surface::Graphql).measured().iter().copied();
    columns.filter(move |column| function.result(column.kind).is_some())
}

/// What a test may ask of a measure, in the order of [`operators`].
pub(super) fn measure_operators(kind: Kind) -> impl Iterator<Item = Operator> {
    let all = kind.capabilities().operators.iter().copied();
    let is_equality = |operator: &Operator| Operator::EQUALITY.contains(operator);
    let others = all.clone().filter(move |operator| !is_equality(operator));
    all.filter(is_equality).chain(others).chain([Operator::IsNull])
}

/// The to-one relation that a column is the reference of, if it can be followed.
pub(super) fn to_one_of(info: &'static EntityInfo, column: &ColumnInfo) -> Option<&'static RelationDef> {
    let to_one = info.on(Surface::Graphql).to_one().iter();
    to_one.copied().find(|(reference, _)| reference.index == column.index).map(|(_, relation)| relation)
}

/// The type of a column, without `!`: keys and references are global ids.
pub(super) fn column_type(column: &ColumnInfo) -> String {
    match column.role {
        _ if global_id::is_id(column) => "ID".to_owned(),
        // As `expectedVersion` takes it.
        ColumnRole::Version => "Int".to_owned(),
        _ => scalars::type_name(column.kind),
    }
}

/// Whether a column's values are written as strings of digits.
pub(super) fn is_big_int(column: &ColumnInfo) -> bool {
    column.role != ColumnRole::Version && scalars::is_big_int(column.kind)
}

/// Whether a to-one field is never null: the column is not, everyone may read the target, and the target cannot be
/// hidden by a soft deletion.
pub(super) fn is_never_null(column: &ColumnInfo, relation: &RelationDef) -> bool {
    let target = (relation.target)();
    !column.nullable_to_clients() && target.policy.read.is_public() && !target.soft_delete
}

/// What a filter may ask of a column: first whether values are equal, last whether there is one. Filter types are those
/// of scalars, not of columns, so each has `isNull`. Ids are opaque: they have no order.
pub(super) fn operators(column: &ColumnInfo) -> impl Iterator<Item = Operator> + use<> {
    let opaque = global_id::is_id(column);
    let known = move |operator: &Operator| *operator != Operator::IsNull && !(opaque && operator.is_order());
    let is_equality = |operator: &Operator| Operator::EQUALITY.contains(operator);
    let equality = column.operators().filter(is_equality);
    let others = column.operators().filter(move |operator| !is_equality(operator));
    equality.chain(others).filter(known).chain([Operator::IsNull])
}

/// The name of a column's filter type: `StringFilter`, `IDFilter`, `StatusFilter`.
pub(super) fn filter_type(column: &ColumnInfo) -> String {
    match operators(column).next() {
        None | Some(Operator::IsNull) => "NullFilter".to_owned(),
        Some(_) => format!("{}Filter", column_type(column)),
    }
}
