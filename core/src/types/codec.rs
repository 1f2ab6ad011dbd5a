//! Reading and writing cells as JSON and as plain text.
//!
//! One table of spellings for every surface: REST and GraphQL differ in a [`JsonStyle`], forms, imports,
//! exports and query strings use the text form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, Utc};
use uuid::Uuid;

use crate::types::iso::{self, Fraction};
use crate::types::number::{Number10, canonical};
use crate::types::{Kind, Password, strict_json};
use crate::value::Value;

/// Nested arrays and objects a JSON value may have.
const MAX_JSON_DEPTH: usize = 64;

/// How JSON spells what it has no type for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonStyle {
    /// REST: `i64` as a number, enum variants in snake_case.
    Rest,
    /// GraphQL: `i64` as a string (`BigInt`), enum variants in SCREAMING_SNAKE_CASE.
    Graphql,
}

/// Why a text or JSON value is not a value of a kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CodecError {
    /// A stable code: `type`, `range`, `nul`, `choice`, `too_deep`.
    pub code: &'static str,
    /// What was expected.
    pub message: String,
}

impl CodecError {
    fn expected(kind: Kind) -> Self {
        Self { code: "type", message: format!("must be {}", kind.expectation()) }
    }

    fn range(kind: Kind) -> Self {
        Self { code: "range", message: format!("is out of range; must be {}", kind.expectation()) }
    }

    fn choice(choices: impl Iterator<Item = &'static str>) -> Self {
        Self { code: "choice", message: format!("must be one of {}", choices.collect::<Vec<_>>().join(", ")) }
    }

    fn nul() -> Self {
        Self { code: "nul", message: "must not contain NUL characters".to_owned() }
    }
}

type Decoded = Result<Value, CodecError>;

