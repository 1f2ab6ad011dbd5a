//! What all sockets of an application share.

use std::time::Duration;

use crate::config::Settings;
use crate::ctx::Ctx;
use crate::graphql::schema::Schema;
use crate::http::context::Context;
use crate::http::metrics::Metrics;

/// How long the closing handshake may take; it is kept of the time for a stop.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// What all sockets of an application share.
pub(super) struct Shared {
    pub(super) schema: Schema,
    pub(super) context: Context,
    pub(super) anonymous: Ctx,
    pub(super) limits: Limits,
    pub(super) metrics: Option<Metrics>,
}

/// What a socket may take.
pub(super) struct Limits {
    /// Bytes of a message.
    pub(super) message_size: usize,
    /// Operations at a time.
    pub(super) operations: usize,
    /// Until `connection_init`.
    pub(super) init_timeout: Duration,
    /// For an operation to answer, and for the client to take a message.
    pub(super) operation_timeout: Duration,
    /// Between two signs of life.
    pub(super) ping_interval: Duration,
    /// For running operations, once the server stops.
    pub(super) drain_timeout: Duration,
}

impl Limits {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            message_size: settings.body_limit,
            operations: settings.socket_operations,
            init_timeout: settings.header_timeout,
            operation_timeout: settings.request_timeout,
            // A timer cannot run without pause.
            ping_interval: settings.socket_ping.max(Duration::from_millis(1)),
            drain_timeout: settings.shutdown_timeout.saturating_sub(CLOSE_TIMEOUT),
        }
    }
}
