//! Accounts: how one is made and how its password is checked.

use tokio::sync::{OnceCell, Semaphore};

use crate::auth::throttle::Throttle;
use crate::auth::{Account, AccountInput, AccountModel};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::principal::Principal;
use crate::query::Query;
use crate::service::Service;
use crate::types::Password;

/// Characters of the shortest password.
pub const MIN_PASSWORD: usize = 8;
/// Bytes of the longest password that is looked at.
const LONGEST_PASSWORD: usize = 4096;
/// Passwords that are checked at the same time: argon2id takes 19 MiB and a core for each.
static CHECKS: Semaphore = Semaphore::const_new(4);

/// Makes an account that can sign in.
///
/// # Errors
/// `Validation` for an address that is not one or a password that is too short, `Conflict` for a taken address.
pub async fn create_account(
    ctx: &Ctx,
    email: &str,
    password: &str,
    roles: Vec<String>,
) -> Result<AccountModel> {
    let input = AccountInput::new(normal(email), Password::from(password), roles);
    Service::<Account>::new(ctx).create(input).await
}

/// Checks passwords at sign-in; holds the failures of each account and address.
#[derive(Debug, Default)]
pub struct Accounts {
    throttle: Throttle,
    /// What is verified in place of an account that does not exist, at the same cost.
    decoy: OnceCell<Password>,
}

impl Accounts {
    /// The account with this address and password.
    ///
    /// Unknown accounts, wrong passwords and accounts that are not active are told apart neither by the answer nor
    /// by its cost.
    ///
    /// # Errors
    /// `Unauthenticated`, or `RateLimited` after too many failures of this account from this address.
    pub async fn sign_in(
        &self,
        ctx: &Ctx,
        email: &str,
        password: &str,
        address: &str,
    ) -> Result<AccountModel> {
        let email = normal(email);
        if let Some(retry_after) = self.throttle.blocked(&email, address) {
            return Err(Error::RateLimited { retry_after });
        }
        if email.len() > 254 || email.contains('\0') || password.len() > LONGEST_PASSWORD {
            return Err(Error::Unauthenticated);
        }
        self.throttle.count(&email, address);
        let account = find(ctx, &email).await?;
        let right = self.verify(account.as_ref(), password).await?;
        match account.filter(|account| right && account.active) {
            Some(account) => {
                self.throttle.forget(&email, address);
                Ok(account)
            }
            None => Err(Error::Unauthenticated),
        }
    }

    async fn verify(&self, account: Option<&AccountModel>, password: &str) -> Result<bool> {
        let _permit = CHECKS.acquire().await.map_err(Error::internal)?;
        let decoy = self
            .decoy
            .get_or_try_init(|| async {
                let nobody = crate::auth::secret::random()?;
                Password::from(nobody).hashed().await
            })
            .await?;
        let stored = account.map_or(decoy, |account| &account.password);
        Ok(stored.verify(password).await? && account.is_some())
    }
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
