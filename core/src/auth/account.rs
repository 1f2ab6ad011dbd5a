//! Accounts: how one is made and changed, and how its password is checked.

use tokio::sync::{OnceCell, Semaphore};

use crate::auth::attempts::Try;
use crate::auth::{Account, AccountInput, AccountModel, AccountPatch};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::principal::Principal;
use crate::query::Query;
use crate::service::Service;
use crate::types::{Change, Password};

/// Characters of the shortest password.
pub const MIN_PASSWORD: usize = 8;
/// Bytes of the longest password that is looked at.
const LONGEST_PASSWORD: usize = 4096;
/// Passwords that are checked at the same time: argon2id takes its memory and a core for each.
static CHECKS: Semaphore = Semaphore::const_new(4);

/// Makes an account that can sign in and owns nothing.
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

/// As [`create_account`], for someone whom rows call by this subject.
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
    let mut input = AccountInput::new(normal(email), Password::from(password), roles);
    input.subject = subject;
    Service::<Account>::new(ctx).create(input).await
}

/// What is to become of an account; what is absent stays as it is.
#[derive(Debug, Default)]
pub struct AccountChange {
    /// The new password. Ends all sessions of the account.
    pub password: Option<String>,
    /// The roles it holds from now on; its sessions hold them from their next request on.
    pub roles: Option<Vec<String>>,
    /// Whether it may sign in. If not, its sessions end.
    pub active: Option<bool>,
    /// What rows call it; `Some(None)` for nothing.
    pub subject: Option<Option<String>>,
}

/// Changes the account with this address.
///
/// # Errors
/// `NotFound` when there is none, `Validation` for a password that is too short.
pub async fn change_account(ctx: &Ctx, email: &str, change: AccountChange) -> Result<AccountModel> {
    let account = find(ctx, &normal(email)).await?;
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
#[derive(Debug)]
pub struct Accounts {
    /// Under which tries are written down.
    secret: Vec<u8>,
    /// What is verified in place of an account that does not exist, at the same cost.
    decoy: OnceCell<Password>,
}

impl Accounts {
    /// Checks passwords for an application with this secret, which all of its nodes share.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self { secret: secret.to_vec(), decoy: OnceCell::new() }
    }

    /// The account with this address and password.
    ///
    /// Unknown accounts, wrong passwords and accounts that are not active are told apart neither by the answer nor
    /// by its cost.
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
        let email = normal(email);
        if email.len() > 254 || email.contains('\0') || password.len() > LONGEST_PASSWORD {
            return Err(Error::Unauthenticated);
        }
        let attempt = Try::begin(ctx, &self.secret, &email, address).await?;
        let account = find(ctx, &email).await?;
        let right = self.verify(ctx, account.as_ref(), password).await?;
        match account.filter(|account| right && account.active) {
            Some(account) => {
                attempt.succeeded().await?;
                renewed(ctx, account, password).await
            }
            None => {
                attempt.failed().await?;
                Err(Error::Unauthenticated)
            }
        }
    }

    async fn verify(&self, ctx: &Ctx, account: Option<&AccountModel>, password: &str) -> Result<bool> {
        let _permit = CHECKS.acquire().await.map_err(Error::internal)?;
        let decoy = self
            .decoy
            .get_or_try_init(|| async {
                let nobody = crate::auth::secret::random()?;
                Password::from(nobody).hashed(ctx.password_cost()).await
            })
            .await?;
        let stored = account.map_or(decoy, |account| &account.password);
        Ok(stored.verify(password).await? && account.is_some())
    }
}

/// Hashes the password anew when the cost has changed since; the account's other sessions end by that.
async fn renewed(ctx: &Ctx, account: AccountModel, password: &str) -> Result<AccountModel> {
    if !account.password.is_outdated(ctx.password_cost()) {
        return Ok(account);
    }
    let system = ctx.with_principal(Principal::System);
    let patch = AccountPatch { password: Change::Set(Password::from(password)), ..AccountPatch::default() };
    Service::<Account>::new(&system).update(account.id, patch).await
}

async fn find(ctx: &Ctx, email: &str) -> Result<Option<AccountModel>> {
    let system = ctx.with_principal(Principal::System);
    let query = Query::filter(Account::email().eq(email)).first(1);
    let found = Service::<Account>::new(&system).list(query).await?;
    Ok(found.items.into_iter().next())
}

/// Addresses are compared without regard to case and to blanks around them.
fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}
