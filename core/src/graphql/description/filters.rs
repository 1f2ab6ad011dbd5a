//! Filter types: an entity's, those of its to-many relations, and those of its columns' types.

use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::graphql::definitions::{InputValueDefinition, TypeDefinition, TypeKind};
use crate::graphql::fields::{self, column_type, filter_type, operators, to_one_of};
use crate::graphql::scalars;
use crate::types::{Function, Kind, Operand, Operator};

fn filter(
    name: impl Into<String>,
    docs: impl Into<String>,
    fields: Vec<InputValueDefinition>,
) -> TypeDefinition {
    TypeDefinition::new(name, docs, TypeKind::InputObject { fields, one_of: false })
}

/// `UserFilter`.
pub(super) fn entity(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let own = format!("{name}Filter");
    let view = info.on(Surface::Graphql);
    let mut fields = vec![
        InputValueDefinition::new("and", format!("[{own}!]"), "All of these match."),
        InputValueDefinition::new("or", format!("[{own}!]"), "One of these matches."),
        InputValueDefinition::new("not", own.clone(), "This does not match."),
    ];
    for column in view.filterable() {
        let test = InputValueDefinition::new(column.graphql, filter_type(column), column.docs);
        fields.push(test.deprecated(column.deprecated()));
        if let Some(relation) = to_one_of(info, column) {
            let ty = format!("{}Filter", (relation.target)().graphql.type_name);
            let test = InputValueDefinition::new(relation.graphql, ty, "The related row matches.");
            fields.push(test.deprecated(column.deprecated()));
        }
    }
    for many in view.to_many().iter().filter(|many| !many.def.skip.filter) {
        let ty = format!("{}ListFilter", many.target().def.graphql.type_name);
        let test = InputValueDefinition::new(many.def.graphql, ty, "The related rows match.");
        fields.push(test.deprecated(many.def.deprecated));
    }
    filter(own, format!("Which `{name}` rows; all that is given must hold."), fields)
}

/// `UserListFilter`: tests on the related rows of a to-many relation.
pub(super) fn list(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let of = format!("{name}Filter");
    let fields = vec![
        InputValueDefinition::new("some", of.clone(), "At least one row matches."),
        InputValueDefinition::new("none", of.clone(), "No row matches."),
        InputValueDefinition::new("every", of, "Every row matches; also when there is none."),
    ];
    let docs = format!("Tests on related `{name}` rows; all that are given must hold.");
    filter(format!("{name}ListFilter"), docs, fields)
}

/// The filter types that the columns of an entity need, each by its name.
pub(in crate::graphql) fn of_columns(
    info: &'static EntityInfo,
) -> impl Iterator<Item = (String, TypeDefinition)> {
    let filterable = info.on(Surface::Graphql).filterable().iter();
    let of_columns = filterable.map(|column| (filter_type(column), of_column(column)));
    let measures = Function::OF_FIELDS.into_iter().flat_map(move |function| {
        fields::measured(info, function).filter_map(move |column| function.result(column.kind))
    });
    // Every group has a number of rows.
    of_columns.chain(measures.chain([Kind::I32]).map(of_kind))
}

/// The tests on a measure.
fn of_kind(kind: Kind) -> (String, TypeDefinition) {
    let ty = scalars::type_name(kind);
    let fields = fields::measure_operators(kind).map(|operator| test(operator, &ty)).collect();
    let docs = format!("Tests on a `{ty}`; all that are given must hold.");
    let name = format!("{ty}Filter");
    (name.clone(), filter(name, docs, fields))
}

fn of_column(column: &ColumnInfo) -> TypeDefinition {
    let ty = column_type(column);
    let fields: Vec<_> = operators(column).map(|operator| test(operator, &ty)).collect();
    let docs = match fields.len() {
        1 => "Tests on the presence of a value.".to_owned(),
        _ => format!("Tests on a `{ty}`; all that are given must hold."),
    };
    filter(filter_type(column), docs, fields)
}

/// The field of a filter type that asks by an operator.
fn test(operator: Operator, ty: &str) -> InputValueDefinition {
    let ty = match operator.operand() {
        Operand::Value => ty.to_owned(),
        Operand::List => format!("[{ty}!]"),
        Operand::Flag => "Boolean".to_owned(),
        Operand::Text => "String".to_owned(),
    };
    let docs = match operator {
        Operator::Eq => "Equal.",
        Operator::Ne => "Not equal; a missing value does not match.",
        Operator::Gt => "Greater.",
        Operator::Gte => "Greater or equal.",
        Operator::Lt => "Less.",
        Operator::Lte => "Less or equal.",
        Operator::In => "Equal to one of these.",
        Operator::NotIn => "Equal to none of these; a missing value does not match.",
        Operator::IsNull => "Whether the value is missing.",
        Operator::Contains => "Holds this text, upper and lower case told apart.",
        Operator::StartsWith => "Starts with this text, upper and lower case told apart.",
        Operator::EndsWith => "Ends with this text, upper and lower case told apart.",
    };
    InputValueDefinition::new(operator.graphql(), ty, docs)
}
