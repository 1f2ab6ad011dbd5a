//! The first page: what there is.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::log;
use crate::admin::page::{self, Frame};
use crate::admin::request::AdminRequest;
use crate::error::Result;

#[derive(Template)]
#[template(path = "admin/index.html")]
struct IndexPage {
    frame: Frame,
    /// Where the history of all entities is.
    log: Option<String>,
}

/// The entities the account may read, under their headings.
pub(super) fn show(request: &AdminRequest) -> Result<Response> {
    let page = IndexPage { frame: Frame::new(request, "Overview", None), log: log::address(request) };
    page::render(StatusCode::OK, &page)
}