impl Kind {
    /// The kind in words: "a whole number".
    #[must_use]
    pub fn expectation(self) -> &'static str {
        match self {
            Kind::Bool => "true or false",
            Kind::I16 => "a whole number from -32768 to 32767",
            Kind::I32 => "a whole number from -2147483648 to 2147483647",
            Kind::I64 => "a whole number from -9223372036854775808 to 9223372036854775807",
            Kind::F32 | Kind::F64 => "a finite number",
            Kind::Decimal => "a decimal number like 19.90, of at most 28 digits",
            Kind::Text | Kind::Password => "a text",
            Kind::Uuid => "a UUID",
            Kind::Date => "a date like 2024-12-31",
            Kind::Time => "a time like 23:59:59",
            Kind::DateTime => "a time with zone like 2024-12-31T23:59:59Z",
            Kind::Json => "a JSON value",
            Kind::Bytes => "bytes in base64",
            Kind::Enum(_) => "one of the choices",
            Kind::List(_) => "a list",
        }
    }

    /// Reads a JSON value. `null` is not accepted; the caller decides about NULL.
    ///
    /// # Errors
    /// [`CodecError`] saying what was expected.
    pub fn decode_json(self, json: serde_json::Value, style: JsonStyle) -> Decoded {
        use serde_json::Value as J;
        match (self, json) {
            (Kind::Bool, J::Bool(value)) => Ok(Value::Bool(value)),
            (Kind::I16 | Kind::I32 | Kind::I64, J::Number(number)) => self.whole_number(
                &Number10::of_number(number.as_str()).ok_or_else(|| CodecError::expected(self))?,
            ),
            (Kind::I64, J::String(text)) if style == JsonStyle::Graphql => self.decode_text(&text),
            (Kind::F32 | Kind::F64, J::Number(number)) => {
                self.float(number.as_f64().ok_or_else(|| CodecError::range(self))?)
            }
            (Kind::Decimal, J::Number(number)) => self.decimal(Number10::of_number(number.as_str())),
            (Kind::Text, J::String(text)) => text_value(text),
            (Kind::Password, J::String(text)) => text_value(text).map(|value| match value {
                Value::Text(plain) => Value::Password(Password::from(plain)),
                other => other,
            }),
            (Kind::Enum(def), J::String(text)) => {
                let variant = match style {
                    JsonStyle::Rest => def.by_wire(&text),
                    JsonStyle::Graphql => def.by_graphql(&text),
                };
                variant.map(Value::Enum).ok_or_else(|| {
                    CodecError::choice(def.variants.iter().map(|variant| match style {
                        JsonStyle::Rest => variant.wire,
                        JsonStyle::Graphql => variant.graphql,
                    }))
                })
            }
            (
                Kind::Decimal | Kind::Uuid | Kind::Date | Kind::Time | Kind::DateTime | Kind::Bytes,
                J::String(text),
            ) => self.decode_text(&text),
            (Kind::Json, json) => json_value(json),
            (Kind::List(element), J::Array(items)) => items
                .into_iter()
                .map(|item| element.decode_json(item, style))
                .collect::<Result<_, _>>()
                .map(Value::List),
            _ => Err(CodecError::expected(self)),
        }
    }

    /// Reads the plain text form of forms, imports and query strings.
    ///
    /// # Errors
    /// [`CodecError`] saying what was expected.
    pub fn decode_text(self, text: &str) -> Decoded {
        let wrong = || CodecError::expected(self);
        match self {
            Kind::Bool => match text {
                "1" => Ok(Value::Bool(true)),
                "0" => Ok(Value::Bool(false)),
                // `TRUE` and `True` are how spreadsheets write it.
                _ if text.eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
                _ if text.eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
                _ => Err(wrong()),
            },
            Kind::I16 | Kind::I32 | Kind::I64 => {
                self.whole_number(&Number10::of_text(text).filter(|_| !text.contains('.')).ok_or_else(wrong)?)
            }
            Kind::F32 | Kind::F64 => {
                Number10::of_number(text).ok_or_else(wrong)?;
                self.float(text.parse().map_err(|_| wrong())?)
            }
            Kind::Decimal => self.decimal(Number10::of_text(text)),
            Kind::Text => text_value(text.to_owned()),
            Kind::Password => {
                if text.contains('\0') {
                    Err(CodecError::nul())
                } else {
                    Ok(Value::Password(text.into()))
                }
            }
            Kind::Uuid => Uuid::parse_str(text).map(Value::Uuid).map_err(|_| wrong()),
            Kind::Date => date(text).map(Value::Date).ok_or_else(wrong),
            Kind::Time => time(text).map(Value::Time).ok_or_else(wrong),
            Kind::DateTime => datetime(text).map(Value::DateTime).ok_or_else(wrong),
            Kind::Json => json_value(strict_json::value(text.as_bytes()).map_err(|_| wrong())?),
            Kind::Bytes => BASE64.decode(text).map(|bytes| Value::Bytes(bytes.into())).map_err(|_| wrong()),
            Kind::Enum(def) => def
                .by_wire(text)
                .map(Value::Enum)
                .ok_or_else(|| CodecError::choice(def.variants.iter().map(|variant| variant.wire))),
            Kind::List(_) => {
                let json = strict_json::value(text.as_bytes()).map_err(|_| wrong())?;
                self.decode_json(json, JsonStyle::Rest)
            }
        }
    }

    fn whole_number(self, number: &Number10) -> Decoded {
        if !number.is_whole() {
            return Err(CodecError::expected(self));
        }
        let value = number.integer().and_then(|value| i64::try_from(value).ok());
        self.integer(value.ok_or_else(|| CodecError::range(self))?)
    }

    fn decimal(self, number: Option<Number10>) -> Decoded {
        let number = number.and_then(|number| number.decimal());
        number.map(Value::Decimal).ok_or_else(|| CodecError::expected(self))
    }

    /// A whole number of this kind, in its range.
    pub(crate) fn integer(self, value: i64) -> Decoded {
        let fits = match self {
            Kind::I16 => i16::try_from(value).is_ok(),
            Kind::I32 => i32::try_from(value).is_ok(),
            _ => true,
        };
        if fits { Ok(Value::Int(value)) } else { Err(CodecError::range(self)) }
    }

    fn float(self, value: f64) -> Decoded {
        if !value.is_finite() {
            return Err(CodecError::range(self));
        }
        if self == Kind::F64 {
            return Ok(Value::Float(value));
        }
        #[allow(clippy::cast_possible_truncation)]
        let narrow = value as f32;
        if narrow.is_finite() { Ok(Value::Float32(narrow)) } else { Err(CodecError::range(self)) }
    }
}

fn text_value(text: String) -> Decoded {
    if text.contains('\0') { Err(CodecError::nul()) } else { Ok(Value::Text(text)) }
}

fn json_value(mut json: serde_json::Value) -> Decoded {
    check_json(&mut json)?;
    Ok(Value::Json(json))
}

/// Refuses what not every database stores: NULs in a text or a name, nesting and numbers without end. Numbers get the
/// spelling in which both databases keep them.
pub(crate) fn check_json(json: &mut serde_json::Value) -> Result<(), CodecError> {
    fn check(json: &mut serde_json::Value, depth: usize) -> Result<(), CodecError> {
        use serde_json::Value as J;
        if depth > MAX_JSON_DEPTH {
            return Err(CodecError {
                code: "too_deep",
                message: format!("must not nest deeper than {MAX_JSON_DEPTH} levels"),
            });
        }
        match json {
            J::String(text) if text.contains('\0') => Err(CodecError::nul()),
            J::Number(number) => {
                *number = canonical(number).ok_or_else(|| CodecError {
                    code: "range",
                    message: "must not hold numbers of more than 1000 digits".to_owned(),
                })?;
                Ok(())
            }
            J::Array(items) => items.iter_mut().try_for_each(|item| check(item, depth + 1)),
            J::Object(members) => members.iter_mut().try_for_each(|(name, member)| {
                if name.contains('\0') { Err(CodecError::nul()) } else { check(member, depth + 1) }
            }),
            _ => Ok(()),
        }
    }
    check(json, 0)
}

