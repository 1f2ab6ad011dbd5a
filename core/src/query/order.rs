//! Orders.

use std::marker::PhantomData;
use std::ops::BitAnd;

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Least first.
    Asc,
    /// Greatest first.
    Desc,
}

/// Where NULLs stand. The same on both dialects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before every value.
    First,
    /// After every value.
    Last,
}

/// One sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort {
    /// Index among the entity's columns.
    pub column: usize,
    /// Which end comes first.
    pub direction: Direction,
    /// Where NULLs stand.
    pub nulls: Nulls,
}

impl Sort {
    /// A sort key with NULLs last when ascending, first when descending.
    #[must_use]
    pub fn new(column: usize, direction: Direction) -> Self {
        let nulls = match direction {
            Direction::Asc => Nulls::Last,
            Direction::Desc => Nulls::First,
        };
        Self { column, direction, nulls }
    }

    /// The same key read from the other end.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            column: self.column,
            direction: match self.direction {
                Direction::Asc => Direction::Desc,
                Direction::Desc => Direction::Asc,
            },
            nulls: match self.nulls {
                Nulls::First => Nulls::Last,
                Nulls::Last => Nulls::First,
            },
        }
    }
}

/// An order of the rows of `E`: `Post::stars().desc() & Post::title().asc()`.
#[derive(Debug)]
pub struct Order<E> {
    sorts: Vec<Sort>,
    of: PhantomData<fn() -> E>,
}

impl<E> Clone for Order<E> {
    fn clone(&self) -> Self {
        Self { sorts: self.sorts.clone(), of: PhantomData }
    }
}

impl<E> Default for Order<E> {
    fn default() -> Self {
        Self { sorts: Vec::new(), of: PhantomData }
    }
}

impl<E> Order<E> {
    pub(crate) fn column(column: usize, direction: Direction) -> Self {
        Self { sorts: vec![Sort::new(column, direction)], of: PhantomData }
    }

    /// Puts the NULLs of the last key first.
    #[must_use]
    pub fn nulls_first(self) -> Self {
        self.with_nulls(Nulls::First)
    }

    /// Puts the NULLs of the last key last.
    #[must_use]
    pub fn nulls_last(self) -> Self {
        self.with_nulls(Nulls::Last)
    }

    fn with_nulls(mut self, nulls: Nulls) -> Self {
        if let Some(last) = self.sorts.last_mut() {
            last.nulls = nulls;
        }
        self
    }

    /// The sort keys.
    #[must_use]
    pub fn into_sorts(self) -> Vec<Sort> {
        self.sorts
    }
}

impl<E> BitAnd for Order<E> {
    type Output = Self;

    fn bitand(mut self, next: Self) -> Self {
        self.sorts.extend(next.sorts);
        self
    }
}
