//! The context of a request: its principal and its id.
//!
//! The outermost middleware. It puts a [`Ctx`] into the request's data, from where every surface takes it, and
//! answers the request's id as `X-Request-Id`. Credentials that are not valid are refused here, so that no endpoint
//! can take their bearer for an anonymous client.

use std::sync::Arc;

use poem::http::{HeaderMap, HeaderName, HeaderValue, header};
use poem::{Endpoint, Middleware, Request, Response};
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use crate::auth::{Authenticated, Authentication, Authenticators, Refusal, peek_session, resume_session};
use crate::config::{Environment, SettingsError};
use crate::ctx::Ctx;
use crate::http::access::RequestNotes;
use crate::http::browser::{self, CSRF_HEADER, CookieName, CookieScope};
use crate::http::client;
use crate::http::metrics::{Metrics, Reading};
use crate::http::problem::problem;
use crate::http::rate_limit::{ClientLimits, Counted};
use crate::http::traceparent::TraceParent;
use crate::principal::Principal;
use crate::rate_limit::RateLimits;
use crate::spans;
use crate::state::AppState;

/// The header that carries the request's id, in both directions.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of the longest request id that is accepted.
const MAX_ID_LENGTH: usize = 64;

/// Puts a [`Ctx`] into the data of every request.
#[derive(Debug, Clone)]
pub struct Context {
    state: AppState,
    authentication: Authentication,
    limits: Option<Arc<RateLimits>>,
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
    pub fn with(state: &AppState, authenticators: Authenticators) -> Result<Self, SettingsError> {
        let authentication = Authentication::new(state.settings(), authenticators)?;
        if let Some(metrics) = state.system().data_opt::<Metrics>() {
            let authentication = authentication.clone();
            metrics.read(Reading::cache("tokens", move || authentication.cached_bytes()));
        }
        Ok(Self { state: state.clone(), authentication, limits: None })
    }

    /// The same, with these limits on what clients send.
    pub(crate) fn limited(self, limits: Option<RateLimits>) -> Self {
        Self { limits: limits.map(Arc::new), ..self }
    }
}

/// Whether authenticating a request counts as a use of its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionUse {
    /// It does: the session's idle time begins again.
    Resume,
    /// It does not: the session is only checked.
    Peek,
}

impl Context {
    /// The principal of the request, and when its credentials expire. `ctx` is anonymous.
    pub(crate) async fn authenticate(
        &self,
        ctx: &Ctx,
        request: &Request,
        session_use: SessionUse,
    ) -> Result<Authenticated, Refusal> {
        match self.authentication.of_request(ctx, request).await? {
            Some(authenticated) => Ok(authenticated),
            // Boxed: few requests need it, and all would carry its state.
            None if request.headers().contains_key(CSRF_HEADER) => {
                Box::pin(self.session(ctx, request, session_use)).await
            }
            None => Ok(Principal::Anonymous.into()),
        }
    }

    /// The limits of a request of this principal.
    pub(crate) fn limits_of(&self, principal: &Principal, request: &Request) -> Option<ClientLimits> {
        let proxies = &self.state.settings().trusted_proxies;
        self.limits.as_ref().and_then(|limits| ClientLimits::of(limits, principal, request, proxies))
    }

    /// Counts a request for its limits; also one that is refused, by its address.
    async fn count(
        &self,
        ctx: &Ctx,
        found: &Result<Authenticated, Refusal>,
        request: &mut Request,
    ) -> Option<Counted> {
        let anonymous = Principal::Anonymous;
        let principal = found.as_ref().map_or(&anonymous, |found| &found.principal);
        let limits = self.limits_of(principal, request)?;
        let counted = limits.count(ctx).await;
        request.set_data(limits);
        Some(counted)
    }

