//! Throttles sign-ins against guessing. Failures are counted by account, by address, and by account and address; beyond
//! a limit each further attempt has to wait.
//!
//! An attempt is stored before its outcome is known, so that concurrent attempts count too, and in the database, so that
//! every node counts them. It expires after an hour.

use std::time::Duration;

use chrono::TimeDelta;

use crate::auth::random_secret::keyed_digest;
use crate::auth::{Attempt, AttemptInput, AttemptModel};
use crate::config::client_network;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::principal::Principal;
use crate::query::Query;
use crate::service::Service;

/// Failures older than this do not count.
const FAILURE_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// The wait after the first failure beyond the free ones; it doubles with every further one.
const FIRST_WAIT: Duration = Duration::from_secs(2);

/// How many failures are free, and how the wait grows after them.
#[derive(Debug, Clone, Copy)]
struct Limit {
    /// What failures are counted by; part of the digest.
    counted_by: &'static str,
    /// Failures without a wait.
    free_failures: u32,
    /// The longest wait.
    max_wait: Duration,
    /// Whether a success deletes the failures. Those of an address stay: its user may have one account, and guess at
    /// others.
    reset_on_success: bool,
}

const LIMITS: [Limit; 3] = [
    // One account from one address: someone mistypes, or guesses.
    Limit {
        counted_by: "account and address",
        free_failures: 5,
        max_wait: Duration::from_secs(15 * 60),
        reset_on_success: true,
    },
    // One account from many addresses. The wait stays short, so that nobody can be locked out by others for long.
    Limit {
        counted_by: "account",
        free_failures: 30,
        max_wait: Duration::from_secs(60),
        reset_on_success: true,
    },
    // Many accounts from one address.
    Limit {
        counted_by: "address",
        free_failures: 50,
        max_wait: Duration::from_secs(15 * 60),
        reset_on_success: false,
    },
];

impl Limit {
    /// How long after the last of this many failures the next attempt is refused.
    fn wait_after(self, failures: u32) -> Duration {
        match failures.checked_sub(self.free_failures + 1) {
            None => Duration::ZERO,
            Some(beyond) => FIRST_WAIT.saturating_mul(1 << beyond.min(16)).min(self.max_wait),
        }
    }

    /// The number of failures from which on the wait no longer grows.
    fn failures_of_max_wait(self) -> u32 {
        self.free_failures + 12
    }
}

/// A sign-in attempt whose outcome is not known yet.
#[derive(Debug)]
pub(super) struct SignInAttempt {
    ctx: Ctx,
    rows: Vec<AttemptModel>,
}

impl SignInAttempt {
    /// Records an attempt for the account from the address.
    ///
    /// # Errors
    /// `RateLimited` when it is too soon; then nothing is recorded.
    pub(super) async fn start(ctx: &Ctx, secret: &[u8], account: &str, address: &str) -> Result<Self> {
        let ctx = ctx.with_principal(Principal::System);
        let network = client_network(address);
        let key = |limit: Limit| match limit.counted_by {
            "account" => keyed_digest(secret, "sign-in attempt", &[limit.counted_by, account]),
            "address" => keyed_digest(secret, "sign-in attempt", &[limit.counted_by, &network]),
            _ => keyed_digest(secret, "sign-in attempt", &[limit.counted_by, account, &network]),
        };
        let inputs = LIMITS.map(|limit| AttemptInput::new(key(limit)));
        let rows = Service::<Attempt>::new(&ctx).create_many(inputs).await?;
        let attempt = Self { ctx, rows };
        let wait = attempt.remaining_wait().await?;
        if wait.is_zero() {
            return Ok(attempt);
        }
        // The password was not checked, so this does not count: an impatient user does not wait longer for it.
        attempt.delete_rows().await?;
        Err(Error::RateLimited { retry_after: wait })
    }

    /// How much longer the next attempt has to wait.
    async fn remaining_wait(&self) -> Result<Duration> {
        let (now, mut wait) = (self.ctx.now(), Duration::ZERO);
        let attempts = Service::<Attempt>::new(&self.ctx);
        for (limit, row) in LIMITS.iter().zip(&self.rows) {
            let before = Attempt::key().eq(row.key.as_str())
                & Attempt::created_at().gt(now - FAILURE_LIFETIME)
                & Attempt::id().ne(row.id);
            let query =
                Query::filter(before).order(Attempt::created_at().desc()).first(limit.failures_of_max_wait());
            let failures = attempts.list(query).await?.items;
            let Some(last) = failures.first() else { continue };
            let limit_wait = limit.wait_after(u32::try_from(failures.len()).unwrap_or(u32::MAX));
            let since = now.signed_duration_since(last.created_at).to_std().unwrap_or_default();
            wait = wait.max(limit_wait.saturating_sub(since));
        }
        Ok(wait)
    }

    /// The password was right.
    pub(super) async fn succeeded(self) -> Result<()> {
        let reset = LIMITS.iter().zip(&self.rows).filter(|(limit, _)| limit.reset_on_success);
        let keys: Vec<_> = reset.map(|(_, row)| row.key.clone()).collect();
        Service::<Attempt>::new(&self.ctx).delete_where(Attempt::key().is_in(keys)).await?;
        self.delete_rows().await
    }

    async fn delete_rows(&self) -> Result<()> {
        let ids: Vec<_> = self.rows.iter().map(|row| row.id).collect();
        Service::<Attempt>::new(&self.ctx).delete_where(Attempt::id().is_in(ids)).await?;
        Ok(())
    }

    /// The password was wrong: the recorded rows stay. Those that are too old to count are deleted.
    pub(super) async fn failed(self) -> Result<()> {
        let old = Attempt::created_at().lt(self.ctx.now() - FAILURE_LIFETIME);
        Service::<Attempt>::new(&self.ctx).delete_where(old).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::LIMITS;
    use std::time::Duration;

    #[test]
    fn some_failures_are_free_then_the_wait_grows_up_to_a_limit() {
        for limit in LIMITS {
            assert_eq!(limit.wait_after(limit.free_failures), Duration::ZERO);
            assert_eq!(limit.wait_after(limit.free_failures + 1), Duration::from_secs(2));
            assert_eq!(limit.wait_after(limit.free_failures + 2), Duration::from_secs(4));
            assert_eq!(limit.wait_after(limit.failures_of_max_wait()), limit.max_wait);
            assert_eq!(limit.wait_after(u32::MAX), limit.max_wait);
        }
    }
}
