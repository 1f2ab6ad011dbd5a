//! What a column's kind means to the pages: how a value is shown, which control edits it, and how it is spelled there.
//!
//! Each match names every kind, so that the compiler leads whoever adds one.

use chrono::{SubsecRound as _, Timelike as _};

use crate::admin::cell::{Cell, Extent};
use crate::admin::control::{self, Input, Widget};
use crate::admin::reader::Reader;
use crate::admin::texts::t;
use crate::admin::{formats, names};
use crate::entity::{Bound, ColumnInfo, FieldDef, Format};
use crate::types::{DateTime, EnumDef, Kind, Utc, shorten};
use crate::value::{Record, Value};

/// Characters of a value in a list.
const LIST_LENGTH: usize = 80;
/// Bytes of binary data that are shown.
const SHOWN_BYTES: usize = 48;

/// The cell of a value, whatever it refers to.
pub(super) fn cell(column: &ColumnInfo, value: &Value, extent: Extent) -> Cell {
    let format = column.field.and_then(|field| field.admin.format);
    if let Some(cell) = format.and_then(|format| formats::cell(format, value, extent)) {
        return cell;
    }
    let code = |text: String| match extent {
        Extent::Full => Cell::Code(text),
        Extent::Short => Cell::Code(shorten(&text, LIST_LENGTH).into_owned()),
    };
    match value {
        Value::Null | Value::Password(_) => Cell::Empty,
        Value::Bool(flag) => Cell::Flag(*flag),
        Value::Int(_) | Value::Float32(_) | Value::Float(_) | Value::Decimal(_) => {
            Cell::Number(value.to_text())
        }
        Value::Enum(variant) => match variant.color {
            Some(colour) => Cell::Tinted { text: names::heading(variant.wire), colour },
            None => Cell::Badge(names::heading(variant.wire)),
        },
        Value::DateTime(time) => moment(*time),
        Value::Date(_) | Value::Time(_) => Cell::Time { iso: value.to_text(), text: value.to_text() },
        Value::Uuid(_) => Cell::Code(value.to_text()),
        Value::Json(json) if extent == Extent::Full => Cell::Code(format!("{json:#}")),
        Value::Json(_) | Value::List(_) => code(value.to_text()),
        Value::Bytes(bytes) => Cell::Code(hex_dump(bytes)),
        Value::Text(text) => text_cell(column, text, extent),
    }
}

/// A point in time.
pub(super) fn moment(time: DateTime<Utc>) -> Cell {
    Cell::Time { iso: Value::DateTime(time).to_text(), text: moment_text(time) }
}

/// A point in time within a sentence, in the zone of who reads it.
pub(super) fn moment_text(time: DateTime<Utc>) -> String {
    time.with_timezone(&Reader::current().zone).format("%Y-%m-%d %H:%M:%S%.f %Z").to_string()
}

fn text_cell(column: &ColumnInfo, text: &str, extent: Extent) -> Cell {
    let format = column.field.and_then(|field| field.format);
    let full = extent == Extent::Full;
    let shown = if full {
        text.to_owned()
    } else {
        shorten(text.lines().next().unwrap_or_default(), LIST_LENGTH).into_owned()
    };
    let web = text.starts_with("https://") || text.starts_with("http://");
    match format {
        Some(Format::Url) if web => Cell::ExternalLink { href: text.to_owned(), text: shown },
        Some(Format::Email) => Cell::ExternalLink { href: format!("mailto:{text}"), text: shown },
        _ if full && (text.contains('\n') || column.field.is_some_and(|field| field.multiline)) => {
            Cell::Lines(shown)
        }
        _ => Cell::Text(shown),
    }
}

fn hex_dump(bytes: &[u8]) -> String {
    let start = bytes.get(..SHOWN_BYTES).unwrap_or(bytes);
    let hex = start.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
    let more = if bytes.len() > SHOWN_BYTES { " …" } else { "" };
    t().sized_bytes(bytes.len(), format_args!("{}{more}", hex.join(" ")))
}

