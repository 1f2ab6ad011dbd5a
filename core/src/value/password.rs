//! Passwords: a plain text on the way in, an argon2id hash (RFC 9106) in the database, never readable.

mod hashing;

use std::fmt;

use argon2::Params;
use argon2::password_hash::phc::PasswordHash;

use crate::error::{Error, Result};

/// What hashing a password costs: whoever steals the hashes pays it for each guess.
///
/// Passwords that were hashed at another cost still verify; an account's is hashed again when it signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// In KiB.
    memory: u32,
    iterations: u32,
    parallelism: u32,
}

impl Default for PasswordCost {
    /// 19 MiB, twice: the first choice of OWASP's advice.
    fn default() -> Self {
        Self { memory: 19 * 1024, iterations: 2, parallelism: 1 }
    }
}

impl PasswordCost {
    /// The cost of so many bytes of memory, gone over so often, in so many lanes.
    ///
    /// # Errors
    /// What is wrong with it: less than OWASP advises, or more than a server can spare.
    pub(crate) fn new(bytes: usize, iterations: u32, parallelism: u32) -> std::result::Result<Self, String> {
        const MIB: usize = 1024 * 1024;
        if !(7 * MIB..=1024 * MIB).contains(&bytes) {
            return Err("`PASSWORD_MEMORY` must be from 7M to 1024M".to_owned());
        }
        // 46 MiB once, 19 twice, 12 three times, 9 four times and 7 five times are as good as each other.
        if (bytes / MIB).saturating_mul(iterations as usize) < 35 {
            return Err(format!(
                "`PASSWORD_MEMORY` of {} MiB, gone over {iterations} times (`PASSWORD_ITERATIONS`), makes guessing too \
                 cheap; 19M and 2 are good, 7M and 5 the least",
                bytes / MIB
            ));
        }
        let memory = u32::try_from(bytes / 1024).map_err(|_| "`PASSWORD_MEMORY` is too large".to_owned())?;
        Ok(Self { memory, iterations, parallelism })
    }

    /// The least that argon2id takes: for passwords of tests, which nobody guesses. Only `testing` uses it.
    #[cfg(feature = "testing")]
    pub(crate) fn cheapest() -> Self {
        Self { memory: 8, iterations: 1, parallelism: 1 }
    }

    fn params(self) -> Result<Params> {
        Params::new(self.memory, self.iterations, self.parallelism, None).map_err(Error::internal)
    }
}

/// A password.
///
/// `Password::from("plain text")` is a new one; the service hashes it on the way to the row, on a thread
/// for it. A model holds the hash, which [`Password::verify`] compares with.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(PasswordRepr);

#[derive(Clone, PartialEq, Eq)]
enum PasswordRepr {
    Plain(String),
    Hash(String),
}

impl Password {
    /// A password read from the database: a hash in PHC string format.
    pub(crate) fn from_hash(hash: String) -> Self {
        Self(PasswordRepr::Hash(hash))
    }

    /// The plain text, while it is not hashed yet.
    pub(crate) fn plain(&self) -> Option<&str> {
        match &self.0 {
            PasswordRepr::Plain(plain) => Some(plain),
            PasswordRepr::Hash(_) => None,
        }
    }

    /// The hash, once it is one.
    pub(crate) fn hash(&self) -> Option<&str> {
        match &self.0 {
            PasswordRepr::Hash(hash) => Some(hash),
            PasswordRepr::Plain(_) => None,
        }
    }

    /// Replaces the plain text by its argon2id hash, on a thread for it.
    pub(crate) async fn hashed(self, cost: PasswordCost) -> Result<Self> {
        match self.0 {
            PasswordRepr::Hash(_) => Ok(self),
            PasswordRepr::Plain(plain) => {
                let params = cost.params()?;
                let hash = hashing::run(move |memory| memory.hash(&plain, &params).map_err(Error::internal));
                hash.await.map(Self::from_hash)
            }
        }
    }

    /// Whether the plain text is this password. Runs on a thread for it; compares in constant time.
    ///
    /// # Errors
    /// [`Error::Internal`] when the stored hash is not one.
    pub async fn verify(&self, plain: &str) -> Result<bool> {
        match &self.0 {
            PasswordRepr::Plain(stored) => {
                Ok(bool::from(subtle::ConstantTimeEq::ct_eq(stored.as_bytes(), plain.as_bytes())))
            }
            PasswordRepr::Hash(hash) => {
                let (hash, plain) = (hash.clone(), plain.to_owned());
                hashing::run(move |memory| {
                    let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
                    Ok(memory.verify(&plain, &hash).unwrap_or(false))
                })
                .await
            }
        }
    }

