//! Cursors of rows whose sort keys are longer than a cursor may be.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use entify::entity::{Entity as _, EntityInfo};
use entify::error::Error;
use entify::prelude::*;
use entify::query::{Cursors, Direction, ListQuery, Nulls, PageArgs, Sort};
use entify::service::Records;
use entify::testing::{TestDb, each_database};
use entify::value::{Assignments, Record, Value};
use hmac::{Hmac, KeyInit as _, Mac as _};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use sha2::{Digest as _, Sha256};

use super::keyset::{check, key};

/// Characters of a cursor at most.
const MAX_LENGTH: usize = 512;

/// Long texts, with and without NULLs, and long bytes.
#[derive(Entity)]
#[entity(policy = public, soft_delete)]
pub struct Scroll {
    #[entity(sort, filter)]
    first: String,
    #[entity(sort)]
    second: Option<String>,
    #[entity(sort)]
    third: String,
    #[entity(sort)]
    fourth: Option<String>,
    #[entity(sort)]
    seal: Option<Bytes>,
    #[entity(sort)]
    number: Option<i32>,
}

fn all() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Scroll].to_vec()
}

fn info() -> &'static EntityInfo {
    Scroll::def().info()
}

fn column(name: &str) -> usize {
    info().by_name(name).expect("a field").index
}

/// A text that shares this many characters with every other such text, and ends in its own.
fn long(shared: usize, own: &str, rest: usize) -> String {
    format!(
        "{}{own}{}",
        "Säule \"\u{1}\" 😀 ".chars().cycle().take(shared).collect::<String>(),
        "z".repeat(rest)
    )
}

fn scroll(first: &str, others: &str) -> Assignments {
    let mut row = Assignments::new();
    let text = |text: &str| Value::Text(text.to_owned());
    for (name, value) in [
        ("first", text(first)),
        ("second", text(others)),
        ("third", text(others)),
        ("fourth", text(others)),
        ("seal", Value::Bytes(others.as_bytes().to_vec().into())),
        ("number", Value::Int(1)),
    ] {
        row.set(column(name), value);
    }
    row
}

fn by(names: &[&str], direction: Direction) -> Vec<Sort> {
    names.iter().map(|name| Sort::new(column(name), direction)).collect()
}

fn query(order: Vec<Sort>, page: PageArgs) -> ListQuery {
    ListQuery { order, page, cursors: Cursors::Every, ..ListQuery::new(info().all()) }
}

fn after(cursor: &str, first: u32) -> PageArgs {
    PageArgs { after: Some(cursor.to_owned()), ..PageArgs::first(first) }
}

fn before(cursor: &str, last: u32) -> PageArgs {
    PageArgs { before: Some(cursor.to_owned()), last: Some(last), ..PageArgs::default() }
}

#[each_database(all())]
async fn a_cursor_is_small_whatever_it_sorts_by(ctx: Ctx) {
    let records = Records::new(&ctx, info());
    let quotes = "\"\\\u{1}".repeat(3_400);
    let texts = ["😀".repeat(10_000), quotes, long(9_999, "end", 5)];
    for text in &texts {
        for other in &texts {
            records.create(scroll(text, other)).await.expect("a row");
        }
    }
    let orders: [&[&str]; 5] = [
        &["first", "second", "third", "fourth"],
        &["number", "seal", "first"],
        &["seal"],
        &["first"],
        &["number", "second", "first", "third", "fourth", "seal"],
    ];
    for names in orders {
        for direction in [Direction::Asc, Direction::Desc] {
            let order = by(names, direction);
            let whole = records.list(&query(order.clone(), PageArgs::first(100))).await.expect("a page");
            let keys: Vec<i64> = whole.items.iter().map(key).collect();
            for (position, cursor) in whole.cursors.iter().enumerate() {
                assert!(cursor.len() <= MAX_LENGTH, "{names:?}: {}", cursor.len());
                let next = records.list(&query(order.clone(), after(cursor, 100))).await.expect("a page");
                assert_eq!(next.items.iter().map(key).collect::<Vec<_>>(), keys[position + 1..]);
                let previous =
                    records.list(&query(order.clone(), before(cursor, 100))).await.expect("a page");
                assert_eq!(previous.items.iter().map(key).collect::<Vec<_>>(), keys[..position]);
            }
        }
    }
}

