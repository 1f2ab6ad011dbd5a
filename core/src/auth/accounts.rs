//! Accounts: creating and changing them, and checking their passwords.

use tokio::sync::{OnceCell, Semaphore};

use crate::auth::sign_in_throttle::SignInAttempt;
use crate::auth::{Account, AccountInput, AccountModel, AccountPatch};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::principal::Principal;
use crate::query::Query;
use crate::service::Service;
use crate::types::{Change, Password};

/// Characters of the shortest password.
pub const MIN_PASSWORD: usize = 8;
/// Bytes of the longest password that is checked.
const MAX_PASSWORD_BYTES: usize = 4096;
/// How many passwords are checked at the same time: argon2id takes its memory and a core for each.
static CONCURRENT_CHECKS: Semaphore = Semaphore::const_new(4);

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

/// Whether a password is the stored one, of whom it may be that there is none: then it is not, and finding out has taken as
/// long. For a login of the application's own.
///
/// ```
/// # use entify::prelude::*;
/// # use entify::auth::verify_password;
/// # #[derive(Entity)] #[entity(policy = public)] struct Customer {
/// #     #[entity(unique)] email: String,
/// #     #[entity(write_only)] password: Password,
/// # }
/// async fn customer(ctx: &Ctx, email: &str, password: &str) -> entify::Result<CustomerModel> {
///     let query = Query::filter(Customer::email().eq(email)).first(1);
///     let found = CustomerService::new(ctx).list(query).await?.items.into_iter().next();
///     let stored = found.as_ref().map(|customer| &customer.password);
///     if verify_password(ctx, stored, password).await? { found.ok_or(Error::Unauthenticated) } else { Err(Error::Unauthenticated) }
/// }
/// ```
///
/// # Errors
/// `Unavailable` when too many passwords are being checked, `Internal` when the stored hash is not one.
pub async fn verify_password(ctx: &Ctx, stored: Option<&Password>, plain: &str) -> Result<bool> {
    if plain.len() > MAX_PASSWORD_BYTES {
        return Ok(false);
    }
    match stored {
        Some(stored) => stored.verify(plain).await,
        // Hashing it costs what comparing it would.
        None => Password::from(plain).hashed(ctx.password_cost()).await.map(|_| false),
    }
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
}

/// Changes the account with this address.
///
/// # Errors
/// `NotFound` when there is none, `Validation` for a password that is too short.
pub async fn change_account(ctx: &Ctx, email: &str, change: AccountChange) -> Result<AccountModel> {
    let account = find_account(ctx, &normalize_email(email)).await?;
    let account = account.ok_or(Error::NotFound("this account".into()))?;
    let patch = AccountPatch {
        password: change.password.map_or(Change::Keep, |plain| Change::Set(Password::from(plain))),
        roles: change.roles.map_or(Change::Keep, Change::Set),
        active: change.active.map_or(Change::Keep, Change::Set),
        subject: change.subject.map_or(Change::Keep, Change::Set),
        ..AccountPatch::default()
    };
    Service::<Account>::new(ctx).update(account.id, patch).await
}

/// Checks passwords at sign-in.
pub struct Accounts {
    /// The key of the digests under which attempts are recorded.
    secret: Vec<u8>,
    /// The password that is verified when the account does not exist, so that the answer takes as long.
    dummy_password: OnceCell<Password>,
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
        Self { secret: secret.to_vec(), dummy_password: OnceCell::new() }
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
        let password_matches = self.verify_password(ctx, account.as_ref(), password).await?;
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

    async fn verify_password(
        &self,
        ctx: &Ctx,
        account: Option<&AccountModel>,
        password: &str,
    ) -> Result<bool> {
        let _permit = CONCURRENT_CHECKS.acquire().await.map_err(Error::internal)?;
        let dummy_password = self
            .dummy_password
            .get_or_try_init(|| async {
                let unguessable = crate::auth::random_secret::random()?;
                Password::from(unguessable).hashed(ctx.password_cost()).await
            })
            .await?;
        let stored = account.map_or(dummy_password, |account| &account.password);
        Ok(stored.verify(password).await? && account.is_some())
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
