//! Rules across options and fields. Each check has one line saying why.

mod computed;
mod entity;
mod field;
mod names;
mod types;

use crate::diag::Errors;
use crate::ir::Entity;
use crate::source::Source;

/// Reports every broken rule of values of an action.
pub fn check_values(source: &Source<'_>, values: &Entity, errors: &mut Errors) {
    entity::check_count(source, errors);
    names::check_collisions(source, values, errors);
    names::check_spelling(source, values, errors);
    names::check_fields(source, values, errors);
    for declared in &source.fields {
        field::check(declared, errors);
    }
    field::check_values(source, values, errors);
    types::check(values, errors);
}

pub use names::{check_enum_value, check_type_name, check_word};

/// Reports every broken rule.
pub fn check(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    entity::check_count(source, errors);
    entity::check_field_lists(source, entity, errors);
    entity::check_texts(source, errors);
    entity::check_key(source, errors);
    names::check_reserved(source, entity, errors);
    names::check_generated(source, errors);
    computed::check(source, entity, errors);
    names::check_collisions(source, entity, errors);
    names::check_spelling(source, entity, errors);
    names::check_fields(source, entity, errors);
    for declared in &source.fields {
        field::check_stored(declared, errors);
    }
    field::check_values(source, entity, errors);
    field::check_policies(source, entity, errors);
    types::check(entity, errors);
}
