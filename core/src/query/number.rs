//! What the derive writes for numbers over relations: their conditions, and what rustc checks of the measured fields.

use crate::entity::{Condition, Entity};
use crate::query::{Column, Filter};
use crate::types::{AvgField, FieldType, LeastField, SumField};

/// The condition of a number, which is one on the related rows.
#[must_use]
pub fn rows_where<E: Entity>(filter: Filter<E>) -> Condition {
    filter.into_condition()
}

/// That a field can be summed, as an `R`.
pub const fn is_sum<E, T: FieldType, R>(_: Column<E, T>)
where
    T::Scalar: SumField<R>,
{
}

/// That there is an average of a field, as an `R`.
pub const fn is_avg<E, T: FieldType, R>(_: Column<E, T>)
where
    T::Scalar: AvgField<R>,
{
}

/// That there are a least and a greatest value of a field, as an `R`.
pub const fn is_least<E, T: FieldType, R>(_: Column<E, T>)
where
    T::Scalar: LeastField<R>,
{
}
