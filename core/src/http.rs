//! What the HTTP surfaces share: the request's context, the form of errors, request bodies, health.

pub mod browser;
pub mod client;
pub mod context;
pub mod health;
pub mod json;
pub mod problem;
mod shutdown;

pub(crate) use shutdown::Shutdown;
