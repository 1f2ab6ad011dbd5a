//! The controls of a form: one per field, chosen by its kind.

use chrono::Timelike as _;

use crate::admin::labels::Labels;
use crate::admin::picker;
use crate::admin::texts::{self, Texts};
use crate::admin::visit::{Visit, read};
use crate::admin::{entities, names, page};
use crate::entity::{ColumnInfo, FieldDef, Format};
use crate::error::{FieldError, Result};
use crate::policy::Action;
use crate::types::Kind;
use crate::value::Value;

/// One control with its label and what was wrong with it.
#[derive(Debug)]
pub(super) struct Control {
    /// The wire name, under which the value is sent.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// What it means, from the doc comment.
    pub help: &'static str,
    /// What may be entered.
    pub hint: String,
    /// What was wrong with the last value.
    pub errors: Vec<String>,
    /// Whether a value is needed.
    pub required: bool,
    /// The control itself.
    pub widget: Widget,
}

impl Control {
    /// The element's id.
    pub(super) fn id(&self) -> String {
        format!("f-{}", self.name)
    }

    /// The ids of what describes the control.
    pub(super) fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.help.is_empty() || !self.hint.is_empty() {
            ids.push(format!("h-{}", self.name));
        }
        if !self.errors.is_empty() {
            ids.push(format!("e-{}", self.name));
        }
        ids.join(" ")
    }
}

/// The kinds of controls.
#[derive(Debug)]
pub(super) enum Widget {
    /// A line.
    Input(Input),
    /// Several lines.
    Area {
        /// The text.
        value: String,
        /// How high it is.
        rows: usize,
        /// Whether the text is for machines.
        code: bool,
    },
    /// Yes or no.
    Check {
        /// Whether it is on.
        checked: bool,
    },
    /// One of a few.
    Select {
        /// The choices.
        choices: Vec<Choice>,
    },
    /// A related row.
    Picker {
        /// The key.
        value: String,
        /// What the row is called.
        text: String,
        /// Where the script looks rows up.
        lookup: String,
        /// What was searched for.
        search: String,
        /// The rows found, or the first few.
        choices: Vec<Choice>,
        /// Whether a search was made, so that the choices are its result.
        searched: bool,
    },
}

/// A single-line control.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// HTML's `type`.
    pub kind: &'static str,
    /// The text.
    pub value: String,
    /// HTML's `step`; empty for none.
    pub step: &'static str,
    /// HTML's `min`; empty for none.
    pub min: String,
    /// HTML's `max`; empty for none.
    pub max: String,
    /// HTML's `inputmode`; empty for none.
    pub mode: &'static str,
    /// HTML's `autocomplete`.
    pub complete: &'static str,
}

/// One of the values of a list.
#[derive(Debug)]
pub(super) struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub text: String,
    /// Whether it is chosen.
    pub selected: bool,
}

/// What a form is filled with.
#[derive(Debug)]
pub(super) struct Filling<'f> {
    /// The texts of the controls.
    pub texts: &'f Texts,
    /// What was wrong.
    pub errors: &'f [FieldError],
    /// A search in a picker: the relation's wire name and the words.
    pub search: Option<(&'f str, &'f str)>,
    /// Whether the row is new.
    pub new: bool,
}

