//! How what outlives its request hears that the server stops.

use tokio::sync::watch;

/// Tells what outlives its request, a WebSocket, that the server stops; the server waits until it is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// A shutdown that is requested by sending `true`.
    pub(crate) fn new(requested: watch::Receiver<bool>) -> Self {
        Self(requested)
    }

    /// Ready once the server stops.
    pub(crate) async fn requested(&mut self) {
        // An error means that the server is gone.
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}
