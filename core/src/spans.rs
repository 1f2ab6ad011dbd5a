//! Spans for a collector of traces (feature `otel`): requests, operations of the service, statements.
//!
//! Without the feature there are none, and what runs in one is the future itself. With it nothing is made until a collector
//! is named.

#![cfg_attr(not(feature = "otel"), allow(unused_variables, reason = "spans are made of them"))]

#[cfg(feature = "otel")]
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(feature = "otel")]
use tracing::Instrument as _;

/// Whether somebody collects spans.
#[cfg(feature = "otel")]
static COLLECTED: AtomicBool = AtomicBool::new(false);

/// What the spans are made under; they are not of the log, whatever its level is.
#[cfg(feature = "otel")]
pub(crate) const TARGET: &str = "entify::span";

/// Makes spans from now on.
#[cfg(feature = "otel")]
pub(crate) fn collect() {
    COLLECTED.store(true, Ordering::Relaxed);
}

/// Whether spans are made.
pub(crate) fn are_collected() -> bool {
    #[cfg(feature = "otel")]
    return COLLECTED.load(Ordering::Relaxed);
    #[cfg(not(feature = "otel"))]
    return false;
}

/// A span in which something is to run.
#[derive(Debug)]
#[must_use]
pub(crate) struct Scope {
    #[cfg(feature = "otel")]
    span: tracing::Span,
}

impl Scope {
    /// The span, where somebody collects it.
    #[cfg(feature = "otel")]
    fn collected(span: impl FnOnce() -> tracing::Span) -> Self {
        Self { span: if are_collected() { span() } else { tracing::Span::none() } }
    }

    /// The future, in the span.
    pub(crate) fn over<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        #[cfg(feature = "otel")]
        return future.instrument(self.span);
        #[cfg(not(feature = "otel"))]
        return future;
    }
}

/// One statement on the database, without its values.
pub(crate) fn statement(database: &'static str, sql: &str) -> Scope {
    #[cfg(feature = "otel")]
    return Scope::collected(|| {
        tracing::trace_span!(
            target: TARGET,
            "statement",
            otel.name = sql.split_whitespace().next().unwrap_or_default(),
            otel.kind = "client",
            db.system.name = database,
            db.query.text = sql,
        )
    });
    #[cfg(not(feature = "otel"))]
    return Scope {};
}

/// One operation of the service on an entity.
pub(crate) fn operation(name: &'static str, entity: &'static str) -> Scope {
    #[cfg(feature = "otel")]
    return Scope::collected(|| {
        tracing::trace_span!(
            target: TARGET,
            "operation",
            otel.name = format_args!("{name} {entity}"),
            entify.operation = name,
            entify.entity = entity,
        )
    });
    #[cfg(not(feature = "otel"))]
    return Scope {};
}

/// The span of a request, under which all of its lines are logged.
#[cfg(feature = "server")]
pub(crate) fn request(id: &str, trace_id: Option<&str>) -> tracing::Span {
    // Of the highest level, so that no `LOG` takes the id from an error.
    #[cfg(feature = "otel")]
    if are_collected() {
        return tracing::error_span!("request", request_id = id, trace_id, otel.kind = "server",);
    }
    tracing::error_span!("request", request_id = id, trace_id)
}

/// Makes a request's span one of the trace that its sender has begun.
#[cfg(feature = "server")]
pub(crate) fn continue_trace(span: &tracing::Span, trace_id: &str, span_id: &str, is_sampled: bool) {
    #[cfg(feature = "otel")]
    if are_collected() {
        use opentelemetry::Context;
        use opentelemetry::trace::{
            SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
        };
        use tracing_opentelemetry::OpenTelemetrySpanExt as _;
        let (Ok(trace_id), Ok(span_id)) = (TraceId::from_hex(trace_id), SpanId::from_hex(span_id)) else {
            return;
        };
        let flags = if is_sampled { TraceFlags::SAMPLED } else { TraceFlags::default() };
        let parent = SpanContext::new(trace_id, span_id, flags, true, TraceState::default());
        // An error means that the span is of no trace.
        let _ = span.set_parent(Context::new().with_remote_span_context(parent));
    }
}

/// Says what a request was, and how it was answered.
#[cfg(feature = "server")]
pub(crate) fn describe_request(span: &tracing::Span, method: &str, route: &str, status: u16) {
    #[cfg(feature = "otel")]
    if are_collected() {
        use opentelemetry::trace::{Status, TraceContextExt as _};
        use tracing_opentelemetry::OpenTelemetrySpanExt as _;
        // The field `otel.name` is not looked at any more once a span has begun.
        span.context().span().update_name(format!("{method} {route}"));
        span.set_attribute("http.request.method", method.to_owned());
        span.set_attribute("http.route", route.to_owned());
        span.set_attribute("http.response.status_code", i64::from(status));
        if status >= 500 {
            span.set_status(Status::error(""));
        }
    }
}
