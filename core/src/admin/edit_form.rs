//! The page of a form: empty, of a row, or again with what was entered and why it is not saved.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::cell::Cell;
use crate::admin::control::{Control, Widget};
use crate::admin::edit::SHOWN;
use crate::admin::form::{self, FormState};
use crate::admin::form_texts::{self, FormTexts};
use crate::admin::page::{self, Frame};
use crate::admin::params::{self, Params};
use crate::admin::picker::{UNMATCHED, Unmatched};
use crate::admin::request::AdminRequest;
use crate::admin::texts::t;
use crate::admin::titles::{self, Labels};
use crate::admin::{kinds, names, who};
use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{Error, FieldError, Result};
use crate::service::{LastChange, SeenRow};
use crate::value::{Record, Value};

#[derive(Template)]
#[template(path = "admin/form.html")]
pub(super) struct FormPage {
    pub frame: Frame,
    pub heading: String,
    pub plural: String,
    pub path: String,
    pub breadcrumb: Option<(String, String)>,
    pub back: String,
    /// Where the form is sent.
    pub action: String,
    pub new: bool,
    pub controls: Vec<Control>,
    pub errors: Vec<String>,
    pub error_count: usize,
    /// What happened to what was entered.
    pub alert: Option<String>,
    /// What the form shows of the row.
    pub shown: Option<String>,
    /// What someone else has changed too.
    pub conflict: Option<Conflict>,
    /// Of an action of the entity.
    pub acting: Option<Acting>,
}

/// What came of an action, field by field.
pub(super) type Facts = Vec<(String, Cell)>;

/// What the form of an action has beside its fields.
pub(super) struct Acting {
    pub label: String,
    /// What it does.
    pub about: &'static str,
    pub deprecated: Option<String>,
    /// Whether it is asked for once more.
    pub confirm: bool,
    /// The keys and the titles of the chosen rows.
    pub chosen: Vec<(String, String)>,
    pub results: Vec<Facts>,
}

/// What two people have changed at the same time.
#[derive(Debug)]
pub(super) struct Conflict {
    /// When the row was changed last, where it is not known of each field.
    at: Option<Cell>,
    /// Whether it was the same person, in another window.
    own: bool,
    changed: Vec<ChangedField>,
}

/// A value that someone else has changed meanwhile.
#[derive(Debug)]
struct ChangedField {
    label: String,
    now: String,
    /// By whom and when, as far as it is known.
    by: Option<(String, Cell)>,
}

/// What is said where no one knows what became of a change: the database may have heard of it before the connection broke.
pub(super) fn unknown() -> &'static str {
    t().unknown_outcome
}

/// What a form shows.
pub(super) struct Showing<'s> {
    pub texts: FormTexts,
    pub errors: Vec<FieldError>,
    /// Searches in pickers: the relation's wire name and the words.
    pub searches: Vec<(&'s str, &'s str)>,
    pub alert: Option<String>,
    pub conflict: Option<Conflict>,
    pub status: StatusCode,
}

impl<'s> Showing<'s> {
    /// These texts, with what was wrong beside the fields, or above all of them.
    pub(super) fn refused(texts: FormTexts, error: &Error, unmatched: &'s [Unmatched]) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut showing = Self { status, ..Self::of(texts) };
        match error {
            Error::Validation(errors) | Error::Conflict(errors) | Error::ForbiddenFields(errors) => {
                showing.status = StatusCode::UNPROCESSABLE_ENTITY;
                showing.errors =
                    errors.iter().filter(|error| !is_said_better(error, errors)).cloned().collect();
            }
            Error::BadRequest(message) => {
                showing.status = StatusCode::UNPROCESSABLE_ENTITY;
                showing.errors = vec![FieldError::new("", "bad_request", message.clone())];
            }
            other if !other.fields().is_empty() => showing.errors = other.fields().to_vec(),
            Error::Unavailable => showing.alert = Some(unknown().to_owned()),
            other => {
                showing.alert = Some(t().nothing_saved_because(t().message(&other.to_string())));
            }
        }
        showing.searches = unmatched.iter().map(|words| (words.field, words.words.as_str())).collect();
        showing
    }

    /// These texts.
    pub(super) fn of(texts: FormTexts) -> Self {
        Self {
            texts,
            errors: Vec::new(),
            searches: Vec::new(),
            alert: None,
            conflict: None,
            status: StatusCode::OK,
        }
    }
}

/// The form of a row, or of a new one.
pub(super) struct EditForm<'s> {
    request: &'s AdminRequest,
    info: &'static EntityInfo,
    columns: &'s [&'static ColumnInfo],
    row: Option<&'s Record>,
    /// What the form showed when it was opened.
    shown: Option<String>,
}

