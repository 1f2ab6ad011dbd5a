//! What every page has around its content, and how pages become responses.

use askama::Template;
use poem::Response;
use poem::http::{StatusCode, header};

use crate::admin::icons::Icon;
use crate::admin::looks::OwnPage;
use crate::admin::notice::Notice;
use crate::admin::people::PeoplePage;
use crate::admin::reader::Reader;
use crate::admin::request::AdminRequest;
use crate::admin::texts::{Texts, t};
use crate::admin::typed::Typed;
use crate::admin::{assets, names};
use crate::entity::{EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::policy::Action;

/// The frame of a page.
#[derive(Debug)]
pub(super) struct Frame {
    /// The texts, in the language of who reads the page.
    pub t: &'static Texts,
    /// The tag of that language.
    pub lang: &'static str,
    /// The page's title.
    pub title: String,
    /// What stands before the paths of the application.
    pub base: String,
    /// The stylesheet's address.
    pub stylesheet: &'static str,
    /// The script's address.
    pub script: &'static str,
    /// The icon's address.
    pub icon: &'static str,
    /// The application's colour, where it has one.
    pub accent: Option<String>,
    /// The application's logo, where it has one.
    pub logo: Option<String>,
    /// What the application is called.
    pub brand: String,
    /// What stands above every page.
    pub banner: Option<String>,
    /// The application's own pages.
    pub own_pages: Vec<NavLink>,
    /// The navigation; empty when nobody is signed in.
    pub groups: Vec<NavGroup>,
    /// Who is signed in.
    pub account: Option<String>,
    /// One's own page.
    pub me: Option<String>,
    /// The account as which the page is seen.
    pub viewing: Option<String>,
    /// The pages about people, for those who may see them.
    pub people: Vec<NavLink>,
    /// Where it says why something is not allowed.
    pub why: Option<String>,
    /// Whether lists are dense.
    pub dense: bool,
    /// The token of write forms.
    pub csrf: String,
    /// What was just done.
    pub notice: Option<&'static str>,
}

/// Entities under one heading.
#[derive(Debug)]
pub(super) struct NavGroup {
    /// The heading; empty for entities without one.
    pub name: &'static str,
    /// The entities.
    pub entries: Vec<NavEntry>,
}

/// A page of the navigation that is no entity's.
#[derive(Debug)]
pub(super) struct NavLink {
    /// What it is called.
    pub name: String,
    /// Its address.
    pub href: String,
    /// Whether the page belongs to it.
    pub current: bool,
}

/// One entity of the navigation.
#[derive(Debug)]
pub(super) struct NavEntry {
    /// Its name in the plural.
    pub name: String,
    /// The list page.
    pub href: String,
    /// The form for a new row, when allowed.
    pub create: Option<String>,
    /// What it is, from the doc comment.
    pub about: String,
    /// Its symbol.
    pub icon: Icon,
    /// A number from 0 to 7 that picks the symbol's colour.
    pub hue: usize,
    /// Whether the page belongs to it.
    pub current: bool,
}

impl Frame {
    /// The frame of a page for a client that is not signed in.
    pub(super) fn bare(base: &str, title: impl Into<String>) -> Self {
        let Reader { language, dense, looks, .. } = Reader::current();
        Self {
            t: t(),
            lang: language.tag(),
            accent: assets::accent(&looks),
            logo: assets::logo(&looks),
            brand: looks.title.clone().unwrap_or_else(|| t().admin.to_owned()),
            banner: looks.banner.clone(),
            own_pages: Vec::new(),
            base: base.to_owned(),
            title: title.into(),
            stylesheet: assets::stylesheet(),
            script: assets::script(),
            icon: assets::icon(),
            groups: Vec::new(),
            account: None,
            me: None,
            viewing: None,
            people: Vec::new(),
            why: None,
            dense,
            csrf: String::new(),
            notice: None,
        }
    }

    /// The frame of a page of a signed-in account.
    pub(super) fn new(
        request: &AdminRequest,
        title: impl Into<String>,
        current: Option<&EntityInfo>,
    ) -> Self {
        Self {
            groups: groups(request, current),
            account: Some(request.email.clone()),
            me: request.signed_in.is_some().then(|| format!("{}/admin/me", request.base)),
            viewing: request.viewing.clone(),
            people: people(request),
            own_pages: own_pages(request),
            csrf: request.csrf.clone(),
            notice: request.notice.map(Notice::text),
            ..Self::bare(&request.base, title)
        }
    }
}

impl Frame {
    /// The same frame of the page with this address in the navigation.
    pub(super) fn at(mut self, address: &str) -> Self {
        self.people
            .iter_mut()
            .chain(&mut self.own_pages)
            .for_each(|link| link.current = link.href == address);
        self
    }
}

fn own_pages(request: &AdminRequest) -> Vec<NavLink> {
    let link = |page: &OwnPage| NavLink {
        name: page.title.clone(),
        href: format!("{}/admin/own/{}", request.base, page.name),
        current: false,
    };
    request.reader.looks.pages.iter().map(link).collect()
}

fn people(request: &AdminRequest) -> Vec<NavLink> {
    if request.viewing.is_some() || request.people().is_err() {
        return Vec::new();
    }
    let link = |(page, name): (PeoplePage<'_>, &'static str)| NavLink {
        name: name.to_owned(),
        href: format!("{}{}", request.base, page.pattern()),
        current: false,
    };
    PeoplePage::listed().map(link).into()
}

fn groups(request: &AdminRequest, current: Option<&EntityInfo>) -> Vec<NavGroup> {
    let mut groups: Vec<NavGroup> = Vec::new();
    for info in request.state.registry().iter() {
        if !info.is_on(Surface::Admin) || !request.allows(info, Action::Read) {
            continue;
        }
        let name = info.def.admin.group.unwrap_or_default();
        let entry = entry(request, info, current);
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.entries.push(entry),
            None => groups.push(NavGroup { name, entries: vec![entry] }),
        }
    }
    // Entities without a heading come first, whatever the order of the list.
    groups.sort_by_key(|group| !group.name.is_empty());
    groups
}

