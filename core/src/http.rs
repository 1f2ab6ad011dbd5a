//! What the HTTP surfaces share: the request's context and the form of errors.

mod context;

pub use context::{Context, ContextEndpoint};
