//! What proxies report about the request that they have received, each of the proxy or client before it: the address,
//! the scheme, the host. `X-Forwarded-For`, `-Proto` and `-Host`, or `Forwarded` (RFC 7239) where those are absent.

use std::net::{IpAddr, SocketAddr};

use poem::http::HeaderMap;

use crate::config::Network;

/// What is known of the client of the outermost trusted proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) address: IpAddr,
    /// The scheme it has used, in lower case, if a trusted proxy says so.
    pub(super) scheme: Option<String>,
    /// The host it has asked, if a trusted proxy says so.
    pub(super) host: Option<String>,
}

/// What one proxy reports.
#[derive(Debug, Default)]
struct Hop {
    address: Option<IpAddr>,
    scheme: Option<String>,
    host: Option<String>,
}

/// Follows the reports from the connection's peer back to the client, as long as the proxies that wrote them are trusted.
pub(super) fn origin(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> Origin {
    let mut origin = Origin { address: peer.to_canonical(), scheme: None, host: None };
    if !is_trusted(peer, proxies) {
        return origin;
    }
    // The last is the report of the proxy that is nearest to us.
    for hop in hops(headers).into_iter().rev() {
        if !is_trusted(origin.address, proxies) {
            break;
        }
        origin.scheme = hop.scheme.or(origin.scheme);
        origin.host = hop.host.or(origin.host);
        // What is not an address ends the known way.
        let Some(address) = hop.address else { break };
        origin.address = address;
    }
    origin
}

pub(super) fn is_trusted(address: IpAddr, proxies: &[Network]) -> bool {
    proxies.iter().any(|proxy| proxy.contains(address))
}

fn hops(headers: &HeaderMap) -> Vec<Hop> {
    let (addresses, schemes, hosts) = (
        list(headers, "x-forwarded-for"),
        list(headers, "x-forwarded-proto"),
        list(headers, "x-forwarded-host"),
    );
    let count = addresses.len().max(usize::from(!schemes.is_empty() || !hosts.is_empty()));
    if count == 0 {
        return list(headers, "forwarded").into_iter().map(forwarded).collect();
    }
    let reported = |values: &[&str], from_end: usize| {
        // One for all is what the outermost proxy has seen, and the others have passed on.
        let value = match values {
            [only] => Some(only),
            values => values.len().checked_sub(from_end + 1).and_then(|position| values.get(position)),
        };
        value.map(|value| (*value).to_ascii_lowercase()).filter(|value| !value.is_empty())
    };
    (0..count)
        .rev()
        .map(|from_end| Hop {
            address: addresses.len().checked_sub(from_end + 1).and_then(|position| read(addresses[position])),
            scheme: reported(&schemes, from_end),
            host: reported(&hosts, from_end),
        })
        .collect()
}

fn list<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h str> {
    let values = headers.get_all(name).iter();
    values.flat_map(|value| value.to_str().unwrap_or_default().split(',')).map(str::trim).collect()
}

/// One element of `Forwarded`: `for=192.0.2.1;proto=https;host=shop.example`.
fn forwarded(element: &str) -> Hop {
    let mut hop = Hop::default();
    for pair in element.split(';') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "for" => hop.address = read(value),
            "proto" => hop.scheme = Some(value.to_ascii_lowercase()),
            "host" => hop.host = Some(value.to_ascii_lowercase()),
            _ => {}
        }
    }
    hop
}

/// An address, perhaps with a port or in brackets.
fn read(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    address.or_else(bracketed).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderMap, HeaderValue};

    use super::origin;
    use crate::config::Network;

    fn client_address(peer: &str, forwarded: &[&str], proxies: &[Network]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        origin(peer.parse().unwrap(), &headers, proxies).address.to_string()
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
