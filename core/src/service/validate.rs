//! The rules of a row's values. All broken rules are reported at once.

use std::cmp::Ordering;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, SubsecRound as _, Timelike as _, Utc};
use regex::Regex;
use rust_decimal::Decimal;

use crate::entity::{Bound, ColumnInfo, ColumnRole, EntityInfo, FieldDef, Format};
use crate::error::{Error, FieldError, Result};
use crate::types::{check_json, to_micros};
use crate::value::{Assignments, Value};

/// Completes the values of a new row with defaults and NULLs, and checks them.
pub(crate) fn new_row(info: &EntityInfo, mut values: Assignments, now: DateTime<Utc>) -> Result<Assignments> {
    let mut errors = values.take_errors();
    // A row that could not be read as a whole is missing nothing in particular.
    if errors.iter().any(|error| error.field.is_empty()) {
        return Err(Error::Validation(errors));
    }
    for column in info.columns.iter().filter(|column| column.role == ColumnRole::Field && column.is_stored())
    {
        let is_given = values.get(column.index).is_some() || values.creates_target(column.index);
        if is_given || errors.iter().any(|error| is_of(column, &error.field)) {
            continue;
        }
        match column.field.and_then(|field| field.default) {
            Some(default) => values.set(column.index, default.value(column.kind, now)),
            None if column.nullable => values.set(column.index, Value::Null),
            None if column.is_numbered() => {}
            None => errors.push(FieldError::new(column.wire, "required", "is required")),
        }
    }
    check(info, values, errors)
}

/// Whether an error of reading is about a column, or about the relation that would give it.
fn is_of(column: &ColumnInfo, field: &str) -> bool {
    let of_relation = || {
        let rest = field.strip_prefix(column.relation()?.name)?;
        Some(rest.is_empty() || rest.starts_with('.'))
    };
    field == column.wire || of_relation() == Some(true)
}

/// Checks the values of an update. Whether a sum is within its bounds depends on the row.
pub(crate) fn changes(info: &EntityInfo, mut values: Assignments) -> Result<Assignments> {
    let mut errors = values.take_errors();
    for (index, number) in values.increments_mut() {
        check_increment(&info.columns[index], number, &mut errors);
    }
    check(info, values, errors)
}

/// Checks that the values of a new row make an input: nothing is unreadable, missing or NULL that must not be. The
/// rules of the values are not checked; only after an error they are, so that all errors are reported at once.
pub(crate) fn readable_row(info: &EntityInfo, values: Assignments) -> Result<Assignments> {
    let is_missing = |field: &FieldDef, value: Option<&Value>| match value {
        None => !field.nullable && !field.has_default() && !field.read_only && !field.skip.create,
        Some(value) => value.is_null() && !field.nullable,
    };
    let is_missing = |column: &ColumnInfo| {
        column.field.is_some_and(|field| is_missing(field, values.get(column.index)))
            && !values.creates_target(column.index)
    };
    if values.errors().is_empty() && !info.columns.iter().any(is_missing) {
        return Ok(values);
    }
    // Only the errors count.
    new_row(info, values, Utc::now())
}

/// As [`readable_row`], for the values of an update.
pub(crate) fn readable_changes(info: &EntityInfo, values: Assignments) -> Result<Assignments> {
    let is_missing = |(index, value): (usize, &Value)| value.is_null() && !info.columns[index].nullable;
    let are_addable = values.increments().iter().all(|(index, _)| info.columns[*index].is_addable());
    if values.errors().is_empty() && are_addable && !values.iter().any(is_missing) {
        return Ok(values);
    }
    changes(info, values)
}

fn check(info: &EntityInfo, mut values: Assignments, mut errors: Vec<FieldError>) -> Result<Assignments> {
    for (index, value) in values.iter_mut() {
        check_column(info, &info.columns[index], value, &mut errors);
    }
    if errors.is_empty() {
        return Ok(values);
    }
    // In the order of the declaration, whatever order the values came in: every surface tells the same. A name that is no
    // field comes first: that another one is missing follows from it.
    errors.sort_by_key(|error| info.by_wire(&error.field).map(|column| column.index));
    Err(Error::Validation(errors))
}

