//! **entify**: one annotated struct is a whole backend.

// The framework's own entities are declared with its own derive.
extern crate self as entify;

pub mod admin;
pub mod auth;
mod cli;
pub mod config;
pub mod ctx;
pub mod db;
pub mod entity;
pub mod error;
pub mod graphql;
#[cfg(any(doc, doctest))]
pub mod guide;
pub mod history;
pub mod hooks;
pub mod http;
pub mod migrate;
pub mod policy;
pub mod prelude;
pub mod principal;
pub mod query;
pub mod rest;
pub mod server;
pub mod service;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transfer;
pub mod types;
pub mod value;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use ctx::Ctx;
pub use entify_macros::{Entity, EntityEnum, entities, main};
pub use error::{Error, Result};
pub use service::Service;
