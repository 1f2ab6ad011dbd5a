//! The generated structs (row, input, patch), field by field.
//!
//! The derive writes two functions for each of them: one hands its fields out as cells, one makes the struct of
//! cells. Whatever else such a struct does is here, once for all of them: that keeps an entity cheap to compile.

use std::fmt;

use crate::entity::{ColumnInfo, Entity, IntoAssignments, Model};
use crate::error::{Error, FieldError};
use crate::types::{Id, Kind, Scalar, Shown};
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

/// What a field of a generated struct holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A value, or NULL.
    Is(Value),
    /// Nothing: the default is taken.
    NotGiven,
    /// `Change::Set`
    Set(Value),
    /// `Change::Keep`
    Keep,
}

/// Fields handed out, with the column of each.
#[derive(Debug, Default)]
pub struct Cells {
    cells: Vec<(usize, Cell)>,
    only: Option<usize>,
}

impl Cells {
    fn of(fields: &impl Fields) -> Vec<(usize, Cell)> {
        let mut to = Self::default();
        fields.put(&mut to);
        // Not every field is handed out in its place.
        to.cells.sort_by_key(|(column, _)| *column);
        to.cells
    }

    /// The value of one column; NULL where no field has it.
    fn value(fields: &impl Fields, column: usize) -> Value {
        let mut to = Self { cells: Vec::new(), only: Some(column) };
        fields.put(&mut to);
        match to.cells.pop() {
            Some((_, Cell::Is(value) | Cell::Set(value))) => value,
            _ => Value::Null,
        }
    }

    /// Hands out a field, if it is asked for.
    pub fn push(&mut self, column: usize, cell: impl FnOnce() -> Cell) {
        if self.only.is_none_or(|only| only == column) {
            self.cells.push((column, cell()));
        }
    }
}

/// What a generated struct is made of.
///
/// It never fails in the middle: for a value that does not fit it gives a stand-in, and the whole is refused at the
/// end. An early return for each field would cost the compiler more than everything else about it.
#[derive(Debug)]
pub struct Source {
    from: Holding,
    misfit: Option<(usize, Kind)>,
}

#[derive(Debug)]
enum Holding {
    /// A row.
    Record(Record),
    /// Copies of another struct's fields.
    Cells(Vec<(usize, Cell)>),
    /// Values of a new row; what is not set is NULL.
    New(Assignments),
    /// Values of an update; what is not set is kept.
    Changes(Assignments),
    /// Stand-ins only.
    Nothing,
    /// Stand-ins, in exchange for the fields' types.
    Kinds(Vec<(usize, Kind, bool)>),
}

impl Source {
    fn new(from: Holding) -> Self {
        Self { from, misfit: None }
    }

    /// The cell of a field, `None` for a stand-in.
    pub fn next<T: Scalar>(&mut self, column: usize, nullable: bool) -> Option<Cell> {
        match &mut self.from {
            Holding::Record(record) => Some(Cell::Is(record.take(column))),
            Holding::Cells(cells) => {
                let position = cells.binary_search_by_key(&column, |(column, _)| *column).ok()?;
                Some(std::mem::replace(&mut cells[position].1, Cell::Keep))
            }
            Holding::New(values) => Some(Cell::Is(values.take(column).unwrap_or_default())),
            Holding::Changes(values) => Some(values.take(column).map_or(Cell::Keep, Cell::Set)),
            Holding::Nothing => None,
            Holding::Kinds(kinds) => {
                kinds.push((column, T::KIND, nullable));
                None
            }
        }
    }

    /// Notes a value that is not of the field's type; the first column's counts.
    pub fn misfit<T: Scalar>(&mut self, column: usize) {
        if self.misfit.is_none_or(|(first, _)| column < first) {
            self.misfit = Some((column, T::KIND));
        }
    }

    /// The struct, unless a value did not fit.
    fn fitting<T>(&self, made: T) -> crate::Result<T> {
        match self.misfit {
            None => Ok(made),
            Some((column, kind)) => {
                Err(Error::internal(format!("column {column} does not hold {}", kind.expectation())))
            }
        }
    }
}

/// Type and nullability of every column, as the model declares them.
pub(super) fn kinds<T: Fields>() -> Vec<(Kind, bool)> {
    let mut source = Source::new(Holding::Kinds(Vec::new()));
    let _ = T::take(&mut source);
    match source.from {
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
        match source.misfit.and_then(|(column, _)| hidden::<T::Of>(column)) {
            Some(error) => Err(error),
            None => source.fitting(model),
        }
    }

    fn id(&self) -> Id<T::Of> {
        // The first column of a model is its key, which no other type fits.
        Id::from_value(Cells::value(self, 0)).unwrap_or_else(|_| Id::stand_in())
    }

    fn reference(&self, field: usize) -> Value {
        Cells::value(self, field + 1)
    }
}

impl<T: Fields> IntoAssignments for T {
    fn into_assignments(self) -> Assignments {
        let mut assignments = Assignments::new();
        for (column, cell) in Cells::of(&self) {
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
    let made = source.fitting(made);
    if let Holding::New(rest) | Holding::Changes(rest) = source.from {
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
    T::take(&mut Source::new(Holding::Cells(Cells::of(fields))))
}

/// `PartialEq`, by the values.
#[must_use]
pub fn same<T: Fields>(left: &T, right: &T) -> bool {
    Cells::of(left) == Cells::of(right)
}

/// `Debug`, with the struct's name.
///
/// # Errors
/// Those of the formatter.
pub fn show<T: Fields>(fields: &T, name: &str, to: &mut fmt::Formatter<'_>) -> fmt::Result {
    let columns = &T::Of::def().info().columns;
    let mut shown = to.debug_struct(name);
    for (column, cell) in &Cells::of(fields) {
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
