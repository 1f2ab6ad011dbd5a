//! Coercion of variables (specification, section 6.1.2): their defaults, and whether what is given is of their types.

use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{Name, Positioned, Value, Variables};
use indexmap::IndexMap;

use crate::error::{Error, Result};
use crate::graphql::type_system::{InputValues, NamedKind, NamedType, TypeSystem};

/// The values of an operation's variables: what is given, in the form of the variables' types, and the defaults of those
/// that are not given. What the operation does not define is left out.
pub(super) fn coerce(
    types: &TypeSystem,
    operation: &OperationDefinition,
    mut given: Variables,
) -> Result<Variables> {
    let mut coerced = Variables::default();
    for Positioned { node: variable, .. } in &operation.variable_definitions {
        let name = &variable.name.node;
        let ty = &variable.var_type.node;
        let value = match (given.remove(name), &variable.default_value) {
            (None, Some(default)) => default.node.clone(),
            (None, None) if ty.nullable => continue,
            (None | Some(Value::Null), _) if !ty.nullable => {
                return Err(Error::bad_request(format!("the variable `${name}` of type `{ty}` is required")));
            }
            (value, _) => coerce_value(types, ty, value.unwrap_or_default()).map_err(|misfit| {
                let detail = misfit.detail();
                Error::bad_request(format!("the variable `${name}` must be of type `{ty}`{detail}"))
            })?,
        };
        coerced.insert(name.clone(), value);
    }
    Ok(coerced)
}

/// Where in a value something is wrong, and what.
struct Misfit {
    /// From the inside out.
    path: Vec<String>,
    message: String,
}

impl Misfit {
    fn new(message: String) -> Self {
        Self { path: Vec::new(), message }
    }

    fn within(mut self, step: &impl ToString) -> Self {
        self.path.push(step.to_string());
        self
    }

    /// What a message about the whole is to add.
    fn detail(&self) -> String {
        if self.path.is_empty() && self.message.is_empty() {
            return String::new();
        }
        let path: Vec<_> = self.path.iter().rev().map(|step| crate::types::shorten(step, 64)).collect();
        match path.as_slice() {
            [] => format!(": {}", self.message),
            path => format!(": `{}` {}", path.join("."), self.message),
        }
    }
}

fn coerce_value(types: &TypeSystem, ty: &Type, value: Value) -> Result<Value, Misfit> {
    let misfit = || Misfit::new(format!("must be of type `{ty}`"));
    match (&ty.base, value) {
        (_, Value::Null) if ty.nullable => Ok(Value::Null),
        (_, Value::Null) => Err(misfit()),
        (BaseType::List(element), Value::List(items)) => {
            let items = items.into_iter().enumerate().map(|(position, item)| {
                coerce_value(types, element, item).map_err(|misfit| misfit.within(&position))
            });
            Ok(Value::List(items.collect::<Result<_, _>>()?))
        }
        // One value is a list of one.
        (BaseType::List(element), one) => Ok(Value::List(vec![coerce_value(types, element, one)?])),
        (BaseType::Named(name), value) => {
            let Some(named) = types.get(name) else {
                return Err(misfit());
            };
            match (&named.kind, value) {
                (NamedKind::InputObject { fields, one_of }, Value::Object(members)) => {
                    coerce_object(types, named, fields, *one_of, members)
                }
                (NamedKind::Enum { values }, Value::String(text)) if values.contains(&text) => {
                    Ok(Value::String(text))
                }
                (NamedKind::Scalar, value) => coerce_scalar(name, value).ok_or_else(misfit),
                _ => Err(misfit()),
            }
        }
    }
}

/// A value of a scalar. What values a custom one has is said where they are read.
fn coerce_scalar(name: &str, value: Value) -> Option<Value> {
    let fits = match (name, &value) {
        ("Int", Value::Number(number)) => {
            let whole = number.as_i64().or_else(|| whole(number.as_f64()?));
            return Some(Value::from(i32::try_from(whole?).ok()?));
        }
        ("ID", Value::Number(number)) => {
            let is_whole = number.is_i64() || number.is_u64();
            return is_whole.then(|| Value::String(number.to_string()));
        }
        ("Float", Value::Number(number)) => number.as_f64().is_some_and(f64::is_finite),
        ("Boolean", Value::Boolean(_)) | ("String" | "ID", Value::String(_)) => true,
        ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
        _ => true,
    };
    fits.then_some(value)
}

/// JSON has one kind of number, so `1.0` is whole.
fn whole(number: f64) -> Option<i64> {
    let fits = number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX) + 1.0;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
    fits.then_some(number as i64)
}

fn coerce_object(
    types: &TypeSystem,
    named: &NamedType,
    fields: &InputValues,
    one_of: bool,
    members: IndexMap<Name, Value>,
) -> Result<Value, Misfit> {
    for (name, definition) in fields {
        if definition.is_required() && !members.contains_key(name.as_str()) {
            return Err(Misfit::new("is required".to_owned()).within(name));
        }
    }
    if one_of && (members.len() != 1 || members.values().any(|member| *member == Value::Null)) {
        return Err(Misfit::new(format!("exactly one field of `{}` must be given", named.name)));
    }
    let members = members.into_iter().map(|(name, member)| {
        let definition = fields.get(name.as_str());
        let unknown = || Misfit::new(format!("is not a field of `{}`", named.name));
        let member = definition
            .ok_or_else(unknown)
            .and_then(|definition| coerce_value(types, &definition.ty, member))
            .map_err(|misfit| misfit.within(&name))?;
        Ok((name, member))
    });
    Ok(Value::Object(members.collect::<Result<_, _>>()?))
}