fn check_increment(column: &ColumnInfo, number: &mut Value, errors: &mut Vec<FieldError>) {
    let mut fail = |code: &'static str, message: String| {
        errors.push(FieldError::new(column.wire, code, message));
    };
    if !column.is_addable() || number.is_null() {
        fail("type", "is no number to add to".to_owned());
        return;
    }
    normalize(number, &mut fail);
    if let (Some(field), Value::Decimal(_)) = (column.field, &number) {
        check_decimal(field, number, &mut fail);
    }
}

/// What is wrong with a sum: it breaks the bounds of the field, or those of its type.
pub(crate) fn check_sum(column: &ColumnInfo, sum: &mut Value) -> Option<FieldError> {
    let mut errors = Vec::new();
    let mut fail = |code: &'static str, message: String| {
        errors.push(FieldError::new(column.wire, code, message));
    };
    let field = column.field?;
    normalize(sum, &mut fail);
    check_bounds(field, sum, &mut fail);
    check_decimal(field, sum, &mut fail);
    errors.into_iter().next()
}

fn check_column(info: &EntityInfo, column: &ColumnInfo, value: &mut Value, errors: &mut Vec<FieldError>) {
    let mut fail = |code: &'static str, message: String| {
        errors.push(FieldError::new(column.wire, code, message));
    };
    if !column.is_stored() {
        fail("read_only", "is computed; leave it out".to_owned());
        return;
    }
    if value.is_null() {
        if !column.nullable {
            fail("required", "must not be null".to_owned());
        }
        return;
    }
    normalize(value, &mut fail);
    let Some(field) = column.field else { return };
    check_length(field, value, &mut fail);
    check_indexed_length(info, column, value, &mut fail);
    check_bounds(field, value, &mut fail);
    check_decimal(field, value, &mut fail);
    if let Value::Text(text) = value {
        if let Some(pattern) = column.pattern.as_ref().filter(|pattern| !pattern.is_match(text)) {
            fail("pattern", format!("must match the pattern {pattern}"));
        }
        if let Some(format) = field.format.filter(|format| !matches_format(*format, text)) {
            fail("format", format!("must be {}", format_description(format)));
        }
    }
}

