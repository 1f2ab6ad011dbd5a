//! Actions, on every surface: rules, input, transactions, answers.

#[cfg(feature = "admin")]
mod admin;
mod declared;
mod graphql;
mod rest;
mod service;
mod store;
