//! What an application mounts below `/admin`: pages of its own, for those who may use the admin.

use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::{Endpoint, EndpointExt as _, Request, Response};

use crate::admin::endpoint::{AdminEndpoint, sign_in_first};
use crate::admin::page::{self, Frame};
use crate::admin::reader::Reader;
use crate::admin::session;
use crate::admin::texts::Language;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::http::site;
use crate::state::AppState;

/// An endpoint of the application's own that only those reach who may use the admin. It finds the account's context in the request's
/// data.
struct Gate {
    admin: AdminEndpoint,
    inner: BoxEndpoint<'static>,
}

/// Puts the admin's sign-in before an endpoint.
pub(crate) fn gated(state: &AppState, inner: BoxEndpoint<'static>) -> BoxEndpoint<'static> {
    Gate { admin: AdminEndpoint::new(state), inner }.boxed()
}

impl Endpoint for Gate {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let Some(ctx) = request.data::<Ctx>().cloned() else {
            return Err(Error::internal("the request has no context").into());
        };
        let reader = Reader::speaking(Language::of_request(&request), &self.admin.looks);
        match reader.clone().read(self.admitted(&ctx, &request)).await {
            Ok(Some(ctx)) => {
                request.set_data(ctx);
                self.inner.call(request).await
            }
            Ok(None) => Ok(sign_in_first(&request, only_reads(&request))),
            Err((frame, error)) => {
                let failed = || page::failure(*frame, &error, ctx.request_id(), Some("/admin"));
                Ok(reader.read_now(failed))
            }
        }
    }
}

impl Gate {
    /// The context of the account that sends a request; nothing when nobody is signed in.
    async fn admitted(&self, ctx: &Ctx, request: &Request) -> Result<Option<Ctx>, (Box<Frame>, Error)> {
        if !only_reads(request) {
            // A form of another site carries the cookie too.
            let plain = |error| (Box::new(Frame::bare(site::base(request), "")), error);
            session::check_origin(request).map_err(plain)?;
        }
        Ok(self.admin.admin_request(ctx, request).await?.map(|admitted| admitted.ctx))
    }
}

fn only_reads(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
}
