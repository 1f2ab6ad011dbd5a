//! The client: its address, and whether its connection uses TLS.
//!
//! A proxy reports both in headers, which anyone can send: they are trusted only from the proxies that `TRUSTED_PROXIES`
//! lists, by default none.

use std::net::{IpAddr, SocketAddr};

use poem::http::HeaderMap;
use poem::http::uri::Scheme;
use poem::{Addr, Request};

use crate::config::Network;

/// The client's address. Of the addresses in `X-Forwarded-For`, each written by the proxy behind it, it is the last
/// that is not a trusted proxy's.
#[must_use]
pub(crate) fn address(request: &Request, proxies: &[Network]) -> String {
    match &request.remote_addr().0 {
        Addr::SocketAddr(peer) => client_of(peer.ip(), request.headers(), proxies).to_string(),
        other => other.to_string(),
    }
}

/// Whether the client's connection is encrypted, by what this server or a trusted proxy reports.
#[must_use]
pub(crate) fn is_https(request: &Request, proxies: &[Network]) -> bool {
    if *request.scheme() == Scheme::HTTPS {
        return true;
    }
    let Addr::SocketAddr(peer) = &request.remote_addr().0 else { return false };
    is_trusted(peer.ip(), proxies)
        && request.header("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

fn is_trusted(address: IpAddr, proxies: &[Network]) -> bool {
    proxies.iter().any(|proxy| proxy.contains(address))
}

/// The client's address, where the connection may come from a proxy.
fn client_of(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    let mut client = peer.to_canonical();
    let hops = headers
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','));
    for hop in hops.collect::<Vec<_>>().into_iter().rev() {
        if !is_trusted(client, proxies) {
            break;
        }
        // An entry that is not an address ends the list of known hops.
        let Some(previous) = read(hop.trim()) else { break };
        client = previous;
    }
    client
}

/// An address, perhaps with a port.
fn read(hop: &str) -> Option<IpAddr> {
    let address = hop.parse::<IpAddr>().ok();
    let address = address.or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderMap, HeaderValue};

    use super::client_of;
    use crate::config::Network;

    fn client_address(peer: &str, forwarded: &[&str], proxies: &[Network]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        client_of(peer.parse().unwrap(), &headers, proxies).to_string()
    }

    #[test]
    fn headers_are_read_from_trusted_proxies_only() {
        let proxies: Vec<Network> = vec!["10.0.0.0/8".parse().unwrap()];
        let cases: [(&str, &[&str], &str); 9] = [
            ("10.0.0.1", &["203.0.113.7"], "203.0.113.7"),
            ("::ffff:10.0.0.1", &["203.0.113.7"], "203.0.113.7"),
            ("10.0.0.1", &["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
            ("10.0.0.1", &["1.1.1.1", "203.0.113.7, 10.0.0.9"], "203.0.113.7"),
            ("10.0.0.1", &["203.0.113.7:4711"], "203.0.113.7"),
            ("10.0.0.1", &["nonsense"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1, nonsense, 10.0.0.9"], "10.0.0.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("198.51.100.1", &["203.0.113.7"], "198.51.100.1"),
        ];
        for (peer, forwarded, expected) in cases {
            assert_eq!(client_address(peer, forwarded, &proxies), expected, "{peer} {forwarded:?}");
        }
        assert_eq!(client_address("10.0.0.1", &["203.0.113.7"], &[]), "10.0.0.1", "none by default");
    }
}
