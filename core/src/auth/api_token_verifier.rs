//! API tokens as credentials: finds the principal of a token.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use crate::auth::api_tokens::{PREFIX, REVOCATIONS};
use crate::auth::random_secret as secret;
use crate::auth::record_use::soon;
use crate::auth::token_cache::{CachedToken, TokenCache};
use crate::auth::{ApiToken, ApiTokenModel, ApiTokenPatch, Authenticated, Refusal};
use crate::ctx::Ctx;
use crate::principal::{Principal, Subject};
use crate::query::Query;
use crate::service::Service;
use crate::types::Change;

/// How long a verified token is cached. Another process notices a revocation this much later.
const CACHE_LIFETIME: Duration = Duration::from_secs(5);
/// The precision of `last_used_at`: writing it at every request would cost a write per request.
const LAST_USED_PRECISION: TimeDelta = TimeDelta::minutes(10);

/// Whether a text begins like an API token.
pub(super) fn has_prefix(token: &str) -> bool {
    token.starts_with(PREFIX)
}

/// Verifies API tokens. Caches them for a few seconds, so that a request with a token costs no extra statement.
#[derive(Debug, Default)]
pub(super) struct ApiTokenVerifier {
    cache: TokenCache<CachedApiToken>,
}

#[derive(Debug, Clone)]
struct CachedApiToken {
    authenticated: Authenticated,
    verified_at: Instant,
    revocations: u64,
}

impl CachedToken for CachedApiToken {
    fn principal(&self) -> &Principal {
        &self.authenticated.principal
    }
}

impl CachedApiToken {
    fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.verified_at.elapsed() < CACHE_LIFETIME
            && self.revocations == REVOCATIONS.load(Ordering::SeqCst)
            && self.authenticated.expires_at.is_none_or(|time| now < time)
    }
}

impl ApiTokenVerifier {
    pub(super) fn cached_bytes(&self) -> u64 {
        self.cache.bytes()
    }

    /// The principal of a token.
    pub(super) async fn authenticate(&self, ctx: &Ctx, token: &str) -> Result<Authenticated, Refusal> {
        let digest = digest_of(token).ok_or(Refusal::Invalid)?;
        if let Some(authenticated) = self.cached(&digest, ctx.now()) {
            return Ok(authenticated);
        }
        // Read before the row is: a revocation in between makes the entry useless, not wrong.
        let revocations = REVOCATIONS.load(Ordering::SeqCst);
        // On the heap: otherwise the future of every request would contain this one, and most never run it.
        let authenticated = Box::pin(find(ctx, &digest)).await?;
        let entry =
            CachedApiToken { authenticated: authenticated.clone(), verified_at: Instant::now(), revocations };
        self.cache.insert(digest, entry);
        Ok(authenticated)
    }

    fn cached(&self, digest: &[u8; 32], now: DateTime<Utc>) -> Option<Authenticated> {
        let entry = self.cache.get(digest)?;
        entry.is_valid(now).then_some(entry.authenticated)
    }
}

/// Refuses what cannot be a token without a query. The digest is what is looked up, so the time of the lookup does not
/// reveal how many characters of a guess are right.
fn digest_of(token: &str) -> Option<[u8; 32]> {
    let secret = token.strip_prefix(PREFIX)?;
    secret::well_formed(secret).then(|| secret::digest(token))
}

async fn find(ctx: &Ctx, digest: &[u8; 32]) -> Result<Authenticated, Refusal> {
    let system = ctx.with_principal(Principal::System);
    let query = Query::filter(ApiToken::hash().eq(secret::hex(digest))).first(1);
    let page = Service::<ApiToken>::new(&system).list(query).await?;
    let token = page.items.into_iter().next().ok_or(Refusal::Invalid)?;
    if token.revoked_at.is_some() {
        return Err(Refusal::Invalid);
    }
    if token.expires_at.is_some_and(|time| time <= ctx.now()) {
        return Err(Refusal::Expired);
    }
    record_use(&system, &token).await;
    let bearer = Subject::new(format!("token:{}", token.id), token.name, token.roles);
    let principal = Subject { subject: token.subject, ..bearer }.into();
    Ok(Authenticated { principal, expires_at: token.expires_at })
}

/// Records that the token was used. A database that is read-only or locked at the moment is no reason to refuse a token,
/// nor to wait.
async fn record_use(system: &Ctx, token: &ApiTokenModel) {
    let now = system.now();
    if token.last_used_at.is_some_and(|time| now.signed_duration_since(time) < LAST_USED_PRECISION) {
        return;
    }
    let patch = ApiTokenPatch { last_used_at: Change::Set(Some(now)), ..ApiTokenPatch::default() };
    if let Err(error) = soon(Service::<ApiToken>::new(system).update(token.id, patch)).await {
        tracing::warn!(%error, token = %token.id, "the use of a token could not be recorded");
    }
}
