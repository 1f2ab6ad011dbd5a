//! Pages: requests and results.

use crate::entity::{Condition, Entity};
use crate::error::{Error, Result};
use crate::query::{Filter, Order, Sort};
use crate::value::{ColumnSet, Record};

/// Rows of a page when no size is requested.
pub const DEFAULT_PAGE: u32 = 20;
/// The greatest page.
pub const MAX_PAGE: u32 = 100;

/// Which part of the list: `first`/`after` forwards, `last`/`before` backwards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageArgs {
    /// The first rows, this many (after `after`). 0 is a page without rows, which tells whether there are any.
    pub first: Option<u32>,
    /// Start after the row of this cursor.
    pub after: Option<String>,
    /// The last rows, this many (before `before`).
    pub last: Option<u32>,
    /// End before the row of this cursor.
    pub before: Option<String>,
}

impl PageArgs {
    /// The first `limit` rows.
    #[must_use]
    pub fn first(limit: u32) -> Self {
        Self { first: Some(limit), ..Self::default() }
    }

    /// Reads a page size as a client wrote it, so that every surface rejects the same sizes.
    ///
    /// # Errors
    /// [`Error::BadRequest`] unless it is from `least` to [`MAX_PAGE`].
    pub fn size(argument: &'static str, size: i64, least: u32) -> Result<u32> {
        u32::try_from(size)
            .ok()
            .filter(|size| (least..=MAX_PAGE).contains(size))
            .ok_or_else(|| Error::bad_request(format!("`{argument}` must be from {least} to {MAX_PAGE}")))
    }

    /// Whether the page is read from the end.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when both directions are requested, or a size is out of range.
    pub fn check(&self) -> Result<()> {
        if self.first.is_some() && self.last.is_some() {
            return Err(Error::bad_request("`first` and `last` cannot be used together"));
        }
        for (argument, size) in [("first", self.first), ("last", self.last)] {
            if let Some(size) = size {
                Self::size(argument, size.into(), 0)?;
            }
        }
        Ok(())
    }

    /// The number of requested rows.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.last.or(self.first).unwrap_or(DEFAULT_PAGE)
    }

    /// Whether the page is counted from the end.
    #[must_use]
    pub fn is_backward(&self) -> bool {
        self.last.is_some() || (self.first.is_none() && self.before.is_some() && self.after.is_none())
    }
}

/// How the total is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Total {
    /// Not at all.
    #[default]
    None,
    /// By an exact COUNT.
    Exact,
    /// By the planner's estimate where the engine has one; exact elsewhere.
    Estimate,
}

/// Which rows of a page get a cursor. Signing one costs about as much as reading a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cursors {
    /// None.
    #[default]
    None,
    /// The last row, when rows follow.
    Next,
    /// The first and the last row.
    Ends,
    /// Every row.
    Every,
}

/// A list request, untyped.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Columns to read.
    pub columns: ColumnSet,
    /// Which rows.
    pub filter: Condition,
    /// Words to search for; each must be found in one of the searched fields.
    pub search: Option<String>,
    /// In which order; empty for the default order. The primary key always breaks ties.
    pub order: Vec<Sort>,
    /// Which part.
    pub page: PageArgs,
    /// Whether to count all matching rows.
    pub total: Total,
    /// Which rows get a cursor.
    pub cursors: Cursors,
}

impl ListQuery {
    /// Every row, in the default order.
    #[must_use]
    pub fn new(columns: ColumnSet) -> Self {
        Self {
            columns,
            filter: Condition::TRUE,
            search: None,
            order: Vec::new(),
            page: PageArgs::default(),
            total: Total::None,
            cursors: Cursors::None,
        }
    }
}

/// A list request for rows of `E`.
#[derive(Debug)]
pub struct Query<E> {
    /// Which rows.
    pub filter: Filter<E>,
    /// Words to search for.
    pub search: Option<String>,
    /// In which order; the entity's default order when empty.
    pub order: Order<E>,
    /// Which part; the first 20 by default.
    pub page: PageArgs,
    /// Whether to count all matching rows.
    pub total: Total,
}

