//! What the tests share; no tests of its own.

#[cfg(feature = "server")]
pub mod browser;
pub mod connections;
pub mod domain;
#[cfg(feature = "rest")]
pub mod wire;
