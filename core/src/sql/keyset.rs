//! Positions in an order as SQL: the rows that lie strictly after the row of a cursor.
//!
//! They form disjoint index ranges, nearest first, each a single range of an index on the
//! order. After `(x, y, z)` in the order `a, -b, -id` these are
//!
//! - `a = x AND (b, id) < (y, z)`
//! - `a > x`
//! - `a IS NULL`, where `a` may be NULL and its NULLs come last.

use sea_query::{Cond, Expr, ExprTrait as _};

use crate::db::Dialect;
use crate::query::{Direction, Nulls, Sort};
use crate::sql::predicate::truth;
use crate::sql::sorted::{SortSource, bound_value, sorted};
use crate::value::Value;

/// A position in a total order of the rows of a source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position<'p> {
    pub(super) source: SortSource<'p>,
    pub(crate) dialect: Dialect,
    pub(crate) order: &'p [Sort],
    /// The sort key of the row at that position.
    pub(crate) values: &'p [Value],
}

/// Rows that follow each other in an index.
#[derive(Debug)]
pub(crate) struct IndexRange {
    pub(crate) condition: Expr,
    /// How many keys of the order are the same in all of them.
    pub(crate) equal: usize,
}

impl Position<'_> {
    /// The rows after the position, as one condition.
    pub(crate) fn after(self) -> Expr {
        let mut index_ranges: Vec<Expr> =
            self.index_ranges().into_iter().map(|range| range.condition).collect();
        if index_ranges.len() == 1
            && let Some(only) = index_ranges.pop()
        {
            return only;
        }
        if index_ranges.is_empty() {
            // After a NULL of the last key of a head, where NULLs come last.
            return truth(false);
        }
        let any = index_ranges.into_iter().fold(Cond::any(), Cond::add);
        match self.bound() {
            Some(bound) => Cond::all().add(bound).add(any).into(),
            None => any.into(),
        }
    }

    /// The rows after the position as index ranges, nearest first.
    pub(crate) fn index_ranges(self) -> Vec<IndexRange> {
        let tail = self.tail();
        let range = |equal: usize, prefix: usize, rest: Expr| IndexRange {
            condition: self.with_prefix(prefix, rest),
            equal,
        };
        let mut found = Vec::with_capacity(tail + 1);
        if tail < self.order.len() {
            found.push(range(tail, tail, self.row_comparison(tail)));
        }
        for index in (0..tail).rev() {
            let ranges = self.after_key(index).into_iter();
            // Where only NULLs come after the position, they are the same too.
            found.extend(ranges.map(|(rest, is_null)| range(index + usize::from(is_null), index, rest)));
        }
        found
    }

    /// The first of the keys that one row comparison covers, which can use an index: they have the same direction and
    /// none can be NULL. There are none where the last key can be, as in the head of an order.
    fn tail(self) -> usize {
        let direction = self.order.last().map(|last| last.direction);
        let serves = |sort: &Sort| Some(sort.direction) == direction && !self.nullable(sort);
        let serving = self.order.iter().rev().take_while(|sort| serves(sort)).count();
        self.order.len() - serving
    }

    fn row_comparison(self, tail: usize) -> Expr {
        let (left, right) = match &self.order[tail..] {
            [_] => (self.column(tail), self.value(tail)),
            keys => {
                let indexes = || tail..tail + keys.len();
                let columns: Vec<Expr> = indexes().map(|index| self.column(index)).collect();
                let values: Vec<Expr> = indexes().map(|index| self.value(index)).collect();
                (Expr::tuple(columns), Expr::tuple(values))
            }
        };
        self.after_value(tail, left, right)
    }

    /// Rows that equal the position in the keys before this one.
    fn with_prefix(self, index: usize, rest: Expr) -> Expr {
        let same = (0..index).map(|earlier| {
            let column = self.column(earlier);
            if self.values[earlier].is_null() { column.is_null() } else { column.eq(self.value(earlier)) }
        });
        same.fold(Cond::all(), Cond::add).add(rest).into()
    }

    /// What comes after the position's value of one key, nearest first, each with whether it is NULL alone.
    fn after_key(self, index: usize) -> Vec<(Expr, bool)> {
        let sort = &self.order[index];
        let column = self.column(index);
        match (self.values[index].is_null(), sort.nulls) {
            (true, Nulls::First) => vec![(column.is_not_null(), false)],
            (true, Nulls::Last) => Vec::new(),
            (false, Nulls::Last) if self.nullable(sort) => {
                let value = self.after_value(index, column.clone(), self.value(index));
                vec![(value, false), (column.is_null(), true)]
            }
            (false, _) => vec![(self.after_value(index, column, self.value(index)), false)],
        }
    }

    /// What the first key is in all rows after the position: where an index scan starts.
    fn bound(self) -> Option<Expr> {
        let sort = self.order.first()?;
        let column = self.column(0);
        match (self.values[0].is_null(), sort.nulls) {
            (true, Nulls::First) => None,
            (true, Nulls::Last) => Some(column.is_null()),
            (false, Nulls::Last) if self.nullable(sort) => None,
            (false, _) => Some(match sort.direction {
                Direction::Asc => column.gte(self.value(0)),
                Direction::Desc => column.lte(self.value(0)),
            }),
        }
    }

    fn after_value(self, index: usize, left: Expr, right: Expr) -> Expr {
        match self.order[index].direction {
            Direction::Asc => left.gt(right),
            Direction::Desc => left.lt(right),
        }
    }

    fn nullable(self, sort: &Sort) -> bool {
        sort.is_nullable(self.source.table.info)
    }

    fn column(self, index: usize) -> Expr {
        sorted(self.source, self.order, index)
    }

    fn value(self, index: usize) -> Expr {
        let kind = self.order[index].sorted_column(self.source.table.info).kind;
        bound_value(&self.values[index], kind, self.dialect)
    }
}