// Written by hand: `E` itself need not be `Clone`.
impl<E> Clone for Query<E> {
    fn clone(&self) -> Self {
        Self {
            filter: self.filter.clone(),
            search: self.search.clone(),
            order: self.order.clone(),
            page: self.page.clone(),
            total: self.total,
        }
    }
}

impl<E> Default for Query<E> {
    fn default() -> Self {
        Self {
            filter: Filter::all(),
            search: None,
            order: Order::default(),
            page: PageArgs::default(),
            total: Total::None,
        }
    }
}

impl<E: Entity> Query<E> {
    /// The rows that match.
    #[must_use]
    pub fn filter(filter: Filter<E>) -> Self {
        Self { filter, ..Self::default() }
    }

    /// Only those of the rows that match this too.
    #[must_use]
    pub fn and(mut self, filter: Filter<E>) -> Self {
        self.filter = self.filter & filter;
        self
    }

    /// In this order.
    #[must_use]
    pub fn order(mut self, order: Order<E>) -> Self {
        self.order = order;
        self
    }

    /// The first `limit` rows (1 to 100).
    #[must_use]
    pub fn first(mut self, limit: u32) -> Self {
        self.page.first = Some(limit);
        self
    }

    /// Start after this cursor.
    #[must_use]
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.page.after = Some(cursor.into());
        self
    }

    /// The last `limit` rows (1 to 100).
    #[must_use]
    pub fn last(mut self, limit: u32) -> Self {
        self.page.last = Some(limit);
        self
    }

    /// End before this cursor.
    #[must_use]
    pub fn before(mut self, cursor: impl Into<String>) -> Self {
        self.page.before = Some(cursor.into());
        self
    }

    /// Counts all matching rows exactly.
    #[must_use]
    pub fn with_total(mut self) -> Self {
        self.total = Total::Exact;
        self
    }

    /// A list request that a client has sent.
    pub(crate) fn from_list(list: ListQuery) -> Self {
        let ListQuery { columns: _, filter, search, order, page, total, cursors: _ } = list;
        Self { filter: Filter::from_condition(filter), search, order: Order::from_sorts(order), page, total }
    }

    pub(crate) fn into_list(self) -> ListQuery {
        ListQuery {
            columns: E::def().info().all(),
            filter: self.filter.into_condition(),
            search: self.search,
            order: self.order.into_sorts(),
            page: self.page,
            total: self.total,
            cursors: Cursors::Ends,
        }
    }
}

/// A page of rows.
#[derive(Debug, Clone)]
pub struct Page<T = Record> {
    /// The rows, in the requested order (also when read from the end).
    pub items: Vec<T>,
    /// A cursor per row with `Cursors::Every`; otherwise empty.
    pub cursors: Vec<String>,
    /// The cursor of the first row, with `Cursors::Ends` or `Cursors::Every`.
    pub start_cursor: Option<String>,
    /// The cursor of the last row, unless `Cursors::None`; with `Cursors::Next` only when rows follow.
    pub end_cursor: Option<String>,
    /// Whether rows follow.
    pub has_next: bool,
    /// Whether rows precede.
    pub has_previous: bool,
    /// How many rows match in all, when requested.
    pub total: Option<u64>,
    /// The requested size.
    pub limit: u32,
}

impl<T> Page<T> {
    /// The same page with other rows.
    ///
    /// # Errors
    /// The first error of `convert`.
    pub fn try_map<U>(self, convert: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        Ok(Page {
            items: self.items.into_iter().map(convert).collect::<Result<_>>()?,
            cursors: self.cursors,
            start_cursor: self.start_cursor,
            end_cursor: self.end_cursor,
            has_next: self.has_next,
            has_previous: self.has_previous,
            total: self.total,
            limit: self.limit,
        })
    }
}
