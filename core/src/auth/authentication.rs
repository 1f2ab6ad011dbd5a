//! Authenticates a request: the application's own authenticators, then the bearer token, which is a JWT or an API token.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::Request;
use poem::http::{HeaderMap, header};

use crate::auth::Authenticator;
use crate::auth::api_token_verifier::{self, ApiTokenVerifier};
use crate::auth::authenticator::DynAuthenticator;
use crate::auth::jwt::{self, Jwt, JwtError};
use crate::auth::jwt_cache::JwtCache;
use crate::config::{Settings, SettingsError};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::principal::Principal;

/// Finds the principal of a request. Cheap to clone; clones share their caches.
#[derive(Clone)]
pub struct Authentication(Arc<Inner>);

#[derive(Default)]
struct Inner {
    authenticators: Vec<Arc<dyn DynAuthenticator>>,
    jwt: Option<Jwt>,
    jwt_cache: JwtCache,
    api_tokens: ApiTokenVerifier,
}

/// The principal of a request, and until when its credentials are valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// The principal.
    pub principal: Principal,
    /// When the token or the session ends; a connection that outlives it must end then.
    pub expires_at: Option<DateTime<Utc>>,
}

impl From<Principal> for Authenticated {
    fn from(principal: Principal) -> Self {
        Self { principal, expires_at: None }
    }
}

/// Why a request is refused before it reaches a surface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Its `Authorization` header cannot be read.
    Malformed,
    /// Its credentials are not valid, or no longer.
    Invalid,
    /// Its token was valid once.
    Expired,
    /// Authentication itself failed: the database is not available, or an authenticator returned this error.
    Failed(Error),
}

impl Refusal {
    /// The error that the request is answered with.
    #[must_use]
    pub fn error(&self) -> Error {
        match self {
            Self::Malformed => {
                Error::bad_request("there must be one `Authorization` header, and it must be text")
            }
            Self::Invalid | Self::Expired => Error::Unauthenticated,
            Self::Failed(error) => error.clone(),
        }
    }

    /// The value of `WWW-Authenticate` (RFC 6750); none for errors that are not about credentials.
    #[must_use]
    pub fn challenge(&self) -> Option<&'static str> {
        match self {
            Self::Malformed => Some("Bearer realm=\"api\", error=\"invalid_request\""),
            Self::Invalid | Self::Failed(Error::Unauthenticated) => {
                Some("Bearer realm=\"api\", error=\"invalid_token\"")
            }
            Self::Expired => Some(
                "Bearer realm=\"api\", error=\"invalid_token\", error_description=\"The token has expired\"",
            ),
            Self::Failed(_) => None,
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Unauthenticated => Self::Invalid,
            other => Self::Failed(other),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        refusal.error()
    }
}

impl std::fmt::Debug for Authentication {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authentication")
            .field("authenticators", &self.0.authenticators.len())
            .field("jwt", &self.0.jwt.is_some())
            .finish_non_exhaustive()
    }
}

/// The application's own authenticators, to build [`Authentication`] from.
#[derive(Clone, Default)]
pub struct Authenticators(Vec<Arc<dyn DynAuthenticator>>);

impl Authenticators {
    /// Adds one, which is called after those before it.
    #[must_use]
    pub fn with(mut self, authenticator: impl Authenticator) -> Self {
        self.0.push(Arc::new(authenticator));
        self
    }
}

impl std::fmt::Debug for Authenticators {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Authenticators").field(&self.0.len()).finish()
    }
}

impl Authentication {
    /// With JWTs if the settings have a key for them.
    ///
    /// # Errors
    /// [`SettingsError`] for keys and settings that cannot be used.
    pub fn new(settings: &Settings, authenticators: Authenticators) -> Result<Self, SettingsError> {
        let jwt = Jwt::of(settings)?;
        Ok(Self(Arc::new(Inner { authenticators: authenticators.0, jwt, ..Inner::default() })))
    }

    /// Bytes of the verified tokens that it keeps.
    pub(crate) fn cached_bytes(&self) -> u64 {
        self.0.jwt_cache.bytes() + self.0.api_tokens.cached_bytes()
    }

    /// The principal of the request, by all it carries but its cookies: those never authenticate by themselves.
    ///
    /// # Errors
    /// [`Refusal`] for credentials that are not valid: they are never ignored.
    pub async fn of_request(&self, ctx: &Ctx, request: &Request) -> Result<Option<Authenticated>, Refusal> {
        for authenticator in &self.0.authenticators {
            if let Some(principal) = authenticator.authenticate_dyn(ctx, request).await? {
                return Ok(Some(principal.into()));
            }
        }
        match bearer_token(request.headers())? {
            Some(token) => self.authenticate(ctx, token).await.map(Some),
            None => Ok(None),
        }
    }

    /// The principal of a bearer token, an API token or a JWT: the prefix of the text decides which.
    ///
    /// # Errors
    /// [`Refusal`] for a token that is not valid.
    pub async fn authenticate(&self, ctx: &Ctx, token: &str) -> Result<Authenticated, Refusal> {
        if api_token_verifier::has_prefix(token) {
            return self.0.api_tokens.authenticate(ctx, token).await;
        }
        let Some(jwt) = &self.0.jwt else {
            return Err(Refusal::Invalid);
        };
        if token.len() > jwt::MAX_TOKEN_BYTES {
            return Err(Refusal::Invalid);
        }
        let (now, key_generation) = (ctx.now(), jwt.refresh());
        let verify = || jwt.verify(token, now);
        self.0.jwt_cache.get_or_verify(token, now, key_generation, verify).map_err(|error| {
            // The reason is for the operator's log only; the client might be guessing.
            tracing::info!(reason = %error, request_id = ctx.request_id(), "a JWT was refused");
            if error == JwtError::Expired { Refusal::Expired } else { Refusal::Invalid }
        })
    }
}

/// The bearer token of a request. Another scheme is refused like a token that is not valid.
pub(crate) fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut credentials = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = credentials.next() else {
        return Ok(None);
    };
    if credentials.next().is_some() {
        return Err(Refusal::Malformed);
    }
    if value.len() > jwt::MAX_TOKEN_BYTES + "Bearer ".len() {
        return Err(Refusal::Invalid);
    }
    let value = value.to_str().map_err(|_| Refusal::Malformed)?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(Refusal::Invalid),
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, Refusal, bearer_token, header};
    use poem::http::HeaderValue;

    #[test]
    fn only_one_bearer_token_is_a_credential() {
        let mut headers = HeaderMap::new();
        assert_eq!(bearer_token(&headers), Ok(None));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("bearer abc"));
        assert_eq!(bearer_token(&headers), Ok(Some("abc")));
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer abc"));
        assert_eq!(bearer_token(&headers), Err(Refusal::Malformed));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_bytes(b"Bearer \xff").unwrap());
        assert_eq!(bearer_token(&headers), Err(Refusal::Malformed));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Basic abc"));
        assert_eq!(bearer_token(&headers), Err(Refusal::Invalid));
    }
}
