//! Creating and editing rows.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::control::{Control, Widget};
use crate::admin::form::{self, FormState};
use crate::admin::form_texts::{self, FormTexts};
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::request::{AdminRequest, parse_key};
use crate::admin::{entities, names};
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::error::{Error, FieldError, Result};
use crate::policy::Action;
use crate::service::InputForm;
use crate::value::Record;

/// The button that searches in a picker; its value is the relation's wire name.
const SEARCH_BUTTON: &str = "_find";
/// The words to search for in a picker: this and the relation's wire name.
const SEARCH_TEXT: &str = "_words.";
/// The version of the row that the form began with.
pub(super) const VERSION: &str = "_version";
/// The button that saves and starts the next row.
const CREATE_ANOTHER: &str = "_again";
/// The controls of a form that are no field's.
pub(super) const OWN_CONTROLS: [&str; 3] = [SEARCH_BUTTON, VERSION, CREATE_ANOTHER];

#[derive(Template)]
#[template(path = "admin/form.html")]
struct FormPage {
    frame: Frame,
    heading: String,
    plural: String,
    path: String,
    breadcrumb: Option<(String, String)>,
    back: String,
    new: bool,
    controls: Vec<Control>,
    errors: Vec<String>,
    error_count: usize,
    /// The version of the row that the form began with.
    version: Option<String>,
    /// Someone else has changed the row since then.
    conflict: bool,
    /// What the row holds by now where the form holds something else.
    changed: Vec<ChangedField>,
}

/// A value that someone else has changed meanwhile.
struct ChangedField {
    label: String,
    now: String,
}

/// The form of a new row, and what it sends.
pub(super) async fn create(
    request: &AdminRequest,
    info: &'static EntityInfo,
    form: Option<&Params>,
) -> Result<Response> {
    request.authorize(info, Action::Create)?;
    let input = InputForm::create(info, Surface::Admin);
    let columns =
        input.columns().filter(|column| request.may_set(info, column, Action::Create)).collect::<Vec<_>>();
    let edit_form = EditForm { request, info, columns: &columns, row: None, version: None };
    let Some(form) = form else {
        return edit_form.page(&form_texts::of_new(info, &request.query), &[], None).await;
    };
    if let Some(search) = search(form) {
        return edit_form.page(&edit_form.texts(form), &[], Some(search)).await;
    }
    let values = form_texts::read(input, form, None);
    match request.records(info).create(values).await {
        Ok(_) if form.get(CREATE_ANOTHER).is_some() => {
            Ok(page::redirect(&format!("{}/new?_done=created", request.path(info))))
        }
        Ok(row) => Ok(redirect_after(request, info, &row, "created")),
        Err(error) => edit_form.refused(form, error).await,
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
    let row = request.records(info).get(&key).await?;
    let input = InputForm::update(info, Surface::Admin);
    let columns =
        input.columns().filter(|column| request.may_set(info, column, Action::Update)).collect::<Vec<_>>();
    let began = form.and_then(|form| form.get(VERSION)).map(str::to_owned);
    let version = began.clone().or_else(|| version_of(info, &row));
    let edit_form = EditForm { request, info, columns: &columns, row: Some(&row), version };
    let Some(form) = form else {
        request.authorize_row(info, Action::Update, &row).await?;
        return edit_form.page(&form_texts::of_row(info, &row), &[], None).await;
    };
    if let Some(search) = search(form) {
        return edit_form.page(&edit_form.texts(form), &[], Some(search)).await;
    }
    let values = form_texts::read(input, form, Some(&row));
    let saved = match began.filter(|_| info.def.version) {
        Some(began) => {
            let unreadable =
                |_| Error::bad_request("the form's version is not a number; open the form again");
            request.records(info).update_version(&key, began.parse().map_err(unreadable)?, values).await
        }
        None => request.records(info).update(&key, values).await,
    };
    match saved {
        Ok(row) => Ok(redirect_after(request, info, &row, "saved")),
        Err(Error::VersionMismatch) => {
            let now = request.records(info).get(&key).await?;
            let version = version_of(info, &now);
            EditForm { row: Some(&now), version, ..edit_form }.conflict(form).await
        }
        Err(error) => edit_form.refused(form, error).await,
    }
}

/// The row's version, as the form carries it.
pub(super) fn version_of(info: &EntityInfo, row: &Record) -> Option<String> {
    info.version().map(|column| row.get(column).to_text())
}

/// Where the browser goes after a write.
fn redirect_after(request: &AdminRequest, info: &EntityInfo, row: &Record, what: &str) -> Response {
    if request.allows(info, Action::Read) {
        page::redirect(&format!("{}?_done={what}", request.row_path(info, row.key())))
    } else {
        page::redirect(&format!("{}/admin?_done={what}", request.base))
    }
}

/// A search in a picker: the form is shown again with what was found, nothing is written.
fn search(form: &Params) -> Option<(&str, &str)> {
    let name = form.get(SEARCH_BUTTON)?;
    let words = form.get(&format!("{SEARCH_TEXT}{name}")).unwrap_or_default();
    Some((name, words))
}

/// A form about to be edit_form.
struct EditForm<'s> {
    request: &'s AdminRequest,
    info: &'static EntityInfo,
    columns: &'s [&'static ColumnInfo],
    row: Option<&'s Record>,
    version: Option<String>,
}

