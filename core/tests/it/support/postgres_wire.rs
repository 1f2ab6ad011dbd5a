//! A wire between a connection pool and PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use entify::db::{Db, DbOptions};
use entify::prelude::*;
use entify::testing::TestDb;
use reqwest::Url;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

/// Forwards between a pool and PostgreSQL, counts what is asked, and can be cut.
pub struct Wire {
    port: u16,
    pub up: watch::Sender<bool>,
    requests: Arc<AtomicU64>,
    connections: Arc<AtomicU64>,
}

impl Wire {
    async fn to(server: Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (up, is_up) = watch::channel(true);
        let requests = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&requests);
        let connections = Arc::new(AtomicU64::new(0));
        let connected = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                connected.fetch_add(1, Ordering::Relaxed);
                let (server, mut is_up, requests) = (server.clone(), is_up.clone(), Arc::clone(&counter));
                tokio::spawn(async move {
                    if *is_up.borrow() {
                        let _ = server.forward(client, &mut is_up, requests).await;
                    }
                });
            }
        });
        Self { port, up, requests, connections }
    }

    /// Round trips that were asked for: statements and pings.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Connections that were begun.
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

/// Where PostgreSQL listens.
#[derive(Clone)]
enum Server {
    /// The cluster of the tests, on its Unix socket.
    Socket(String),
    /// A server that was given, by its host and port.
    Port(String),
}

impl Server {
    /// The server of this URL.
    fn of(url: &Url) -> Self {
        match url.query_pairs().find(|(name, _)| name == "host") {
            Some((_, folder)) => Self::Socket(format!("{folder}/.s.PGSQL.5432")),
            None => Self::Port(format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(5432))),
        }
    }

    async fn forward(
        &self,
        client: TcpStream,
        is_up: &mut watch::Receiver<bool>,
        requests: Arc<AtomicU64>,
    ) -> std::io::Result<()> {
        match self {
            Self::Socket(path) => until_cut(client, UnixStream::connect(path).await?, is_up, requests).await,
            Self::Port(address) => {
                until_cut(client, TcpStream::connect(address).await?, is_up, requests).await;
            }
        }
        Ok(())
    }
}

async fn until_cut(
    client: TcpStream,
    server: impl AsyncRead + AsyncWrite + Unpin,
    is_up: &mut watch::Receiver<bool>,
    requests: Arc<AtomicU64>,
) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let asked = async {
        let (mut messages, mut buffer) = (Messages::default(), vec![0; 16 * 1024]);
        loop {
            let size = match from_client.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(size) => size,
            };
            requests.fetch_add(messages.requests_in(&buffer[..size]), Ordering::Relaxed);
            if to_server.write_all(&buffer[..size]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = asked => {}
        _ = tokio::io::copy(&mut from_server, &mut to_client) => {}
        _ = is_up.wait_for(|up| !up) => {}
    }
}

/// A client's messages, as they pass: a type and a length each, but for the first, which has no type.
/// <https://www.postgresql.org/docs/current/protocol-message-formats.html>
#[derive(Default)]
struct Messages {
    started: bool,
    head: Vec<u8>,
    /// What is to come of the message that passes.
    rest: usize,
}

impl Messages {
    /// How many of the messages that begin in these bytes are answered by `ReadyForQuery`: `Query` and `Sync`.
    fn requests_in(&mut self, mut bytes: &[u8]) -> u64 {
        let mut found = 0;
        while let [first, after @ ..] = bytes {
            if self.rest > 0 {
                let passed = self.rest.min(bytes.len());
                self.rest -= passed;
                bytes = &bytes[passed..];
                continue;
            }
            self.head.push(*first);
            bytes = after;
            let typed = usize::from(self.started);
            if let Some(length) = self.head.get(typed..typed + 4) {
                let length = u32::from_be_bytes(length.try_into().expect("four bytes"));
                self.rest = usize::try_from(length).expect("a length") - 4;
                found += u64::from(self.started && matches!(self.head[0], b'Q' | b'S'));
                self.started = true;
                self.head.clear();
            }
        }
        found
    }
}

/// A pool of so many connections to the database of a test, through a wire.
pub async fn behind_a_wire(test: &TestDb, connections: u32) -> (Ctx, Wire) {
    let mut url: Url = test.url().parse().expect("a URL");
    let wire = Wire::to(Server::of(&url)).await;
    let kept: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| name != "host" && name != "sslmode").collect();
    url.query_pairs_mut().clear().extend_pairs(kept).append_pair("sslmode", "disable");
    url.set_host(Some("127.0.0.1")).expect("a host");
    url.set_port(Some(wire.port)).expect("a port");
    let mut options = DbOptions::new(url.as_str());
    options.max_connections = connections;
    options.acquire_timeout = Duration::from_secs(10);
    let db = Db::connect(&options).await.expect("a pool");
    (Ctx::system(db, b"a secret for tests"), wire)
}
