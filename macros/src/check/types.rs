//! What options ask of a field's type, for types known by name. rustc checks the others by the emitted obligations,
//! which cost it more.

use quote::ToTokens;
use syn::{PathArguments, PathSegment, Type};

use crate::attr::Number;
use crate::diag::Errors;
use crate::ir::{DefaultValue, Entity, Field, Need};
use crate::names;

/// A type that is recognised by its name. Whether the name means it, rustc finds out: nothing else of that name is a
/// field's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Text,
    /// With the least and the greatest whole number it holds exactly.
    Number {
        least: i128,
        greatest: i128,
        whole: bool,
    },
    Decimal,
    Bytes,
    Password,
    Json,
    List,
    Flag,
    /// Another type with an order: dates, UUIDs.
    Other,
}

/// The greatest whole number of a `Decimal`: 96 bits of digits.
const DECIMAL: i128 = (1 << 96) - 1;

impl Known {
    /// The type of this name, if it is one of the standard field types.
    pub fn of(ty: &Type) -> Option<Self> {
        let last = last_segment(ty)?;
        let plain = matches!(last.arguments, PathArguments::None);
        let known = match (names::plain(&last.ident).as_str(), plain) {
            ("String", true) => Self::Text,
            ("i16", true) => Self::whole(i16::MIN.into(), i16::MAX.into()),
            ("i32", true) => Self::whole(i32::MIN.into(), i32::MAX.into()),
            ("i64", true) => Self::whole(i64::MIN.into(), i64::MAX.into()),
            ("f32", true) => Self::float(f32::MANTISSA_DIGITS),
            ("f64", true) => Self::float(f64::MANTISSA_DIGITS),
            ("Decimal", true) => Self::Decimal,
            ("Bytes", true) => Self::Bytes,
            ("Password", true) => Self::Password,
            ("Json", true) => Self::Json,
            ("Vec", false) => Self::List,
            ("bool", true) => Self::Flag,
            ("Uuid" | "NaiveDate" | "NaiveTime", true) | ("DateTime", false) => Self::Other,
            _ => return None,
        };
        Some(known)
    }

    /// Whether the type is a field's for certain, as far as its name is told.
    pub fn is_field(ty: &Type) -> bool {
        let utc = || match last_segment(ty).map(|last| &last.arguments) {
            Some(PathArguments::AngleBracketed(of)) => of.args.to_token_stream().to_string().ends_with("Utc"),
            _ => true,
        };
        Self::of(ty).is_some_and(|known| known != Self::List) && utc()
    }

    fn whole(least: i128, greatest: i128) -> Self {
        Self::Number { least, greatest, whole: true }
    }

    /// Beyond its digits a float no longer holds every whole number.
    fn float(digits: u32) -> Self {
        Self::Number { least: -(1 << digits), greatest: 1 << digits, whole: false }
    }

    fn satisfies(self, need: Need) -> bool {
        match need {
            Need::Text => self == Self::Text,
            Need::Length => matches!(self, Self::Text | Self::Bytes | Self::Password | Self::List),
            Need::Numeric => matches!(self, Self::Number { .. } | Self::Decimal),
            Need::Decimal => self == Self::Decimal,
            Need::Sortable => !matches!(self, Self::Json | Self::Password | Self::List),
        }
    }

    /// Whether the type holds a number as written.
    fn holds(self, number: &Number) -> Held {
        let (least, greatest, whole) = match self {
            Self::Number { least, greatest, whole } => (least, greatest, whole),
            Self::Decimal => (-DECIMAL, DECIMAL, false),
            _ => return Held::NoNumber,
        };
        match number.whole {
            Some(value) if value < least || value > greatest => Held::OutOfRange,
            None if whole => Held::NotWhole,
            _ => Held::Yes,
        }
    }
}

enum Held {
    Yes,
    OutOfRange,
    NotWhole,
    NoNumber,
}

/// Options and defaults that a well-known type does not take.
pub fn check(entity: &Entity, errors: &mut Errors) {
    for field in entity.fields.iter().filter(|field| field.relation.is_none() && !field.misused) {
        if let Some(known) = Known::of(&field.scalar) {
            check_needs(field, known, errors);
            check_numbers(field, known, errors);
            check_default(field, known, errors);
        }
    }
}

/// The type's name, without what it is a list of.
fn name_of(ty: &Type) -> String {
    last_segment(ty).map(|last| names::plain(&last.ident)).unwrap_or_default()
}

fn last_segment(mut ty: &Type) -> Option<&PathSegment> {
    while let Type::Group(group) = ty {
        ty = &group.elem;
    }
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn check_needs(field: &Field, known: Known, errors: &mut Errors) {
    let ty = name_of(&field.scalar);
    for need in field.needs.iter().filter(|need| !known.satisfies(**need)) {
        let (options, types) = match need {
            Need::Text => ("`pattern`, `format`, `multiline` and `search`", "`String`"),
            Need::Length => (
                "`min_len` and `max_len`",
                "`String`, `Bytes`, `Password` and `Vec`; for numbers use `min` and `max`",
            ),
            Need::Numeric => {
                ("`min` and `max`", "`i16 i32 i64 f32 f64 Decimal`; for lengths use `min_len` and `max_len`")
            }
            Need::Decimal => ("`precision` and `scale`", "`Decimal`"),
            Need::Sortable => {
                ("`unique`, `index` and `sort`", "every field type but `Json`, `Password` and `Vec`")
            }
        };
        errors.on(&field.scalar, format!("{options} do not apply to `{ty}`; they apply to {types}"));
    }
}

fn check_numbers(field: &Field, known: Known, errors: &mut Errors) {
    for bound in [&field.min, &field.max].into_iter().flatten() {
        // That `min` applies to no text was said.
        if !matches!(known.holds(bound), Held::NoNumber) {
            check_number(field, known, bound, errors);
        }
    }
}

fn check_number(field: &Field, known: Known, number: &Number, errors: &mut Errors) {
    let ty = name_of(&field.scalar);
    let digits = &number.digits;
    match known.holds(number) {
        Held::Yes => {}
        Held::OutOfRange => errors.at(number.span, format!("{digits} is out of the range of `{ty}`")),
        Held::NotWhole => errors.at(number.span, format!("`{ty}` holds whole numbers; {digits} is none")),
        Held::NoNumber => errors.at(number.span, format!("a number is not a `{ty}`")),
    }
}

fn check_default(field: &Field, known: Known, errors: &mut Errors) {
    match &field.default {
        Some(DefaultValue::Number(number)) => check_number(field, known, number, errors),
        Some(DefaultValue::Text(text)) if known != Known::Text => {
            let ty = name_of(&field.scalar);
            errors.at(text.span(), format!("a text is not a `{ty}`"));
        }
        Some(DefaultValue::Text(_) | DefaultValue::Value(_)) | None => {}
    }
}
