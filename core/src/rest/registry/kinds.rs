//! What a column's kind means to OpenAPI: its schema, the constraints and examples of a field of it.
//!
//! Each match names every kind, so that the compiler leads whoever adds one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::Utc;
use poem_openapi::registry::MetaSchema;
use serde_json::{Value as Json, json};

use super::schema::inline;
use crate::entity::{Bound, ColumnInfo, FieldDef, Format};
use crate::types::{Decimal, JsonStyle, Kind};
use crate::value::Value;

/// The bare type of a value, as filters take it.
pub(super) fn schema(kind: Kind) -> MetaSchema {
    let formatted = MetaSchema::new_with_format;
    match kind {
        Kind::Bool => MetaSchema::new("boolean"),
        Kind::I16 => MetaSchema {
            minimum: Some(f64::from(i16::MIN)),
            maximum: Some(f64::from(i16::MAX)),
            ..formatted("integer", "int32")
        },
        Kind::I32 => formatted("integer", "int32"),
        Kind::I64 => formatted("integer", "int64"),
        Kind::F32 => formatted("number", "float"),
        Kind::F64 => formatted("number", "double"),
        Kind::Decimal => {
            MetaSchema { pattern: Some(decimal_pattern(None, "")), ..formatted("string", "decimal") }
        }
        Kind::Text => MetaSchema::new("string"),
        Kind::Uuid => formatted("string", "uuid"),
        Kind::Date => formatted("string", "date"),
        // Not `time`, which has a zone.
        Kind::Time => MetaSchema { pattern: Some(TIME.to_owned()), ..formatted("string", "time-local") },
        Kind::DateTime => formatted("string", "date-time"),
        Kind::Json => MetaSchema::ANY,
        Kind::Bytes => formatted("string", "byte"),
        Kind::Password => MetaSchema { write_only: true, ..formatted("string", "password") },
        Kind::Enum(def) => MetaSchema {
            enum_items: def.variants.iter().map(|variant| json!(variant.wire)).collect(),
            ..MetaSchema::new("string")
        },
        Kind::List(element) => {
            MetaSchema { items: Some(Box::new(inline(schema(*element)))), ..MetaSchema::new("array") }
        }
    }
}

/// Adds the bounds of a field's values, as they are spelled in a schema of their kind.
pub(super) fn constrain(schema: &mut MetaSchema, field: &FieldDef) {
    let length = |limit: Option<u32>| limit.map(|limit| limit as usize);
    let (least, most) = (length(field.min_len), length(field.max_len));
    match field.kind {
        Kind::Text | Kind::Password => (schema.min_length, schema.max_length) = (least, most),
        Kind::List(_) => (schema.min_items, schema.max_items) = (least, most),
        // The lengths count bytes; three of them are four characters of base64.
        Kind::Bytes => {
            let characters = |bytes: usize| bytes.div_ceil(3) * 4;
            (schema.min_length, schema.max_length) = (least.map(characters), most.map(characters));
        }
        Kind::Decimal => schema.pattern = Some(decimal_pattern(digits(field), refused_sign(field))),
        Kind::I16 | Kind::I32 | Kind::I64 | Kind::F32 | Kind::F64 => {
            schema.minimum = field.min.and_then(exact).or(schema.minimum);
            schema.maximum = field.max.and_then(exact).or(schema.maximum);
        }
        Kind::Bool | Kind::Uuid | Kind::Date | Kind::Time | Kind::DateTime | Kind::Json | Kind::Enum(_) => {}
    }
}

/// The most digits before and after the point of a decimal field that has a scale.
fn digits(field: &FieldDef) -> Option<(u32, u32)> {
    let scale = field.scale?;
    Some((field.precision.unwrap_or(28).saturating_sub(scale), scale))
}

/// The texts that are decimals, in the dialect of ECMA-262: plain digits, as many as fit. Zeros at the end of a fraction
/// never count. (Without a scale some numbers of 29 digits fit too.)
fn decimal_pattern(digits: Option<(u32, u32)>, refused: &str) -> String {
    let Some((whole, scale)) = digits else {
        // After the first digit other than a leading zero come 27 more, and then only zeros of a fraction.
        let any = r"-?(0(\.[0-9]{1,28}0*)?|[1-9](?!(\.?[0-9]){27}\.?[0-9]*[1-9])[0-9]{0,27}(\.[0-9]+)?)";
        return format!("^{refused}{any}$");
    };
    let whole = match whole {
        0 => "0".to_owned(),
        1 => "[0-9]".to_owned(),
        whole => format!("(0|[1-9][0-9]{{0,{}}})", whole - 1),
    };
    match scale {
        0 => format!(r"^{refused}-?{whole}(\.0+)?$"),
        scale => format!(r"^{refused}-?{whole}(\.[0-9]{{1,{scale}}}0*)?$"),
    }
}

