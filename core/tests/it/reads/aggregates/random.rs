//! Random requests over random rows, against the judge.

use entify::entity::{Condition, Entity as _, EntityInfo, Op};
use entify::prelude::*;
use entify::query::{
    AggregateQuery, Direction, GroupKey, GroupSort, GroupSortBy, Having, Measure, Nulls, SortPath, TimeUnit,
};
use entify::service::Records;
use entify::testing::each_database;
use entify::types::Function;
use entify::value::Value;

use super::judge::Judge;
use super::{Dice, Sale, SaleRow, Shop, World, entities, someone};

fn column(name: &str) -> usize {
    Sale::def().info().by_name(name).expect("a field").index
}

pub(super) const ZONES: [&str; 7] = [
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "America/Havana",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "UTC",
];

fn measure(dice: &mut Dice) -> Measure {
    let info: &EntityInfo = Sale::def().info();
    loop {
        let function =
            dice.one(&[Function::Count, Function::Sum, Function::Avg, Function::Min, Function::Max]);
        if function == Function::Count {
            return Measure::COUNT;
        }
        let name = dice.one(&["at", "day", "pieces", "big", "total", "exact", "note", "weight"]);
        let measure = Measure { function, column: column(name) };
        if measure.kind(info).is_some() {
            return measure;
        }
    }
}

fn key(dice: &mut Dice) -> GroupKey {
    let country = || SortPath::new([Shop::def().info().by_name("country").expect("a field").index]);
    match dice.below(9) {
        0 => GroupKey::column(column("state")),
        1 => GroupKey::column(column("open")),
        2 => GroupKey::column(column("seller")),
        3 => GroupKey::column(column("shop_id")),
        4 => GroupKey { path: country().expect("a way"), ..GroupKey::column(column("shop_id")) },
        5 | 6 => GroupKey { unit: Some(dice.one(&TimeUnit::ALL)), ..GroupKey::column(column("at")) },
        7 => GroupKey { unit: Some(dice.one(&TimeUnit::ALL[..4])), ..GroupKey::column(column("day")) },
        _ => GroupKey::column(column(dice.one(&["pieces", "total", "exact", "note"]))),
    }
}

fn operand(dice: &mut Dice, measure: Measure) -> Value {
    match measure.kind(Sale::def().info()) {
        Some(entify::types::Kind::I64 | entify::types::Kind::I32) if measure.function == Function::Count => {
            Value::Int(dice.number(0, 6))
        }
        Some(entify::types::Kind::I64) => Value::Int(dice.one(&[0, 7, i64::MAX / 3, -1])),
        Some(entify::types::Kind::I32) => Value::Int(dice.number(-3, 9)),
        Some(entify::types::Kind::Decimal) => Value::Decimal(Decimal::new(dice.number(-90_000, 90_000), 2)),
        Some(entify::types::Kind::F64) => Value::Float(dice.one(&[0.0, 2.25, -1.5])),
        Some(entify::types::Kind::Text) => Value::Text(dice.one(&["", "B", "b"]).to_owned()),
        Some(entify::types::Kind::Date) => Value::Date("2024-06-01".parse().expect("a date")),
        _ => Value::DateTime("2024-06-01T00:00:00Z".parse().expect("a time")),
    }
}

fn having(dice: &mut Dice, depth: usize) -> Having {
    if depth < 2 && dice.below(3) == 0 {
        let parts = (0..dice.below(3)).map(|_| having(dice, depth + 1)).collect::<Vec<_>>();
        return match dice.below(3) {
            0 => Having::All(parts),
            1 => Having::Any(parts),
            _ => Having::Not(Box::new(having(dice, depth + 1))),
        };
    }
    let measure = measure(dice);
    let value = operand(dice, measure);
    let other = operand(dice, measure);
    // A number of rows is never missing.
    let op = match dice.below(if measure == Measure::COUNT { 8 } else { 9 }) {
        0 => Op::Eq(value),
        1 => Op::Ne(value),
        2 | 3 => Op::Gt(value),
        4 => Op::Gte(value),
        5 => Op::Lt(value),
        6 => Op::Lte(value),
        7 => Op::NotIn(vec![value, other]),
        _ => Op::IsNull(dice.below(2) == 0),
    };
    Having::Measure(measure, op)
}

/// A request, and what its filter lets pass.
pub(super) fn request(dice: &mut Dice) -> (AggregateQuery, fn(&SaleRow) -> bool) {
    let mut query =
        AggregateQuery { time_zone: Some(dice.one(&ZONES).to_owned()), ..AggregateQuery::default() };
    for _ in 0..dice.below(4) {
        let key = key(dice);
        if !query.group.iter().any(|known| (known.column, known.path) == (key.column, key.path)) {
            query.group.push(key);
        }
    }
    for _ in 0..1 + dice.below(4) {
        let measure = measure(dice);
        if !query.measures.contains(&measure) {
            query.measures.push(measure);
        }
    }
    if !query.group.is_empty() && dice.below(2) == 0 {
        query.having = having(dice, 0);
    }
    for _ in 0..dice.below(3) {
        let by = match dice.below(3) {
            0 if !query.group.is_empty() => GroupSortBy::Key(dice.below(query.group.len())),
            1 => GroupSortBy::Measure(dice.one(&query.measures)),
            _ => GroupSortBy::Measure(measure(dice)),
        };
        if query.order.iter().all(|sort| sort.by != by) {
            let direction = dice.one(&[Direction::Asc, Direction::Desc]);
            query.order.push(GroupSort {
                nulls: dice.one(&[Nulls::First, Nulls::Last]),
                ..GroupSort::new(by, direction)
            });
        }
    }
    if dice.below(2) == 0 {
        query.limit = Some(u32::try_from(1 + dice.below(6)).expect("a number"));
    }
    if !query.group.is_empty() && dice.below(3) == 0 {
        query.per = vec![dice.below(query.group.len())];
    }
    let passes: fn(&SaleRow) -> bool = match dice.below(3) {
        0 => {
            query.filter = Condition::column(column("open"), Op::Eq(Value::Bool(true)));
            |row| row.input.open
        }
        1 => {
            query.filter = Condition::column(column("pieces"), Op::Gt(Value::Int(2)));
            |row| row.input.pieces.is_some_and(|pieces| pieces > 2)
        }
        _ => |_| true,
    };
    (query, passes)
}

#[each_database(entities(), row_security)]
async fn measures_are_those_of_the_judge(ctx: Ctx) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let world = World::new(&mut dice, &ctx, 60).await;
    for case in 0..1_200 {
        let subject = dice.one(&[None, None, Some("ada"), Some("eve")]);
        let reader = match subject {
            None => ctx.with_principal(someone("boss", &["all"])),
            Some(subject) => ctx.with_principal(someone(subject, &[])),
        };
        let (query, passes) = request(&mut dice);
        let judge = Judge { world: &world, subject };
        let expected = judge.groups(&query, passes);
        let before = ctx.db().statements();
        let found = Records::new(&reader, Sale::def().info()).aggregate(&query).await;
        let found = found.unwrap_or_else(|error| panic!("case {case}: {error}: {query:?}"));
        assert_eq!(ctx.db().statements() - before, 1, "one statement");
        assert_eq!((found.items, found.has_more), expected, "case {case} as {subject:?}: {query:#?}");
    }
}
