//! An application's own way to authenticate requests.

use std::future::Future;
use std::pin::Pin;

use poem::Request;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::principal::Principal;

/// Finds the principal of a request by what it carries: a header that a gateway sets, a client certificate's name, a
/// cookie of another system.
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
/// Authenticators are called before anything else, in the order in which the application lists them, at every request.
/// The first that returns a principal decides; the rest, and the bearer token of the request, are not read.
///
/// Over a WebSocket they get the head of the handshake, with the `authorization` of `connection_init`, and are called again
/// at every operation and every `SOCKET_PING`: when they return no principal any more, or another, the socket is closed.
pub trait Authenticator: Send + Sync + 'static {
    /// The principal; `None` when the request carries nothing that this authenticator is for, and the next one is called.
    ///
    /// `ctx` is anonymous: use [`Ctx::with_principal`] with [`Principal::System`] to read what only the system may.
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

type AuthenticateFuture<'a> = Pin<Box<dyn Future<Output = Result<Option<Principal>>> + Send + 'a>>;

/// The object-safe form of [`Authenticator`].
pub(super) trait DynAuthenticator: Send + Sync {
    fn authenticate_dyn<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> AuthenticateFuture<'a>;
}

impl<T: Authenticator> DynAuthenticator for T {
    fn authenticate_dyn<'a>(&'a self, ctx: &'a Ctx, request: &'a Request) -> AuthenticateFuture<'a> {
        Box::pin(self.authenticate(ctx, request))
    }
}
