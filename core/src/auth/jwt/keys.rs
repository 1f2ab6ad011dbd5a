//! The keys that verify JWTs: a shared secret, public keys of a JWKS, each for exactly one algorithm.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::crypto::rust_crypto;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

/// Bytes of the shortest secret: as long as the digest (RFC 7518).
const MIN_SECRET_BYTES: usize = 32;
/// Bytes of an RSA modulus: 2048 bits at least; a longer one than this would only cost time.
const RSA_MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;
/// Bytes of the largest JWKS file.
const MAX_JWKS_BYTES: u64 = 1024 * 1024;

/// A key with its one algorithm.
#[derive(Debug)]
pub(super) struct VerifyingKey {
    /// Its `kid`. A key without one verifies tokens of any `kid`.
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

/// All keys.
#[derive(Debug, Default)]
pub(super) struct KeySet(Vec<VerifyingKey>);

impl VerifyingKey {
    /// Whether this key has signed the message.
    pub(super) fn has_signed(&self, message: &str, signature: &[u8]) -> bool {
        // The back end is named here: the process's default one is up to the application.
        match (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(&self.algorithm, &self.key) {
            Ok(verifier) => verifier.verify(message.as_bytes(), &signature.to_vec()).is_ok(),
            Err(_) => false,
        }
    }
}

impl KeySet {
    /// The keys of the settings.
    pub(super) fn of(secret: Option<&str>, set: Option<&str>) -> Result<Self, String> {
        let mut keys = Self::default();
        if let Some(secret) = secret {
            keys.add_secret(secret)?;
        }
        if let Some(set) = set {
            keys.add_set(set)?;
        }
        Ok(keys)
    }

    /// Adds the shared secret, for HS256.
    fn add_secret(&mut self, secret: &str) -> Result<(), String> {
        if secret.len() < MIN_SECRET_BYTES {
            return Err(format!(
                "`JWT_SECRET` must be at least {MIN_SECRET_BYTES} bytes long; make one with `openssl rand -hex 32`"
            ));
        }
        let key = DecodingKey::from_secret(secret.as_bytes());
        self.0.push(VerifyingKey { id: None, algorithm: Algorithm::HS256, key });
        Ok(())
    }

    /// Adds the public keys of a JWKS: its text, or the path of a file.
    fn add_set(&mut self, source: &str) -> Result<(), String> {
        let wrong = |reason: String| format!("`JWT_KEYS` cannot be used: {reason}");
        let text = match jwks_path(source) {
            Some(path) => read(path).map_err(wrong)?,
            None => source.to_owned(),
        };
        let set: Value = serde_json::from_str(&text)
            .map_err(|error| wrong(format!("not a JWKS (a JSON object with `keys`): {error}")))?;
        let Some(keys) = set.get("keys").and_then(Value::as_array) else {
            return Err(wrong("not a JWKS: there is no list `keys`".to_owned()));
        };
        let before = self.0.len();
        for (position, key) in keys.iter().enumerate() {
            let name = match key.get("kid").and_then(Value::as_str) {
                Some(id) => format!("key `{id}`"),
                None => format!("key {}", position + 1),
            };
            if let Some(key) = public_key(key).map_err(|reason| wrong(format!("{name} {reason}")))? {
                self.add(key).map_err(&wrong)?;
            } else {
                tracing::warn!(
                    "{name} of JWT_KEYS is not for RS256, ES256 or EdDSA signatures; it is left out"
                );
            }
        }
        match self.0.len() {
            same if same == before => {
                Err(wrong("it has no key for RS256, ES256 or EdDSA signatures".to_owned()))
            }
            _ => Ok(()),
        }
    }

    fn add(&mut self, key: VerifyingKey) -> Result<(), String> {
        if let Some(id) = &key.id
            && self.0.iter().any(|other| other.id.as_ref() == Some(id))
        {
            return Err(format!("two keys are called `{id}`"));
        }
        self.0.push(key);
        Ok(())
    }

