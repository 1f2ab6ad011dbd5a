//! One socket, from its first message to its last.
//!
//! All that belongs to it lives in one task: what reads, what writes, and the operations that run. When the task ends,
//! nothing of it is left.

use std::io;
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use poem::web::websocket::{Message, WebSocketStream};
use tokio::sync::mpsc::{self, OwnedPermit};
use tokio::time::{Instant, Interval, MissedTickBehavior, Sleep};

use crate::auth::Refusal;
use crate::error::Error;
use crate::graphql::socket::close::{Close, is_transient};
use crate::graphql::socket::identity::{Client, Handshake, Identified};
use crate::graphql::socket::message::{self, Incoming};
use crate::graphql::socket::operation::{Operations, failure};
use crate::graphql::socket::shared::{CLOSE_TIMEOUT, Shared};
use crate::http::Shutdown;

/// Messages that wait for a slow reader; then nothing more is read of what it sends, and answers wait.
const QUEUE: usize = 16;
/// When credentials without an end are looked at again at the latest; they are at every ping.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The error of an operation that is one too many; it may come again when another has ended.
const TOO_MANY: Error = Error::RateLimited { retry_after: Duration::from_secs(1) };

type Source = SplitStream<WebSocketStream>;
type IdentityCheck = BoxFuture<'static, Result<Identified, Refusal>>;
type Received = Option<io::Result<Message>>;

/// How a socket ends.
enum Ending {
    /// We close it.
    Close(Close),
    /// We close it, and nothing more can be read.
    Broken(Close),
    /// The client closes it.
    ClosedByClient,
    /// The client is gone.
    Lost,
}

type Step = ControlFlow<Ending>;

fn close(close: Close) -> Step {
    ControlFlow::Break(Ending::Close(close))
}

/// How far the client has come.
enum Phase {
    /// `connection_init` is awaited.
    AwaitingInit(Box<Handshake>),
    /// It has sent `connection_init`; its credentials are checked.
    Identifying,
    /// It has `connection_ack`.
    Ready(Arc<Client>),
}

/// What happens next.
enum Event {
    Received(Received, OwnedPermit<Message>),
    Identified(Result<Identified, Refusal>),
    Ended(Option<Close>),
    Deadline,
    PingDue,
    Shutdown,
}

struct Connection {
    shared: Arc<Shared>,
    source: Source,
    outgoing: mpsc::Sender<Message>,
    /// Whether a message is on its way.
    sending: Arc<AtomicBool>,
    phase: Phase,
    operations: Operations,
    /// Checks who the client is, or still is.
    check: Option<IdentityCheck>,
    /// The next deadline: of `connection_init`, of the credentials, or of the stop.
    deadline: Pin<Box<Sleep>>,
    pings: Interval,
    /// Whether the client gave a sign of life since the last tick.
    alive: bool,
    stopping: Option<Shutdown>,
    /// Whether the server stops: nothing more is read, and what runs comes to its end.
    draining: bool,
}

/// Serves a socket until it ends.
pub(super) async fn serve(
    stream: WebSocketStream,
    shared: Arc<Shared>,
    handshake: Handshake,
    stopping: Option<Shutdown>,
) {
    let (sink, source) = stream.split();
    let (outgoing, queue) = mpsc::channel(QUEUE);
    let sending = Arc::new(AtomicBool::new(false));
    let mut writing =
        pin!(write_messages(sink, queue, shared.limits.operation_timeout, Arc::clone(&sending)));
    let mut connection = Connection::new(shared, source, outgoing, sending, handshake, stopping);
    let ending = tokio::select! {
        ending = connection.run() => ending,
        () = &mut writing => return,
    };
    let (source, outgoing) = connection.into_parts();
    let (close, readable) = match ending {
        Ending::Close(close) => (Some(close), true),
        Ending::Broken(close) => (Some(close), false),
        Ending::ClosedByClient => (None, true),
        Ending::Lost => return,
    };
    let send_close = async move {
        if let Some(close) = close {
            let _ = outgoing.send(close.into()).await;
        }
    };
    let closing = async {
        tokio::join!(send_close, writing);
        wait_for_close(source, readable).await;
    };
    let _ = tokio::time::timeout(CLOSE_TIMEOUT, closing).await;
}

/// Closes a socket that is not to be served.
pub(super) async fn refuse(mut stream: WebSocketStream, close: Close) {
    let closing = async {
        if stream.send(close.into()).await.is_ok() {
            wait_for_close(stream, true).await;
        }
    };
    let _ = tokio::time::timeout(CLOSE_TIMEOUT, closing).await;
}

