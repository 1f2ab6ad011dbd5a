//! What the HTTP surfaces share: the request's context, errors as problem documents, request bodies, health checks.

pub(crate) mod browser;
pub(crate) mod client;
pub(crate) mod context;
pub(crate) mod health;
pub(crate) mod json;
pub(crate) mod problem;
mod shutdown;

pub(crate) use shutdown::Shutdown;

pub use problem::problem;
unstable! { pub use context::Context; }
