//! The key that signs cursors.

use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// Bytes of a signature.
pub(crate) const MAC: usize = 16;

/// The key that signs cursors.
#[derive(Clone)]
pub(crate) struct CursorKey(Arc<Hmac<Sha256>>);

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

impl CursorKey {
    pub(crate) fn new(secret: &[u8]) -> Self {
        let mut derive = Sha256::new();
        derive.update(b"entify cursor v1");
        derive.update(secret);
        let key = derive.finalize();
        // HMAC takes keys of any length, so this constructor cannot fail; an all-zero key is never used.
        match Hmac::<Sha256>::new_from_slice(&key) {
            Ok(mac) => Self(Arc::new(mac)),
            Err(_) => unreachable!("HMAC accepts keys of any length"),
        }
    }

    pub(crate) fn sign(&self, payload: &[u8]) -> [u8; MAC] {
        let mut mac = (*self.0).clone();
        mac.update(payload);
        let full = mac.finalize().into_bytes();
        let mut cut = [0; MAC];
        cut.copy_from_slice(&full[..MAC]);
        cut
    }
}
