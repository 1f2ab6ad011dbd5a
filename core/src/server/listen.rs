//! Accepting connections, with a limit on slow clients, until a stop signal.
//!
//! poem's own server has no limit on the time a client takes to send a request's head, so the loop is here: HTTP/1.1
//! and HTTP/2 over TCP, each connection a task.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use poem::endpoint::BoxEndpoint;
use poem::http::header::{HOST, UPGRADE};
use poem::http::uri::{Authority, Scheme};
use poem::http::{StatusCode, Version};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint as _, Request};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[cfg(feature = "cli")]
use crate::db::Db;
use crate::http::Shutdown;
use crate::http::access::{Access, UNMATCHED, method_name};
use crate::http::problem::http_problem;
use crate::server::unread_body::UnreadBody;

/// Time limits of connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConnectionLimits {
    /// To send a request's head.
    pub(crate) header: Duration,
    /// For running requests, after the stop signal.
    pub(crate) shutdown: Duration,
}

/// Requests of one HTTP/2 connection at a time.
const MAX_STREAMS: u32 = 200;
/// How long to wait when no connection can be accepted, for instance for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);
/// What closing free connections may take when all of the time is up.
#[cfg(feature = "cli")]
const CLOSE_TIME: Duration = Duration::from_millis(100);

/// Serves connections until `stop` is ready, then waits for running requests. Answers when all that stops with the server
/// must have ended, and what `stop` answered.
pub(crate) async fn serve<S>(
    listener: TcpListener,
    endpoint: BoxEndpoint<'static>,
    limits: ConnectionLimits,
    stop: impl Future<Output = S>,
) -> (Instant, S) {
    let endpoint: Arc<BoxEndpoint<'static>> = Arc::new(endpoint);
    // Each connection holds a receiver: it is notified of the stop, and has ended when the receiver is dropped.
    let (stopping, stopped) = watch::channel(false);
    tokio::pin!(stop);
    let stop = loop {
        let accepted = tokio::select! {
            stop = &mut stop => break stop,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, remote)) => {
                let remote = RemoteAddr(remote.into());
                tokio::spawn(connection(stream, remote, endpoint.clone(), limits.header, stopped.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    };
    let end = Instant::now() + limits.shutdown;
    drop(listener);
    drop(stopped);
    // An error means that no connection is left to notify.
    let _ = stopping.send(true);
    if tokio::time::timeout_at(end.into(), stopping.closed()).await.is_err() {
        let connections = stopping.receiver_count();
        tracing::warn!(connections, limit = ?limits.shutdown, "requests did not end in time, and are dropped");
    }
    (end, stop)
}

/// Closes the pools once their connections are free, until `end`. What still runs then is dropped: who is served by nobody
/// any more is not waited for.
#[cfg(feature = "cli")]
pub(crate) async fn close(db: &Db, end: Instant) {
    let end = end.max(Instant::now() + CLOSE_TIME);
    if tokio::time::timeout_at(end.into(), db.close()).await.is_err() {
        let connections = db.pool_status().open;
        tracing::warn!(connections, "statements did not end in time, and are dropped");
    }
}

async fn connection(
    stream: TcpStream,
    remote: RemoteAddr,
    endpoint: Arc<BoxEndpoint<'static>>,
    limit: Duration,
    mut stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let Ok(local) = stream.local_addr() else { return };
    let local = LocalAddr(local.into());
    let has_request = Arc::new(AtomicBool::new(false));
    let service = service_fn({
        let (has_request, stopping) = (has_request.clone(), Shutdown::new(stopped.clone()));
        move |mut request: hyper::Request<Incoming>| {
            has_request.store(true, Ordering::Relaxed);
            if request.headers().contains_key(UPGRADE) {
                request.extensions_mut().insert(stopping.clone());
            }
            let endpoint = endpoint.clone();
            let has_host = has_one_host(&request);
            let method = method_name(request.method());
            let mut request = Request::from((request, local.clone(), remote.clone(), Scheme::HTTP));
            async move {
                let body = UnreadBody::watch(&mut request);
                let response = match has_host {
                    true => endpoint.get_response(request).await,
                    false => {
                        if let Some(access) = Access::begin(method, || Arc::from(UNMATCHED), false, None) {
                            access.finish(StatusCode::BAD_REQUEST.as_u16());
                        }
                        http_problem(StatusCode::BAD_REQUEST, "there must be one valid `Host` header", "")
                    }
                };
                if let Some(body) = body {
                    body.discard();
                }
                Ok::<hyper::Response<_>, Infallible>(response.into())
            }
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limit);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(MAX_STREAMS);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        // hyper's own limit begins when it knows which HTTP it is; before that we drop a silent client.
        () = silence(limit, &has_request) => return,
        _ = stopped.wait_for(|stop| *stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    // A client that disconnects is no error of the server.
    let _ = connection.await;
}

/// Whether a request of HTTP/1.1 says once which host it asks, as it must (RFC 9112, section 3.2); those of HTTP/2 may say
/// it in `:authority` alone, and older ones not at all.
fn has_one_host(request: &hyper::Request<Incoming>) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => request.version() != Version::HTTP_11,
        (Some(host), None) => {
            let is_valid =
                |text: &str| text.is_empty() || (!text.contains('@') && text.parse::<Authority>().is_ok());
            host.to_str().is_ok_and(is_valid)
        }
        (Some(_), Some(_)) => false,
    }
}

/// Ready when no request came in time; never, once one came.
async fn silence(limit: Duration, has_request: &AtomicBool) {
    tokio::time::sleep(limit).await;
    if has_request.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}

/// Binds the address.
pub(crate) async fn bind(address: std::net::SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}