/// Rows that have all of a long text in common are told apart by their keys.
#[each_database(all())]
async fn equal_long_texts_are_walked_one_by_one(ctx: Ctx) {
    let records = Records::new(&ctx, info());
    let text = "x".repeat(10_000);
    for _ in 0..7 {
        records.create(scroll(&text, &text)).await.expect("a row");
    }
    let order = by(&["first", "second"], Direction::Desc);
    let (mut seen, mut page) = (Vec::new(), PageArgs::first(2));
    loop {
        let found = records.list(&query(order.clone(), page)).await.expect("a page");
        seen.extend(found.items.iter().map(key));
        if !found.has_next {
            break;
        }
        // Soft-deleted, the row is there still.
        records.delete(found.items[1].key()).await.expect("the deletion");
        page = after(&found.end_cursor.expect("a cursor"), 2);
    }
    assert_eq!(seen.len(), 7);
    assert!(seen.is_sorted_by(|left, right| left > right));
}

#[each_database(all())]
async fn a_row_that_is_gone_is_missed_only_among_rows_of_its_head(ctx: Ctx) {
    let records = Records::new(&ctx, info());
    // The last two share 9,999 characters, the others differ at the start.
    let texts =
        ["a".repeat(5_000), "b".repeat(5_000), "c".repeat(5_000), long(9_999, "1", 9), long(9_999, "2", 9)];
    let mut keys = Vec::new();
    for text in &texts {
        keys.push(records.create(scroll(text, "")).await.expect("a row").key().clone());
    }
    let order = by(&["first"], Direction::Asc);
    let list = async |page: PageArgs| {
        let page = records.list(&query(order.clone(), page)).await?;
        Ok::<_, Error>(page.items.iter().map(|row| row.key().clone()).collect::<Vec<_>>())
    };
    let whole = records.list(&query(order.clone(), PageArgs::first(100))).await.expect("a page");
    let shown: Vec<Value> = whole.items.iter().map(|row| row.key().clone()).collect();
    let cursor_of =
        |row: &Value| whole.cursors[shown.iter().position(|key| key == row).expect("shown")].clone();
    let after_row = |row: &Value| {
        let at = shown.iter().position(|key| key == row).expect("shown");
        shown[at + 1..].to_vec()
    };

    // Purged: nobody shares the head of the second.
    records.purge(&keys[1]).await.expect("purged");
    assert_eq!(list(after(&cursor_of(&keys[1]), 9)).await, Ok(after_row(&keys[1])));
    let rows_before: Vec<Value> = shown.iter().take_while(|key| **key != keys[1]).cloned().collect();
    assert_eq!(list(before(&cursor_of(&keys[1]), 9)).await, Ok(rows_before));

    // Changed: the position is that of the value it had.
    let mut change = Assignments::new();
    change.set(column("first"), Value::Text("0".to_owned()));
    records.update(&keys[2], change).await.expect("changed");
    assert_eq!(list(after(&cursor_of(&keys[2]), 9)).await, Ok(after_row(&keys[2])));

    // Purged among rows of the same head: where it was is not known.
    records.purge(&keys[3]).await.expect("purged");
    assert_eq!(list(after(&cursor_of(&keys[3]), 9)).await, Err(Error::CursorInvalid));
    assert_eq!(list(before(&cursor_of(&keys[3]), 9)).await, Err(Error::CursorInvalid));
    // The other of them is found by its key.
    assert_eq!(list(after(&cursor_of(&keys[4]), 9)).await, Ok(vec![keys[0].clone()]));
}