    /// The account that is signed in, for a script of our own pages, which sends the session's token. A session's cookie
    /// without the token is no credential, and a token without a cookie is ignored.
    async fn session(
        &self,
        ctx: &Ctx,
        request: &Request,
        session_use: SessionUse,
    ) -> Result<Authenticated, Refusal> {
        let settings = self.state.settings();
        let secure = settings.environment == Environment::Production
            || client::is_https(request, &settings.trusted_proxies);
        let Some(id) = CookieName::Session.read(request, &CookieScope::of(request, secure)) else {
            return Ok(Principal::Anonymous.into());
        };
        let idle = settings.session_idle;
        let session = match session_use {
            SessionUse::Resume => resume_session(ctx, &id, idle).await?,
            SessionUse::Peek => peek_session(ctx, &id, idle).await?,
        };
        let signed_in = session.ok_or(Refusal::Invalid)?;
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

/// The endpoint that [`Context`] wraps around another.
#[derive(Debug)]
pub struct ContextEndpoint<E> {
    inner: E,
    context: Context,
}

impl<E: Endpoint> Endpoint for ContextEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let id = request_id(request.headers());
        let notes = RequestNotes::of(&request);
        let span = begin_span(&id, TraceParent::of(request.headers()).as_ref(), &notes);
        let mut response = async {
            let anonymous =
                self.context.state.system().with_principal(Principal::Anonymous).for_request(Arc::clone(&id));
            notes.context(&anonymous);
            let found = self.context.authenticate(&anonymous, &request, SessionUse::Resume).await;
            let counted = match &self.context.limits {
                // Boxed: most applications have no limits, and all requests would carry its state.
                Some(_) => Box::pin(self.context.count(&anonymous, &found, &mut request)).await,
                None => None,
            };
            let limited = counted.as_ref().map_or(Ok(()), Counted::permit);
            let mut response = match limited {
                Ok(()) => self.answer(request, anonymous, found, &notes, &id).await,
                Err(error) => problem(&error, &id),
            };
            if let Some(counted) = counted {
                counted.tell(&mut response);
            }
            response
        }
        .instrument(span.clone())
        .await;
        notes.describe(&span, response.status().as_u16());
        // Always a valid header value: ids are checked or generated here.
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        keep_private(&mut response);
        Ok(response)
    }
}

impl<E: Endpoint> ContextEndpoint<E> {
    /// What the endpoint answers to who asks.
    async fn answer(
        &self,
        mut request: Request,
        anonymous: Ctx,
        found: Result<Authenticated, Refusal>,
        notes: &RequestNotes,
        id: &str,
    ) -> Response {
        match found {
            Ok(Authenticated { principal: Principal::Anonymous, .. }) => request.set_data(anonymous),
            Ok(authenticated) => {
                notes.principal(&authenticated.principal);
                request.set_data(anonymous.with_principal(authenticated.principal));
            }
            Err(refusal) => return refuse(&refusal, id),
        }
        self.inner.get_response(request).await
    }
}

/// The span of a request, in the trace that its sender has begun.
pub(crate) fn begin_span(id: &str, parent: Option<&TraceParent>, notes: &RequestNotes) -> Span {
    let span = spans::request(id, parent.map(|parent| &*parent.trace_id));
    if let Some(TraceParent { trace_id, span_id, is_sampled }) = parent {
        spans::continue_trace(&span, trace_id, span_id, *is_sampled);
        notes.trace(trace_id);
    }
    span
}

/// What the endpoint says nothing else of may depend on who asks: nobody else gets it from a cache, and whoever got it asks
/// whether it is still so.
fn keep_private(response: &mut Response) {
    let headers = response.headers_mut();
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.append(header::VARY, HeaderValue::from_static("Authorization, Cookie, X-CSRF-Token"));
    }
}

fn refuse(refusal: &Refusal, id: &str) -> Response {
    let mut response = problem(&refusal.error(), id);
    if let Some(challenge) = refusal.challenge() {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

/// The id that the client sent, if it is valid; otherwise a new one.
fn request_id(headers: &HeaderMap) -> Arc<str> {
    let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let sent = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    match sent.filter(|id| (1..=MAX_ID_LENGTH).contains(&id.len()) && id.bytes().all(is_valid)) {
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
    fn valid_ids_are_kept_and_others_replaced() {
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
