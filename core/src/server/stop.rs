//! The signal to stop, and the end that comes whatever else the program does.

use std::io;
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::oneshot;

/// How much later than its limit a server ends that does not end by itself.
const GRACE: Duration = Duration::from_millis(300);

/// Listens for Ctrl-C and SIGTERM on a thread of its own. Code that blocks a thread of the runtime can hold up its timers
/// and its signals with it; it does not hold up this one.
#[derive(Debug)]
pub(crate) struct StopSignal {
    received: oneshot::Receiver<()>,
    /// Dropped when the server has ended.
    serving: mpsc::Sender<()>,
}

impl StopSignal {
    /// Listens from this call on, not from the first wait: a signal that comes as soon as the server has printed its
    /// address must not be lost. Ends the program `limit` after the signal, unless it has ended serving.
    ///
    /// # Errors
    /// When there is no thread to be had, or signals cannot be listened for.
    pub(crate) fn listen(limit: Duration) -> io::Result<Self> {
        let (stop, received) = oneshot::channel();
        let (serving, served) = mpsc::channel();
        let (ready, is_ready) = mpsc::channel();
        let watch = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let stopped = runtime.and_then(|runtime| {
                let signal = runtime.block_on(async { signal() })?;
                let _ = ready.send(Ok(()));
                runtime.block_on(signal);
                Ok(())
            });
            if let Err(error) = stopped {
                let _ = ready.send(Err(error));
                return;
            }
            let _ = stop.send(());
            if served.recv_timeout(limit + GRACE) == Err(mpsc::RecvTimeoutError::Timeout) {
                tracing::warn!(?limit, "the program did not end in time; what blocks its threads is dropped");
                std::process::exit(0);
            }
        };
        std::thread::Builder::new().name("stop signal".to_owned()).spawn(watch)?;
        is_ready.recv().map_err(io::Error::other)??;
        Ok(Self { received, serving })
    }

    /// Ready at the signal; what is answered is dropped once the server has ended.
    pub(crate) async fn received(self) -> Serving {
        let Self { received, serving } = self;
        if received.await.is_err() {
            std::future::pending::<()>().await;
        }
        Serving(serving)
    }
}

/// The server is still ending.
#[derive(Debug)]
#[must_use]
pub(crate) struct Serving(#[expect(dead_code, reason = "held, not read")] mpsc::Sender<()>);

/// Ready at Ctrl-C or SIGTERM; registered by the call.
#[cfg(unix)]
fn signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready at Ctrl-C.
#[cfg(windows)]
fn signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
