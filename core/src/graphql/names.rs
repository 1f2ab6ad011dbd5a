//! The names of the entities in the schema: which are names in GraphQL, and which are given twice.

use std::collections::HashMap;

use crate::entity::names::{Namespace, WaysOut};
use crate::entity::{Registry, RegistryError, RegistryProblem};
use crate::graphql::definitions::{TypeDefinition, TypeKind};
use crate::graphql::{description, root_fields, scalars};
use crate::types::EnumDef;

const TYPE: WaysOut = &["`graphql(name = \"…\")`"];
const ROOT_FIELD: WaysOut = &["`plural = \"…\"`", "`graphql(name = \"…\")`"];
const FIELD: WaysOut = &["`rename = \"…\"` on the field", "another name of a to-one relation"];
const ENUM: WaysOut = &["another name of the enum"];
const VALUE: WaysOut = &["`rename = \"…\"` on the variant"];

/// The types that GraphQL has itself, and the root types.
const BUILT_IN: [&str; 8] = ["Boolean", "Float", "ID", "Int", "Mutation", "Query", "String", "Subscription"];

/// Whether a text is a name, and none that begins as those of introspection do (specification, sections 2.1.9 and 3).
fn is_name(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(letter)
        && text.chars().all(|c| letter(c) || c.is_ascii_digit())
        && !text.starts_with("__")
}

/// Checks the names of a schema of these entities.
///
/// # Errors
/// [`RegistryError`] with every name that is no name in GraphQL, or is given twice.
pub(super) fn check(entities: &Registry) -> Result<(), RegistryError> {
    RegistryError::unless_none(name_problems(entities))
}

/// What is wrong with the names in the schema.
pub(crate) fn name_problems(entities: &Registry) -> Vec<RegistryProblem> {
    let mut problems = Vec::new();
    let mut types = Namespace::new();
    for name in BUILT_IN {
        types.reserve(name, "a type of GraphQL's own");
    }
    for definition in description::common(entities) {
        types.reserve(&definition.name, "a type that every schema has");
    }
    let used = description::used_related_types(entities);
    // Entities before what they have in common, so that their own names are told of.
    for info in description::shown(entities) {
        let entity = entities.label(info);
        let definitions = description::of_entity(info).chain(description::related_types(&used, info));
        for (position, definition) in definitions.enumerate() {
            let whose = format!("the GraphQL type of {entity}");
            let bearer = if position == 0 { whose } else { format!("a type that belongs to {whose}") };
            take(&mut types, &definition.name, bearer, TYPE);
            problems.extend(field_problems(&entity, &definition, FIELD));
        }
    }
    for info in description::values(entities) {
        let name = format!("`{}`", info.def.name);
        let definition = description::of_values(info);
        if let Some(definition) = &definition {
            take(&mut types, &definition.name, format!("the GraphQL type of {name}"), TYPE);
        }
        problems.extend(definition.iter().flat_map(|definition| field_problems(&name, definition, FIELD)));
    }
    take_column_types(entities, &mut types, &mut problems);
    problems.extend(types.problems());
    problems.extend(root_field_problems(entities));
    problems
}

fn take(names: &mut Namespace, name: &str, bearer: String, ways_out: WaysOut) {
    if !is_name(name) {
        names.refuse(name, &bearer, "which is no name in GraphQL", ways_out);
    }
    names.take(name, bearer, ways_out);
}

/// The enums of columns, and the filters of columns' types.
fn take_column_types(entities: &Registry, types: &mut Namespace, problems: &mut Vec<RegistryProblem>) {
    let mut enums: Vec<&'static EnumDef> = Vec::new();
    let mut filters: HashMap<String, String> = HashMap::new();
    for info in description::shown(entities).chain(description::values(entities)) {
        for def in description::enums_of(info) {
            if enums.iter().any(|known| std::ptr::eq(*known, def)) {
                continue;
            }
            enums.push(def);
            take(types, def.name, format!("the enum `{}` of {}", def.name, entities.label(info)), ENUM);
            problems.extend(field_problems(
                &format!("`{}`", def.name),
                &scalars::enum_definition(def),
                VALUE,
            ));
        }
        for (name, definition) in description::column_filters(info) {
            // One filter serves all columns of a type. Two enums of one name are told of already.
            if filters.get(&name) != Some(&definition.docs) {
                let bearer = format!("a filter of fields of {}", entities.label(info));
                types.take(&name, bearer, &[]);
                filters.insert(name, definition.docs);
            }
        }
    }
}

/// What is wrong with the names within a type.
fn field_problems(owner: &str, definition: &TypeDefinition, ways_out: WaysOut) -> Vec<RegistryProblem> {
    let names: Vec<&str> = match &definition.kind {
        TypeKind::Object { fields, .. } | TypeKind::Interface { fields, .. } => {
            fields.iter().map(|field| field.name.as_str()).collect()
        }
        TypeKind::InputObject { fields, .. } => fields.iter().map(|field| field.name.as_str()).collect(),
        TypeKind::Enum { values } => values.iter().map(|value| &*value.name).collect(),
        TypeKind::Scalar { .. } | TypeKind::Union { .. } => Vec::new(),
    };
    let mut found = Namespace::new();
    for name in names {
        take(
            &mut found,
            name,
            format!("a part of {owner} in the GraphQL type `{}`", definition.name),
            ways_out,
        );
    }
    found.problems()
}

fn root_field_problems(entities: &Registry) -> Vec<RegistryProblem> {
    let (queries, mutations) = root_fields::named(entities);
    let mut problems = Vec::new();
    for (what, fields) in [("query", queries), ("mutation", mutations)] {
        let mut found = Namespace::new();
        for (name, info) in &fields {
            match info {
                Some(info) => {
                    take(&mut found, name, format!("a {what} of {}", entities.label(info)), ROOT_FIELD);
                }
                None => found.reserve(name, &format!("a {what} of every schema")),
            }
        }
        problems.extend(found.problems());
    }
    problems
}