/// The controls for these columns.
pub(super) async fn controls(
    visit: &Visit,
    columns: &[&'static ColumnInfo],
    filling: &Filling<'_>,
) -> Result<Vec<Control>> {
    let mut controls = Vec::with_capacity(columns.len());
    for column in columns {
        let Some(field) = column.field else { continue };
        let text = filling.texts.get(column.wire).cloned().unwrap_or_default();
        let widget = match field.relation {
            Some(_) => related(visit, column, text, filling).await?,
            None => plain(column, field, text, filling.new),
        };
        let empty_is_fine =
            column.nullable || (column.kind == Kind::Text && field.min_len.is_none_or(|n| n == 0));
        let keeps = !filling.new && !column.readable;
        controls.push(Control {
            name: column.wire,
            label: names::column(column),
            help: field.docs,
            hint: hint(column, field, keeps),
            errors: errors(filling.errors, column.wire),
            required: !empty_is_fine && !keeps && !matches!(column.kind, Kind::Bool),
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
        .map(|error| match error.code {
            "required" => "Is required.".to_owned(),
            _ => page::sentence(&error.message),
        })
        .collect()
}

/// What was wrong with the whole, or with fields that the form does not show.
pub(super) fn other_errors(all: &[FieldError], columns: &[&'static ColumnInfo]) -> Vec<String> {
    all.iter()
        .filter(|error| !columns.iter().any(|column| column.wire == error.field))
        .map(|error| match &*error.field {
            "" => page::sentence(&error.message),
            field => page::sentence(&format!("{} {}", names::heading(field), error.message)),
        })
        .collect()
}

fn plain(column: &ColumnInfo, field: &FieldDef, value: String, new: bool) -> Widget {
    let bound = |bound: Option<crate::entity::Bound>| bound.map(|b| b.to_string()).unwrap_or_default();
    match column.kind {
        Kind::Bool if column.nullable => Widget::Select {
            choices: choices(&value, Some("—"), [("true", "Yes".into()), ("false", "No".into())]),
        },
        Kind::Bool => Widget::Check { checked: value == "true" || value == "1" },
        Kind::Enum(def) => {
            let blank = if column.nullable {
                Some("—")
            } else if value.is_empty() {
                Some("Choose…")
            } else {
                None
            };
            let variants = def.variants.iter().map(|variant| (variant.wire, names::heading(variant.wire)));
            Widget::Select { choices: choices(&value, blank, variants) }
        }
        Kind::I16 | Kind::I32 | Kind::I64 => Widget::Input(Input {
            kind: "number",
            step: "1",
            min: bound(field.min),
            max: bound(field.max),
            value,
            ..Input::default()
        }),
        // A number control would read the digits as a binary fraction; exact digits stay text.
        Kind::Decimal => Widget::Input(Input { kind: "text", mode: "decimal", value, ..Input::default() }),
        Kind::F32 | Kind::F64 => {
            Widget::Input(Input { kind: "number", step: "any", value, ..Input::default() })
        }
        Kind::Date => Widget::Input(Input { kind: "date", value, ..Input::default() }),
        Kind::Time | Kind::DateTime => Widget::Input(clock(column, value)),
        Kind::Password => {
            Widget::Input(Input { kind: "password", complete: "new-password", ..Input::default() })
        }
        Kind::Uuid => Widget::Input(Input { kind: "text", value, ..Input::default() }),
        Kind::Json | Kind::Bytes | Kind::List(_) => {
            let value = match column.kind {
                Kind::List(_) if new && value.is_empty() && !column.nullable => "[]".to_owned(),
                _ => value,
            };
            Widget::Area { rows: value.lines().count().clamp(3, 16), value, code: true }
        }
        Kind::Text => text(field, value),
    }
}

/// Browsers' controls for points in time keep milliseconds; what is finer is edited as text, so that it is not lost.
fn clock(column: &ColumnInfo, value: String) -> Input {
    let control = if column.kind == Kind::Time { "time" } else { "datetime-local" };
    let parsed = if value.contains('Z') { None } else { read_clock(column, &value) };
    match parsed {
        None if !value.is_empty() => Input { kind: "text", value, ..Input::default() },
        Some(nanosecond) if !texts::is_coarse(nanosecond) => {
            Input { kind: "text", value, ..Input::default() }
        }
        Some(nanosecond) if nanosecond > 0 => {
            Input { kind: control, step: "0.001", value, ..Input::default() }
        }
        _ => Input { kind: control, step: "1", value, ..Input::default() },
    }
}

fn read_clock(column: &ColumnInfo, value: &str) -> Option<u32> {
    match read(column, &texts::spelled(column.kind, value))? {
        Value::Time(time) => Some(time.nanosecond()),
        Value::DateTime(time) => Some(time.nanosecond()),
        _ => None,
    }
}

fn text(field: &FieldDef, value: String) -> Widget {
    // A line control would swallow line ends.
    if field.multiline || value.contains(['\n', '\r']) {
        let rows = value.lines().count().clamp(4, 20);
        return Widget::Area { value, rows, code: false };
    }
    let kind = match field.format {
        Some(Format::Email) => "email",
        Some(Format::Url) => "url",
        _ => "text",
    };
    let secret = if field.write_only { "password" } else { kind };
    Widget::Input(Input {
        kind: secret,
        complete: if field.write_only { "off" } else { "" },
        value,
        ..Input::default()
    })
}

fn choices<'c>(
    value: &str,
    blank: Option<&str>,
    offered: impl IntoIterator<Item = (&'c str, String)>,
) -> Vec<Choice> {
    let blank =
        blank.map(|text| Choice { value: String::new(), text: text.to_owned(), selected: value.is_empty() });
    let offered = offered.into_iter().map(|(offer, text)| Choice {
        value: offer.to_owned(),
        text,
        selected: offer == value,
    });
    blank.into_iter().chain(offered).collect()
}

async fn related(
    visit: &Visit,
    column: &'static ColumnInfo,
    value: String,
    filling: &Filling<'_>,
) -> Result<Widget> {
    let bare = |value| Widget::Input(Input { kind: "text", value, ..Input::default() });
    let Some(target) = entities::target(column).filter(|target| visit.allows(target, Action::Read)) else {
        return Ok(bare(value));
    };
    let search = filling.search.filter(|(name, _)| *name == column.wire).map(|(_, words)| words);
    let mut offer = picker::offer(visit, target, search).await?;
    let mut text =
        offer.choices.iter().find(|choice| choice.value == value).map(|choice| choice.text.clone());
    if let (None, Some(key)) = (&text, read(column, &value)) {
        let mut labels = Labels::default();
        labels.add(&visit.ctx, column.index, target, std::slice::from_ref(&key)).await?;
        text = labels.get(column.index, &key).map(str::to_owned);
    }
    for choice in &mut offer.choices {
        choice.selected = choice.value == value;
    }
    let few = search.is_none() && !offer.more;
    let lost = few && !value.is_empty() && text.is_none();
    if few && !lost {
        let blank = if column.nullable { "—" } else { "Choose…" };
        let none = Choice { value: String::new(), text: blank.to_owned(), selected: value.is_empty() };
        offer.choices.insert(0, none);
        return Ok(Widget::Select { choices: offer.choices });
    }
    Ok(Widget::Picker {
        value,
        text: text.unwrap_or_default(),
        // The lookup is a page of the target; without pages there is none.
        lookup: if target.def.skip.admin {
            String::new()
        } else {
            format!("{}/lookup", entities::path(target))
        },
        search: search.unwrap_or_default().to_owned(),
        choices: offer.choices,
        searched: search.is_some(),
    })
}

/// What may be entered, in a few words.
fn hint(column: &ColumnInfo, field: &FieldDef, keeps: bool) -> String {
    let mut parts = Vec::new();
    if keeps {
        parts.push("Leave empty to keep the present one.".to_owned());
    }
    let what = match column.kind {
        Kind::DateTime => "In UTC.",
        Kind::Bytes => "Bytes in base64.",
        Kind::Json => "A JSON value.",
        Kind::List(_) => "A JSON list.",
        _ => "",
    };
    if !what.is_empty() {
        parts.push(what.to_owned());
    }
    let unit = match column.kind {
        Kind::Bytes => "bytes",
        Kind::List(_) => "elements",
        _ => "characters",
    };
    match (field.min_len, field.max_len) {
        (Some(least), Some(most)) => parts.push(format!("{least} to {most} {unit}.")),
        (Some(least), None) => parts.push(format!("At least {least} {unit}.")),
        (None, Some(most)) => parts.push(format!("At most {most} {unit}.")),
        (None, None) => {}
    }
    match (field.min, field.max) {
        (Some(least), Some(most)) => parts.push(format!("From {least} to {most}.")),
        (Some(least), None) => parts.push(format!("At least {least}.")),
        (None, Some(most)) => parts.push(format!("At most {most}.")),
        (None, None) => {}
    }
    if field.format == Some(Format::Slug) {
        parts.push("Lower-case letters, digits and hyphens.".to_owned());
    }
    parts.join(" ")
}
