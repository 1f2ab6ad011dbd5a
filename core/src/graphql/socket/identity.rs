//! Who is at the other end of a socket.
//!
//! A browser's page cannot set headers of a handshake, so `connection_init` carries them: `authorization` and
//! `x-csrf-token`. They are put to the head of the handshake, and the whole is what the authenticators of HTTP see. They
//! are asked again at every operation, and while the socket is silent: what ends meanwhile, ends here as well.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::http::{HeaderName, HeaderValue, header};
use poem::{Body, Request};
use serde_json::{Map, Value as Json};

use crate::auth::{Authenticated, Refusal};
use crate::ctx::Ctx;
use crate::graphql::socket::Shared;
use crate::graphql::socket::close::Close;
use crate::http::browser::CSRF_HEADER;
use crate::http::context::Use;
use crate::principal::Principal;

/// Someone who has shaken hands, and has not said yet who it is.
pub(super) struct Visitor {
    /// The head of the handshake.
    request: Request,
    /// Nobody's.
    ctx: Ctx,
}

/// Someone who has.
pub(super) struct Caller {
    visitor: Visitor,
    /// The principal's id: that of a socket never changes.
    id: String,
}

/// What was found out about a caller.
pub(super) struct Found {
    pub(super) caller: Arc<Caller>,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

impl Visitor {
    /// The sender of a handshake.
    pub(super) fn of(request: &Request, anonymous: &Ctx) -> Self {
        let ctx = request.data::<Ctx>().unwrap_or(anonymous).with_principal(Principal::Anonymous);
        Self { request: head_of(request), ctx }
    }

    /// Takes over what `connection_init` says.
    pub(super) fn introduce(&mut self, payload: Option<&Map<String, Json>>) -> Result<(), Close> {
        for (name, value) in payload.into_iter().flatten() {
            let Some(header) = [header::AUTHORIZATION, CSRF_HEADER]
                .into_iter()
                .find(|header| name.eq_ignore_ascii_case(header.as_str()))
            else {
                continue;
            };
            match value {
                Json::Null => {}
                Json::String(text) => self.add(header, text)?,
                _ => return Err(Close::malformed(format!("`{header}` must be a string"))),
            }
        }
        Ok(())
    }

    /// Adds a header. One that comes twice and says two things is refused as it is over HTTP.
    fn add(&mut self, name: HeaderName, text: &str) -> Result<(), Close> {
        let mut value = HeaderValue::from_str(text)
            .map_err(|_| Close::malformed(format!("`{name}` holds what a header cannot hold")))?;
        value.set_sensitive(true);
        let headers = self.request.headers_mut();
        if !headers.get_all(&name).iter().any(|known| known == value) {
            headers.append(name, value);
        }
        Ok(())
    }

    /// Finds out who it is.
    pub(super) async fn found(self, shared: &Shared) -> Result<Found, Refusal> {
        let Authenticated { principal, expires_at } = self.ask(shared, Use::Request).await?;
        let caller = Caller { visitor: self, id: principal.id().to_owned() };
        Ok(Found { caller: Arc::new(caller), expires_at })
    }

    async fn ask(&self, shared: &Shared, using: Use) -> Result<Authenticated, Refusal> {
        shared.context.who(&self.ctx, &self.request, using).await
    }
}

impl Caller {
    /// The id of the handshake, under which all that the socket does is logged.
    pub(super) fn request_id(&self) -> &str {
        self.visitor.ctx.request_id()
    }

    /// Nobody's context.
    pub(super) fn anonymous(&self) -> &Ctx {
        &self.visitor.ctx
    }

    /// The context of an operation, if the caller is still who it was.
    pub(super) async fn ctx(&self, shared: &Shared, request_id: &str) -> Result<Ctx, Refusal> {
        let Authenticated { principal, .. } = self.ask(shared, Use::Request).await?;
        Ok(self.visitor.ctx.with_principal(principal).with_request_id(request_id))
    }

    /// Looks whether the caller is still who it was. This is not a use: a silent socket does not keep a session from
    /// ending idle.
    pub(super) async fn look(self: Arc<Self>, shared: Arc<Shared>) -> Result<Found, Refusal> {
        let Authenticated { expires_at, .. } = self.ask(&shared, Use::Look).await?;
        Ok(Found { caller: self, expires_at })
    }

    /// Credentials that have become someone else's, or nobody's, are none.
    async fn ask(&self, shared: &Shared, using: Use) -> Result<Authenticated, Refusal> {
        let known = self.visitor.ask(shared, using).await?;
        if known.principal.id() == self.id { Ok(known) } else { Err(Refusal::Invalid) }
    }
}

/// A copy of what authenticators look at.
fn head_of(request: &Request) -> Request {
    let (mut parts, ()) = poem::http::Request::new(()).into_parts();
    parts.method = request.method().clone();
    parts.uri = request.original_uri().clone();
    parts.version = request.version();
    parts.headers = request.headers().clone();
    let (local, remote) = (request.local_addr().clone(), request.remote_addr().clone());
    Request::from_parts((parts, local, remote, request.scheme().clone()).into(), Body::empty())
}
