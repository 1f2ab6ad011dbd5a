//! API tokens: `ent_` and 32 random bytes, shown once, stored as a digest.

use std::collections::HashMap;
use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::auth::secret;
use crate::auth::{ApiToken, ApiTokenInput, ApiTokenModel, ApiTokenPatch};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::principal::Principal;
use crate::query::Query;
use crate::service::Service;
use crate::types::{Change, Id};

/// What every token starts with, so that scanners recognise one that leaked.
const PREFIX: &str = "ent_";
/// How long a verified token is taken on trust. Another process sees a revocation this much later.
const TRUST: Duration = Duration::from_secs(5);
/// Verified tokens that are remembered.
const REMEMBERED: usize = 10_000;
/// Characters of a token that are kept to tell tokens apart.
const HINT: usize = 6;

/// Counts the revocations of this process: what was verified before the last one is not trusted any more.
static REVOCATIONS: AtomicU64 = AtomicU64::new(0);

/// Makes a token and answers its row and the token itself, which is shown this once and cannot be read again.
///
/// # Errors
/// `Validation` for a name that is empty or too long, or a time of expiry that has passed.
pub async fn create_token(
    ctx: &Ctx,
    name: &str,
    roles: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(ApiTokenModel, String)> {
    if expires_at.is_some_and(|time| time <= ctx.now()) {
        let error = crate::error::FieldError::new("expires_at", "past", "must be in the future");
        return Err(Error::Validation(vec![error]));
    }
    let secret = secret::random()?;
    let hint = secret.get(secret.len() - HINT..).unwrap_or_default().to_owned();
    let plain = format!("{PREFIX}{secret}");
    let mut input = ApiTokenInput::new(name, secret::hex(&secret::digest(&plain)), hint, roles);
    input.expires_at = expires_at;
    let token = Service::<ApiToken>::new(ctx).create(input).await?;
    Ok((token, plain))
}

/// Revokes a token. In this process it takes effect at once, in others within seconds.
///
/// # Errors
/// `NotFound` when there is no such token.
pub async fn revoke_token(ctx: &Ctx, id: Id<ApiToken>) -> Result<ApiTokenModel> {
    let patch = ApiTokenPatch { revoked_at: Change::Set(Some(ctx.now())), ..ApiTokenPatch::default() };
    let token = Service::<ApiToken>::new(ctx).update(id, patch).await;
    REVOCATIONS.fetch_add(1, Ordering::SeqCst);
    token
}

/// The principal of a token, asked of the database.
///
/// # Errors
/// `Unauthenticated` for a token that is malformed, unknown, expired or revoked.
pub async fn authenticate(ctx: &Ctx, token: &str) -> Result<Principal> {
    let known = find(ctx, &digest_of(token)?).await?;
    Ok(known.principal)
}

/// A token that was verified.
#[derive(Debug, Clone)]
struct Known {
    principal: Principal,
    expires_at: Option<DateTime<Utc>>,
}

/// Verified tokens, remembered for a few seconds, so that a request with a token costs no extra statement.
#[derive(Debug, Default)]
pub struct Tokens {
    remembered: RwLock<HashMap<[u8; 32], Remembered>>,
}

#[derive(Debug)]
struct Remembered {
    known: Known,
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
    ///
    /// # Errors
    /// As [`authenticate`].
    pub async fn authenticate(&self, ctx: &Ctx, token: &str) -> Result<Principal> {
        let digest = digest_of(token)?;
        if let Some(principal) = self.recall(&digest, ctx.now()) {
            return Ok(principal);
        }
        // Read before the row is: a revocation in between makes the entry worthless, not wrong.
        let revocations = REVOCATIONS.load(Ordering::SeqCst);
        // On the heap: the future of every request would hold this one, and most never come here.
        let known = Box::pin(find(ctx, &digest)).await?;
        let principal = known.principal.clone();
        self.remember(digest, Remembered { known, verified: Instant::now(), revocations });
        Ok(principal)
    }

    fn recall(&self, digest: &[u8; 32], now: DateTime<Utc>) -> Option<Principal> {
        let remembered = self.remembered.read().ok()?;
        let entry = remembered.get(digest)?;
        entry.holds(now).then(|| entry.known.principal.clone())
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

/// Refuses what cannot be a token before anything is asked of the database.
fn digest_of(token: &str) -> Result<[u8; 32]> {
    match token.strip_prefix(PREFIX) {
        Some(secret) if secret::well_formed(secret) => Ok(secret::digest(token)),
        _ => Err(Error::Unauthenticated),
    }
}

async fn find(ctx: &Ctx, digest: &[u8; 32]) -> Result<Known> {
    let system = ctx.with_principal(Principal::System);
    let query = Query::filter(ApiToken::hash().eq(secret::hex(digest))).first(1);
    let found = Service::<ApiToken>::new(&system).list(query).await?;
    let token = found.items.into_iter().next().ok_or(Error::Unauthenticated)?;
    let expired = token.expires_at.is_some_and(|time| time <= ctx.now());
    if expired || token.revoked_at.is_some() {
        return Err(Error::Unauthenticated);
    }
    Ok(Known {
        principal: Principal::subject(format!("token:{}", token.id), token.name, token.roles),
        expires_at: token.expires_at,
    })
}
