//! Running again what lost a race against other transactions.

use std::time::Duration;

use crate::db::DbError;

/// How often work is run at most.
const MOST_RUNS: u32 = 12;

/// How often a read is run at most when its connection broke.
const MOST_READS: u32 = 3;

/// The first pause is between half of this and all of it; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(4);

/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Whether running a statement twice does harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It only reads, or nothing was sent yet: it can be run again whatever happened.
    Always,
    /// It writes: it can be run again only when the database says that it was undone.
    WhenUndone,
}

/// What may have a fault of the database for its reason.
pub(crate) trait Failure {
    /// That fault, if it says whether the work can be run again.
    fn fault(&self) -> Option<&DbError>;
}

impl Failure for DbError {
    fn fault(&self) -> Option<&DbError> {
        Some(self)
    }
}

/// Runs work, and runs it again after a pause as long as that may help.
///
/// Pauses grow and are random, so that those who collided do not meet again.
pub(crate) async fn repeated<T, E: Failure, F: Future<Output = Result<T, E>>>(
    repeat: Repeat,
    mut run: impl FnMut() -> F,
) -> Result<T, E> {
    let mut runs = Runs::default();
    loop {
        let failure = match run().await {
            Err(failure) => failure,
            done => return done,
        };
        match failure.fault().and_then(|fault| runs.again(fault, repeat)) {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return Err(failure),
        }
    }
}

/// Counts the runs of one piece of work.
#[derive(Debug, Default)]
struct Runs(u32);

impl Runs {
    /// The pause before the next run; `None` when the work is not to be run again.
    fn again(&mut self, fault: &DbError, repeat: Repeat) -> Option<Duration> {
        let most = match fault {
            DbError::Retry(_) => MOST_RUNS,
            DbError::Lost(_) if repeat == Repeat::Always => MOST_READS,
            _ => return None,
        };
        self.0 += 1;
        (self.0 < most).then(|| pause(self.0))
    }
}

fn pause(run: u32) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << (run - 1).min(16)).min(LONGEST_PAUSE);
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
        let mut runs = Runs::default();
        let conflict = DbError::Retry(String::new());
        let pauses: Vec<_> = std::iter::from_fn(|| runs.again(&conflict, Repeat::WhenUndone)).collect();
        assert_eq!(pauses.len(), MOST_RUNS as usize - 1);
        assert!(pauses[0] >= FIRST_PAUSE / 2 && pauses[0] <= FIRST_PAUSE);
        assert!(pauses.iter().all(|pause| *pause <= LONGEST_PAUSE));
        assert!(pauses[10] >= LONGEST_PAUSE / 2);
    }

    #[test]
    fn a_write_on_a_lost_connection_is_not_run_again() {
        let lost = DbError::Lost(String::new());
        assert_eq!(Runs::default().again(&lost, Repeat::WhenUndone), None);
        assert!(Runs::default().again(&lost, Repeat::Always).is_some());
        let other = DbError::Other(String::new());
        assert_eq!(Runs::default().again(&other, Repeat::Always), None);
    }
}
