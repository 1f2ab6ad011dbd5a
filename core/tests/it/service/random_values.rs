//! Every type at its edges, made at random: what is written is what is read and what is found.

use entify::prelude::*;
use entify::testing::each_database;
use entify::types::PasswordCost;
use proptest::collection::vec;
use proptest::num::{f32 as any_f32, f64 as any_f64};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::support::domain::*;

/// A list of every type that a list may have.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Lists {
    flags: Vec<bool>,
    smalls: Vec<i16>,
    mediums: Vec<i32>,
    larges: Vec<i64>,
    singles: Vec<f32>,
    doubles: Vec<f64>,
    exacts: Vec<Decimal>,
    texts: Vec<String>,
    ids: Vec<Uuid>,
    days: Vec<NaiveDate>,
    hours: Vec<NaiveTime>,
    moments: Vec<DateTime<Utc>>,
    choices: Vec<Status>,
    maybe: Option<Vec<Decimal>>,
}

/// A field of every type but lists, empty or not: many rows of it can be written column by column.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Scalars {
    #[entity(unique)]
    place: i32,
    text: Option<String>,
    flag: Option<bool>,
    small: Option<i16>,
    medium: Option<i32>,
    large: Option<i64>,
    single: Option<f32>,
    double: Option<f64>,
    exact: Option<Decimal>,
    #[entity(precision = 28, scale = 10)]
    sized: Option<Decimal>,
    unique_id: Option<Uuid>,
    day: Option<NaiveDate>,
    hour: Option<NaiveTime>,
    moment: Option<DateTime<Utc>>,
    json: Option<Json>,
    bytes: Option<Bytes>,
    status: Option<Status>,
}

/// A decimal of a declared size, and a password.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Account {
    #[entity(precision = 28, scale = 10, filter)]
    balance: Decimal,
    #[entity(write_only, min_len = 8, max_len = 100)]
    password: Password,
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    let mut entities = all();
    entities.extend(entify::entities![Lists, Scalars, Account]);
    entities
}

/// Rows per type and database: 64, or as `PROPTEST_CASES` says.
fn cases() -> usize {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(64)
}

/// Random values, the same in each run.
fn samples<S: Strategy>(strategy: &S) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    let sample = |_| strategy.new_tree(&mut runner).expect("a value").current();
    (0..cases()).map(sample).collect()
}

