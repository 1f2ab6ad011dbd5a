//! What a client still sends when its request is answered already.
//!
//! A connection that is closed while bytes of the client are unread is reset, and the reset may overtake the response: who
//! sends a body that is too large, or a wrong token with a large one, would see a broken pipe instead of the reason. So the
//! rest is read, within bounds, and thrown away, while the response is on its way (RFC 9112, section 9.6).

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use poem::http::{Version, header};
use poem::{Body, Request};

/// Bytes that a connection's buffers hold anyway, so that no reset follows.
const SMALL: u64 = 8 * 1024;
/// Bytes that are read and thrown away at most.
const MOST: usize = 32 * 1024 * 1024;
/// How long they may take.
const LONGEST: Duration = Duration::from_secs(5);

type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// The rest of a request's body, once its endpoint has dropped it.
pub(crate) struct UnreadBody {
    rest: Arc<Mutex<Option<Chunks>>>,
    /// Whether the client sends: one that has asked first (`Expect: 100-continue`) waits until the body is read.
    sends: Arc<AtomicBool>,
}

impl UnreadBody {
    /// Watches a request's body; `None` where nothing can remain of it. Streams of HTTP/2 end one by one.
    pub(crate) fn watch(request: &mut Request) -> Option<Self> {
        if request.version() >= Version::HTTP_2 {
            return None;
        }
        let headers = request.headers();
        let length = headers.get(header::CONTENT_LENGTH).map(|length| length.to_str().ok()?.parse().ok());
        let small = match length {
            Some(length) => length.is_some_and(|length: u64| length <= SMALL),
            None => !headers.contains_key(header::TRANSFER_ENCODING),
        };
        if small {
            return None;
        }
        let sends = Arc::new(AtomicBool::new(!headers.contains_key(header::EXPECT)));
        let rest = Arc::new(Mutex::new(None));
        let chunks: Chunks = Box::pin(request.take_body().into_bytes_stream());
        let watched = Watched { chunks: Some(chunks), rest: Arc::clone(&rest), sends: Arc::clone(&sends) };
        request.set_body(Body::from_bytes_stream(watched));
        Some(Self { rest, sends })
    }

    /// Reads what remains beside the response.
    pub(crate) fn discard(self) {
        let rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut rest) = rest.filter(|_| self.sends.load(Ordering::Relaxed)) else { return };
        tokio::spawn(tokio::time::timeout(LONGEST, async move {
            let mut read = 0;
            while let Some(Ok(bytes)) = rest.next().await {
                read += bytes.len();
                if read > MOST {
                    break;
                }
            }
        }));
    }
}

/// A body that gives back what is left of it when it is dropped.
struct Watched {
    /// Nothing after the end.
    chunks: Option<Chunks>,
    rest: Arc<Mutex<Option<Chunks>>>,
    sends: Arc<AtomicBool>,
}

impl Stream for Watched {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(chunks) = &mut self.chunks else { return Poll::Ready(None) };
        let next = chunks.poll_next_unpin(ctx);
        self.sends.store(true, Ordering::Relaxed);
        if matches!(next, Poll::Ready(None | Some(Err(_)))) {
            self.chunks = None;
        }
        next
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = self.chunks.take();
    }
}
