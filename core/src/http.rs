//! What the HTTP surfaces share: the request's context, errors as problem documents, request bodies, health checks.

pub(crate) mod browser;
pub(crate) mod client;
pub mod context;
pub(crate) mod health;
pub(crate) mod json;
pub mod problem;
mod shutdown;

pub(crate) use shutdown::Shutdown;