/// Years 0001 to 9999: what both databases and RFC 3339 can hold.
pub(crate) fn is_storable_year(date: NaiveDate) -> bool {
    use chrono::Datelike as _;
    (1..=9999).contains(&date.year())
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|date| is_storable_year(*date))
}

fn time(text: &str) -> Option<NaiveTime> {
    use chrono::Timelike as _;
    let time = ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())?;
    // A leap second, which neither database can hold: there is no next second to put it into.
    (time.nanosecond() < 1_000_000_000).then(|| time.trunc_subsecs(6))
}

fn datetime(text: &str) -> Option<DateTime<Utc>> {
    let time = to_micros(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc))?;
    is_storable_year(time.date_naive()).then_some(time)
}

/// The time as both databases store it: cut to the microsecond, a leap second being the second after it.
pub(crate) fn to_micros(time: DateTime<Utc>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(time.timestamp_micros())
}

impl Value {
    /// Appends the value as JSON.
    ///
    /// A password is written as `null`: no surface shows one.
    pub fn write_json(&self, style: JsonStyle, out: &mut Vec<u8>) {
        match self {
            Value::Null | Value::Password(_) => out.extend_from_slice(b"null"),
            Value::Bool(true) => out.extend_from_slice(b"true"),
            Value::Bool(false) => out.extend_from_slice(b"false"),
            Value::Int(value) => write_serde(out, value),
            Value::Float32(value) => write_serde(out, value),
            Value::Float(value) => write_serde(out, value),
            Value::Text(text) => write_json_str(text, out),
            Value::Enum(variant) => write_quoted(
                out,
                match style {
                    JsonStyle::Rest => variant.wire,
                    JsonStyle::Graphql => variant.graphql,
                },
            ),
            Value::Decimal(value) => write_quoted(out, value),
            Value::Uuid(value) => write_quoted(out, value.as_hyphenated()),
            Value::Date(date) => quoted(out, |out| iso::write_date(*date, out)),
            Value::Time(time) => quoted(out, |out| iso::write_time(*time, Fraction::Shortest, out)),
            Value::DateTime(time) => quoted(out, |out| iso::write_datetime(*time, Fraction::Shortest, out)),
            Value::Bytes(_) => write_quoted(out, self.to_text()),
            Value::Json(json) => write_serde(out, json),
            Value::List(items) => {
                out.push(b'[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        out.push(b',');
                    }
                    item.write_json(style, out);
                }
                out.push(b']');
            }
        }
    }

    /// The plain text form, which [`Kind::decode_text`] reads back. NULL and passwords are empty.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Value::Null | Value::Password(_) => String::new(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Float32(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Decimal(value) => value.to_string(),
            Value::Text(text) => text.clone(),
            Value::Enum(variant) => variant.wire.to_owned(),
            Value::Uuid(value) => value.as_hyphenated().to_string(),
            Value::Date(date) => iso::text(|out| iso::write_date(*date, out)),
            Value::Time(time) => iso::text(|out| iso::write_time(*time, Fraction::Shortest, out)),
            Value::DateTime(time) => iso::text(|out| iso::write_datetime(*time, Fraction::Shortest, out)),
            Value::Json(json) => json.to_string(),
            Value::Bytes(bytes) => BASE64.encode(bytes),
            Value::List(_) => {
                let mut json = Vec::new();
                self.write_json(JsonStyle::Rest, &mut json);
                String::from_utf8_lossy(&json).into_owned()
            }
        }
    }
}

/// Appends a JSON string.
pub(crate) fn write_json_str(text: &str, out: &mut Vec<u8>) {
    write_serde(out, text);
}

fn write_serde<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    // Writing these types to memory cannot fail.
    let _ = serde_json::to_writer(out, value);
}

fn write_plain(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    use std::io::Write as _;
    let _ = write!(out, "{value}");
}

fn write_quoted(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    quoted(out, |out| write_plain(out, value));
}

fn quoted(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    write(out);
    out.push(b'"');
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// A text for messages: a long one is cut.
#[must_use]
pub(crate) fn shorten(text: &str, most: usize) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => text.into(),
        Some((end, _)) => format!("{}…", &text[..end]).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leap_second_is_the_next_one_or_none() {
        let leap = Kind::DateTime.decode_text("2016-12-31T23:59:60Z").map(|time| time.to_text());
        assert_eq!(leap.as_deref(), Ok("2017-01-01T00:00:00Z"));
        assert!(Kind::DateTime.decode_text("9999-12-31T23:59:60Z").is_err());
        assert!(Kind::Time.decode_text("23:59:60").is_err());
        assert!(Kind::Time.decode_text("23:59:59.9999999").is_ok());
    }
}
