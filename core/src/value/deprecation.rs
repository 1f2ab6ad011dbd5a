//! What should not be used any more.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Deserializer};

/// `deprecated(since = "…", note = "…", sunset = "…")`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Deprecation {
    /// The version, or the day, since which it should not be used.
    #[serde(deserialize_with = "some_text")]
    pub since: Option<&'static str>,
    /// What to use instead.
    #[serde(deserialize_with = "some_text")]
    pub note: Option<&'static str>,
    /// The day on which it goes: `2027-01-31`.
    #[serde(deserialize_with = "some_text")]
    pub sunset: Option<&'static str>,
}

/// A definition lives as long as the program, and so do its texts.
fn some_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'static str>, D::Error> {
    String::deserialize(from).map(|text| Some(&*text.leak()))
}

impl Deprecation {
    /// As a sentence: "Since 2, gone from 2027-01-31: use `pay`".
    #[must_use]
    pub fn reason(&self) -> String {
        let since = self.since.map(|since| format!("Since {since}"));
        let gone = self.sunset.map(|day| match since {
            Some(_) => format!("gone from {day}"),
            None => format!("Gone from {day}"),
        });
        let times: Vec<String> = since.into_iter().chain(gone).collect();
        match (times.is_empty(), self.note) {
            (false, Some(note)) => format!("{}: {note}", times.join(", ")),
            (false, None) => format!("{}.", times.join(", ")),
            (true, Some(note)) => note.to_owned(),
            (true, None) => "Not to be used any more.".to_owned(),
        }
    }

    /// The same as a sentence of a description: "Deprecated. Since 2: use `pay`".
    #[must_use]
    pub fn remark(&self) -> String {
        format!("Deprecated. {}", self.reason())
    }

    /// The second since which it is deprecated, counted from 1970 (UTC); none where a version says it, of which no day is known.
    #[must_use]
    pub fn since_second(&self) -> Option<i64> {
        self.since.and_then(midnight)
    }

    /// The second from which it is gone.
    #[must_use]
    pub fn sunset_second(&self) -> Option<i64> {
        self.sunset.and_then(midnight)
    }
}

/// The first second of a day.
fn midnight(day: &str) -> Option<i64> {
    let day: NaiveDate = day.parse().ok()?;
    Some(day.and_time(NaiveTime::MIN).and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use super::Deprecation;

    #[test]
    fn what_is_known_is_said_in_one_sentence() {
        let reason = |since, sunset, note| Deprecation { since, note, sunset }.reason();
        assert_eq!(reason(Some("2"), None, Some("use `b`")), "Since 2: use `b`");
        assert_eq!(
            reason(Some("2"), Some("2027-01-31"), Some("use `b`")),
            "Since 2, gone from 2027-01-31: use `b`"
        );
        assert_eq!(reason(None, Some("2027-01-31"), None), "Gone from 2027-01-31.");
        assert_eq!(reason(Some("2"), None, None), "Since 2.");
        assert_eq!(reason(None, None, Some("use `b`")), "use `b`");
        assert_eq!(reason(None, None, None), "Not to be used any more.");
    }

    #[test]
    fn days_have_seconds_and_versions_have_none() {
        let of = |since| Deprecation { since: Some(since), note: None, sunset: Some("1970-01-02") };
        assert_eq!((of("1970-01-03").since_second(), of("2.0").since_second()), (Some(172_800), None));
        assert_eq!(of("2").sunset_second(), Some(86_400));
    }
}
