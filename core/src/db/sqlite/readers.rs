//! The connections that read: opened as they are needed, given to who waits longest.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::sqlite::interrupt::TimeLimit;
use crate::db::{DbError, Deadline, PoolStatus};

/// The connections that read.
#[derive(Debug)]
pub(super) struct Readers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: SqliteConnectOptions,
    most: u32,
    acquire_timeout: Duration,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Reader>>,
    open: AtomicU32,
    waiting: AtomicUsize,
}

/// A connection, and the limit of what runs on it.
#[derive(Debug)]
struct Reader {
    connection: SqliteConnection,
    limit: TimeLimit,
}

impl Readers {
    pub(super) fn new(options: SqliteConnectOptions, most: u32, acquire_timeout: Duration) -> Self {
        let permits = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1)));
        let shared = Shared {
            options,
            most,
            acquire_timeout,
            permits,
            idle: Mutex::default(),
            open: AtomicU32::new(0),
            waiting: AtomicUsize::new(0),
        };
        Self(Arc::new(shared))
    }

    /// A connection, in the order in which they are asked for.
    pub(super) async fn acquire(&self, deadline: &Deadline) -> Result<ReaderLease, DbError> {
        let time = deadline.remaining().min(self.0.acquire_timeout);
        let waiting = (self.0.permits.available_permits() == 0).then(|| Waiting::of(&self.0.waiting));
        // On the heap: every statement's future would hold this one, and most find a connection.
        let permit = Box::pin(tokio::time::timeout(time, Arc::clone(&self.0.permits).acquire_owned())).await;
        let permit = match permit {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(sqlx::Error::PoolClosed.into()),
            Err(_) => return Err(sqlx::Error::PoolTimedOut.into()),
        };
        drop(waiting);
        let reader = match self.0.take_idle() {
            Some(reader) => reader,
            None => Box::pin(self.0.open()).await?,
        };
        Ok(ReaderLease { reader: Some(reader), shared: Arc::clone(&self.0), permit: Some(permit) })
    }

    pub(super) fn status(&self) -> PoolStatus {
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).len();
        let waiting = self.0.waiting.load(Ordering::Relaxed);
        PoolStatus::new(self.0.open.load(Ordering::Relaxed), idle, waiting)
    }

    /// Closes the connections once they are free.
    pub(super) async fn close(&self) {
        let all = self.0.permits.acquire_many(self.0.most).await;
        self.0.permits.close();
        drop(all);
        while let Some(reader) = self.0.take_idle() {
            self.0.open.fetch_sub(1, Ordering::Relaxed);
            if let Err(error) = reader.connection.close().await {
                tracing::debug!(%error, "a connection that reads did not close cleanly");
            }
        }
    }
}

/// One that waits for a connection, until it is dropped.
pub(super) struct Waiting<'c>(&'c AtomicUsize);

impl<'c> Waiting<'c> {
    pub(super) fn of(count: &'c AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shared {
    fn take_idle(&self) -> Option<Reader> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn put_idle(&self, reader: Reader) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
    }

    async fn open(&self) -> Result<Reader, DbError> {
        let mut connection = self.options.connect().await?;
        let limit = TimeLimit::install(&mut connection).await?;
        self.open.fetch_add(1, Ordering::Relaxed);
        Ok(Reader { connection, limit })
    }
}

/// A connection that reads, until it is dropped.
#[derive(Debug)]
pub(crate) struct ReaderLease {
    /// There until the drop.
    reader: Option<Reader>,
    shared: Arc<Shared>,
    permit: Option<OwnedSemaphorePermit>,
}

impl ReaderLease {
    /// The connection and the limit of what runs on it.
    pub(super) fn parts(&mut self) -> Option<(&mut SqliteConnection, &TimeLimit)> {
        self.reader.as_mut().map(|reader| (&mut reader.connection, &reader.limit))
    }
}

impl Drop for ReaderLease {
    fn drop(&mut self) {
        let Some(mut reader) = self.reader.take() else { return };
        if !reader.limit.is_abandoned() {
            // Before the permit: who gets that finds the connection.
            self.shared.put_idle(reader);
            return;
        }
        let (shared, permit) = (Arc::clone(&self.shared), self.permit.take());
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            shared.open.fetch_sub(1, Ordering::Relaxed);
            return;
        };
        runtime.spawn(async move {
            // Answered once the abandoned statement has been interrupted.
            match reader.connection.ping().await {
                Ok(()) => {
                    reader.limit.lift();
                    shared.put_idle(reader);
                }
                Err(error) => {
                    shared.open.fetch_sub(1, Ordering::Relaxed);
                    tracing::warn!(%error, "a connection that reads is closed");
                }
            }
            drop(permit);
        });
    }
}
