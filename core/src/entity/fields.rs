//! The generated structs (row, input, patch), field by field.
//!
//! The derive writes two functions for each of them: one hands its fields out as cells, one makes the struct of
//! cells. Whatever else such a struct does is here, once for all of them: that keeps an entity cheap to compile.

use std::fmt;

use crate::entity::{ColumnInfo, Entity, Id, IntoAssignments, Model};
use crate::error::{Error, FieldError};
use crate::types::cells::{Cell, Cells, Holding, Source};
use crate::types::{Kind, Scalar as _, Shown};
use crate::value::{Assignments, Record, Value};

/// A struct that the derive generates. Never implemented by hand.
pub trait Fields: Sized {
    /// The entity it belongs to.
    type Of: Entity;

    /// Hands out every field.
    fn put(&self, to: &mut Cells);

    /// Makes the struct, asking for every field.
    fn take(from: &mut Source) -> Self;
}

/// Type and nullability of every column, as the model declares them.
pub(super) fn kinds<T: Fields>() -> Vec<(Kind, bool)> {
    let mut source = Source::new(Holding::Kinds(Vec::new()));
    let _ = T::take(&mut source);
    match source.into_rest() {
        Holding::Kinds(mut kinds) => {
            kinds.sort_by_key(|(column, ..)| *column);
            kinds.into_iter().map(|(_, kind, nullable)| (kind, nullable)).collect()
        }
        _ => Vec::new(),
    }
}

/// The refusal of a column that a policy of its own may have hidden.
fn hidden<E: Entity>(column: usize) -> Option<Error> {
    let column = &E::def().info().columns[column];
    column.read_rule().map(|_| column.hidden_from_model())
}

impl ColumnInfo {
    /// A column that a policy of its own hides from the principal is NULL, which the model of a required field cannot
    /// say.
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
        let mut source = Source::new(Holding::Record(record));
        let model = T::take(&mut source);
        match source.first_mismatch().and_then(|(column, _)| hidden::<T::Of>(column)) {
            Some(error) => Err(error),
            None => source.checked(model),
        }
    }

    fn id(&self) -> Id<T::Of> {
        // The first column of a model is its key, which no other type fits.
        Id::from_value(Cells::value(|to| self.put(to), 0)).unwrap_or_else(|_| Id::stand_in())
    }

    fn reference(&self, field: usize) -> Value {
        Cells::value(|to| self.put(to), field + 1)
    }
}

impl<T: Fields> IntoAssignments for T {
    fn into_assignments(self) -> Assignments {
        let mut assignments = Assignments::new();
        for (column, cell) in Cells::of(|to| self.put(to)) {
            match cell {
                Cell::Is(value) | Cell::Set(value) => assignments.set(column, value),
                Cell::NotGiven | Cell::Keep => {}
            }
        }
        assignments
    }
}

/// Takes the values of an input out of those of a new row.
pub(crate) fn input_of<T: Fields>(values: &mut Assignments) -> crate::Result<T> {
    taken_from(values, Holding::New)
}

/// Takes the values of a patch out of those of an update.
pub(crate) fn patch_of<T: Fields>(values: &mut Assignments) -> crate::Result<T> {
    taken_from(values, Holding::Changes)
}

/// What the struct has no field for stays.
fn taken_from<T: Fields>(values: &mut Assignments, holding: fn(Assignments) -> Holding) -> crate::Result<T> {
    let mut source = Source::new(holding(std::mem::take(values)));
    let made = T::take(&mut source);
    let made = source.checked(made);
    if let Holding::New(rest) | Holding::Changes(rest) = source.into_rest() {
        *values = rest;
    }
    made
}

/// `Default` of a patch: every field is kept.
#[must_use]
pub fn nothing<T: Fields>() -> T {
    T::take(&mut Source::new(Holding::Nothing))
}

/// `Clone`, so that a field type need not have it: an enum of the user's may derive it, or not.
#[must_use]
pub fn copy<T: Fields>(fields: &T) -> T {
    T::take(&mut Source::new(Holding::Cells(Cells::of(|to| fields.put(to)))))
}

/// `PartialEq`, by the values.
#[must_use]
pub fn same<T: Fields>(left: &T, right: &T) -> bool {
    Cells::of(|to| left.put(to)) == Cells::of(|to| right.put(to))
}

/// `Debug`, with the struct's name.
///
/// # Errors
/// Those of the formatter.
pub fn show<T: Fields>(fields: &T, name: &str, to: &mut fmt::Formatter<'_>) -> fmt::Result {
    let columns = &T::Of::def().info().columns;
    let mut shown = to.debug_struct(name);
    for (column, cell) in &Cells::of(|to| fields.put(to)) {
        let name = columns[*column].name;
        match cell {
            Cell::Is(value) => shown.field(name, &Shown(value)),
            Cell::NotGiven => shown.field(name, &format_args!("None")),
            Cell::Set(value) => shown.field(name, &format_args!("Set({:?})", Shown(value))),
            Cell::Keep => shown.field(name, &format_args!("Keep")),
        };
    }
    shown.finish()
}
