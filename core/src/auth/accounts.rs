//! Accounts: creating and changing them, and checking their passwords.

use crate::auth::sign_in_throttle::SignInAttempt;
use crate::auth::verify_password::{MAX_PASSWORD_BYTES, verify_password};
use crate::auth::{Account, AccountInput, AccountModel, AccountPatch};
use crate::ctx::Ctx;
use crate::error::{Error, FieldError, Result};
use crate::principal::Principal;
use crate::query::Query;
use crate::service::Service;
use crate::types::{Change, Password};

/// Characters of the shortest password.
pub const MIN_PASSWORD: usize = 8;

/// Creates an account that can sign in and has no subject, so it owns no rows.
///
/// # Errors
/// `Validation` for an address that is not one or a password that is too short, `Conflict` for a taken address.
pub async fn create_account(
    ctx: &Ctx,
    email: &str,
    password: &str,
    roles: Vec<String>,
) -> Result<AccountModel> {
    create_account_for(ctx, email, password, roles, None).await
}

/// As [`create_account`], with the subject that `owner(…)` compares columns with.
///
/// # Errors
/// As [`create_account`].
pub async fn create_account_for(
    ctx: &Ctx,
    email: &str,
    password: &str,
    roles: Vec<String>,
    subject: Option<String>,
) -> Result<AccountModel> {
    let mut input = AccountInput::new(normalize_email(email), Password::from(password), roles);
    input.subject = subject;
    Service::<Account>::new(ctx).create(input).await
}

/// A change of an account; what is absent stays as it is.
#[derive(Debug, Default)]
pub struct AccountChange {
    /// The new password. Ends all sessions of the account.
    pub password: Option<String>,
    /// Its new roles; its sessions have them from their next request on.
    pub roles: Option<Vec<String>>,
    /// Whether it may sign in. If not, its sessions end.
    pub active: Option<bool>,
    /// Its new subject; `Some(None)` removes it.
    pub subject: Option<Option<String>>,
    /// The language in which it reads the admin (`en`, `de`); `Some(None)` leaves it to the browser.
    pub language: Option<Option<String>>,
    /// The zone in which it reads times, by its IANA name; `Some(None)` is UTC.
    pub time_zone: Option<Option<String>>,
    /// Whether it reads dense lists.
    pub dense: Option<bool>,
}

/// Changes the account with this address.
///
/// # Errors
/// `NotFound` when there is none, `Validation` for a password that is too short.
pub async fn change_account(ctx: &Ctx, email: &str, change: AccountChange) -> Result<AccountModel> {
    check_time_zone(&change)?;
    let account = find_account(ctx, &normalize_email(email)).await?;
    let account = account.ok_or(Error::NotFound("this account".into()))?;
    let patch = AccountPatch {
        password: change.password.map_or(Change::Keep, |plain| Change::Set(Password::from(plain))),
        roles: change.roles.map_or(Change::Keep, Change::Set),
        active: change.active.map_or(Change::Keep, Change::Set),
        subject: change.subject.map_or(Change::Keep, Change::Set),
        language: change.language.map_or(Change::Keep, Change::Set),
        time_zone: change.time_zone.map_or(Change::Keep, Change::Set),
        dense: change.dense.map_or(Change::Keep, |dense| Change::Set(Some(dense))),
        ..AccountPatch::default()
    };
    Service::<Account>::new(ctx).update(account.id, patch).await
}

fn check_time_zone(change: &AccountChange) -> Result<()> {
    match &change.time_zone {
        Some(Some(zone)) if zone.parse::<chrono_tz::Tz>().is_err() => {
            let message = "is no time zone; choose one like Europe/Berlin";
            Err(Error::Validation(vec![FieldError::new("time_zone", "choice", message)]))
        }
        _ => Ok(()),
    }
}

/// Checks passwords at sign-in.
pub struct Accounts {
    /// The key of the digests under which attempts are recorded.
    secret: Vec<u8>,
}

// Written by hand: the secret must not reach a log.
impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

impl Accounts {
    /// Checks passwords for an application with this secret, which all of its nodes share.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self { secret: secret.to_vec() }
    }

    /// The account with this address and password.
    ///
    /// Unknown accounts, wrong passwords and inactive accounts get the same answer, at the same cost.
    ///
    /// # Errors
    /// `Unauthenticated`, or `RateLimited` after too many failures of this account or from this address.
    pub async fn sign_in(
        &self,
        ctx: &Ctx,
        email: &str,
        password: &str,
        address: &str,
    ) -> Result<AccountModel> {
        let email = normalize_email(email);
        if email.len() > 254 || email.contains('\0') || password.len() > MAX_PASSWORD_BYTES {
            return Err(Error::Unauthenticated);
        }
        let attempt = SignInAttempt::start(ctx, &self.secret, &email, address).await?;
        let account = find_account(ctx, &email).await?;
        let stored = account.as_ref().map(|account| &account.password);
        let password_matches = verify_password(ctx, stored, password).await?;
        match account.filter(|account| password_matches && account.active) {
            Some(account) => {
                attempt.succeeded().await?;
                rehash_if_outdated(ctx, account, password).await
            }
            None => {
                attempt.failed().await?;
                Err(Error::Unauthenticated)
            }
        }
    }
}

/// Hashes the password again when the configured cost has changed. That ends the account's other sessions.
async fn rehash_if_outdated(ctx: &Ctx, account: AccountModel, password: &str) -> Result<AccountModel> {
    if !account.password.is_outdated(ctx.password_cost()) {
        return Ok(account);
    }
    let system = ctx.with_principal(Principal::System);
    let patch = AccountPatch { password: Change::Set(Password::from(password)), ..AccountPatch::default() };
    Service::<Account>::new(&system).update(account.id, patch).await
}

async fn find_account(ctx: &Ctx, email: &str) -> Result<Option<AccountModel>> {
    let system = ctx.with_principal(Principal::System);
    let query = Query::filter(Account::email().eq(email)).first(1);
    let page = Service::<Account>::new(&system).list(query).await?;
    Ok(page.items.into_iter().next())
}

/// Addresses are compared without regard to case and to blanks around them.
fn normalize_email(email: &str) -> String {
    email.trim().to_lowercase()
}
