//! What people call a subject that history or a log names by its id.

use crate::auth::{Account, ApiToken};
use crate::ctx::Ctx;
use crate::entity::Id;
use crate::error::Result;
use crate::principal::Principal;
use crate::query::Query;
use crate::service::Service;

/// The name of the subject with this id: an account's address, an API token's name. Others, and those that are not there
/// any more, are called by their id.
///
/// # Errors
/// As of the database.
pub(crate) async fn subject_name(ctx: &Ctx, id: &str) -> Result<String> {
    let system = ctx.with_principal(Principal::System);
    let name = match id.split_once(':').map(|(kind, number)| (kind, number.parse())) {
        Some(("account", Ok(number))) => {
            let account = Service::<Account>::new(&system).find(Id::new(number)).await?;
            account.map(|account| account.email)
        }
        Some(("token", Ok(number))) => {
            let token = Service::<ApiToken>::new(&system).find(Id::new(number)).await?;
            token.map(|token| format!("{} (API token)", token.name))
        }
        _ => None,
    };
    Ok(name.unwrap_or_else(|| id.to_owned()))
}

/// The id of the subject that people call this: an account's address. What is called nothing is taken for an id.
///
/// # Errors
/// As of the database.
pub(crate) async fn subject_of(ctx: &Ctx, name: &str) -> Result<String> {
    let system = ctx.with_principal(Principal::System);
    let accounts = Service::<Account>::new(&system);
    let found = accounts.list(Query::filter(Account::email().eq(name.to_lowercase()))).await?;
    let account = found.items.into_iter().next();
    Ok(account.map_or_else(|| name.to_owned(), |account| format!("account:{}", account.id)))
}
