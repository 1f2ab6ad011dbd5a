//! What the HTTP surfaces share: the form of errors, request bodies, health.

pub mod health;
pub mod json;
pub mod problem;
