//! Accounts, API tokens and sessions: how a request becomes a [`Principal`](crate::principal::Principal).
//!
//! The framework's own entities are declared with its own derive and are read and written through
//! [`Service`](crate::Service) by the system itself; nobody else may. Secrets are never stored: passwords as
//! argon2id hashes, tokens and session ids as SHA-256 digests of 32 random bytes.

mod account;
mod entities;
mod secret;
mod session;
mod throttle;
mod token;

pub use account::{Accounts, MIN_PASSWORD, create_account};
pub use entities::{
    Account, AccountInput, AccountModel, AccountPatch, ApiToken, ApiTokenInput, ApiTokenModel, ApiTokenPatch,
    Session, SessionInput, SessionModel, SessionPatch,
};
pub(crate) use secret::{keyed_digest, random as random_nonce};
pub use session::{SignedIn, end_session, resume_session, start_session};
pub use token::{Tokens, authenticate, create_token, revoke_token};

use crate::entity::{Entity as _, EntityDef};

/// The framework's own entities, for migrations: [`Account`], [`ApiToken`], [`Session`].
#[must_use]
pub fn entities() -> [&'static EntityDef; 3] {
    [Account::def(), ApiToken::def(), Session::def()]
}
