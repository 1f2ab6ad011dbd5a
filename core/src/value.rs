//! Values of any field as the engine handles them: one cell, one row, one set of assignments.

mod column_set;
mod deprecation;
mod enum_def;
mod password;
mod related;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::FieldError;

pub use column_set::ColumnSet;
pub use deprecation::Deprecation;
pub use enum_def::{EnumDef, VariantDef};
pub use password::{Password, PasswordCost};
pub use related::{Related, RowChanges, ToManyWrite, ToOneWrite};

/// One cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// NULL; also a column that was not selected.
    #[default]
    Null,
    /// `bool`
    Bool(bool),
    /// `i16`, `i32`, `i64` and identity keys.
    Int(i64),
    /// `f32`
    Float32(f32),
    /// `f64`
    Float(f64),
    /// `Decimal`
    Decimal(Decimal),
    /// `String`
    Text(String),
    /// A variant of an `EntityEnum`.
    Enum(&'static VariantDef),
    /// `Uuid` and uuid keys.
    Uuid(Uuid),
    /// `NaiveDate`
    Date(NaiveDate),
    /// `NaiveTime`, to the microsecond.
    Time(NaiveTime),
    /// `DateTime<Utc>`, to the microsecond.
    DateTime(DateTime<Utc>),
    /// `Json`
    Json(serde_json::Value),
    /// `Bytes`
    Bytes(Bytes),
    /// `Password`: a plain text on its way in, a hash in the database.
    Password(Password),
    /// `Vec<scalar>`
    List(Vec<Value>),
}

impl Value {
    /// Whether this is NULL.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// One row: a value per column of the entity, NULL where the column was not selected.
#[derive(Debug, Clone)]
pub struct Record {
    values: Vec<Value>,
}

impl Record {
    /// A row with these values, in column order.
    #[must_use]
    pub fn new(values: Vec<Value>) -> Self {
        Self { values }
    }

    /// The primary key.
    #[must_use]
    pub fn key(&self) -> &Value {
        &self.values[0]
    }

    /// The value of a column.
    #[must_use]
    pub fn get(&self, column: usize) -> &Value {
        &self.values[column]
    }

    /// All values, in column order.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Takes a column's value out.
    pub fn take(&mut self, column: usize) -> Value {
        std::mem::take(&mut self.values[column])
    }

    /// Sets a column's value.
    pub(crate) fn set(&mut self, column: usize, value: Value) {
        self.values[column] = value;
    }
}

/// Values on their way to a row: some columns set, some added to, some neither, and the errors of reading them.
#[derive(Debug, Clone, Default)]
pub struct Assignments {
    values: Vec<(usize, Value)>,
    increments: Vec<(usize, Value)>,
    errors: Vec<FieldError>,
    related: Option<Box<Related>>,
}

impl Assignments {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a number to what a column holds when the row is written.
    pub fn add(&mut self, column: usize, number: Value) {
        self.take(column);
        self.take_increment(column);
        self.increments.push((column, number));
    }

    /// The numbers to add, by their columns.
    #[must_use]
    pub fn increments(&self) -> &[(usize, Value)] {
        &self.increments
    }

    /// The numbers to add, by their columns, mutable.
    pub fn increments_mut(&mut self) -> impl Iterator<Item = (usize, &mut Value)> {
        self.increments.iter_mut().map(|(index, number)| (*index, number))
    }

    /// Takes the number to be added to a column out; nothing is added to it any more.
    pub fn take_increment(&mut self, column: usize) -> Option<Value> {
        let position = self.increments.iter().position(|(index, _)| *index == column)?;
        Some(self.increments.remove(position).1)
    }

    /// Sets a column, replacing an earlier value.
    pub fn set(&mut self, column: usize, value: Value) {
        self.take_increment(column);
        match self.values.iter_mut().find(|(index, _)| *index == column) {
            Some(entry) => entry.1 = value,
            None => self.values.push((column, value)),
        }
    }

    /// The value a column is set to.
    #[must_use]
    pub fn get(&self, column: usize) -> Option<&Value> {
        self.values.iter().find(|(index, _)| *index == column).map(|(_, value)| value)
    }

    /// Takes the value of a column out; it is not set any more.
    pub fn take(&mut self, column: usize) -> Option<Value> {
        let position = self.values.iter().position(|(index, _)| *index == column)?;
        Some(self.values.remove(position).1)
    }

    /// The columns set, with their values.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Value)> {
        self.values.iter().map(|(index, value)| (*index, value))
    }

    /// The columns set, with their values, mutable.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut Value)> {
        self.values.iter_mut().map(|(index, value)| (*index, value))
    }

    /// Whether no column is set or added to.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.increments.is_empty()
    }

    /// The related rows that are written with the row.
    #[must_use]
    pub fn related(&self) -> Option<&Related> {
        self.related.as_deref()
    }

    /// The related rows that are written with the row, to be added to.
    pub fn related_mut(&mut self) -> &mut Related {
        self.related.get_or_insert_default()
    }

    /// Takes the related rows out; they are not written any more.
    pub fn take_related(&mut self) -> Option<Box<Related>> {
        self.related.take()
    }

    /// The same without the related rows.
    #[must_use]
    pub(crate) fn without_related(&self) -> Self {
        let Self { values, increments, errors, .. } = self;
        Self { values: values.clone(), increments: increments.clone(), errors: errors.clone(), related: None }
    }

    /// Whether a column will refer to a row that is created first.
    #[must_use]
    pub(crate) fn creates_target(&self, column: usize) -> bool {
        self.related.as_ref().is_some_and(|related| {
            related.to_one.iter().any(|(of, write)| *of == column && matches!(write, ToOneWrite::Create(_)))
        })
    }

    /// Records a value that could not be read. The service rejects the whole with every such error.
    pub fn fail(&mut self, error: FieldError) {
        self.errors.push(error);
    }

    /// The values that could not be read so far.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// Takes the errors out.
    pub fn take_errors(&mut self) -> Vec<FieldError> {
        std::mem::take(&mut self.errors)
    }

    /// The columns set or added to.
    #[must_use]
    pub fn columns(&self) -> ColumnSet {
        self.values.iter().chain(&self.increments).map(|(index, _)| *index).collect()
    }

    /// Leaves the columns unset that are set to NULL.
    pub(crate) fn without_nulls(mut self) -> Self {
        self.values.retain(|(_, value)| !value.is_null());
        self
    }

    /// The columns set, and their values in that order.
    pub(crate) fn into_row(mut self) -> (ColumnSet, Vec<Value>) {
        let columns = self.values.iter().map(|(index, _)| *index).collect();
        self.values.sort_unstable_by_key(|(index, _)| *index);
        (columns, self.values.into_iter().map(|(_, value)| value).collect())
    }

    /// The columns set, with their values.
    pub fn into_values(self) -> impl Iterator<Item = (usize, Value)> {
        self.values.into_iter()
    }
}
