//! Filters as clients write them, and as a [`Condition`](crate::entity::Condition): flat ones, a name and a text each
//! (`customer.country[in]=…`), and a tree of JSON (`{"or": […]}`).
//!
//! Both name fields, relations and operators alike, as the [`Surface`](crate::entity::Surface) does, and have the same limits. Whether the
//! client may know the fields is asked where the condition runs. `written` is the way back.

#[cfg(any(feature = "rest", feature = "admin"))]
mod flat;
#[cfg(any(feature = "rest", feature = "admin"))]
mod known;
#[cfg(any(feature = "rest", feature = "admin"))]
mod operand;
#[cfg(any(feature = "rest", feature = "admin"))]
mod relation;
#[cfg(any(feature = "rest", feature = "admin"))]
mod tree;
#[cfg(any(feature = "client", feature = "admin"))]
mod written;

#[cfg(any(feature = "rest", feature = "admin"))]
pub(crate) use flat::FlatFilters;
#[cfg(any(feature = "rest", feature = "admin"))]
pub(crate) use known::{Known, Way};
#[cfg(feature = "rest")]
pub(crate) use operand::{MAX_LIST, field, read_of};
#[cfg(any(feature = "rest", feature = "admin"))]
pub(crate) use relation::{Relation, relations};
#[cfg(any(feature = "rest", feature = "admin"))]
pub(crate) use tree::condition as tree;
#[cfg(feature = "client")]
pub(crate) use written::params;
#[cfg(feature = "admin")]
pub(crate) use written::tree as written_tree;

use crate::error::Error;

/// How many relations a filter may lead through.
#[cfg(any(feature = "rest", feature = "admin"))]
pub(crate) const MAX_RELATIONS: usize = 4;
/// Tests in one request.
#[cfg(any(feature = "rest", feature = "admin"))]
const MAX_TESTS: usize = 200;

#[cfg(any(feature = "rest", feature = "admin"))]
fn too_many_tests() -> Error {
    Error::QueryTooComplex(format!("a filter has at most {MAX_TESTS} tests; ask for less at once").into())
}

#[cfg(any(feature = "rest", feature = "admin"))]
fn too_many_relations() -> Error {
    Error::QueryTooComplex(
        format!("a filter leads through at most {MAX_RELATIONS} relations; ask for less at once").into(),
    )
}
