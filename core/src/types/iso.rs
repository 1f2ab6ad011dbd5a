//! Dates and times in ISO 8601 / RFC 3339, written digit by digit: every row has some, and a format string would
//! be read again for each.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Timelike as _, Utc};

/// How many digits of a second's fraction are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fraction {
    /// As many as needed: none, three or six.
    Shortest,
    /// Always six, so that the text sorts as the time does.
    Micros,
}

/// `2024-12-31`
pub(crate) fn write_date(date: NaiveDate, out: &mut Vec<u8>) {
    digits(date.year().unsigned_abs(), 4, out);
    out.push(b'-');
    digits(date.month(), 2, out);
    out.push(b'-');
    digits(date.day(), 2, out);
}

/// `23:59:59.999999`
pub(crate) fn write_time(time: NaiveTime, fraction: Fraction, out: &mut Vec<u8>) {
    digits(time.hour(), 2, out);
    out.push(b':');
    digits(time.minute(), 2, out);
    out.push(b':');
    digits(time.second(), 2, out);
    // A leap second is the nanoseconds from 1,000,000,000 on; neither database keeps one.
    let micros = (time.nanosecond() / 1_000).min(999_999);
    match fraction {
        Fraction::Shortest if micros == 0 => {}
        Fraction::Shortest if micros.is_multiple_of(1_000) => {
            out.push(b'.');
            digits(micros / 1_000, 3, out);
        }
        _ => {
            out.push(b'.');
            digits(micros, 6, out);
        }
    }
}

/// `2024-12-31T23:59:59Z`
pub(crate) fn write_datetime(time: DateTime<Utc>, fraction: Fraction, out: &mut Vec<u8>) {
    let plain = time.naive_utc();
    write_date(plain.date(), out);
    out.push(b'T');
    write_time(plain.time(), fraction, out);
    out.push(b'Z');
}

/// The output of one of the writers, as a text.
pub(crate) fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::with_capacity(27);
    write(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn digits(number: u32, width: u32, out: &mut Vec<u8>) {
    for exponent in (0..width).rev() {
        let digit = number / 10_u32.pow(exponent) % 10;
        out.push(b'0' + u8::try_from(digit).unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339_says() {
        for written in [
            "0001-01-01T00:00:00Z",
            "2024-02-29T12:34:56.789Z",
            "9999-12-31T23:59:59.999999Z",
            "1969-12-31T23:59:59.000001Z",
        ] {
            let time: DateTime<Utc> = written.parse().expect("a time");
            assert_eq!(text(|out| write_datetime(time, Fraction::Shortest, out)), written);
        }
        let whole: DateTime<Utc> = "2024-02-29T00:00:00Z".parse().expect("a time");
        assert_eq!(text(|out| write_datetime(whole, Fraction::Micros, out)), "2024-02-29T00:00:00.000000Z");
    }
}
