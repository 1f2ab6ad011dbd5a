//! The log: lines on standard error.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry};

use crate::config::{Environment, LogFormat, Settings};
#[cfg(feature = "otel")]
use crate::server::otel;

/// What panics are logged under. They are whatever `LOG` says.
const PANICS: &str = "panic";

/// Starts the log by the settings, as the commands do: for a program with a `main` of its own, or a worker. One that has
/// started its own log keeps it.
pub fn start_logging(settings: &Settings) {
    // In development the log names the rule that denied a request.
    let denials = match settings.environment {
        Environment::Development => "entify::policy=debug,",
        _ => "",
    };
    let filter = format!("{denials}{PANICS}=error,{}", settings.log);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let lines = match settings.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // What names targets and levels alone costs nothing where nothing is logged; a filter of spans looks at each of them
    // whenever it is entered.
    let filter = filter.parse::<Targets>().map_err(|_| EnvFilter::try_new(filter).unwrap_or_default());
    let started = init(lines, filter);
    // Fails only when a log has been started already.
    if started {
        std::panic::set_hook(Box::new(log_panic));
    }
}

type BoxedLayer = Box<dyn tracing_subscriber::Layer<Registry> + Send + Sync>;
type Filter = Result<Targets, EnvFilter>;

/// Starts the log, and the export of spans where a collector is named.
#[cfg(feature = "otel")]
fn init(lines: BoxedLayer, filter: Filter) -> bool {
    let spans = match otel::layer() {
        Ok(Some(spans)) => spans,
        Ok(None) => return init_log(lines, filter),
        Err(error) => {
            let started = init_log(lines, filter);
            tracing::error!(error, "spans are not exported; see `OTEL_EXPORTER_OTLP_ENDPOINT`");
            return started;
        }
    };
    // Each with a filter of its own: spans are collected that the log has no use for.
    let lines = match filter {
        Ok(targets) => lines.with_filter(targets).boxed(),
        Err(filter) => lines.with_filter(filter).boxed(),
    };
    let started = Registry::default().with(vec![lines, spans.boxed()]).try_init().is_ok();
    if started {
        crate::spans::collect();
    }
    started
}

#[cfg(not(feature = "otel"))]
fn init(lines: BoxedLayer, filter: Filter) -> bool {
    init_log(lines, filter)
}

fn init_log(lines: BoxedLayer, filter: Filter) -> bool {
    let registry = Registry::default().with(lines);
    match filter {
        Ok(targets) => registry.with(targets).try_init().is_ok(),
        Err(filter) => registry.with(filter).try_init().is_ok(),
    }
}

/// Sends what the log has not passed on yet: the last spans, with the feature `otel`. The commands do it at their end; a program
/// with a `main` of its own calls it last.
pub fn finish_logging() {
    #[cfg(feature = "otel")]
    otel::finish();
}

/// Logs a panic as everything else is: in one line, in the log's format, and with the request during which it happened.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let backtrace = Backtrace::capture();
    tracing::error!(
        target: PANICS,
        message = panic.payload_as_str().unwrap_or("(not a text)"),
        location = panic.location().map(tracing::field::display),
        thread = thread.name(),
        backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| tracing::field::display(backtrace)),
    );
}
