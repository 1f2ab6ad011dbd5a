//! The names of the entities in the OpenAPI document: which are names there, and which are given twice.

use crate::entity::names::{self, Namespace, WaysOut};
use crate::entity::{EntityDef, Registry, RegistryProblem, Surface};
use crate::rest::{actions, registry};

const STRUCT: WaysOut = &["another name of the struct", "`skip(rest)`"];

const VALUES: WaysOut = &["another name of the struct", "`graphql(name = \"…\")`"];

/// Whether a text can be the name of a schema (OpenAPI 3.0, Components Object).
fn is_schema_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// Whether a text is a segment of a path as it is, whoever writes it.
fn is_segment(text: &str) -> bool {
    is_schema_name(text) && !text.starts_with('.')
}

/// What is wrong with the names in the document.
pub(crate) fn name_problems(entities: &Registry) -> Vec<RegistryProblem> {
    let mut schemas = Namespace::new();
    for name in registry::COMMON_SCHEMAS {
        schemas.reserve(name, "a schema that every OpenAPI document has");
    }
    let mut operations = Namespace::new();
    let mut of_actions: Vec<&'static EntityDef> = Vec::new();
    let mut problems = Vec::new();
    for info in entities.iter().filter(|info| info.is_on(Surface::Rest)) {
        let entity = entities.label(info);
        // What follows from one name of two structs needs no telling.
        let known = entities.iter().take_while(|other| !std::ptr::eq(*other, info));
        let shared =
            known.filter(|other| other.is_on(Surface::Rest)).any(|other| other.def.name == info.def.name);
        for name in registry::schema_names(info).into_iter().take(if shared { 1 } else { usize::MAX }) {
            let bearer = format!("an OpenAPI schema of {entity}");
            if !is_schema_name(&name) {
                schemas.refuse(&name, &bearer, "which is no name in OpenAPI", STRUCT);
            }
            schemas.take(&name, bearer, STRUCT);
        }
        for id in registry::operation_ids(info).into_iter().filter(|_| !shared) {
            operations.take(id, format!("an OpenAPI operation of {entity}"), STRUCT);
        }
        // Several actions may take the same.
        for action in actions::of(info) {
            let new =
                action.values().filter(|def| !of_actions.iter().any(|known| std::ptr::eq(*known, *def)));
            of_actions.extend(new.collect::<Vec<_>>());
        }
        let mut fields = Namespace::new();
        for column in
            info.columns.iter().filter(|column| info.on(Surface::Rest).column(column.wire).is_some())
        {
            fields.take(
                column.wire,
                format!("the field `{}` of {entity} in REST", column.name),
                names::FIELD,
            );
        }
        if !is_segment(info.def.rest_path) {
            let reason = "which is no plain segment of an address";
            fields.refuse(info.def.rest_path, &format!("the path of {entity}"), reason, names::PATH);
        }
        problems.extend(fields.problems());
    }
    for def in of_actions {
        let name = registry::action_schema_name(def.info());
        let bearer = format!("the OpenAPI schema of `{}`", def.name);
        if !is_schema_name(&name) {
            schemas.refuse(&name, &bearer, "which is no name in OpenAPI", VALUES);
        }
        schemas.take(&name, bearer, VALUES);
    }
    problems.extend(schemas.problems());
    problems.extend(operations.problems());
    problems
}
