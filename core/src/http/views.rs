//! Rows as responses of poem.

use poem::http::{HeaderValue, header};
use poem::{IntoResponse, Response};

use crate::entity::Entity;
use crate::error::Error;
use crate::http::problem::problem;
use crate::service::{View, ViewPage};

/// The row as JSON, as `GET /api/users/1` answers it.
impl<E: Entity> IntoResponse for View<E> {
    fn into_response(self) -> Response {
        json(&self)
    }
}

/// The page as JSON, as `GET /api/users` answers it.
impl<E: Entity> IntoResponse for ViewPage<E> {
    fn into_response(self) -> Response {
        json(&self)
    }
}

fn json(value: &impl serde::Serialize) -> Response {
    let Ok(body) = serde_json::to_vec(value).map_err(Error::internal) else {
        return problem(&Error::Internal, "");
    };
    let mut response = Response::default();
    response.set_body(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
