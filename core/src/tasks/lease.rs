//! Which node runs a task in a period.
//!
//! Periods are counted since 1970, so that every node counts alike. One conditional UPDATE decides: it begins the period for one node, unless
//! another one has begun it or still runs the task. A node that dies is believed to run for [`HELD`] at most.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::service::Service;
use crate::tasks::entities::{Lease, LeaseInput, LeasePatch};
use crate::types::Change;

/// How long a node is believed to run a task after its last sign of life.
const HELD: TimeDelta = TimeDelta::seconds(60);

/// How often a node that runs a task says so.
pub(super) const RENEWAL: Duration = Duration::from_secs(20);

/// A run of a task, which no other node runs meanwhile.
#[derive(Debug)]
pub(super) struct Held {
    name: String,
    holder: String,
}

/// The period in which a time is, and the time at which the next one begins.
pub(super) fn period_at(now: DateTime<Utc>, length: Duration) -> (i64, DateTime<Utc>) {
    let length = i64::try_from(length.as_millis()).unwrap_or(i64::MAX).max(1);
    let period = now.timestamp_millis().div_euclid(length);
    let next = period.saturating_add(1).saturating_mul(length);
    (period, DateTime::from_timestamp_millis(next).unwrap_or(DateTime::<Utc>::MAX_UTC))
}

/// Begins a period, unless it has begun or the task still runs.
pub(super) async fn begin(ctx: &Ctx, name: &str, period: i64) -> Result<Option<Held>> {
    let leases = Service::<Lease>::new(ctx);
    let by_name = || Lease::name().eq(name);
    if !leases.exists(by_name()).await? {
        leases.get_or_create(Lease::name(), LeaseInput::new(name, -1)).await?;
    }
    let now = ctx.now();
    let holder = crate::types::Uuid::now_v7().to_string();
    let is_free = Lease::held_until().is_null() | Lease::held_until().lte(now);
    let patch = LeasePatch {
        period: period.into(),
        held_until: Change::Set(Some(now + HELD)),
        holder: Change::Set(Some(holder.clone())),
        started_at: Change::Set(Some(now)),
        ..LeasePatch::default()
    };
    let begun = leases.update_many(by_name() & Lease::period().lt(period) & is_free, patch).await?;
    Ok((begun == 1).then(|| Held { name: name.to_owned(), holder }))
}

impl Held {
    /// Says that the task still runs.
    pub(super) async fn renew(&self, ctx: &Ctx) -> Result<()> {
        let patch = LeasePatch { held_until: Change::Set(Some(ctx.now() + HELD)), ..LeasePatch::default() };
        self.update(ctx, patch).await
    }

    /// Says that the task has ended, and how.
    pub(super) async fn end(self, ctx: &Ctx, error: Option<String>) -> Result<()> {
        let patch = LeasePatch {
            held_until: Change::Set(None),
            holder: Change::Set(None),
            ended_at: Change::Set(Some(ctx.now())),
            error: Change::Set(error),
            ..LeasePatch::default()
        };
        self.update(ctx, patch).await
    }

    async fn update(&self, ctx: &Ctx, patch: LeasePatch) -> Result<()> {
        let own = Lease::name().eq(self.name.as_str()) & Lease::holder().eq(self.holder.as_str());
        Service::<Lease>::new(ctx).update_many(own, patch).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_counts_the_same_periods() {
        let time = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc);
        let five = Duration::from_secs(300);
        let (first, next) = period_at(time("2026-11-27T10:03:00Z"), five);
        assert_eq!(next, time("2026-11-27T10:05:00Z"));
        assert_eq!(period_at(time("2026-11-27T10:04:59.999Z"), five).0, first);
        assert_eq!(period_at(next, five), (first + 1, time("2026-11-27T10:10:00Z")));
        assert!(period_at(time("2026-11-27T10:00:00Z"), Duration::MAX).0 >= 0);
    }
}
