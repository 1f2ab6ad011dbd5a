//! Input types: an entity's filter, order, input and patch.

use crate::entity::{ColumnInfo, EntityInfo};
use crate::graphql::registry::{MetaInputValue, MetaType, enumeration, input, input_value};
use crate::graphql::schema::scalars::filter_name;
use crate::graphql::visible;
use crate::query::{Direction, Nulls};
use crate::types::{JsonStyle, Kind};

/// The values of `OrderDirection`: name, description, meaning. No NULL placement means the direction's own.
pub(in crate::graphql) const DIRECTIONS: [(&str, &str, Direction, Option<Nulls>); 6] = [
    ("ASC", "Least first; missing values last.", Direction::Asc, None),
    ("DESC", "Greatest first; missing values first.", Direction::Desc, None),
    ("ASC_NULLS_FIRST", "Least first, after the missing values.", Direction::Asc, Some(Nulls::First)),
    ("ASC_NULLS_LAST", "Least first, before the missing values.", Direction::Asc, Some(Nulls::Last)),
    ("DESC_NULLS_FIRST", "Greatest first, after the missing values.", Direction::Desc, Some(Nulls::First)),
    ("DESC_NULLS_LAST", "Greatest first, before the missing values.", Direction::Desc, Some(Nulls::Last)),
];

/// The enum `OrderDirection`.
pub(super) fn direction() -> MetaType {
    enumeration(
        "OrderDirection",
        "Which end of an order comes first, and where missing values stand.",
        DIRECTIONS.iter().map(|(name, docs, ..)| (*name, *docs)),
    )
}

/// `UserFilter`.
pub(super) fn filter(info: &'static EntityInfo) -> MetaType {
    let name = info.def.graphql.type_name;
    let own = format!("{name}Filter");
    let mut fields = vec![
        input_value("and", format!("[{own}!]"), "All of these match."),
        input_value("or", format!("[{own}!]"), "One of these matches."),
        input_value("not", own.clone(), "This does not match."),
    ];
    for column in visible::filtered(info) {
        fields.push(input_value(column.graphql, filter_name(column), column.docs));
        if let Some(relation) = visible::relation(column) {
            let target = (relation.target)().graphql.type_name;
            fields.push(input_value(relation.graphql, format!("{target}Filter"), "The related row matches."));
        }
    }
    for many in visible::to_manys(info) {
        let target = many.target().def.graphql.type_name;
        fields.push(input_value(many.def.graphql, format!("{target}ListFilter"), "The related rows match."));
    }
    input(&own, &format!("Which `{name}` rows; all that is given must hold."), fields, false)
}

/// `UserListFilter`: tests on the related rows of a to-many relation.
pub(super) fn list_filter(info: &'static EntityInfo) -> MetaType {
    let name = info.def.graphql.type_name;
    let of = format!("{name}Filter");
    input(
        &format!("{name}ListFilter"),
        &format!("Tests on related `{name}` rows; all that are given must hold."),
        vec![
            input_value("some", of.clone(), "At least one row matches."),
            input_value("none", of.clone(), "No row matches."),
            input_value("every", of, "Every row matches; also when there is none."),
        ],
        false,
    )
}

/// `UserOrder`.
pub(super) fn order(info: &'static EntityInfo) -> MetaType {
    let name = info.def.graphql.type_name;
    let fields = visible::sorted(info)
        .map(|column| input_value(column.graphql, "OrderDirection", column.docs))
        .collect();
    input(
        &format!("{name}Order"),
        &format!("One key of an order of `{name}` rows: exactly one field."),
        fields,
        true,
    )
}

/// `UserInput`, unless no field may be given.
pub(super) fn create(info: &'static EntityInfo) -> Option<MetaType> {
    let name = info.def.graphql.type_name;
    let fields = visible::writable(info, true).map(create_field).collect::<Vec<_>>();
    (!fields.is_empty())
        .then(|| input(&format!("{name}Input"), &format!("The values of a new `{name}`."), fields, false))
}

/// `UserPatch`, unless no field may be changed.
pub(super) fn patch(info: &'static EntityInfo) -> Option<MetaType> {
    let name = info.def.graphql.type_name;
    let fields = visible::writable(info, false)
        .map(|column| input_value(column.graphql, visible::column_type(column), &rules(column)))
        .collect::<Vec<_>>();
    (!fields.is_empty()).then(|| {
        input(
            &format!("{name}Patch"),
            &format!("What to change of a `{name}`: fields that are left out stay as they are."),
            fields,
            false,
        )
    })
}

fn create_field(column: &'static ColumnInfo) -> MetaInputValue {
    let default = column.field.and_then(|field| field.default);
    let required = !column.nullable && default.is_none();
    let bang = if required { "!" } else { "" };
    let mut docs = rules(column);
    match (default, column.kind) {
        (None, _) => {}
        // These may be computed when the row is made; their value now would change from export to export.
        (Some(_), Kind::DateTime | Kind::Date | Kind::Time | Kind::Uuid) => {
            append(&mut docs, "Has a default.");
        }
        (Some(default), _) => {
            let mut json = Vec::new();
            default.value().write_json(JsonStyle::Graphql, &mut json);
            append(&mut docs, &format!("Default: {}.", String::from_utf8_lossy(&json)));
        }
    }
    input_value(column.graphql, format!("{}{bang}", visible::column_type(column)), &docs)
}

/// The field's docs and what the service checks.
fn rules(column: &'static ColumnInfo) -> String {
    let mut docs = column.docs.to_owned();
    let Some(field) = column.field else {
        return docs;
    };
    match (field.min_len, field.max_len) {
        (Some(least), Some(most)) => append(&mut docs, &format!("Length: {least} to {most}.")),
        (Some(least), None) => append(&mut docs, &format!("Length: at least {least}.")),
        (None, Some(most)) => append(&mut docs, &format!("Length: at most {most}.")),
        (None, None) => {}
    }
    match (field.min, field.max) {
        (Some(least), Some(most)) => append(&mut docs, &format!("Range: {least} to {most}.")),
        (Some(least), None) => append(&mut docs, &format!("Range: at least {least}.")),
        (None, Some(most)) => append(&mut docs, &format!("Range: at most {most}.")),
        (None, None) => {}
    }
    if let Some(pattern) = field.pattern {
        append(&mut docs, &format!("Pattern: `{pattern}`."));
    }
    docs
}

fn append(docs: &mut String, text: &str) {
    if !docs.is_empty() {
        docs.push('\n');
    }
    docs.push_str(text);
}
