//! Walking any order, forwards and backwards, shows each row once and in order, whatever happens to other rows
//! meanwhile.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{self, AtomicBool};

use entify::db::{Executor, Statement};
use entify::entity::{Entity as _, EntityInfo};
use entify::prelude::*;
use entify::query::{Cursors, Direction, ListQuery, Nulls, PageArgs, Sort};
use entify::service::Records;
use entify::testing::each_database;
use entify::types::Kind;
use entify::value::{Assignments, Record, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// A sort key of every kind that differs in how it is stored or compared, with and without NULLs.
#[derive(Entity)]
#[entity(policy = public, index(rank, -name), index(grade))]
pub struct Sample {
    #[entity(sort)]
    rank: Option<i32>,
    #[entity(sort)]
    name: String,
    #[entity(sort)]
    price: Option<Decimal>,
    #[entity(sort)]
    at: Option<DateTime<Utc>>,
    #[entity(sort)]
    ratio: f64,
    #[entity(sort)]
    share: Option<f32>,
    #[entity(sort)]
    flag: bool,
    #[entity(sort)]
    grade: Option<Grade>,
    #[entity(unique)]
    code: i64,
    #[entity(unique)]
    maybe: Option<i64>,
}

#[derive(EntityEnum)]
pub enum Grade {
    High,
    Middle,
    Low,
}

/// Texts that people and databases sort in different ways: by case, accents, punctuation, plane of Unicode.
const NAMES: [&str; 12] = ["", "a", "B", "Z", "b", "é", "e\u{301}", "Ä", "a-b", "a b", "日本", "😀\u{FFFD}"];

fn all() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Sample].to_vec()
}

fn info() -> &'static EntityInfo {
    Sample::def().info()
}

/// A row by small numbers, so that values repeat.
#[derive(Debug, Clone, Copy)]
struct Row([u8; 8]);

impl Row {
    fn assignments(self, code: i64) -> Assignments {
        let Self([rank, name, price, at, ratio, share, flag, grade]) = self;
        let some = |number: u8, value: Value| if number.is_multiple_of(4) { Value::Null } else { value };
        let price = ["1.5", "1.50", "-0.25", "10"][usize::from(price / 4 % 4)].parse().map(Value::Decimal);
        let moment = DateTime::<Utc>::from_timestamp(1_700_000_000, u32::from(at % 3) * 1000);
        let Kind::Enum(grades) = info().by_name("grade").expect("the field").kind else {
            panic!("not an enum");
        };
        let values = [
            ("rank", some(rank, Value::Int(i64::from(rank % 3) - 1))),
            ("name", Value::Text(NAMES[usize::from(name) % NAMES.len()].to_owned())),
            ("price", some(self.0[2], price.expect("a decimal"))),
            ("at", some(at, moment.map_or(Value::Null, Value::DateTime))),
            ("ratio", Value::Float([0.1, -1e300, 1.0 / 3.0, 0.0][usize::from(ratio % 4)])),
            ("share", some(share, Value::Float32([0.1, -2.5, 1.0 / 3.0][usize::from(share % 3)]))),
            ("flag", Value::Bool(flag % 2 == 0)),
            ("grade", some(grade, Value::Enum(&grades.variants[usize::from(grade % 3)]))),
            ("code", Value::Int(code)),
            ("maybe", some(flag, Value::Int(-code))),
        ];
        let mut row = Assignments::new();
        for (name, value) in values {
            row.set(info().by_name(name).expect("a field").index, value);
        }
        row
    }
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Insert(Row),
    /// Of the rows that are not to stay.
    Delete(prop::sample::Index),
}

#[derive(Debug, Clone)]
struct Case {
    /// Whether each stays throughout the walk.
    rows: Vec<(Row, bool)>,
    order: Vec<Sort>,
    size: u32,
    backward: bool,
    /// Between one page and the next.
    changes: Vec<Change>,
}

fn row() -> impl Strategy<Value = Row> {
    any::<[u8; 8]>().prop_map(Row)
}

