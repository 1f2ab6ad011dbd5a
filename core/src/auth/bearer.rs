//! API tokens as credentials: who the bearer of a token is.

use std::collections::HashMap;
use std::sync::RwLock;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use crate::auth::secret;
use crate::auth::token::{PREFIX, REVOCATIONS};
use crate::auth::{ApiToken, ApiTokenModel, ApiTokenPatch, Authenticated, Refusal};
use crate::ctx::Ctx;
use crate::principal::{Principal, Subject};
use crate::query::Query;
use crate::service::Service;
use crate::types::Change;

/// How long a verified token is taken on trust. Another process sees a revocation this much later.
const TRUST: Duration = Duration::from_secs(5);
/// Verified tokens that are remembered.
const REMEMBERED: usize = 10_000;
/// How exactly the last use is noted: writing it at every request would cost a write per request.
const NOTED: TimeDelta = TimeDelta::minutes(10);

/// Whether a text claims to be an API token.
pub(super) fn is_one(token: &str) -> bool {
    token.starts_with(PREFIX)
}

/// Verified tokens, remembered for a few seconds, so that a request with a token costs no extra statement.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    remembered: RwLock<HashMap<[u8; 32], Remembered>>,
}

#[derive(Debug)]
struct Remembered {
    known: Authenticated,
    verified: Instant,
    revocations: u64,
}

impl Remembered {
    fn holds(&self, now: DateTime<Utc>) -> bool {
        self.verified.elapsed() < TRUST
            && self.revocations == REVOCATIONS.load(Ordering::SeqCst)
            && self.known.expires_at.is_none_or(|time| now < time)
    }
}

impl Tokens {
    /// The principal of a token.
    pub(super) async fn authenticate(&self, ctx: &Ctx, token: &str) -> Result<Authenticated, Refusal> {
        let digest = digest_of(token).ok_or(Refusal::Invalid)?;
        if let Some(known) = self.recall(&digest, ctx.now()) {
            return Ok(known);
        }
        // Read before the row is: a revocation in between makes the entry worthless, not wrong.
        let revocations = REVOCATIONS.load(Ordering::SeqCst);
        // On the heap: the future of every request would hold this one, and most never come here.
        let known = Box::pin(find(ctx, &digest)).await?;
        self.remember(digest, Remembered { known: known.clone(), verified: Instant::now(), revocations });
        Ok(known)
    }

    fn recall(&self, digest: &[u8; 32], now: DateTime<Utc>) -> Option<Authenticated> {
        let remembered = self.remembered.read().ok()?;
        let entry = remembered.get(digest)?;
        entry.holds(now).then(|| entry.known.clone())
    }

    fn remember(&self, digest: [u8; 32], entry: Remembered) {
        let Ok(mut remembered) = self.remembered.write() else {
            return;
        };
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(digest, entry);
    }
}

/// Refuses what cannot be a token before anything is asked of the database. The digest is what is looked up: how far a
/// guess agrees with a token cannot be told from the time that takes.
fn digest_of(token: &str) -> Option<[u8; 32]> {
    let secret = token.strip_prefix(PREFIX)?;
    secret::well_formed(secret).then(|| secret::digest(token))
}

async fn find(ctx: &Ctx, digest: &[u8; 32]) -> Result<Authenticated, Refusal> {
    let system = ctx.with_principal(Principal::System);
    let query = Query::filter(ApiToken::hash().eq(secret::hex(digest))).first(1);
    let found = Service::<ApiToken>::new(&system).list(query).await?;
    let token = found.items.into_iter().next().ok_or(Refusal::Invalid)?;
    if token.revoked_at.is_some() {
        return Err(Refusal::Invalid);
    }
    if token.expires_at.is_some_and(|time| time <= ctx.now()) {
        return Err(Refusal::Expired);
    }
    note_use(&system, &token).await;
    let who = Subject::new(format!("token:{}", token.id), token.name, token.roles);
    let principal = Subject { subject: token.subject, ..who }.into();
    Ok(Authenticated { principal, expires_at: token.expires_at })
}

/// Notes that the token was used. A database that only reads just now is no reason to refuse a token.
async fn note_use(system: &Ctx, token: &ApiTokenModel) {
    let now = system.now();
    if token.last_used_at.is_some_and(|time| now.signed_duration_since(time) < NOTED) {
        return;
    }
    let patch = ApiTokenPatch { last_used_at: Change::Set(Some(now)), ..ApiTokenPatch::default() };
    if let Err(error) = Service::<ApiToken>::new(system).update(token.id, patch).await {
        tracing::warn!(%error, token = %token.id, "the use of a token could not be noted");
    }
}
