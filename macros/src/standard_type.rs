//! The standard field types, recognised by their names: what an option or a literal requires of them is checked here.
//! rustc checks other types by the emitted obligations, which cost it more.

use quote::ToTokens;
use syn::{PathArguments, PathSegment, Type};

use crate::attr::{Number, Requirement};
use crate::names;

/// A type that is recognised by its name. Whether the name means it, rustc finds out: nothing else of that name is a
/// field's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandardType {
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
    Bool,
    /// Dates and times.
    Time,
    Uuid,
}

/// The greatest whole number of a `Decimal`: 96 bits of digits.
const DECIMAL: i128 = (1 << 96) - 1;

impl StandardType {
    /// The type of this name, if it is one of the standard field types.
    pub fn of(ty: &Type) -> Option<Self> {
        let last = last_segment(ty)?;
        let plain = matches!(last.arguments, PathArguments::None);
        let standard = match (names::plain(&last.ident).as_str(), plain) {
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
            ("bool", true) => Self::Bool,
            ("Uuid", true) => Self::Uuid,
            ("NaiveDate" | "NaiveTime", true) | ("DateTime", false) => Self::Time,
            _ => return None,
        };
        Some(standard)
    }

    /// Whether the type is a field type for certain, judged by its name.
    pub fn is_field(ty: &Type) -> bool {
        let utc = || match last_segment(ty).map(|last| &last.arguments) {
            Some(PathArguments::AngleBracketed(of)) => of.args.to_token_stream().to_string().ends_with("Utc"),
            _ => true,
        };
        Self::of(ty).is_some_and(|standard| standard != Self::List) && utc()
    }

    fn whole(least: i128, greatest: i128) -> Self {
        Self::Number { least, greatest, whole: true }
    }

    /// Beyond its digits a float no longer holds every whole number.
    fn float(digits: u32) -> Self {
        Self::Number { least: -(1 << digits), greatest: 1 << digits, whole: false }
    }

    /// Whether it is what an option requires.
    pub fn fulfils(self, requirement: Requirement) -> bool {
        use Requirement::{Comparable, Decimal, Length, Numeric, Sortable, Text, Whole};
        let fulfilled: &[Requirement] = match self {
            Self::Text => &[Text, Length, Sortable, Comparable],
            Self::Number { whole: true, .. } => &[Numeric, Sortable, Comparable, Whole],
            Self::Number { .. } => &[Numeric, Sortable, Comparable],
            Self::Decimal => &[Numeric, Decimal, Sortable, Comparable],
            Self::Bytes => &[Length, Sortable],
            Self::Password | Self::List => &[Length],
            Self::Json => &[],
            Self::Time => &[Sortable, Comparable],
            Self::Bool | Self::Uuid => &[Sortable],
        };
        fulfilled.contains(&requirement)
    }

    /// Whether the type holds a number as written.
    pub fn holds(self, number: &Number) -> NumberFit {
        let (least, greatest, whole) = match self {
            Self::Number { least, greatest, whole } => (least, greatest, whole),
            Self::Decimal => (-DECIMAL, DECIMAL, false),
            Self::Text
            | Self::Bytes
            | Self::Password
            | Self::Json
            | Self::List
            | Self::Bool
            | Self::Time
            | Self::Uuid => return NumberFit::NoNumber,
        };
        match number.whole {
            Some(value) if value < least || value > greatest => NumberFit::OutOfRange,
            None if whole => NumberFit::NotWhole,
            _ => NumberFit::Fits,
        }
    }
}

/// Whether a type holds a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFit {
    Fits,
    OutOfRange,
    NotWhole,
    NoNumber,
}

/// The type's name, without what it is a list of.
pub fn name_of(ty: &Type) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn standard(ty: &str) -> Option<StandardType> {
        StandardType::of(&syn::parse_str(ty).expect("a type"))
    }

    #[test]
    fn types_are_recognised_by_their_last_name() {
        assert_eq!(standard("String"), Some(StandardType::Text));
        assert_eq!(standard("entify::types::Decimal"), Some(StandardType::Decimal));
        assert_eq!(standard("Vec<i64>"), Some(StandardType::List));
        assert_eq!(standard("DateTime<Utc>"), Some(StandardType::Time));
        for other in ["Status", "String<T>", "Vec", "DateTime", "u8", "[i64; 2]"] {
            assert_eq!(standard(other), None, "{other}");
        }
    }

    #[test]
    fn a_list_and_another_time_zone_may_still_be_wrong() {
        let is_field = |ty: &str| StandardType::is_field(&syn::parse_str(ty).expect("a type"));
        assert!(is_field("String") && is_field("DateTime<Utc>"));
        assert!(!is_field("Vec<i64>") && !is_field("DateTime<Local>") && !is_field("Status"));
    }

    #[test]
    fn numbers_fit_up_to_the_bounds_of_the_type() {
        let fit = |ty: &str, number: &str| {
            let number = Number::from_literal(&syn::parse_str(number).expect("an expression"));
            standard(ty).expect("a standard type").holds(&number.expect("a number"))
        };
        assert_eq!(fit("i16", "32767"), NumberFit::Fits);
        assert_eq!(fit("i16", "32768"), NumberFit::OutOfRange);
        assert_eq!(fit("i16", "-32769"), NumberFit::OutOfRange);
        assert_eq!(fit("i32", "0.5"), NumberFit::NotWhole);
        assert_eq!(fit("f32", "16777216"), NumberFit::Fits);
        assert_eq!(fit("f32", "16777217"), NumberFit::OutOfRange);
        assert_eq!(fit("Decimal", "0.5"), NumberFit::Fits);
        assert_eq!(fit("Uuid", "1"), NumberFit::NoNumber);
    }
}
