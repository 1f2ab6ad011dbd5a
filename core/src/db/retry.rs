//! Retries of statements and transactions that were rolled back by a conflict with others.
//!
//! All that one piece of work waits for (a connection, a lock, another run) has one [`Deadline`]: waits do not add up.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::db::DbError;
use crate::db::error::STALE_PLAN;

/// How often work that conflicted is run at most.
const MAX_ATTEMPTS: u32 = 12;

/// How often a read is run at most when its connection broke.
const MAX_READ_ATTEMPTS: u32 = 3;

/// The first pause is between half of this and all of it; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(4);

/// No pause is longer.
const MAX_PAUSE: Duration = Duration::from_millis(500);

/// No pause is longer after an attempt that has waited: that was a pause already.
const MAX_BUSY_PAUSE: Duration = Duration::from_millis(16);

/// Runs a statement, and gives it up when the caller has gone and it does not come to its end soon after. The statement is
/// to be dropped then.
///
/// It is pinned where it is: a future that held it would be twice as large.
pub(crate) async fn while_waiting<T, F: Future<Output = Result<T, DbError>>>(
    caller: Option<&Caller>,
    statement: Pin<&mut F>,
) -> Result<T, DbError> {
    let Some(caller) = caller else { return statement.await };
    tokio::select! {
        biased;
        result = statement => result,
        () = caller.gone_for_good() => {
            Err(DbError::Unavailable("nobody waits for the statement any more".to_owned()))
        }
    }
}

/// How long work may wait, and for whom.
#[derive(Debug, Clone)]
pub(crate) struct Deadline {
    start: Instant,
    time: Duration,
    /// How much of the time may be waited for what others hold.
    patience: Duration,
    /// Whoever waits for the work; `None` where their going drops the work itself.
    caller: Option<Caller>,
}

/// Whoever waits for work that runs in a task of its own.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    waits: Arc<watch::Sender<()>>,
    grace: Duration,
}

/// Held by the caller as long as it waits.
#[derive(Debug)]
pub(crate) struct Waiting(#[expect(dead_code, reason = "its drop is what tells")] watch::Receiver<()>);

impl Caller {
    /// A caller after whose going a statement may run on for so long.
    pub(crate) fn new(grace: Duration) -> (Self, Waiting) {
        let (waits, waiting) = watch::channel(());
        (Self { waits: Arc::new(waits), grace }, Waiting(waiting))
    }

    fn has_gone(&self) -> bool {
        self.waits.is_closed()
    }

    async fn gone_for_good(&self) {
        self.waits.closed().await;
        tokio::time::sleep(self.grace).await;
    }
}

impl Deadline {
    /// This long from now.
    pub(crate) fn after(time: Duration) -> Self {
        Self { start: Instant::now(), time, patience: time, caller: None }
    }

    /// The same deadline, of which no more than this is waited for a lock.
    pub(crate) fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The same deadline for work in a task of its own: nothing begins once `caller` has gone, since nobody waits for
    /// it any more.
    pub(crate) fn for_caller(self, caller: Caller) -> Self {
        Self { caller: Some(caller), ..self }
    }

    /// Whoever waits for the work, where it runs in a task of its own.
    pub(crate) fn caller(&self) -> Option<&Caller> {
        self.caller.as_ref()
    }

    /// What is left of the time; nothing when nobody waits.
    pub(crate) fn remaining(&self) -> Duration {
        match &self.caller {
            Some(caller) if caller.has_gone() => Duration::ZERO,
            _ => self.time.saturating_sub(self.start.elapsed()),
        }
    }

    /// What is left of the time in which work that failed like this is run again.
    fn remaining_after(&self, error: &DbError) -> Duration {
        match error {
            // Others have the lock, and nothing has been done.
            DbError::Busy(_) => self.remaining().min(self.patience.saturating_sub(self.start.elapsed())),
            _ => self.remaining(),
        }
    }

    /// When the time is up.
    #[cfg_attr(not(feature = "sqlite"), allow(dead_code))]
    pub(crate) fn end(&self) -> Instant {
        Instant::now() + self.remaining()
    }

    /// What is left of the time when a good part of it has been waited for already: a statement that now takes all of
    /// its own time would be late.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub(crate) fn shortened(&self) -> Option<Duration> {
        let remaining = self.remaining();
        (remaining < self.time / 4 * 3).then_some(remaining)
    }

    /// How long may still be waited so that a statement after it has all of its own time.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub(crate) fn unshortened(&self) -> Duration {
        self.remaining().saturating_sub(self.time / 4 * 3)
    }

    /// Waits for a connection of a pool. On the heap: every statement's future would hold this one, and most find an
    /// idle connection.
    pub(crate) fn bound<'a, T>(
        &'a self,
        acquire: impl Future<Output = Result<T, sqlx::Error>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, DbError>> {
        Box::pin(async move {
            match tokio::time::timeout(self.remaining(), acquire).await {
                Ok(acquired) => Ok(acquired?),
                Err(_) => Err(sqlx::Error::PoolTimedOut.into()),
            }
        })
    }
}