/// Numbers of the sign that the bounds of a field rule out, to stand at the begin of a pattern. What else a bound says is
/// in words: patterns do not count.
fn refused_sign(field: &FieldDef) -> &'static str {
    let number = |bound: Bound| bound.to_string().parse::<Decimal>().ok();
    if field.min.and_then(number).is_some_and(|least| least >= Decimal::ZERO) {
        "(?!-[0-9.]*[1-9])"
    } else if field.max.and_then(number).is_some_and(|most| most <= Decimal::ZERO) {
        "(?![0-9.]*[1-9])"
    } else {
        ""
    }
}

/// The schema of a value that is sent: a decimal may be a number of JSON too, which counts by its exact value.
pub(super) fn writable(mut schema: MetaSchema, column: &ColumnInfo) -> MetaSchema {
    let number = |nullable| MetaSchema { nullable, ..MetaSchema::new("number") };
    match column.kind {
        Kind::Decimal => {
            let text = MetaSchema {
                pattern: schema.pattern.take(),
                nullable: schema.nullable,
                ..MetaSchema::new_with_format("string", "decimal")
            };
            let mut number = number(schema.nullable);
            if let Some(field) = column.field {
                constrain_number(&mut number, field);
            }
            MetaSchema {
                ty: "",
                format: None,
                nullable: false,
                any_of: vec![inline(text), inline(number)],
                ..schema
            }
        }
        Kind::List(Kind::Decimal) => {
            let text = self::schema(Kind::Decimal);
            let item = MetaSchema { any_of: vec![inline(text), inline(number(false))], ..MetaSchema::ANY };
            MetaSchema { items: Some(Box::new(inline(item))), ..schema }
        }
        _ => schema,
    }
}

/// The bounds of a decimal that is a number of JSON.
fn constrain_number(schema: &mut MetaSchema, field: &FieldDef) {
    let number = |bound: Bound| bound.to_string().parse::<f64>().ok();
    if let Some((whole, scale)) = digits(field) {
        let power = |exponent: i64| format!("1e{exponent}").parse::<f64>().ok();
        schema.multiple_of = power(-i64::from(scale));
        schema.maximum = power(whole.into());
        schema.minimum = schema.maximum.map(|limit| -limit);
        schema.exclusive_maximum = Some(true);
        schema.exclusive_minimum = Some(true);
    }
    if let Some(least) = field.min.and_then(number) {
        (schema.minimum, schema.exclusive_minimum) = (Some(least), None);
    }
    if let Some(most) = field.max.and_then(number) {
        (schema.maximum, schema.exclusive_maximum) = (Some(most), None);
    }
}

/// A bound as a schema has it: as a double. None where that would be another number.
fn exact(bound: Bound) -> Option<f64> {
    let number = bound.to_string().parse::<f64>().ok()?;
    match bound {
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
        Bound::Int(int) => (number as i128 == i128::from(int)).then_some(number),
        Bound::Decimal(_) => Some(number),
    }
}

/// A time of a day.
const TIME: &str = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?$";

/// What the schema of a column cannot say, in words.
pub(super) fn remark(column: &ColumnInfo) -> Option<String> {
    match column.kind {
        Kind::Enum(def) => {
            let documented = def.variants.iter().filter(|variant| !variant.docs.is_empty());
            let list: Vec<String> = documented
                .map(|variant| format!("- `{}`: {}", variant.wire, variant.docs.replace('\n', " ")))
                .collect();
            Some(list.join("\n"))
        }
        // On the wire it is a string, which has no `minimum`.
        Kind::Decimal => match column.field.map(|field| (field.min, field.max))? {
            (Some(min), Some(max)) => Some(format!("From {min} to {max}.")),
            (Some(min), None) => Some(format!("At least {min}.")),
            (None, Some(max)) => Some(format!("At most {max}.")),
            (None, None) => None,
        },
        // Where the schema's own bound would be another number.
        Kind::I16 | Kind::I32 | Kind::I64 | Kind::F32 | Kind::F64 => {
            let (min, max) = column.field.map(|field| (field.min, field.max))?;
            let untold = |bound: &Bound| exact(*bound).is_none();
            let least = min.filter(untold).map(|min| format!("At least {min}."));
            let most = max.filter(untold).map(|max| format!("At most {max}."));
            let told: Vec<String> = least.into_iter().chain(most).collect();
            (!told.is_empty()).then(|| told.join(" "))
        }
        Kind::Bytes => column.field.and_then(|field| {
            let least = field.min_len.map(|least| format!("At least {least} bytes."));
            let most = field.max_len.map(|most| format!("At most {most} bytes."));
            let told: Vec<String> = least.into_iter().chain(most).collect();
            (!told.is_empty()).then(|| told.join(" "))
        }),
        Kind::Bool
        | Kind::Text
        | Kind::Uuid
        | Kind::Date
        | Kind::Time
        | Kind::DateTime
        | Kind::Json
        | Kind::Password
        | Kind::List(_) => None,
    }
}

