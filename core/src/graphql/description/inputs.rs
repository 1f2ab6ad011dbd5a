//! Input types: the values of a new row, and the changes of one.

use chrono::Utc;

use crate::entity::{Action, ColumnInfo, EntityInfo, Surface};
use crate::graphql::definitions::{InputValueDefinition, TypeDefinition, TypeKind};
use crate::graphql::description::related;
use crate::graphql::fields::column_type;
use crate::graphql::scalars;
use crate::service::{INCREMENT, InputForm};
use crate::types::JsonStyle;

/// `UserInput`, unless no field may be given.
pub(super) fn create(info: &'static EntityInfo) -> Option<TypeDefinition> {
    let name = info.def.graphql.type_name;
    let form = InputForm::create(info, Surface::Graphql);
    let mut fields: Vec<_> = form
        .columns()
        .map(|column| create_field(column, form.requires(column), form.may_be_implied(column)))
        .collect();
    if !fields.is_empty() {
        fields.extend(related::fields(info, Action::Create));
    }
    input(format!("{name}Input"), format!("The values of a new `{name}`."), fields)
}

/// The name of the type of an action's input.
pub(in crate::graphql) fn input_type(input: &EntityInfo) -> String {
    format!("{}Input", input.def.graphql.type_name)
}

/// What an action takes: `PaymentInput`.
pub(super) fn of_action(info: &'static EntityInfo) -> Option<TypeDefinition> {
    let form = InputForm::create(info, Surface::Graphql);
    let fields = form.columns().map(|column| create_field(column, form.requires(column), false)).collect();
    input(input_type(info), info.def.docs.to_owned(), fields)
}

/// `UserPatch`, unless no field may be changed.
pub(super) fn patch(info: &'static EntityInfo) -> Option<TypeDefinition> {
    let name = info.def.graphql.type_name;
    let writable = info.on(Surface::Graphql).writable(Action::Update).iter();
    let mut fields: Vec<_> = writable
        .map(|column| {
            let change = InputValueDefinition::new(column.graphql, column_type(column), rules(column));
            change.deprecated(column.deprecated())
        })
        .collect();
    if !fields.is_empty() {
        fields.extend(related::fields(info, Action::Update));
    }
    let adds = InputForm::update(info, Surface::Graphql).increments().next();
    let increment = adds.map(|_| {
        let docs = "Numbers to add to what the fields are by then.";
        InputValueDefinition::new(INCREMENT, format!("{name}Increment"), docs)
    });
    let docs = format!("What to change of a `{name}`: fields that are left out stay as they are.");
    fields.extend(increment);
    input(format!("{name}Patch"), docs, fields)
}

/// `UserIncrement`, unless no field can be added to.
pub(super) fn increment(info: &'static EntityInfo) -> Option<TypeDefinition> {
    let name = info.def.graphql.type_name;
    let field = |column: &'static ColumnInfo| {
        let add = InputValueDefinition::new(column.graphql, column_type(column), column.docs);
        add.deprecated(column.deprecated())
    };
    let fields = InputForm::update(info, Surface::Graphql).increments().map(field).collect();
    let docs = format!(
        "Numbers to add to fields of a `{name}`; a negative one takes away. The sum keeps the field's range."
    );
    input(format!("{name}Increment"), docs, fields)
}

/// An input type, unless it has no field.
fn input(name: String, docs: String, fields: Vec<InputValueDefinition>) -> Option<TypeDefinition> {
    if fields.is_empty() {
        return None;
    }
    Some(TypeDefinition::new(name, docs, TypeKind::InputObject { fields, one_of: false }))
}

/// A field of what is made; an `implied` one may be given by its relation, or by where it is made.
fn create_field(column: &'static ColumnInfo, required: bool, implied: bool) -> InputValueDefinition {
    let default = column.field.and_then(|field| field.default);
    let bang = if required && !implied { "!" } else { "" };
    let mut docs = rules(column);
    if let Some(relation) = column.relation().filter(|_| required && implied) {
        let name = relation.graphql;
        append(
            &mut docs,
            &format!("Required, unless `{name}` is given or the row is created within its `{name}`."),
        );
    }
    match default {
        None => {}
        Some(default) if default.varies() || scalars::default_may_vary(column.kind) => {
            append(&mut docs, "Has a default.");
        }
        Some(default) => {
            let mut json = Vec::new();
            default.value(column.kind, Utc::now()).write_json(JsonStyle::Graphql, &mut json);
            append(&mut docs, &format!("Default: {}.", String::from_utf8_lossy(&json)));
        }
    }
    let value = InputValueDefinition::new(column.graphql, format!("{}{bang}", column_type(column)), docs);
    value.deprecated(column.deprecated())
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
    if let Some(changes) = column.transitions_in_words(|variant| variant.graphql) {
        append(&mut docs, &format!("Changes: {changes}."));
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