/// Whether work can be run twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Idempotence {
    /// It only reads, or nothing was sent yet: it can be run again whatever happened.
    Idempotent,
    /// It writes: it can be run again only when the database reports that it was rolled back.
    NotIdempotent,
}

/// An error that the database may have caused.
pub(crate) trait RetryError {
    /// The database's error, if that decides whether the work can be run again.
    fn db_error(&self) -> Option<&DbError>;
}

impl RetryError for DbError {
    fn db_error(&self) -> Option<&DbError> {
        Some(self)
    }
}

/// Runs work, and runs it again after a pause as long as that may help and the deadline has not passed.
///
/// Pauses grow and are random, so that transactions that collided do not collide again.
pub(crate) async fn with_retry<T, E: RetryError, F: Future<Output = Result<T, E>>>(
    deadline: &Deadline,
    idempotence: Idempotence,
    mut run: impl FnMut() -> F,
) -> Result<T, E> {
    let mut attempts = Attempts::default();
    loop {
        let failure = match run().await {
            Err(failure) => failure,
            done => return done,
        };
        let again = failure.db_error().and_then(|error| {
            let pause = attempts.next_pause(error, idempotence)?;
            (pause < deadline.remaining_after(error)).then_some(pause)
        });
        match again {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return Err(failure),
        }
    }
}

/// Counts the attempts of one piece of work.
#[derive(Debug, Default)]
struct Attempts(u32);

impl Attempts {
    /// The pause before the next run; `None` when the work is not to be run again.
    fn next_pause(&mut self, error: &DbError, idempotence: Idempotence) -> Option<Duration> {
        let (max, longest) = match error {
            // The attempt has waited by itself: how often it may depends on the deadline alone.
            DbError::Busy(_) => (u32::MAX, MAX_BUSY_PAUSE),
            // Each connection has prepared it.
            DbError::Retry(reason) if reason == STALE_PLAN => (u32::MAX, FIRST_PAUSE),
            DbError::Retry(_) => (MAX_ATTEMPTS, MAX_PAUSE),
            DbError::Lost(_) if idempotence == Idempotence::Idempotent => (MAX_READ_ATTEMPTS, MAX_PAUSE),
            _ => return None,
        };
        self.0 = self.0.saturating_add(1);
        (self.0 < max).then(|| pause(self.0, longest))
    }
}

fn pause(attempt: u32, longest: Duration) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << (attempt - 1).min(16)).min(longest);
    // Without randomness everyone waits the full time, which is still right.
    let mut random = [u8::MAX];
    let _ = getrandom::fill(&mut random);
    longest / 2 + longest / 2 * u32::from(random[0]) / u32::from(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_end() {
        let mut attempts = Attempts::default();
        let conflict = DbError::Retry(String::new());
        let pauses: Vec<_> =
            std::iter::from_fn(|| attempts.next_pause(&conflict, Idempotence::NotIdempotent)).collect();
        assert_eq!(pauses.len(), MAX_ATTEMPTS as usize - 1);
        assert!(pauses[0] >= FIRST_PAUSE / 2 && pauses[0] <= FIRST_PAUSE);
        assert!(pauses.iter().all(|pause| *pause <= MAX_PAUSE));
        assert!(pauses[10] >= MAX_PAUSE / 2);
    }

    #[test]
    fn a_deadline_ends_retries_whatever_their_number() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        for error in [DbError::Busy(String::new()), DbError::Retry(String::new())] {
            let deadline = Deadline::after(Duration::from_millis(60));
            let failed = runtime.block_on(with_retry::<(), _, _>(&deadline, Idempotence::Idempotent, || {
                std::future::ready(Err(error.clone()))
            }));
            assert_eq!(failed, Err(error));
            assert!(deadline.start.elapsed() < Duration::from_millis(500), "{:?}", deadline.start.elapsed());
        }
        let mut attempts = Attempts::default();
        let busy = DbError::Busy(String::new());
        for _ in 0..1000 {
            let pause = attempts.next_pause(&busy, Idempotence::NotIdempotent).expect("another attempt");
            assert!(pause <= MAX_BUSY_PAUSE);
        }
    }

    #[test]
    fn nothing_is_waited_for_when_the_caller_has_gone() {
        let (caller, waiting) = Caller::new(Duration::ZERO);
        let deadline = Deadline::after(Duration::from_secs(60)).for_caller(caller);
        assert!(deadline.remaining() > Duration::from_secs(50));
        assert_eq!(deadline.shortened(), None);
        drop(waiting);
        assert_eq!(deadline.remaining(), Duration::ZERO);
    }

    #[test]
    fn a_write_on_a_lost_connection_is_not_run_again() {
        let lost = DbError::Lost(String::new());
        assert_eq!(Attempts::default().next_pause(&lost, Idempotence::NotIdempotent), None);
        assert!(Attempts::default().next_pause(&lost, Idempotence::Idempotent).is_some());
        let other = DbError::Other(String::new());
        assert_eq!(Attempts::default().next_pause(&other, Idempotence::Idempotent), None);
    }
}
