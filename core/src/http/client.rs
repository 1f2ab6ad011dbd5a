//! The client: its address, whether its connection uses TLS, and which host it has asked.
//!
//! Proxies report them in headers, which anyone can send: they are trusted only from the proxies that `TRUSTED_PROXIES`
//! lists, by default none.

use std::net::IpAddr;

use poem::http::uri::Scheme;
use poem::{Addr, Request};

use crate::config::Network;
use crate::http::forwarded::{is_trusted, origin};

/// The client's address: the last on its way that is not a trusted proxy's.
#[must_use]
pub(crate) fn address(request: &Request, proxies: &[Network]) -> String {
    match peer(request) {
        Some(peer) => origin(peer, request.headers(), proxies).address.to_string(),
        None => request.remote_addr().0.to_string(),
    }
}

/// Whether the client's connection is encrypted, by what this server or the outermost trusted proxy reports.
#[must_use]
pub(crate) fn is_https(request: &Request, proxies: &[Network]) -> bool {
    if *request.scheme() == Scheme::HTTPS {
        return true;
    }
    let scheme = peer(request).and_then(|peer| origin(peer, request.headers(), proxies).scheme);
    scheme.is_some_and(|scheme| scheme == "https")
}

/// The host that the client has asked, if a trusted proxy reports it.
pub(crate) fn host(request: &Request, proxies: &[Network]) -> Option<String> {
    if proxies.is_empty() {
        return None;
    }
    origin(peer(request)?, request.headers(), proxies).host
}

/// The path below which a trusted proxy serves the application, as it says.
pub(crate) fn prefix<'r>(request: &'r Request, proxies: &[Network]) -> Option<&'r str> {
    let mut values = request.headers().get_all("x-forwarded-prefix").iter();
    let value = values.next()?.to_str().ok()?.trim();
    (values.next().is_none() && is_trusted(peer(request)?, proxies)).then_some(value)
}

/// The address of the connection's other end.
fn peer(request: &Request) -> Option<IpAddr> {
    match &request.remote_addr().0 {
        Addr::SocketAddr(peer) => Some(peer.ip()),
        _ => None,
    }
}