fn sort() -> impl Strategy<Value = Sort> {
    let columns: Vec<usize> =
        info().columns.iter().filter(|column| column.sort).map(|column| column.index).collect();
    (prop::sample::select(columns), any::<bool>(), any::<bool>()).prop_map(|(column, descending, first)| {
        Sort {
            nulls: if first { Nulls::First } else { Nulls::Last },
            ..Sort::new(column, if descending { Direction::Desc } else { Direction::Asc })
        }
    })
}

fn case() -> impl Strategy<Value = Case> {
    let change =
        prop_oneof![row().prop_map(Change::Insert), any::<prop::sample::Index>().prop_map(Change::Delete)];
    (
        vec((row(), prop::bool::weighted(0.7)), 0..40),
        vec(sort(), 0..5),
        1..9_u32,
        any::<bool>(),
        vec(change, 0..12),
    )
        .prop_map(|(rows, order, size, backward, changes)| Case { rows, order, size, backward, changes })
}

pub(super) fn compare_values(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.as_bytes().cmp(right.as_bytes()),
        (Value::Decimal(left), Value::Decimal(right)) => left.cmp(right),
        (Value::DateTime(left), Value::DateTime(right)) => left.cmp(right),
        (Value::Float(left), Value::Float(right)) => left.total_cmp(right),
        (Value::Float32(left), Value::Float32(right)) => left.total_cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Enum(left), Value::Enum(right)) => left.wire.cmp(right.wire),
        (Value::Bytes(left), Value::Bytes(right)) => left.cmp(right),
        (left, right) => panic!("{left:?} beside {right:?}"),
    }
}