/// Normalizes or rejects what no database stores as it is: NULs in text, fractions below the microsecond, NaN.
fn normalize(value: &mut Value, fail: &mut impl FnMut(&'static str, String)) {
    match value {
        Value::Text(text) if text.contains('\0') => {
            fail("nul", "must not contain NUL characters".to_owned());
        }
        Value::Float(number) if !number.is_finite() => fail("range", "must be a finite number".to_owned()),
        Value::Float32(number) if !number.is_finite() => fail("range", "must be a finite number".to_owned()),
        // One zero only: not every database stores its sign.
        Value::Float(number) if *number == 0.0 => *number = 0.0,
        Value::Float32(number) if *number == 0.0 => *number = 0.0,
        Value::Time(time) if time.nanosecond() >= 1_000_000_000 => {
            fail("range", "must not be a leap second".to_owned());
        }
        Value::Time(time) => *time = time.trunc_subsecs(6),
        Value::DateTime(time) => match to_micros(*time).filter(|time| (1..=9999).contains(&time.year())) {
            Some(plain) => *time = plain,
            None => fail("range", "must be in the years 0001 to 9999".to_owned()),
        },
        Value::Date(date) if !(1..=9999).contains(&date.year()) => {
            fail("range", "must be in the years 0001 to 9999".to_owned());
        }
        Value::Json(json) => {
            if let Err(error) = check_json(json) {
                fail(error.code, error.message);
            }
        }
        Value::List(items) => {
            for item in items {
                if item.is_null() {
                    fail("type", "must not hold null".to_owned());
                }
                if let Value::Decimal(number) = item {
                    *number = number.normalize();
                }
                normalize(item, fail);
            }
        }
        _ => {}
    }
}

fn check_length(field: &FieldDef, value: &Value, fail: &mut impl FnMut(&'static str, String)) {
    let Some(unit) = field.kind.capabilities().length else { return };
    let length = match value {
        Value::Text(text) => text.chars().count(),
        Value::Password(password) => match password.plain() {
            Some(plain) => plain.chars().count(),
            None => return,
        },
        Value::Bytes(bytes) => bytes.len(),
        Value::List(items) => items.len(),
        _ => return,
    };
    let unit = unit.name();
    if let Some(least) = field.min_len.filter(|least| length < *least as usize) {
        match least {
            1 => fail("too_short", "must not be empty".to_owned()),
            _ => fail("too_short", format!("must have at least {least} {unit}; has {length}")),
        }
    }
    if let Some(most) = field.max_len.filter(|most| length > *most as usize) {
        fail("too_long", format!("must have at most {most} {unit}; has {length}"));
    }
}

/// What is in an index has a limit in bytes, beside the declared one in characters.
fn check_indexed_length(
    info: &EntityInfo,
    column: &ColumnInfo,
    value: &Value,
    fail: &mut impl FnMut(&'static str, String),
) {
    let length = match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        _ => return,
    };
    if let Some(most) = info.max_indexed_bytes(column.index).filter(|most| length > *most) {
        fail("too_long", format!("must have at most {most} bytes, because it is in an index; has {length}"));
    }
}

fn check_bounds(field: &FieldDef, value: &Value, fail: &mut impl FnMut(&'static str, String)) {
    if let Some(least) = field.min.filter(|least| compare(value, *least) == Some(Ordering::Less)) {
        fail("too_small", format!("must be at least {least}"));
    }
    if let Some(most) = field.max.filter(|most| compare(value, *most) == Some(Ordering::Greater)) {
        fail("too_large", format!("must be at most {most}"));
    }
}

fn compare(value: &Value, bound: Bound) -> Option<Ordering> {
    let exact = || match bound {
        Bound::Int(number) => Some(Decimal::from(number)),
        Bound::Decimal(digits) => digits.parse().ok(),
    };
    let float = || match bound {
        #[allow(clippy::cast_precision_loss)]
        Bound::Int(number) => Some(number as f64),
        Bound::Decimal(digits) => digits.parse().ok(),
    };
    match value {
        Value::Int(number) => Some(Decimal::from(*number).cmp(&exact()?)),
        Value::Decimal(number) => Some(number.cmp(&exact()?)),
        Value::Float(number) => number.partial_cmp(&float()?),
        Value::Float32(number) => f64::from(*number).partial_cmp(&float()?),
        _ => None,
    }
}

/// Brings a decimal to the declared scale, so that equal values are stored alike; rejects what would be rounded.
fn check_decimal(field: &FieldDef, value: &mut Value, fail: &mut impl FnMut(&'static str, String)) {
    let Value::Decimal(number) = value else { return };
    let plain = number.normalize();
    let Some(scale) = field.scale else {
        *number = plain;
        return;
    };
    if plain.scale() > scale {
        fail("scale", format!("must have at most {scale} digits after the point"));
        return;
    }
    let whole =
        u32::try_from(plain.trunc().abs().to_string().trim_start_matches('0').len()).unwrap_or(u32::MAX);
    let most = field.precision.unwrap_or(28).saturating_sub(scale);
    if whole > most {
        fail("precision", format!("must have at most {most} digits before the point"));
        return;
    }
    *number = plain;
    number.rescale(scale);
}

fn matches_format(format: Format, text: &str) -> bool {
    static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(Format::Email.pattern()).ok());
    match format {
        Format::Email => {
            let is_short = text.find('@').is_some_and(|at| at <= 64);
            is_short && EMAIL.as_ref().is_some_and(|email| email.is_match(text))
        }
        Format::Url => text
            .parse::<http::Uri>()
            .is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some()),
        Format::Slug => {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            text.split('-').all(|part| !part.is_empty() && part.bytes().all(plain))
        }
    }
}

fn format_description(format: Format) -> &'static str {
    match format {
        Format::Email => "an e-mail address",
        Format::Url => "an absolute http or https URL",
        Format::Slug => "lower-case letters, digits and single hyphens",
    }
}
