//! Numbers as they are written: read digit by digit, so that none passes through a double on its way to an exact type.
//!
//! There are two spellings. A *text* (a JSON string, a query string, a cell of a form or a CSV file) is plain digits:
//! `-12.50`. A *number* of JSON or GraphQL counts by its value, however it is written: `1e2` and `100.0` are 100.

use std::cmp::Ordering;

use rust_decimal::Decimal;
use serde_json::Number;

/// Digits that a number in JSON may have when it is written out: every double has fewer.
const MAX_JSON_DIGITS: usize = 1_000;

/// A number as written: `digits` times ten to the power of `exponent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number10 {
    negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: String,
    exponent: i64,
}

impl Number10 {
    /// Reads plain digits: a minus sign or none, no zero before another digit of the whole part, digits on both sides of
    /// a point, no exponent.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        if text.contains(['e', 'E']) { None } else { Self::of_number(text) }
    }

    /// Reads a number by the grammar of JSON (RFC 8259).
    pub(crate) fn of_number(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (rest, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some((whole, fraction)) => (whole, fraction),
            None => (mantissa, ""),
        };
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let has_leading_zero = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty() || has_leading_zero || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let significant = all.trim_end_matches('0');
        let dropped = i64::try_from(all.len() - significant.len()).ok()?;
        let digits = significant.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        let exponent = exponent.saturating_sub(i64::try_from(fraction.len()).ok()?).saturating_add(dropped);
        Some(Self { negative, digits, exponent })
    }

    /// The number as a whole one.
    pub(crate) fn integer(&self) -> Option<i128> {
        let zeros = usize::try_from(self.exponent).ok().filter(|zeros| *zeros < 40)?;
        self.with_sign(&format!("{}{}", self.digits, "0".repeat(zeros)))
    }

    /// Whether it has no fraction, however great it is.
    pub(crate) fn is_whole(&self) -> bool {
        self.exponent >= 0
    }

    /// The number as a decimal, if one holds all its digits: any 28, and some 29.
    pub(crate) fn decimal(&self) -> Option<Decimal> {
        if self.exponent >= 0 {
            return Decimal::try_from_i128_with_scale(self.integer()?, 0).ok();
        }
        let scale = u32::try_from(self.exponent.checked_neg()?).ok()?;
        Decimal::try_from_i128_with_scale(self.with_sign(&self.digits)?, scale).ok()
    }

    /// As [`Number10::decimal`], with the zeros that the text has after its point.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn stored_decimal(text: &str) -> Option<Decimal> {
        let mut number = Self::of_number(text)?.decimal()?;
        if let Some((_, fraction)) = text.split_once('.')
            && let Ok(scale) = u32::try_from(fraction.len())
            && (number.scale() + 1..=28).contains(&scale)
        {
            number.rescale(scale);
        }
        Some(number)
    }

    fn with_sign(&self, digits: &str) -> Option<i128> {
        let value: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        Some(if self.negative { -value } else { value })
    }

    /// All digits, without an exponent; none when there would be too many.
    fn plain(&self) -> Option<String> {
        let length = i64::try_from(self.digits.len()).ok()?;
        let point = length.checked_add(self.exponent)?;
        let written = point.unsigned_abs().max(length.unsigned_abs());
        if usize::try_from(written).ok()? > MAX_JSON_DIGITS {
            return None;
        }
        let sign = if self.negative { "-" } else { "" };
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
        Some(match (point, self.exponent) {
            _ if self.digits.is_empty() => "0".to_owned(),
            (_, 0..) => format!("{sign}{}{}", self.digits, zeros(self.exponent)),
            (..=0, _) => format!("{sign}0.{}{}", zeros(-point), self.digits),
            (point, _) => {
                let (whole, fraction) = self.digits.split_at(usize::try_from(point).ok()?);
                format!("{sign}{whole}.{fraction}")
            }
        })
    }

    /// The position of the first digit, as a power of ten.
    fn magnitude(&self) -> i64 {
        self.exponent.saturating_add(i64::try_from(self.digits.len()).unwrap_or(i64::MAX))
    }

    fn compare_sizes(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            // Of the same magnitude they are fractions of it, which compare as their digits do.
            (false, false) => {
                self.magnitude().cmp(&other.magnitude()).then_with(|| self.digits.cmp(&other.digits))
            }
        }
    }
}

