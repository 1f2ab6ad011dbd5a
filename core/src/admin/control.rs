//! The controls of a form, ready for a template.

/// One control with its label and what was wrong with it.
#[derive(Debug)]
pub(super) struct Control {
    /// The name under which the value is sent: the wire name, within a row of an inline relation behind its place.
    pub name: String,
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
    /// What a button says that makes a new row to be chosen.
    pub create: Option<String>,
    /// The control itself.
    pub widget: Widget,
}

impl Input {
    /// A line of text.
    pub(super) fn text(value: String) -> Self {
        Self { kind: "text", value, ..Self::default() }
    }
}

impl Control {
    /// The element's id.
    pub(super) fn id(&self) -> String {
        format!("f-{}", self.name)
    }

    /// Whether it is a group of controls, which has a legend in place of a label.
    pub(super) fn is_group(&self) -> bool {
        matches!(self.widget, Widget::Links(_))
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
    /// Related rows that a joining entity links.
    Links(Links),
}

/// The rows that can be linked, and those that are.
#[derive(Debug)]
pub(super) struct Links {
    /// The keys of those that were linked when the form was opened, as they are sent back.
    pub shown: String,
    /// The rows, linked ones first.
    pub choices: Vec<LinkChoice>,
    /// Whether rows may be added, so that others are searched for.
    pub search: Option<String>,
    /// Whether a search found nothing.
    pub nothing_found: bool,
    /// Where the script looks rows up.
    pub lookup: String,
    /// Whether more rows are linked than are shown.
    pub more: bool,
}

/// A row that is linked or can be.
#[derive(Debug)]
pub(super) struct LinkChoice {
    /// The key.
    pub value: String,
    /// What the row is called.
    pub text: String,
    /// Whether it is chosen.
    pub checked: bool,
    /// Whether the account may not change that.
    pub fixed: bool,
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
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub text: String,
    /// Whether it is chosen.
    pub selected: bool,
}

/// The choices of a list, with a blank one before them.
pub(super) fn choices<'c>(
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
