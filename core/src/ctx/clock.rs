//! Where the time of an operation comes from.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};

/// Where the time of a write comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// Always the same time, for tests.
    Fixed(DateTime<Utc>),
    /// A clock that stands until it is set, for tests of what happens later.
    Manual(ManualClock),
}

impl Clock {
    /// The time, to the microsecond: what both databases keep.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Fixed(time) => *time,
            Self::Manual(clock) => clock.now(),
        }
    }
}

impl From<ManualClock> for Clock {
    fn from(clock: ManualClock) -> Self {
        Self::Manual(clock)
    }
}

/// A clock that stands until it is set. Its clones are the same clock.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<RwLock<DateTime<Utc>>>);

impl ManualClock {
    /// A clock that shows this time, to the microsecond.
    #[must_use]
    pub fn new(time: DateTime<Utc>) -> Self {
        Self(Arc::new(RwLock::new(time.trunc_subsecs(6))))
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves it on, or back by a negative span; not beyond the times that there are.
    pub fn advance(&self, by: TimeDelta) {
        let mut time = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *time = time.checked_add_signed(by).unwrap_or(*time).trunc_subsecs(6);
    }
}
