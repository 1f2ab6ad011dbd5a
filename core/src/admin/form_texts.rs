//! The texts of a form's controls: of a new row, of a row, of what was sent; and from there to values.

use std::collections::HashMap;

use chrono::Utc;

use crate::admin::kinds;
use crate::admin::params::Params;
use crate::admin::picker::Unmatched;
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::service::InputForm;
use crate::value::{Assignments, Record};

/// The text of each control, by wire name.
pub(super) type FormTexts = HashMap<&'static str, String>;

/// The texts of a new row: the defaults, and what the link to the form gives.
pub(super) fn of_new(info: &'static EntityInfo, query: &Params) -> FormTexts {
    let mut texts = FormTexts::new();
    for column in InputForm::create(info, Surface::Admin).columns() {
        let default = column.field.and_then(|field| field.default);
        let default = default.map(|default| default.value(column.kind, Utc::now()));
        let default = default.map(kinds::default_text);
        let text = query.get(column.wire).map(str::to_owned).or(default);
        texts.insert(column.wire, text.unwrap_or_default());
    }
    texts
}

/// The texts of a row. What is never shown is empty.
pub(super) fn of_row(info: &'static EntityInfo, row: &Record) -> FormTexts {
    InputForm::update(info, Surface::Admin)
        .columns()
        .map(|column| {
            let text =
                if column.readable { kinds::control_text(row.get(column.index)) } else { String::new() };
            (column.wire, text)
        })
        .collect()
}

/// The texts of a form as it was sent; what was not sent is as before. Passwords and the like are not sent back.
pub(super) fn of_sent(mut before: FormTexts, columns: &[&'static ColumnInfo], form: &Params) -> FormTexts {
    for column in columns {
        match form.get(column.wire) {
            Some(text) if column.readable => before.insert(column.wire, text.to_owned()),
            Some(_) => before.remove(column.wire),
            None => None,
        };
    }
    before
}

/// Reads a form into assignments. Fields of a new row that are left empty are not set, nor are those of a row that are
/// never shown. Of a row that the form does not say to have shown (`unless` is given), what it holds is not set either.
pub(super) fn read(
    input: InputForm,
    form: &Params,
    new: bool,
    unless: Option<&Record>,
    unmatched: &[Unmatched],
) -> Assignments {
    let sent = input.columns().filter(|column| unmatched.iter().all(|words| words.field != column.wire));
    let sent = sent.filter_map(|column| {
        let text = unix_lines(form.get(column.wire)?);
        let left_out = match unless {
            // The service takes the default, or says that a value is required.
            None if new => !kinds::empty_is_value(column) && text.trim().is_empty(),
            _ if !column.readable => text.is_empty(),
            Some(row) => text == unix_lines(&kinds::control_text(row.get(column.index))),
            None => false,
        };
        (!left_out).then(|| (column.wire, kinds::codec_text(column.kind, &text)))
    });
    let mut values = input.read_text(sent);
    unmatched.iter().for_each(|words| values.fail(words.error()));
    values
}

fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
