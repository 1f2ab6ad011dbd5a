//! What is told of a request once it is answered: one line in the log, and numbers for `/metrics`.
//!
//! Nothing of it is as the client has sent it: the route is a pattern of ours, the method one of those that are known, and
//! the name of a GraphQL operation one of a valid document, cut. Paths, query strings and headers, in which keys and
//! secrets may be, are never told.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use poem::Request;
use poem::http::Method;
use tracing::{Level, Span};

use crate::ctx::Ctx;
use crate::db::StatementCount;
use crate::http::metrics::Metrics;
use crate::principal::Principal;
use crate::spans;

/// What the lines are logged under.
const TARGET: &str = "entify::access";
/// The route of what leads nowhere.
pub(crate) const UNMATCHED: &str = "unmatched";
/// The status of a request whose client has gone before it was answered, as nginx tells it.
const CLIENT_GONE: u16 = 499;
/// Characters that are told of an operation's name.
const MAX_NAME: usize = 64;

/// What the layers of a request find out about it, for who tells of it. In the request's data.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestNotes(Arc<Mutex<Notes>>);

#[derive(Debug, Default)]
struct Notes {
    request_id: Arc<str>,
    trace_id: Option<Box<str>>,
    principal: Option<&'static str>,
    statements: StatementCount,
    method: &'static str,
    route: Arc<str>,
    operation: Option<OperationName>,
    operations: u64,
}

/// The type of a GraphQL operation and its name, empty where it has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OperationName {
    pub(crate) kind: &'static str,
    name: String,
}

impl OperationName {
    #[cfg_attr(not(feature = "graphql"), allow(dead_code))]
    pub(crate) fn new(kind: &'static str, name: &str) -> Self {
        Self { kind, name: name.chars().take(MAX_NAME).collect() }
    }
}

impl RequestNotes {
    fn new(method: &'static str, route: Arc<str>) -> Self {
        Self(Arc::new(Mutex::new(Notes { method, route, ..Notes::default() })))
    }

    /// Those of a request; of one that nobody tells of, new ones.
    pub(crate) fn of(request: &Request) -> Self {
        request.data::<Self>().cloned().unwrap_or_default()
    }

    /// Notes the context of the request: its id, its principal and what it asks of the database.
    pub(crate) fn context(&self, ctx: &Ctx) {
        let mut notes = self.notes();
        notes.request_id = Arc::from(ctx.request_id());
        notes.principal = Some(ctx.principal().kind());
        notes.statements = ctx.statement_count();
    }

    /// Notes the principal, where it is known later than the context.
    pub(crate) fn principal(&self, principal: &Principal) {
        self.notes().principal = Some(principal.kind());
    }

    /// Notes the trace that the request belongs to.
    pub(crate) fn trace(&self, trace_id: &str) {
        self.notes().trace_id = Some(trace_id.into());
    }

    /// Notes the pattern of the route, where the address alone does not say it.
    pub(crate) fn route(&self, pattern: Arc<str>) {
        self.notes().route = pattern;
    }

    /// Notes a GraphQL operation; of several, the first is told, and how many there were.
    #[cfg_attr(not(feature = "graphql"), allow(dead_code))]
    pub(crate) fn operation(&self, operation: Option<OperationName>) {
        let mut notes = self.notes();
        notes.operations += 1;
        notes.operation = notes.operation.take().or(operation);
    }

    /// Says in the request's span what it was, for the collector of traces.
    pub(crate) fn describe(&self, span: &Span, status: u16) {
        if spans::are_collected() {
            let notes = self.notes();
            spans::describe_request(span, notes.method, &notes.route, status);
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is told of when it has ended, also when its client goes before that.
#[derive(Debug)]
pub(crate) struct Access {
    /// Health checks are many, and hardly ever of interest.
    level: Level,
    notes: RequestNotes,
    metrics: Option<Metrics>,
    begun: Instant,
    status: u16,
}

impl Access {
    /// Begins one, unless nobody would hear of it.
    pub(crate) fn begin(
        method: &'static str,
        route: impl FnOnce() -> Arc<str>,
        is_quiet: bool,
        metrics: Option<&Metrics>,
    ) -> Option<Self> {
        let (level, is_logged) = match is_quiet {
            true => (Level::DEBUG, tracing::enabled!(target: TARGET, Level::DEBUG)),
            false => (Level::INFO, tracing::enabled!(target: TARGET, Level::INFO)),
        };
        (is_logged || metrics.is_some() || spans::are_collected()).then(|| Self {
            level,
            notes: RequestNotes::new(method, route()),
            metrics: metrics.cloned(),
            begun: Instant::now(),
            status: CLIENT_GONE,
        })
    }

    /// What the layers add to.
    pub(crate) fn notes(&self) -> &RequestNotes {
        &self.notes
    }

    /// Tells of the request.
    pub(crate) fn finish(mut self, status: u16) {
        self.status = status;
    }
}

impl Drop for Access {
    fn drop(&mut self) {
        let took = self.begun.elapsed();
        let notes = self.notes.notes();
        if let Some(metrics) = &self.metrics {
            metrics.count_request(notes.method, &notes.route, self.status, took, notes.operations);
        }
        // The level of an event is a constant.
        macro_rules! tell {
            ($level:expr) => {
                tracing::event!(
                    target: TARGET,
                    $level,
                    method = notes.method,
                    route = &*notes.route,
                    status = self.status,
                    ms = milliseconds(took),
                    statements = notes.statements.get(),
                    principal = notes.principal.unwrap_or("unknown"),
                    operation_type = notes.operation.as_ref().map(|operation| operation.kind),
                    operation = notes.operation.as_ref().map(|operation| &*operation.name),
                    operations = (notes.operations > 1).then_some(notes.operations),
                    request_id = &*notes.request_id,
                    trace_id = notes.trace_id.as_deref(),
                    "request"
                )
            };
        }
        match self.level {
            Level::DEBUG => tell!(Level::DEBUG),
            _ => tell!(Level::INFO),
        }
    }
}

/// To the microsecond.
fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e6).round() / 1e3
}

/// A method as it is told: a client may send any word.
pub(crate) fn method_name(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("OTHER")
}
