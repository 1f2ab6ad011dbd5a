//! Errors in the form of the surface that was asked, whichever layer they are of.
//!
//! Layers around the surfaces (credentials, time limits, bodies, panics, unknown paths) answer problems, as REST does. What
//! a problem says travels with its response, and is written anew here for a surface with a form of its own.

use poem::http::{Method, StatusCode};
use poem::{Endpoint, Request, Response};

use crate::http::accept::quality;
use crate::http::problem::{self, Problem};
use crate::http::site;
use crate::server::plain_page;
use crate::server::surfaces::ErrorForm;

/// Whether a person asks, with a browser: it names HTML and wants it no less than what programs get.
fn wants_page(request: &Request) -> bool {
    let (html, named) = quality(request.headers(), "text/html");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let json = [problem::MEDIA_TYPE, "application/json"].map(|kind| quality(request.headers(), kind).0);
    reads && named && html > 0 && json.iter().all(|json| html >= *json)
}

/// Gives the problems of an endpoint the form of the surface that was asked.
#[derive(Debug)]
pub(super) struct ErrorForms<E>(pub(super) E);

impl<E: Endpoint<Output = Response>> Endpoint for ErrorForms<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let form = ErrorForm::of(&request);
        let browser = (form.is_none() && wants_page(&request)).then(|| site::base(&request).to_owned());
        let mut response = self.0.call(request).await?;
        let Some(problem) = response.data::<Problem>().cloned() else { return Ok(response) };
        match (form, browser) {
            (Some(form), _) => form.write(&problem, &mut response),
            (None, Some(base)) if problem.status == StatusCode::NOT_FOUND => {
                plain_page::become_not_found(&mut response, &base, &problem.request_id);
            }
            (None, _) => {}
        }
        Ok(response)
    }
}
