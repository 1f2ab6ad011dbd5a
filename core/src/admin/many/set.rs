//! One field that is set in many rows: which, and to what.

use poem::Response;
use poem::http::StatusCode;

use super::Many;
use super::chosen::FIELD;
use crate::admin::edit_form::{Acting, FormPage, FormPart, Showing};
use crate::admin::form::{self, FormState};
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::picker::{self, Unmatched};
use crate::admin::request::AdminRequest;
use crate::admin::{form_texts, names};
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::service::{InputForm, RowWrite, WrittenRows};
use crate::value::Value;

/// The fields that the account may set in some rows, and sees.
pub(super) fn settable<'r>(
    request: &'r AdminRequest,
    info: &'static EntityInfo,
) -> impl Iterator<Item = &'static ColumnInfo> + use<'r> {
    let columns = InputForm::update(info, Surface::Admin).columns();
    columns.filter(move |column| column.field.is_some() && request.may_set(info, column, Action::Update))
}

impl Many<'_> {
    /// The page on which a field is chosen, then the one on which its value is; with a form, sets it.
    pub(super) async fn set(
        &self,
        params: &Params,
        form: Option<&Params>,
        alert: Option<String>,
    ) -> Result<Response> {
        let (request, info) = (self.request, self.info());
        let target = format!("{}/many/set", self.path());
        let Some(name) = params.filled(FIELD) else {
            let mut page = self.page(format!("Set a field of {}", self.count_words()));
            page.lead = "Choose the field:".to_owned();
            let link = |column: &ColumnInfo| {
                let to = self.chosen.whole_link(&target, &[(FIELD, column.wire)]);
                (names::column(column), to)
            };
            page.links = settable(request, info).map(link).collect();
            return page::render(StatusCode::OK, &page);
        };
        let column = settable(request, info).find(|column| column.wire == name);
        let column = column.ok_or_else(|| Error::bad_request("this field cannot be set"))?;
        let columns = [column];
        let mut texts = form_texts::FormTexts::new();
        if let Some(form) = form {
            texts = form_texts::of_sent(texts, &columns, form);
        }
        let unmatched = form.map(|form| Unmatched::all(&columns, form)).unwrap_or_default();
        let showing = match form {
            None => Showing { alert, ..Showing::of(texts) },
            Some(form) if picker::search_asked(form).is_some() => {
                let searches = picker::search_asked(form).into_iter().collect();
                Showing { searches, ..Showing::of(texts) }
            }
            Some(form) => {
                let input = InputForm::update(info, Surface::Admin);
                // Only the field that the page is about.
                let own = form.iter().filter(|(name, _)| *name == column.wire);
                let own: Params = own.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
                let values = form_texts::read(input, &own, false, None, &unmatched);
                let error = match values.errors() {
                    [] => {
                        let records = self.chosen.asked.records(request);
                        let write = RowWrite::Update(values);
                        let written = records.write_rows(self.chosen.keys.clone(), write).await?;
                        match wrong_in_all(&written, self.chosen.keys.len()) {
                            Some(error) => error.clone(),
                            None => return self.answer(written, Notice::Saved).await,
                        }
                    }
                    errors => Error::Validation(errors.to_vec()),
                };
                Showing::refused(texts, &error, &unmatched)
            }
        };
        let heading = format!("Set {} of {}", names::column(column), self.count_words());
        let path = self.path();
        let state = FormState {
            texts: &showing.texts,
            errors: &showing.errors,
            searches: &showing.searches,
            row: None,
            prefix: "",
            offers: None,
            makes_rows: false,
        };
        let controls = form::controls(request, &columns, &state).await?;
        // Chosen rows are in the form.
        let action = match self.chosen.all {
            true => self.chosen.whole_link(&target, &[(FIELD, column.wire)]),
            false => self.chosen.link(&target, &[(FIELD, column.wire)]),
        };
        let rows = match self.chosen.all {
            true => Vec::new(),
            false => {
                let named = self.named(&self.chosen.keys).await?;
                self.chosen
                    .keys
                    .iter()
                    .map(Value::to_text)
                    .zip(named.into_iter().map(|row| row.title))
                    .collect()
            }
        };
        let page = FormPage {
            frame: Frame::new(request, heading.clone(), Some(info)),
            heading,
            plural: names::plural(info),
            back: self.chosen.asked.address.link(&path),
            path,
            breadcrumb: None,
            action,
            new: false,
            again: false,
            parts: vec![FormPart { title: None, controls }],
            inlines: Vec::new(),
            kept: Vec::new(),
            errors: form::other_errors(&showing.errors, &columns),
            error_count: showing.errors.len(),
            alert: showing.alert,
            shown: None,
            conflict: None,
            acting: Some(Acting {
                label: format!("Set {}", names::column(column)),
                about: "",
                deprecated: None,
                confirm: false,
                chosen: rows,
                results: Vec::new(),
            }),
        };
        page::render(showing.status, &page)
    }
}

/// What is wrong with the value itself: the same in every row that was tried.
fn wrong_in_all(written: &WrittenRows, count: usize) -> Option<&Error> {
    let WrittenRows::Refused { rows, more } = written else { return None };
    let (_, first) = rows.first()?;
    let every = *more || rows.len() == count;
    let same = rows.iter().all(|(_, error)| error == first);
    (every && same && matches!(first, Error::Validation(_))).then_some(first)
}
