//! Time zones as tables of offsets, so that groups by time are the same on every database, whatever it knows of zones.

use std::collections::HashMap;
use std::str::FromStr as _;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use chrono::{DateTime, NaiveDate, Offset as _, TimeZone as _, Utc};
use chrono_tz::Tz;

use crate::error::{Error, Result};
use crate::types::shorten;

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// Within these days of either end of what can be stored, times are those of UTC: no local time is out of range.
const MARGIN: i64 = 8 * DAY;

/// The offsets of a time zone, each from one second on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ZoneOffsets {
    /// When an offset begins, in seconds since 1970.
    starts: Vec<i64>,
    /// Seconds east of UTC: before the first start, and from each on.
    offsets: Vec<i32>,
}

/// The zones that were asked for. There are some six hundred, of some hundred changes each.
static ZONES: LazyLock<RwLock<HashMap<&'static str, Arc<ZoneOffsets>>>> = LazyLock::new(RwLock::default);

impl ZoneOffsets {
    /// UTC.
    pub(crate) fn utc() -> Self {
        Self { starts: Vec::new(), offsets: vec![0] }
    }

    /// The zone of a name of the IANA database.
    ///
    /// # Errors
    /// `BadRequest` when there is none.
    pub(crate) fn named(name: &str) -> Result<Arc<Self>> {
        let zone = Tz::from_str(name).map_err(|_| {
            Error::bad_request(format!(
                "there is no time zone `{}`; name one of the IANA database, like `Europe/Berlin`",
                shorten(name, 64)
            ))
        })?;
        if let Some(known) = ZONES.read().unwrap_or_else(PoisonError::into_inner).get(zone.name()) {
            return Ok(Arc::clone(known));
        }
        let offsets = Arc::new(Self::of(zone));
        let mut zones = ZONES.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(zones.entry(zone.name()).or_insert(offsets)))
    }

    /// The offsets from 1900 to 2100, looked for day by day; those at the ends hold before and after.
    fn of(zone: Tz) -> Self {
        let offset = |second: i64| {
            let time = DateTime::from_timestamp(second, 0).unwrap_or_default();
            zone.offset_from_utc_datetime(&time.naive_utc()).fix().local_minus_utc()
        };
        let (first, last) = (second_of(1900), second_of(2100));
        let mut table = Self { starts: vec![second_of(1) + MARGIN], offsets: vec![0, offset(first)] };
        let mut day = first;
        while day < last {
            let (before, after) = (offset(day), offset(day + DAY));
            if before != after {
                let (mut low, mut high) = (day, day + DAY);
                while high - low > 1 {
                    let middle = i64::midpoint(low, high);
                    *(if offset(middle) == before { &mut low } else { &mut high }) = middle;
                }
                table.starts.push(high);
                table.offsets.push(offset(high));
                // A day with another change after this one is gone on with from here.
                day = high;
                continue;
            }
            day += DAY;
        }
        table.starts.push(second_of(10_000) - MARGIN);
        table.offsets.push(0);
        table
    }

    /// When offsets begin, in order.
    pub(crate) fn starts(&self) -> &[i64] {
        &self.starts
    }

    /// The offsets: one more than there are starts.
    pub(crate) fn offsets(&self) -> &[i32] {
        &self.offsets
    }

    fn offset_at(&self, second: i64) -> i64 {
        let position = self.starts.partition_point(|start| *start <= second);
        self.offsets.get(position).copied().unwrap_or(0).into()
    }

    /// When a local time is reached first. One that the zone skips is reached by the skip.
    pub(crate) fn instant(&self, local: DateTime<Utc>) -> DateTime<Utc> {
        let local = local.timestamp();
        let near = self.starts.partition_point(|start| *start < local - 3 * DAY);
        let past = self.starts.partition_point(|start| *start <= local + 3 * DAY);
        let holds = |position: usize| {
            let second = local - i64::from(self.offsets[position]);
            let from = position.checked_sub(1).map_or(i64::MIN, |before| self.starts[before]);
            let to = self.starts.get(position).copied().unwrap_or(i64::MAX);
            (from..to).contains(&second).then_some(second)
        };
        let reached = (near..=past).filter_map(holds).min();
        let skipped = || {
            let positions = near..past;
            let mut starts = positions.map(|position| (self.starts[position], self.offsets[position + 1]));
            starts.find(|(start, after)| start + i64::from(*after) > local).map(|(start, _)| start)
        };
        let second = reached.or_else(skipped).unwrap_or(local);
        DateTime::from_timestamp(second, 0).unwrap_or_default()
    }

    /// The first second of an hour of local time, of which `start` is that at the hour's own offset: an hour begins later where
    /// the offset changes within it.
    pub(crate) fn hour(&self, start: DateTime<Utc>) -> DateTime<Utc> {
        let second = start.timestamp();
        if (second + self.offset_at(second)).rem_euclid(HOUR) == 0 {
            return start;
        }
        let next = self.starts.get(self.starts.partition_point(|known| *known <= second));
        match next {
            Some(next) if *next < second + HOUR => DateTime::from_timestamp(*next, 0).unwrap_or(start),
            _ => start,
        }
    }
}

