//! What the tests share; no tests of its own.

#[cfg(feature = "server")]
pub mod browser;
pub mod connections;
pub mod domain;
pub mod postgres_wire;
#[cfg(feature = "rest")]
pub mod wire;
