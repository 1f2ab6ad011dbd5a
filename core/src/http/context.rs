//! The context of a request: who asks, and under which id.
//!
//! The outermost middleware. It puts a [`Ctx`] into the request's data, from where every surface takes it, and
//! answers the request's id as `X-Request-Id`. Credentials that are not valid are refused here, so that nothing further
//! in can take their bearer for an anonymous caller.

use std::sync::Arc;

use poem::http::{HeaderMap, HeaderName, HeaderValue, header};
use poem::{Endpoint, Middleware, Request, Response};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::auth::{Authenticated, Authentication, Authenticators, Refusal, peek_session, resume_session};
use crate::config::{Environment, SettingsError};
use crate::ctx::Ctx;
use crate::http::browser::{self, CSRF_HEADER, CookieName};
use crate::http::client;
use crate::http::problem::problem;
use crate::principal::Principal;
use crate::state::AppState;

/// The header that carries the request's id, in both directions.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of the longest request id that is taken over.
const MAX_ID_LENGTH: usize = 64;

/// Puts a [`Ctx`] into the data of every request.
#[derive(Debug, Clone)]
pub struct Context {
    state: AppState,
    authentication: Authentication,
}

impl Context {
    /// The middleware of an application.
    ///
    /// # Errors
    /// [`SettingsError`] for settings of authentication that cannot be used.
    pub fn new(state: &AppState) -> Result<Self, SettingsError> {
        Self::with(state, Authenticators::default())
    }

    /// As [`Context::new`], with the application's own authenticators.
    ///
    /// # Errors
    /// As [`Context::new`].
    pub fn with(state: &AppState, own: Authenticators) -> Result<Self, SettingsError> {
        Ok(Self { state: state.clone(), authentication: Authentication::new(state.settings(), own)? })
    }
}

/// What authenticating a request means to its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// It is used: that keeps it from ending idle.
    Request,
    /// Only looked at, to see whether it still holds.
    Look,
}

impl Context {
    /// Who sent the request, and until when that holds. `ctx` is nobody's.
    pub(crate) async fn who(
        &self,
        ctx: &Ctx,
        request: &Request,
        using: Use,
    ) -> Result<Authenticated, Refusal> {
        match self.authentication.of_request(ctx, request).await? {
            Some(authenticated) => Ok(authenticated),
            // Boxed: few requests need it, and all would carry its state.
            None if request.headers().contains_key(CSRF_HEADER) => {
                Box::pin(self.session(ctx, request, using)).await
            }
            None => Ok(Principal::Anonymous.into()),
        }
    }

    /// The account that is signed in, for a script of our own pages: it knows the session's token. A session's cookie
    /// without the token is no credential, and the token without a cookie is somebody else's.
    async fn session(&self, ctx: &Ctx, request: &Request, using: Use) -> Result<Authenticated, Refusal> {
        let settings = self.state.settings();
        let secure = settings.environment == Environment::Production
            || client::is_https(request, &settings.trusted_proxies);
        let Some(id) = CookieName::Session.read(request, secure) else {
            return Ok(Principal::Anonymous.into());
        };
        let idle = settings.session_idle;
        let found = match using {
            Use::Request => resume_session(ctx, &id, idle).await?,
            Use::Look => peek_session(ctx, &id, idle).await?,
        };
        let signed_in = found.ok_or(Refusal::Invalid)?;
        let expected = browser::api_token(self.state.secret(), &signed_in);
        browser::check_token(request.header(CSRF_HEADER), &expected)?;
        browser::check_origin(request)?;
        Ok(Authenticated { expires_at: Some(signed_in.ends_at(idle)), principal: signed_in.principal() })
    }
}

impl<E: Endpoint> Middleware<E> for Context {
    type Output = ContextEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        ContextEndpoint { inner, context: self.clone() }
    }
}

/// The endpoint that [`Context`] makes of another.
#[derive(Debug)]
pub struct ContextEndpoint<E> {
    inner: E,
    context: Context,
}

impl<E: Endpoint> Endpoint for ContextEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let id = request_id(request.headers());
        let span = tracing::info_span!("request", id = %id);
        let mut response = async {
            let anonymous = self
                .context
                .state
                .system()
                .with_principal(Principal::Anonymous)
                .with_request_id(Arc::clone(&id));
            match self.context.who(&anonymous, &request, Use::Request).await {
                Ok(Authenticated { principal: Principal::Anonymous, .. }) => request.set_data(anonymous),
                Ok(authenticated) => request.set_data(anonymous.with_principal(authenticated.principal)),
                Err(refusal) => return refuse(&refusal, &id),
            }
            self.inner.get_response(request).await
        }
        .instrument(span)
        .await;
        // Always a header's value: ids are checked or made here.
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        Ok(response)
    }
}

fn refuse(refusal: &Refusal, id: &str) -> Response {
    let mut response = problem(&refusal.error(), id);
    if let Some(challenge) = refusal.challenge() {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

/// The id that the caller gave, if it is short and plain; otherwise a new one.
fn request_id(headers: &HeaderMap) -> Arc<str> {
    let sane = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let sent = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    match sent.filter(|id| (1..=MAX_ID_LENGTH).contains(&id.len()) && id.bytes().all(sane)) {
        Some(id) => Arc::from(id),
        None => {
            let mut buffer = Uuid::encode_buffer();
            Arc::from(&*Uuid::now_v7().simple().encode_lower(&mut buffer))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, HeaderValue, REQUEST_ID, request_id};

    #[test]
    fn sane_ids_are_kept_and_others_replaced() {
        let mut headers = HeaderMap::new();
        assert_eq!(request_id(&headers).len(), 32);
        headers.insert(REQUEST_ID, HeaderValue::from_static("trace-1.a_b"));
        assert_eq!(&*request_id(&headers), "trace-1.a_b");
        for bad in ["", "a b", "<script>", "x".repeat(65).as_str()] {
            headers.insert(REQUEST_ID, HeaderValue::from_str(bad).unwrap());
            assert_ne!(&*request_id(&headers), bad);
        }
    }
}