fn texts() -> impl Strategy<Value = String> {
    let edges = [
        "",
        " ",
        "🦀",
        "e\u{301}",
        "\u{10FFFF}",
        "%_\\",
        "' \" ;--",
        "\r\n\t",
        "\u{7f}",
        "ß ı İ",
        "null",
        "\u{feff}",
    ];
    prop_oneof![
        1 => prop::sample::select(edges.to_vec()).prop_map(str::to_owned),
        2 => any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

/// All 28 digits and the few numbers of 29 that there are; every scale; zeros with a sign and a scale.
fn decimals() -> impl Strategy<Value = Decimal> {
    const DIGITS: i128 = 10_i128.pow(28) - 1;
    let mut negative_zero = Decimal::new(0, 5);
    negative_zero.set_sign_negative(true);
    let edges = vec![
        Decimal::MAX,
        Decimal::MIN,
        Decimal::ZERO,
        negative_zero,
        Decimal::new(1, 28),
        Decimal::new(-1, 28),
    ];
    prop_oneof![
        1 => prop::sample::select(edges),
        2 => (-DIGITS..=DIGITS, 0_u32..=28).prop_map(|(digits, scale)| Decimal::from_i128_with_scale(digits, scale)),
        1 => (any::<i64>(), 0_u32..=28).prop_map(|(digits, scale)| Decimal::new(digits, scale)),
    ]
}

fn moments() -> impl Strategy<Value = DateTime<Utc>> {
    let of = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment").timestamp_micros();
    let (first, last) = (of("0001-01-01T00:00:00Z"), of("9999-12-31T23:59:59.999999Z"));
    let micros = prop_oneof![
        1 => prop::sample::select(vec![first, last, -1, 0, 1, 999_999, 1_000_000]),
        3 => first..=last,
    ];
    micros.prop_map(|micros| DateTime::from_timestamp_micros(micros).expect("a moment"))
}

fn days() -> impl Strategy<Value = NaiveDate> {
    moments().prop_map(|moment| moment.date_naive())
}

fn hours() -> impl Strategy<Value = NaiveTime> {
    moments().prop_map(|moment| moment.time())
}

fn doubles() -> impl Strategy<Value = f64> {
    let edges =
        vec![f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, -0.0, 0.1 + 0.2, 1e22, 9_007_199_254_740_993.0];
    let finite = any_f64::POSITIVE | any_f64::NEGATIVE | any_f64::NORMAL | any_f64::SUBNORMAL | any_f64::ZERO;
    prop_oneof![1 => prop::sample::select(edges), 3 => finite]
}

fn singles() -> impl Strategy<Value = f32> {
    let edges = vec![f32::MAX, f32::MIN, f32::MIN_POSITIVE, 1e-45, -0.0, 0.1, 16_777_217.0];
    let finite = any_f32::POSITIVE | any_f32::NEGATIVE | any_f32::NORMAL | any_f32::SUBNORMAL | any_f32::ZERO;
    prop_oneof![1 => prop::sample::select(edges), 3 => finite]
}

fn larges() -> impl Strategy<Value = i64> {
    prop_oneof![1 => prop::sample::select(vec![i64::MIN, i64::MAX, 0, -1, 1 << 53, (1 << 53) + 1]), 3 => any::<i64>()]
}

/// No fraction that takes all digits of a double: those are tested by themselves.
fn jsons() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        larges().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<i32>().prop_map(|number| Json::from(f64::from(number) / 8.0 + 0.125)),
        texts().prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Json::from),
            vec((texts(), inner), 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn statuses() -> impl Strategy<Value = Status> {
    prop::sample::select(vec![Status::Active, Status::Blocked, Status::OnHold])
}

fn everything() -> impl Strategy<Value = EverythingInput> {
    let numbers = (any::<bool>(), any::<i16>(), any::<i32>(), larges(), singles(), doubles(), decimals());
    let others =
        (texts(), any::<u128>(), days(), hours(), moments(), jsons(), vec(any::<u8>(), 0..64), statuses());
    (numbers, others).prop_map(|((flag, small, medium, large, single, double, exact), others)| {
        let (text, unique, day, hour, moment, json, bytes, status) = others;
        EverythingInput {
            text,
            flag,
            small,
            medium,
            large,
            single,
            double,
            exact,
            unique_id: Uuid::from_u128(unique),
            day,
            hour,
            moment,
            json,
            bytes: Bytes::from(bytes),
            status,
            texts: Vec::new(),
            numbers: Vec::new(),
            choices: Vec::new(),
            maybe_text: None,
            maybe_flag: None,
            maybe_large: None,
            maybe_double: None,
            maybe_exact: None,
            maybe_id: None,
            maybe_day: None,
            maybe_moment: None,
            maybe_json: None,
            maybe_bytes: None,
            maybe_status: None,
            maybe_texts: None,
        }
    })
}

/// Every scalar of the row is this one.
fn equal(to: &EverythingInput) -> Filter<Everything> {
    Everything::text().eq(to.text.clone())
        & Everything::flag().eq(to.flag)
        & Everything::small().eq(to.small)
        & Everything::medium().eq(to.medium)
        & Everything::large().eq(to.large)
        & Everything::single().eq(to.single)
        & Everything::double().eq(to.double)
        & Everything::exact().eq(to.exact)
        & Everything::unique_id().eq(to.unique_id)
        & Everything::day().eq(to.day)
        & Everything::hour().eq(to.hour)
        & Everything::moment().eq(to.moment)
        & Everything::bytes().eq(to.bytes.clone())
        & Everything::status().eq(to.status)
}

/// As PostgreSQL keeps JSON: `1e2` and `100` are one number.
fn same_json(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_json(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, left)| right.get(name).is_some_and(|right| same_json(left, right)))
        }
        (left, right) => left == right,
    }
}

