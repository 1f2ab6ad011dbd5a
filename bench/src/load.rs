//! The load generator, wrk.

use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::Result;
use crate::scenario::{Request, Scenario, UNIQUE};
use crate::server::Server;

/// Where the script says what it did.
const MARK: &str = "bench-result";

/// Seconds that a load of a number of requests takes: wrk stops sending early, but does not end early.
const PATIENCE: u32 = 8;

/// A wrk that can be run.
#[derive(Debug)]
pub(crate) struct Wrk {
    scripts: TempDir,
}

/// When a load ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Load {
    /// After a time.
    Seconds(u32),
    /// After a number of answers, or after [`PATIENCE`] if they take longer.
    Requests(u32),
}

/// What a load did.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) requests: u64,
    pub(crate) median_latency: Duration,
}

impl Wrk {
    pub(crate) fn find() -> Result<Self> {
        if Command::new("wrk").arg("--version").output().is_err() {
            return Err("wrk, the load generator, is missing; install it (Debian: `apt install wrk`, \
                        macOS: `brew install wrk`)"
                .into());
        }
        let scripts = tempfile::Builder::new().prefix("entify-bench-wrk-").tempdir()?;
        Ok(Self { scripts })
    }

    /// Runs a load; an answer that is not a success makes it an error. `prefix` keeps what is created apart.
    pub(crate) fn run(
        &self,
        server: &Server,
        scenario: &Scenario,
        connections: u32,
        load: Load,
        prefix: &str,
    ) -> Result<Outcome> {
        let script = self.scripts.path().join("load.lua");
        std::fs::write(&script, lua(scenario, load, prefix))?;
        let seconds = match load {
            Load::Seconds(seconds) => seconds.max(scenario.least_seconds),
            Load::Requests(_) => PATIENCE,
        };
        let output = Command::new("wrk")
            .arg("--threads=1")
            .arg(format!("--connections={connections}"))
            .arg(format!("--duration={seconds}s"))
            .arg("--script")
            .arg(&script)
            .arg(server.base())
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let numbers: Vec<u64> = said
            .lines()
            .find_map(|line| line.strip_prefix(MARK))
            .unwrap_or_default()
            .split_whitespace()
            .filter_map(|number| number.parse().ok())
            .collect();
        let [requests, errors, median] = numbers[..] else {
            return Err(format!("wrk failed: {}{said}", String::from_utf8_lossy(&output.stderr)).into());
        };
        if errors > 0 || requests == 0 {
            return Err(format!("{}: {errors} of {requests} requests failed", scenario.name).into());
        }
        Ok(Outcome { requests, median_latency: Duration::from_micros(median) })
    }
}

/// The script: the requests are written once and sent in turn.
fn lua(scenario: &Scenario, load: Load, prefix: &str) -> String {
    let mut script = String::from("local requests = {}\nlocal at = 0\n");
    script.push_str("local json = { [\"Content-Type\"] = \"application/json\" }\n");
    if scenario.requests.iter().any(Request::is_create) {
        for request in &scenario.requests {
            let body = quoted(request.body.as_deref().unwrap_or_default());
            let (before, after) = body.split_once(UNIQUE).unwrap_or((&body, ""));
            let key = match request.keyed {
                true => format!("json[\"Idempotency-Key\"] = \"{prefix}-\" .. at\n  "),
                false => String::new(),
            };
            script.push_str(&format!(
                "request = function()\n  at = at + 1\n  {key}\
                 return wrk.format(\"POST\", {}, json, {before}{prefix}-\" .. at .. \"{after})\nend\n",
                quoted(&request.path),
            ));
        }
    } else {
        script.push_str("init = function()\n");
        for request in &scenario.requests {
            let path = quoted(&request.path);
            let line = match &request.body {
                None => format!("wrk.format(\"GET\", {path})"),
                Some(body) => format!("wrk.format(\"POST\", {path}, json, {})", quoted(body)),
            };
            script.push_str(&format!("  requests[#requests + 1] = {line}\n"));
        }
        script.push_str("end\nrequest = function()\n  at = at % #requests + 1\n  return requests[at]\nend\n");
    }
    if let Load::Requests(most) = load {
        script.push_str(&format!(
            "local answers = 0\nresponse = function()\n  answers = answers + 1\n  \
             if answers >= {most} then wrk.thread:stop() end\nend\n"
        ));
    }
    script.push_str(&format!(
        "done = function(summary, latency)\n  local e = summary.errors\n  \
         io.write(string.format(\"\\n{MARK} %d %d %d\\n\", summary.requests, \
         e.status + e.connect + e.read + e.write + e.timeout, latency:percentile(50)))\nend\n"
    ));
    script
}

/// A Lua string. What stands here is ASCII without control characters.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
