//! What to read: filters, orders, pages and cursors, and the SQL they become.

mod append;
pub(crate) mod computed;
mod cursor;
mod filter;
pub(crate) mod fold;
mod given;
mod keyset;
mod order;
mod page;
mod predicate;
pub(crate) mod search;
mod select;
mod statement;
mod visible;
pub(crate) mod write;

pub use filter::{Condition, Filter, Op, Quantifier};
pub(crate) use order::total_order;
pub use order::{Direction, Nulls, Order, Sort};
pub use page::{Cursors, DEFAULT_PAGE, ListQuery, MAX_PAGE, Page, PageArgs, Query, Total};
pub use statement::StatementCache;

pub(crate) use append::append;
pub(crate) use cursor::{Cursor, CursorKey, Scope};
pub(crate) use predicate::hidden;
pub(crate) use select::{Related, Select, by_column, by_column_among, predicate_text, seen_by_column};
pub(crate) use visible::{Deleted, View, living_by};
