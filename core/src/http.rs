//! What the HTTP surfaces share: the request's context, errors as problem documents, request bodies, health checks.

pub(crate) mod accept;
pub(crate) mod access;
pub(crate) mod browser;
pub(crate) mod client;
pub(crate) mod context;
#[cfg(feature = "rest")]
pub(crate) mod deprecation;
pub(crate) mod etag;
mod forwarded;
pub(crate) mod health;
pub(crate) mod html;
#[cfg_attr(not(any(feature = "graphql", feature = "rest")), allow(dead_code))]
pub(crate) mod idempotency;
pub(crate) mod json;
pub(crate) mod metrics;
#[cfg_attr(not(feature = "rest"), allow(dead_code))]
pub(crate) mod percent;
pub(crate) mod problem;
pub(crate) mod rate_limit;
pub(crate) mod request_body;
mod shutdown;
pub(crate) mod site;
pub(crate) mod traceparent;
mod views;

pub(crate) use shutdown::Shutdown;

pub use problem::problem;
unstable! { pub use context::Context; }
