//! Saved views of a list: offered above it, and changed on a page of their own.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::list::ListAddress;
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::request::AdminRequest;
use crate::admin::{names, params};
use crate::auth::SavedViews;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::policy::Action;

/// The views that a list offers.
#[derive(Debug, Default)]
pub(super) struct Offered {
    /// Names and addresses, and which is open.
    pub(super) links: Vec<(String, String, bool)>,
    /// The page on which they are saved and changed; none without a session.
    pub(super) page: Option<String>,
}

struct ViewRow {
    id: i64,
    name: String,
    href: String,
    shared: bool,
    own: bool,
}

#[derive(Template)]
#[template(path = "admin/views.html")]
struct ViewsPage {
    frame: Frame,
    plural: String,
    path: String,
    /// The list that can be saved, and the way back to it.
    list: String,
    back: String,
    /// Where the form is sent.
    save: String,
    views: Vec<ViewRow>,
    errors: Vec<String>,
}

/// The views of a list that the account may open.
pub(super) async fn offered(
    request: &AdminRequest,
    info: &'static EntityInfo,
    address: &ListAddress,
) -> Result<Offered> {
    let Some(views) = saved(request, info) else { return Ok(Offered::default()) };
    let (path, written) = (request.path(info), address.written());
    let link = |query: &str| if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
    let links = views.all().await?.into_iter();
    let links = links.map(|view| (link(&view.query), view.query == written, view.name));
    Ok(Offered {
        links: links.map(|(href, open, name)| (name, href, open)).collect(),
        page: Some(params::link(&format!("{path}/views"), [("list", written.as_str())])),
    })
}

fn saved(request: &AdminRequest, info: &'static EntityInfo) -> Option<SavedViews> {
    if request.only_reads { None } else { SavedViews::of(&request.ctx, info) }
}

/// The page of saved views; with a form, saves, renames, shares or deletes one.
pub(super) async fn handle(
    request: &AdminRequest,
    info: &'static EntityInfo,
    form: Option<&Params>,
) -> Result<Response> {
    request.authorize(info, Action::Read)?;
    let views = saved(request, info).ok_or(Error::Forbidden)?;
    let Some(form) = form else { return show(request, info, &views, StatusCode::OK, Vec::new()).await };
    let (name, shared) = (form.get("name").unwrap_or_default(), form.get("shared").is_some());
    let id = || {
        let id = form.get("id").and_then(|id| id.parse().ok());
        id.ok_or_else(|| Error::NotFound("this view".into()))
    };
    let path = request.path(info);
    let done = match form.get("do") {
        Some("save") => {
            // Only what is an address of this list is kept, in its one written form.
            let address = ListAddress::parse(form.get("list").unwrap_or_default())?;
            let address = crate::admin::list::Asked::read(request, info, address)?.address;
            let saved = views.save(name, &address.written(), shared).await;
            saved.map(|()| (address.link(&path), Notice::Saved))
        }
        Some("change") => {
            views.change(id()?, name, shared).await.map(|()| (format!("{path}/views"), Notice::Saved))
        }
        Some("delete") => views.delete(id()?).await.map(|()| (format!("{path}/views"), Notice::Deleted)),
        _ => return Err(Error::bad_request("the form does not say what to do")),
    };
    match done {
        Ok((to, notice)) => Ok(page::redirect_saying(&to, notice)),
        Err(error @ Error::Validation(_)) => {
            let errors = error.fields().iter();
            let errors = errors
                .map(|error| page::sentence(&format!("{} {}", names::heading(&error.field), error.message)));
            show(request, info, &views, StatusCode::UNPROCESSABLE_ENTITY, errors.collect()).await
        }
        Err(error) => Err(error),
    }
}

async fn show(
    request: &AdminRequest,
    info: &'static EntityInfo,
    views: &SavedViews,
    status: StatusCode,
    errors: Vec<String>,
) -> Result<Response> {
    let path = request.path(info);
    let list = ListAddress::parse(request.query.get("list").unwrap_or_default())?;
    let rows = views.all().await?.into_iter().map(|view| ViewRow {
        id: view.id.get(),
        href: if view.query.is_empty() { path.clone() } else { format!("{path}?{}", view.query) },
        own: views.is_own(&view),
        shared: view.shared,
        name: view.name,
    });
    let page = ViewsPage {
        frame: Frame::new(request, "Saved views", Some(info)),
        plural: names::plural(info),
        back: list.link(&path),
        save: params::link(&format!("{path}/views"), [("list", list.written().as_str())]),
        list: list.written(),
        views: rows.collect(),
        errors,
        path,
    };
    page::render(status, &page)
}
