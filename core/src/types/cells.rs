//! Fields of a generated struct as cells: written one by one, and read one by one to build such a struct.

use crate::error::{Error, Result};
use crate::types::{Kind, Scalar};
use crate::value::{Assignments, Record, Value};

/// What a field of a generated struct holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A value, or NULL.
    Value(Value),
    /// `None` in an input: the column takes its default.
    Default,
    /// `Change::Set`
    Set(Value),
    /// `Change::Add`
    Add(Value),
    /// `Change::Keep`
    Keep,
}

/// Takes the fields of a struct, with the column of each.
#[derive(Debug, Default)]
pub struct CellWriter {
    cells: Vec<(usize, Cell)>,
    only: Option<usize>,
}

impl CellWriter {
    /// Every field that `put` writes, least column first.
    pub(crate) fn of(put: impl FnOnce(&mut Self)) -> Vec<(usize, Cell)> {
        let mut to = Self::default();
        put(&mut to);
        // Fields are not always written in column order.
        to.cells.sort_by_key(|(column, _)| *column);
        to.cells
    }

    /// The value of one column; NULL where no field has it.
    pub(crate) fn value(put: impl FnOnce(&mut Self), column: usize) -> Value {
        let mut to = Self { cells: Vec::new(), only: Some(column) };
        put(&mut to);
        match to.cells.pop() {
            Some((_, Cell::Value(value) | Cell::Set(value) | Cell::Add(value))) => value,
            _ => Value::Null,
        }
    }

    /// Writes a field, if it is requested.
    pub fn push(&mut self, column: usize, cell: impl FnOnce() -> Cell) {
        if self.only.is_none_or(|only| only == column) {
            self.cells.push((column, cell()));
        }
    }
}

/// Gives the cells that a generated struct is built from.
///
/// It never fails in the middle: for a value that does not fit it gives a placeholder, and the whole is rejected at the
/// end. An early return for each field would cost the compiler more than everything else about it.
#[derive(Debug)]
pub struct CellReader {
    from: CellInput,
    /// The first column whose value is not of its field's type, with what was expected.
    type_mismatch: Option<(usize, &'static str)>,
}

/// Where a [`CellReader`] reads its cells.
#[derive(Debug)]
pub(crate) enum CellInput {
    /// A row.
    Record(Record),
    /// Copies of another struct's fields.
    Cells(Vec<(usize, Cell)>),
    /// Values of a new row; what is not set is NULL.
    New(Assignments),
    /// Values of an update; what is not set is kept.
    Changes(Assignments),
    /// Placeholders only.
    Nothing,
    /// Placeholders; collects the fields' types.
    Kinds(Vec<(usize, Kind, bool)>),
}

impl CellReader {
    pub(crate) fn new(from: CellInput) -> Self {
        Self { from, type_mismatch: None }
    }

    /// What is left once the struct is built.
    pub(crate) fn into_rest(self) -> CellInput {
        self.from
    }

    /// The first column whose value is not of its field's type.
    pub(crate) fn first_mismatch(&self) -> Option<usize> {
        self.type_mismatch.map(|(column, _)| column)
    }

    /// The cell of a field, `None` for a placeholder.
    pub fn next<T: Scalar>(&mut self, column: usize, nullable: bool) -> Option<Cell> {
        self.next_of(T::KIND, column, nullable)
    }

    /// The cell of a field of this kind, `None` for a placeholder.
    pub(crate) fn next_of(&mut self, kind: Kind, column: usize, nullable: bool) -> Option<Cell> {
        match &mut self.from {
            CellInput::Record(record) => Some(Cell::Value(record.take(column))),
            CellInput::Cells(cells) => {
                let position = cells.binary_search_by_key(&column, |(column, _)| *column).ok()?;
                Some(std::mem::replace(&mut cells[position].1, Cell::Keep))
            }
            CellInput::New(values) => Some(Cell::Value(values.take(column).unwrap_or_default())),
            CellInput::Changes(values) => Some(match values.take_increment(column) {
                Some(number) => Cell::Add(number),
                None => values.take(column).map_or(Cell::Keep, Cell::Set),
            }),
            CellInput::Nothing => None,
            CellInput::Kinds(kinds) => {
                kinds.push((column, kind, nullable));
                None
            }
        }
    }

    /// Records a value that is not of the field's type; the first column's counts.
    pub(crate) fn type_mismatch(&mut self, column: usize, expectation: &'static str) {
        if self.type_mismatch.is_none_or(|(first, _)| column < first) {
            self.type_mismatch = Some((column, expectation));
        }
    }

    /// The struct, unless a value did not fit.
    pub(crate) fn checked<T>(&self, built: T) -> Result<T> {
        match self.type_mismatch {
            None => Ok(built),
            Some((column, expectation)) => {
                Err(Error::internal(format!("column {column} does not hold {expectation}")))
            }
        }
    }
}
