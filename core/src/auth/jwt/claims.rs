//! The header and the claims of a JWT, parsed strictly.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::auth::jwt::{ExpectedClaims, JwtError};
use crate::principal::{Principal, Subject};

/// Characters of the longest subject.
const MAX_SUBJECT_CHARS: usize = 255;
/// The greatest number of roles, and the greatest length of one in characters.
const MAX_ROLES: usize = 256;
const MAX_ROLE_CHARS: usize = 255;

/// The header of a JWT. Keys that it carries or names (`jwk`, `jku`, `x5u`, `x5c`) are never read.
#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) alg: String,
    #[serde(default)]
    pub(super) kid: Option<String>,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
    #[serde(default)]
    enc: Option<Value>,
    #[serde(default)]
    zip: Option<Value>,
    #[serde(default)]
    b64: Option<Value>,
}

impl Header {
    /// Refuses tokens of another type, and critical extensions: none are supported.
    pub(super) fn check(&self) -> Result<(), JwtError> {
        if self.crit.is_some() || self.enc.is_some() || self.zip.is_some() || self.b64.is_some() {
            return Err(JwtError::Header);
        }
        let media_type = self.typ.as_deref().map(str::to_ascii_lowercase);
        let media_type = media_type.as_deref().map(|name| name.strip_prefix("application/").unwrap_or(name));
        match media_type {
            None | Some("jwt" | "at+jwt") => Ok(()),
            Some(_) => Err(JwtError::Header),
        }
    }
}

/// Reads the claims of a token whose signature is valid: its principal, and when it expires.
pub(super) fn read(
    claims: Map<String, Value>,
    expected: &ExpectedClaims,
    now: DateTime<Utc>,
) -> Result<(Principal, DateTime<Utc>), JwtError> {
    let expires_at = time(&claims, "exp")?.ok_or(JwtError::Claim("exp"))?;
    let expires_at = expires_at.checked_add_signed(expected.leeway).ok_or(JwtError::Claim("exp"))?;
    if now >= expires_at {
        return Err(JwtError::Expired);
    }
    let valid_from = time(&claims, "nbf")?.and_then(|time| time.checked_sub_signed(expected.leeway));
    if valid_from.is_some_and(|time| now < time) {
        return Err(JwtError::Claim("nbf"));
    }
    check_issuer(&claims, expected)?;
    check_audience(&claims, expected)?;
    let subject = subject(&claims)?;
    let roles = roles(&claims, &expected.roles_claim)?;
    let id = match &expected.issuer {
        Some(issuer) => format!("jwt:{issuer}#{subject}"),
        None => format!("jwt:{subject}"),
    };
    let name = ["name", "preferred_username", "email"]
        .iter()
        .find_map(|claim| claims.get(*claim).and_then(Value::as_str))
        .unwrap_or(&subject)
        .to_owned();
    let principal = Subject::new(id, name, roles).owning(subject).with_claims(claims);
    Ok((principal.into(), expires_at))
}

/// A time in seconds, perhaps with a fraction. Anything else is refused.
fn time(claims: &Map<String, Value>, name: &'static str) -> Result<Option<DateTime<Utc>>, JwtError> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_f64().filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    // After the year 9999: not a time that anyone means.
    let seconds = seconds.filter(|seconds| *seconds < 253_402_300_800.0).ok_or(JwtError::Claim(name))?;
    #[allow(clippy::cast_possible_truncation, reason = "checked above")]
    let micros = (seconds * 1_000_000.0) as i64;
    DateTime::UNIX_EPOCH
        .checked_add_signed(TimeDelta::microseconds(micros))
        .ok_or(JwtError::Claim(name))
        .map(Some)
}

fn check_issuer(claims: &Map<String, Value>, expected: &ExpectedClaims) -> Result<(), JwtError> {
    match &expected.issuer {
        Some(issuer) if claims.get("iss").and_then(Value::as_str) != Some(issuer) => {
            Err(JwtError::Claim("iss"))
        }
        _ => Ok(()),
    }
}

/// A token is for the applications that its `aud` names. One with an audience is refused where `JWT_AUDIENCE` is not set.
fn check_audience(claims: &Map<String, Value>, expected: &ExpectedClaims) -> Result<(), JwtError> {
    let is_accepted = |audience: &Value| {
        audience.as_str().is_some_and(|name| expected.audience.iter().any(|accepted| accepted == name))
    };
    let matches = match claims.get("aud") {
        None => expected.audience.is_empty(),
        Some(Value::Array(all)) => all.iter().all(Value::is_string) && all.iter().any(is_accepted),
        Some(one) => is_accepted(one),
    };
    if matches { Ok(()) } else { Err(JwtError::Claim("aud")) }
}

fn subject(claims: &Map<String, Value>) -> Result<String, JwtError> {
    claims
        .get("sub")
        .and_then(Value::as_str)
        .filter(|subject| {
            (1..=MAX_SUBJECT_CHARS).contains(&subject.chars().count()) && !subject.contains(char::is_control)
        })
        .map(str::to_owned)
        .ok_or(JwtError::Claim("sub"))
}

/// The roles: a list of texts, or one text with blanks between them. The claim is set by its name or by a path
/// (`realm_access.roles`).
fn roles(claims: &Map<String, Value>, claim: &str) -> Result<Vec<String>, JwtError> {
    let value = claims.get(claim).or_else(|| {
        let mut segments = claim.split('.');
        let first = claims.get(segments.next()?)?;
        segments.try_fold(first, |value, segment| value.get(segment))
    });
    let roles: Vec<String> = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or(JwtError::Claim("roles"))?,
        Some(_) => return Err(JwtError::Claim("roles")),
    };
    let is_valid = |role: &String| {
        (1..=MAX_ROLE_CHARS).contains(&role.chars().count()) && !role.contains(char::is_control)
    };
    if roles.len() <= MAX_ROLES && roles.iter().all(is_valid) {
        Ok(roles)
    } else {
        Err(JwtError::Claim("roles"))
    }
}
