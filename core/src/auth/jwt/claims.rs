//! What a JWT says: its header and its claims, read strictly.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::auth::jwt::{Expectations, Flaw};
use crate::principal::{Principal, Subject};

/// Characters of the longest subject.
const LONGEST_SUBJECT: usize = 255;
/// Roles of a token at most, and characters of one.
const MOST_ROLES: usize = 256;
const LONGEST_ROLE: usize = 255;

/// The header of a JWT, as far as it matters. What it says of keys (`jwk`, `jku`, `x5u`, `x5c`) is never looked at.
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
    /// Refuses tokens of another kind and extensions that one must understand: none are.
    pub(super) fn check(&self) -> Result<(), Flaw> {
        if self.crit.is_some() || self.enc.is_some() || self.zip.is_some() || self.b64.is_some() {
            return Err(Flaw::Header);
        }
        let kind = self.typ.as_deref().map(str::to_ascii_lowercase);
        let kind = kind.as_deref().map(|kind| kind.strip_prefix("application/").unwrap_or(kind));
        match kind {
            None | Some("jwt" | "at+jwt") => Ok(()),
            Some(_) => Err(Flaw::Header),
        }
    }
}

/// Reads the claims of a token whose signature is right: whom it speaks of, and until when.
pub(super) fn read(
    claims: Map<String, Value>,
    expected: &Expectations,
    now: DateTime<Utc>,
) -> Result<(Principal, DateTime<Utc>), Flaw> {
    let expires_at = time(&claims, "exp")?.ok_or(Flaw::Claim("exp"))?;
    let expires_at = expires_at.checked_add_signed(expected.leeway).ok_or(Flaw::Claim("exp"))?;
    if now >= expires_at {
        return Err(Flaw::Expired);
    }
    let begins_at = time(&claims, "nbf")?.and_then(|begin| begin.checked_sub_signed(expected.leeway));
    if begins_at.is_some_and(|begin| now < begin) {
        return Err(Flaw::Claim("nbf"));
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

/// A time in seconds, perhaps with a fraction. Anything else in its place is refused.
fn time(claims: &Map<String, Value>, name: &'static str) -> Result<Option<DateTime<Utc>>, Flaw> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_f64().filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    // Beyond the year 9999 is no time that anyone means.
    let seconds = seconds.filter(|seconds| *seconds < 253_402_300_800.0).ok_or(Flaw::Claim(name))?;
    #[allow(clippy::cast_possible_truncation, reason = "checked above")]
    let micros = (seconds * 1_000_000.0) as i64;
    DateTime::UNIX_EPOCH
        .checked_add_signed(TimeDelta::microseconds(micros))
        .ok_or(Flaw::Claim(name))
        .map(Some)
}

fn check_issuer(claims: &Map<String, Value>, expected: &Expectations) -> Result<(), Flaw> {
    match &expected.issuer {
        Some(issuer) if claims.get("iss").and_then(Value::as_str) != Some(issuer) => Err(Flaw::Claim("iss")),
        _ => Ok(()),
    }
}

/// A token is for those that its audience names. One that names an audience is not for an application that has none.
fn check_audience(claims: &Map<String, Value>, expected: &Expectations) -> Result<(), Flaw> {
    let named = |audience: &Value| {
        audience.as_str().is_some_and(|name| expected.audience.iter().any(|own| own == name))
    };
    let fits = match claims.get("aud") {
        None => expected.audience.is_empty(),
        Some(Value::Array(all)) => all.iter().all(Value::is_string) && all.iter().any(named),
        Some(one) => named(one),
    };
    if fits { Ok(()) } else { Err(Flaw::Claim("aud")) }
}

fn subject(claims: &Map<String, Value>) -> Result<String, Flaw> {
    claims
        .get("sub")
        .and_then(Value::as_str)
        .filter(|subject| {
            (1..=LONGEST_SUBJECT).contains(&subject.chars().count()) && !subject.contains(char::is_control)
        })
        .map(str::to_owned)
        .ok_or(Flaw::Claim("sub"))
}

/// The roles: a list of texts, or one text with blanks between them. The claim is named as it is, or by the way to it
/// (`realm_access.roles`).
fn roles(claims: &Map<String, Value>, claim: &str) -> Result<Vec<String>, Flaw> {
    let found = claims.get(claim).or_else(|| {
        let mut steps = claim.split('.');
        let first = claims.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    });
    let roles: Vec<String> = match found {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or(Flaw::Claim("roles"))?,
        Some(_) => return Err(Flaw::Claim("roles")),
    };
    let sane = |role: &String| {
        (1..=LONGEST_ROLE).contains(&role.chars().count()) && !role.contains(char::is_control)
    };
    if roles.len() <= MOST_ROLES && roles.iter().all(sane) { Ok(roles) } else { Err(Flaw::Claim("roles")) }
}
