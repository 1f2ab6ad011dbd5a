//! What a name in a document measures.

use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::graphql::fields;
use crate::query::Measure;
use crate::types::Function;

/// A measure of fields, by its name.
pub(super) fn function_of(name: &str) -> Result<Function> {
    let function = Function::OF_FIELDS.into_iter().find(|function| function.name() == name);
    function.ok_or_else(|| Error::bad_request(format!("there is no measure `{name}`")))
}

/// A measure of the field that GraphQL calls so.
pub(super) fn measure_of(info: &'static EntityInfo, function: Function, name: &str) -> Result<Measure> {
    let column = fields::measured(info, function).find(|column| column.graphql == name);
    let unknown = || Error::bad_request(format!("`{}` does not know `{name}`", function.name()));
    Ok(Measure { function, column: column.ok_or_else(unknown)?.index })
}
