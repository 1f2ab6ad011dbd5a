//! Which pooled connections are pinged before they are used.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A connection that was idle for this long is pinged before it is used: a firewall or a restart may have ended it.
#[cfg_attr(not(feature = "postgres"), allow(dead_code))]
const LONG_IDLE: Duration = Duration::from_secs(30);

/// When a connection was last found broken.
///
/// Pinging each connection on every use would cost a round trip per statement. Instead, once one turns out to be
/// broken, those that were idle at that time are pinged before they are used, and replaced when they do not answer: a
/// restarted server costs one failure, not one per connection.
#[derive(Debug, Default)]
pub(crate) struct ConnectionHealth {
    /// Milliseconds since the process first read the clock; 0 for never.
    lost: AtomicU64,
}

// Only connections over a network are pinged.
#[cfg_attr(not(feature = "postgres"), allow(dead_code))]
impl ConnectionHealth {
    /// A connection turned out to be broken.
    pub(crate) fn connection_lost(&self) {
        self.lost_at(now());
    }

    fn lost_at(&self, now: u64) {
        self.lost.store(now.max(1), Ordering::Relaxed);
    }

    /// Whether a connection that has been idle for this long is to be pinged before it is used.
    pub(crate) fn needs_ping(&self, idle: Duration) -> bool {
        self.needs_ping_at(now(), idle)
    }

    /// As [`ConnectionHealth::needs_ping`], at a time in milliseconds since the process began.
    fn needs_ping_at(&self, now: u64, idle: Duration) -> bool {
        let lost = self.lost.load(Ordering::Relaxed);
        let idle_since = now.saturating_sub(millis(idle));
        idle >= LONG_IDLE || (lost > 0 && idle_since <= lost)
    }
}

fn now() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    millis(START.elapsed())
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_idle_at_the_loss_is_pinged() {
        let health = ConnectionHealth::default();
        assert!(!health.needs_ping_at(100, Duration::from_millis(5)));
        assert!(health.needs_ping_at(100, LONG_IDLE));
        health.lost_at(120);
        assert!(health.needs_ping_at(140, Duration::from_millis(30)));
        assert!(!health.needs_ping_at(140, Duration::from_millis(5)));
    }
}
