//! Where the application stands for its clients: below which path, and under which host.

use std::sync::Arc;

use poem::Request;
use poem::http::{Uri, header};

/// What the outermost endpoint finds out about a request, for all that write addresses.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// What stands before every path of the application: empty, or like `/shop`.
    pub(crate) base: Arc<str>,
    /// The request's address inside the application.
    pub(crate) uri: Uri,
    /// The host that the client has asked, where a trusted proxy reports it.
    pub(crate) host: Option<String>,
}

/// What stands before every path of the application, as the client sees it.
pub(crate) fn base(request: &Request) -> &str {
    request.data::<Site>().map_or("", |site| &site.base)
}

/// The request's address inside the application.
pub(crate) fn local_uri(request: &Request) -> &Uri {
    request.data::<Site>().map_or_else(|| request.original_uri(), |site| &site.uri)
}

/// The host that the client has asked.
pub(crate) fn host(request: &Request) -> Option<&str> {
    let forwarded = request.data::<Site>().and_then(|site| site.host.as_deref());
    forwarded.or_else(|| request.header(header::HOST)).or_else(|| request.original_uri().host())
}