#[each_database(entities())]
async fn every_scalar_comes_back_and_is_found(ctx: Ctx) {
    let rows = EverythingService::new(&ctx);
    for given in samples(&everything()) {
        let made = rows.create(given.clone()).await.unwrap_or_else(|error| panic!("{error}: {given:?}"));
        let read = rows.get(made.id).await.expect("the row");
        assert_eq!(made, read, "RETURNING and SELECT");
        assert_eq!(read.text, given.text);
        assert_eq!(
            (read.flag, read.small, read.medium, read.large),
            (given.flag, given.small, given.medium, given.large)
        );
        assert_eq!(read.single, given.single);
        assert_eq!(read.double, given.double, "{:e}", given.double);
        assert!(!(read.double == 0.0 && read.double.is_sign_negative()), "one zero only");
        assert_eq!(read.exact, given.exact);
        assert_eq!(read.exact.to_string(), given.exact.normalize().to_string());
        assert_eq!((read.unique_id, read.day, read.hour), (given.unique_id, given.day, given.hour));
        assert_eq!((read.moment, &read.bytes, read.status), (given.moment, &given.bytes, given.status));
        assert!(same_json(&read.json, &given.json), "{} is not {}", read.json, given.json);
        assert_eq!(rows.count(equal(&given)).await, Ok(1), "{given:?}");
    }
}

/// The row at a place, where some fields are left NULL.
fn scalars(place: usize, given: EverythingInput) -> ScalarsInput {
    let set = |field: usize| !(place + field).is_multiple_of(4);
    ScalarsInput {
        text: set(0).then_some(given.text),
        flag: set(1).then_some(given.flag),
        small: set(2).then_some(given.small),
        medium: set(3).then_some(given.medium),
        large: set(0).then_some(given.large),
        single: set(1).then_some(given.single),
        double: set(2).then_some(given.double),
        exact: set(3).then_some(given.exact),
        sized: set(0).then(|| Decimal::new(i64::from(given.medium), 4)),
        unique_id: set(1).then_some(given.unique_id),
        day: set(2).then_some(given.day),
        hour: set(3).then_some(given.hour),
        moment: set(0).then_some(given.moment),
        json: set(1).then_some(given.json),
        bytes: set(2).then_some(given.bytes),
        status: set(3).then_some(given.status),
        ..ScalarsInput::new(i32::try_from(place).expect("a small number"))
    }
}

/// The fields as text, without the key and the times of the row.
fn spelt(row: &ScalarsModel) -> String {
    let row = ScalarsModel {
        id: 0.into(),
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        ..row.clone()
    };
    format!("{row:?}")
}

#[each_database(entities())]
async fn many_rows_at_once_are_what_each_alone_is(ctx: Ctx) {
    let rows = ScalarsService::new(&ctx);
    let mut given = samples(&everything());
    given[0].text = String::new();
    given[1].text = "zażółć 🦀 ".repeat(60_000);
    given[1].bytes = vec![0; 300_000].into();
    given[2].json = Json::Null;
    given[3].text = "{NULL,\"a\\b\"}".to_owned();
    let inputs: Vec<_> =
        given.into_iter().enumerate().map(|(place, given)| scalars(place + 1, given)).collect();
    let mut alone = Vec::new();
    for input in &inputs {
        alone.push(rows.create(input.clone()).await.expect("a row"));
    }
    let removed =
        rows.delete_many(&alone.iter().map(|row| row.id).collect::<Vec<_>>()).await.expect("all of them");
    assert_eq!(removed.len(), inputs.len());

    let made = rows.create_many(inputs.clone()).await.expect("rows");
    assert!(made.windows(2).all(|pair| pair[0].id < pair[1].id), "keys in the order given");
    let changed = rows.upsert_many(Scalars::place(), inputs.clone()).await.expect("the same rows");
    assert_eq!(made, changed, "nothing has changed");
    for ((alone, made), input) in alone.iter().zip(&made).zip(inputs) {
        assert_eq!(spelt(alone), spelt(made));
        assert_eq!(rows.get(made.id).await.as_ref(), Ok(made), "RETURNING and SELECT");
        assert_eq!((&made.text, &made.bytes, made.status), (&input.text, &input.bytes, input.status));
    }
}