/// Waits until the client has closed the socket too: a connection that goes while something is unread takes the reason
/// with it.
async fn wait_for_close(
    mut source: impl futures_util::Stream<Item = io::Result<Message>> + Unpin,
    readable: bool,
) {
    if !readable {
        return std::future::pending().await;
    }
    while let Some(Ok(_)) = source.next().await {}
}

/// Writes what is put to the queue, until there is no more, or the client does not take it.
async fn write_messages(
    mut sink: SplitSink<WebSocketStream, Message>,
    mut queue: mpsc::Receiver<Message>,
    timeout: Duration,
    sending: Arc<AtomicBool>,
) {
    while let Some(message) = queue.recv().await {
        sending.store(true, Ordering::Relaxed);
        match tokio::time::timeout(timeout, sink.send(message)).await {
            Ok(Ok(())) => sending.store(false, Ordering::Relaxed),
            Ok(Err(_)) => return,
            Err(_) => {
                tracing::debug!("a WebSocket's client does not read");
                return;
            }
        }
    }
}

/// The next message, once there is room for what it may be answered with.
async fn receive(source: &mut Source, outgoing: &mpsc::Sender<Message>) -> Event {
    match outgoing.clone().reserve_owned().await {
        Ok(room) => Event::Received(source.next().await, room),
        // Nothing can be written any more: the socket is ending.
        Err(_) => std::future::pending().await,
    }
}