    /// The key of a token: of its algorithm, and by its `kid` where it has one. None when several match.
    pub(super) fn find(&self, algorithm: &str, id: Option<&str>) -> Option<&VerifyingKey> {
        let of_algorithm = || self.0.iter().filter(|key| algorithm_name(key.algorithm) == Some(algorithm));
        if let Some(id) = id
            && let Some(key) = of_algorithm().find(|key| key.id.as_deref() == Some(id))
        {
            return Some(key);
        }
        let mut candidates = of_algorithm().filter(|key| id.is_none() || key.id.is_none());
        match (candidates.next(), candidates.next()) {
            (Some(key), None) => Some(key),
            _ => None,
        }
    }
}

/// The name of an accepted algorithm; none for others.
fn algorithm_name(algorithm: Algorithm) -> Option<&'static str> {
    match algorithm {
        Algorithm::HS256 => Some("HS256"),
        Algorithm::RS256 => Some("RS256"),
        Algorithm::ES256 => Some("ES256"),
        Algorithm::EdDSA => Some("EdDSA"),
        _ => None,
    }
}

/// The path of the JWKS file; none when the setting is the JWKS itself.
pub(super) fn jwks_path(source: &str) -> Option<&Path> {
    (!source.trim_start().starts_with(['{', '['])).then(|| Path::new(source))
}

fn read(path: &Path) -> Result<String, String> {
    let name = shown(path);
    let wrong = |error: std::io::Error| format!("{name}: {error}");
    let size = std::fs::metadata(path).map_err(wrong)?.len();
    if size > MAX_JWKS_BYTES {
        return Err(format!("{name} is larger than {MAX_JWKS_BYTES} bytes"));
    }
    std::fs::read_to_string(path).map_err(wrong)
}

/// The path, if it looks like the one of a file: a JWKS that is not quite JSON is taken for a path, and so is a secret.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/\\:._- ".contains(character);
    match path.extension() {
        Some(extension) if extension.len() <= 8 && text.chars().all(is_plain) => text.into_owned(),
        _ => "it is no JSON, and no file".to_owned(),
    }
}

