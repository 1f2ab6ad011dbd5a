//! The controls that a form shows: one for each of its columns.

use crate::admin::control::{Choice, Control, Input, Widget};
use crate::admin::form_texts::FormTexts;
use crate::admin::picker::{self, RowChoices};
use crate::admin::request::{AdminRequest, parse_value};
use crate::admin::texts::t;
use crate::admin::titles::Labels;
use crate::admin::{kinds, names, page};
use crate::entity::{ColumnInfo, FieldDef, Format, Surface};
use crate::error::{self, FieldError, MAX_LISTED, Result};
use crate::policy::Action;
use crate::types::LengthUnit;
use crate::value::Record;

/// Errors that are shown of one field.
const MAX_OF_FIELD: usize = 4;

/// What the controls of a form show.
#[derive(Debug)]
pub(super) struct FormState<'f> {
    /// The texts of the controls.
    pub texts: &'f FormTexts,
    /// What was wrong.
    pub errors: &'f [FieldError],
    /// Searches in pickers: the relation's wire name and the words.
    pub searches: &'f [(&'f str, &'f str)],
    /// The row as it is; none when it is new.
    pub row: Option<&'f Record>,
}

/// The controls for these columns.
pub(super) async fn controls(
    request: &AdminRequest,
    columns: &[&'static ColumnInfo],
    state: &FormState<'_>,
) -> Result<Vec<Control>> {
    let mut controls = Vec::with_capacity(columns.len());
    for column in columns {
        let Some(field) = column.field else { continue };
        let text = state.texts.get(column.wire).cloned().unwrap_or_default();
        let widget = match field.relation {
            Some(_) => relation_widget(request, column, text, state).await?,
            None => kinds::widget(column, field, text, state.row),
        };
        let may_be_empty = column.nullable || kinds::empty_is_value(column);
        let keeps = state.row.is_some() && !column.readable;
        controls.push(Control {
            name: column.wire,
            label: names::column(column),
            help: field.docs,
            hint: hint(column, field, keeps),
            errors: errors(state.errors, column.wire),
            required: !may_be_empty && !keeps && !matches!(widget, Widget::Check { .. }),
            widget,
        });
    }
    Ok(controls)
}

/// What was wrong with a field, as sentences.
fn errors(errors: &[FieldError], field: &str) -> Vec<String> {
    errors
        .iter()
        .filter(|error| error.field == field)
        .take(MAX_OF_FIELD)
        .map(|error| match error.code {
            "required" => t().is_required.to_owned(),
            _ => page::sentence(&error::cut(&error.message)),
        })
        .collect()
}

/// What was wrong with the whole, or with fields that the form does not show.
pub(super) fn other_errors(all: &[FieldError], columns: &[&'static ColumnInfo]) -> Vec<String> {
    let is_other = |error: &&FieldError| !columns.iter().any(|column| column.wire == error.field);
    let others: Vec<_> = all.iter().filter(is_other).cloned().collect();
    error::listed(&others, MAX_LISTED)
        .iter()
        .map(|error| match &*error.field {
            "" => page::sentence(&error.message),
            field => page::sentence(&format!("{} {}", names::heading(field), t().message(&error.message))),
        })
        .collect()
}

async fn relation_widget(
    request: &AdminRequest,
    column: &'static ColumnInfo,
    value: String,
    state: &FormState<'_>,
) -> Result<Widget> {
    let Some(target) = column.target().filter(|target| request.allows(target, Action::Read)) else {
        return Ok(Widget::Input(Input::text(value)));
    };
    let search = state.searches.iter().find(|(name, _)| *name == column.wire).map(|(_, words)| *words);
    // What names no row stands in the search, not in place of a key.
    let value = if search.is_some() && parse_value(column, &value).is_none() { String::new() } else { value };
    let mut found = match picker::choices(request, target, search).await {
        // Words that nothing can be searched by: the rest of what was entered must not be lost for them.
        Err(error) if search.is_some() && error.status() < 500 => RowChoices::default(),
        found => found?,
    };
    let mut text =
        found.choices.iter().find(|choice| choice.value == value).map(|choice| choice.text.clone());
    if let (None, Some(key)) = (&text, parse_value(column, &value)) {
        let mut labels = Labels::default();
        labels.add(&request.ctx, column.index, target, std::slice::from_ref(&key)).await?;
        text = labels.get(column.index, &key).map(str::to_owned);
    }
    for choice in &mut found.choices {
        choice.selected = choice.value == value;
    }
    let all = search.is_none() && !found.more;
    let chosen_is_missing = !value.is_empty() && text.is_none();
    if all && !chosen_is_missing {
        let blank = if column.nullable { "—" } else { t().choose };
        let none = Choice { value: String::new(), text: blank.to_owned(), selected: value.is_empty() };
        found.choices.insert(0, none);
        return Ok(Widget::Select { choices: found.choices });
    }
    Ok(Widget::Picker {
        value,
        text: text.unwrap_or_default(),
        // The lookup is a page of the target; without pages there is none.
        lookup: if target.is_on(Surface::Admin) {
            format!("{}/lookup", request.path(target))
        } else {
            String::new()
        },
        search: search.unwrap_or_default().to_owned(),
        choices: found.choices,
        searched: search.is_some(),
    })
}

/// What may be entered, in a few words.
fn hint(column: &ColumnInfo, field: &FieldDef, keeps: bool) -> String {
    let mut parts = Vec::new();
    if keeps {
        parts.push(t().keeps_present.to_owned());
    }
    parts.extend(field.deprecated.map(|deprecated| names::not_to_be_used(&deprecated)));
    parts.extend(kinds::hint(column.kind).map(str::to_owned));
    let unit = match column.kind.capabilities().length {
        Some(LengthUnit::Bytes) => t().bytes,
        Some(LengthUnit::Items) => t().elements,
        Some(LengthUnit::Characters) | None => t().characters,
    };
    // That a value is needed is said beside its name.
    match (field.min_len.filter(|least| *least > 1), field.max_len) {
        (Some(least), Some(most)) => parts.push(t().length_between(least, most, unit)),
        (Some(least), None) => parts.push(t().length_least(least, unit)),
        (None, Some(most)) => parts.push(t().length_most(most, unit)),
        (None, None) => {}
    }
    match (field.min, field.max) {
        (Some(least), Some(most)) => parts.push(t().between(least, most)),
        (Some(least), None) => parts.push(t().at_least(least)),
        (None, Some(most)) => parts.push(t().at_most(most)),
        (None, None) => {}
    }
    if field.format == Some(Format::Slug) {
        parts.push(t().slug_letters.to_owned());
    }
    parts.join(" ")
}
