//! Measures of rows, and of groups of them, on both databases.

#[cfg(all(feature = "graphql", feature = "rest"))]
mod hidden;
mod judge;
mod numbers;
mod random;
#[cfg(all(feature = "graphql", feature = "rest"))]
mod surfaces;
mod times;

use chrono::{DateTime, NaiveDate, Utc};
use entify::entity::EntityDef;
use entify::prelude::*;
use entify::principal::Subject;

#[derive(Entity)]
#[entity(policy(read = owner(keeper) | role("all"), write = nobody))]
pub struct Shop {
    #[entity(min_len = 0, filter)]
    country: Option<String>,
    #[entity(filter)]
    keeper: String,
    #[entity(inverse = shop)]
    sales: Many<Sale>,
}

#[derive(Entity)]
#[entity(policy(read = owner(seller) | role("all"), write = nobody), soft_delete)]
pub struct Sale {
    #[entity(filter)]
    seller: String,
    #[entity(filter)]
    state: State,
    #[entity(filter)]
    open: bool,
    #[entity(filter, aggregate)]
    at: DateTime<Utc>,
    #[entity(filter, aggregate)]
    day: Option<NaiveDate>,
    #[entity(filter, aggregate)]
    pieces: Option<i32>,
    #[entity(aggregate)]
    big: i64,
    #[entity(scale = 2, filter, aggregate)]
    total: Option<Decimal>,
    #[entity(aggregate, filter)]
    exact: Option<Decimal>,
    #[entity(min_len = 0, filter, aggregate)]
    note: Option<String>,
    #[entity(aggregate)]
    weight: Option<f64>,
    shop: Option<One<Shop>>,
}

#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Paid,
    Open,
    Lost,
}

fn entities() -> Vec<&'static EntityDef> {
    entities![Shop, Sale].to_vec()
}

/// Someone with a subject and roles.
pub(super) fn someone(subject: &str, roles: &[&str]) -> Principal {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    Subject::new(format!("jwt:test#{subject}"), subject, roles).owning(subject).into()
}

/// Numbers that look random, the same in every run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most).expect("a number")).expect("a number")
    }

    pub(super) fn number(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.below(usize::try_from(to - from + 1).expect("a range"))).expect("a number")
    }

    pub(super) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    pub(super) fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(4) > 0).then(|| make(self))
    }
}

/// A sale as it is kept in memory.
#[derive(Debug, Clone)]
struct SaleRow {
    id: i64,
    input: SaleInput,
    shop: Option<usize>,
}

/// What is in the tables.
#[derive(Debug)]
struct World {
    shops: Vec<(i64, ShopInput)>,
    sales: Vec<SaleRow>,
}

/// Instants near which the offsets of zones change, and others.
const INSTANTS: [&str; 10] = [
    "2024-03-31T01:00:00Z",
    "2024-10-27T00:30:00Z",
    "2024-10-27T01:00:00Z",
    "2024-04-06T15:00:00Z",
    "2018-11-04T03:00:00Z",
    "2018-02-18T02:00:00Z",
    "2024-11-03T05:00:00Z",
    "2011-12-30T10:00:00Z",
    "2024-12-31T23:59:59.999999Z",
    "2024-02-29T12:00:00Z",
];

impl World {
    /// Makes rows, and writes them.
    async fn new(dice: &mut Dice, ctx: &Ctx, sales: usize) -> Self {
        let mut shops = Vec::new();
        for _ in 0..5 {
            let keeper = dice.one(&["ada", "zoe"]);
            let input = ShopInput {
                country: dice.maybe(|dice| dice.one(&["DE", "FR", "ö"]).to_owned()),
                ..ShopInput::new(keeper)
            };
            let row = ShopService::new(ctx).create(input.clone()).await.expect("a shop");
            shops.push((row.id.get(), input));
        }
        let inputs: Vec<(Option<usize>, SaleInput)> = (0..sales).map(|_| Self::sale(dice, &shops)).collect();
        let made = SaleService::new(ctx).create_many(inputs.iter().map(|(_, input)| input.clone())).await;
        let made = made.expect("sales");
        let mut rows = Vec::new();
        for ((shop, input), row) in inputs.into_iter().zip(made) {
            if dice.below(10) == 0 {
                SaleService::new(ctx).delete(row.id).await.expect("deleted");
                continue;
            }
            rows.push(SaleRow { id: row.id.get(), input, shop });
        }
        Self { shops, sales: rows }
    }

    fn sale(dice: &mut Dice, shops: &[(i64, ShopInput)]) -> (Option<usize>, SaleInput) {
        let near: DateTime<Utc> = dice.one(&INSTANTS).parse().expect("a time");
        let hours = dice.one(&[0, 1, 5, 24, 24 * 40]);
        let at = near + chrono::Duration::microseconds(dice.number(-3_600_000_000, 3_600_000_000) * hours);
        let shop = dice.maybe(|dice| dice.below(shops.len()));
        let input = SaleInput {
            day: dice.maybe(|dice| {
                NaiveDate::from_ymd_opt(2024, 1, 1).expect("a date")
                    + chrono::Days::new(dice.below(400) as u64)
            }),
            pieces: dice.maybe(|dice| i32::try_from(dice.number(-3, 9)).expect("a number")),
            total: dice.maybe(|dice| Decimal::new(dice.number(-50_000, 50_000), 2)),
            exact: dice.maybe(|dice| {
                let scale = dice.one(&[0, 1, 3, 9, 10, 17]);
                Decimal::new(dice.number(-1_000_000_000, 1_000_000_000), scale)
            }),
            note: dice.maybe(|dice| dice.one(&["", "a", "B", "é", "b'\\"]).to_owned()),
            #[allow(clippy::cast_precision_loss)]
            weight: dice.maybe(|dice| dice.number(-40, 40) as f64 / 4.0),
            shop_id: shop.map(|shop| Id::new(shops[shop].0)),
            ..SaleInput::new(
                dice.one(&["ada", "zoe", "eve"]),
                dice.one(&[State::Paid, State::Open, State::Lost]),
                dice.below(2) == 0,
                at,
                dice.one(&[0, 1, -1, i64::MAX / 100, i64::MIN / 100, 1_000_000_000, -999_999_999]),
            )
        };
        (shop, input)
    }
}
