//! The outermost endpoint: the address of a request in its normal form, and where the application stands for the client.

use std::borrow::Cow;
use std::sync::Arc;

use poem::http::Uri;
use poem::{Endpoint, Request, Response};

use crate::config::{Network, Settings, is_base_path};
use crate::http::client;
use crate::http::site::Site;

/// Takes what stands before the application's paths off, and decodes letters that needed no encoding.
#[derive(Debug)]
pub(super) struct Front<E> {
    inner: E,
    base: Arc<str>,
    proxies: Vec<Network>,
}

impl<E> Front<E> {
    pub(super) fn new(inner: E, settings: &Settings) -> Self {
        Self { inner, base: Arc::from(&*settings.base_path), proxies: settings.trusted_proxies.clone() }
    }

    /// What stands before every path: as a trusted proxy says, else as the setting.
    fn base(&self, request: &Request) -> Arc<str> {
        let prefix = client::prefix(request, &self.proxies);
        let prefix = prefix.map(|prefix| prefix.strip_suffix('/').unwrap_or(prefix));
        prefix.filter(|prefix| is_base_path(prefix)).map_or_else(|| Arc::clone(&self.base), Arc::from)
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Front<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let base = self.base(&request);
        if let Some(uri) = normal(request.uri(), &base) {
            *request.uri_mut() = uri;
        }
        let host = client::host(&request, &self.proxies);
        let site = Site { base, uri: request.uri().clone(), host };
        request.set_data(site);
        self.inner.call(request).await
    }
}

/// The address without the base, and with decoded letters; `None` where it is that already.
fn normal(uri: &Uri, base: &str) -> Option<Uri> {
    let decoded = decode_unreserved(uri.path());
    let below = decoded
        .strip_prefix(base)
        .filter(|path| !base.is_empty() && (path.is_empty() || path.starts_with('/')));
    if below.is_none() && matches!(decoded, Cow::Borrowed(_)) {
        return None;
    }
    let path = match below {
        Some("") => "/",
        Some(path) => path,
        None => &decoded,
    };
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(target.parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// Decodes the characters that mean the same encoded and not (RFC 3986, section 6.2.2.2).
fn decode_unreserved(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let hex = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let bytes = path.as_bytes();
    let mut decoded = String::with_capacity(path.len());
    let mut position = 0;
    let mut rest = 0;
    while position < bytes.len() {
        let byte = (bytes[position] == b'%')
            .then(|| Some(hex(bytes.get(position + 1))? * 16 + hex(bytes.get(position + 2))?))
            .flatten()
            .and_then(|byte| u8::try_from(byte).ok())
            .filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'));
        match byte {
            Some(byte) => {
                decoded.push_str(&path[rest..position]);
                decoded.push(char::from(byte));
                position += 3;
                rest = position;
            }
            None => position += 1,
        }
    }
    if rest == 0 {
        return Cow::Borrowed(path);
    }
    decoded.push_str(&path[rest..]);
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn addresses_inside_the_application() {
        for (address, base, inside) in [
            ("/api/%75sers?a=%61", "", Some("/api/users?a=%61")),
            ("/api/users", "", None),
            ("/a%2Fb/%C3%A9/%7e%zz%4", "", Some("/a%2Fb/%C3%A9/~%zz%4")),
            ("/shop", "/shop", Some("/")),
            ("/shop?a=1", "/shop", Some("/?a=1")),
            ("/s%68op/x", "/shop", Some("/x")),
            ("/shopping", "/shop", None),
            ("/x", "/shop", None),
            ("http://h/shop/x", "/shop", Some("http://h/x")),
        ] {
            let uri = address.parse().expect("a URI");
            assert_eq!(normal(&uri, base).map(|uri| uri.to_string()).as_deref(), inside, "{address}");
        }
    }
}