/// The control of a field that is no relation, of a row or of a new one.
pub(super) fn widget(column: &ColumnInfo, field: &FieldDef, value: String, row: Option<&Record>) -> Widget {
    let bound = |bound: Option<Bound>| bound.map(|bound| bound.to_string()).unwrap_or_default();
    match column.kind {
        Kind::Bool if column.nullable => Widget::Select {
            choices: control::choices(
                &value,
                Some("—"),
                [("true", t().yes.into()), ("false", t().no.into())],
            ),
        },
        Kind::Bool => Widget::Check { checked: value == "true" || value == "1" },
        Kind::Enum(def) => enum_widget(column, def, &value, row),
        Kind::I16 | Kind::I32 | Kind::I64 => Widget::Input(Input {
            kind: "number",
            step: "1",
            min: bound(field.min),
            max: bound(field.max),
            value,
            ..Input::default()
        }),
        // A number control would read the digits as a binary fraction; exact digits stay text.
        Kind::Decimal => Widget::Input(Input { mode: "decimal", ..Input::text(value) }),
        Kind::F32 | Kind::F64 => {
            Widget::Input(Input { kind: "number", step: "any", value, ..Input::default() })
        }
        Kind::Date => Widget::Input(Input { kind: "date", value, ..Input::default() }),
        Kind::Time => Widget::Input(time_input("time", column.kind, value)),
        Kind::DateTime => Widget::Input(time_input("datetime-local", column.kind, value)),
        Kind::Password => {
            Widget::Input(Input { kind: "password", complete: "new-password", ..Input::default() })
        }
        Kind::Uuid => Widget::Input(Input::text(value)),
        Kind::List(_) if row.is_none() && value.is_empty() && !column.nullable => code_area("[]".to_owned()),
        Kind::Json | Kind::Bytes | Kind::List(_) => code_area(value),
        Kind::Text => text_widget(field, value),
    }
}

/// The values of an enum: a state offers itself and what it may change to, and is not absent again.
fn enum_widget(column: &ColumnInfo, def: &'static EnumDef, value: &str, row: Option<&Record>) -> Widget {
    let next = row.and_then(|row| match row.get(column.index) {
        Value::Enum(now) => Some((*now, column.transitions_from(now)?)),
        _ => None,
    });
    let blank = match (column.nullable, value.is_empty()) {
        _ if next.is_some() => None,
        (true, _) => Some("—"),
        (false, true) => Some(t().choose),
        (false, false) => None,
    };
    let offered = |wire: &str| {
        next.as_ref()
            .is_none_or(|(now, next)| now.wire == wire || next.iter().any(|variant| variant.wire == wire))
    };
    let choices = variants(def).filter(|(wire, _)| offered(wire));
    Widget::Select { choices: control::choices(value, blank, choices) }
}

fn code_area(value: String) -> Widget {
    Widget::Area { rows: value.lines().count().clamp(3, 16), value, code: true }
}

/// Browsers' controls for points in time keep milliseconds; what is finer is edited as text, so that it is not lost.
fn time_input(control: &'static str, kind: Kind, value: String) -> Input {
    let nanosecond = if value.contains('Z') { None } else { nanosecond(kind, &value) };
    match nanosecond {
        None if !value.is_empty() => Input::text(value),
        Some(nanosecond) if !is_whole_milliseconds(nanosecond) => Input::text(value),
        Some(nanosecond) if nanosecond > 0 => {
            Input { kind: control, step: "0.001", value, ..Input::default() }
        }
        _ => Input { kind: control, step: "1", value, ..Input::default() },
    }
}

fn nanosecond(kind: Kind, value: &str) -> Option<u32> {
    match kind.decode_text(&codec_text(kind, value)).ok()? {
        Value::Time(time) => Some(time.nanosecond()),
        Value::DateTime(time) => Some(time.nanosecond()),
        _ => None,
    }
}

fn is_whole_milliseconds(nanosecond: u32) -> bool {
    nanosecond.is_multiple_of(1_000_000)
}

fn text_widget(field: &FieldDef, value: String) -> Widget {
    // A line control would swallow line ends.
    if field.multiline || value.contains(['\n', '\r']) {
        let rows = value.lines().count().clamp(4, 20);
        return Widget::Area { value, rows, code: false };
    }
    let kind = match field.format {
        Some(Format::Email) => "email",
        Some(Format::Url) => "url",
        Some(Format::Slug) | None => "text",
    };
    Widget::Input(match field.write_only {
        true => Input { kind: "password", complete: "off", value, ..Input::default() },
        false => Input { kind, value, ..Input::default() },
    })
}

