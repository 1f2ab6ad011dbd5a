//! Retries of statements and transactions that were rolled back by a conflict with others.

use std::time::Duration;

use crate::db::DbError;

/// How often work is run at most.
const MAX_ATTEMPTS: u32 = 12;

/// How often a read is run at most when its connection broke.
const MAX_READ_ATTEMPTS: u32 = 3;

/// The first pause is between half of this and all of it; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(4);

/// No pause is longer.
const MAX_PAUSE: Duration = Duration::from_millis(500);

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

/// Runs work, and runs it again after a pause as long as that may help.
///
/// Pauses grow and are random, so that transactions that collided do not collide again.
pub(crate) async fn with_retry<T, E: RetryError, F: Future<Output = Result<T, E>>>(
    idempotence: Idempotence,
    mut run: impl FnMut() -> F,
) -> Result<T, E> {
    let mut attempts = Attempts::default();
    loop {
        let failure = match run().await {
            Err(failure) => failure,
            done => return done,
        };
        match failure.db_error().and_then(|error| attempts.next_pause(error, idempotence)) {
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
        let max = match error {
            DbError::Retry(_) => MAX_ATTEMPTS,
            DbError::Lost(_) if idempotence == Idempotence::Idempotent => MAX_READ_ATTEMPTS,
            _ => return None,
        };
        self.0 += 1;
        (self.0 < max).then(|| pause(self.0))
    }
}

fn pause(attempt: u32) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << (attempt - 1).min(16)).min(MAX_PAUSE);
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
    fn a_write_on_a_lost_connection_is_not_run_again() {
        let lost = DbError::Lost(String::new());
        assert_eq!(Attempts::default().next_pause(&lost, Idempotence::NotIdempotent), None);
        assert!(Attempts::default().next_pause(&lost, Idempotence::Idempotent).is_some());
        let other = DbError::Other(String::new());
        assert_eq!(Attempts::default().next_pause(&other, Idempotence::Idempotent), None);
    }
}
