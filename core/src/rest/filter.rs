//! Filters as a [`Condition`]: flat ones of a query string (`customer.country[in]=…`) and a tree of JSON (`filter={"or": […]}`).
//!
//! Both name fields, relations and operators alike, and have the same limits. Whether the client may know the fields is asked where
//! the condition runs.

mod flat;
mod tree;

pub(super) use flat::FlatFilters;
pub(super) use tree::condition as tree;

use crate::error::Error;

/// How many relations a filter may lead through.
pub(super) const MAX_RELATIONS: usize = 4;
/// Tests in one request.
const MAX_TESTS: usize = 200;

fn too_many_tests() -> Error {
    Error::QueryTooComplex(format!("a filter has at most {MAX_TESTS} tests; ask for less at once").into())
}

fn too_many_relations() -> Error {
    Error::QueryTooComplex(
        format!("a filter leads through at most {MAX_RELATIONS} relations; ask for less at once").into(),
    )
}
