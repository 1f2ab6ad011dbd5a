//! A cache of verified JWTs, until they expire: verifying a public-key signature costs more than all the rest of a small
//! request.

use std::collections::HashMap;
use std::sync::RwLock;

use chrono::{DateTime, Utc};

use crate::auth::random_secret as secret;
use crate::auth::{Authenticated, jwt::JwtError};
use crate::principal::Principal;

/// The greatest number of cached tokens.
const CAPACITY: usize = 10_000;

/// Verified tokens by their digest.
#[derive(Debug, Default)]
pub(super) struct JwtCache(RwLock<HashMap<[u8; 32], CachedJwt>>);

#[derive(Debug, Clone)]
struct CachedJwt {
    principal: Principal,
    expires_at: DateTime<Utc>,
    /// The generation of the keys that verified it.
    key_generation: u64,
}

impl JwtCache {
    /// The principal of the token as cached under this generation of the keys, or as `verify` returns it.
    pub(super) fn get_or_verify(
        &self,
        token: &str,
        now: DateTime<Utc>,
        key_generation: u64,
        verify: impl FnOnce() -> Result<(Principal, DateTime<Utc>), JwtError>,
    ) -> Result<Authenticated, JwtError> {
        let digest = secret::digest(token);
        let cached = self.0.read().ok().and_then(|cache| cache.get(&digest).cloned());
        let entry = match cached {
            Some(entry) if entry.key_generation == key_generation => entry,
            _ => {
                let (principal, expires_at) = verify()?;
                let entry = CachedJwt { principal, expires_at, key_generation };
                self.insert(digest, entry.clone(), now);
                entry
            }
        };
        if now >= entry.expires_at {
            return Err(JwtError::Expired);
        }
        Ok(Authenticated { principal: entry.principal, expires_at: Some(entry.expires_at) })
    }

    fn insert(&self, digest: [u8; 32], entry: CachedJwt, now: DateTime<Utc>) {
        let Ok(mut cache) = self.0.write() else { return };
        if cache.len() >= CAPACITY {
            cache.retain(|_, entry| now < entry.expires_at);
        }
        if cache.len() >= CAPACITY {
            cache.clear();
        }
        cache.insert(digest, entry);
    }
}
