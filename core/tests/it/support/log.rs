//! What is logged while something runs.

use std::io::Write;
use std::sync::{Arc, Mutex};

/// The bytes of a log.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs work under a subscriber that writes to a log, and answers all that it logged.
pub fn logged<S>(subscriber: impl FnOnce(Log) -> S, work: impl Future<Output = ()>) -> String
where
    S: tracing::Subscriber + Send + Sync + 'static,
{
    let log = Log::default();
    let subscriber = subscriber(log.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tracing::subscriber::with_default(subscriber, || runtime.block_on(work));
    let bytes = log.0.lock().expect("the log").clone();
    String::from_utf8_lossy(&bytes).into_owned()
}
