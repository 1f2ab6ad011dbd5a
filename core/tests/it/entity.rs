//! What the entities of an application make of each other.

#[cfg(feature = "server")]
mod names;
#[cfg(all(feature = "graphql", feature = "rest"))]
mod random_names;
