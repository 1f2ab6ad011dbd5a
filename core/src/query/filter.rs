//! The filter tree: typed for Rust ([`Filter`]), untyped for the engine ([`Condition`]).

use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::entity::{Condition, Entity, Op, Quantifier};

/// A condition on the rows of `E`.
///
/// Built from the entity's fields: `User::status().eq(Status::Active) & User::email().ends_with("@b.org")`.
#[derive(Debug)]
pub struct Filter<E> {
    condition: Condition,
    of: PhantomData<fn() -> E>,
}

impl<E> Clone for Filter<E> {
    fn clone(&self) -> Self {
        Self::from_condition(self.condition.clone())
    }
}

impl<E> Default for Filter<E> {
    fn default() -> Self {
        Self::all()
    }
}

impl<E> Filter<E> {
    /// Every row.
    #[must_use]
    pub const fn all() -> Self {
        Self { condition: Condition::TRUE, of: PhantomData }
    }

    pub(crate) fn from_condition(condition: Condition) -> Self {
        Self { condition, of: PhantomData }
    }

    /// The untyped condition.
    #[cfg_attr(not(feature = "unstable"), doc(hidden))]
    #[must_use]
    pub fn into_condition(self) -> Condition {
        self.condition
    }
}

impl<E: Entity> Filter<E> {
    pub(crate) fn column(index: usize, op: Op) -> Self {
        Self::from_condition(Condition::column(index, op))
    }

    pub(crate) fn to_one<T>(field: usize, filter: Filter<T>) -> Self {
        Self::from_condition(Condition::ToOne { index: field + 1, matches: Box::new(filter.condition) })
    }

    pub(crate) fn to_many<T>(index: usize, quantifier: Quantifier, filter: Filter<T>) -> Self {
        Self::from_condition(Condition::ToMany { index, quantifier, matches: Box::new(filter.condition) })
    }
}

impl<E> BitAnd for Filter<E> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self::from_condition(self.condition.and(other.condition))
    }
}

impl<E> BitOr for Filter<E> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self::from_condition(self.condition.or(other.condition))
    }
}

impl<E> Not for Filter<E> {
    type Output = Self;

    fn not(self) -> Self {
        Self::from_condition(Condition::Not(Box::new(self.condition)))
    }
}
