//! Slows down guessing: after some failures an account, an address, or the one from the other can be tried only now
//! and then.
//!
//! A try is written down before its outcome is known, so that tries at the same time count too, and in the database,
//! so that every node counts them. What is written down is forgotten after an hour.

use std::net::IpAddr;
use std::time::Duration;

use chrono::TimeDelta;

use crate::auth::secret::keyed_digest;
use crate::auth::{Attempt, AttemptInput, AttemptModel};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::principal::Principal;
use crate::query::Query;
use crate::service::Service;

/// Failures older than this are forgotten.
const MEMORY: TimeDelta = TimeDelta::hours(1);
/// The wait after the first failure that is not free; it doubles with every further one.
const FIRST_WAIT: Duration = Duration::from_secs(2);

/// How many failures something may have, and what happens then.
#[derive(Debug, Clone, Copy)]
struct Limit {
    /// What is counted; part of the digest.
    what: &'static str,
    /// Failures that cost nothing.
    free: u32,
    /// The longest wait.
    longest: Duration,
    /// Whether a success forgets the failures. Those of an address are kept: it may hold one account, and guess at
    /// others.
    forgiven: bool,
}

const LIMITS: [Limit; 3] = [
    // One account from one address: someone who mistypes, or guesses.
    Limit { what: "account and address", free: 5, longest: Duration::from_secs(15 * 60), forgiven: true },
    // One account from many addresses. The wait stays short, so that nobody can be locked out by others for long.
    Limit { what: "account", free: 30, longest: Duration::from_secs(60), forgiven: true },
    // Many accounts from one address.
    Limit { what: "address", free: 50, longest: Duration::from_secs(15 * 60), forgiven: false },
];

impl Limit {
    /// How long after the last of so many failures the next try is refused.
    fn wait(self, failures: u32) -> Duration {
        match failures.checked_sub(self.free + 1) {
            None => Duration::ZERO,
            Some(beyond) => FIRST_WAIT.saturating_mul(1 << beyond.min(16)).min(self.longest),
        }
    }

    /// More failures than this make the wait no longer.
    fn enough(self) -> u32 {
        self.free + 12
    }
}

/// A try that is going on.
#[derive(Debug)]
pub(super) struct Try {
    ctx: Ctx,
    rows: Vec<AttemptModel>,
}

impl Try {
    /// Writes down that the account is tried from the address.
    ///
    /// # Errors
    /// `RateLimited` when it is too soon; then nothing is written down.
    pub(super) async fn begin(ctx: &Ctx, secret: &[u8], account: &str, address: &str) -> Result<Self> {
        let ctx = ctx.with_principal(Principal::System);
        let network = network(address);
        let key = |limit: Limit| match limit.what {
            "account" => keyed_digest(secret, "sign-in attempt", &[limit.what, account]),
            "address" => keyed_digest(secret, "sign-in attempt", &[limit.what, &network]),
            _ => keyed_digest(secret, "sign-in attempt", &[limit.what, account, &network]),
        };
        let inputs = LIMITS.map(|limit| AttemptInput::new(key(limit)));
        let rows = Service::<Attempt>::new(&ctx).create_many(inputs).await?;
        let this = Self { ctx, rows };
        let wait = this.wait().await?;
        if wait.is_zero() {
            return Ok(this);
        }
        // What is refused unseen was no try: an impatient user does not wait the longer for it.
        this.withdraw().await?;
        Err(Error::RateLimited { retry_after: wait })
    }

    /// How much longer one has to wait.
    async fn wait(&self) -> Result<Duration> {
        let (now, mut longest) = (self.ctx.now(), Duration::ZERO);
        let attempts = Service::<Attempt>::new(&self.ctx);
        for (limit, own) in LIMITS.iter().zip(&self.rows) {
            let before = Attempt::key().eq(own.key.as_str())
                & Attempt::created_at().gt(now - MEMORY)
                & Attempt::id().ne(own.id);
            let query = Query::filter(before).order(Attempt::created_at().desc()).first(limit.enough());
            let failures = attempts.list(query).await?.items;
            let Some(last) = failures.first() else { continue };
            let wait = limit.wait(u32::try_from(failures.len()).unwrap_or(u32::MAX));
            let since = now.signed_duration_since(last.created_at).to_std().unwrap_or_default();
            longest = longest.max(wait.saturating_sub(since));
        }
        Ok(longest)
    }

    /// The password was right.
    pub(super) async fn succeeded(self) -> Result<()> {
        let forgiven = LIMITS.iter().zip(&self.rows).filter(|(limit, _)| limit.forgiven);
        let keys: Vec<_> = forgiven.map(|(_, row)| row.key.clone()).collect();
        Service::<Attempt>::new(&self.ctx).delete_where(Attempt::key().is_in(keys)).await?;
        self.withdraw().await
    }

    async fn withdraw(&self) -> Result<()> {
        let own: Vec<_> = self.rows.iter().map(|row| row.id).collect();
        Service::<Attempt>::new(&self.ctx).delete_where(Attempt::id().is_in(own)).await?;
        Ok(())
    }

    /// It was not: what was written down stays. What is too old to count goes.
    pub(super) async fn failed(self) -> Result<()> {
        let old = Attempt::created_at().lt(self.ctx.now() - MEMORY);
        Service::<Attempt>::new(&self.ctx).delete_where(old).await?;
        Ok(())
    }
}

/// Who owns an IPv6 address owns the 2^64 beside it.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => format!("{:x}/64", address.to_bits() >> 64),
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{LIMITS, network};
    use std::time::Duration;

    #[test]
    fn some_failures_are_free_then_the_wait_grows_up_to_a_limit() {
        for limit in LIMITS {
            assert_eq!(limit.wait(limit.free), Duration::ZERO);
            assert_eq!(limit.wait(limit.free + 1), Duration::from_secs(2));
            assert_eq!(limit.wait(limit.free + 2), Duration::from_secs(4));
            assert_eq!(limit.wait(limit.enough()), limit.longest);
            assert_eq!(limit.wait(u32::MAX), limit.longest);
        }
    }

    #[test]
    fn neighbours_in_ipv6_are_one() {
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:10.0.0.1"), "10.0.0.1");
        assert_ne!(network("10.0.0.1"), network("10.0.0.2"));
    }
}
