//! JSON Web Tokens (RFC 7519) as bearer tokens, after the advice of RFC 8725.
//!
//! A key has exactly one algorithm, and a token's header can only choose among the keys of the algorithm it names, so a
//! public key is never used as a shared secret, and `none` is never accepted. A token's size is checked before it is
//! decoded, and its signature before any claim is read.

mod claims;
mod issued;
mod keys;
mod watched_file;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};

use crate::auth::jwt::claims::Header;
use crate::auth::jwt::keys::{KeySet, jwks_path};
use crate::auth::jwt::watched_file::WatchedFile;
use crate::config::{Settings, SettingsError};
use crate::principal::Principal;

pub use issued::issue_jwt;

/// Bytes of the longest token that is decoded.
pub(super) const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// Bytes of the longest header of a token.
const MAX_HEADER_BYTES: usize = 2 * 1024;

/// Verifies JWTs with the keys of the settings.
#[derive(Debug)]
pub struct Jwt {
    keys: RwLock<Arc<KeySet>>,
    /// Incremented whenever the keys change.
    key_generation: AtomicU64,
    source: KeySource,
    expected: ExpectedClaims,
}

/// Where the keys come from.
struct KeySource {
    secret: Option<String>,
    set: Option<String>,
    file: Option<WatchedFile>,
}

// Written by hand: the secret must not reach a log.
impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySource").field("file", &self.file).finish_non_exhaustive()
    }
}

/// The claims that a token must have.
#[derive(Debug)]
struct ExpectedClaims {
    issuer: Option<String>,
    audience: Vec<String>,
    leeway: TimeDelta,
    roles_claim: String,
}

/// Why a JWT is refused. For the log; the client gets less detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// It is longer than any token needs to be.
    #[error("the token is longer than {MAX_TOKEN_BYTES} bytes")]
    Size,
    /// It is not three parts of base64url with JSON in the first two.
    #[error("the token cannot be decoded")]
    Form,
    /// Its header names another kind of token, or an extension that would have to be understood.
    #[error("the token's header has a `typ` or an extension that is not accepted")]
    Header,
    /// There is no key for its algorithm and name, or several.
    #[error("there is not exactly one key for the token's `alg` and `kid`")]
    Key,
    /// Someone else signed it, or it was changed.
    #[error("the token's signature is wrong")]
    Signature,
    /// It has expired.
    #[error("the token has expired")]
    Expired,
    /// A claim is missing or is not what it must be.
    #[error("the token's claim `{0}` is missing or not what it must be")]
    Claim(&'static str),
}

impl Jwt {
    /// The verifier of these settings; none when they have no key.
    ///
    /// # Errors
    /// [`SettingsError`] for keys that are weak or cannot be read, and for settings that contradict each other.
    pub fn of(settings: &Settings) -> Result<Option<Self>, SettingsError> {
        if let Some(secret) = &settings.jwt_secret
            && settings.secret_key.as_ref() == Some(secret)
        {
            let message =
                "`JWT_SECRET` must not be `SECRET_KEY`: whoever signs tokens could forge cursors and forms";
            return Err(SettingsError(message.to_owned()));
        }
        let (secret, set) = (settings.jwt_secret.clone(), settings.jwt_keys.clone());
        let file = set.as_deref().and_then(jwks_path).map(|path| WatchedFile::new(path.to_owned()));
        let keys = KeySet::of(secret.as_deref(), set.as_deref()).map_err(SettingsError)?;
        check_settings(settings)?;
        if settings.jwt_secret.is_none() && settings.jwt_keys.is_none() {
            return Ok(None);
        }
        let expected = ExpectedClaims {
            issuer: settings.jwt_issuer.clone(),
            audience: settings.jwt_audience.clone(),
            leeway: TimeDelta::from_std(settings.jwt_leeway).unwrap_or(TimeDelta::zero()),
            roles_claim: settings.jwt_roles_claim.clone(),
        };
        Ok(Some(Self {
            keys: RwLock::new(Arc::new(keys)),
            key_generation: AtomicU64::new(0),
            source: KeySource { secret, set, file },
            expected,
        }))
    }

    /// Reloads the file of the keys when it has changed, and returns the current generation of the keys. Checks the file
    /// every half minute at most. A file that cannot be used leaves the keys as they were.
    pub(super) fn refresh(&self) -> u64 {
        if self.source.file.as_ref().is_some_and(WatchedFile::has_changed) {
            self.reload();
        }
        self.key_generation.load(Ordering::Acquire)
    }

    fn reload(&self) {
        match KeySet::of(self.source.secret.as_deref(), self.source.set.as_deref()) {
            Ok(keys) => {
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                self.key_generation.fetch_add(1, Ordering::Release);
                tracing::info!("the keys of JWTs were reloaded");
            }
            Err(reason) => tracing::error!(%reason, "the keys of JWTs have changed and cannot be used"),
        }
    }

