//! What the tests share; no tests of its own.

#[cfg(feature = "server")]
pub mod browser;
pub mod connections;
pub mod domain;
#[cfg(any(
    all(feature = "admin", feature = "graphql", feature = "rest"),
    all(feature = "server", feature = "postgres", feature = "sqlite")
))]
pub mod log;
#[cfg(feature = "rest")]
pub mod openapi;
pub mod postgres_wire;
#[cfg(feature = "rest")]
pub mod wire;
