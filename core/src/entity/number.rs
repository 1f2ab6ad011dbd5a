//! Numbers over to-many relations as fields: `computed(count(comments))`.

use serde::Deserialize;

use crate::entity::declare::{some_text, text};
use crate::entity::{ColumnInfo, Condition, EntityInfo, ManyInfo};
use crate::types::Function;

/// A number over the related rows of a row, as declared. It is not stored: it is computed of the related rows that the reader may
/// read.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberDef {
    /// What is computed.
    pub function: NumberFunction,
    /// The to-many relation, by its Rust name.
    #[serde(deserialize_with = "text")]
    pub relation: &'static str,
    /// The field of the related rows that is measured, by its Rust name.
    #[serde(default, deserialize_with = "some_text")]
    pub field: Option<&'static str>,
    /// Which of the related rows count: `where = …`.
    #[serde(skip)]
    pub filter: Option<NumberFilter>,
}

/// The condition on the related rows that count.
pub type NumberFilter = fn() -> Condition;

/// What is computed of related rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NumberFunction {
    /// How many there are.
    Count,
    /// Whether there is one.
    Exists,
    /// The sum of a field.
    Sum,
    /// The average of a field.
    Avg,
    /// The least value of a field.
    Min,
    /// The greatest value of a field.
    Max,
}

impl NumberFunction {
    /// The measure; none where it is asked only whether there is a row.
    pub(crate) const fn measure(self) -> Option<Function> {
        match self {
            Self::Count => Some(Function::Count),
            Self::Exists => None,
            Self::Sum => Some(Function::Sum),
            Self::Avg => Some(Function::Avg),
            Self::Min => Some(Function::Min),
            Self::Max => Some(Function::Max),
        }
    }
}

/// A number over a relation, resolved.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    pub(crate) function: NumberFunction,
    pub(crate) many: &'static ManyInfo,
    /// The measured column of the related rows.
    pub(crate) measured: Option<&'static ColumnInfo>,
    pub(crate) filter: Option<NumberFilter>,
}

impl Number {
    /// The related rows that count.
    pub(crate) fn rows(&self) -> Condition {
        self.filter.map_or(Condition::TRUE, |filter| filter())
    }
}

impl EntityInfo {
    /// The number over a relation that a column is. The derive and rustc have checked the names.
    pub(crate) fn number(&'static self, column: usize) -> Option<Number> {
        let def = self.columns[column].number()?;
        let many = self.many.iter().find(|many| many.def.name == def.relation)?;
        let measured = def.field.and_then(|field| many.target().by_name(field));
        Some(Number { function: def.function, many, measured, filter: def.filter })
    }
}
