//! One field that is set in many rows: which, and to what.

use poem::Response;
use poem::http::StatusCode;

use super::Many;
use super::chosen::FIELD;
use crate::admin::edit_form::{Acting, FormPage, Showing};
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
use crate::service::{InputForm, RowWrite};
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
                match values.errors().is_empty() {
                    true => return self.write(RowWrite::Update(values), Notice::Saved).await,
                    false => {
                        let error = Error::Validation(values.errors().to_vec());
                        Showing::refused(texts, &error, &unmatched)
                    }
                }
            }
        };
        let heading = format!("Set {} of {}", names::column(column), self.count_words());
        let path = self.path();
        let state = FormState {
            texts: &showing.texts,
            errors: &showing.errors,
            searches: &showing.searches,
            row: None,
        };
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
            controls: form::controls(request, &columns, &state).await?,
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
