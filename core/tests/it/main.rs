//! The integration tests of entify, as one binary.

#![allow(unreachable_pub, reason = "entities are declared as an application would")]

#[cfg(all(feature = "rest", feature = "graphql"))]
mod actions;
#[cfg(feature = "admin")]
mod admin;
mod architecture;
#[cfg(feature = "server")]
mod auth;
#[cfg(feature = "rest")]
mod client;
mod derive;
mod entity;
#[cfg(feature = "graphql")]
mod graphql;
mod migrate;
mod nested;
mod options;
#[cfg(feature = "server")]
mod own_code;
#[cfg(all(feature = "cli", feature = "graphql", feature = "rest", feature = "admin"))]
mod parity;
mod policy;
mod reads;
mod regression;
#[cfg(feature = "rest")]
mod rest;
#[cfg(all(feature = "server", feature = "postgres", feature = "sqlite"))]
mod secrets;
#[cfg(feature = "server")]
mod server;
mod service;
#[cfg(feature = "graphql")]
mod socket;
mod support;
mod testing;
mod transfer;
#[cfg(all(feature = "rest", feature = "graphql"))]
mod values;
