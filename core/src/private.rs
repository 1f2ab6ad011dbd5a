//! What the macros' output refers to. Not part of the public API; may change in any release.

pub use crate::admin::EntityView;
pub use crate::entity::*;
pub use crate::error::{Error, Result};
pub use crate::graphql::{EntityMutation, EntityObject, EntityQuery};
pub use crate::policy::{PolicyDef, Rule};
pub use crate::query::{Filter, Order};
pub use crate::rest::EntityApi;
pub use crate::service::Service;
pub use crate::types::*;
pub use crate::value::{Assignments, Record, Value};

/// Reads a cell of a row into a model's field.
///
/// # Errors
/// [`Error::Internal`] when the stored value is not of the field's type.
pub fn cell<T: FieldType>(record: &mut Record, column: usize) -> Result<T> {
    T::from_cell(record.take(column)).map_err(|WrongType| {
        Error::internal(format!("column {column} does not hold {}", T::KIND.expectation()))
    })
}

/// Writes an input's field.
pub fn assign<T: FieldType>(to: &mut Assignments, column: usize, value: T) {
    to.set(column, value.into_cell());
}

/// Writes an input's field that has a default: `None` takes the default.
pub fn assign_or_default<T: FieldType>(to: &mut Assignments, column: usize, value: Option<T>) {
    if let Some(value) = value {
        assign(to, column, value);
    }
}

/// Writes a patch's field.
pub fn change<T: FieldType>(to: &mut Assignments, column: usize, value: Change<T>) {
    if let Change::Set(value) = value {
        assign(to, column, value);
    }
}
