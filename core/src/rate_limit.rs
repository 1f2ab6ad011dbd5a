//! Limits on how many requests a client may send: so many in a period, of which any part may come at once.
//!
//! Counted by the generic cell rate algorithm: of each client one number is kept, the time at which nothing of what it has sent
//! counts any more. Each node keeps these times itself, those used most up to a bound in bytes, or all nodes keep them in
//! the database. Clients are known by a digest.

mod entities;
mod gcra;
mod node;

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::config::{RateLimit, RateLimitStore};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::rate_limit::gcra::Gcra;
use crate::rate_limit::node::NodeStore;
use crate::service::{Cleaning, Service};
use crate::sql;
use crate::value::Value;

unstable! { pub use entities::{entities, RateQuota, RateQuotaInput, RateQuotaModel, RateQuotaPatch}; }

/// The name of the limit that the settings have for all paths.
const GENERAL: &str = "default";
/// A limit, and what it is for.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    /// The path that it is for, with all below it; every path without one.
    path: Option<String>,
    limit: RateLimit,
}

impl Policy {
    /// A limit on a path and all below it.
    pub(crate) fn on(path: String, limit: RateLimit) -> Self {
        Self { path: Some(path), limit }
    }

    fn name(&self) -> &str {
        self.path.as_deref().unwrap_or(GENERAL)
    }

    fn applies_to(&self, path: &str) -> bool {
        self.path.as_deref().is_none_or(|own| {
            path.strip_prefix(own)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || own.ends_with('/'))
        })
    }
}

/// The limits of an application.
#[derive(Debug)]
pub(crate) struct RateLimits {
    policies: Vec<Policy>,
    store: Store,
    /// The application's: digests of clients are of no use without it.
    secret: Vec<u8>,
}

#[derive(Debug)]
enum Store {
    Node(NodeStore),
    Database { cleaning: Cleaning },
}

/// What a client has left of a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quota {
    /// The limit's name.
    pub(crate) name: String,
    pub(crate) limit: RateLimit,
    /// How many requests may come now.
    pub(crate) remaining: u32,
    /// When all of them may.
    pub(crate) reset: Duration,
    /// How long the request would have to wait; nothing for one that may come.
    pub(crate) wait: Option<Duration>,
}

impl RateLimits {
    /// Those of the settings and of the program; nothing where there are none.
    pub(crate) fn new(
        general: Option<RateLimit>,
        own: &[Policy],
        store: RateLimitStore,
        secret: &[u8],
    ) -> Option<Self> {
        let general = general.map(|limit| Policy { path: None, limit });
        let policies: Vec<_> = general.into_iter().chain(own.iter().cloned()).collect();
        let store = match store {
            RateLimitStore::Node => Store::Node(NodeStore::default()),
            RateLimitStore::Database => Store::Database { cleaning: Cleaning::default() },
        };
        (!policies.is_empty()).then(|| Self { policies, store, secret: secret.to_vec() })
    }

    /// Counts one request of a client against every limit on the path, up to the first that refuses it. Answers what is left of
    /// each; when the database cannot be asked, nothing, and the request may come.
    pub(crate) async fn count(&self, ctx: &Ctx, client: &str, path: &str) -> Vec<Quota> {
        let mut quotas = Vec::new();
        for policy in self.policies.iter().filter(|policy| policy.applies_to(path)) {
            let (gcra, key) = (Gcra::of(policy.limit), self.key(policy, client));
            let decision = match &self.store {
                Store::Node(store) => store.count(key, gcra),
                Store::Database { cleaning } => match count_in_database(ctx, &key, gcra, cleaning).await {
                    Ok(decision) => decision,
                    Err(error) => {
                        tracing::warn!(%error, "a request could not be counted for its rate limit");
                        continue;
                    }
                },
            };
            let wait = decision.wait;
            quotas.push(Quota {
                name: policy.name().to_owned(),
                limit: policy.limit,
                remaining: decision.remaining,
                reset: decision.reset,
                wait,
            });
            if wait.is_some() {
                break;
            }
        }
        quotas
    }

    /// A client of a limit. What was used of another limit, under which it ran before, does not count.
    fn key(&self, policy: &Policy, client: &str) -> [u8; 16] {
        let mut digest = Sha256::new();
        let limit = policy.limit.to_string();
        for part in [&*self.secret, policy.name().as_bytes(), limit.as_bytes(), client.as_bytes()] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let digest: [u8; 32] = digest.finalize().into();
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        key
    }
}

/// Counts a request in the database, by one statement.
async fn count_in_database(
    ctx: &Ctx,
    key: &[u8; 16],
    gcra: Gcra,
    cleaning: &Cleaning,
) -> Result<gcra::Decision> {
    let micros = ctx.now().timestamp_micros();
    let client = format!("{:032x}", u128::from_be_bytes(*key));
    let (statement, layout) = sql::rate_limit::count(ctx.db().dialect(), &client, micros, gcra.micros());
    let rows = ctx.engine().write(statement, &layout).await?;
    clean(ctx, cleaning);
    let (full_at, taken) = match rows.first().map(|row| (row.get(0), row.get(1))) {
        Some((Value::Int(full_at), Value::Bool(taken))) => (*full_at, *taken),
        _ => return Err(crate::error::Error::internal("a rate limit was not counted")),
    };
    Ok(gcra.decision(u64::try_from(full_at.saturating_sub(micros)).unwrap_or(0).saturating_mul(1000), taken))
}

/// Deletes the rows of those who have all of their requests again.
fn clean(ctx: &Ctx, cleaning: &Cleaning) {
    cleaning.now_and_then("old rows of rate limits", ctx, async |ctx, now| {
        let past = RateQuota::full_at().lt(now.timestamp_micros());
        Service::<RateQuota>::new(&ctx).delete_where(past).await.map(drop)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_on_its_path_and_what_is_below() {
        let limit: RateLimit = "10/1m".parse().unwrap();
        let login = Policy::on("/api/login".to_owned(), limit);
        for (path, applies) in [
            ("/api/login", true),
            ("/api/login/", true),
            ("/api/login/again", true),
            ("/api/logins", false),
            ("/api", false),
            ("/x/api/login", false),
        ] {
            assert_eq!(login.applies_to(path), applies, "{path}");
        }
        assert!(Policy::on("/".to_owned(), limit).applies_to("/api"));
        assert!(Policy { path: None, limit }.applies_to("/api"));
        let limits = RateLimits::new(Some(limit), &[login], RateLimitStore::Node, b"secret").unwrap();
        let on = |path: &str, limit: &str| Policy::on(path.to_owned(), limit.parse().unwrap());
        let key = limits.key(&on("/a", "10/1m"), "bc");
        for (other, client) in
            [(on("/ab", "10/1m"), "c"), (on("/a", "10/1m"), "b"), (on("/a", "10/2m"), "bc")]
        {
            assert_ne!(limits.key(&other, client), key);
        }
        assert!(RateLimits::new(None, &[], RateLimitStore::Node, b"secret").is_none());
    }
}
