//! Who is at the other end: the client's address, and whether it came over TLS.
//!
//! A proxy tells both by headers, which anyone can send: they are believed only of the proxies that `TRUSTED_PROXIES`
//! lists, and none are by default.

use std::net::IpAddr;

use poem::http::uri::Scheme;
use poem::{Addr, Request};

use crate::config::Network;

/// The client's address. Of the addresses in `X-Forwarded-For`, each written by the proxy behind it, it is the last that
/// is not a trusted proxy's.
#[must_use]
pub fn address(request: &Request, proxies: &[Network]) -> String {
    let peer = match &request.remote_addr().0 {
        Addr::SocketAddr(address) => address.ip().to_canonical(),
        other => return other.to_string(),
    };
    let trusted = |address: IpAddr| proxies.iter().any(|proxy| proxy.contains(address));
    let mut client = peer;
    for hop in hops(request).rev() {
        if !trusted(client) {
            break;
        }
        // Beyond what cannot be read, nothing is known.
        let Some(before) = hop else { break };
        client = before;
    }
    client.to_string()
}

/// Whether the client's connection is encrypted, as far as this server or a trusted proxy knows.
#[must_use]
pub fn is_https(request: &Request, proxies: &[Network]) -> bool {
    if *request.scheme() == Scheme::HTTPS {
        return true;
    }
    let Addr::SocketAddr(peer) = &request.remote_addr().0 else { return false };
    proxies.iter().any(|proxy| proxy.contains(peer.ip()))
        && request.header("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

/// The addresses in `X-Forwarded-For`, the client's first.
fn hops(request: &Request) -> impl DoubleEndedIterator<Item = Option<IpAddr>> {
    request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(|hop| read(hop.trim()))
}

/// An address, perhaps with a port.
fn read(hop: &str) -> Option<IpAddr> {
    let address = hop.parse::<IpAddr>().ok();
    let address = address.or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use poem::{Addr, RemoteAddr, Request};

    use super::{address, is_https};
    use crate::config::Network;

    fn request(peer: &str, forwarded: &[&str]) -> Request {
        let mut request = Request::builder().header("x-forwarded-proto", "https");
        for value in forwarded {
            request = request.header("x-forwarded-for", *value);
        }
        let mut request = request.finish();
        let peer: std::net::SocketAddr = peer.parse().unwrap();
        request.set_data(());
        let (mut parts, body) = request.into_parts();
        parts.state.remote_addr = RemoteAddr(Addr::from(peer));
        (parts, body).into()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies: Vec<Network> = vec!["10.0.0.0/8".parse().unwrap()];
        let cases: [(&str, &[&str], &str); 8] = [
            ("10.0.0.1:1", &["203.0.113.7"], "203.0.113.7"),
            ("10.0.0.1:1", &["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
            ("10.0.0.1:1", &["1.1.1.1", "203.0.113.7, 10.0.0.9"], "203.0.113.7"),
            ("10.0.0.1:1", &["203.0.113.7:4711"], "203.0.113.7"),
            ("10.0.0.1:1", &["nonsense"], "10.0.0.1"),
            ("10.0.0.1:1", &["1.1.1.1, nonsense, 10.0.0.9"], "10.0.0.9"),
            ("10.0.0.1:1", &[], "10.0.0.1"),
            ("198.51.100.1:1", &["203.0.113.7"], "198.51.100.1"),
        ];
        for (peer, forwarded, expected) in cases {
            assert_eq!(address(&request(peer, forwarded), &proxies), expected, "{peer} {forwarded:?}");
        }
        assert_eq!(address(&request("10.0.0.1:1", &["203.0.113.7"]), &[]), "10.0.0.1", "none by default");
        assert!(is_https(&request("10.0.0.1:1", &[]), &proxies));
        assert!(!is_https(&request("198.51.100.1:1", &[]), &proxies));
        assert!(!is_https(&request("10.0.0.1:1", &[]), &[]));
    }
}
