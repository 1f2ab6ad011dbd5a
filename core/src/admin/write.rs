//! Creating and editing rows.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::form::{self, Control, Filling, Widget};
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::texts::{self, Texts};
use crate::admin::visit::{Visit, key};
use crate::admin::{entities, names};
use crate::entity::Surface;
use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{Error, FieldError, Result};
use crate::policy::Action;
use crate::service::InputForm;
use crate::value::Record;

/// The button that searches in a picker; its value is the relation's wire name.
const FIND: &str = "_find";
/// The words to search for in a picker: this and the relation's wire name.
const WORDS: &str = "_words.";
/// The version of the row that the form began with.
const VERSION: &str = "_version";
/// The button that saves and starts the next row.
const AGAIN: &str = "_again";

#[derive(Template)]
#[template(path = "admin/form.html")]
struct FormPage {
    frame: Frame,
    heading: String,
    plural: String,
    path: String,
    crumb: Option<(String, String)>,
    back: String,
    new: bool,
    controls: Vec<Control>,
    errors: Vec<String>,
    wrong: usize,
    /// The version of the row that the form began with.
    version: Option<String>,
    /// Someone else has changed the row since.
    overtaken: bool,
    /// What the row holds by now where the form holds something else.
    stale: Vec<Stale>,
}

/// A value that someone else has changed meanwhile.
struct Stale {
    label: String,
    now: String,
}

/// The form of a new row, and what it sends.
pub(super) async fn create(
    visit: &Visit,
    info: &'static EntityInfo,
    form: Option<&Params>,
) -> Result<Response> {
    visit.require(info, Action::Create)?;
    let input = InputForm::create(info, Surface::Admin);
    let columns =
        input.columns().filter(|column| visit.sets(info, column, Action::Create)).collect::<Vec<_>>();
    let shown = Shown { visit, info, columns: &columns, row: None, version: None };
    let Some(form) = form else {
        return shown.page(&texts::of_new(info, &visit.query), &[], None).await;
    };
    if let Some(search) = search(form) {
        return shown.page(&shown.texts(form), &[], Some(search)).await;
    }
    let values = texts::read(input, form, None);
    match visit.records(info).create(values).await {
        Ok(_) if form.get(AGAIN).is_some() => {
            Ok(page::redirect(&format!("{}/new?_done=created", entities::path(info))))
        }
        Ok(row) => Ok(done(visit, info, &row, "created")),
        Err(error) => shown.refused(form, error).await,
    }
}

/// The form of a row, and what it sends.
pub(super) async fn edit(
    visit: &Visit,
    info: &'static EntityInfo,
    id: &str,
    form: Option<&Params>,
) -> Result<Response> {
    visit.require(info, Action::Update)?;
    let key = key(info, id)?;
    let row = visit.records(info).get(&key).await?;
    let input = InputForm::update(info, Surface::Admin);
    let columns =
        input.columns().filter(|column| visit.sets(info, column, Action::Update)).collect::<Vec<_>>();
    let began = form.and_then(|form| form.get(VERSION)).map(str::to_owned);
    let version = began.clone().or_else(|| version_of(info, &row));
    let shown = Shown { visit, info, columns: &columns, row: Some(&row), version };
    let Some(form) = form else {
        visit.require_of(info, Action::Update, &row).await?;
        return shown.page(&texts::of_row(info, &row), &[], None).await;
    };
    if let Some(search) = search(form) {
        return shown.page(&shown.texts(form), &[], Some(search)).await;
    }
    let values = texts::read(input, form, Some(&row));
    let saved = match began.filter(|_| info.def.version) {
        Some(began) => {
            let unreadable =
                |_| Error::bad_request("the form's version is not a number; open the form again");
            visit.records(info).update_version(&key, began.parse().map_err(unreadable)?, values).await
        }
        None => visit.records(info).update(&key, values).await,
    };
    match saved {
        Ok(row) => Ok(done(visit, info, &row, "saved")),
        Err(Error::VersionMismatch) => {
            let now = visit.records(info).get(&key).await?;
            let version = version_of(info, &now);
            Shown { row: Some(&now), version, ..shown }.overtaken(form).await
        }
        Err(error) => shown.refused(form, error).await,
    }
}

