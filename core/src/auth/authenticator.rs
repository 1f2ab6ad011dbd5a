//! An application's own way to tell who asks.

use std::future::Future;
use std::pin::Pin;

use poem::Request;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::principal::Principal;

/// Tells who asks, by what a request says: a header that a gateway sets, a client certificate's name, a cookie of
/// another system.
///
/// ```
/// use entify::prelude::*;
/// use poem::Request;
///
/// # #[derive(Entity)]
/// # #[entity(policy = authenticated)]
/// # struct Post {
/// #     title: String,
/// # }
/// struct Gateway;
///
/// impl Authenticator for Gateway {
///     async fn authenticate(&self, ctx: &Ctx, request: &Request) -> entify::Result<Option<Principal>> {
///         let Some(user) = request.header("x-gateway-user") else { return Ok(None) };
///         Ok(Some(Subject::new(format!("gateway:{user}"), user, vec![]).owning(user).into()))
///     }
/// }
///
/// # fn app() -> App {
/// App::new(entities![Post]).authenticator(Gateway)
/// # }
/// ```
///
/// Authenticators are asked before anything else, in the order in which the application lists them, at every request.
/// The first that answers someone has said who asks; the rest, and the bearer token of the request, are not looked at.
///
/// Over a WebSocket they see the head of the handshake, with the `authorization` of `connection_init`, and are asked again
/// at every operation and every `SOCKET_PING`: who is not answered any more, or is someone else, is disconnected.
pub trait Authenticator: Send + Sync + 'static {
    /// Who asks; `None` when the request says nothing that this authenticator is for, and the next one is asked.
    ///
    /// `ctx` is nobody's: use [`Ctx::with_principal`] with [`Principal::System`] to read what only the system may.
    ///
    /// # Errors
    /// An error refuses the request: `Unauthenticated` for credentials that are wrong, which is 401, never taken for
    /// an anonymous caller; others as everywhere.
    fn authenticate(
        &self,
        ctx: &Ctx,
        request: &Request,
    ) -> impl Future<Output = Result<Option<Principal>>> + Send;
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Option<Principal>>> + Send + 'a>>;

/// The same without types.
pub(super) trait DynAuthenticator: Send + Sync {
    fn ask<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> Answer<'a>;
}

impl<T: Authenticator> DynAuthenticator for T {
    fn ask<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> Answer<'a> {
        Box::pin(self.authenticate(ctx, request))
    }
}
