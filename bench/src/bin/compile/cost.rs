//! The CPU time (user and system) and the wall time of a cargo command and all it starts.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;

/// What one command took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs cargo in `folder`; the shell reports the CPU time of what it started.
pub(crate) fn of_cargo(arguments: &[String], folder: &Path, target: &Path) -> Result<Cost> {
    let begin = Instant::now();
    let output = Command::new("sh")
        .args(["-c", "\"$0\" \"$@\" && times"])
        .arg(cargo())
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "1")
        .env_remove("RUSTFLAGS")
        .stderr(Stdio::inherit())
        .output()?;
    let wall = begin.elapsed();
    if !output.status.success() {
        return Err(format!("`cargo {}` failed", arguments.join(" ")).into());
    }
    let times = String::from_utf8_lossy(&output.stdout);
    let children = times.lines().last().unwrap_or_default();
    let cpu = children
        .split_whitespace()
        .map(seconds)
        .sum::<Option<f64>>()
        .ok_or_else(|| format!("the shell's `times` printed {children:?}"))?;
    Ok(Cost { cpu: Duration::from_secs_f64(cpu), wall })
}

/// `0m1.234s` in seconds.
fn seconds(text: &str) -> Option<f64> {
    let (minutes, seconds) = text.trim_end_matches('s').split_once('m')?;
    Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
}