/// A public key of a JWKS; none for one with another use.
fn public_key(json: &Value) -> Result<Option<VerifyingKey>, String> {
    let Value::Object(members) = json else {
        return Err("is not a JSON object".to_owned());
    };
    if members.contains_key("d") {
        return Err("is a private key: only its issuer may have that; give its public half".to_owned());
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if text("kty") == Some("oct") {
        return Err("is a secret; set it as `JWT_SECRET`".to_owned());
    }
    let algorithm = match (text("kty"), text("crv"), text("alg")) {
        (Some("RSA"), None, Some("RS256") | None) => Algorithm::RS256,
        (Some("EC"), Some("P-256"), Some("ES256") | None) => Algorithm::ES256,
        (Some("OKP"), Some("Ed25519"), Some("EdDSA" | "Ed25519") | None) => Algorithm::EdDSA,
        _ => return Ok(None),
    };
    if text("use").is_some_and(|purpose| purpose != "sig") || !may_verify(members) {
        return Ok(None);
    }
    check_size(algorithm, members)?;
    let jwk: Jwk =
        serde_json::from_value(json.clone()).map_err(|_| "has a member of a wrong type".to_owned())?;
    let key = DecodingKey::from_jwk(&jwk).map_err(|error| format!("cannot be read: {error}"))?;
    // Refuses points that are not on the curve.
    (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(&algorithm, &key)
        .map_err(|error| format!("is no key: {error}"))?;
    Ok(Some(VerifyingKey { id: text("kid").map(str::to_owned), algorithm, key }))
}

fn may_verify(members: &Map<String, Value>) -> bool {
    match members.get("key_ops").and_then(Value::as_array) {
        Some(operations) => operations.iter().any(|operation| operation == "verify"),
        None => true,
    }
}

/// Refuses keys that are weak or of a wrong length.
fn check_size(algorithm: Algorithm, members: &Map<String, Value>) -> Result<(), String> {
    let bytes = |name: &str| {
        let text = members.get(name).and_then(Value::as_str).unwrap_or_default();
        BASE64.decode(text).map_err(|_| format!("has a `{name}` that is not base64url"))
    };
    match algorithm {
        Algorithm::RS256 => {
            let (modulus, exponent) = (bytes("n")?, bytes("e")?);
            let length = modulus.iter().skip_while(|byte| **byte == 0).count();
            if !RSA_MODULUS_BYTES.contains(&length) {
                return Err(format!("has {} bits; an RSA key must have from 2048 to 8192", length * 8));
            }
            let odd = exponent.last().is_some_and(|byte| byte % 2 == 1);
            if !odd || exponent == [1] || exponent.len() > 4 {
                return Err("has an exponent that no RSA key should have".to_owned());
            }
        }
        Algorithm::ES256 if bytes("x")?.len() != 32 || bytes("y")?.len() != 32 => {
            return Err("must have an `x` and a `y` of 32 bytes".to_owned());
        }
        Algorithm::EdDSA if bytes("x")?.len() != 32 => {
            return Err("must have an `x` of 32 bytes".to_owned());
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{BASE64, KeySet};
    use base64::Engine as _;
    use serde_json::json;

    fn refused(set: &serde_json::Value) -> String {
        KeySet::default().add_set(&set.to_string()).expect_err("refused")
    }

    #[test]
    fn weak_and_wrong_keys_are_refused() {
        let rsa = |bytes: usize, e: &str| json!({"kty": "RSA", "kid": "a", "n": BASE64.encode(vec![255; bytes]), "e": e});
        let point = BASE64.encode([1; 32]);
        let cases = [
            (json!({"keys": []}), "no key for"),
            (json!([]), "no list `keys`"),
            (json!({"keys": [1]}), "key 1 is not a JSON object"),
            (json!({"keys": [rsa(128, "AQAB")]}), "key `a` has 1024 bits"),
            (json!({"keys": [rsa(256, "AQ")]}), "exponent"),
            (json!({"keys": [rsa(256, "AQAB"), rsa(256, "AQAB")]}), "two keys are called `a`"),
            (json!({"keys": [{"kty": "oct", "k": "AAAA"}]}), "set it as `JWT_SECRET`"),
            (json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "d": "AAAA"}]}), "private key"),
            (json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}]}), "32 bytes"),
            (json!({"keys": [{"kty": "EC", "crv": "P-521", "x": "AAAA", "y": "AAAA"}]}), "no key for"),
            (json!({"keys": [{"kty": "EC", "crv": "P-256", "x": point, "y": point}]}), "is no key"),
            (json!({"keys": [{"kty": "RSA", "use": "enc", "n": "AAAA", "e": "AQAB"}]}), "no key for"),
        ];
        for (set, expected) in cases {
            let message = refused(&set);
            assert!(
                message.starts_with("`JWT_KEYS` cannot be used: ") && message.contains(expected),
                "{message}"
            );
        }
        assert!(KeySet::default().add_set("/no/such/file").is_err());
        assert!(KeySet::default().add_secret("too short").is_err());
    }

    #[test]
    fn a_token_has_one_key_or_none() {
        let ed = |id: Option<&str>, byte: u8| {
            let public = ed25519_dalek::SigningKey::from_bytes(&[byte; 32]).verifying_key();
            let mut key = json!({"kty": "OKP", "crv": "Ed25519", "x": BASE64.encode(public.to_bytes())});
            if let Some(id) = id {
                key["kid"] = json!(id);
            }
            key
        };
        let mut keys = KeySet::default();
        keys.add_set(&json!({"keys": [ed(Some("a"), 1), ed(Some("b"), 2)]}).to_string()).unwrap();
        keys.add_secret(&"s".repeat(32)).unwrap();
        assert!(keys.find("EdDSA", Some("a")).is_some());
        assert!(keys.find("EdDSA", Some("../../etc/passwd")).is_none());
        assert!(keys.find("EdDSA", None).is_none(), "two fit");
        assert!(keys.find("HS256", None).is_some());
        assert!(keys.find("HS256", Some("a")).is_some(), "the secret has no name; it is never the key `a`");
        for other in ["none", "None", "", "hs256", "HS384", "RS256", "PS256"] {
            assert!(keys.find(other, None).is_none() && keys.find(other, Some("a")).is_none(), "{other}");
        }
    }
}
