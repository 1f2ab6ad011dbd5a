//! Tells of every request: the outermost endpoint but for the reading of addresses, so that it sees what the client is answered.

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::{Endpoint, PathPattern, Request, Response};

use crate::http::access::{Access, RequestNotes, method_name};
use crate::http::metrics::Metrics;
use crate::server::route_names::RouteNames;

/// Tells of the requests of an endpoint, in the log and in the numbers.
#[derive(Debug)]
pub(super) struct Observe<E> {
    inner: E,
    names: RouteNames,
    metrics: Option<Metrics>,
}

impl<E> Observe<E> {
    pub(super) fn new(inner: E, names: RouteNames, metrics: Option<Metrics>) -> Self {
        Self { inner, names, metrics }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Observe<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let path = request.uri().path();
        let (method, is_health) = (method_name(request.method()), RouteNames::is_health(path));
        let access = Access::begin(method, || self.names.name(path), is_health, self.metrics.as_ref());
        let Some(access) = access else { return self.inner.call(request).await };
        request.set_data(access.notes().clone());
        let answer = self.inner.call(request).await;
        access.finish(match &answer {
            Ok(response) => response.status().as_u16(),
            Err(error) => error.status().as_u16(),
        });
        answer
    }
}

/// What the application has mounted: poem's routers tell the patterns of its routes with their responses.
pub(super) struct Mounted(pub(super) BoxEndpoint<'static>);

impl Endpoint for Mounted {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let notes = RequestNotes::of(&request);
        let answer = self.0.call(request).await;
        let pattern = match &answer {
            Ok(response) => response.data::<PathPattern>(),
            Err(error) => error.data::<PathPattern>(),
        };
        if let Some(PathPattern(pattern)) = pattern {
            notes.route(Arc::clone(pattern));
        }
        answer
    }
}
