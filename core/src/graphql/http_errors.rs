//! Errors of HTTP that layers around the endpoint answer, as GraphQL writes errors.

use poem::http::{HeaderValue, header};
use poem::{Request, Response};

use crate::graphql::endpoint::media_type;
use crate::graphql::{error, response};
use crate::http::problem::Problem;

/// How a client gets errors.
#[derive(Debug, Clone)]
pub(crate) struct HttpErrors {
    media_type: HeaderValue,
}

impl HttpErrors {
    /// As the client of this request accepts them.
    pub(crate) fn of(request: &Request) -> Self {
        Self { media_type: media_type(request) }
    }

    /// Makes a problem's response one of GraphQL, with the same status and headers.
    pub(crate) fn write(self, problem: &Problem, response: &mut Response) {
        response.set_body(response::refused_body(&[error::http_error(problem)]));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, self.media_type);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
