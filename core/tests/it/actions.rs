//! Actions, on every surface: rules, input, transactions, answers.

mod declared;
mod graphql;
mod rest;
mod service;
mod store;
