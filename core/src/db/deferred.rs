//! Work that is deferred until a transaction has committed.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use tracing::Instrument as _;

use crate::error::Result;

type BoxedWork = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Work to run after a commit.
pub(crate) struct Deferred {
    origin: &'static str,
    request_id: Arc<str>,
    work: Box<dyn FnOnce() -> BoxedWork + Send>,
}

impl fmt::Debug for Deferred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deferred").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl Deferred {
    /// `origin` and the id of the request are logged when it fails.
    pub(crate) fn new<F, Fut>(origin: &'static str, request_id: Arc<str>, work: F) -> Self
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        Self { origin, request_id, work: Box::new(move || Box::pin(work())) }
    }

    /// Runs it in a spawned task: it runs to its end even when the caller is dropped, and a panic stays there.
    /// The commit is not undone, so a failure is only logged.
    pub(crate) async fn run(self) {
        let Self { origin, request_id, work } = self;
        match tokio::spawn(async move { work().await }.in_current_span()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(origin, %request_id, %error, "work after a commit failed"),
            Err(panicked) => tracing::error!(origin, %request_id, %panicked, "work after a commit panicked"),
        }
    }
}
