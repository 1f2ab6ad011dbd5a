//! What to read: filters, orders, pages and cursors.

mod accessor;
mod canonical;
mod cursor;
mod deleted;
mod filter;
mod indexes;
mod order;
mod page;

pub use accessor::{Column, ToMany, ToOne};
#[doc(hidden)]
pub use accessor::{column, to_many, to_one};
pub use filter::Filter;
pub(crate) use order::total_order;
pub use order::{Direction, Nulls, Order, Sort};
pub use page::{Cursors, DEFAULT_PAGE, ListQuery, MAX_PAGE, Page, PageArgs, Query, Total};

pub(crate) use canonical::{write_condition, write_order};
pub(crate) use cursor::{Cursor, QueryDigest};
pub(crate) use deleted::Deleted;
