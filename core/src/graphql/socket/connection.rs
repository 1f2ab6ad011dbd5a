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
use crate::graphql::socket::close::{Close, may_pass};
use crate::graphql::socket::identity::{Caller, Found, Visitor};
use crate::graphql::socket::message::{self, Incoming};
use crate::graphql::socket::operation::{Operations, failure};
use crate::graphql::socket::{FAREWELL, Shared};
use crate::http::Shutdown;

/// Messages that wait for a slow reader; then nothing more is read of what it sends, and answers wait.
const QUEUE: usize = 16;
/// When credentials without an end are looked at again at the latest; they are at every ping.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// What an operation is told that is one too many; it may come again when another has ended.
const TOO_MANY: Error = Error::RateLimited { retry_after: Duration::from_secs(1) };

type Source = SplitStream<WebSocketStream>;
type Check = BoxFuture<'static, Result<Found, Refusal>>;
type Heard = Option<io::Result<Message>>;

/// How a socket ends.
enum Ending {
    /// We close it.
    Close(Close),
    /// We close it, and nothing more can be read.
    Broken(Close),
    /// The client closes it.
    Left,
    /// The client is gone.
    Gone,
}

type Step = ControlFlow<Ending>;

fn close(close: Close) -> Step {
    ControlFlow::Break(Ending::Close(close))
}

/// How far the client has come.
enum Phase {
    /// It has shaken hands.
    Waiting(Box<Visitor>),
    /// It has sent `connection_init`, which is looked at.
    Introducing,
    /// It has `connection_ack`.
    Known(Arc<Caller>),
}

/// What happens next.
enum Event {
    Heard(Heard, OwnedPermit<Message>),
    Checked(Result<Found, Refusal>),
    Ended(Option<Close>),
    Due,
    Tick,
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
    /// Finds out who the caller is, or still is.
    check: Option<Check>,
    /// The next end of patience: with the introduction, the credentials, or the stop.
    due: Pin<Box<Sleep>>,
    ticks: Interval,
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
    visitor: Visitor,
    stopping: Option<Shutdown>,
) {
    let (sink, source) = stream.split();
    let (outgoing, queue) = mpsc::channel(QUEUE);
    let sending = Arc::new(AtomicBool::new(false));
    let mut writing = pin!(write(sink, queue, shared.limits.patience, Arc::clone(&sending)));
    let mut connection = Connection::new(shared, source, outgoing, sending, visitor, stopping);
    let ending = tokio::select! {
        ending = connection.run() => ending,
        () = &mut writing => return,
    };
    let (source, outgoing) = connection.part();
    let (close, readable) = match ending {
        Ending::Close(close) => (Some(close), true),
        Ending::Broken(close) => (Some(close), false),
        Ending::Left => (None, true),
        Ending::Gone => return,
    };
    let told = async move {
        if let Some(close) = close {
            let _ = outgoing.send(close.into()).await;
        }
    };
    let parting = async {
        tokio::join!(told, writing);
        parted(source, readable).await;
    };
    let _ = tokio::time::timeout(FAREWELL, parting).await;
}

/// Closes a socket that is not to be served.
pub(super) async fn refuse(mut stream: WebSocketStream, close: Close) {
    let parting = async {
        if stream.send(close.into()).await.is_ok() {
            parted(stream, true).await;
        }
    };
    let _ = tokio::time::timeout(FAREWELL, parting).await;
}

/// Waits until the client has closed the socket too: a connection that goes while something is unread takes the reason
/// with it.
async fn parted(mut source: impl futures_util::Stream<Item = io::Result<Message>> + Unpin, readable: bool) {
    if !readable {
        return std::future::pending().await;
    }
    while let Some(Ok(_)) = source.next().await {}
}

