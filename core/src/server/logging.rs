//! The log: lines on standard error.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry};

use crate::config::{Environment, LogFormat, Settings};

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
    let filter = match filter.parse::<Targets>() {
        Ok(targets) => targets.boxed(),
        Err(_) => EnvFilter::try_new(filter).unwrap_or_default().boxed(),
    };
    // Fails only when a log has been started already.
    if Registry::default().with(lines).with(filter).try_init().is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
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
