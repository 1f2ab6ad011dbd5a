//! `UserUnique`: the fields by which an upsert finds rows.

use heck::ToShoutySnakeCase as _;

use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::graphql::definitions::{EnumValueDefinition, TypeDefinition, TypeKind};
use crate::policy::Action;
use crate::service::unique_rules;
use crate::value::ColumnSet;

/// The columns of unique rules whose fields clients give: an upsert finds its row by what the input holds.
pub(in crate::graphql) fn columns(info: &'static EntityInfo) -> impl Iterator<Item = &'static ColumnInfo> {
    let writable = info.on(Surface::Graphql).writable(Action::Create);
    let is_given = move |column: &&ColumnInfo| writable.iter().any(|known| known.index == column.index);
    let rules = unique_rules(info).into_iter().filter(move |rule| rule.iter().all(is_given));
    let found: ColumnSet = rules.flatten().map(|column| column.index).collect();
    found.iter().map(move |index| &info.columns[index])
}

/// The value of a column: `EMAIL`.
pub(in crate::graphql) fn value_name(column: &ColumnInfo) -> String {
    column.graphql.to_shouty_snake_case()
}

/// `UserUnique`, unless no rule can find a row.
pub(super) fn entity(info: &'static EntityInfo) -> Option<TypeDefinition> {
    let value = |column: &'static ColumnInfo| EnumValueDefinition {
        name: value_name(column).into(),
        docs: column.docs,
        deprecated: column.deprecated(),
    };
    let values: Vec<EnumValueDefinition> = columns(info).map(value).collect();
    if values.is_empty() {
        return None;
    }
    let name = info.def.graphql.type_name;
    let docs = format!("The fields of unique rules, by which a `{name}` that exists is found.");
    Some(TypeDefinition::new(format!("{name}Unique"), docs, TypeKind::Enum { values }))
}
