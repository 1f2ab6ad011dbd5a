//! The generic cell rate algorithm: requests come at least an interval apart, and may come earlier by so much that the whole
//! quota may come at once.

use std::time::Duration;

use crate::config::RateLimit;

/// A limit, in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gcra {
    /// What one request takes.
    interval: u64,
    requests: u32,
}

/// Whether a request may come, and what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) wait: Option<Duration>,
    pub(super) remaining: u32,
    pub(super) reset: Duration,
}

impl Gcra {
    pub(super) fn of(limit: RateLimit) -> Self {
        let period = u64::try_from(limit.period.as_nanos()).unwrap_or(u64::MAX);
        // No less than the database can tell apart.
        Self { interval: (period / u64::from(limit.requests)).max(1000), requests: limit.requests }
    }

    /// What a whole quota takes.
    fn whole(self) -> u64 {
        self.interval.saturating_mul(u64::from(self.requests))
    }

    /// The interval and the whole quota in microseconds, for the database.
    pub(super) fn micros(self) -> (i64, i64) {
        let interval = i64::try_from(self.interval / 1000).unwrap_or(i64::MAX);
        (interval, interval.saturating_mul(i64::from(self.requests)))
    }

    /// When nothing counts any more after one more request, if it may come.
    pub(super) fn next(self, full_at: u64, now: u64) -> Option<u64> {
        let next = full_at.max(now).saturating_add(self.interval);
        (next - now <= self.whole()).then_some(next)
    }

    /// The decision on a request, after which nothing counts any more in `used` nanoseconds.
    pub(super) fn decision(self, used: u64, taken: bool) -> Decision {
        let free = self.whole().saturating_sub(used);
        let wait = (!taken).then(|| Duration::from_nanos(self.interval.saturating_sub(free).max(1)));
        let remaining = if taken { u32::try_from(free / self.interval).unwrap_or(u32::MAX) } else { 0 };
        Decision { wait, remaining, reset: Duration::from_nanos(used) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    /// Sends a request, at a time in seconds.
    fn send(gcra: Gcra, full_at: &mut u64, now: f64) -> Decision {
        let now = (now * SECOND as f64) as u64;
        let next = gcra.next(*full_at, now);
        *full_at = next.unwrap_or(*full_at);
        gcra.decision(full_at.saturating_sub(now), next.is_some())
    }

    #[test]
    fn a_whole_quota_may_come_at_once_and_comes_back_evenly() {
        let gcra = Gcra::of("6/1m".parse().unwrap());
        let mut full_at = 0;
        for left in (0..6).rev() {
            let decision = send(gcra, &mut full_at, 100.0);
            assert_eq!((decision.wait, decision.remaining), (None, left));
            assert_eq!(decision.reset, Duration::from_secs(10 * (6 - u64::from(left))));
        }
        let refused = send(gcra, &mut full_at, 100.0);
        assert_eq!((refused.wait, refused.remaining), (Some(Duration::from_secs(10)), 0));
        assert_eq!(refused.reset, Duration::from_secs(60), "what is refused does not count");
        assert_eq!(send(gcra, &mut full_at, 104.0).wait, Some(Duration::from_secs(6)));
        assert_eq!(send(gcra, &mut full_at, 110.0).wait, None);
        assert!(send(gcra, &mut full_at, 110.0).wait.is_some());
        assert_eq!(send(gcra, &mut full_at, 1000.0).remaining, 5, "all of it is back");
    }

    #[test]
    fn never_more_than_twice_the_quota_in_a_period() {
        let gcra = Gcra::of("10/1s".parse().unwrap());
        let mut full_at = 0;
        let taken = (0..1000)
            .filter(|step| send(gcra, &mut full_at, 50.0 + f64::from(*step) / 1000.0).wait.is_none());
        assert_eq!(taken.count(), 19);
    }
}
