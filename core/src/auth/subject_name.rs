//! What people call a subject that history or a log names by its id.

use crate::auth::{Account, ApiToken};
use crate::ctx::Ctx;
use crate::entity::Id;
use crate::error::Result;
use crate::principal::Principal;
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
