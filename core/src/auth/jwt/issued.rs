//! JWTs that the application issues itself: for a login of its own.

use std::time::Duration;

use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Map, Value};

use crate::config::Settings;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::principal::Subject;

/// A JWT for a subject, signed with `JWT_SECRET` (HS256), which the surfaces take as `Authorization: Bearer …` until its lifetime
/// is over. It cannot be taken back before: keep the lifetime short.
///
/// The claims are `sub` (the subject's [`subject`](Subject::subject), by which `owner(…)` finds its rows), `name`, the roles
/// under `JWT_ROLES_CLAIM`, `iss` and `aud` where the settings name them, `iat`, `exp`, and the claims of the subject.
///
/// ```
/// # use entify::prelude::*;
/// # use entify::auth::issue_jwt;
/// # use std::time::Duration;
/// fn token(ctx: &Ctx, user: i64, name: &str) -> entify::Result<String> {
///     let subject = Subject::new("", name, vec!["member".to_owned()]).owning(user.to_string());
///     issue_jwt(ctx, &subject, Duration::from_secs(3600))
/// }
/// ```
///
/// # Errors
/// `Internal`, with the reason in the log, when `JWT_SECRET` is not set or the subject has no `subject`.
pub fn issue_jwt(ctx: &Ctx, subject: &Subject, lifetime: Duration) -> Result<String> {
    let settings = ctx.data::<Settings>()?;
    let Some(secret) = &settings.jwt_secret else {
        return Err(Error::internal("no JWT can be issued: `JWT_SECRET` is not set"));
    };
    let Some(name) = &subject.subject else {
        return Err(Error::internal("no JWT can be issued for a subject without `owning(…)`"));
    };
    let now = ctx.now().timestamp();
    let lifetime = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
    let mut claims: Map<String, Value> = subject.claims.clone();
    let mut claim = |claim: &str, value: Value| claims.insert(claim.to_owned(), value);
    claim("sub", name.as_str().into());
    claim("name", subject.name.as_str().into());
    claim(&settings.jwt_roles_claim, subject.roles.clone().into());
    claim("iat", now.into());
    claim("exp", now.saturating_add(lifetime).into());
    if let Some(issuer) = &settings.jwt_issuer {
        claim("iss", issuer.as_str().into());
    }
    if let Some(audience) = settings.jwt_audience.first() {
        claim("aud", audience.as_str().into());
    }
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &key).map_err(Error::internal)
}
