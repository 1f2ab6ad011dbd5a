//! The integration tests of entify, as one binary.

mod derive;
mod domain;
mod migrate;
mod rest;
mod service;
