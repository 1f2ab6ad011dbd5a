//! `/graphql/ws`: GraphQL over a WebSocket, in the protocol `graphql-transport-ws`.
//!
//! The handshake is here. After it, `connection` is the life of one socket, in one task; `message` reads and writes what
//! goes over it; `identity` tells who asks, by the authenticators of HTTP; `operation` runs what is asked, by the
//! executor of HTTP; `close` is how it ends; `shared` is what all sockets have in common.

mod close;
mod connection;
mod identity;
mod message;
mod operation;
mod shared;

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::web::websocket::{WebSocket, WebSocketConfig};
use poem::{Endpoint, EndpointExt as _, FromRequest as _, IntoResponse as _, Request, Response};
use tokio::sync::Semaphore;

use crate::error::Error;
use crate::graphql::schema::Schema;
use crate::graphql::socket::close::Close;
use crate::graphql::socket::identity::Handshake;
use crate::graphql::socket::shared::{Limits, Shared};
use crate::http::Shutdown;
use crate::http::browser::{check_origin, is_listed};
use crate::http::context::Context;
use crate::http::metrics::{Metrics, Reading, number};
use crate::http::problem::{http_problem, poem_problem, problem, refuse_writes, request_id};
use crate::principal::Principal;
use crate::state::AppState;

/// The protocol, as handshakes name it.
const PROTOCOL: &str = "graphql-transport-ws";
/// Bytes that are read at once; the default would take 128 KiB for every socket.
const READ_BUFFER: usize = 8 * 1024;

impl Schema {
    /// The schema served over WebSockets. `context` tells who asks: at the handshake, at `connection_init`, at each
    /// operation, and while the socket is silent.
    #[must_use]
    pub fn socket(&self, state: &AppState, context: &Context) -> BoxEndpoint<'static> {
        let settings = state.settings();
        let shared = Shared {
            schema: self.clone(),
            context: context.clone(),
            anonymous: state.system().with_principal(Principal::Anonymous),
            limits: Limits::of(settings),
            metrics: state.system().data_opt::<Metrics>().cloned(),
        };
        let most = settings.max_sockets.min(Semaphore::MAX_PERMITS);
        let free = Arc::new(Semaphore::new(most));
        if let Some(metrics) = &shared.metrics {
            let free = Arc::clone(&free);
            let open = move || number(most.saturating_sub(free.available_permits()) as u64);
            metrics.read(Reading::gauge("entify_websockets", "WebSockets that are open", open));
            let schema = self.clone();
            let (plans, persisted) = (schema.clone(), schema.clone());
            metrics.read(Reading::cache("graphql_documents", move || schema.documents().bytes()));
            metrics.read(Reading::cache("graphql_plans", move || plans.plan_cache().bytes()));
            metrics.read(Reading::cache("graphql_persisted_queries", move || persisted.persisted().bytes()));
        }
        SocketEndpoint { shared: Arc::new(shared), free, origins: settings.cors_origins.clone() }.boxed()
    }
}

struct SocketEndpoint {
    shared: Arc<Shared>,
    /// One permit for each socket that may still be opened.
    free: Arc<Semaphore>,
    origins: Vec<String>,
}

impl Endpoint for SocketEndpoint {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let id = request_id(&request);
        if let Some(refused) = refuse_writes(&request) {
            return Ok(refused);
        }
        if *request.method() == Method::HEAD || !request.headers().contains_key(header::UPGRADE) {
            return Ok(upgrade_required(&id));
        }
        // Browsers let any page open a socket to any server; the session's cookie would come along.
        if !self.may_open(&request) {
            return Ok(problem(&Error::Forbidden, &id));
        }
        let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() else {
            tracing::warn!(request_id = id, "a WebSocket was refused: there are `MAX_SOCKETS` already");
            return Ok(problem(&Error::Unavailable, &id));
        };
        let socket = match WebSocket::from_request_without_body(&request).await {
            Ok(socket) => socket,
            Err(error) => return Ok(poem_problem(error, &id)),
        };
        let handshake = Handshake::of(&request, &self.shared.anonymous);
        let stopping = request.data::<Shutdown>().cloned();
        let (shared, offered) = (Arc::clone(&self.shared), offers_protocol(&request));
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .max_message_size(Some(shared.limits.message_size))
            .max_frame_size(Some(shared.limits.message_size));
        let open = move |stream| async move {
            let _permit = permit;
            match offered {
                true => connection::serve(stream, shared, handshake, stopping).await,
                // By the protocol this is told by a code of its own, which needs a socket.
                false => connection::refuse(stream, Close::subprotocol_not_acceptable()).await,
            }
        };
        Ok(socket.protocols([PROTOCOL]).config(config).on_upgrade(open).into_response())
    }
}

impl SocketEndpoint {
    /// Whether the page that opens the socket is one of ours or of an origin that the settings list. Other clients than
    /// browsers say no origin.
    fn may_open(&self, request: &Request) -> bool {
        let listed = || {
            let origin = request.headers().get(header::ORIGIN);
            origin.is_some_and(|origin| is_listed(origin, &self.origins))
        };
        check_origin(request).is_ok() || listed()
    }
}

/// Whether the client offers the protocol, as poem reads it.
fn offers_protocol(request: &Request) -> bool {
    let offered = request.header(header::SEC_WEBSOCKET_PROTOCOL);
    offered.is_some_and(|offered| offered.split(',').any(|name| name.trim() == PROTOCOL))
}

fn upgrade_required(request_id: &str) -> Response {
    let detail = "this address speaks WebSocket, in the protocol `graphql-transport-ws`";
    let mut response = http_problem(StatusCode::UPGRADE_REQUIRED, detail, request_id);
    let headers = response.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    response
}