#[each_database(all())]
async fn a_cut_cursor_is_authenticated(ctx: Ctx) {
    let records = Records::new(&ctx, info());
    for text in ["a", "b"] {
        records.create(scroll(&text.repeat(900), "")).await.expect("a row");
    }
    let order = by(&["first"], Direction::Asc);
    let page = records.list(&query(order.clone(), PageArgs::first(1))).await.expect("a page");
    let cursor = page.end_cursor.expect("a cursor");
    let bytes = BASE64.decode(&cursor).expect("a cursor");
    for bit in 0..bytes.len() * 8 {
        let mut harmed = bytes.clone();
        harmed[bit / 8] ^= 1 << (bit % 8);
        let refused = records.list(&query(order.clone(), after(&BASE64.encode(harmed), 1))).await;
        assert_eq!(refused.err(), Some(Error::CursorInvalid));
    }
    let others = [by(&["first"], Direction::Desc), by(&["first", "second"], Direction::Asc)];
    for other in others {
        let refused = records.list(&query(other, after(&cursor, 1))).await;
        assert_eq!(refused.err(), Some(Error::CursorMismatch));
    }
}

/// The release before wrote the whole sort key, however long.
#[each_database(all())]
async fn a_long_cursor_of_the_release_before_is_good(test: TestDb) {
    let secret = b"a secret of the test, which signs";
    let ctx = Ctx::system(test.db().clone(), secret);
    let records = Records::new(&ctx, info());
    let texts = ["a".repeat(2_000), "b".repeat(2_000), "c".repeat(2_000)];
    for text in &texts {
        records.create(scroll(text, "")).await.expect("a row");
    }
    let order = by(&["first"], Direction::Asc);
    let page = records.list(&query(order.clone(), PageArgs::first(2))).await.expect("a page");
    let ours = BASE64.decode(page.end_cursor.expect("a cursor")).expect("base64");
    // A signature of 16 bytes, the form, a digest of 8 bytes, the sort key.
    let mut payload = vec![1];
    payload.extend_from_slice(&ours[17..25]);
    payload.extend(format!("[\"{}\",{}]", texts[1], key(&page.items[1])).bytes());
    let signing_key = Sha256::new().chain_update(b"entify cursor v1").chain_update(secret).finalize();
    let mut mac = Hmac::<Sha256>::new_from_slice(&signing_key).expect("a key");
    mac.update(&payload);
    let mut theirs = mac.finalize().into_bytes()[..16].to_vec();
    theirs.extend(payload);
    let theirs = BASE64.encode(theirs);
    assert!(theirs.len() > 2_000);
    let next = records.list(&query(order, after(&theirs, 9))).await.expect("the rest");
    let firsts: Vec<&Value> = next.items.iter().map(|row| row.get(column("first"))).collect();
    assert_eq!(firsts, [&Value::Text(texts[2].clone())]);
}

/// A row by small numbers, so that heads and whole values repeat.
#[derive(Debug, Clone, Copy)]
struct Row([u8; 6]);

impl Row {
    fn assignments(self) -> Assignments {
        let Self([first, second, third, fourth, seal, number]) = self;
        let text = |number: u8| {
            let own = ["", "a", "b", "é", "日"][usize::from(number / 5 % 5)];
            let shared = [0, 3, 90, 600, 2_000][usize::from(number % 5)];
            Value::Text(long(shared, own, if number.is_multiple_of(2) { 400 } else { 0 }))
        };
        let maybe = |number: u8| if number.is_multiple_of(4) { Value::Null } else { text(number) };
        let bytes = match maybe(seal) {
            Value::Text(text) => Value::Bytes(text.into_bytes().into()),
            other => other,
        };
        let count = if number.is_multiple_of(3) { Value::Null } else { Value::Int(i64::from(number % 2)) };
        let mut row = Assignments::new();
        for (name, value) in [
            ("first", text(first)),
            ("second", maybe(second)),
            ("third", text(third)),
            ("fourth", maybe(fourth)),
            ("seal", bytes),
            ("number", count),
        ] {
            row.set(column(name), value);
        }
        row
    }
}

#[derive(Debug, Clone)]
struct Case {
    rows: Vec<Row>,
    order: Vec<Sort>,
    size: u32,
    backward: bool,
    /// Between pages: which row goes (the cursor's own, or another), if any.
    purged: Vec<Option<bool>>,
}