/// What may be entered, where the control does not show it.
pub(super) fn hint(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::DateTime => Some(t().in_utc),
        Kind::Bytes => Some(t().in_base64),
        Kind::Json => Some(t().a_json_value),
        Kind::List(_) => Some(t().a_json_list),
        Kind::Bool
        | Kind::I16
        | Kind::I32
        | Kind::I64
        | Kind::F32
        | Kind::F64
        | Kind::Decimal
        | Kind::Text
        | Kind::Uuid
        | Kind::Date
        | Kind::Time
        | Kind::Password
        | Kind::Enum(_) => None,
    }
}

/// The values that a filter offers, of a kind that has only a few.
pub(super) fn filter_choices(kind: Kind) -> Option<Vec<(&'static str, String)>> {
    match kind {
        Kind::Bool => Some(vec![("true", t().yes.to_owned()), ("false", t().no.to_owned())]),
        Kind::Enum(def) => Some(variants(def).collect()),
        Kind::I16
        | Kind::I32
        | Kind::I64
        | Kind::F32
        | Kind::F64
        | Kind::Decimal
        | Kind::Text
        | Kind::Uuid
        | Kind::Date
        | Kind::Time
        | Kind::DateTime
        | Kind::Json
        | Kind::Bytes
        | Kind::Password
        | Kind::List(_) => None,
    }
}

fn variants(def: &'static EnumDef) -> impl Iterator<Item = (&'static str, String)> {
    def.variants.iter().map(|variant| (variant.wire, names::heading(variant.wire)))
}

/// Whether a field that is left empty was filled in with an empty value.
pub(super) fn empty_is_value(column: &ColumnInfo) -> bool {
    column.kind == Kind::Text && column.field.is_none_or(|field| field.min_len.is_none())
}

/// The text of a value in its control.
pub(super) fn control_text(value: &Value) -> String {
    match value {
        // Browsers keep milliseconds in their own time controls; `widget` uses a text control for more.
        Value::DateTime(time) if is_whole_milliseconds(time.nanosecond()) => {
            time.format("%Y-%m-%dT%H:%M:%S%.f").to_string()
        }
        Value::Json(json) => format!("{json:#}"),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float32(_)
        | Value::Float(_)
        | Value::Decimal(_)
        | Value::Text(_)
        | Value::Enum(_)
        | Value::Uuid(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::DateTime(_)
        | Value::Bytes(_)
        | Value::Password(_)
        | Value::List(_) => value.to_text(),
    }
}

/// The text of a default in its control: a time that browsers can keep.
pub(super) fn default_text(default: Value) -> String {
    match default {
        Value::DateTime(time) => control_text(&Value::DateTime(time.trunc_subsecs(3))),
        default => control_text(&default),
    }
}

/// What a control sent, as `Kind::decode_text` reads it: controls for points in time leave out the zone, and the
/// seconds where they are zero.
pub(super) fn codec_text(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Text | Kind::Password => text.to_owned(),
        Kind::DateTime => zoned(text.trim()),
        Kind::Bool
        | Kind::I16
        | Kind::I32
        | Kind::I64
        | Kind::F32
        | Kind::F64
        | Kind::Decimal
        | Kind::Uuid
        | Kind::Date
        | Kind::Time
        | Kind::Json
        | Kind::Bytes
        | Kind::Enum(_)
        | Kind::List(_) => text.trim().to_owned(),
    }
}

fn zoned(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = text.replacen(' ', "T", 1);
    let clock = text.split_once('T').map_or("", |(_, clock)| clock);
    let zoned = clock.ends_with(['Z', 'z']) || clock.contains(['+', '-']);
    match clock.matches(':').count() {
        _ if zoned => text,
        1 => format!("{text}:00Z"),
        _ => format!("{text}Z"),
    }
}

#[cfg(test)]
mod tests {
    use super::{codec_text, control_text};
    use crate::types::Kind;

    #[test]
    fn points_in_time_survive_their_control() {
        for text in ["2024-12-31T23:59:00Z", "2024-12-31T23:59:58.250Z", "2024-12-31T23:59:58.123456Z"] {
            let value = Kind::DateTime.decode_text(text).unwrap();
            let sent = codec_text(Kind::DateTime, &control_text(&value));
            assert_eq!(Kind::DateTime.decode_text(&sent), Ok(value));
        }
        assert_eq!(codec_text(Kind::DateTime, " "), "", "nothing stays nothing");
        assert_eq!(codec_text(Kind::DateTime, "2024-12-31T23:59"), "2024-12-31T23:59:00Z");
        assert_eq!(codec_text(Kind::DateTime, "2024-12-31 23:59:01+02:00"), "2024-12-31T23:59:01+02:00");
    }
}
