//! Slows down guessing: after a few failures an account can be tried from an address only now and then.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures that cost nothing.
const FREE: u32 = 5;
/// The wait after the first failure beyond; it doubles with every further one.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Failures older than this are forgotten.
const MEMORY: Duration = Duration::from_secs(60 * 60);
/// Pairs of account and address that are remembered.
const REMEMBERED: usize = 50_000;

/// The failures of each account and address.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    failures: Mutex<HashMap<(String, String), Failures>>,
}

#[derive(Debug)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    /// How long after the last failure the next try is refused.
    fn wait(&self) -> Duration {
        match self.count.checked_sub(FREE + 1) {
            None => Duration::ZERO,
            Some(beyond) => FIRST_WAIT.saturating_mul(1 << beyond.min(16)).min(LONGEST_WAIT),
        }
    }
}

impl Throttle {
    /// How long this account must not be tried from this address; `None` when it may be now.
    pub(super) fn blocked(&self, account: &str, address: &str) -> Option<Duration> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let known = failures.get(&(account.to_owned(), address.to_owned()))?;
        known.wait().checked_sub(known.last.elapsed()).filter(|left| !left.is_zero())
    }

    /// Counts a try before its outcome is known, so that tries at the same time count too.
    pub(super) fn count(&self, account: &str, address: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED {
            failures.retain(|_, known| known.last.elapsed() < known.wait());
        }
        let known = failures
            .entry((account.to_owned(), address.to_owned()))
            .or_insert(Failures { count: 0, last: Instant::now() });
        if known.last.elapsed() > MEMORY {
            known.count = 0;
        }
        known.count += 1;
        known.last = Instant::now();
    }

    /// Forgets the failures after a success.
    pub(super) fn forget(&self, account: &str, address: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&(account.to_owned(), address.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::{FREE, Throttle};

    #[test]
    fn a_few_failures_are_free_then_the_wait_grows() {
        let throttle = Throttle::default();
        for _ in 0..FREE {
            throttle.count("ada", "::1");
            assert_eq!(throttle.blocked("ada", "::1"), None);
        }
        throttle.count("ada", "::1");
        let first = throttle.blocked("ada", "::1").unwrap();
        throttle.count("ada", "::1");
        assert!(throttle.blocked("ada", "::1").unwrap() > first);
        assert_eq!(throttle.blocked("ada", "10.0.0.1"), None, "another address may try");
        assert_eq!(throttle.blocked("bob", "::1"), None, "another account may be tried");
        throttle.forget("ada", "::1");
        assert_eq!(throttle.blocked("ada", "::1"), None);
    }

    #[test]
    fn many_failures_do_not_overflow() {
        let throttle = Throttle::default();
        for _ in 0..100 {
            throttle.count("ada", "::1");
        }
        assert!(throttle.blocked("ada", "::1").unwrap() <= super::LONGEST_WAIT);
    }
}
