//! The context of a request: who asks, and under which id.
//!
//! The outermost middleware. It puts a [`Ctx`] into the request's data, from where every surface takes it, and
//! answers the request's id as `X-Request-Id`. A token that is not valid is refused here, so that nothing further
//! in can take its bearer for an anonymous caller.

use std::sync::Arc;

use poem::http::{HeaderMap, HeaderName, HeaderValue, header};
use poem::{Endpoint, Middleware, Request, Response};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::auth::Tokens;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::http::problem::problem;
use crate::principal::Principal;
use crate::server::AppState;

/// The header that carries the request's id, in both directions.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of the longest request id that is taken over.
const LONGEST_ID: usize = 64;

/// Puts a [`Ctx`] into the data of every request.
#[derive(Debug, Clone)]
pub struct Context {
    system: Ctx,
    tokens: Arc<Tokens>,
}

impl Context {
    /// The middleware of an application.
    #[must_use]
    pub fn new(state: &AppState) -> Self {
        Self { system: state.system().clone(), tokens: Arc::default() }
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
            let anonymous =
                self.context.system.with_principal(Principal::Anonymous).with_request_id(Arc::clone(&id));
            match self.principal(&anonymous, request.headers()).await {
                Ok(Principal::Anonymous) => request.set_data(anonymous),
                Ok(principal) => request.set_data(anonymous.with_principal(principal)),
                Err(error) => return refusal(&error, &id),
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

impl<E> ContextEndpoint<E> {
    async fn principal(&self, ctx: &Ctx, headers: &HeaderMap) -> Result<Principal> {
        match bearer(headers)? {
            None => Ok(Principal::Anonymous),
            Some(token) => self.context.tokens.authenticate(ctx, token).await,
        }
    }
}

/// The token of a request. Credentials of another kind are refused like a token that is not valid.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>> {
    let mut credentials = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = credentials.next() else {
        return Ok(None);
    };
    let value = value.to_str().map_err(|_| Error::Unauthenticated)?;
    let token = match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => return Err(Error::Unauthenticated),
    };
    if credentials.next().is_some() {
        return Err(Error::Unauthenticated);
    }
    Ok(Some(token))
}

fn refusal(error: &Error, id: &str) -> Response {
    let mut response = problem(error, id);
    if *error == Error::Unauthenticated {
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// The id that the caller gave, if it is short and plain; otherwise a new one.
fn request_id(headers: &HeaderMap) -> Arc<str> {
    let sane = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    match given.filter(|id| (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(sane)) {
        Some(id) => Arc::from(id),
        None => {
            let mut buffer = Uuid::encode_buffer();
            Arc::from(&*Uuid::now_v7().simple().encode_lower(&mut buffer))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, HeaderValue, REQUEST_ID, bearer, header, request_id};

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

    #[test]
    fn only_one_bearer_token_is_a_credential() {
        let mut headers = HeaderMap::new();
        assert_eq!(bearer(&headers), Ok(None));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("bearer abc"));
        assert_eq!(bearer(&headers), Ok(Some("abc")));
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer def"));
        assert!(bearer(&headers).is_err());
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Basic abc"));
        assert!(bearer(&headers).is_err());
    }
}
