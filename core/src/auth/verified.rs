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

/// Remembers verified tokens by their digest. What their keys say does not change while the application runs.
#[derive(Debug, Default)]
pub(super) struct Verified(RwLock<HashMap<[u8; 32], (Principal, DateTime<Utc>)>>);

impl Verified {
    /// What is remembered of the token, or else what `verify` says.
    pub(super) fn or_else(
        &self,
        token: &str,
        now: DateTime<Utc>,
        verify: impl FnOnce() -> Result<(Principal, DateTime<Utc>), Flaw>,
    ) -> Result<Authenticated, Flaw> {
        let digest = secret::digest(token);
        let known = self.0.read().ok().and_then(|known| known.get(&digest).cloned());
        let (principal, end) = match known {
            Some((_, end)) if now >= end => return Err(Flaw::Expired),
            Some(known) => known,
            None => {
                let known = verify()?;
                self.remember(digest, known.clone(), now);
                known
            }
        };
        Ok(Authenticated { principal, expires_at: Some(end) })
    }

    fn remember(&self, digest: [u8; 32], entry: (Principal, DateTime<Utc>), now: DateTime<Utc>) {
        let Ok(mut known) = self.0.write() else { return };
        if known.len() >= REMEMBERED {
            known.retain(|_, (_, end)| now < *end);
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(digest, entry);
    }
}