/// The first second of a year, since 1970.
fn second_of(year: i32) -> i64 {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    first.signed_duration_since(NaiveDate::default()).num_seconds()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn offsets_are_those_of_the_zone() {
        for name in
            ["Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "America/St_Johns", "Asia/Tokyo"]
        {
            let (zone, table) =
                (Tz::from_str(name).expect("a zone"), ZoneOffsets::named(name).expect("a zone"));
            for step in 0..40_000_i64 {
                let second = second_of(1970) + step * 97_331;
                let time = DateTime::from_timestamp(second, 0).expect("a time").naive_utc();
                let expected = zone.offset_from_utc_datetime(&time).fix().local_minus_utc();
                assert_eq!(table.offset_at(second), i64::from(expected), "{name} at {time}");
            }
        }
    }

    #[test]
    fn a_local_time_is_reached_first_once() {
        let zone = |name: &str| ZoneOffsets::named(name).expect("a zone");
        for (name, local, expected) in [
            ("Europe/Berlin", "2024-07-01T00:00:00Z", "2024-06-30T22:00:00Z"),
            // Skipped, and reached twice.
            ("Europe/Berlin", "2024-03-31T02:00:00Z", "2024-03-31T01:00:00Z"),
            ("Europe/Berlin", "2024-10-27T02:00:00Z", "2024-10-27T00:00:00Z"),
            // A day that begins at one o'clock, and one whose midnight comes twice.
            ("America/Sao_Paulo", "2018-11-04T00:00:00Z", "2018-11-04T03:00:00Z"),
            ("America/Havana", "2024-11-03T00:00:00Z", "2024-11-03T04:00:00Z"),
            // A day that there was not.
            ("Pacific/Apia", "2011-12-30T00:00:00Z", "2011-12-30T10:00:00Z"),
        ] {
            assert_eq!(zone(name).instant(utc(local)), utc(expected), "{name} {local}");
        }
    }

    #[test]
    fn an_hour_begins_where_its_offset_does() {
        let zone = ZoneOffsets::named("Australia/Lord_Howe").expect("a zone");
        // At 02:00 the clock goes back half an hour: 01:30 comes again, at 15:00 UTC.
        assert_eq!(zone.hour(utc("2024-04-06T14:00:00Z")), utc("2024-04-06T14:00:00Z"));
        assert_eq!(zone.hour(utc("2024-04-06T14:30:00Z")), utc("2024-04-06T15:00:00Z"));
        assert_eq!(zone.hour(utc("2024-04-06T15:30:00Z")), utc("2024-04-06T15:30:00Z"));
    }

    #[test]
    fn a_zone_that_is_none_is_refused() {
        for name in ["", "Europe/Nowhere", "europe/berlin", "+02:00", "UTC'; --"] {
            assert!(ZoneOffsets::named(name).is_err(), "{name}");
        }
        assert!(ZoneOffsets::named("UTC").is_ok());
    }
}
