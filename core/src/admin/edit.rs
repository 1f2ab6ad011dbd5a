//! Creating and editing rows.

use poem::Response;
use poem::http::StatusCode;

use crate::admin::edit_form::{EditForm, Showing};
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::{self, Params};
use crate::admin::picker::{self, Unmatched};
use crate::admin::request::{AdminRequest, parse_key};
use crate::admin::route::AdminRoute;
use crate::admin::texts::t;
use crate::admin::typed::Typed;
use crate::admin::{form_texts, who};
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::service::{InputForm, Merged, SeenRow};
use crate::value::{Record, Value};

/// What the form showed of the row, so that only what was touched is written.
pub(super) const SHOWN: &str = "_shown";
/// The button that saves and starts the next row.
const CREATE_ANOTHER: &str = "_again";
/// The controls of a form that are no field's.
pub(super) const OWN_CONTROLS: [&str; 3] = [picker::SEARCH_BUTTON, SHOWN, CREATE_ANOTHER];

/// The form of a new row, and what it sends.
pub(super) async fn create(
    request: &AdminRequest,
    info: &'static EntityInfo,
    form: Option<&Params>,
) -> Result<Response> {
    request.authorize(info, Action::Create)?;
    let columns = settable(request, info, Action::Create);
    let edit_form = EditForm::new(request, info, &columns);
    let Some(form) = form else {
        return edit_form.show(Showing::of(form_texts::of_new(info, &request.query))).await;
    };
    if let Some(search) = picker::search_asked(form) {
        return edit_form.searched(form, search).await;
    }
    let unmatched = Unmatched::all(&columns, form);
    let input = InputForm::create(info, Surface::Admin);
    let values = form_texts::read(input, form, true, None, &unmatched);
    match request.records(info).create(values).await {
        Ok(_) if form.get(CREATE_ANOTHER).is_some() => {
            // What the link to the form has given holds for the next row too.
            let next = params::link(&format!("{}/new", request.path(info)), request.query.iter());
            Ok(page::redirect_saying(&next, Notice::Created))
        }
        Ok(row) => Ok(redirect_after(request, info, &row, Notice::Created)),
        Err(error) => edit_form.refused(form, error, &unmatched).await,
    }
}

/// The form of a row, and what it sends.
pub(super) async fn edit(
    request: &AdminRequest,
    info: &'static EntityInfo,
    id: &str,
    form: Option<&Params>,
) -> Result<Response> {
    request.authorize(info, Action::Update)?;
    let key = parse_key(info, id)?;
    let row = match request.records(info).get(&key).await {
        Err(error @ Error::NotFound(_)) if form.is_some_and(|form| form.get(SHOWN).is_some()) => {
            return lost(request, info, &key, form, error).await;
        }
        row => row?,
    };
    let columns = settable(request, info, Action::Update);
    let edit_form = EditForm::of_row(request, info, &columns, &row, form);
    let Some(form) = form else {
        request.authorize_row(info, Action::Update, &row).await?;
        return edit_form.show(Showing::of(form_texts::of_row(info, &row))).await;
    };
    if let Some(search) = picker::search_asked(form) {
        return edit_form.searched(form, search).await;
    }
    let shown = form.get(SHOWN).map(|text| SeenRow::read(info, text)).transpose()?;
    let unmatched = Unmatched::all(&columns, form);
    let input = InputForm::update(info, Surface::Admin);
    let unless = shown.is_none().then_some(&row);
    let values = form_texts::read(input, form, false, unless, &unmatched);
    match request.records(info).update_seen(&key, shown.clone(), values.clone()).await {
        Ok(Merged::Saved { row, changed }) => {
            let notice = if changed { Notice::Saved } else { Notice::Unchanged };
            Ok(redirect_after(request, info, &row, notice))
        }
        Ok(Merged::Conflict { row, columns: both, changes }) => {
            let touched = |column: &ColumnInfo| {
                let showed = |value| shown.as_ref().and_then(|shown| shown.showed(column.index, value));
                values.get(column.index).is_some_and(|value| showed(value) != Some(true))
            };
            let now = EditForm::of_row(request, info, &columns, &row, None);
            now.conflict(form, touched, (&both, &changes)).await
        }
        Err(error) => edit_form.refused(form, error, &unmatched).await,
    }
}

/// The form that a request sent, again, with what was entered; nothing is written. None for requests of other pages.
pub(super) async fn reopen(
    request: &AdminRequest,
    route: AdminRoute<'_>,
    form: &Params,
    (status, message): (StatusCode, &str),
) -> Result<Option<Response>> {
    let say = |showing: Showing<'static>| Showing { status, alert: Some(message.to_owned()), ..showing };
    let response = match route {
        AdminRoute::New(entity) => {
            let info = request.entity(entity)?;
            request.authorize(info, Action::Create)?;
            let columns = settable(request, info, Action::Create);
            let edit_form = EditForm::new(request, info, &columns);
            edit_form.show(say(Showing::of(edit_form.texts(form)))).await?
        }
        AdminRoute::Edit(entity, id) => {
            let info = request.entity(entity)?;
            let row = request.records(info).get(&parse_key(info, id)?).await?;
            request.authorize_row(info, Action::Update, &row).await?;
            let columns = settable(request, info, Action::Update);
            let edit_form = EditForm::of_row(request, info, &columns, &row, Some(form));
            edit_form.show(say(Showing::of(edit_form.texts(form)))).await?
        }
        _ => return Ok(None),
    };
    Ok(Some(response))
}

/// The row is not there any more. What was entered is shown as a new row, where one may be made.
async fn lost(
    request: &AdminRequest,
    info: &'static EntityInfo,
    key: &Value,
    form: Option<&Params>,
    error: Error,
) -> Result<Response> {
    let Some(form) = form else { return Err(error) };
    let deleted = who::last_change(request, info, key, true).await?;
    let alert = if deleted.is_empty() { t().lost_by_other } else { t().lost };
    let alert = format!("{alert}{deleted}");
    if !request.allows(info, Action::Create) {
        let kept = (alert, Typed::of(info, form, false));
        let frame = Frame::new(request, "", Some(info));
        return Ok(page::failure_of_form(frame, &error, request.ctx.request_id(), Some("/admin"), kept));
    }
    let columns = settable(request, info, Action::Create);
    let edit_form = EditForm::new(request, info, &columns);
    let alert = format!("{alert} {}", t().below_as_new);
    let showing = Showing::of(edit_form.texts(form));
    edit_form.show(Showing { status: StatusCode::NOT_FOUND, alert: Some(alert), ..showing }).await
}

/// The columns that the account may set.
fn settable(request: &AdminRequest, info: &'static EntityInfo, action: Action) -> Vec<&'static ColumnInfo> {
    let input = match action {
        Action::Create => InputForm::create(info, Surface::Admin),
        _ => InputForm::update(info, Surface::Admin),
    };
    input.columns().filter(|column| request.may_set(info, column, action)).collect()
}

/// Where the browser goes after a write.
fn redirect_after(request: &AdminRequest, info: &EntityInfo, row: &Record, notice: Notice) -> Response {
    let to = match request.allows(info, Action::Read) {
        true => request.row_path(info, row.key()),
        false => format!("{}/admin", request.base),
    };
    page::redirect_saying(&to, notice)
}
