//! The integration tests of entify, as one binary.

mod admin;
mod auth;
mod derive;
mod domain;
mod graphql;
mod migrate;
mod rest;
mod server;
mod service;
mod site;
mod testing;
