//! What to read: filters, orders, pages and cursors.

mod accessor;
mod aggregate;
mod canonical;
mod connection;
mod cursor;
mod deleted;
mod filter;
mod index_limits;
mod indexes;
mod measures;
mod number;
mod order;
mod page;
mod scans;
mod time_zone;

pub use accessor::{Column, ToMany, ToOne};
#[doc(hidden)]
pub use accessor::{column, to_many, to_one};
pub use aggregate::{DEFAULT_GROUPS, MAX_GROUPS, TimeUnit};
pub use connection::Connection;
pub use filter::Filter;
pub use measures::{Aggregate, GroupFilter, GroupKeys, GroupOf, GroupOrder, Grouping, Measured, count};
#[doc(hidden)]
pub use number::{is_avg, is_least, is_sum, rows_where};
pub use order::Order;
pub(crate) use order::{sort_key, total_order};
pub use page::{DEFAULT_PAGE, MAX_PAGE, Page, PageArgs, Query, Total};
unstable! { pub use aggregate::{AggregateQuery, Group, GroupKey, GroupSort, GroupSortBy, Groups, Having, Measure}; }
unstable! { pub use order::{Direction, Nulls, Sort, SortPath}; }
unstable! { pub use page::{Cursors, ListQuery}; }

pub(crate) use canonical::{write_condition, write_order};
pub(crate) use cursor::{Cursor, CutCursor, QueryDigest, ReadCursor};
pub(crate) use deleted::Deleted;
pub(crate) use time_zone::ZoneOffsets;
