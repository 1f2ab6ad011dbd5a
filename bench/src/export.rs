//! An export of a whole table: how fast it is, what it costs, and the memory that it takes.

use std::time::{Duration, Instant};

use crate::Result;
use crate::database::COMMENTS;
use crate::server::Server;

/// What is exported.
const PATH: &str = "/api/comments/export?format=jsonl";

/// What one export did.
#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) bytes: usize,
    pub(crate) took: Duration,
    /// CPU time of the server.
    pub(crate) cpu: Duration,
    /// KiB of resident memory that it took at its peak, beyond what the server had before.
    pub(crate) memory: u64,
}

/// Reads the export of a server, whole.
///
/// # Errors
/// When it is not every row, each a JSON object on a line of its own.
pub(crate) async fn measure(server: &Server) -> Result<Export> {
    let client = reqwest::Client::new();
    // What a first request of any kind takes.
    client.get(format!("{}/api/posts?limit=20", server.base())).send().await?.bytes().await?;
    let (memory, cpu, begin) = (server.memory()?, server.cpu_time()?, Instant::now());
    let mut response = client.get(format!("{}{PATH}", server.base())).send().await?.error_for_status()?;
    let (mut bytes, mut lines, mut line) = (0, 0, Vec::new());
    while let Some(chunk) = response.chunk().await? {
        bytes += chunk.len();
        for part in chunk.split_inclusive(|byte| *byte == b'\n') {
            // All lines are counted, the first is read.
            if lines == 0 {
                line.extend_from_slice(part);
            }
            lines += u64::from(part.ends_with(b"\n"));
        }
    }
    let (took, cpu) = (begin.elapsed(), server.cpu_time()?.saturating_sub(cpu));
    let first: serde_json::Value = serde_json::from_slice(&line)?;
    if lines != COMMENTS || first["id"] != 1 || first["post_id"] != 1 {
        return Err(format!("{} exports {lines} lines, the first of which is {first}", server.base()).into());
    }
    Ok(Export { bytes, took, cpu, memory: server.peak_memory()?.saturating_sub(memory) })
}
