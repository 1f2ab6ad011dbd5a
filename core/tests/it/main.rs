//! The integration tests of entify, as one binary.

mod domain;
mod migrate;
mod rest;
mod service;
