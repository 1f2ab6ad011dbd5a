//! Related rows in inputs and patches: a field for each relation, of a type for each entity that is related to.

use std::collections::HashSet;

use crate::entity::{Action, EntityInfo, Registry, Surface};
use crate::graphql::definitions::{InputValueDefinition, TypeDefinition, TypeKind};
use crate::service::InputForm;

/// The fields of the relations of which a new row, or a change of one, takes related rows.
pub(super) fn fields(info: &'static EntityInfo, action: Action) -> Vec<InputValueDefinition> {
    let form = form(info, action);
    let to_one = form.to_one().map(|(column, relation)| {
        let ty = to_one_name((relation.target)().info());
        let docs = format!("Instead of `{}`: a row that exists, or a new one.", column.graphql);
        InputValueDefinition::new(relation.graphql, ty, docs).deprecated(column.deprecated())
    });
    let to_many = form.to_many().map(|many| {
        let ty = to_many_name(many.target());
        InputValueDefinition::new(many.def.graphql, ty, many.def.docs).deprecated(many.def.deprecated)
    });
    to_one.chain(to_many).collect()
}

fn form(info: &'static EntityInfo, action: Action) -> InputForm<'static> {
    match action {
        Action::Create => InputForm::create(info, Surface::Graphql),
        _ => InputForm::update(info, Surface::Graphql),
    }
}

fn to_one_name(info: &EntityInfo) -> String {
    format!("{}ToOne", info.def.graphql.type_name)
}

fn to_many_name(info: &EntityInfo) -> String {
    format!("{}ToMany", info.def.graphql.type_name)
}

fn update_name(info: &EntityInfo) -> String {
    format!("{}ToManyUpdate", info.def.graphql.type_name)
}

/// The names of the types that inputs have fields of.
pub(in crate::graphql) fn used(entities: &Registry) -> HashSet<String> {
    let shown = entities.iter().filter(|info| info.is_on(Surface::Graphql));
    let inputs = shown.flat_map(|info| [(info, Action::Create), (info, Action::Update)]);
    let inputs = inputs.filter(|(info, action)| takes(info, *action));
    inputs.flat_map(|(info, action)| fields(info, action)).map(|field| field.ty).collect()
}

/// The types of rows of an entity as rows that are related to others, as far as they are used.
pub(in crate::graphql) fn types(used: &HashSet<String>, info: &'static EntityInfo) -> Vec<TypeDefinition> {
    let mut types = Vec::new();
    if used.contains(&to_one_name(info)) {
        types.push(to_one(info));
    }
    if used.contains(&to_many_name(info)) {
        types.push(to_many(info));
        types.extend(update(info));
    }
    types
}

fn takes(info: &'static EntityInfo, action: Action) -> bool {
    !info.on(Surface::Graphql).writable(action).is_empty()
}

/// `UserToOne`
fn to_one(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let mut fields = vec![InputValueDefinition::new("connect", "ID", format!("A `{name}` that exists."))];
    if takes(info, Action::Create) {
        let docs = format!("A new `{name}`.");
        fields.push(InputValueDefinition::new("create", format!("{name}Input"), docs));
    }
    let docs = format!("The `{name}` that a row is to refer to.");
    TypeDefinition::new(to_one_name(info), docs, TypeKind::InputObject { fields, one_of: true })
}

/// `PostToMany`
fn to_many(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let ids = |member: &str, docs: &str| InputValueDefinition::new(member, "[ID!]", docs);
    let mut fields = Vec::new();
    if takes(info, Action::Create) {
        let docs = "New rows that belong to this one.";
        fields.push(InputValueDefinition::new("create", format!("[{name}Input!]"), docs));
    }
    fields.extend([
        ids("connect", "Rows that exist and are to belong to this one."),
        ids("disconnect", "Rows of this one that are to belong to it no longer."),
        ids("delete", "Rows of this one that are deleted."),
        ids("set", "All rows that exist already and are to belong to this one: others are disconnected."),
    ]);
    if takes(info, Action::Update) {
        let docs = "Changes of rows of this one.";
        fields.push(InputValueDefinition::new("update", format!("[{}!]", update_name(info)), docs));
    }
    let docs = format!(
        "What becomes of the `{name}` rows of a row, in this order: rows are deleted, disconnected, changed, connected, created. \
         A row may be named once."
    );
    TypeDefinition::new(to_many_name(info), docs, TypeKind::InputObject { fields, one_of: false })
}

/// `PostToManyUpdate`
fn update(info: &'static EntityInfo) -> Option<TypeDefinition> {
    let name = info.def.graphql.type_name;
    let mut fields = vec![
        InputValueDefinition::new("id", "ID!", ""),
        InputValueDefinition::new("input", format!("{name}Patch!"), ""),
    ];
    if info.def.version {
        let docs = "The version that was read; when the row has another one by now, nothing is done.";
        fields.push(InputValueDefinition::new("expectedVersion", "Int", docs));
    }
    let kind = TypeKind::InputObject { fields, one_of: false };
    takes(info, Action::Update)
        .then(|| TypeDefinition::new(update_name(info), format!("A change of a `{name}`."), kind))
}
