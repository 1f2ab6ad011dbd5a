//! Measures: what is computed of the values of many rows.

use crate::types::{DateTime, Decimal, Kind, NaiveDate, NaiveTime, Utc};

/// What a measure computes of the values of many rows. A row whose value is NULL does not count, and there is no sum, average,
/// least or greatest value of no rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// How many rows there are.
    Count,
    /// The sum, exact but for `f32` and `f64`.
    Sum,
    /// The average: of `f32` and `f64` as `f64`; of others as a decimal, rounded half away from zero (`Function::scale`).
    Avg,
    /// The least value.
    Min,
    /// The greatest value.
    Max,
}

/// Digits after the point of an average of integers, and those that an average has more than its values.
const MORE_DIGITS: u32 = 6;
/// Digits of a `Decimal`.
const DECIMAL_DIGITS: u32 = 28;

impl Function {
    /// Every function, in the order of their names in descriptions.
    pub const ALL: [Self; 5] = [Self::Count, Self::Sum, Self::Avg, Self::Min, Self::Max];

    /// Those of a field's values.
    pub const OF_FIELDS: [Self; 4] = [Self::Sum, Self::Avg, Self::Min, Self::Max];

    /// Its name: `count`, `sum`, `avg`, `min`, `max`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    /// The type of what it computes of values of a type; none where it cannot.
    ///
    /// A sum of `i16` and `i32` is an `i64`; one of `i64` may be greater, so it is a decimal.
    #[must_use]
    pub const fn result(self, kind: Kind) -> Option<Kind> {
        let capabilities = kind.capabilities();
        match (self, kind) {
            (Self::Count, _) => Some(Kind::I64),
            (Self::Min | Self::Max, _) if capabilities.comparable => Some(kind),
            (Self::Sum | Self::Avg, Kind::F32 | Kind::F64) => Some(Kind::F64),
            (Self::Sum, Kind::I16 | Kind::I32) => Some(Kind::I64),
            (Self::Sum | Self::Avg, _) if capabilities.numeric => Some(Kind::Decimal),
            _ => None,
        }
    }

    /// The most digits after the point of what it computes, where that is a decimal, of values with so many of them; none where
    /// there is no bound. Where an average would have more than 28 digits in all, those beyond are left out.
    #[must_use]
    pub fn scale(self, kind: Kind, scale: Option<u32>) -> Option<u32> {
        match (self, kind, scale) {
            (Self::Count, ..) => None,
            (Self::Avg, Kind::Decimal, None) => Some(DECIMAL_DIGITS),
            (Self::Avg, Kind::Decimal, Some(scale)) => Some((scale + MORE_DIGITS).min(DECIMAL_DIGITS)),
            (Self::Avg, Kind::I16 | Kind::I32 | Kind::I64, _) => Some(MORE_DIGITS),
            (Self::Sum, Kind::I64, _) => Some(0),
            (_, Kind::Decimal, scale) => scale,
            _ => None,
        }
    }
}

/// Types of which there is a sum, as an `S`.
#[diagnostic::on_unimplemented(
    message = "a sum of `{Self}` is no `{S}`",
    label = "not the type of the sum",
    note = "a sum of `i16` and `i32` is an `Option<i64>`, one of `i64` and `Decimal` an `Option<Decimal>`, one of `f32` and \
            `f64` an `Option<f64>`; other types have none"
)]
pub trait SumField<S> {}

/// Types of which there is an average, as an `A`.
#[diagnostic::on_unimplemented(
    message = "an average of `{Self}` is no `{A}`",
    label = "not the type of the average",
    note = "an average of `i16`, `i32`, `i64` and `Decimal` is an `Option<Decimal>`, one of `f32` and `f64` an `Option<f64>`; \
            other types have none"
)]
pub trait AvgField<A> {}

/// Types of which there are a least and a greatest value, as an `M`, which is the type itself.
#[diagnostic::on_unimplemented(
    message = "a least or greatest value of `{Self}` is no `{M}`",
    label = "not the type of the value",
    note = "it has the type of the field, in an `Option`, which is a number, a text, a date or a time"
)]
pub trait LeastField<M> {}

macro_rules! measured {
    ($($of:ty: $sum:ty, $avg:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl SumField<$sum> for $of {}
        #[diagnostic::do_not_recommend]
        impl AvgField<$avg> for $of {}
        #[diagnostic::do_not_recommend]
        impl LeastField<$of> for $of {}
    )*};
}

measured! {
    i16: i64, Decimal;
    i32: i64, Decimal;
    i64: Decimal, Decimal;
    Decimal: Decimal, Decimal;
    f32: f64, f64;
    f64: f64, f64;
}

macro_rules! compared {
    ($($of:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl LeastField<$of> for $of {}
    )*};
}

compared!(String, NaiveDate, NaiveTime, DateTime<Utc>);