fn entry(request: &AdminRequest, info: &'static EntityInfo, current: Option<&EntityInfo>) -> NavEntry {
    let name = names::plural(info);
    NavEntry {
        href: request.path(info),
        create: request.allows(info, Action::Create).then(|| format!("{}/new", request.path(info))),
        about: names::about(info).lines().next().unwrap_or_default().to_owned(),
        icon: Icon::of(info.def.admin.icon, info.def.singular),
        hue: hue(info.def.table),
        current: current.is_some_and(|current| std::ptr::eq(current, info)),
        name,
    }
}

/// A colour that an entity keeps (FNV-1a of its table's name).
fn hue(table: &str) -> usize {
    let mix = |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    (table.bytes().fold(0x811c_9dc5, mix) >> 13) as usize % 8
}

/// Renders a page.
///
/// # Errors
/// [`Error::Internal`] when the template cannot be rendered, which no input causes.
pub(super) fn render(status: StatusCode, page: &impl Template) -> Result<Response> {
    let html = page.render().map_err(Error::internal)?;
    Ok(Response::builder().status(status).header(header::CONTENT_TYPE, "text/html; charset=utf-8").body(html))
}

/// Sends the browser to another page, with GET.
pub(super) fn redirect(to: &str) -> Response {
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, to).finish()
}

/// As [`redirect`], to a page that says what was done.
pub(super) fn redirect_saying(to: &str, notice: Notice) -> Response {
    let mut response = redirect(to);
    response.set_data(notice);
    response
}

#[derive(Template)]
#[template(path = "admin/error.html")]
struct ErrorPage<'a> {
    frame: Frame,
    status: u16,
    heading: &'a str,
    message: String,
    request_id: &'a str,
    back: Option<String>,
    typed: Typed,
}

/// The page of a failed request.
pub(super) fn failure(frame: Frame, error: &Error, request_id: &str, back: Option<&str>) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    failure_with(frame, status, &error.to_string(), request_id, back)
}

/// As [`failure`], of an error of HTTP.
pub(super) fn failure_with(
    frame: Frame,
    status: StatusCode,
    message: &str,
    request_id: &str,
    back: Option<&str>,
) -> Response {
    error_page(frame, status, request_id, back, (sentence(message), Typed::Nothing))
}

/// The page of a form that is not shown again: why, and what was typed into it.
pub(super) fn failure_of_form(
    frame: Frame,
    error: &Error,
    request_id: &str,
    back: Option<&str>,
    why: (String, Typed),
) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    error_page(frame, status, request_id, back, why)
}

fn error_page(
    frame: Frame,
    status: StatusCode,
    request_id: &str,
    back: Option<&str>,
    (message, typed): (String, Typed),
) -> Response {
    let heading = match status.as_u16() {
        401 => t().please_sign_in,
        403 => t().not_allowed,
        404 => t().not_found,
        413 => t().too_large,
        429 => t().too_many,
        500 => t().went_wrong,
        503 => t().not_available,
        _ => t().did_not_work,
    };
    let page = ErrorPage {
        back: back.map(|path| format!("{}{path}", frame.base)),
        frame: Frame { title: heading.to_owned(), ..frame },
        status: status.as_u16(),
        heading,
        message,
        request_id,
        typed,
    };
    render(status, &page).unwrap_or_else(|_| Response::builder().status(status).finish())
}

/// An error's message as a sentence, in the language of who reads it.
pub(super) fn sentence(message: &str) -> String {
    let message = &*t().message(message);
    let mut letters = message.chars();
    let mut sentence = match letters.next() {
        Some(first) if !message.starts_with('`') => first.to_uppercase().chain(letters).collect(),
        _ => message.to_owned(),
    };
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
