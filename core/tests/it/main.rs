//! The integration tests of entify, as one binary.

#![allow(unreachable_pub, reason = "entities are declared as an application would")]

mod admin;
mod architecture;
mod auth;
mod derive;
mod domain;
mod graphql;
mod hangups;
mod leftovers;
mod living;
mod migrate;
mod policy;
mod rest;
mod server;
mod service;
mod site;
mod socket;
mod testing;