    /// The principal of a token, and when the token expires.
    ///
    /// # Errors
    /// [`JwtError`] for a token that is not valid.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<(Principal, DateTime<Utc>), JwtError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(JwtError::Size);
        }
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(JwtError::Form);
        };
        if header.len() > MAX_HEADER_BYTES {
            return Err(JwtError::Size);
        }
        let decoded: Header = serde_json::from_slice(&decode(header)?).map_err(|_| JwtError::Form)?;
        decoded.check()?;
        let keys = Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner));
        let key = keys.find(&decoded.alg, decoded.kid.as_deref()).ok_or(JwtError::Key)?;
        let message = &token[..header.len() + 1 + payload.len()];
        if !key.has_signed(message, &decode(signature)?) {
            return Err(JwtError::Signature);
        }
        let claims = serde_json::from_slice(&decode(payload)?).map_err(|_| JwtError::Form)?;
        claims::read(claims, &self.expected, now)
    }
}

/// An issuer's keys serve many applications: only the issuer's name and the audience identify tokens for this one.
fn check_settings(settings: &Settings) -> Result<(), SettingsError> {
    let fail = |message: &str| Err(SettingsError(message.to_owned()));
    let has_keys = settings.jwt_secret.is_some() || settings.jwt_keys.is_some();
    let has_names = settings.jwt_issuer.is_some() || !settings.jwt_audience.is_empty();
    if has_names && !has_keys {
        return fail(
            "`JWT_ISSUER` and `JWT_AUDIENCE` need a key to verify tokens with: set `JWT_SECRET` or `JWT_KEYS`",
        );
    }
    if settings.jwt_keys.is_some() && (settings.jwt_issuer.is_none() || settings.jwt_audience.is_empty()) {
        return fail(
            "`JWT_KEYS` needs `JWT_ISSUER` and `JWT_AUDIENCE`: the issuer's keys also sign tokens that are for others",
        );
    }
    if settings.jwt_roles_claim.is_empty() {
        return fail("`JWT_ROLES_CLAIM` must name a claim, like `roles` or `realm_access.roles`");
    }
    Ok(())
}

fn decode(part: &str) -> Result<Vec<u8>, JwtError> {
    BASE64.decode(part).map_err(|_| JwtError::Form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_reloaded() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jwks.json");
        let key = |id: &str| {
            format!(
                r#"{{"keys":[{{"kty":"OKP","kid":"{id}","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}]}}"#
            )
        };
        std::fs::write(&file, key("old")).unwrap();
        let settings = Settings {
            jwt_keys: Some(file.display().to_string()),
            jwt_issuer: Some("https://login.example".to_owned()),
            jwt_audience: vec!["shop".to_owned()],
            ..Settings::default()
        };
        let jwt = Jwt::of(&settings).unwrap().unwrap();
        let has_key = |id: &str| jwt.keys.read().unwrap().find("EdDSA", Some(id)).is_some();
        let watched = jwt.source.file.as_ref().unwrap();
        assert!(has_key("old") && !watched.has_changed_now() && jwt.refresh() == 0);
        std::fs::write(&file, key("another")).unwrap();
        assert!(watched.has_changed_now() && !watched.has_changed_now());
        jwt.reload();
        assert!(has_key("another") && !has_key("old") && jwt.refresh() == 1);
        std::fs::write(&file, "half a fi").unwrap();
        assert!(watched.has_changed_now());
        jwt.reload();
        assert!(has_key("another") && jwt.refresh() == 1);
    }

    #[test]
    fn weak_and_contradictory_settings_are_refused() {
        let long = "s".repeat(32);
        let set =
            r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
        let named = [("JWT_KEYS", set), ("JWT_ISSUER", "https://login.example"), ("JWT_AUDIENCE", "shop")];
        let folder = tempfile::tempdir().unwrap();
        let of = |environment: &[(&str, &str)]| {
            let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            Settings::load_from(folder.path(), environment).and_then(|settings| Jwt::of(&settings))
        };
        assert!(of(&named).is_ok());
        assert!(of(&[("JWT_SECRET", &long), ("JWT_LEEWAY", "0")]).is_ok());
        let cases: [(&[(&str, &str)], &str); 7] = [
            (&[("JWT_SECRET", "short")], "`JWT_SECRET` must be at least 32 bytes"),
            (&[("JWT_SECRET", &long), ("SECRET_KEY", &long)], "`JWT_SECRET` must not be `SECRET_KEY`"),
            (&[("JWT_ISSUER", "https://login.example")], "need a key"),
            (&[("JWT_AUDIENCE", "shop")], "need a key"),
            (&named[..2], "`JWT_KEYS` needs `JWT_ISSUER` and `JWT_AUDIENCE`"),
            (&[named[0], named[2]], "`JWT_KEYS` needs `JWT_ISSUER` and `JWT_AUDIENCE`"),
            (&[("JWT_KEYS", "/no/such/jwks.json")], "/no/such/jwks.json"),
        ];
        for (environment, expected) in cases {
            let message = of(environment).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains(expected), "{environment:?}: {message}");
        }
    }
}
