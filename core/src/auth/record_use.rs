//! Writes that only record that something was used.

use std::time::Duration;

use crate::error::{Error, Result};

/// How long a request waits for them.
const PATIENCE: Duration = Duration::from_millis(250);

/// Waits for a write for a moment only: a request that reads must not take as long as one that waits for a lock.
///
/// # Errors
/// The write's; `Unavailable` when it takes too long.
pub(super) async fn soon<T>(write: impl Future<Output = Result<T>> + Send) -> Result<T> {
    // On the heap: otherwise the future of every request would contain this one, and most never run it.
    Box::pin(tokio::time::timeout(PATIENCE, write)).await.unwrap_or(Err(Error::Unavailable))
}
