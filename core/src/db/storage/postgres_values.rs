//! Values of PostgreSQL that its driver reads as others, or not without a panic: dates and times beyond those of
//! `chrono`, `infinity`, numbers that a `Decimal` does not hold.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgTypeInfo, PgValueFormat, PgValueRef, Postgres};
use sqlx::{Decode, Type};

use crate::types::is_storable_year;
use crate::types::number::Number10;

/// `date`
pub(super) struct PgDate(pub(super) NaiveDate);
/// `time`
pub(super) struct PgTime(pub(super) NaiveTime);
/// `timestamptz`
pub(super) struct PgTimestamp(pub(super) DateTime<Utc>);
/// `numeric`
pub(super) struct PgDecimal(pub(super) Decimal);

macro_rules! types {
    ($($of:ident: $as:ty, $decode:ident;)*) => {$(
        impl Type<Postgres> for $of {
            fn type_info() -> PgTypeInfo {
                <$as as Type<Postgres>>::type_info()
            }
        }

        impl<'r> Decode<'r, Postgres> for $of {
            fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
                match value.format() {
                    PgValueFormat::Binary => $decode(value.as_bytes()?).map($of),
                    PgValueFormat::Text => Err("it came as a text".into()),
                }
            }
        }
    )*};
}

types! {
    PgDate: NaiveDate, date;
    PgTime: NaiveTime, time;
    PgTimestamp: DateTime<Utc>, timestamp;
    PgDecimal: Decimal, decimal;
}

/// Days since 2000-01-01; the greatest and the least number are the infinities.
fn date(bytes: &[u8]) -> Result<NaiveDate, BoxDynError> {
    let days = i32::from_be_bytes(bytes.try_into()?);
    if matches!(days, i32::MIN | i32::MAX) {
        return Err(infinity(days > 0));
    }
    let epoch = NaiveDate::from_ymd_opt(2000, 1, 1).ok_or("no epoch")?;
    let date = epoch.checked_add_signed(TimeDelta::days(days.into()));
    date.filter(|date| is_storable_year(*date)).ok_or_else(|| beyond().into())
}

/// Microseconds since midnight; PostgreSQL knows 24:00:00.
fn time(bytes: &[u8]) -> Result<NaiveTime, BoxDynError> {
    let micros = u64::from_be_bytes(bytes.try_into()?);
    let seconds = u32::try_from(micros / 1_000_000)?;
    let nanos = u32::try_from(micros % 1_000_000 * 1_000)?;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos).ok_or_else(|| "it is 24:00:00".into())
}

/// Microseconds since 2000-01-01 in UTC; the greatest and the least number are the infinities.
fn timestamp(bytes: &[u8]) -> Result<DateTime<Utc>, BoxDynError> {
    const EPOCH_MICROS: i64 = 946_684_800_000_000;
    let micros = i64::from_be_bytes(bytes.try_into()?);
    if matches!(micros, i64::MIN | i64::MAX) {
        return Err(infinity(micros > 0));
    }
    let time = micros.checked_add(EPOCH_MICROS).and_then(DateTime::from_timestamp_micros);
    time.filter(|time| is_storable_year(time.date_naive())).ok_or_else(|| beyond().into())
}

fn infinity(positive: bool) -> BoxDynError {
    if positive { "it is infinity".into() } else { "it is -infinity".into() }
}

fn beyond() -> &'static str {
    "it is not in the years 0001 to 9999"
}

/// Digits to the base of 10,000 after a head of four words: their number, the power of the first one, the sign and the
/// digits after the point.
fn decimal(bytes: &[u8]) -> Result<Decimal, BoxDynError> {
    let (words, _) = bytes.as_chunks::<2>();
    let words: Vec<u16> = words.iter().map(|word| u16::from_be_bytes(*word)).collect();
    let [_, weight, sign, scale, groups @ ..] = words.as_slice() else {
        return Err("it is cut short".into());
    };
    let sign = match sign {
        0x0000 => "",
        0x4000 => "-",
        0xC000 => return Err("it is NaN".into()),
        _ => return Err("it is infinite".into()),
    };
    // Digits before the point come in whole groups, and zeros at the end are not sent.
    let weight = i64::from(weight.cast_signed());
    let whole = usize::try_from(weight + 1).unwrap_or(0);
    let mut digits = "0000".repeat(usize::try_from(-1 - weight).unwrap_or(0));
    digits.extend(groups.iter().map(|group| format!("{group:04}")));
    let least = whole * 4 + usize::from(*scale);
    if digits.len() < least {
        digits.push_str(&"0".repeat(least - digits.len()));
    }
    let (whole, fraction) = digits.split_at(whole * 4);
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    // A last group may have zeros beyond the scale.
    let fraction = &fraction[..usize::from(*scale).min(fraction.len())];
    let text =
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") };
    Number10::stored_decimal(&text).ok_or_else(|| format!("it is {text}, more than a decimal holds").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(weight: i16, sign: u16, scale: u16, groups: &[u16]) -> Result<String, String> {
        let head = [u16::try_from(groups.len()).unwrap(), weight.cast_unsigned(), sign, scale];
        let bytes: Vec<u8> = head.iter().chain(groups).flat_map(|word| word.to_be_bytes()).collect();
        decimal(&bytes).map(|number| number.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_numeric_is_read_as_it_is() {
        assert_eq!(numeric(0, 0, 2, &[]), Ok("0.00".to_owned()));
        assert_eq!(numeric(0, 0, 2, &[19, 9000]), Ok("19.90".to_owned()));
        assert_eq!(numeric(1, 0x4000, 0, &[1]), Ok("-10000".to_owned()));
        assert_eq!(numeric(-2, 0, 8, &[5]), Ok("0.00000005".to_owned()));
        assert_eq!(numeric(1, 0, 1, &[1, 0, 5000]), Ok("10000.5".to_owned()));
        assert!(numeric(0, 0xC000, 0, &[]).unwrap_err().contains("NaN"));
        assert!(numeric(0, 0xD000, 0, &[]).unwrap_err().contains("infinite"));
        assert!(numeric(9, 0, 0, &[1]).unwrap_err().contains("more than a decimal holds"));
    }
}
