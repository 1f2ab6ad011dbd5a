//! Example values that keep the column's own rules.

use serde_json::{Value as Json, json};

use crate::entity::{Bound, ColumnInfo, FieldDef, Format};
use crate::types::{Decimal, JsonStyle, Kind};
use crate::value::Value;

/// An example, unless none can be made up that surely fits.
pub(super) fn of(column: &ColumnInfo) -> Option<Json> {
    if let Some(default) = default_of(column) {
        return Some(default);
    }
    if column.field.is_some_and(|field| field.pattern.is_some()) {
        return None;
    }
    of_kind(column.kind, column.field)
}

/// The default of a new row, when it is the same every time.
pub(super) fn default_of(column: &ColumnInfo) -> Option<Json> {
    let constant = matches!(
        column.kind,
        Kind::Bool
            | Kind::I16
            | Kind::I32
            | Kind::I64
            | Kind::F32
            | Kind::F64
            | Kind::Decimal
            | Kind::Text
            | Kind::Enum(_)
    );
    let default = column.field?.default.filter(|_| constant)?;
    let value = default.value();
    (value == default.value()).then(|| json_of(&value)).flatten()
}

fn json_of(value: &Value) -> Option<Json> {
    let mut json = Vec::new();
    value.write_json(JsonStyle::Rest, &mut json);
    serde_json::from_slice(&json).ok()
}

fn of_kind(kind: Kind, field: Option<&FieldDef>) -> Option<Json> {
    Some(match kind {
        Kind::Bool => json!(true),
        Kind::I16 | Kind::I32 | Kind::I64 => json!(i64::try_from(number(1, field).trunc()).ok()?),
        Kind::F32 | Kind::F64 => json!(number(1, field).to_string().parse::<f64>().ok()?),
        Kind::Decimal => {
            let mut number = number(1, field);
            if let Some(scale) = field.and_then(|field| field.scale) {
                number.rescale(scale);
            }
            json!(number.to_string())
        }
        Kind::Text => json!(text(field)?),
        Kind::Password => return None,
        Kind::Uuid => json!("0191f0c8-5d3e-7a52-9c3b-6a1f2e4d5c6b"),
        Kind::Date => json!("2024-12-31"),
        Kind::Time => json!("23:59:59"),
        Kind::DateTime => json!("2024-12-31T23:59:59Z"),
        Kind::Json => json!({}),
        Kind::Bytes => return None,
        Kind::Enum(def) => json!(def.variants.first()?.wire),
        Kind::List(element) => match field.and_then(|field| field.min_len) {
            Some(least) if least > 1 => return None,
            _ => json!([of_kind(*element, None)?]),
        },
    })
}

/// A number within the field's bounds.
fn number(wanted: i64, field: Option<&FieldDef>) -> Decimal {
    let bound = |bound: Bound| bound.to_string().parse::<Decimal>().ok();
    let wanted = Decimal::from(wanted);
    let least = field.and_then(|field| field.min).and_then(bound);
    let most = field.and_then(|field| field.max).and_then(bound);
    let above = least.map_or(wanted, |least| wanted.max(least));
    most.map_or(above, |most| above.min(most))
}

/// A text of a length that the field takes.
fn text(field: Option<&FieldDef>) -> Option<&'static str> {
    let candidates: &[&'static str] = match field.and_then(|field| field.format) {
        Some(Format::Email) => &["ada@example.org"],
        Some(Format::Url) => &["https://example.org/"],
        Some(Format::Slug) => &["a-slug", "a"],
        None => &["text", "t", "a somewhat longer text"],
    };
    let least = field.and_then(|field| field.min_len).unwrap_or(0) as usize;
    let most = field.and_then(|field| field.max_len).unwrap_or(u32::MAX) as usize;
    candidates.iter().copied().find(|text| (least..=most).contains(&text.len()))
}
