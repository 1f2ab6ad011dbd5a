//! Who asks: the application's own authenticators, then the bearer token, which is a JWT or an API token.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::Request;
use poem::http::{HeaderMap, header};

use crate::auth::Authenticator;
use crate::auth::authenticator::DynAuthenticator;
use crate::auth::bearer::{self, Tokens};
use crate::auth::jwt::{self, Flaw, Jwt};
use crate::auth::verified::Verified;
use crate::config::{Settings, SettingsError};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::principal::Principal;

/// Tells who asks. Cheap to clone; clones share what they remember.
#[derive(Clone)]
pub struct Authentication(Arc<Inner>);

#[derive(Default)]
struct Inner {
    own: Vec<Arc<dyn DynAuthenticator>>,
    jwt: Option<Jwt>,
    verified: Verified,
    tokens: Tokens,
}

/// Who asks, and for how long that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// Who it is.
    pub principal: Principal,
    /// When the token or the session ends; a connection that outlives it must end then.
    pub expires_at: Option<DateTime<Utc>>,
}

impl From<Principal> for Authenticated {
    fn from(principal: Principal) -> Self {
        Self { principal, expires_at: None }
    }
}

/// Why a request is refused before anything else looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// What it says about who asks cannot be understood.
    Malformed,
    /// Its credentials are not, or no longer, valid.
    Invalid,
    /// Its token was valid once.
    Expired,
    /// Something else is in the way: the database is away, or an authenticator says no.
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

    /// What `WWW-Authenticate` says (RFC 6750); none for what has nothing to do with credentials.
    #[must_use]
    pub fn challenge(&self) -> Option<&'static str> {
        match self {
            Self::Malformed => Some("Bearer error=\"invalid_request\""),
            Self::Invalid | Self::Failed(Error::Unauthenticated) => Some("Bearer error=\"invalid_token\""),
            Self::Expired => {
                Some("Bearer error=\"invalid_token\", error_description=\"The token has expired\"")
            }
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
            .field("own", &self.0.own.len())
            .field("jwt", &self.0.jwt.is_some())
            .finish_non_exhaustive()
    }
}

/// The application's own authenticators, on their way to [`Authentication`].
#[derive(Clone, Default)]
pub struct Authenticators(Vec<Arc<dyn DynAuthenticator>>);

impl Authenticators {
    /// Adds one, to be asked after those before it.
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
    /// As the settings say: with JWTs where they have a key.
    ///
    /// # Errors
    /// [`SettingsError`] for keys and settings that cannot be used.
    pub fn new(settings: &Settings, own: Authenticators) -> Result<Self, SettingsError> {
        let jwt = Jwt::of(settings)?;
        Ok(Self(Arc::new(Inner { own: own.0, jwt, ..Inner::default() })))
    }

    /// Who sent the request, by all it says but its cookies: those never authenticate by themselves.
    ///
    /// # Errors
    /// [`Refusal`] for credentials that are not valid: they are never passed over.
    pub async fn of_request(&self, ctx: &Ctx, request: &Request) -> Result<Option<Authenticated>, Refusal> {
        for own in &self.0.own {
            if let Some(principal) = own.ask(ctx, request).await? {
                return Ok(Some(principal.into()));
            }
        }
        match bearer(request.headers())? {
            Some(token) => self.authenticate(ctx, token).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whom a bearer token speaks of: a JWT, or an API token. They are told apart by their form.
    ///
    /// # Errors
    /// [`Refusal`] for a token that is not valid.
    pub async fn authenticate(&self, ctx: &Ctx, token: &str) -> Result<Authenticated, Refusal> {
        if bearer::is_one(token) {
            return self.0.tokens.authenticate(ctx, token).await;
        }
        let Some(jwt) = &self.0.jwt else {
            return Err(Refusal::Invalid);
        };
        if token.len() > jwt::LONGEST {
            return Err(Refusal::Invalid);
        }
        let (now, edition) = (ctx.now(), jwt.refresh());
        self.0.verified.or_else(token, now, edition, || jwt.verify(token, now)).map_err(|flaw| {
            // What of the token is wrong is for whoever runs the application; its bearer might be guessing.
            tracing::info!(reason = %flaw, request_id = ctx.request_id(), "a JWT was refused");
            if flaw == Flaw::Expired { Refusal::Expired } else { Refusal::Invalid }
        })
    }
}

/// The token of a request. Credentials of another kind are refused like a token that is not valid.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut credentials = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = credentials.next() else {
        return Ok(None);
    };
    if credentials.next().is_some() {
        return Err(Refusal::Malformed);
    }
    if value.len() > jwt::LONGEST + "Bearer ".len() {
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
    use super::{HeaderMap, Refusal, bearer, header};
    use poem::http::HeaderValue;

    #[test]
    fn only_one_bearer_token_is_a_credential() {
        let mut headers = HeaderMap::new();
        assert_eq!(bearer(&headers), Ok(None));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("bearer abc"));
        assert_eq!(bearer(&headers), Ok(Some("abc")));
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer abc"));
        assert_eq!(bearer(&headers), Err(Refusal::Malformed));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_bytes(b"Bearer \xff").unwrap());
        assert_eq!(bearer(&headers), Err(Refusal::Malformed));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Basic abc"));
        assert_eq!(bearer(&headers), Err(Refusal::Invalid));
    }
}
