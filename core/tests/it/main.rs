//! The integration tests of entify, as one binary.

#![allow(unreachable_pub, reason = "entities are declared as an application would")]

mod admin;
mod architecture;
mod auth;
mod derive;
mod graphql;
mod migrate;
mod options;
mod policy;
mod regression;
mod rest;
mod server;
mod service;
mod socket;
mod support;
mod testing;
