//! The page of a form: empty, of a row, or again with what was entered and why it is not saved.

mod conflict;

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::cell::Cell;
use crate::admin::control::{Control, Widget};
use crate::admin::edit::SHOWN;
use crate::admin::form::{self, FormState};
use crate::admin::form_texts::{self, FormTexts};
use crate::admin::inline::{self, Inline, InlineCell, InlineTable, InlineWrite, Mode, SentRows};
use crate::admin::links::{LinkField, SentLinks};
use crate::admin::page::{self, Frame};
use crate::admin::params::{self, Params};
use crate::admin::picker::{self, UNMATCHED, Unmatched};
use crate::admin::request::AdminRequest;
use crate::admin::texts::t;
use crate::admin::titles;
use crate::admin::{detour, names};
use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{Error, FieldError, Result};
use crate::policy::Action;
use crate::service::{SeenRelated, SeenRow};
use crate::value::{Assignments, Record};

pub(super) use conflict::Conflict;

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
    /// Whether another row may be made after this one.
    pub again: bool,
    pub parts: Vec<FormPart>,
    /// Related rows that are edited with it.
    pub inlines: Vec<InlineTable>,
    /// What a form holds that waits for this one.
    pub kept: Vec<(String, String)>,
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

/// Controls under a heading, or without one.
pub(super) struct FormPart {
    pub title: Option<&'static str>,
    pub controls: Vec<Control>,
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
    /// Whether words in pickers of related rows that name no row are told.
    pub refused: bool,
    /// A relation of which a row is added.
    pub add: Option<&'s str>,
}

impl<'s> Showing<'s> {
    /// These texts, with what was wrong beside the fields, or above all of them.
    pub(super) fn refused(texts: FormTexts, error: &Error, unmatched: &'s [Unmatched]) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut showing = Self { status, refused: true, ..Self::of(texts) };
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
            refused: false,
            add: None,
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
    /// The form that was sent.
    sent: Option<&'s Params>,
    /// What a form holds that waits for this one.
    kept: Vec<(String, String)>,
    inlines: Vec<Inline>,
    links: Vec<LinkField>,
}

/// What a form has sent of related rows.
#[derive(Debug)]
pub(super) struct RelatedSent {
    inlines: Vec<InlineWrite>,
    links: Vec<(usize, SentLinks)>,
}

impl<'s> EditForm<'s> {
    /// The form of a new row.
    pub(super) fn new(
        request: &'s AdminRequest,
        info: &'static EntityInfo,
        columns: &'s [&'static ColumnInfo],
        sent: Option<&'s Params>,
    ) -> Self {
        Self {
            request,
            info,
            columns,
            row: None,
            shown: None,
            sent,
            kept: sent.map(detour::kept).unwrap_or_default(),
            inlines: Inline::all(request, info),
            links: LinkField::all(request, info, Action::Create),
        }
    }

    /// The same form, for which another one waits.
    pub(super) fn keeping(self, kept: Vec<(String, String)>) -> Self {
        Self { kept, ..self }
    }

