//! Accounts, API tokens and sessions: how a request becomes a [`Principal`](crate::principal::Principal).
//!
//! The framework's own entities are declared with its own derive and are read and written through
//! [`Service`](crate::Service) by the system itself; nobody else may. Secrets are never stored: passwords as
//! argon2id hashes, tokens and session ids as SHA-256 digests of 32 random bytes.

mod account;
mod attempts;
#[cfg(feature = "server")]
mod authentication;
#[cfg(feature = "server")]
mod authenticator;
#[cfg(feature = "server")]
mod bearer;
mod entities;
#[cfg(feature = "server")]
mod jwt;
mod secret;
mod session;
mod token;
#[cfg(feature = "server")]
mod verified;

pub use account::{
    AccountChange, Accounts, MIN_PASSWORD, change_account, create_account, create_account_for,
};
#[cfg(feature = "server")]
pub use authentication::{Authenticated, Authentication, Authenticators, Refusal};
#[cfg(feature = "server")]
pub use authenticator::Authenticator;
pub use entities::{
    Account, AccountInput, AccountModel, AccountPatch, ApiToken, ApiTokenInput, ApiTokenModel, ApiTokenPatch,
    Attempt, AttemptInput, AttemptModel, AttemptPatch, Session, SessionInput, SessionModel, SessionPatch,
};
#[cfg(feature = "server")]
pub use jwt::{Flaw, Jwt};
pub(crate) use secret::{keyed_digest, random as random_nonce};
pub(crate) use session::look_at_session;
pub use session::{SignedIn, end_session, resume_session, start_session};
pub use token::{create_token, create_token_for, revoke_token};

use crate::entity::{Entity as _, EntityDef};

/// The framework's own entities, for migrations: [`Account`], [`ApiToken`], [`Session`], [`Attempt`].
#[must_use]
pub fn entities() -> [&'static EntityDef; 4] {
    [Account::def(), ApiToken::def(), Session::def(), Attempt::def()]
}
