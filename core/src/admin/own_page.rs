//! Pages of the application's own.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::content::{Content, Part};
use crate::admin::looks::made;
use crate::admin::page::{self, Frame};
use crate::admin::request::AdminRequest;
use crate::error::{Error, Result};

#[derive(Template)]
#[template(path = "admin/own_page.html")]
struct OwnPageView {
    frame: Frame,
    heading: String,
    content: Content,
}

/// The page with this name, as the application makes it for the account.
pub(super) async fn show(request: &AdminRequest, name: &str) -> Result<Response> {
    let own = request.reader.looks.page(name).ok_or(Error::NotFound("this page".into()))?;
    let content = made(async { (own.load)(request.ctx.clone()).await }).await?;
    let path = format!("{}/admin/own/{name}", request.base);
    let frame = Frame::new(request, own.title.clone(), None).at(&path);
    page::render(StatusCode::OK, &OwnPageView { frame, heading: own.title.clone(), content })
}
