//! HTTP/1.1 by hand: for requests that no client library sends.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A response as it came.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Response {
    /// The values of a header, in their order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
    }

    /// The one value of a header; empty when it is absent.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let values = self.all(name);
        assert!(values.len() < 2, "{name}: {values:?}");
        values.first().copied().unwrap_or_default()
    }

    /// Whether a header of a list has the item.
    pub fn lists(&self, name: &str, item: &str) -> bool {
        self.all(name)
            .iter()
            .flat_map(|value| value.split(','))
            .any(|one| one.trim().eq_ignore_ascii_case(item))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// Sends bytes as they are and reads until the server closes the connection.
pub async fn exchange(address: SocketAddr, request: &[u8]) -> Response {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(request).await.expect("sent");
    let mut whole = Vec::new();
    stream.read_to_end(&mut whole).await.expect("an answer");
    parse(&whole)
}

/// A request without a body: `lines` are its headers besides `Host`.
pub async fn request(address: SocketAddr, method: &str, target: &str, lines: &[&str]) -> Response {
    send(address, method, target, lines, b"").await
}

/// A request with a body.
pub async fn send(address: SocketAddr, method: &str, target: &str, lines: &[&str], body: &[u8]) -> Response {
    let mut head = format!("{method} {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for line in lines {
        head.push_str(line);
        head.push_str("\r\n");
    }
    if !body.is_empty() {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    exchange(address, &[head.as_bytes(), body].concat()).await
}

fn parse(whole: &[u8]) -> Response {
    let end = whole.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no head: {}", String::from_utf8_lossy(whole)));
    let head = String::from_utf8(whole[..end].to_vec()).expect("ASCII");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let mut response = Response { status, head, body: whole[end + 4..].to_vec() };
    if response.lists("transfer-encoding", "chunked") {
        response.body = unchunked(&response.body);
    }
    response
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).expect("a size");
        let size = usize::from_str_radix(size, 16).expect("a size");
        if size == 0 {
            break;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 2 + size + 2..];
    }
    body
}