impl Connection {
    fn new(
        shared: Arc<Shared>,
        source: Source,
        outgoing: mpsc::Sender<Message>,
        sending: Arc<AtomicBool>,
        handshake: Handshake,
        stopping: Option<Shutdown>,
    ) -> Self {
        let mut pings = tokio::time::interval_at(
            Instant::now() + shared.limits.ping_interval,
            shared.limits.ping_interval,
        );
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            deadline: Box::pin(tokio::time::sleep(shared.limits.init_timeout)),
            shared,
            source,
            outgoing,
            sending,
            phase: Phase::AwaitingInit(Box::new(handshake)),
            operations: Operations::default(),
            check: None,
            pings,
            alive: true,
            stopping,
            draining: false,
        }
    }

    /// What the closing handshake needs. Operations that still run are dropped.
    fn into_parts(self) -> (Source, mpsc::Sender<Message>) {
        (self.source, self.outgoing)
    }

    async fn run(&mut self) -> Ending {
        loop {
            let step = match self.event().await {
                Event::Received(received, room) => self.on_message(received, room),
                Event::Identified(found) => self.on_identified(found).await,
                Event::Ended(Some(reason)) => close(reason),
                Event::Ended(None) => self.close_if_drained(),
                Event::Deadline => self.on_deadline(),
                Event::PingDue => self.on_ping_due(),
                Event::Shutdown => self.drain(),
            };
            if let ControlFlow::Break(ending) = step {
                return ending;
            }
        }
    }

    async fn event(&mut self) -> Event {
        let Self { source, outgoing, operations, check, deadline, pings, stopping, draining, .. } = self;
        let checked = async {
            match check {
                Some(check) => check.await,
                None => std::future::pending().await,
            }
        };
        let stop_requested = async {
            match stopping {
                Some(stopping) => stopping.requested().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            event = receive(source, outgoing), if !*draining => event,
            found = checked => {
                *check = None;
                Event::Identified(found)
            }
            close = operations.ended() => Event::Ended(close),
            () = deadline.as_mut() => Event::Deadline,
            _ = pings.tick() => Event::PingDue,
            () = stop_requested, if !*draining => Event::Shutdown,
        }
    }

    fn on_message(&mut self, received: Received, room: OwnedPermit<Message>) -> Step {
        self.alive = true;
        match received {
            Some(Ok(Message::Text(text))) => match message::read(&text) {
                Ok(incoming) => self.handle(incoming, room),
                Err(reason) => close(reason),
            },
            Some(Ok(Message::Binary(_))) => close(Close::malformed("messages must be text, not binary")),
            // tungstenite answers pings itself.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Step::Continue(()),
            Some(Ok(Message::Close(_))) => Step::Break(Ending::ClosedByClient),
            Some(Err(error)) => match Close::unreadable(&error, self.shared.limits.message_size) {
                Some(reason) => Step::Break(Ending::Broken(reason)),
                None => Step::Break(Ending::Lost),
            },
            None => Step::Break(Ending::Lost),
        }
    }

    fn handle(&mut self, incoming: Incoming<'_>, room: OwnedPermit<Message>) -> Step {
        match incoming {
            Incoming::Init(payload) => match std::mem::replace(&mut self.phase, Phase::Identifying) {
                Phase::AwaitingInit(mut handshake) => {
                    if let Err(reason) = handshake.add_init_payload(payload.as_ref()) {
                        return close(reason);
                    }
                    let shared = Arc::clone(&self.shared);
                    self.check = Some(Box::pin(async move { handshake.identify(&shared).await }));
                    self.set_deadline(self.shared.limits.operation_timeout);
                }
                Phase::Identifying | Phase::Ready(_) => return close(Close::too_many_inits()),
            },
            Incoming::Ping(payload) => drop(room.send(message::pong(payload))),
            Incoming::Pong => {}
            Incoming::Subscribe { id, request } => {
                let Phase::Ready(client) = &self.phase else {
                    return close(Close::unauthorized());
                };
                if self.operations.has(&id) {
                    return close(Close::duplicate_operation(&id));
                }
                if self.operations.len() >= self.shared.limits.operations {
                    let refused = failure(&TOO_MANY, client.anonymous());
                    room.send(message::next_or_error(&id, &refused));
                    return Step::Continue(());
                }
                self.operations.begin(&self.shared, client, &self.outgoing, id, request);
            }
            Incoming::Complete { id } => self.operations.stop(&id),
        }
        Step::Continue(())
    }

    /// The client's credentials were checked.
    async fn on_identified(&mut self, found: Result<Identified, Refusal>) -> Step {
        match (found, &self.phase) {
            (Ok(Identified { client, expires_at }), phase) => {
                let new = !matches!(phase, Phase::Ready(_));
                if !self.draining {
                    self.set_deadline(self.time_left(&client, expires_at));
                }
                self.phase = Phase::Ready(client);
                if new {
                    // An error means that nothing can be written, which ends the socket.
                    let _ = self.outgoing.send(message::acknowledge()).await;
                }
                Step::Continue(())
            }
            // Every operation finds it out by itself meanwhile.
            (Err(Refusal::Failed(error)), Phase::Ready(_)) if is_transient(&error) => Step::Continue(()),
            (Err(refusal), _) => close(Close::refused(&refusal)),
        }
    }

    /// How long the client's credentials hold.
    fn time_left(&self, client: &Client, expires_at: Option<DateTime<Utc>>) -> Duration {
        let left = expires_at.map(|end| end.signed_duration_since(client.anonymous().now()));
        let left = left.map_or(A_DAY, |left| left.to_std().unwrap_or_default());
        left.clamp(Duration::from_millis(1), A_DAY)
    }

    fn set_deadline(&mut self, after: Duration) {
        self.deadline.as_mut().reset(Instant::now() + after);
    }

    /// Time is up.
    fn on_deadline(&mut self) -> Step {
        match &self.phase {
            Phase::AwaitingInit(_) => close(Close::init_timeout()),
            Phase::Identifying => close(Close::try_again()),
            Phase::Ready(_) if self.draining => close(Close::going_away()),
            Phase::Ready(_) => {
                self.check_identity();
                // Until the check says more.
                self.set_deadline(self.shared.limits.ping_interval);
                Step::Continue(())
            }
        }
    }

    /// Checks whether the client's credentials still hold.
    fn check_identity(&mut self) {
        if let (Phase::Ready(client), None) = (&self.phase, &self.check) {
            self.check = Some(Box::pin(Arc::clone(client).check(Arc::clone(&self.shared))));
        }
    }

    /// Asks for a sign of life. While a message is on its way, the client may have no time for one; how long that may
    /// take is limited by itself.
    fn on_ping_due(&mut self) -> Step {
        let busy = self.sending.load(Ordering::Relaxed);
        if !self.alive && !busy && !self.draining {
            return Step::Break(Ending::Lost);
        }
        self.alive = false;
        // Without room the client has enough to answer to.
        let _ = self.outgoing.try_send(Message::Ping(Vec::new()));
        self.check_identity();
        Step::Continue(())
    }

    /// The server stops. What the client has sent and is not read yet, it may send again to another.
    fn drain(&mut self) -> Step {
        self.draining = true;
        self.set_deadline(self.shared.limits.drain_timeout);
        self.close_if_drained()
    }

    fn close_if_drained(&self) -> Step {
        match self.draining && self.operations.len() == 0 {
            true => close(Close::going_away()),
            false => Step::Continue(()),
        }
    }
}
