//! A row that is made on the way, to be chosen in a form that waits for it: "New" beside a picker.
//!
//! The form that waits travels within the form of the new row, under names of its own, and is shown again with the row chosen
//! once that is made. So nothing of it is lost and nothing is stored; it may itself be one for which another waits.

use poem::Response;
use poem::http::StatusCode;

use crate::admin::edit;
use crate::admin::edit_form::{EditForm, Showing};
use crate::admin::label::Label;
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::picker::{FOUND, WORDS};
use crate::admin::request::AdminRequest;
use crate::admin::route::AdminRoute;
use crate::admin::typed::Typed;
use crate::admin::{form_texts, inline, session, titles};
use crate::entity::{EntityInfo, ManyLink, Registry, Surface};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::types::Kind;
use crate::value::Record;

/// The button that makes a new row for a picker; its value is the name of the control.
pub(super) const NEW: &str = "_new";
/// The button that leads back without a new row.
pub(super) const BACK: &str = "_back";
/// The address of the form that waits.
pub(super) const FROM: &str = "_from";
/// The control of it that gets the new row.
pub(super) const INTO: &str = "_into";
/// What stands before the names of what it holds.
const OUTER: &str = "_outer.";
/// Forms that wait for one another, of which what was typed is told.
const MAX_DEPTH: usize = 8;

/// What a form holds of one that waits for it.
pub(super) fn kept(form: &Params) -> Vec<(String, String)> {
    let own = |name: &str| name == FROM || name == INTO || name.starts_with(OUTER);
    let kept = form.iter().filter(|(name, _)| own(name));
    kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The forms that wait for one, the nearest first: the entity of each and what it holds.
pub(super) fn all_waiting(form: &Params, registry: &Registry) -> Vec<(&'static EntityInfo, Params)> {
    let mut waiting: Vec<(&'static EntityInfo, Params)> = Vec::new();
    while waiting.len() < MAX_DEPTH {
        let form = waiting.last().map_or(form, |(_, form)| form);
        let Some(path) = form.get(FROM).and_then(|from| from.split('?').next()) else { break };
        let route = path.find("/admin/").and_then(|start| AdminRoute::parse(&path[start..]));
        let Some(info) = route.and_then(|route| route.form_entity(registry)) else { break };
        waiting.push((info, form.under(OUTER)));
    }
    waiting
}

/// Whether what a form holds under this name is never sent back: a password.
pub(super) fn is_secret(info: &'static EntityInfo, name: &str) -> bool {
    let own = info.columns.iter().find(|column| column.wire == name);
    own.or_else(|| inline::target_of(info, name)).is_some_and(|column| !column.readable)
}

/// The form of a new row for a control of a form, which waits.
pub(super) async fn start(
    request: &AdminRequest,
    info: &'static EntityInfo,
    address: &str,
    (form, name): (&Params, &str),
) -> Result<Response> {
    let target = target(info, name).filter(|target| target.is_on(Surface::Admin));
    let target = target.ok_or_else(|| Error::bad_request("no new row can be made for this field"))?;
    request.authorize(target, Action::Create)?;
    let mut kept = vec![(FROM.to_owned(), address.to_owned()), (INTO.to_owned(), name.to_owned())];
    let sent = form.iter().filter(|(name, _)| ![session::CSRF, NEW].contains(name) && !is_secret(info, name));
    kept.extend(sent.map(|(name, value)| (format!("{OUTER}{name}"), value.to_owned())));
    // What was searched for is most likely what the new row is to be called.
    let words = form.filled(&format!("{WORDS}{name}"));
    let mut texts = form_texts::of_new(target, &Params::default());
    let label = Label::of(target).only().filter(|label| label.kind == Kind::Text);
    if let (Some(words), Some(label)) = (words, label) {
        texts.insert(label.wire, words.to_owned());
    }
    let columns = edit::settable(request, target, Action::Create);
    let request = AdminRequest { query: Params::default(), ..request.clone() };
    EditForm::new(&request, target, &columns, None).keeping(kept).show(Showing::of(texts)).await
}

/// The entity of which a control chooses rows.
fn target(info: &'static EntityInfo, name: &str) -> Option<&'static EntityInfo> {
    let column = info.columns.iter().find(|column| column.wire == name);
    let column = column.or_else(|| inline::target_of(info, name));
    let linked = info.many.iter().find(|many| many.def.name == name);
    let linked = linked.filter(|many| matches!(many.link(), ManyLink::Through { .. }));
    column.and_then(|column| column.target()).or_else(|| linked.map(|many| many.target()))
}

/// The form that waits, if the way back is asked for.
pub(super) async fn back(request: &AdminRequest, form: &Params) -> Result<Option<Response>> {
    match form.get(BACK) {
        Some(_) => {
            waiting(request, form, form.under(OUTER), "Nothing was made. Below is what you entered.").await
        }
        None => Ok(None),
    }
}

/// The form that waits, with the new row chosen; none where none waits.
pub(super) async fn chosen(
    request: &AdminRequest,
    info: &'static EntityInfo,
    form: &Params,
    row: &Record,
) -> Result<Option<Response>> {
    let (Some(_), Some(into)) = (form.get(FROM), form.get(INTO)) else { return Ok(None) };
    let asked = [format!("{WORDS}{into}"), format!("{FOUND}{into}")];
    let is_list = form.get(&format!("{OUTER}{into}._shown")).is_some();
    let outer = form.under(OUTER);
    let left = outer.iter().filter(|(name, _)| !asked.iter().any(|asked| asked == name));
    let left = left.filter(|(name, _)| is_list || *name != into);
    let left = left.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let outer = left.chain([(into.to_owned(), row.key().to_text())]).collect();
    let title = match request.allows(info, Action::Read) {
        true => titles::title(&request.ctx, info, row).await?,
        false => row.key().to_text(),
    };
    let said = format!("“{title}” was made and is chosen below. The rest is not saved yet.");
    waiting(request, form, outer, &said).await
}

/// The form that waits, with these values.
async fn waiting(
    request: &AdminRequest,
    form: &Params,
    outer: Params,
    said: &str,
) -> Result<Option<Response>> {
    let Some(from) = form.get(FROM) else { return Ok(None) };
    let (path, query) = from.split_once('?').unwrap_or((from, ""));
    let path = path.strip_prefix(request.base.as_str()).unwrap_or(path);
    let Some(route) = AdminRoute::parse(path) else { return Ok(None) };
    let Some(info) = route.form_entity(request.state.registry()) else { return Ok(None) };
    let request = AdminRequest { query: Params::parse(query.as_bytes())?, notice: None, ..request.clone() };
    match edit::reopen(&request, route, &outer, (StatusCode::OK, said)).await {
        // The row is gone that it was about, or may not be changed any more: what was entered is there to be copied.
        Err(error) if error.status() < 500 => {
            let kept =
                (format!("{said} {}", page::sentence(&error.to_string())), Typed::of(info, &outer, false));
            let frame = Frame::new(&request, "", Some(info));
            let id = request.ctx.request_id();
            Ok(Some(page::failure_of_form(frame, &error, id, Some("/admin"), kept)))
        }
        shown => shown,
    }
}