/// The order as it is meant, the primary key last.
pub(super) fn compare(order: &[Sort], left: &Record, right: &Record) -> Ordering {
    for sort in order {
        let (one, other) = (left.get(sort.column), right.get(sort.column));
        let nulls = if sort.nulls == Nulls::First { Ordering::Less } else { Ordering::Greater };
        let ordering = match (one.is_null(), other.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => nulls,
            (false, true) => nulls.reverse(),
            (false, false) if sort.direction == Direction::Desc => compare_values(other, one),
            (false, false) => compare_values(one, other),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    // Ties are broken in the direction of the last key.
    let ordering = compare_values(left.key(), right.key());
    match order.last() {
        Some(Sort { direction: Direction::Desc, .. }) => ordering.reverse(),
        _ => ordering,
    }
}

/// Every row of the walk, in the order shown, with something done between the pages.
async fn walk(
    ctx: &Ctx,
    order: &[Sort],
    size: u32,
    backward: bool,
    mut between: impl AsyncFnMut(),
) -> entify::Result<Vec<Record>> {
    let records = Records::new(ctx, info());
    let mut seen = Vec::new();
    let mut page = PageArgs::default();
    loop {
        if backward {
            page.last = Some(size);
        } else {
            page.first = Some(size);
        }
        let query =
            ListQuery { order: order.to_vec(), page, cursors: Cursors::Ends, ..ListQuery::new(info().all()) };
        let found = records.list(&query).await?;
        assert!(found.items.len() <= size as usize);
        page = PageArgs::default();
        let more = if backward {
            seen.splice(0..0, found.items);
            page.before = found.start_cursor;
            found.has_previous
        } else {
            seen.extend(found.items);
            page.after = found.end_cursor;
            found.has_next
        };
        if !more {
            return Ok(seen);
        }
        between().await;
    }
}

pub(super) fn check(asked: &[Sort], seen: &[Record], stayed: &HashSet<i64>) -> Result<(), TestCaseError> {
    let mut order: Vec<Sort> = Vec::new();
    for sort in asked {
        // What stands twice adds nothing the second time.
        if order.iter().all(|earlier| earlier.column != sort.column) {
            order.push(*sort);
        }
    }
    for pair in seen.windows(2) {
        prop_assert_eq!(
            compare(&order, &pair[0], &pair[1]),
            Ordering::Less,
            "{:?} before {:?}",
            &pair[0],
            &pair[1]
        );
    }
    let ids: HashSet<i64> = seen.iter().map(key).collect();
    prop_assert_eq!(ids.len(), seen.len(), "a row was shown twice");
    prop_assert!(ids.is_superset(stayed), "rows were skipped: {:?}", stayed.difference(&ids));
    Ok(())
}

pub(super) fn key(row: &Record) -> i64 {
    match row.key() {
        Value::Int(key) => *key,
        other => panic!("{other:?} is no key"),
    }
}

async fn empty(ctx: &Ctx) {
    let statement = Statement::new("DELETE FROM \"sample\"", sea_query::Values(Vec::new()));
    Executor::Pool(ctx.db().clone()).execute(statement).await.expect("an empty table");
}

async fn run(ctx: &Ctx, case: Case) -> Result<(), TestCaseError> {
    empty(ctx).await;
    let records = Records::new(ctx, info());
    let rows = case.rows.iter().zip(0..).map(|((row, _), code)| row.assignments(code)).collect();
    let made = records.create_many(rows).await.expect("the rows");
    let (mut stayed, mut others) = (HashSet::new(), Vec::new());
    for (row, (_, stays)) in made.iter().zip(&case.rows) {
        if *stays {
            stayed.insert(key(row));
        } else {
            others.push(row.key().clone());
        }
    }
    let mut changes = case.changes.iter().zip(1000..);
    let between = async || match changes.next() {
        Some((Change::Insert(row), code)) => {
            let made = records.create(row.assignments(code)).await.expect("a row");
            others.push(made.key().clone());
        }
        Some((Change::Delete(which), _)) if !others.is_empty() => {
            let key = others.swap_remove(which.index(others.len()));
            records.delete(&key).await.expect("the removal");
        }
        _ => {}
    };
    let seen = walk(ctx, &case.order, case.size, case.backward, between).await.expect("the walk");
    check(&case.order, &seen, &stayed)
}

#[each_database(all())]
async fn any_walk_shows_each_row_once_and_in_order(ctx: Ctx) {
    let config = Config { cases: 48, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    let outcome = tokio::task::block_in_place(|| {
        let runtime = tokio::runtime::Handle::current();
        TestRunner::new(config).run(&case(), |case| runtime.block_on(run(&ctx, case)))
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[each_database(all())]
async fn a_walk_is_whole_while_others_write(ctx: Ctx) {
    let records = Records::new(&ctx, info());
    let row = |number: u64| {
        let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
        Row(mixed)
    };
    let rows = (0..60).map(|number| row(number).assignments(number.cast_signed())).collect();
    let stayed: HashSet<i64> = records.create_many(rows).await.expect("rows").iter().map(key).collect();
    let done = Arc::new(AtomicBool::new(false));
    let others = tokio::spawn({
        let (ctx, done) = (ctx.clone(), done.clone());
        async move {
            let records = Records::new(&ctx, info());
            let mut number = 1000_u64;
            let mut made = std::collections::VecDeque::new();
            while !done.load(atomic::Ordering::Relaxed) {
                number += 1;
                let new = records.create(row(number).assignments(number.cast_signed())).await.expect("a row");
                made.push_back(new.key().clone());
                if made.len() > 20
                    && let Some(old) = made.pop_front()
                {
                    records.delete(&old).await.expect("the removal");
                }
            }
            number - 1000
        }
    });
    let column = |name: &str| info().by_name(name).expect("a field").index;
    let orders = [
        vec![],
        vec![Sort::new(column("rank"), Direction::Asc), Sort::new(column("name"), Direction::Desc)],
        vec![Sort::new(column("grade"), Direction::Desc)],
        vec![
            Sort { nulls: Nulls::First, ..Sort::new(column("price"), Direction::Asc) },
            Sort::new(column("at"), Direction::Desc),
        ],
    ];
    for order in orders {
        for backward in [false, true] {
            let seen = walk(&ctx, &order, 4, backward, async || tokio::task::yield_now().await).await;
            check(&order, &seen.expect("the walk"), &stayed).expect("a whole walk");
        }
    }
    done.store(true, atomic::Ordering::Relaxed);
    assert!(others.await.expect("the writer") > 0);
}
