//! What is done once a transaction has been kept.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use tracing::Instrument as _;

use crate::error::Result;

type Work = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Something to do after a commit. Nothing of it is begun before.
pub(crate) struct Deferred {
    whose: &'static str,
    request_id: Arc<str>,
    work: Box<dyn FnOnce() -> Work + Send>,
}

impl fmt::Debug for Deferred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deferred").field("whose", &self.whose).finish_non_exhaustive()
    }
}

impl Deferred {
    /// `whose` and the request go to the log when it fails.
    pub(crate) fn new<F, Fut>(whose: &'static str, request_id: Arc<str>, work: F) -> Self
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        Self { whose, request_id, work: Box::new(move || Box::pin(work())) }
    }

    /// Does it, in a task of its own: it runs to its end whatever becomes of the caller, and its panic stays there.
    /// What was committed stays so, hence a failure is only logged.
    pub(crate) async fn run(self) {
        let Self { whose, request_id, work } = self;
        match tokio::spawn(async move { work().await }.in_current_span()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(whose, %request_id, %error, "work after a commit failed"),
            Err(panicked) => tracing::error!(whose, %request_id, %panicked, "work after a commit panicked"),
        }
    }
}
