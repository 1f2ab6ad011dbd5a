//! A running server and what it costs.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::Result;
use crate::database::Database;

/// How long a server may take to answer.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// A server process, ended with this handle.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    base: String,
    /// From the start of the process until it answered.
    pub(crate) startup: Duration,
}

impl Server {
    /// Starts the program on a free port and waits until `/livez` answers.
    pub(crate) async fn start(program: &Path, database: &Database) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let base = format!("http://{address}");
        let begin = Instant::now();
        let child =
            database.command(program).env("BIND", address.to_string()).stdout(Stdio::null()).spawn()?;
        let mut server = Self { child, base, startup: Duration::ZERO };
        let livez = format!("{}/livez", server.base);
        let client = reqwest::Client::new();
        loop {
            if client.get(&livez).send().await.is_ok_and(|answer| answer.status().is_success()) {
                server.startup = begin.elapsed();
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("{} ended by itself: {status}", program.display()).into());
            }
            if begin.elapsed() > START_TIMEOUT {
                return Err(format!("{} does not answer {livez}", program.display()).into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// `http://127.0.0.1:port`
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// User and system time of all threads so far, in the nanoseconds of the scheduler.
    pub(crate) fn cpu_time(&self) -> Result<Duration> {
        let mut nanoseconds = 0;
        for task in std::fs::read_dir(format!("/proc/{}/task", self.pid()))? {
            // A thread that has just ended takes its time with it; servers end threads rarely.
            let Ok(text) = std::fs::read_to_string(task?.path().join("schedstat")) else {
                continue;
            };
            let on_cpu = text.split_whitespace().next().unwrap_or_default();
            nanoseconds += on_cpu
                .parse::<u64>()
                .map_err(|_| "this kernel has no schedstat, from which CPU time is read")?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// Resident memory in KiB.
    pub(crate) fn memory(&self) -> Result<u64> {
        self.kibibytes("VmRSS")
    }

    /// The most resident memory that it had so far, in KiB.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        self.kibibytes("VmHWM")
    }

    fn kibibytes(&self, of: &str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(of)?.strip_prefix(':'));
        let line = line.ok_or_else(|| format!("the process has no {of}"))?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = ended {
            eprintln!("the server with pid {} is left behind: {error}", self.pid());
        }
    }
}
