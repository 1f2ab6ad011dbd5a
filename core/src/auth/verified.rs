//! JWTs whose signature was right, remembered until they end: a public-key signature costs more than all the rest of a
//! small request.

use std::collections::HashMap;
use std::sync::RwLock;

use chrono::{DateTime, Utc};

use crate::auth::secret;
use crate::auth::{Authenticated, jwt::Flaw};
use crate::principal::Principal;

/// Tokens that are remembered.
const REMEMBERED: usize = 10_000;

/// Remembers verified tokens by their digest.
#[derive(Debug, Default)]
pub(super) struct Verified(RwLock<HashMap<[u8; 32], Known>>);

#[derive(Debug, Clone)]
struct Known {
    principal: Principal,
    end: DateTime<Utc>,
    /// Which edition of the keys verified it.
    edition: u64,
}

impl Verified {
    /// What is remembered of the token under this edition of the keys, or else what `verify` says.
    pub(super) fn or_else(
        &self,
        token: &str,
        now: DateTime<Utc>,
        edition: u64,
        verify: impl FnOnce() -> Result<(Principal, DateTime<Utc>), Flaw>,
    ) -> Result<Authenticated, Flaw> {
        let digest = secret::digest(token);
        let known = self.0.read().ok().and_then(|known| known.get(&digest).cloned());
        let known = match known {
            Some(known) if known.edition == edition => known,
            _ => {
                let (principal, end) = verify()?;
                let known = Known { principal, end, edition };
                self.remember(digest, known.clone(), now);
                known
            }
        };
        if now >= known.end {
            return Err(Flaw::Expired);
        }
        Ok(Authenticated { principal: known.principal, expires_at: Some(known.end) })
    }

    fn remember(&self, digest: [u8; 32], entry: Known, now: DateTime<Utc>) {
        let Ok(mut known) = self.0.write() else { return };
        if known.len() >= REMEMBERED {
            known.retain(|_, entry| now < entry.end);
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(digest, entry);
    }
}