/// The row's version, as the form carries it.
fn version_of(info: &EntityInfo, row: &Record) -> Option<String> {
    info.version().map(|column| row.get(column).to_text())
}

/// Where the browser goes after a write.
fn done(visit: &Visit, info: &EntityInfo, row: &Record, what: &str) -> Response {
    if visit.allows(info, Action::Read) {
        page::redirect(&format!("{}?_done={what}", entities::row_path(info, row.key())))
    } else {
        page::redirect(&format!("/admin?_done={what}"))
    }
}

/// A search in a picker: the form is shown again with what was found, nothing is written.
fn search(form: &Params) -> Option<(&str, &str)> {
    let name = form.get(FIND)?;
    let words = form.get(&format!("{WORDS}{name}")).unwrap_or_default();
    Some((name, words))
}

/// A form about to be shown.
struct Shown<'s> {
    visit: &'s Visit,
    info: &'static EntityInfo,
    columns: &'s [&'static ColumnInfo],
    row: Option<&'s Record>,
    version: Option<String>,
}

impl Shown<'_> {
    /// The texts of a form that was sent.
    fn texts(&self, form: &Params) -> Texts {
        let before = match self.row {
            Some(row) => texts::of_row(self.info, row),
            None => texts::of_new(self.info, &self.visit.query),
        };
        texts::of_form(before, self.columns, form)
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
    async fn overtaken(&self, form: &Params) -> Result<Response> {
        let texts = self.texts(form);
        let now = self.row.map(|row| texts::of_row(self.info, row)).unwrap_or_default();
        let differs = |column: &&&ColumnInfo| {
            column.readable
                && texts.get(column.wire).map(String::as_str) != now.get(column.wire).map(String::as_str)
        };
        let stale = |column: &&ColumnInfo| Stale {
            label: names::column(column),
            now: now.get(column.wire).cloned().unwrap_or_default(),
        };
        let stale = self.columns.iter().filter(differs).map(stale).collect();
        self.render(&texts, &[], None, Some(stale)).await
    }

    async fn page(
        &self,
        texts: &Texts,
        errors: &[FieldError],
        search: Option<(&str, &str)>,
    ) -> Result<Response> {
        self.render(texts, errors, search, None).await
    }

    async fn render(
        &self,
        texts: &Texts,
        errors: &[FieldError],
        search: Option<(&str, &str)>,
        stale: Option<Vec<Stale>>,
    ) -> Result<Response> {
        let Self { visit, info, columns, row, .. } = *self;
        let filling = Filling { texts, errors, search, new: row.is_none() };
        let singular = names::words(info.def.singular);
        let (heading, crumb) = match row {
            Some(row) => {
                let title = entities::title(info, row);
                (format!("Edit {title}"), Some((entities::row_path(info, row.key()), title)))
            }
            None => (format!("New {singular}"), None),
        };
        let page = FormPage {
            frame: Frame::new(visit, heading.clone(), Some(info)),
            heading,
            plural: names::plural(info),
            path: entities::path(info),
            back: crumb.as_ref().map_or_else(|| entities::path(info), |(path, _)| path.clone()),
            crumb,
            new: row.is_none(),
            controls: form::controls(visit, columns, &filling).await?,
            errors: form::other_errors(errors, columns),
            wrong: errors.len(),
            version: self.version.clone(),
            overtaken: stale.is_some(),
            stale: stale.unwrap_or_default(),
        };
        let status = match (page.overtaken, errors.is_empty()) {
            (true, _) => StatusCode::CONFLICT,
            (false, true) => StatusCode::OK,
            (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        page::render(status, &page)
    }
}
