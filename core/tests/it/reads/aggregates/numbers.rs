//! Sums and averages that floats would round, and that their types do not hold.

use entify::prelude::*;
use entify::query::{Aggregate, count};
use entify::testing::each_database;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Figure {
    group: i32,
    whole: Option<i64>,
    #[entity(scale = 2)]
    money: Option<Decimal>,
    exact: Option<Decimal>,
    float: Option<f64>,
}

fn decimal(text: &str) -> Option<Decimal> {
    Some(text.parse().expect("a decimal"))
}

async fn figures(ctx: &Ctx, inputs: Vec<FigureInput>) {
    FigureService::new(ctx).create_many(inputs).await.expect("rows");
}

#[each_database(entities![Figure])]
async fn decimals_are_exact(ctx: Ctx) {
    let of = |money: &str, exact: &str| FigureInput {
        money: decimal(money),
        exact: decimal(exact),
        ..FigureInput::new(1)
    };
    figures(
        &ctx,
        vec![
            of("0.10", "0.0000000000000000000000000001"),
            of("0.20", "-0.1"),
            of("99999999999999999999999999.99", "1234567890123456789"),
            of("-99999999999999999999999999.99", "-1234567890123456789"),
            of("-0.01", "0"),
            FigureInput::new(1),
        ],
    )
    .await;
    let query = Aggregate::of(Figure::money().sum())
        .measure(Figure::money().avg())
        .measure(Figure::exact().sum())
        .measure(Figure::exact().min())
        .measure(Figure::money().max())
        .measure(count());
    let all = FigureService::new(&ctx).aggregate(query).await.expect("measures");
    let text = |number: Option<Decimal>| number.expect("a number").to_string();
    assert_eq!(text(all.get(Figure::money().sum()).expect("asked for")), "0.29");
    assert_eq!(text(all.get(Figure::money().avg()).expect("asked for")), "0.058");
    assert_eq!(text(all.get(Figure::exact().sum()).expect("asked for")), "-0.0999999999999999999999999999");
    assert_eq!(text(all.get(Figure::exact().min()).expect("asked for")), "-1234567890123456789");
    assert_eq!(text(all.get(Figure::money().max()).expect("asked for")), "99999999999999999999999999.99");
    assert_eq!(all.get(count()).expect("asked for"), Some(6));
    assert_eq!(all.get(Figure::whole().sum()).expect_err("not asked for").code(), "BAD_REQUEST");
}

#[each_database(entities![Figure])]
async fn averages_are_rounded_half_away_from_zero(ctx: Ctx) {
    let of = |group: i32, whole: i64| FigureInput { whole: Some(whole), ..FigureInput::new(group) };
    figures(
        &ctx,
        vec![
            of(1, 1),
            of(1, 1),
            of(1, 0),
            of(2, -2),
            of(2, -1),
            of(2, -2),
            of(3, i64::MAX),
            of(3, i64::MAX - 1),
        ],
    )
    .await;
    // A 128th has seven digits after the point, of which the last is a five.
    for (group, whole) in [(4, 1), (5, -1)] {
        let mut many: Vec<FigureInput> = (0..127).map(|_| of(group, 0)).collect();
        many.push(of(group, whole));
        figures(&ctx, many).await;
    }
    let groups = FigureService::new(&ctx)
        .group_by(Figure::group().group(), Aggregate::of(Figure::whole().avg()))
        .await
        .expect("groups");
    let averages: Vec<String> = groups
        .iter()
        .map(|group| group.get(Figure::whole().avg()).expect("asked for").expect("a number").to_string())
        .collect();
    assert_eq!(averages, ["0.666667", "-1.666667", "9223372036854775806.5", "0.007813", "-0.007813"]);
}

#[each_database(entities![Figure])]
async fn a_sum_that_its_type_does_not_hold_is_refused(ctx: Ctx) {
    let most = decimal("79228162514264337593543950335");
    let of = |group: i32, whole: i64, exact: Option<Decimal>, float: f64| FigureInput {
        whole: Some(whole),
        exact,
        float: Some(float),
        ..FigureInput::new(group)
    };
    figures(
        &ctx,
        vec![of(1, i64::MAX, most, f64::MAX), of(1, 1, most, f64::MAX), of(2, -1, decimal("-1"), 0.5)],
    )
    .await;
    let figures = FigureService::new(&ctx);
    let error = figures.aggregate(Aggregate::of(Figure::exact().sum())).await.expect_err("too great");
    assert_eq!(
        (error.code(), error.to_string().contains("`sum.exact` is out of the range")),
        ("BAD_REQUEST", true),
        "{error}"
    );
    let error = figures.aggregate(Aggregate::of(Figure::float().sum())).await.expect_err("too great");
    assert_eq!(error.code(), "BAD_REQUEST", "{error}");
    // A sum of 64-bit integers may be greater than those are; what is in a group that is not asked for does no harm.
    let whole = figures.aggregate(Aggregate::of(Figure::whole().sum())).await.expect("a sum");
    assert_eq!(whole.get(Figure::whole().sum()).expect("asked for"), Some(Decimal::from(i64::MAX)));
    let by = Figure::group().group();
    let small = Aggregate::of(Figure::exact().sum()).having(Figure::exact().sum().lt(Decimal::ZERO));
    let groups = figures.group_by(by.clone(), small).await.expect("groups");
    assert_eq!(groups.len(), 1);
    let groups = figures.group_by(by, Aggregate::of(Figure::whole().sum())).await.expect("groups");
    let greater = groups[0].get(Figure::whole().sum()).expect("asked for");
    assert_eq!(greater, Some(Decimal::from(i64::MAX) + Decimal::ONE));
}
