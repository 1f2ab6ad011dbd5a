//! Passwords: a plain text on the way in, an argon2id hash (RFC 9106) in the database, never readable.

use std::fmt;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

use crate::error::{Error, Result};

/// A password.
///
/// `Password::from("plain text")` is a new one; the service hashes it on the way to the row, on a blocking
/// thread. A model holds the hash, which [`Password::verify`] compares with.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(State);

#[derive(Clone, PartialEq, Eq)]
enum State {
    Plain(String),
    Hash(String),
}

impl Password {
    /// A password read from the database: a hash in PHC string format.
    pub(crate) fn from_hash(hash: String) -> Self {
        Self(State::Hash(hash))
    }

    /// The plain text, while it is not hashed yet.
    pub(crate) fn plain(&self) -> Option<&str> {
        match &self.0 {
            State::Plain(plain) => Some(plain),
            State::Hash(_) => None,
        }
    }

    /// The hash, once it is one.
    pub(crate) fn hash(&self) -> Option<&str> {
        match &self.0 {
            State::Hash(hash) => Some(hash),
            State::Plain(_) => None,
        }
    }

    /// Replaces the plain text by its argon2id hash, on a blocking thread.
    pub(crate) async fn hashed(self) -> Result<Self> {
        match self.0 {
            State::Hash(_) => Ok(self),
            State::Plain(plain) => tokio::task::spawn_blocking(move || {
                Argon2::default()
                    .hash_password(plain.as_bytes())
                    .map(|hash| Self(State::Hash(hash.to_string())))
            })
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal),
        }
    }

    /// Whether the plain text is this password. Runs on a blocking thread; compares in constant time.
    ///
    /// # Errors
    /// [`Error::Internal`] when the stored hash is not one.
    pub async fn verify(&self, plain: &str) -> Result<bool> {
        match &self.0 {
            State::Plain(own) => {
                Ok(bool::from(subtle::ConstantTimeEq::ct_eq(own.as_bytes(), plain.as_bytes())))
            }
            State::Hash(hash) => {
                let (hash, plain) = (hash.clone(), plain.to_owned());
                tokio::task::spawn_blocking(move || {
                    let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
                    Ok(Argon2::default().verify_password(plain.as_bytes(), &hash).is_ok())
                })
                .await
                .map_err(Error::internal)?
            }
        }
    }
}

/// Takes the place of a password that is being hashed; it matches none.
impl Default for Password {
    fn default() -> Self {
        Self(State::Hash(String::new()))
    }
}

impl From<String> for Password {
    fn from(plain: String) -> Self {
        Self(State::Plain(plain))
    }
}

impl From<&str> for Password {
    fn from(plain: &str) -> Self {
        Self(State::Plain(plain.to_owned()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
