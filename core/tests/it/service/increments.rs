//! Adding to numbers: nothing is lost between writers, and the sum keeps the field's rules.

use entify::Error;
use entify::error::FieldError;
use entify::prelude::*;
use entify::query::PageArgs;
use entify::testing::{TestDb, each_database};

/// What is counted.
#[derive(Entity)]
#[entity(policy(read = public, create = public, update = role("staff"), delete = nobody), version)]
pub struct Counter {
    #[entity(unique)]
    name: String,
    #[entity(default = 0)]
    views: i64,
    #[entity(default = 0, min = 0, max = 5)]
    stars: i32,
    small: Option<i16>,
    #[entity(default = 0, precision = 6, scale = 2, min = -10, max = 1000.5)]
    amount: Decimal,
    #[entity(default = 0.5, max = 10)]
    ratio: f64,
}

/// The same, whose changes are recorded.
#[derive(Entity)]
#[entity(policy = public, history)]
pub struct Recorded {
    #[entity(unique)]
    name: String,
    #[entity(default = 0, max = 5)]
    stars: i32,
    #[entity(default = 0)]
    amount: Decimal,
}

fn tables() -> Vec<&'static entify::entity::EntityDef> {
    entities![Counter, Recorded].to_vec()
}

fn codes(error: &Error) -> Vec<(String, &'static str, String)> {
    let told = |error: &FieldError| (error.field.to_string(), error.code, error.message.to_string());
    error.fields().iter().map(told).collect()
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

async fn counter(ctx: &Ctx, name: &str) -> Id<Counter> {
    CounterService::new(ctx).create(CounterInput::new(name)).await.expect("a counter").id
}

#[each_database(tables())]
async fn a_sum_is_one_statement(ctx: Ctx) {
    let counters = CounterService::new(&ctx);
    let id = counter(&ctx, "a").await;
    let before = ctx.db().statements();
    let patch = CounterPatch {
        views: Change::add(3),
        small: Change::add(4_i16),
        ratio: Change::add(0.25),
        ..CounterPatch::default()
    };
    let after = counters.update(id, patch.clone()).await.expect("a change");
    assert_eq!(ctx.db().statements() - before, 1);
    assert_eq!((after.views, after.small, after.ratio, after.version), (3, Some(4), 0.75, 2));
    let after = counters.update(id, patch).await.expect("a change");
    assert_eq!((after.views, after.small, after.ratio, after.version), (6, Some(8), 1.0, 3));
    let nothing = CounterPatch { views: Change::add(0), ..CounterPatch::default() };
    let same = counters.update(id, nothing).await.expect("no change");
    assert_eq!((same.version, same.updated_at), (3, after.updated_at), "zero changes nothing");
    let both = CounterPatch {
        name: "b".to_owned().into(),
        amount: Change::add(decimal("1.25")),
        ..CounterPatch::default()
    };
    let after = counters.update(id, both).await.expect("a change");
    assert_eq!((after.name.as_str(), after.amount), ("b", decimal("1.25")));
}

#[each_database(tables())]
async fn the_sum_keeps_the_rules_of_the_field_and_of_its_type(ctx: Ctx) {
    let counters = CounterService::new(&ctx);
    let id = counter(&ctx, "a").await;
    let patch = CounterPatch::default;
    let cases = [
        (CounterPatch { stars: Change::add(6), ..patch() }, ("stars", "too_large")),
        (CounterPatch { stars: Change::add(-1), ..patch() }, ("stars", "too_small")),
        (CounterPatch { amount: Change::add(decimal("1000.51")), ..patch() }, ("amount", "too_large")),
        (CounterPatch { amount: Change::add(decimal("0.001")), ..patch() }, ("amount", "scale")),
        (CounterPatch { ratio: Change::add(9.75), ..patch() }, ("ratio", "too_large")),
    ];
    for (patch, (field, code)) in cases {
        let refused = counters.update(id, patch).await.expect_err("out of range");
        let codes = codes(&refused);
        assert_eq!((codes[0].0.as_str(), codes[0].1), (field, code), "{codes:?}");
    }
    let most = CounterPatch { views: i64::MAX.into(), small: Change::Set(Some(i16::MAX)), ..patch() };
    counters.update(id, most).await.expect("a change");
    for refused in [
        CounterPatch { views: Change::add(1), ..patch() },
        CounterPatch { small: Change::add(1_i16), ..patch() },
    ] {
        let refused = counters.update(id, refused).await.expect_err("out of range");
        assert_eq!(codes(&refused)[0].1, "range");
    }
    let refused = counters.update_version(id, 2, CounterPatch { stars: Change::add(6), ..patch() }).await;
    assert_eq!(codes(&refused.expect_err("out of range"))[0].1, "too_large");
    let refused = counters.update_version(id, 1, CounterPatch { stars: Change::add(6), ..patch() }).await;
    assert_eq!(refused.map(|row| row.stars), Err(Error::VersionMismatch));
    let refused = counters.update(Id::new(404), CounterPatch { stars: Change::add(1), ..patch() }).await;
    assert!(matches!(refused, Err(Error::NotFound(_))));
}

#[each_database(tables())]
async fn many_rows_each_from_what_it_is(ctx: Ctx) {
    let counters = CounterService::new(&ctx);
    let [a, b] = [counter(&ctx, "a").await, counter(&ctx, "b").await];
    counters
        .update(b, CounterPatch { stars: 3.into(), amount: decimal("2.5").into(), ..CounterPatch::default() })
        .await
        .expect("a change");
    let add = |stars: i32| CounterPatch {
        stars: Change::add(stars),
        amount: Change::add(decimal("0.5")),
        ..CounterPatch::default()
    };
    let all = || Counter::name().ne("z");
    assert_eq!(counters.update_many(all(), add(2)).await, Ok(2));
    let refused = counters.update_many(all(), add(1)).await.expect_err("one is full");
    assert_eq!(codes(&refused)[0].2, "must be at most 5");
    let rows = counters.get_many(&[a, b]).await.expect("rows");
    let held: Vec<_> = rows.iter().flatten().map(|row| (row.stars, row.amount)).collect();
    assert_eq!(held, [(2, decimal("0.5")), (5, decimal("3"))]);

    let recorded = RecordedService::new(&ctx);
    let row = recorded.create(RecordedInput::new("a")).await.expect("a row");
    let patch = RecordedPatch {
        stars: Change::add(5),
        amount: Change::add(decimal("0.1")),
        ..RecordedPatch::default()
    };
    let after = recorded.update(row.id, patch.clone()).await.expect("a change");
    assert_eq!((after.stars, after.amount), (5, decimal("0.1")));
    assert_eq!(codes(&recorded.update(row.id, patch).await.expect_err("full"))[0].1, "too_large");
    let history = recorded.history(row.id, PageArgs::first(10)).await.expect("its history");
    let changed: Vec<_> =
        history.items[0].changes.iter().map(|change| (change.field.as_str(), change.to.clone())).collect();
    assert_eq!(changed, [("amount", Some("0.1".into())), ("stars", Some(5.into()))]);
}

#[each_database(tables())]
async fn writers_at_once_lose_nothing_and_pass_no_limit(test: TestDb) {
    let ctx = test.ctx();
    let id = counter(&ctx, "a").await;
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let ctx = ctx.clone();
        writers.spawn(async move {
            let counters = CounterService::new(&ctx);
            let mut given = 0;
            for round in 0..1_000 {
                let one = CounterPatch { views: Change::add(1), ..CounterPatch::default() };
                counters.update(id, one).await.expect("a change");
                if round >= 60 {
                    continue;
                }
                let star = CounterPatch { stars: Change::add(1), ..CounterPatch::default() };
                given += i32::from(counters.update(id, star).await.is_ok());
                let cents = CounterPatch { amount: Change::add(decimal("0.01")), ..CounterPatch::default() };
                counters.update(id, cents).await.expect("a change");
            }
            given
        });
    }
    let mut given = 0;
    while let Some(done) = writers.join_next().await {
        given += done.expect("a writer");
    }
    let row = CounterService::new(&ctx).get(id).await.expect("the row");
    assert_eq!((row.views, row.stars, given, row.amount), (16_000, 5, 5, decimal("9.60")));
}
