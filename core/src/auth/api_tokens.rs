//! API tokens: `ent_` and 32 random bytes, shown once, stored as a digest.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};

use crate::auth::random_secret as secret;
use crate::auth::{Account, ApiToken, ApiTokenInput, ApiTokenModel, ApiTokenPatch};
use crate::ctx::Ctx;
use crate::entity::Id;
use crate::error::{Error, Result};
use crate::service::Service;
use crate::types::Change;

/// The prefix of every token, by which secret scanners recognise one that leaked.
pub(super) const PREFIX: &str = "ent_";
/// Tokens that an account may have for itself.
pub(super) const MAX_OWN_TOKENS: u32 = 50;
/// Characters of a token that are stored, by which people recognise it.
const HINT_LENGTH: usize = 6;

/// The number of revocations in this process: cached tokens that were verified before the last one are verified again.
pub(super) static REVOCATIONS: AtomicU64 = AtomicU64::new(0);

/// Creates a token without a subject, so it owns no rows. Returns its row and the token itself, which is shown this once
/// and cannot be read again.
///
/// # Errors
/// `Validation` for a name that is empty or too long, or a time of expiry that has passed.
pub async fn create_token(
    ctx: &Ctx,
    name: &str,
    roles: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(ApiTokenModel, String)> {
    create_token_for(ctx, name, roles, expires_at, None).await
}

/// As [`create_token`], with the subject that `owner(…)` compares columns with.
///
/// # Errors
/// As [`create_token`].
pub async fn create_token_for(
    ctx: &Ctx,
    name: &str,
    roles: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    subject: Option<String>,
) -> Result<(ApiTokenModel, String)> {
    create_token_of(ctx, (None, roles, subject), name, expires_at).await
}

/// As [`create_token_for`], of an account that makes it for itself.
pub(crate) async fn create_token_of(
    ctx: &Ctx,
    (account, roles, subject): (Option<Id<Account>>, Vec<String>, Option<String>),
    name: &str,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(ApiTokenModel, String)> {
    if expires_at.is_some_and(|time| time <= ctx.now()) {
        let error = crate::error::FieldError::new("expires_at", "past", "must be in the future");
        return Err(Error::Validation(vec![error]));
    }
    let secret = secret::random()?;
    let hint = secret.get(secret.len() - HINT_LENGTH..).unwrap_or_default().to_owned();
    let plain = format!("{PREFIX}{secret}");
    let mut input = ApiTokenInput::new(name, secret::hex(&secret::digest(&plain)), hint, roles);
    input.expires_at = expires_at;
    input.subject = subject;
    input.account_id = account;
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
    forget_verified();
    token
}

/// Has every token verified again before it is next accepted by this process.
pub(super) fn forget_verified() {
    REVOCATIONS.fetch_add(1, Ordering::SeqCst);
}