impl<'s> EditForm<'s> {
    /// The form of a new row.
    pub(super) fn new(
        request: &'s AdminRequest,
        info: &'static EntityInfo,
        columns: &'s [&'static ColumnInfo],
    ) -> Self {
        Self { request, info, columns, row: None, shown: None }
    }

    /// The form of a row: as it is now, or as it was when the sent form was opened.
    pub(super) fn of_row(
        request: &'s AdminRequest,
        info: &'static EntityInfo,
        columns: &'s [&'static ColumnInfo],
        row: &'s Record,
        sent: Option<&Params>,
    ) -> Self {
        let readable = || columns.iter().filter(|column| column.readable).map(|column| column.index);
        let shown = sent.and_then(|form| form.get(SHOWN)).map(str::to_owned);
        let shown = shown.unwrap_or_else(|| SeenRow::of(row, readable()).write(info));
        Self { request, info, columns, row: Some(row), shown: Some(shown) }
    }

    /// The texts of a form that was sent.
    pub(super) fn texts(&self, form: &Params) -> FormTexts {
        let before = match self.row {
            Some(row) => form_texts::of_row(self.info, row),
            None => form_texts::of_new(self.info, &self.request.query),
        };
        form_texts::of_sent(before, self.columns, form)
    }

    /// The form again, with what a search in a picker has found.
    pub(super) async fn searched(&self, form: &Params, search: (&str, &str)) -> Result<Response> {
        self.show(Showing { searches: vec![search], ..Showing::of(self.texts(form)) }).await
    }

    /// The form again, with what was wrong beside the fields, or above all of them.
    pub(super) async fn refused(
        &self,
        form: &Params,
        error: Error,
        unmatched: &[Unmatched],
    ) -> Result<Response> {
        let showing = Showing::refused(self.texts(form), &error, unmatched);
        // Where even the form cannot be made, the error is all there is to say.
        self.show(showing).await.map_err(|_| error)
    }

    /// The form again, after someone else has changed the same fields: these with what was entered, all others as they
    /// are now. Saving it once more is meant.
    pub(super) async fn conflict(
        &self,
        form: &Params,
        touched: impl Fn(&ColumnInfo) -> bool,
        (both, changes): (&[usize], &[LastChange]),
    ) -> Result<Response> {
        let Some(row) = self.row else { return Err(Error::VersionMismatch) };
        let now = form_texts::of_row(self.info, row);
        let touched = self.columns.iter().copied().filter(|column| touched(column)).collect::<Vec<_>>();
        let both = self.columns.iter().copied().filter(|column| both.contains(&column.index));
        let both = both.collect::<Vec<_>>();
        let labels = Labels::read(&self.request.ctx, &both, std::slice::from_ref(row)).await?;
        let mut changed = Vec::with_capacity(both.len());
        for column in both {
            let change = changes.iter().find(|change| change.column == column.index);
            changed.push(ChangedField {
                label: names::column(column),
                now: match labels.get(column.index, row.get(column.index)) {
                    Some(label) => label.to_owned(),
                    None => now.get(column.wire).cloned().unwrap_or_default(),
                },
                by: match change {
                    Some(LastChange { who, subject, at, .. }) => {
                        let who = who::name(self.request, *who, subject.as_deref()).await?;
                        Some((who, kinds::moment(*at)))
                    }
                    None => None,
                },
            });
        }
        let unknown = changed.iter().any(|field| field.by.is_none());
        let at = self.info.updated_at().filter(|_| unknown).and_then(|stamp| match row.get(stamp) {
            Value::DateTime(at) => Some(kinds::moment(*at)),
            _ => None,
        });
        let showing = Showing::of(form_texts::of_sent(now, &touched, form));
        let own = changed.iter().all(|field| field.by.as_ref().is_some_and(|(who, _)| who == who::you()));
        let conflict = Some(Conflict { at, own, changed });
        self.show(Showing { conflict, status: StatusCode::CONFLICT, ..showing }).await
    }

    /// The page.
    pub(super) async fn show(&self, showing: Showing<'_>) -> Result<Response> {
        let Self { request, info, columns, row, .. } = *self;
        let Showing { texts, errors, searches, alert, conflict, status } = showing;
        let state = FormState { texts: &texts, errors: &errors, searches: &searches, row };
        let singular = names::words(info.def.singular);
        let (heading, breadcrumb, action) = match row {
            Some(row) => {
                let title = titles::title(&request.ctx, info, row).await?;
                let path = request.row_path(info, row.key());
                let action = format!("{path}/edit");
                (t().edit_of(&title), Some((path, title)), action)
            }
            None => {
                let action = params::link(&format!("{}/new", request.path(info)), request.query.iter());
                (t().new_of(singular), None, action)
            }
        };
        let page = FormPage {
            frame: Frame::new(request, heading.clone(), Some(info)),
            heading,
            plural: names::plural(info),
            path: request.path(info),
            back: breadcrumb.as_ref().map_or_else(|| request.path(info), |(path, _)| path.clone()),
            breadcrumb,
            action,
            new: row.is_none(),
            controls: form::controls(request, columns, &state).await?,
            errors: form::other_errors(&errors, columns),
            error_count: errors.len(),
            alert,
            shown: self.shown.clone(),
            conflict,
            acting: None,
        };
        page::render(status, &page)
    }
}

/// A picker in which no row was chosen lacks a value too, which goes without saying.
fn is_said_better(error: &FieldError, all: &[FieldError]) -> bool {
    error.code != UNMATCHED && all.iter().any(|other| other.field == error.field && other.code == UNMATCHED)
}