fn case() -> impl Strategy<Value = Case> {
    let columns: Vec<usize> = ["first", "second", "third", "fourth", "seal", "number"].map(column).to_vec();
    let sort = (prop::sample::select(columns), any::<bool>(), any::<bool>()).prop_map(
        |(column, descending, first)| Sort {
            nulls: if first { Nulls::First } else { Nulls::Last },
            ..Sort::new(column, if descending { Direction::Desc } else { Direction::Asc })
        },
    );
    (
        vec(any::<[u8; 6]>().prop_map(Row), 0..14),
        vec(sort, 1..5),
        1..5_u32,
        any::<bool>(),
        vec(prop::option::of(any::<bool>()), 0..6),
    )
        .prop_map(|(rows, order, size, backward, purged)| Case { rows, order, size, backward, purged })
}

/// Whether two rows may share the head of a cut sort key: they agree in the first key's first characters.
fn alike(left: &Record, right: &Record, order: &[Sort]) -> bool {
    let head = |row: &Record| match row.get(order[0].column) {
        Value::Text(text) => Value::Text(text.chars().take(20).collect()),
        Value::Bytes(bytes) => Value::Bytes(bytes.slice(..bytes.len().min(20))),
        value => value.clone(),
    };
    head(left) == head(right)
}

async fn run(ctx: &Ctx, case: Case) -> Result<(), TestCaseError> {
    let records = Records::new(ctx, info());
    let every = Records::new(ctx, info()).with_deleted();
    loop {
        let old = every.list(&query(Vec::new(), PageArgs::first(100))).await.expect("rows").items;
        if old.is_empty() {
            break;
        }
        for row in old {
            records.purge(row.key()).await.expect("purged");
        }
    }
    let rows = case.rows.iter().map(|row| row.assignments()).collect();
    let made = records.create_many(rows).await.expect("the rows");
    let mut present: HashSet<i64> = made.iter().map(key).collect();
    let mut seen: Vec<Record> = Vec::new();
    let mut purged = case.purged.iter();
    let mut page = PageArgs::default();
    loop {
        if case.backward {
            page.last = Some(case.size);
        } else {
            page.first = Some(case.size);
        }
        let asked = page.clone();
        let last = if case.backward { seen.first() } else { seen.last() };
        let found = match records.list(&query(case.order.clone(), page)).await {
            Ok(found) => found,
            Err(Error::CursorInvalid) => {
                // Only for a row that is gone, and only among others like it.
                let last = last.expect("the row of the cursor");
                prop_assert!(!present.contains(&key(last)), "a row that is there was not found");
                let others = made.iter().filter(|row| present.contains(&key(row)));
                prop_assert!(others.into_iter().any(|row| alike(row, last, &case.order)), "{:?}", asked);
                return Ok(());
            }
            Err(other) => panic!("{other}"),
        };
        for cursor in &found.cursors {
            prop_assert!(cursor.len() <= MAX_LENGTH);
        }
        page = PageArgs::default();
        let (more, end) = if case.backward {
            page.before = found.start_cursor;
            let end = found.items.first().map(|row| row.key().clone());
            seen.splice(0..0, found.items);
            (found.has_previous, end)
        } else {
            page.after = found.end_cursor;
            let end = found.items.last().map(|row| row.key().clone());
            seen.extend(found.items);
            (found.has_next, end)
        };
        if !more {
            break;
        }
        let gone = match purged.next() {
            Some(Some(true)) => end,
            Some(Some(false)) => seen.first().map(|row| row.key().clone()),
            _ => None,
        };
        if let Some(gone) = gone
            && let Value::Int(id) = gone
            && present.remove(&id)
        {
            records.purge(&gone).await.expect("purged");
        }
    }
    check(&case.order, &seen, &present)
}

#[each_database(all())]
async fn any_walk_by_long_keys_shows_each_row_once_and_in_order(ctx: Ctx) {
    let config = Config { cases: 48, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let outcome = tokio::task::block_in_place(|| {
        let runtime = tokio::runtime::Handle::current();
        TestRunner::new(config).run(&case(), |case| runtime.block_on(run(&ctx, case)))
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
