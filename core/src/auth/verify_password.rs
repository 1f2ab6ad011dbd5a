//! The passwords of a sign-in: of accounts, and of an application's own login.

use tokio::sync::{OnceCell, Semaphore};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::types::Password;

/// Bytes of the longest password that is checked.
pub(super) const MAX_PASSWORD_BYTES: usize = 4096;
/// How many passwords are checked at the same time: argon2id takes its memory and a core for each.
static CONCURRENT_CHECKS: Semaphore = Semaphore::const_new(4);
/// What is verified where no password is stored.
static UNGUESSABLE: OnceCell<Password> = OnceCell::const_new();

/// Whether `plain` is the stored password. Where none is stored it is not, which takes as long to find out: how long a login
/// takes does not say whether there is an account.
///
/// ```
/// use entify::auth::verify_password;
/// use entify::prelude::*;
///
/// #[derive(Entity)]
/// #[entity(policy = nobody)]
/// pub struct Customer {
///     #[entity(unique)]
///     email: String,
///     password: Password,
/// }
///
/// async fn sign_in(ctx: &Ctx, email: &str, password: &str) -> entify::Result<CustomerModel> {
///     let system = ctx.with_principal(Principal::System);
///     let found = CustomerService::new(&system).list(Query::filter(Customer::email().eq(email))).await?;
///     let customer = found.items.into_iter().next();
///     let stored = customer.as_ref().map(|customer| &customer.password);
///     let matches = verify_password(ctx, stored, password).await?;
///     customer.filter(|_| matches).ok_or(Error::Unauthenticated)
/// }
/// ```
///
/// # Errors
/// `Internal` when what is stored is no hash.
pub async fn verify_password(ctx: &Ctx, stored: Option<&Password>, plain: &str) -> Result<bool> {
    if plain.len() > MAX_PASSWORD_BYTES {
        return Ok(false);
    }
    let _permit = CONCURRENT_CHECKS.acquire().await.map_err(Error::internal)?;
    let unguessable = UNGUESSABLE
        .get_or_try_init(|| async {
            let unguessable = crate::auth::random_secret::random()?;
            Password::from(unguessable).hashed(ctx.password_cost()).await
        })
        .await?;
    Ok(stored.unwrap_or(unguessable).verify(plain).await? && stored.is_some())
}