    /// The form of a row: as it is now, or as it was when the sent form was opened.
    pub(super) fn of_row(
        request: &'s AdminRequest,
        info: &'static EntityInfo,
        columns: &'s [&'static ColumnInfo],
        row: &'s Record,
        sent: Option<&'s Params>,
    ) -> Self {
        let readable = || columns.iter().filter(|column| column.readable).map(|column| column.index);
        let shown = sent.and_then(|form| form.get(SHOWN)).map(str::to_owned);
        let shown = shown.unwrap_or_else(|| SeenRow::of(row, readable()).write(info));
        Self {
            row: Some(row),
            shown: Some(shown),
            links: LinkField::all(request, info, Action::Update),
            ..Self::new(request, info, columns, sent)
        }
    }

    /// The form of a row as it is now, whatever the form showed that was sent.
    pub(super) fn of_row_now(
        request: &'s AdminRequest,
        info: &'static EntityInfo,
        columns: &'s [&'static ColumnInfo],
        row: &'s Record,
        sent: &'s Params,
    ) -> Self {
        let Self { shown, .. } = Self::of_row(request, info, columns, row, None);
        Self { shown, ..Self::of_row(request, info, columns, row, Some(sent)) }
    }

    /// What a form has sent of related rows.
    pub(super) fn related(&self, form: &Params) -> Result<RelatedSent> {
        let inlines = self.inlines.iter();
        let inlines =
            inlines.map(|inline| InlineWrite::of(inline, &SentRows::of(inline, form), self.row.is_none()));
        let links = self.links.iter().enumerate();
        let links = links.filter_map(|(position, link)| Some((position, link.sent(form).transpose()?)));
        Ok(RelatedSent {
            inlines: inlines.collect::<Result<_>>()?,
            links: links.map(|(position, sent)| Ok((position, sent?))).collect::<Result<_>>()?,
        })
    }

    /// Adds what a form has sent of related rows to what is written; returns what was shown of them.
    pub(super) fn put_related(&self, sent: &RelatedSent, values: &mut Assignments) -> Vec<SeenRelated> {
        let mut seen = Vec::new();
        sent.inlines.iter().for_each(|write| write.put(values, &mut seen));
        sent.links.iter().for_each(|(position, sent)| self.links[*position].put(sent, values, &mut seen));
        seen
    }

    /// What a button of the form asks for that is not to save it: a search, one more row, a new row to be chosen, or the way back
    /// to the form that waits.
    pub(super) async fn asked(&self, form: &Params) -> Result<Option<Response>> {
        if let Some(search) = picker::search_asked(form) {
            let showing = Showing { searches: vec![search], ..Showing::of(self.texts(form)) };
            return self.show(showing).await.map(Some);
        }
        if let Some(name) = form.get(inline::ADD) {
            let showing = Showing { add: Some(name), ..Showing::of(self.texts(form)) };
            return self.show(showing).await.map(Some);
        }
        if let Some(name) = form.get(detour::NEW) {
            return detour::start(self.request, self.info, &self.address(), (form, name)).await.map(Some);
        }
        detour::back(self.request, form).await
    }

    /// Where the form is sent.
    fn address(&self) -> String {
        match self.row {
            Some(row) => format!("{}/edit", self.request.row_path(self.info, row.key())),
            None => params::link(&format!("{}/new", self.request.path(self.info)), self.request.query.iter()),
        }
    }

    /// The texts of a form that was sent.
    pub(super) fn texts(&self, form: &Params) -> FormTexts {
        let before = match self.row {
            Some(row) => form_texts::of_row(self.info, row),
            None => form_texts::of_new(self.info, &self.request.query),
        };
        form_texts::of_sent(before, self.columns, form)
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

    /// The tables of related rows; what is about their rows is taken out of the errors.
    async fn inlines(&self, showing: &mut Showing<'_>) -> Result<Vec<InlineTable>> {
        let mut tables = Vec::with_capacity(self.inlines.len());
        for inline in &self.inlines {
            let rows = self.sent.map(|form| SentRows::of(inline, form));
            let mode = match &rows {
                None => Mode::Opened,
                Some(rows) => Mode::Sent {
                    rows,
                    errors: InlineWrite::of(inline, rows, self.row.is_none())?
                        .take_errors(&mut showing.errors),
                    search: showing.searches.first().copied(),
                    refused: showing.refused,
                    refreshed: showing.conflict.is_some(),
                    add: showing.add == Some(inline.name()),
                },
            };
            tables.push(InlineTable::read(self.request, self.info, inline, self.row, mode).await?);
        }
        Ok(tables)
    }

    /// The controls of the fields, under their headings, and those of links.
    async fn parts(&self, state: &FormState<'_>) -> Result<Vec<FormPart>> {
        let mut controls = form::controls(self.request, self.columns, state).await?;
        let declared = self.info.def.admin.parts;
        let part_of = |control: &Control| {
            let name = self.columns.iter().find(|column| column.wire == control.name)?.name;
            declared.iter().position(|part| part.fields.contains(&name))
        };
        let mut take = |wanted: Option<usize>| {
            let (taken, rest) = controls.drain(..).partition(|control| part_of(control) == wanted);
            controls = rest;
            taken
        };
        let mut parts = vec![FormPart { title: None, controls: take(None) }];
        for (position, part) in declared.iter().enumerate() {
            parts.push(FormPart { title: Some(part.title), controls: take(Some(position)) });
        }
        let mut links = Vec::with_capacity(self.links.len());
        for link in &self.links {
            let sent = self.sent.map(|form| link.sent(form)).transpose()?.flatten();
            let told = (state.errors, state.searches);
            links.push(link.control(self.request, self.info, self.row, sent, told).await?);
        }
        parts.push(FormPart { title: None, controls: links });
        parts.retain(|part| !part.controls.is_empty());
        Ok(parts)
    }

    /// The page.
    pub(super) async fn show(&self, showing: Showing<'_>) -> Result<Response> {
        let Self { request, info, columns, row, .. } = *self;
        let mut showing = showing;
        let error_count = showing.errors.len();
        let inlines = self.inlines(&mut showing).await?;
        let Showing { texts, errors, searches, alert, conflict, status, .. } = showing;
        let state = FormState {
            texts: &texts,
            errors: &errors,
            searches: &searches,
            row,
            prefix: "",
            offers: None,
            makes_rows: true,
        };
        let singular = names::words(info.def.singular);
        let (heading, breadcrumb) = match row {
            Some(row) => {
                let title = titles::title(&request.ctx, info, row).await?;
                (t().edit_of(&title), Some((request.row_path(info, row.key()), title)))
            }
            None => (t().new_of(singular), None),
        };
        let parts = self.parts(&state).await?;
        let others = errors.iter().filter(|error| !self.links.iter().any(|link| link.is_about(&error.field)));
        let page = FormPage {
            frame: Frame::new(request, heading.clone(), Some(info)),
            heading,
            plural: names::plural(info),
            path: request.path(info),
            back: breadcrumb.as_ref().map_or_else(|| request.path(info), |(path, _)| path.clone()),
            breadcrumb,
            action: self.address(),
            new: row.is_none(),
            again: request.allows(info, Action::Create),
            parts,
            inlines,
            kept: self.kept.clone(),
            errors: form::other_errors(&others.cloned().collect::<Vec<_>>(), columns),
            error_count,
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
