//! The operations that a socket runs. Each is a stream of answers: one, for a query or a mutation.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::future::{AbortHandle, Abortable, BoxFuture, FutureExt as _};
use futures_util::stream::{self, FuturesUnordered, Stream, StreamExt as _};
use poem::web::websocket::Message;
use tokio::sync::mpsc;
use tracing::Instrument as _;

use crate::auth::Refusal;
use crate::ctx::Ctx;
use crate::error::{Error, MAX_LISTED};
use crate::graphql::error;
use crate::graphql::execute::GraphqlRequest;
use crate::graphql::response::GraphqlResponse;
use crate::graphql::socket::close::{Close, is_transient};
use crate::graphql::socket::identity::Client;
use crate::graphql::socket::message;
use crate::graphql::socket::shared::Shared;
use crate::http::access::{Access, RequestNotes};
use crate::http::context::begin_span;

/// What the access line of an operation has for a method: it has none of HTTP.
const METHOD: &str = "WS";

/// What runs. All of it runs in the task of the socket, and goes with it.
#[derive(Default)]
pub(super) struct Operations {
    running: FuturesUnordered<BoxFuture<'static, Ended>>,
    /// By the client's ids.
    named: HashMap<String, Handle>,
    /// How many were begun.
    begun: u64,
}

struct Handle {
    number: u64,
    abort: AbortHandle,
}

/// An operation that came to its end.
struct Ended {
    id: String,
    number: u64,
    /// Why the socket must end with it.
    close: Option<Close>,
}

/// What an operation runs with.
struct Task {
    shared: Arc<Shared>,
    client: Arc<Client>,
    outgoing: mpsc::Sender<Message>,
    id: String,
    request_id: String,
}

impl Operations {
    /// How many run.
    pub(super) fn len(&self) -> usize {
        self.named.len()
    }

    /// Whether one of this id runs.
    pub(super) fn has(&self, id: &str) -> bool {
        self.named.contains_key(id)
    }

    /// Begins one, under an id that none has.
    pub(super) fn begin(
        &mut self,
        shared: &Arc<Shared>,
        client: &Arc<Client>,
        outgoing: &mpsc::Sender<Message>,
        id: String,
        request: GraphqlRequest,
    ) {
        self.begun += 1;
        let number = self.begun;
        let task = Task {
            shared: Arc::clone(shared),
            client: Arc::clone(client),
            outgoing: outgoing.clone(),
            id: id.clone(),
            request_id: format!("{}.{number}", client.request_id()),
        };
        let (abort, registration) = AbortHandle::new_pair();
        self.named.insert(id.clone(), Handle { number, abort });
        let access = Access::begin(METHOD, || Arc::from("/graphql/ws"), false, shared.metrics.as_ref());
        let notes = access.as_ref().map(|access| access.notes().clone()).unwrap_or_default();
        notes.context(&client.anonymous().with_request_id(task.request_id.as_str()));
        let span = begin_span(&task.request_id, client.trace().as_ref(), &notes);
        let described = span.clone();
        let run = async move {
            let (close, status) = task.run(request, &notes).await;
            notes.describe(&described, status);
            if let Some(access) = access {
                access.finish(status);
            }
            close
        };
        let run = Abortable::new(run.instrument(span), registration);
        self.running.push(Box::pin(async move {
            let close = run.await.unwrap_or_default();
            Ended { id, number, close }
        }));
    }

    /// Stops one: it is dropped, as the request of a client that hangs up. An id that none has says nothing: its
    /// operation has just ended.
    pub(super) fn stop(&mut self, id: &str) {
        if let Some(handle) = self.named.remove(id) {
            handle.abort.abort();
        }
    }

    /// Waits until one has ended, for ever when none runs; says when the socket must end with it.
    pub(super) async fn ended(&mut self) -> Option<Close> {
        let Some(Ended { id, number, close }) = self.running.next().await else {
            return std::future::pending().await;
        };
        // A client may give the id of one it has stopped to another at once.
        if self.named.get(&id).is_some_and(|handle| handle.number == number) {
            self.named.remove(&id);
        }
        close
    }
}

impl Task {
    /// Runs the operation and sends what it answers. A client that does not read holds it up here, after its work with
    /// the database. It ends in the very step that hands over its last message, so that its id is free for the client
    /// who has read that.
    ///
    /// Answers why the socket must end with it, and the status that it would have had over HTTP.
    async fn run(self, request: GraphqlRequest, notes: &RequestNotes) -> (Option<Close>, u16) {
        let ctx = match self.client.operation_ctx(&self.shared, &self.request_id).await {
            Ok(ctx) => {
                notes.context(&ctx);
                ctx
            }
            Err(Refusal::Failed(error)) if is_transient(&error) => {
                self.send(message::next_or_error(&self.id, &self.failure(&error))).await;
                return (None, error.status());
            }
            Err(refusal) => return (Some(Close::refused(&refusal)), refusal.error().status()),
        };
        if let Err(error) = Box::pin(self.client.count(&self.shared, &ctx)).await {
            self.send(message::next_or_error(&self.id, &failure(&error, &ctx))).await;
            return (None, error.status());
        }
        let mut responses = std::pin::pin!(responses(&self.shared, &ctx, request));
        while let Some(response) = responses.next().await {
            notes.operation(response.operation.clone());
            self.send(message::next_or_error(&self.id, &response)).await;
            if !response.executed {
                return (None, 400);
            }
        }
        self.send(message::complete(&self.id)).await;
        (None, 200)
    }

    /// Sends a message, as soon as there is room. An error means that the socket is ending.
    async fn send(&self, message: Message) {
        let _ = self.outgoing.send(message).await;
    }

    fn failure(&self, error: &Error) -> GraphqlResponse {
        failure(error, &self.client.anonymous().with_request_id(self.request_id.as_str()))
    }
}

/// The responses of an operation.
fn responses(shared: &Shared, ctx: &Ctx, request: GraphqlRequest) -> impl Stream<Item = GraphqlResponse> {
    stream::once(respond(shared, ctx, request))
}

/// Answers for an operation that panics or takes too long, as the guard of HTTP does.
async fn respond(shared: &Shared, ctx: &Ctx, request: GraphqlRequest) -> GraphqlResponse {
    let limit = shared.limits.operation_timeout;
    let running = AssertUnwindSafe(shared.schema.execute(ctx, request)).catch_unwind();
    match tokio::time::timeout(limit, running).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => failure(&Error::internal("an operation panicked"), ctx),
        Err(_) => {
            tracing::warn!(request_id = ctx.request_id(), ?limit, "an operation took too long");
            failure(&Error::Unavailable, ctx)
        }
    }
}

/// The answer of an operation that did not run.
pub(super) fn failure(error: &Error, ctx: &Ctx) -> GraphqlResponse {
    GraphqlResponse::refused(vec![error::request_error(error, ctx.request_id())], MAX_LISTED, ctx)
}