impl PartialOrd for Number10 {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number10 {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.compare_sizes(other),
            (true, true) => other.compare_sizes(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

fn read_exponent(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // One that does not fit is as good as any that is beyond all limits.
    Some(sign * digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4))
}

/// The one spelling of a number in JSON, the same from both databases: as the double that it equals is written, else
/// all its digits. None when it has more digits than are stored.
pub(crate) fn canonical(number: &Number) -> Option<Number> {
    let text = number.as_str();
    if number.is_i64() || number.is_u64() {
        return Some(if text == "-0" { Number::from(0) } else { number.clone() });
    }
    let exact = Number10::of_number(text)?;
    let double = number.as_f64().and_then(Number::from_f64);
    if let Some(double) =
        double.filter(|double| Number10::of_number(double.as_str()).as_ref() == Some(&exact))
    {
        // One zero only: PostgreSQL does not store its sign.
        return Some(if exact.digits.is_empty() { Number::from_f64(0.0)? } else { double });
    }
    exact.plain()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        let read = |text: &str| Number10::of_number(text)?.decimal().map(|number| number.to_string());
        for (text, expected) in [
            ("1.50", "1.5"),
            ("1.000", "1"),
            ("-0", "0"),
            ("-0.00", "0"),
            ("1.5e3", "1500"),
            ("1.5E+3", "1500"),
            ("15e-28", "0.0000000000000000000000000015"),
            ("1e27", "1000000000000000000000000000"),
            ("0e999999999999999999999", "0"),
            ("12345678901234567.89", "12345678901234567.89"),
            ("9999999999999999999999999999", "9999999999999999999999999999"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        let zeros = format!("1.5{}", "0".repeat(1_000));
        assert_eq!(read(&zeros).as_deref(), Some("1.5"));
        for text in [
            "",
            ".",
            "-",
            "+1",
            "1_0",
            "1e",
            "e1",
            "1e1e1",
            "01",
            "-01",
            ".5",
            "5.",
            "5.e1",
            "1e29",
            "1e-29",
            "1e99999999999999999999",
            "NaN",
            "inf",
            "0x1",
            " 1",
            "1 ",
            "79228162514264337593543950336",
            "0.00000000000000000000000000001",
            "8.2345678901234567890123456789",
            "１",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(Number10::of_text("1e2").is_none() && Number10::of_text("-12.50").is_some());
    }

    #[test]
    fn numbers_of_json_have_one_spelling_and_their_exact_value() {
        let read = |text: &str| canonical(&text.parse().ok()?).map(|number| number.to_string());
        for (text, expected) in [
            ("1", "1"),
            ("-0", "0"),
            ("-0.0", "0.0"),
            ("1.50", "1.5"),
            ("1e2", "100.0"),
            ("100.00", "100.0"),
            ("18446744073709551615", "18446744073709551615"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("1.0000000000000000000001", "1.0000000000000000000001"),
            ("0.10000000000000000000010", "0.1000000000000000000001"),
            ("12345678901234567890123e-30", "0.000000012345678901234567890123"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for number in [0.1, 1e300, -1e22, 5e-324, f64::MAX] {
            let double = Number::from_f64(number).unwrap();
            assert_eq!(canonical(&double), Some(double.clone()));
            let plain = Number10::of_number(double.as_str()).unwrap().plain().unwrap();
            assert_eq!(canonical(&plain.parse().unwrap()), Some(double), "{plain}");
        }
        assert_eq!(read("1e1001"), None);
        assert_eq!(read("1e-99999"), None);
    }

    #[test]
    fn numbers_compare_by_value() {
        let rising = [
            "-1e40",
            "-2",
            "-1.5",
            "-1e-30",
            "0",
            "1e-30",
            "0.5",
            "1",
            "1.0000000000000000000000000000001",
            "9",
            "10",
        ];
        let numbers: Vec<_> = rising.iter().map(|text| Number10::of_number(text).unwrap()).collect();
        assert!(numbers.is_sorted_by(|left, right| left < right));
        assert_eq!(
            Number10::of_number("1.0").unwrap().cmp(&Number10::of_number("1").unwrap()),
            Ordering::Equal
        );
    }
}
