//! Random secrets and their digests.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// Bytes of a random secret.
const SECRET_BYTES: usize = 32;
/// Characters of a random secret: base64url of [`SECRET_BYTES`], without padding.
pub(super) const SECRET_LENGTH: usize = 43;

/// A new random secret: 32 bytes as base64url.
pub(crate) fn random() -> Result<String> {
    let mut bytes = [0u8; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Whether a text has the format of a random secret.
pub(super) fn well_formed(secret: &str) -> bool {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    secret.len() == SECRET_LENGTH && secret.bytes().all(is_base64url)
}

/// SHA-256, by which secrets are looked up. They are random, so no salt and no slow hash is needed.
pub(super) fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// HMAC-SHA256 of the parts under the application's secret, for one purpose, in hexadecimal.
///
/// A digest of one purpose is useless for another. The length of each part is hashed too, so `ab`, `c` and `a`, `bc` differ.
#[must_use]
pub(crate) fn keyed_digest(secret: &[u8], purpose: &str, parts: &[&str]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        unreachable!("HMAC takes keys of any length");
    };
    for part in std::iter::once(&purpose).chain(parts) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::{digest, hex, keyed_digest, random, well_formed};

    #[test]
    fn secrets_are_random_and_well_formed() {
        let (first, second) = (random().unwrap(), random().unwrap());
        assert_ne!(first, second);
        assert!(well_formed(&first) && well_formed(&second));
        assert!(!well_formed("short") && !well_formed(&"é".repeat(21)));
    }

    #[test]
    fn digests_are_as_published() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&digest("abc")), expected);
    }

    #[test]
    fn purposes_and_parts_change_the_digest() {
        let base = keyed_digest(b"key", "form", &["ab", "c"]);
        assert_ne!(base, keyed_digest(b"key", "form", &["a", "bc"]));
        assert_ne!(base, keyed_digest(b"key", "other", &["ab", "c"]));
        assert_ne!(base, keyed_digest(b"other", "form", &["ab", "c"]));
    }
}