#[each_database(entities())]
async fn every_list_comes_back(ctx: Ctx) {
    let numbers = (
        vec(any::<bool>(), 0..5),
        vec(any::<i16>(), 0..5),
        vec(any::<i32>(), 0..5),
        vec(larges(), 0..5),
        vec(singles(), 0..5),
        vec(doubles(), 0..5),
        vec(decimals(), 0..5),
    );
    let others = (
        vec(texts(), 0..5),
        vec(any::<u128>().prop_map(Uuid::from_u128), 0..5),
        vec(days(), 0..5),
        vec(hours(), 0..5),
        vec(moments(), 0..5),
        vec(statuses(), 0..5),
        prop::option::of(vec(decimals(), 0..5)),
    );
    let lists = (numbers, others).prop_map(|(numbers, others)| {
        let (flags, smalls, mediums, larges, singles, doubles, exacts) = numbers;
        let (texts, ids, days, hours, moments, choices, maybe) = others;
        ListsInput {
            flags,
            smalls,
            mediums,
            larges,
            singles,
            doubles,
            exacts,
            texts,
            ids,
            days,
            hours,
            moments,
            choices,
            maybe,
        }
    });
    let rows = ListsService::new(&ctx);
    for given in samples(&lists) {
        let made = rows.create(given.clone()).await.unwrap_or_else(|error| panic!("{error}: {given:?}"));
        let read = rows.get(made.id).await.expect("the row");
        assert_eq!(made, read, "RETURNING and SELECT");
        assert_eq!((read.flags, read.smalls, read.mediums), (given.flags, given.smalls, given.mediums));
        assert_eq!((read.larges, read.singles, read.doubles), (given.larges, given.singles, given.doubles));
        let spelt = |numbers: &[Decimal]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>();
        let plain: Vec<_> = given.exacts.iter().map(Decimal::normalize).collect();
        assert_eq!(spelt(&read.exacts), spelt(&plain));
        assert_eq!((read.texts, read.ids, read.days), (given.texts, given.ids, given.days));
        assert_eq!((read.hours, read.moments, read.choices), (given.hours, given.moments, given.choices));
        assert_eq!(read.maybe, given.maybe);
    }
}

#[each_database(entities())]
async fn large_values_come_back(ctx: Ctx) {
    let mut input = samples(&everything()).swap_remove(0);
    input.bytes =
        (0..1_000_000_u32).map(|number| u8::try_from(number % 251).unwrap_or(0)).collect::<Vec<_>>().into();
    input.text = "zażółć 🦀 ".repeat(60_000);
    input.json = (0..20_000).map(|number| serde_json::json!({"n": number, "t": "🦀"})).collect();
    let mut deep = Json::from(1);
    for _ in 0..63 {
        deep = Json::from(vec![deep]);
    }
    input.maybe_json = Some(deep.clone());
    input.texts = vec!["x".repeat(1_000); 100];
    let rows = EverythingService::new(&ctx);
    let made = rows.create(input.clone()).await.expect("a row");
    let read = rows.get(made.id).await.expect("the row");
    assert!(read.bytes == input.bytes && read.text == input.text && read.json == input.json);
    assert!(read.maybe_json == Some(deep.clone()) && read.texts == input.texts);
    input.maybe_json = Some(Json::from(vec![Json::from(vec![deep])]));
    let error = rows.create(input).await.expect_err("too deep");
    assert_eq!((error.fields()[0].field.as_ref(), error.fields()[0].code), ("maybe_json", "too_deep"));
}

