//! Coercion of variables: their defaults, and whether what is given fits.

use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{Positioned, Value, Variables};

use crate::error::{Error, Result};

/// Puts the defaults of the variables in and checks what must be there.
pub(super) fn coerce(operation: &OperationDefinition, mut given: Variables) -> Result<Variables> {
    for Positioned { node: variable, .. } in &operation.variable_definitions {
        let name = &variable.name.node;
        let ty = &variable.var_type.node;
        match (given.get(name), &variable.default_value) {
            (None, Some(default)) => {
                given.insert(name.clone(), default.node.clone());
            }
            (None | Some(Value::Null), _) if !ty.nullable => {
                return Err(Error::bad_request(format!("the variable `${name}` of type `{ty}` is required")));
            }
            (Some(value), _) if !fits(ty, value) => {
                return Err(Error::bad_request(format!("the variable `${name}` must be of type `{ty}`")));
            }
            _ => {}
        }
    }
    Ok(given)
}

/// Whether a variable's value is of its type, as far as GraphQL's own scalars go; the rest is read where it is
/// used.
fn fits(ty: &Type, value: &Value) -> bool {
    if matches!(value, Value::Null) {
        return ty.nullable;
    }
    match (&ty.base, value) {
        (BaseType::List(element), Value::List(items)) => items.iter().all(|item| fits(element, item)),
        (BaseType::List(element), one) => fits(element, one),
        (BaseType::Named(name), value) => match (name.as_str(), value) {
            ("Boolean", value) => matches!(value, Value::Boolean(_)),
            ("Int", Value::Number(number)) => {
                number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
            }
            ("Float", Value::Number(_)) | ("String" | "ID", Value::String(_)) => true,
            ("ID", Value::Number(number)) => number.is_i64() || number.is_u64(),
            ("Int" | "Float" | "String" | "ID", _) => false,
            _ => true,
        },
    }
}
