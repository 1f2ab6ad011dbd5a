//! Pages of forms and tables that are about no entity of the application: accounts, sessions, tokens, rules.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::cell::Cell;
use crate::admin::control::Choice;
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::error::{self, Error, FieldError, Result};

/// The field of a form that says which of the page's forms it is.
pub(super) const FORM: &str = "form";

/// A page of blocks, one under the other.
#[derive(Template)]
#[template(path = "admin/blocks.html")]
pub(super) struct BlocksPage {
    pub frame: Frame,
    pub heading: String,
    pub about: String,
    /// Where the page is: addresses and names.
    pub crumbs: Vec<(String, String)>,
    /// The main thing to do next: an address and its name.
    pub next: Option<(String, String)>,
    /// What the page can be searched for: its address and the words.
    pub search: Option<(String, String)>,
    pub blocks: Vec<Block>,
}

impl BlocksPage {
    pub(super) fn render(&self, status: StatusCode) -> Result<Response> {
        page::render(status, self)
    }
}

/// A part of the page.
#[derive(Debug)]
pub(super) enum Block {
    Form(FormBlock),
    Table(TableBlock),
    /// What is shown this once.
    Once {
        label: String,
        text: String,
        hint: String,
    },
}

/// A form.
#[derive(Debug, Default)]
pub(super) struct FormBlock {
    /// Which of the page's forms it is.
    pub name: &'static str,
    pub heading: String,
    pub about: String,
    pub fields: Vec<FormField>,
    pub submit: String,
    /// What is wrong with the whole.
    pub errors: Vec<String>,
}

/// A field of a form.
#[derive(Debug)]
pub(super) struct FormField {
    pub name: &'static str,
    pub label: String,
    pub hint: String,
    pub errors: Vec<String>,
    pub kind: FieldKind,
}

/// The control of a field.
#[derive(Debug)]
pub(super) enum FieldKind {
    Line { kind: &'static str, value: String, complete: &'static str, required: bool },
    Check(bool),
    Select(Vec<Choice>),
}

impl FormField {
    /// A line of text.
    pub(super) fn line(name: &'static str, label: &str, value: impl Into<String>) -> Self {
        let kind = FieldKind::Line { kind: "text", value: value.into(), complete: "off", required: false };
        Self { name, label: label.to_owned(), hint: String::new(), errors: Vec::new(), kind }
    }

    /// A password, which is never sent back.
    pub(super) fn password(name: &'static str, label: &str, complete: &'static str) -> Self {
        let kind = FieldKind::Line { kind: "password", value: String::new(), complete, required: true };
        Self { kind, ..Self::line(name, label, "") }
    }

    /// One of a few.
    pub(super) fn select(name: &'static str, label: &str, choices: Vec<Choice>) -> Self {
        Self { kind: FieldKind::Select(choices), ..Self::line(name, label, "") }
    }

    /// Yes or no.
    pub(super) fn check(name: &'static str, label: &str, checked: bool) -> Self {
        Self { kind: FieldKind::Check(checked), ..Self::line(name, label, "") }
    }

    /// The same of another type.
    pub(super) fn typed(mut self, html: &'static str) -> Self {
        if let FieldKind::Line { kind, .. } = &mut self.kind {
            *kind = html;
        }
        self
    }

    /// The same, which must be filled in.
    pub(super) fn needed(mut self) -> Self {
        if let FieldKind::Line { required, .. } = &mut self.kind {
            *required = true;
        }
        self
    }

    /// The same with a word about what may be entered.
    pub(super) fn hinted(self, hint: &str) -> Self {
        Self { hint: hint.to_owned(), ..self }
    }

    /// The ids of what describes the control.
    pub(super) fn described_by(&self, form: &str) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("h-{form}-{}", self.name));
        let errors = (!self.errors.is_empty()).then(|| format!("e-{form}-{}", self.name));
        hint.into_iter().chain(errors).collect::<Vec<_>>().join(" ")
    }
}

/// A table.
#[derive(Debug, Default)]
pub(super) struct TableBlock {
    pub heading: String,
    pub columns: Vec<String>,
    pub rows: Vec<TableRow>,
    /// What is said where there are no rows.
    pub empty: String,
    /// Where there are more.
    pub more: Option<String>,
}

/// A row of a table.
#[derive(Debug, Default)]
pub(super) struct TableRow {
    pub cells: Vec<Cell>,
    /// What can be done with it.
    pub button: Option<RowButton>,
}

/// A form of one button.
#[derive(Debug)]
pub(super) struct RowButton {
    /// Which of the page's forms it is.
    pub form: &'static str,
    pub id: String,
    pub label: String,
}

/// A form that was refused: what was sent, and what was wrong.
#[derive(Debug)]
pub(super) struct RefusedForm<'f> {
    pub sent: &'f Params,
    pub errors: Vec<FieldError>,
}

impl<'f> RefusedForm<'f> {
    /// A form with what its sender can mend; other errors are the page's.
    pub(super) fn of(sent: &'f Params, error: Error) -> Result<Self> {
        let errors = match &error {
            Error::RateLimited { .. } | Error::BadRequest(_) => {
                vec![FieldError::new("", "refused", error.to_string())]
            }
            _ if error.fields().is_empty() => return Err(error),
            _ => error.fields().to_vec(),
        };
        Ok(Self { sent, errors })
    }
}

/// Puts what was sent, and what was wrong with it, into the form that it was sent by.
pub(super) fn shown_again(blocks: &mut [Block], refused: Option<&RefusedForm<'_>>) -> StatusCode {
    let Some(RefusedForm { sent, errors }) = refused else { return StatusCode::OK };
    let name = sent.get(FORM).unwrap_or_default();
    for block in blocks {
        let Block::Form(form) = block else { continue };
        if form.name != name {
            continue;
        }
        let said = |error: &FieldError| page::sentence(&error::cut(&error.message));
        for field in &mut form.fields {
            field.errors = errors.iter().filter(|error| error.field == field.name).map(said).collect();
            let text = sent.get(field.name).unwrap_or_default();
            match &mut field.kind {
                FieldKind::Line { kind: "password", .. } => {}
                FieldKind::Line { value, .. } => text.clone_into(value),
                FieldKind::Check(checked) => *checked = text == "true",
                FieldKind::Select(choices) => {
                    choices.iter_mut().for_each(|choice| choice.selected = choice.value == text);
                }
            }
        }
        let other = |error: &&FieldError| !form.fields.iter().any(|field| error.field == field.name);
        form.errors = errors.iter().filter(other).map(said).collect();
    }
    StatusCode::UNPROCESSABLE_ENTITY
}

impl TableBlock {
    /// Whether something can be done with a row.
    pub(super) fn has_buttons(&self) -> bool {
        self.rows.iter().any(|row| row.button.is_some())
    }
}
