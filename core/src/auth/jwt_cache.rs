//! A cache of verified JWTs, until they expire: verifying a public-key signature costs more than all the rest of a small
//! request.

use chrono::{DateTime, Utc};

use crate::auth::random_secret as secret;
use crate::auth::token_cache::{CachedToken, TokenCache};
use crate::auth::{Authenticated, jwt::JwtError};
use crate::principal::Principal;

/// Verified tokens by their digest.
#[derive(Debug, Default)]
pub(super) struct JwtCache(TokenCache<CachedJwt>);

#[derive(Debug, Clone)]
struct CachedJwt {
    principal: Principal,
    expires_at: DateTime<Utc>,
    /// The generation of the keys that verified it.
    key_generation: u64,
}

impl CachedToken for CachedJwt {
    fn principal(&self) -> &Principal {
        &self.principal
    }
}

impl JwtCache {
    pub(super) fn bytes(&self) -> u64 {
        self.0.bytes()
    }

    /// The principal of the token as cached under this generation of the keys, or as `verify` returns it.
    pub(super) fn get_or_verify(
        &self,
        token: &str,
        now: DateTime<Utc>,
        key_generation: u64,
        verify: impl FnOnce() -> Result<(Principal, DateTime<Utc>), JwtError>,
    ) -> Result<Authenticated, JwtError> {
        let digest = secret::digest(token);
        let entry = match self.0.get(&digest) {
            Some(entry) if entry.key_generation == key_generation => entry,
            _ => {
                let (principal, expires_at) = verify()?;
                let entry = CachedJwt { principal, expires_at, key_generation };
                self.0.insert(digest, entry.clone());
                entry
            }
        };
        if now >= entry.expires_at {
            return Err(JwtError::Expired);
        }
        Ok(Authenticated { principal: entry.principal, expires_at: Some(entry.expires_at) })
    }
}
