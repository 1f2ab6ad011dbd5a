//! How a connection that outlives its request learns that the server shuts down.

use tokio::sync::watch;

/// Notifies a WebSocket, which outlives its request, that the server shuts down; the server waits until this is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// A shutdown that is requested by sending `true`.
    pub(crate) fn new(requested: watch::Receiver<bool>) -> Self {
        Self(requested)
    }

    /// Ready once the server shuts down.
    pub(crate) async fn requested(&mut self) {
        // An error means that the server is gone.
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}