    /// Whether the hash was made at another cost than this. Once [`Password::verify`] has accepted it, writing the same
    /// plain text again renews it.
    #[must_use]
    pub fn is_outdated(&self, cost: PasswordCost) -> bool {
        let PasswordRepr::Hash(hash) = &self.0 else { return false };
        let Ok(hash) = PasswordHash::new(hash) else { return true };
        let of = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        let wanted = (cost.memory, cost.iterations, cost.parallelism);
        hash.algorithm.as_str() != "argon2id"
            || Params::try_from(&hash).map_or(true, |params| of(&params) != wanted)
    }
}

/// Replaces a password that is being hashed; it matches none.
impl Default for Password {
    fn default() -> Self {
        Self(PasswordRepr::Hash(String::new()))
    }
}

impl From<String> for Password {
    fn from(plain: String) -> Self {
        Self(PasswordRepr::Plain(plain))
    }
}

impl From<&str> for Password {
    fn from(plain: &str) -> Self {
        Self(PasswordRepr::Plain(plain.to_owned()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use argon2::Argon2;
    use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;

    #[tokio::test]
    async fn hashes_are_those_of_argon2_itself() {
        // Several, so that memory is used again, at one cost after another.
        for memory in [19, 7, 19] {
            let cost = PasswordCost::new(memory * 1024 * 1024, 5, 1).expect("a cost");
            let ours = Password::from("x").hashed(cost).await.expect("a hash");
            let parsed = PasswordHash::new(ours.hash().expect("hashed")).expect("a hash");
            assert!(Argon2::default().verify_password(b"x", &parsed).is_ok());
            assert!(Argon2::default().verify_password(b"y", &parsed).is_err());
            let params = cost.params().expect("parameters");
            let theirs = Argon2::new(argon2::Algorithm::Argon2i, argon2::Version::V0x10, params);
            let theirs = Password::from_hash(theirs.hash_password(b"x").expect("a hash").to_string());
            assert_eq!((theirs.verify("x").await, theirs.verify("y").await), (Ok(true), Ok(false)));
        }
        for wrong in [
            "$argon2id$v=19$m=64,t=1,p=1",
            "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
        ] {
            assert_eq!(Password::from_hash(wrong.to_owned()).verify("x").await, Ok(false), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_and_tells_one_password_from_others() {
        let password = Password::from("correct horse").hashed(PasswordCost::default()).await.expect("a hash");
        let hash = password.hash().expect("hashed").to_owned();
        assert!(hash.starts_with("$argon2id$v=19$m="), "{hash}");
        assert_eq!(password.plain(), None);
        assert!(!format!("{password:?}").contains("argon2"));
        assert_eq!(password.verify("correct horse").await, Ok(true));
        assert_eq!(password.verify("correct horsf").await, Ok(false));
        assert_eq!(password.verify("").await, Ok(false));
        let again = Password::from("correct horse").hashed(PasswordCost::default()).await.expect("a hash");
        assert_ne!(again.hash(), Some(hash.as_str()), "each has a salt of its own");
    }

    #[tokio::test]
    async fn weaker_hashes_still_verify_and_are_called_outdated() {
        let new = Password::from("x").hashed(PasswordCost::default()).await.expect("a hash");
        assert!(!new.is_outdated(PasswordCost::default()));
        let weak = Params::new(64, 1, 1, None).expect("parameters");
        let weak = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, weak);
        let weak = Password::from_hash(weak.hash_password(b"x").expect("a hash").to_string());
        assert!(weak.is_outdated(PasswordCost::default()));
        assert_eq!(weak.verify("x").await, Ok(true));
    }

    #[cfg(feature = "testing")]
    #[tokio::test]
    async fn no_setting_is_as_cheap_as_a_test() {
        let cheap = Password::from("x").hashed(PasswordCost::cheapest()).await.expect("a hash");
        assert!(cheap.hash().expect("hashed").contains("m=8,t=1,p=1"), "{:?}", cheap.hash());
        assert_eq!((cheap.verify("x").await, cheap.verify("y").await), (Ok(true), Ok(false)));
        assert!(cheap.is_outdated(PasswordCost::default()), "a sign-in to the real thing renews it");
        assert!(PasswordCost::new(8 * 1024, 1, 1).is_err());
    }

    #[tokio::test]
    async fn the_cost_is_what_was_asked_for() {
        const MIB: usize = 1024 * 1024;
        let cost = PasswordCost::new(12 * MIB, 3, 2).expect("a cost");
        let password = Password::from("x").hashed(cost).await.expect("a hash");
        assert!(password.hash().expect("hashed").contains("m=12288,t=3,p=2"), "{:?}", password.hash());
        assert!(!password.is_outdated(cost) && password.is_outdated(PasswordCost::default()));
        for (bytes, iterations) in [(MIB, 100), (7 * MIB, 4), (19 * MIB, 1), (2048 * MIB, 1)] {
            assert!(PasswordCost::new(bytes, iterations, 1).is_err(), "{bytes} {iterations}");
        }
    }
}