#[each_database(entities())]
async fn leap_seconds_and_nanoseconds_become_what_is_kept(ctx: Ctx) {
    let rows = EverythingService::new(&ctx);
    let mut input = samples(&everything()).swap_remove(0);
    input.moment = "2016-12-31T23:59:60.25Z".parse().expect("a leap second");
    input.hour = NaiveTime::from_hms_nano_opt(1, 2, 3, 999_999_999).expect("a time");
    let made = rows.create(input.clone()).await.expect("a row");
    assert_eq!(made.moment, "2017-01-01T00:00:00.25Z".parse::<DateTime<Utc>>().expect("a moment"));
    assert_eq!(made.hour, NaiveTime::from_hms_micro_opt(1, 2, 3, 999_999).expect("a time"));
    assert_eq!(rows.get(made.id).await.expect("the row"), made);
    input.hour = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_000_000_000).expect("a leap second");
    let error = rows.create(input).await.expect_err("no column holds it");
    assert_eq!(error.fields()[0].field, "hour");
}

#[each_database(entities())]
async fn decimals_keep_their_declared_scale(ctx: Ctx) {
    let rows = AccountService::new(&ctx);
    let mut password = Password::from("a password");
    for (given, kept) in [
        ("0", "0.0000000000"),
        ("-0.0", "0.0000000000"),
        ("1.5", "1.5000000000"),
        ("1.50000000000000", "1.5000000000"),
        ("-999999999999999999.9999999999", "-999999999999999999.9999999999"),
        ("0.0000000001", "0.0000000001"),
    ] {
        let balance: Decimal = given.parse().expect("a decimal");
        let made = rows.create(AccountInput::new(balance, password.clone())).await.expect("a row");
        // Hashed once is enough for this test.
        password = made.password.clone();
        assert_eq!(made.balance.to_string(), kept);
        assert_eq!(rows.get(made.id).await.expect("the row").balance.to_string(), kept);
        assert_eq!(rows.exists(Account::balance().eq(balance)).await, Ok(true), "{given}");
    }
    for wrong in ["0.00000000001", "1000000000000000000"] {
        let balance: Decimal = wrong.parse().expect("a decimal");
        let error =
            rows.create(AccountInput::new(balance, password.clone())).await.expect_err("does not fit");
        assert_eq!(error.fields()[0].field, "balance", "{wrong}");
    }
}

#[each_database(entities())]
async fn passwords_are_checked_and_never_read(ctx: Ctx) {
    // What a program hashes at; contexts of tests hash cheaper.
    let ctx = ctx.with_password_cost(PasswordCost::default());
    let rows = AccountService::new(&ctx);
    let made = rows.create(AccountInput::new(Decimal::ONE, "correct horse")).await.expect("an account");
    let read = rows.get(made.id).await.expect("the account");
    assert_eq!(read.password.verify("correct horse").await, Ok(true));
    assert_eq!(read.password.verify("Correct horse").await, Ok(false));
    assert!(!read.password.is_outdated(PasswordCost::default()));
    let shown = format!("{made:?}{read:?}");
    assert!(!shown.contains("argon2") && !shown.contains("horse"), "{shown}");
    let patch = AccountPatch { password: Password::from("battery staple").into(), ..AccountPatch::default() };
    let changed = rows.update(made.id, patch).await.expect("the account");
    assert_eq!(changed.password.verify("correct horse").await, Ok(false));
    assert_eq!(changed.password.verify("battery staple").await, Ok(true));
    let inputs = ["correct horse", "battery staple"].map(|plain| AccountInput::new(Decimal::ONE, plain));
    let many = rows.create_many(inputs).await.expect("accounts");
    assert_eq!(many[1].password.verify("battery staple").await, Ok(true));
    assert_eq!(many[1].password.verify("correct horse").await, Ok(false));
    let error = rows.create(AccountInput::new(Decimal::ONE, "short")).await.expect_err("too short");
    assert_eq!((error.fields()[0].field.as_ref(), error.fields()[0].code), ("password", "too_short"));
}
