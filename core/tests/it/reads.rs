//! What is read of many rows at once.

mod aggregates;
#[cfg(all(feature = "graphql", feature = "rest"))]
mod pages;
#[cfg(all(feature = "graphql", feature = "rest"))]
mod surfaces;
