//! Values as the text of form controls, and back.

use std::collections::HashMap;

use chrono::{SubsecRound as _, Timelike as _};

use crate::admin::params::Params;
use crate::entity::Surface;
use crate::entity::{ColumnInfo, DefaultDef, EntityInfo};
use crate::service::InputForm;
use crate::types::Kind;
use crate::value::{Assignments, Record, Value};

/// The text of each control, by wire name.
pub(super) type Texts = HashMap<&'static str, String>;

/// The text of a value in its control.
pub(super) fn of(value: &Value) -> String {
    match value {
        // Browsers keep milliseconds in their own time controls; `form` uses a text control for more.
        Value::DateTime(time) if is_coarse(time.nanosecond()) => {
            time.format("%Y-%m-%dT%H:%M:%S%.f").to_string()
        }
        Value::Json(json) => format!("{json:#}"),
        other => other.to_text(),
    }
}

/// Whether a time has no digits below the millisecond.
pub(super) fn is_coarse(nanosecond: u32) -> bool {
    nanosecond.is_multiple_of(1_000_000)
}

/// The texts of a new row: the defaults, and what the link to the form gives.
pub(super) fn of_new(info: &'static EntityInfo, query: &Params) -> Texts {
    let mut texts = Texts::new();
    for column in InputForm::create(info, Surface::Admin).columns() {
        let default = column.field.and_then(|field| field.default).map(DefaultDef::value);
        let default = default.map(|value| match value {
            Value::DateTime(time) => of(&Value::DateTime(time.trunc_subsecs(3))),
            other => of(&other),
        });
        let text = query.get(column.wire).map(str::to_owned).or(default);
        texts.insert(column.wire, text.unwrap_or_default());
    }
    texts
}

/// The texts of a row. What is never shown is empty.
pub(super) fn of_row(info: &'static EntityInfo, row: &Record) -> Texts {
    InputForm::update(info, Surface::Admin)
        .columns()
        .map(|column| {
            let text = if column.readable { of(row.get(column.index)) } else { String::new() };
            (column.wire, text)
        })
        .collect()
}

/// The texts of a form as it was sent; what was not sent is as before. Passwords and the like are not sent back.
pub(super) fn of_form(mut before: Texts, columns: &[&'static ColumnInfo], form: &Params) -> Texts {
    for column in columns {
        match form.get(column.wire) {
            Some(text) if column.readable => before.insert(column.wire, text.to_owned()),
            Some(_) => before.remove(column.wire),
            None => None,
        };
    }
    before
}

/// Reads a form into assignments. With a row, only what differs from it is set: browsers change line ends, and a
/// value that was not touched must not be.
pub(super) fn read(input: InputForm, form: &Params, row: Option<&Record>) -> Assignments {
    let sent = input.columns().filter_map(|column| {
        let text = unix_lines(form.get(column.wire)?);
        let untouched = match row {
            Some(_) if !column.readable => text.is_empty(),
            Some(row) => text == unix_lines(&of(row.get(column.index))),
            // On a new row the service takes the default, or says that a value is required.
            None => column.kind != Kind::Text && text.trim().is_empty(),
        };
        (!untouched).then(|| (column.wire, spelled(column.kind, &text)))
    });
    input.read_text(sent)
}

/// The spelling of the codec: controls for points in time leave out the zone, and the seconds where they are zero.
pub(super) fn spelled(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Text | Kind::Password => text.to_owned(),
        _ if text.trim().is_empty() => String::new(),
        Kind::DateTime => {
            let text = text.trim().replacen(' ', "T", 1);
            let clock = text.split_once('T').map_or("", |(_, clock)| clock);
            let zoned = clock.ends_with(['Z', 'z']) || clock.contains(['+', '-']);
            match clock.matches(':').count() {
                _ if zoned => text,
                1 => format!("{text}:00Z"),
                _ => format!("{text}Z"),
            }
        }
        _ => text.trim().to_owned(),
    }
}

fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::{of, spelled};
    use crate::types::Kind;

    #[test]
    fn points_in_time_survive_their_control() {
        for text in ["2024-12-31T23:59:00Z", "2024-12-31T23:59:58.250Z", "2024-12-31T23:59:58.123456Z"] {
            let value = Kind::DateTime.decode_text(text).unwrap();
            let back = Kind::DateTime.decode_text(&spelled(Kind::DateTime, &of(&value))).unwrap();
            assert_eq!(value, back);
        }
        assert_eq!(spelled(Kind::DateTime, " "), "", "nothing stays nothing");
        assert_eq!(spelled(Kind::DateTime, "2024-12-31T23:59"), "2024-12-31T23:59:00Z");
        assert_eq!(spelled(Kind::DateTime, "2024-12-31 23:59:01+02:00"), "2024-12-31T23:59:01+02:00");
    }
}
