//! What the verified tokens of clients stand for, by their digests: those used most, up to a bound in bytes.

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde_json::Value as Json;

use crate::principal::Principal;

/// Bytes of all entries of one cache.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// How many entries to make room for at first.
const EXPECTED: usize = 1024;

/// What is cached of a token.
pub(super) trait CachedToken: Clone {
    /// The principal that it names.
    fn principal(&self) -> &Principal;
}

/// Tokens by their digests.
pub(super) struct TokenCache<T: CachedToken>(Cache<[u8; 32], T, TokenWeighter>);

#[derive(Debug, Clone)]
struct TokenWeighter;

impl<T: CachedToken> Weighter<[u8; 32], T> for TokenWeighter {
    fn weight(&self, _: &[u8; 32], token: &T) -> u64 {
        // The digest, and what the cache keeps beside an entry.
        (size_of::<T>() + 32 + 64 + size_of_principal(token.principal())) as u64
    }
}

impl<T: CachedToken> Default for TokenCache<T> {
    fn default() -> Self {
        Self(Cache::with_weighter(EXPECTED, MAX_BYTES, TokenWeighter))
    }
}

impl<T: CachedToken> std::fmt::Debug for TokenCache<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenCache")
            .field("tokens", &self.0.len())
            .field("bytes", &self.0.weight())
            .field("most_bytes", &self.0.capacity())
            .finish()
    }
}

impl<T: CachedToken> TokenCache<T> {
    /// Bytes of all entries, about.
    pub(super) fn bytes(&self) -> u64 {
        self.0.weight()
    }

    pub(super) fn get(&self, digest: &[u8; 32]) -> Option<T> {
        self.0.get(digest)
    }

    pub(super) fn insert(&self, digest: [u8; 32], token: T) {
        self.0.insert(digest, token);
    }
}

/// Bytes of a principal on the heap, about.
fn size_of_principal(principal: &Principal) -> usize {
    let Principal::Subject(subject) = principal else { return 0 };
    let roles: usize = subject.roles.iter().map(|role| size_of::<String>() + text(role)).sum();
    let claims: usize = subject.claims.iter().map(|(name, claim)| member(name, claim)).sum();
    size_of_val(&**subject)
        + text(&subject.id)
        + subject.subject.as_deref().map_or(0, text)
        + text(&subject.name)
        + roles
        + claims
}

/// With what the allocator keeps beside it.
fn text(text: &str) -> usize {
    text.len() + 16
}

fn member(name: &str, value: &Json) -> usize {
    // A map's entry has its hash and its neighbours beside it.
    text(name) + size_of::<String>() + size_of::<Json>() + 32 + held(value)
}

fn held(value: &Json) -> usize {
    match value {
        Json::Null | Json::Bool(_) => 0,
        Json::Number(number) => text(number.as_str()),
        Json::String(value) => text(value),
        Json::Array(items) => items.iter().map(|item| size_of::<Json>() + held(item)).sum(),
        Json::Object(members) => members.iter().map(|(name, value)| member(name, value)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::principal::Subject;

    impl CachedToken for Principal {
        fn principal(&self) -> &Principal {
            self
        }
    }

    #[test]
    fn tokens_with_many_claims_stay_within_the_bound() {
        let cache = TokenCache::<Principal>::default();
        let claims: serde_json::Map<_, _> =
            (0..100).map(|number| (format!("claim{number}"), Json::from("x".repeat(50)))).collect();
        for number in 0_u32..10_000 {
            let subject = Subject::new(format!("jwt:{number}"), "", Vec::new()).with_claims(claims.clone());
            let mut digest = [0; 32];
            digest[..4].copy_from_slice(&number.to_le_bytes());
            cache.insert(digest, subject.into());
        }
        assert!(cache.0.weight() <= MAX_BYTES, "{cache:?}");
        assert!(cache.0.len() > 100 && cache.0.len() < 1_000, "{cache:?}");
    }
}
