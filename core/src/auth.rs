//! Accounts, API tokens and sessions: how a request becomes a [`Principal`](crate::principal::Principal).
//!
//! The framework's own entities are declared with its own derive and are read and written through
//! [`Service`](crate::Service) by the system principal alone. Secrets are never stored: passwords as
//! argon2id hashes, tokens and session ids as SHA-256 digests of 32 random bytes.

mod accounts;
#[cfg(feature = "server")]
mod api_token_verifier;
mod api_tokens;
#[cfg(feature = "server")]
mod authentication;
#[cfg(feature = "server")]
mod authenticator;
mod entities;
#[cfg(feature = "server")]
mod jwt;
#[cfg(feature = "server")]
mod jwt_cache;
#[cfg(feature = "admin")]
mod people;
mod random_secret;
#[cfg_attr(not(feature = "server"), allow(dead_code))]
mod record_use;
mod session;
mod sign_in_throttle;
#[cfg(feature = "admin")]
mod subject_name;
#[cfg(feature = "server")]
mod token_cache;
mod verify_password;

pub use accounts::{AccountChange, MIN_PASSWORD, change_account, create_account, create_account_for};
pub use api_tokens::{create_token, create_token_for, revoke_token};
#[cfg(feature = "server")]
pub(crate) use authentication::bearer_token;
#[cfg(feature = "server")]
pub use authenticator::Authenticator;
pub use entities::{
    Account, AccountInput, AccountModel, AccountPatch, ApiToken, ApiTokenInput, ApiTokenModel, ApiTokenPatch,
};
#[cfg(feature = "server")]
pub use jwt::issue_jwt;
#[cfg(feature = "admin")]
pub(crate) use people::viewed_account;
pub(crate) use random_secret::{keyed_digest, random as random_nonce};
pub(crate) use session::peek_session;
#[cfg(feature = "admin")]
pub(crate) use subject_name::subject_name;
pub use verify_password::verify_password;
#[cfg(feature = "admin")]
unstable! { pub use people::{NewAccount, NewToken, OwnAccount, People, stop_viewing}; }
#[cfg(feature = "admin")]
pub(crate) use api_tokens::create_token_of;
unstable! { pub use accounts::Accounts; }
#[cfg(feature = "server")]
unstable! { pub use authentication::{Authenticated, Authentication, Authenticators, Refusal}; }
unstable! { pub use entities::{entities, Attempt, AttemptInput, AttemptModel, AttemptPatch, Session, SessionInput, SessionModel, SessionPatch}; }
#[cfg(feature = "server")]
unstable! { pub use jwt::{Jwt, JwtError}; }
unstable! { pub use session::{SignedIn, end_session, resume_session, start_session}; }
