//! The generated structs (row, input, patch), field by field.
//!
//! The derive writes two functions for each of them: one writes its fields as cells, one builds the struct from
//! cells. Whatever else such a struct does is here, once for all of them: that keeps an entity cheap to compile.

use std::fmt;

use crate::entity::{ColumnInfo, Described, Entity, Id, IntoAssignments, Model};
use crate::error::{Error, FieldError};
use crate::types::cells::{Cell, CellInput, CellReader, CellWriter};
use crate::types::{DebugValue, Kind, Scalar as _};
use crate::value::{Assignments, Record, Value};

/// A struct that the derive generates. Never implemented by hand.
pub trait Fields: Sized {
    /// The entity it belongs to; itself, where it is no entity's.
    type Of: Described;

    /// Writes every field.
    fn put(&self, to: &mut CellWriter);

    /// Builds the struct, reading every field.
    fn take(from: &mut CellReader) -> Self;
}

/// Type and nullability of every column, as the model declares them; of a reference the type is that of its target's key.
pub(super) fn kinds<T: Fields>() -> Vec<(Kind, bool)> {
    let mut reader = CellReader::new(CellInput::Kinds(Vec::new()));
    let _ = T::take(&mut reader);
    match reader.into_rest() {
        CellInput::Kinds(mut kinds) => {
            kinds.sort_by_key(|(column, ..)| *column);
            kinds.into_iter().map(|(_, kind, nullable)| (kind, nullable)).collect()
        }
        _ => Vec::new(),
    }
}

/// The error for a column that a policy of its own may have hidden.
fn hidden<E: Described>(column: usize) -> Option<Error> {
    let column = &E::described().info().columns[column];
    column.read_rule().map(|_| column.hidden_from_model())
}

impl ColumnInfo {
    /// A column that a policy of its own hides from the principal is NULL, which the model of a required field cannot
    /// hold.
    pub(crate) fn hidden_from_model(&self) -> Error {
        let message = "is hidden from you; read the rows as the system, or declare the field an `Option`";
        Error::ForbiddenFields(vec![FieldError::new(self.wire, "hidden", message)])
    }
}

impl<T> Model for T
where
    T: Fields + Clone + fmt::Debug + Send + Sync + 'static,
    T::Of: Entity<Model = T>,
{
    type Entity = T::Of;

    fn from_record(record: Record) -> crate::Result<Self> {
        read_record(record)
    }

    fn id(&self) -> Id<T::Of> {
        // The first column of a model is its key, which no other type fits.
        Id::from_value(CellWriter::value(|to| self.put(to), 0)).unwrap_or_else(|_| Id::placeholder())
    }

    fn reference(&self, field: usize) -> Value {
        CellWriter::value(|to| self.put(to), field + 1)
    }
}

/// Builds the struct from a row that holds every column.
pub(super) fn read_record<T: Fields>(record: Record) -> crate::Result<T> {
    let mut reader = CellReader::new(CellInput::Record(record));
    let built = T::take(&mut reader);
    match reader.first_mismatch().and_then(hidden::<T::Of>) {
        Some(error) => Err(error),
        None => reader.checked(built),
    }
}

impl<T: Fields> IntoAssignments for T {
    fn into_assignments(self) -> Assignments {
        let mut assignments = Assignments::new();
        for (column, cell) in CellWriter::of(|to| self.put(to)) {
            match cell {
                Cell::Value(value) | Cell::Set(value) => assignments.set(column, value),
                Cell::Add(number) => assignments.add(column, number),
                Cell::Default | Cell::Keep => {}
            }
        }
        assignments
    }
}

/// Takes the values of an input out of those of a new row.
pub(crate) fn input_of<T: Fields>(values: &mut Assignments) -> crate::Result<T> {
    read_fields(values, CellInput::New)
}

/// Takes the values of a patch out of those of an update.
pub(crate) fn patch_of<T: Fields>(values: &mut Assignments) -> crate::Result<T> {
    read_fields(values, CellInput::Changes)
}

/// Values that the struct has no field for stay in `values`.
fn read_fields<T: Fields>(values: &mut Assignments, input: fn(Assignments) -> CellInput) -> crate::Result<T> {
    let mut reader = CellReader::new(input(std::mem::take(values)));
    let built = T::take(&mut reader);
    let built = reader.checked(built);
    if let CellInput::New(rest) | CellInput::Changes(rest) = reader.into_rest() {
        *values = rest;
    }
    built
}

/// `Default` of a patch: every field is kept.
#[must_use]
pub fn unset_fields<T: Fields>() -> T {
    T::take(&mut CellReader::new(CellInput::Nothing))
}

/// `Clone`, so that a field type need not implement it: an enum of the application may derive it, or not.
#[must_use]
pub fn clone_fields<T: Fields>(fields: &T) -> T {
    T::take(&mut CellReader::new(CellInput::Cells(CellWriter::of(|to| fields.put(to)))))
}

/// `PartialEq`, by the values.
#[must_use]
pub fn fields_eq<T: Fields>(left: &T, right: &T) -> bool {
    CellWriter::of(|to| left.put(to)) == CellWriter::of(|to| right.put(to))
}

/// `Debug`, with the struct's name.
///
/// # Errors
/// Those of the formatter.
pub fn debug_fields<T: Fields>(fields: &T, name: &str, to: &mut fmt::Formatter<'_>) -> fmt::Result {
    let columns = &T::Of::described().info().columns;
    let mut output = to.debug_struct(name);
    for (column, cell) in &CellWriter::of(|to| fields.put(to)) {
        let name = columns[*column].name;
        match cell {
            Cell::Value(value) => output.field(name, &DebugValue(value)),
            Cell::Default => output.field(name, &format_args!("None")),
            Cell::Set(value) => output.field(name, &format_args!("Set({:?})", DebugValue(value))),
            Cell::Add(number) => output.field(name, &format_args!("Add({:?})", DebugValue(number))),
            Cell::Keep => output.field(name, &format_args!("Keep")),
        };
    }
    output.finish()
}