/// Writes what is put to the queue, until there is no more, or the client does not take it.
async fn write(
    mut sink: SplitSink<WebSocketStream, Message>,
    mut queue: mpsc::Receiver<Message>,
    patience: Duration,
    sending: Arc<AtomicBool>,
) {
    while let Some(message) = queue.recv().await {
        sending.store(true, Ordering::Relaxed);
        match tokio::time::timeout(patience, sink.send(message)).await {
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
async fn hear(source: &mut Source, outgoing: &mpsc::Sender<Message>) -> Event {
    match outgoing.clone().reserve_owned().await {
        Ok(room) => Event::Heard(source.next().await, room),
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
        visitor: Visitor,
        stopping: Option<Shutdown>,
    ) -> Self {
        let mut ticks = tokio::time::interval_at(Instant::now() + shared.limits.ping, shared.limits.ping);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            due: Box::pin(tokio::time::sleep(shared.limits.introduction)),
            shared,
            source,
            outgoing,
            sending,
            phase: Phase::Waiting(Box::new(visitor)),
            operations: Operations::default(),
            check: None,
            ticks,
            alive: true,
            stopping,
            draining: false,
        }
    }

    /// What is needed to say goodbye. Operations that still run are dropped.
    fn part(self) -> (Source, mpsc::Sender<Message>) {
        (self.source, self.outgoing)
    }

    async fn run(&mut self) -> Ending {
        loop {
            let step = match self.event().await {
                Event::Heard(heard, room) => self.heard(heard, room),
                Event::Checked(found) => self.checked(found).await,
                Event::Ended(Some(reason)) => close(reason),
                Event::Ended(None) => self.drained(),
                Event::Due => self.due(),
                Event::Tick => self.tick(),
                Event::Shutdown => self.stop(),
            };
            if let ControlFlow::Break(ending) = step {
                return ending;
            }
        }
    }

    async fn event(&mut self) -> Event {
        let Self { source, outgoing, operations, check, due, ticks, stopping, draining, .. } = self;
        let checked = async {
            match check {
                Some(check) => check.await,
                None => std::future::pending().await,
            }
        };
        let told = async {
            match stopping {
                Some(stopping) => stopping.requested().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            event = hear(source, outgoing), if !*draining => event,
            found = checked => {
                *check = None;
                Event::Checked(found)
            }
            close = operations.ended() => Event::Ended(close),
            () = due.as_mut() => Event::Due,
            _ = ticks.tick() => Event::Tick,
            () = told, if !*draining => Event::Shutdown,
        }
    }

    fn heard(&mut self, heard: Heard, room: OwnedPermit<Message>) -> Step {
        self.alive = true;
        match heard {
            Some(Ok(Message::Text(text))) => match message::read(&text) {
                Ok(incoming) => self.obey(incoming, room),
                Err(reason) => close(reason),
            },
            Some(Ok(Message::Binary(_))) => close(Close::malformed("messages must be text, not binary")),
            // tungstenite answers pings itself.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Step::Continue(()),
            Some(Ok(Message::Close(_))) => Step::Break(Ending::Left),
            Some(Err(error)) => match Close::unreadable(&error, self.shared.limits.message) {
                Some(reason) => Step::Break(Ending::Broken(reason)),
                None => Step::Break(Ending::Gone),
            },
            None => Step::Break(Ending::Gone),
        }
    }

    fn obey(&mut self, incoming: Incoming<'_>, room: OwnedPermit<Message>) -> Step {
        match incoming {
            Incoming::Init(payload) => match std::mem::replace(&mut self.phase, Phase::Introducing) {
                Phase::Waiting(mut visitor) => {
                    if let Err(reason) = visitor.introduce(payload.as_ref()) {
                        return close(reason);
                    }
                    let shared = Arc::clone(&self.shared);
                    self.check = Some(Box::pin(async move { visitor.found(&shared).await }));
                    self.remind(self.shared.limits.patience);
                }
                Phase::Introducing | Phase::Known(_) => return close(Close::introduced_twice()),
            },
            Incoming::Ping(payload) => drop(room.send(message::pong(payload))),
            Incoming::Pong => {}
            Incoming::Subscribe { id, call } => {
                let Phase::Known(caller) = &self.phase else {
                    return close(Close::not_introduced());
                };
                if self.operations.has(&id) {
                    return close(Close::taken(&id));
                }
                if self.operations.len() >= self.shared.limits.operations {
                    let refused = failure(&TOO_MANY, caller.anonymous());
                    room.send(message::answer(&id, &refused));
                    return Step::Continue(());
                }
                self.operations.begin(&self.shared, caller, &self.outgoing, id, call);
            }
            Incoming::Complete { id } => self.operations.stop(&id),
        }
        Step::Continue(())
    }

    /// Something was found out about the caller.
    async fn checked(&mut self, found: Result<Found, Refusal>) -> Step {
        match (found, &self.phase) {
            (Ok(Found { caller, expires_at }), phase) => {
                let new = !matches!(phase, Phase::Known(_));
                if !self.draining {
                    self.remind(self.left(&caller, expires_at));
                }
                self.phase = Phase::Known(caller);
                if new {
                    // An error means that nothing can be written, which ends the socket.
                    let _ = self.outgoing.send(message::acknowledge()).await;
                }
                Step::Continue(())
            }
            // Every operation finds it out by itself meanwhile.
            (Err(Refusal::Failed(error)), Phase::Known(_)) if may_pass(&error) => Step::Continue(()),
            (Err(refusal), _) => close(Close::refused(&refusal)),
        }
    }

    /// How long the caller's credentials hold.
    fn left(&self, caller: &Caller, expires_at: Option<DateTime<Utc>>) -> Duration {
        let left = expires_at.map(|end| end.signed_duration_since(caller.anonymous().now()));
        let left = left.map_or(A_DAY, |left| left.to_std().unwrap_or_default());
        left.clamp(Duration::from_millis(1), A_DAY)
    }

    fn remind(&mut self, after: Duration) {
        self.due.as_mut().reset(Instant::now() + after);
    }

    /// Time is up.
    fn due(&mut self) -> Step {
        match &self.phase {
            Phase::Waiting(_) => close(Close::too_late()),
            Phase::Introducing => close(Close::try_again()),
            Phase::Known(_) if self.draining => close(Close::going_away()),
            Phase::Known(_) => {
                self.look();
                // Until the look says more.
                self.remind(self.shared.limits.ping);
                Step::Continue(())
            }
        }
    }

    /// Looks whether the caller's credentials still hold.
    fn look(&mut self) {
        if let (Phase::Known(caller), None) = (&self.phase, &self.check) {
            self.check = Some(Box::pin(Arc::clone(caller).look(Arc::clone(&self.shared))));
        }
    }

    /// Asks for a sign of life. While a message is on its way, the client may have no time for one; how long that may
    /// take is limited by itself.
    fn tick(&mut self) -> Step {
        let busy = self.sending.load(Ordering::Relaxed);
        if !self.alive && !busy && !self.draining {
            return Step::Break(Ending::Gone);
        }
        self.alive = false;
        // Without room the client has enough to answer to.
        let _ = self.outgoing.try_send(Message::Ping(Vec::new()));
        self.look();
        Step::Continue(())
    }

    /// The server stops. What the client has sent and is not read yet, it may send again to another.
    fn stop(&mut self) -> Step {
        self.draining = true;
        self.remind(self.shared.limits.drain);
        self.drained()
    }

    fn drained(&self) -> Step {
        match self.draining && self.operations.len() == 0 {
            true => close(Close::going_away()),
            false => Step::Continue(()),
        }
    }
}
