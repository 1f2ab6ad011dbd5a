//! **entify**: one annotated struct is a whole backend.

// What serves a surface that is left out is not used.
#![cfg_attr(
    not(all(feature = "graphql", feature = "rest", feature = "admin", feature = "cli")),
    allow(dead_code, unused_imports, unused_variables)
)]

// The framework's own entities are declared with its own derive.
extern crate self as entify;

#[cfg(feature = "admin")]
pub mod admin;
pub mod auth;
#[cfg(feature = "cli")]
mod cli;
pub mod config;
pub mod ctx;
pub mod db;
pub mod entity;
pub mod error;
#[cfg(feature = "graphql")]
pub mod graphql;
pub mod history;
pub mod hooks;
#[cfg(feature = "server")]
pub mod http;
pub mod migrate;
pub mod policy;
pub mod prelude;
pub mod principal;
pub mod query;
#[cfg(feature = "rest")]
pub mod rest;
#[cfg(feature = "server")]
pub mod server;
pub mod service;
mod sql;
pub mod state;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transfer;
pub mod types;
pub mod value;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use ctx::Ctx;
#[cfg(feature = "cli")]
pub use entify_macros::main;
pub use entify_macros::{Entity, EntityEnum, entities};
pub use error::{Error, Result};
pub use service::Service;
