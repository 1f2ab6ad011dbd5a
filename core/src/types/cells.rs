//! Fields of a generated struct as cells: handed out one by one, and taken one by one to make such a struct.

use crate::error::{Error, Result};
use crate::types::{Kind, Scalar};
use crate::value::{Assignments, Record, Value};

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
    /// Every field that `put` hands out, least column first.
    pub(crate) fn of(put: impl FnOnce(&mut Self)) -> Vec<(usize, Cell)> {
        let mut to = Self::default();
        put(&mut to);
        // Not every field is handed out in its place.
        to.cells.sort_by_key(|(column, _)| *column);
        to.cells
    }

    /// The value of one column; NULL where no field has it.
    pub(crate) fn value(put: impl FnOnce(&mut Self), column: usize) -> Value {
        let mut to = Self { cells: Vec::new(), only: Some(column) };
        put(&mut to);
        match to.cells.pop() {
            Some((_, Cell::Is(value) | Cell::Set(value))) => value,
            _ => Value::Null,
        }
    }

    /// Hands out a field, if it is requested.
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
    type_mismatch: Option<(usize, Kind)>,
}

/// What a [`Source`] takes its cells from.
#[derive(Debug)]
pub(crate) enum Holding {
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
    pub(crate) fn new(from: Holding) -> Self {
        Self { from, type_mismatch: None }
    }

    /// What is left once the struct is made.
    pub(crate) fn into_rest(self) -> Holding {
        self.from
    }

    /// The first column whose value is not of its field's type, with that type.
    pub(crate) fn first_mismatch(&self) -> Option<(usize, Kind)> {
        self.type_mismatch
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
    pub fn type_mismatch<T: Scalar>(&mut self, column: usize) {
        if self.type_mismatch.is_none_or(|(first, _)| column < first) {
            self.type_mismatch = Some((column, T::KIND));
        }
    }

    /// The struct, unless a value did not fit.
    pub(crate) fn checked<T>(&self, made: T) -> Result<T> {
        match self.type_mismatch {
            None => Ok(made),
            Some((column, kind)) => {
                Err(Error::internal(format!("column {column} does not hold {}", kind.expectation())))
            }
        }
    }
}
