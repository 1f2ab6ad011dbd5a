//! Values that are no rows: what an action takes and answers.
//!
//! `#[derive(EntityInput)]` and `#[derive(EntityOutput)]` write the same as `#[derive(Entity)]` does of a struct's fields, so that
//! they have the same definition ([`EntityDef`]), without a table and a key: what reads, checks, describes and writes fields knows
//! no second kind.

use crate::entity::fields::Fields;
use crate::entity::{Declaration, Entity, EntityDef, Reference};
use crate::error::Result;
use crate::types::cells::{Cell, CellWriter};
use crate::value::{Record, Value};

/// What has a definition: an entity, and values of an action.
#[doc(hidden)]
pub trait Described: 'static {
    /// Its definition.
    fn described() -> &'static EntityDef;
}

impl<E: Entity> Described for E {
    fn described() -> &'static EntityDef {
        E::def()
    }
}

/// A struct with `#[derive(EntityInput)]` or `#[derive(EntityOutput)]`.
#[doc(hidden)]
pub trait Values: Fields<Of = Self> + Described + Send + Sync {
    /// What the derive wrote.
    const DECLARATION: &'static Declaration;

    /// Its to-one relations.
    const REFERENCES: &'static [Reference] = &[];

    /// What must hold for the declared types. Never called; rustc checks it.
    fn obligations(&self) {}
}

/// What an action takes beside the row: a struct with `#[derive(EntityInput)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no input of an action",
    label = "an action takes a struct with `#[derive(EntityInput)]`",
    note = "write `#[derive(EntityInput)]` on `{Self}`; its fields have the options of an entity's"
)]
pub trait EntityInput: Values {}

/// What an action answers, where that is no row: a struct with `#[derive(EntityOutput)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no output of an action",
    label = "no struct with `#[derive(EntityOutput)]`"
)]
pub trait EntityOutput: Values {}

/// The values as a row of their definition.
pub(crate) fn record_of<T: Fields>(values: &T) -> Record {
    let mut row = vec![Value::Null; T::Of::described().info().columns.len()];
    for (column, cell) in CellWriter::of(|to| values.put(to)) {
        if let Cell::Value(value) = cell {
            row[column] = value;
        }
    }
    Record::new(row)
}

/// The values of a row of their definition.
///
/// # Errors
/// [`crate::Error::Internal`] when a value does not fit the field's type.
pub(crate) fn values_of<T: Fields>(record: Record) -> Result<T> {
    crate::entity::fields::read_record(record)
}
