//! A stored value as a page shows it.

use crate::admin::labels::Labels;
use crate::admin::{entities, names};
use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, Format};
use crate::policy::Action;
use crate::types::{Kind, shorten};
use crate::value::{Record, Value};

/// Characters of a value in a list.
const LIST_LENGTH: usize = 80;
/// Bytes of binary data that are shown.
const SHOWN_BYTES: usize = 48;

/// A value, ready for a template.
#[derive(Debug)]
pub(super) enum Cell {
    /// NULL.
    Empty,
    /// Yes or no.
    Flag(bool),
    /// A plain text.
    Text(String),
    /// A text of several lines.
    Lines(String),
    /// A number, set to the right.
    Number(String),
    /// Structured text: JSON, lists, UUIDs, bytes.
    Code(String),
    /// An enum's variant.
    Badge(String),
    /// A point in time.
    Time {
        /// For machines.
        iso: String,
        /// For people.
        text: String,
    },
    /// A link to a page of the admin.
    Link {
        /// Where to.
        href: String,
        /// What it says.
        text: String,
    },
    /// A link out of the admin.
    Away {
        /// Where to.
        href: String,
        /// What it says.
        text: String,
    },
}

/// How much of a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// One short line.
    Short,
    /// All of it.
    Full,
}

/// The cell of a column in a row.
pub(super) fn cell(
    ctx: &Ctx,
    column: &'static ColumnInfo,
    record: &Record,
    labels: &Labels,
    extent: Extent,
) -> Cell {
    let value = record.get(column.index);
    if value.is_null() {
        Cell::Empty
    } else if entities::relation(column).is_some() {
        related(ctx, column, value, labels)
    } else {
        plain(column, value, extent)
    }
}

fn related(ctx: &Ctx, column: &'static ColumnInfo, key: &Value, labels: &Labels) -> Cell {
    let Some(target) = entities::target(column) else {
        return Cell::Text(key.to_text());
    };
    let text = match labels.get(column.index, key) {
        Some(label) => label.to_owned(),
        None => entities::numbered(target, key),
    };
    let readable = target.permits(Action::Read, ctx);
    if readable && !target.def.skip.admin {
        let href = entities::row_path(target, key);
        Cell::Link { href, text }
    } else {
        Cell::Text(text)
    }
}

fn plain(column: &ColumnInfo, value: &Value, extent: Extent) -> Cell {
    let full = extent == Extent::Full;
    match value {
        Value::Null | Value::Password(_) => Cell::Empty,
        Value::Bool(flag) => Cell::Flag(*flag),
        Value::Int(_) | Value::Float32(_) | Value::Float(_) | Value::Decimal(_) => {
            Cell::Number(value.to_text())
        }
        Value::Enum(variant) => Cell::Badge(names::heading(variant.wire)),
        Value::DateTime(time) => {
            Cell::Time { iso: value.to_text(), text: time.format("%Y-%m-%d %H:%M:%S%.f UTC").to_string() }
        }
        Value::Date(_) | Value::Time(_) => Cell::Time { iso: value.to_text(), text: value.to_text() },
        Value::Uuid(_) => Cell::Code(value.to_text()),
        Value::Json(json) if full => Cell::Code(format!("{json:#}")),
        Value::Json(_) | Value::List(_) if !full => {
            Cell::Code(shorten(&value.to_text(), LIST_LENGTH).into_owned())
        }
        Value::Json(_) | Value::List(_) => Cell::Code(value.to_text()),
        Value::Bytes(bytes) => Cell::Code(binary(bytes)),
        Value::Text(text) => text_cell(column, text, full),
    }
}

fn text_cell(column: &ColumnInfo, text: &str, full: bool) -> Cell {
    let format = column.field.and_then(|field| field.format);
    let shown = if full {
        text.to_owned()
    } else {
        shorten(text.lines().next().unwrap_or_default(), LIST_LENGTH).into_owned()
    };
    let web = text.starts_with("https://") || text.starts_with("http://");
    match format {
        Some(Format::Url) if web => Cell::Away { href: text.to_owned(), text: shown },
        Some(Format::Email) => Cell::Away { href: format!("mailto:{text}"), text: shown },
        _ if full && (text.contains('\n') || column.field.is_some_and(|field| field.multiline)) => {
            Cell::Lines(shown)
        }
        _ => Cell::Text(shown),
    }
}

fn binary(bytes: &[u8]) -> String {
    let start = bytes.get(..SHOWN_BYTES).unwrap_or(bytes);
    let hex = start.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
    let more = if bytes.len() > SHOWN_BYTES { " …" } else { "" };
    format!("{} bytes: {}{more}", bytes.len(), hex.join(" "))
}

/// Whether the column's values stand to the right.
pub(super) fn is_number(column: &ColumnInfo) -> bool {
    let number =
        matches!(column.kind, Kind::I16 | Kind::I32 | Kind::I64 | Kind::F32 | Kind::F64 | Kind::Decimal);
    number && entities::relation(column).is_none()
}
