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
use crate::error::Error;
use crate::graphql::socket::close::Close;
use crate::graphql::socket::shared::Shared;
use crate::http::browser::CSRF_HEADER;
use crate::http::context::SessionUse;
use crate::http::site::Site;
use crate::http::traceparent::TraceParent;
use crate::principal::Principal;

/// A handshake, with the headers that `connection_init` adds.
pub(super) struct Handshake {
    /// The head of the handshake.
    request: Request,
    /// The anonymous principal's.
    ctx: Ctx,
}

/// A client whose credentials were found valid.
pub(super) struct Client {
    handshake: Handshake,
    /// The principal's id: that of a socket never changes.
    id: String,
}

/// A client, and until when its credentials hold.
pub(super) struct Identified {
    pub(super) client: Arc<Client>,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

impl Handshake {
    /// The sender of a handshake.
    pub(super) fn of(request: &Request, anonymous: &Ctx) -> Self {
        let ctx = request.data::<Ctx>().unwrap_or(anonymous).with_principal(Principal::Anonymous);
        let ctx = ctx.for_request(ctx.request_id());
        Self { request: head_of(request), ctx }
    }

    /// Takes over the headers that `connection_init` carries.
    pub(super) fn add_init_payload(&mut self, payload: Option<&Map<String, Json>>) -> Result<(), Close> {
        for (name, value) in payload.into_iter().flatten() {
            let Some(header) = [header::AUTHORIZATION, CSRF_HEADER]
                .into_iter()
                .find(|header| name.eq_ignore_ascii_case(header.as_str()))
            else {
                continue;
            };
            match value {
                Json::Null => {}
                Json::String(text) => self.add_header(header, text)?,
                _ => return Err(Close::malformed(format!("`{header}` must be a string"))),
            }
        }
        Ok(())
    }

    /// Adds a header. One that comes twice and says two things is refused as it is over HTTP.
    fn add_header(&mut self, name: HeaderName, text: &str) -> Result<(), Close> {
        let mut value = HeaderValue::from_str(text)
            .map_err(|_| Close::malformed(format!("`{name}` holds what a header cannot hold")))?;
        value.set_sensitive(true);
        let headers = self.request.headers_mut();
        if !headers.get_all(&name).iter().any(|known| known == value) {
            headers.append(name, value);
        }
        Ok(())
    }

    /// Authenticates the client.
    pub(super) async fn identify(self, shared: &Shared) -> Result<Identified, Refusal> {
        let Authenticated { principal, expires_at } = self.authenticate(shared, SessionUse::Resume).await?;
        let client = Client { handshake: self, id: principal.id().to_owned() };
        Ok(Identified { client: Arc::new(client), expires_at })
    }

    async fn authenticate(&self, shared: &Shared, session_use: SessionUse) -> Result<Authenticated, Refusal> {
        shared.context.authenticate(&self.ctx.outside(), &self.request, session_use).await
    }
}

impl Client {
    /// The id of the handshake, under which all that the socket does is logged.
    pub(super) fn request_id(&self) -> &str {
        self.handshake.ctx.request_id()
    }

    /// Whether it may run one more operation, which is counted.
    ///
    /// # Errors
    /// `RateLimited` when it may not.
    pub(super) async fn count(&self, shared: &Shared, ctx: &Ctx) -> Result<(), Error> {
        match shared.context.limits_of(ctx.principal(), &self.handshake.request) {
            Some(limits) => limits.count(ctx).await.permit(),
            None => Ok(()),
        }
    }

    /// The trace that the handshake belongs to.
    pub(super) fn trace(&self) -> Option<TraceParent> {
        TraceParent::of(self.handshake.request.headers())
    }

    /// The context of the anonymous principal.
    pub(super) fn anonymous(&self) -> &Ctx {
        &self.handshake.ctx
    }

    /// The context of an operation, if the client is still who it was.
    pub(super) async fn operation_ctx(&self, shared: &Shared, request_id: &str) -> Result<Ctx, Refusal> {
        let Authenticated { principal, .. } = self.authenticate(shared, SessionUse::Resume).await?;
        // All operations of a socket have one share of the connections, and each a time and a count of its own.
        Ok(self.handshake.ctx.counted_anew().with_principal(principal).with_request_id(request_id))
    }

    /// Checks whether the client is still who it was. This is not a use: a silent socket does not keep a session from
    /// ending idle.
    pub(super) async fn check(self: Arc<Self>, shared: Arc<Shared>) -> Result<Identified, Refusal> {
        let Authenticated { expires_at, .. } = self.authenticate(&shared, SessionUse::Peek).await?;
        Ok(Identified { client: self, expires_at })
    }

    /// Credentials that have become someone else's, or nobody's, are none.
    async fn authenticate(&self, shared: &Shared, session_use: SessionUse) -> Result<Authenticated, Refusal> {
        let known = self.handshake.authenticate(shared, session_use).await?;
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
    let mut head =
        Request::from_parts((parts, local, remote, request.scheme().clone()).into(), Body::empty());
    if let Some(site) = request.data::<Site>() {
        head.set_data(site.clone());
    }
    head
}
