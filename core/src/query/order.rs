//! Orders.

use std::marker::PhantomData;
use std::ops::BitAnd;

use crate::entity::{ColumnInfo, EntityInfo};
use crate::value::{Record, Value};

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Least first.
    Asc,
    /// Greatest first.
    Desc,
}

/// Where NULLs are sorted. The same on both dialects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before every value.
    First,
    /// After every value.
    Last,
}

/// Steps of the longest way to a value of a related row.
const MAX_STEPS: usize = 5;

/// The way from a to-one relation to a value of the related row: column indexes, each of the entity that the one before
/// leads to. Empty for the column itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SortPath {
    steps: [u8; MAX_STEPS],
    length: u8,
}

impl SortPath {
    /// The way through these columns; none if it is too long.
    #[must_use]
    pub fn new(columns: impl IntoIterator<Item = usize>) -> Option<Self> {
        let mut path = Self::default();
        for column in columns {
            *path.steps.get_mut(usize::from(path.length))? = u8::try_from(column).ok()?;
            path.length += 1;
        }
        Some(path)
    }

    /// The columns.
    pub fn columns(self) -> impl Iterator<Item = usize> {
        self.steps.into_iter().take(self.length.into()).map(usize::from)
    }

    /// Whether it leads nowhere else.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.length == 0
    }
}

/// One sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort {
    /// Index among the entity's columns.
    pub column: usize,
    /// From the column, which is a to-one relation, to the value of the related row that is sorted by. Rows without a
    /// related row, or with one that the principal may not read, have NULL.
    pub path: SortPath,
    /// Which end comes first.
    pub direction: Direction,
    /// Where NULLs are sorted.
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
        Self { column, path: SortPath::default(), direction, nulls }
    }

    /// The same key of the related row that the column leads to.
    #[must_use]
    pub fn by(self, path: SortPath) -> Self {
        Self { path, ..self }
    }

    /// The column whose values are sorted by, with the entity that has it.
    pub(crate) fn sorted_column(self, info: &EntityInfo) -> &ColumnInfo {
        let column = &info.columns[self.column];
        self.path.columns().fold(column, |column, step| match column.target() {
            Some(target) => &target.columns[step],
            None => column,
        })
    }

    /// Whether NULLs can be among the values.
    pub(crate) fn is_nullable(self, info: &EntityInfo) -> bool {
        !self.path.is_empty() || info.columns[self.column].nullable
    }

    /// The same key read from the other end.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            column: self.column,
            path: self.path,
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

/// The requested order, or else the entity's default order, made total: it ends in a key that no two rows share, so
/// that every row has one position. Where there is no such key, the primary key breaks ties, in the direction of the
/// last key so that one row comparison serves.
pub(crate) fn total_order(info: &EntityInfo, requested: &[Sort]) -> Vec<Sort> {
    let default_order = info.def.order.iter().filter_map(|part| {
        let direction = if part.descending { Direction::Desc } else { Direction::Asc };
        info.by_name(part.field).map(|column| Sort::new(column.index, direction))
    });
    let keys: Vec<Sort> = if requested.is_empty() { default_order.collect() } else { requested.to_vec() };
    let mut order: Vec<Sort> = Vec::with_capacity(keys.len() + 1);
    for sort in keys {
        // A column that is listed twice adds nothing the second time.
        if order.iter().all(|earlier| (earlier.column, earlier.path) != (sort.column, sort.path)) {
            order.push(sort);
        }
        if sort.path.is_empty() && info.has_unique_values(sort.column) {
            return order;
        }
    }
    let direction = order.last().map_or(Direction::Asc, |last| last.direction);
    order.push(Sort::new(0, direction));
    order
}

/// The sort key of a row that was read in an order. Values of related rows are in cells after those of the columns, in
/// the order of the keys.
pub(crate) fn sort_key<'r>(
    info: &'r EntityInfo,
    order: &'r [Sort],
    row: &'r Record,
) -> impl Iterator<Item = &'r Value> {
    let mut next = info.columns.len();
    order.iter().map(move |sort| {
        if sort.path.is_empty() {
            return row.get(sort.column);
        }
        next += 1;
        row.get(next - 1)
    })
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

    /// These keys.
    pub(crate) fn from_sorts(sorts: Vec<Sort>) -> Self {
        Self { sorts, of: PhantomData }
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
    #[cfg_attr(not(feature = "unstable"), doc(hidden))]
    #[must_use]
    pub fn into_sorts(self) -> Vec<Sort> {
        self.sorts
    }
}

/// The keys one after the other: a list of `UserOrder`s as a GraphQL argument has it.
impl<E> FromIterator<Self> for Order<E> {
    fn from_iter<I: IntoIterator<Item = Self>>(orders: I) -> Self {
        orders.into_iter().fold(Self::default(), |order, next| order & next)
    }
}

impl<E> BitAnd for Order<E> {
    type Output = Self;

    fn bitand(mut self, next: Self) -> Self {
        self.sorts.extend(next.sorts);
        self
    }
}