/// Whether values may hold commas, which separate those of a list in a query string.
pub(super) const fn may_hold_commas(kind: Kind) -> bool {
    match kind {
        Kind::Text => true,
        // No filter compares JSON, passwords and lists.
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
        | Kind::DateTime
        | Kind::Json
        | Kind::Bytes
        | Kind::Password
        | Kind::Enum(_)
        | Kind::List(_) => false,
    }
}

/// Whether the schema states a default of the kind, if it is constant.
const fn states_default(kind: Kind) -> bool {
    match kind {
        Kind::Bool
        | Kind::I16
        | Kind::I32
        | Kind::I64
        | Kind::F32
        | Kind::F64
        | Kind::Decimal
        | Kind::Text
        | Kind::Enum(_) => true,
        Kind::Uuid
        | Kind::Date
        | Kind::Time
        | Kind::DateTime
        | Kind::Json
        | Kind::Bytes
        | Kind::Password
        | Kind::List(_) => false,
    }
}

/// What is said of the values of an enum that should not be used any more, each in a sentence.
pub(super) fn deprecated_values(kind: Kind) -> Vec<String> {
    match kind {
        Kind::Enum(def) => {
            let told = |variant: &crate::value::VariantDef| {
                let deprecated = variant.deprecated?;
                Some(format!("The value `{}` is deprecated. {}", variant.wire, deprecated.reason()))
            };
            def.variants.iter().filter_map(told).collect()
        }
        Kind::List(element) => deprecated_values(*element),
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
        | Kind::DateTime
        | Kind::Json
        | Kind::Bytes
        | Kind::Password => Vec::new(),
    }
}

/// An example that keeps the column's own rules, unless none can be made up that surely fits.
pub(super) fn example(column: &ColumnInfo) -> Option<Json> {
    if let Some(default) = default_of(column) {
        return Some(default);
    }
    let example = example_of(column.kind, column.field)?;
    match (&column.pattern, example.as_str()) {
        (Some(pattern), Some(text)) if !pattern.is_match(text) => None,
        _ => Some(example),
    }
}

/// An example of what a filter compares with: any value of the kind.
pub(super) fn example_of_kind(kind: Kind) -> Option<Json> {
    example_of(kind, None)
}

/// The default of a new row, when it is the same every time.
pub(super) fn default_of(column: &ColumnInfo) -> Option<Json> {
    let default = column.field?.default.filter(|default| !default.varies() && states_default(column.kind))?;
    let value = || default.value(column.kind, Utc::now());
    let first = value();
    (first == value()).then(|| json_of(&first)).flatten()
}

pub(super) fn json_of(value: &Value) -> Option<Json> {
    let mut json = Vec::new();
    value.write_json(JsonStyle::Rest, &mut json);
    serde_json::from_slice(&json).ok()
}

fn example_of(kind: Kind, field: Option<&FieldDef>) -> Option<Json> {
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
        Kind::Password => json!(fitting(field, &["correct horse battery", "pass"])?),
        Kind::Uuid => json!("0191f0c8-5d3e-7a52-9c3b-6a1f2e4d5c6b"),
        Kind::Date => json!("2024-12-31"),
        Kind::Time => json!("23:59:59"),
        Kind::DateTime => json!("2024-12-31T23:59:59Z"),
        Kind::Json => json!({}),
        // Base64 of what is counted in bytes.
        Kind::Bytes => json!(BASE64.encode(fitting(field, &["hello", "hi", "a somewhat longer text"])?)),
        Kind::Enum(def) => {
            let current = def.variants.iter().find(|variant| variant.deprecated.is_none());
            json!(current.or(def.variants.first())?.wire)
        }
        Kind::List(element) => match field.and_then(|field| field.min_len) {
            Some(least) if least > 1 => return None,
            _ => json!([example_of(*element, None)?]),
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
    fitting(field, candidates)
}

/// The first that is as long as the field takes.
fn fitting(field: Option<&FieldDef>, candidates: &[&'static str]) -> Option<&'static str> {
    let least = field.and_then(|field| field.min_len).unwrap_or(0) as usize;
    let most = field.and_then(|field| field.max_len).unwrap_or(u32::MAX) as usize;
    candidates.iter().copied().find(|text| (least..=most).contains(&text.len()))
}
