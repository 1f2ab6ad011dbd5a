//! What the tests share; no tests of its own.

pub mod browser;
pub mod connections;
pub mod domain;
