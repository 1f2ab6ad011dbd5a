//! How a write is kept: as it is, not at all (`?dry_run=true`), or once for a key (`Idempotency-Key`).

use poem::{Request, Response};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::idempotency::{keyed_request, respond_once};
use crate::http::problem::problem;
use crate::idempotency::KeyedRequest;
use crate::rest::params::{self, Takes, WriteParams};
use crate::rest::resource::RequestError;

/// How a write is kept.
#[derive(Debug)]
pub(super) enum WriteMode {
    Plain,
    DryRun,
    Once(KeyedRequest),
}

impl WriteMode {
    /// As a request says. The key of a dry run is not used up: nothing is done.
    pub(super) async fn read(ctx: &Ctx, request: &mut Request, body_limit: usize) -> Result<Self> {
        Ok(Self::read_with(ctx, request, body_limit, Takes::Nothing).await?.0)
    }

    /// The same, with the other parameters of the write.
    pub(super) async fn read_with(
        ctx: &Ctx,
        request: &mut Request,
        body_limit: usize,
        takes: Takes,
    ) -> Result<(Self, WriteParams)> {
        let params = params::of_write(ctx, request.uri().query(), takes)?;
        let mode = match keyed_request(request, body_limit).await? {
            _ if params.dry_run => Self::DryRun,
            Some(key) => Self::Once(key),
            None => Self::Plain,
        };
        Ok((mode, params))
    }

    pub(super) fn is_plain(&self) -> bool {
        matches!(self, Self::Plain)
    }

    /// Runs a write in this way.
    pub(super) async fn run<F, Fut>(self, ctx: &Ctx, write: F) -> Result<Response, RequestError>
    where
        F: FnOnce(Ctx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Response>> + Send + 'static,
    {
        let response = match self {
            Self::Plain => write(ctx.clone()).await,
            Self::DryRun => ctx.dry_run(write).await,
            Self::Once(key) => {
                let request_id = ctx.request_id().to_owned();
                let once =
                    |ctx| async move { write(ctx).await.map_err(|error| problem(&error, &request_id)) };
                Box::pin(respond_once(ctx, key, once)).await
            }
        };
        Ok(response?)
    }
}
