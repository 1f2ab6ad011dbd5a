//! Errors in the form of the surface that was asked, whichever layer they are of.
//!
//! Layers around the surfaces (credentials, time limits, bodies, panics, unknown paths) answer problems, as REST does. What
//! a problem says travels with its response, and is written anew here for a surface with a form of its own.

use poem::{Endpoint, Request, Response};

use crate::http::problem::Problem;
use crate::server::surfaces::ErrorForm;

/// Gives the problems of an endpoint the form of the surface that was asked.
#[derive(Debug)]
pub(super) struct ErrorForms<E>(pub(super) E);

impl<E: Endpoint<Output = Response>> Endpoint for ErrorForms<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let form = ErrorForm::of(&request);
        let mut response = self.0.call(request).await?;
        if let Some(form) = form
            && let Some(problem) = response.data::<Problem>().cloned()
        {
            form.write(&problem, &mut response);
        }
        Ok(response)
    }
}