impl EditForm<'_> {
    /// The texts of a form that was sent.
    fn texts(&self, form: &Params) -> FormTexts {
        let before = match self.row {
            Some(row) => form_texts::of_row(self.info, row),
            None => form_texts::of_new(self.info, &self.request.query),
        };
        form_texts::of_sent(before, self.columns, form)
    }

    /// The form again, with what was wrong beside the fields. Errors that no field caused are passed on.
    async fn refused(&self, form: &Params, error: Error) -> Result<Response> {
        let errors = match error {
            Error::Validation(errors) | Error::Conflict(errors) => errors,
            Error::BadRequest(message) => vec![FieldError::new("", "bad_request", message)],
            other => return Err(other),
        };
        self.page(&self.texts(form), &errors, None).await
    }

    /// The form again, after someone else has changed the row: with what was entered, beside it what the row holds by
    /// now. Saving it once more is meant.
    async fn conflict(&self, form: &Params) -> Result<Response> {
        let texts = self.texts(form);
        let now = self.row.map(|row| form_texts::of_row(self.info, row)).unwrap_or_default();
        let differs = |column: &&&ColumnInfo| {
            column.readable
                && texts.get(column.wire).map(String::as_str) != now.get(column.wire).map(String::as_str)
        };
        let changed = |column: &&ColumnInfo| ChangedField {
            label: names::column(column),
            now: now.get(column.wire).cloned().unwrap_or_default(),
        };
        let changed = self.columns.iter().filter(differs).map(changed).collect();
        self.render(&texts, &[], None, Some(changed)).await
    }

    async fn page(
        &self,
        texts: &FormTexts,
        errors: &[FieldError],
        search: Option<(&str, &str)>,
    ) -> Result<Response> {
        self.render(texts, errors, search, None).await
    }

    async fn render(
        &self,
        texts: &FormTexts,
        errors: &[FieldError],
        search: Option<(&str, &str)>,
        changed: Option<Vec<ChangedField>>,
    ) -> Result<Response> {
        let Self { request, info, columns, row, .. } = *self;
        let state = FormState { texts, errors, search, new: row.is_none() };
        let singular = names::words(info.def.singular);
        let (heading, breadcrumb) = match row {
            Some(row) => {
                let title = entities::title(info, row);
                (format!("Edit {title}"), Some((request.row_path(info, row.key()), title)))
            }
            None => (format!("New {singular}"), None),
        };
        let page = FormPage {
            frame: Frame::new(request, heading.clone(), Some(info)),
            heading,
            plural: names::plural(info),
            path: request.path(info),
            back: breadcrumb.as_ref().map_or_else(|| request.path(info), |(path, _)| path.clone()),
            breadcrumb,
            new: row.is_none(),
            controls: form::controls(request, columns, &state).await?,
            errors: form::other_errors(errors, columns),
            error_count: errors.len(),
            version: self.version.clone(),
            conflict: changed.is_some(),
            changed: changed.unwrap_or_default(),
        };
        let status = match (page.conflict, errors.is_empty()) {
            (true, _) => StatusCode::CONFLICT,
            (false, true) => StatusCode::OK,
            (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        page::render(status, &page)
    }
}
