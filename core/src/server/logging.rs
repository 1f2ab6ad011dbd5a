//! The log: lines on standard error.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;

use crate::config::{Environment, LogFormat, Settings};

/// What panics are logged under. They are whatever `LOG` says.
const PANICS: &str = "panic";

/// Starts the log by the settings. A program that has started its own log keeps it.
pub(crate) fn start(settings: &Settings) {
    // In development the log names the rule that denied a request.
    let denials = match settings.environment {
        Environment::Development => "entify::policy=debug,",
        _ => "",
    };
    let filter = EnvFilter::try_new(format!("{denials}{PANICS}=error,{}", settings.log)).unwrap_or_default();
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // Fails only when a log has been started already.
    let started = match settings.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    if started.is_ok() {
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
