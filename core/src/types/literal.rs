//! Literals in attributes: `default = 0` on a Decimal, `default = "x"` on a String.
//!
//! The messages name the types that fit; `do_not_recommend` keeps rustc from listing the implementations again.

use rust_decimal::Decimal;

/// Types that a whole-number literal converts to.
#[diagnostic::on_unimplemented(message = "a whole number is not a `{Self}`", label = "not a `{Self}`")]
pub trait IntLiteral: Sized {
    /// Least whole number that fits.
    const MIN: i128;
    /// Greatest whole number that fits.
    const MAX: i128;

    /// The value, or `None` when it does not fit; the derive turns that into a compile error.
    fn from_int(value: i128) -> Option<Self>;
}

/// Types that a literal with a decimal point converts to.
#[diagnostic::on_unimplemented(message = "a decimal number is not a `{Self}`", label = "not a `{Self}`")]
pub trait FloatLiteral: Sized {
    /// The value of the digits as written.
    fn from_digits(digits: &'static str) -> Option<Self>;
}

/// Types that a string literal converts to.
#[diagnostic::on_unimplemented(message = "a text is not a `{Self}`", label = "not a `{Self}`")]
pub trait StrLiteral: Sized {
    /// The value.
    fn from_text(text: &'static str) -> Option<Self>;
}

macro_rules! int_literals {
    ($($ty:ty)*) => {$(
        #[diagnostic::do_not_recommend]
impl IntLiteral for $ty {
            const MIN: i128 = <$ty>::MIN as i128;
            const MAX: i128 = <$ty>::MAX as i128;

            fn from_int(value: i128) -> Option<Self> {
                value.try_into().ok()
            }
        }
    )*};
}

int_literals!(i16 i32 i64);

#[diagnostic::do_not_recommend]
impl IntLiteral for Decimal {
    // 96 bits of digits.
    const MIN: i128 = -<Self as IntLiteral>::MAX;
    const MAX: i128 = (1 << 96) - 1;

    fn from_int(value: i128) -> Option<Self> {
        Decimal::try_from_i128_with_scale(value, 0).ok()
    }
}

macro_rules! float_literals {
    ($($ty:ty)*) => {$(
        #[diagnostic::do_not_recommend]
impl IntLiteral for $ty {
            // Beyond these a float no longer holds every whole number.
            const MIN: i128 = -(1 << <$ty>::MANTISSA_DIGITS);
            const MAX: i128 = 1 << <$ty>::MANTISSA_DIGITS;

            #[allow(clippy::cast_precision_loss)]
            fn from_int(value: i128) -> Option<Self> {
                Some(value as $ty)
            }
        }

        #[diagnostic::do_not_recommend]
impl FloatLiteral for $ty {
            fn from_digits(digits: &'static str) -> Option<Self> {
                digits.parse().ok()
            }
        }
    )*};
}

float_literals!(f32 f64);

#[diagnostic::do_not_recommend]
impl FloatLiteral for Decimal {
    fn from_digits(digits: &'static str) -> Option<Self> {
        digits.parse().ok()
    }
}

#[diagnostic::do_not_recommend]
impl StrLiteral for String {
    fn from_text(text: &'static str) -> Option<Self> {
        Some(text.to_owned())
    }
}
