//! Groups by time: the ends of what can be stored, days of 23 and 25 hours, zones that are none.

use entify::prelude::*;
use entify::query::{Aggregate, TimeUnit, count};
use entify::testing::each_database;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Tick {
    at: Option<DateTime<Utc>>,
    day: Option<NaiveDate>,
}

async fn ticks(ctx: &Ctx, times: &[&str]) {
    let inputs = times.iter().map(|time| TickInput {
        at: (!time.is_empty()).then(|| time.parse().expect("a time")),
        day: (!time.is_empty()).then(|| time[..10].parse().expect("a date")),
        ..TickInput::new()
    });
    TickService::new(ctx).create_many(inputs.collect::<Vec<_>>()).await.expect("rows");
}

async fn groups(ctx: &Ctx, unit: TimeUnit, zone: &str) -> Vec<(String, i64)> {
    let at = Tick::at().by(unit);
    let query = Aggregate::of(count()).time_zone(zone);
    let groups = TickService::new(ctx).group_by(at.clone(), query).await.expect("groups");
    let line = |group: &entify::query::GroupOf<Tick>| {
        let begins = group.key(at.clone()).expect("a key");
        let begins =
            begins.map_or_else(String::new, |time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        (begins, group.get(count()).expect("a number").expect("a number"))
    };
    groups.iter().map(line).collect()
}

fn expected(groups: &[(&str, i64)]) -> Vec<(String, i64)> {
    groups.iter().map(|(begins, count)| ((*begins).to_owned(), *count)).collect()
}

#[each_database(entities![Tick])]
async fn a_day_has_as_many_hours_as_its_zone_says(ctx: Ctx) {
    // Every hour of the 27th of October 2024 and of the 31st of March 2024, of Berlin.
    let hours = |from: &str, many: i64| {
        let from: DateTime<Utc> = from.parse().expect("a time");
        (0..many).map(move |hour| (from + chrono::Duration::hours(hour)).to_rfc3339()).collect::<Vec<_>>()
    };
    let all = [hours("2024-10-26T22:00:00Z", 25), hours("2024-03-30T23:00:00Z", 23)].concat();
    ticks(&ctx, &all.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let days = groups(&ctx, TimeUnit::Day, "Europe/Berlin").await;
    assert_eq!(days, expected(&[("2024-03-30T23:00:00Z", 23), ("2024-10-26T22:00:00Z", 25)]));
    assert_eq!(groups(&ctx, TimeUnit::Hour, "Europe/Berlin").await.len(), 48, "each hour by itself");
    assert_eq!(groups(&ctx, TimeUnit::Day, "UTC").await.len(), 4);
    let year = groups(&ctx, TimeUnit::Year, "Europe/Berlin").await;
    assert_eq!(year, expected(&[("2023-12-31T23:00:00Z", 48)]));
}

#[each_database(entities![Tick])]
async fn the_ends_of_time_have_groups_too(ctx: Ctx) {
    let (first, last) = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z");
    ticks(&ctx, &[first, last, "", "1969-12-31T23:59:59.999999Z", "1883-11-18T17:00:00Z"]).await;
    for zone in ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin"] {
        for unit in TimeUnit::ALL {
            let found = groups(&ctx, unit, zone).await;
            assert_eq!(found.iter().map(|(_, count)| count).sum::<i64>(), 5, "{zone} {unit:?}");
            assert_eq!(found.last().expect("a group").0, "", "without a time last");
            assert_eq!(found[0].0, first, "{zone} {unit:?}");
        }
    }
    let weeks = groups(&ctx, TimeUnit::Week, "UTC").await;
    assert_eq!(weeks[0].0, "0001-01-01T00:00:00Z", "a Monday");
    assert_eq!(weeks[2].0, "1969-12-29T00:00:00Z");
}

#[each_database(entities![Tick])]
async fn what_is_no_zone_and_no_span_is_refused(ctx: Ctx) {
    ticks(&ctx, &["2024-01-01T00:00:00Z"]).await;
    let ticks = TickService::new(&ctx);
    for zone in ["Europe/Nowhere", "", "+02:00", "UTC'--"] {
        let query = Aggregate::of(count()).time_zone(zone);
        let error = ticks.group_by(Tick::at().by(TimeUnit::Day), query).await.expect_err("no zone");
        assert_eq!(error.code(), "BAD_REQUEST");
        assert!(error.to_string().contains("Europe/Berlin"), "{error}");
    }
    let refused = async |key: entify::query::Grouping<Tick, NaiveDate>| {
        ticks.group_by(key, Aggregate::of(count())).await.expect_err("refused").to_string()
    };
    assert_eq!(
        refused(Tick::day().by(TimeUnit::Hour)).await,
        "`day` has no `hour`; it is grouped by year, month, week, day"
    );
    assert_eq!(
        refused(Tick::day().group()).await,
        "say by what span of time `day` is grouped: year, month, week, day"
    );
    let twice = (Tick::at().by(TimeUnit::Day), Tick::at().by(TimeUnit::Year));
    let error = ticks.group_by(twice, Aggregate::of(count())).await.expect_err("twice");
    assert_eq!(error.to_string(), "rows are grouped by `at` twice; say it once");
}
