//! The log: lines on standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::{Environment, LogFormat, Settings};

/// Starts the log by the settings. A program that has started its own log keeps it.
pub(crate) fn start(settings: &Settings) {
    // In development the log names the rule that denied a request.
    let denials = match settings.environment {
        Environment::Development => "entify::policy=debug,",
        _ => "",
    };
    let filter = EnvFilter::try_new(format!("{denials}{}", settings.log)).unwrap_or_default();
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // Fails only when a log has been started already.
    let _ = match settings.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}
