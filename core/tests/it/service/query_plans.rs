//! How the databases run lists: a default order is read from an index, and a page at depth costs what the first one
//! costs.

use entify::db::{Dialect, Executor, Statement};
use entify::entity::Entity;
use entify::migrate::DatabaseSchema;
use entify::prelude::*;
use entify::service::Service;
use entify::testing::each_database;
use sea_query::Values;

/// Newest first.
#[derive(Entity)]
#[entity(policy = public, order = -created_at)]
pub struct Event {
    note: String,
}

/// A few values first, then mixed directions.
#[derive(Entity)]
#[entity(policy = public, order(status, -score))]
pub struct Ranked {
    status: String,
    score: i32,
}

/// NULLs in the first key.
#[derive(Entity)]
#[entity(policy = public, order = due)]
pub struct Task {
    #[entity(index)]
    due: Option<DateTime<Utc>>,
}

/// NULLs last in the first key, greatest first.
#[derive(Entity)]
#[entity(policy = public, order = -due)]
pub struct Overdue {
    due: Option<DateTime<Utc>>,
}

/// A unique rule serves.
#[derive(Entity)]
#[entity(policy = public, order = -code)]
pub struct Coded {
    #[entity(unique)]
    code: String,
}

/// A uuid key.
#[derive(Entity)]
#[entity(policy = public, key = uuid, order = amount)]
pub struct Payment {
    amount: Decimal,
}

/// Deleted rows are in the way of an index that has them.
#[derive(Entity)]
#[entity(policy = public, soft_delete, order = -rank)]
pub struct Archived {
    #[entity(sort)]
    rank: i32,
    #[entity(index)]
    shelf: i32,
}

/// By declaration, greatest first, then by a number.
#[derive(Entity)]
#[entity(policy = public, order(-level, score))]
pub struct Leveled {
    level: Level,
    score: i32,
}

/// By declaration, and none.
#[derive(Entity)]
#[entity(policy = public, order = level)]
pub struct Graded {
    level: Option<Level>,
}

#[derive(EntityEnum)]
#[entity(ordered)]
pub enum Level {
    C,
    A,
    B,
}

/// The key itself.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Plain {
    note: String,
}

fn all() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Event, Ranked, Task, Overdue, Coded, Payment, Archived, Leveled, Graded, Plain].to_vec()
}

const ROWS: usize = 5000;

/// Columns and values, of a row's number `i` and a time `t` made of it.
const TABLES: &[(&str, &str, &str)] = &[
    ("event", "note, created_at", "'x', t"),
    ("ranked", "status, score", "substr('abc', 1 + i % 3, 1), i % 97"),
    ("task", "due", "CASE WHEN i % 4 > 0 THEN t END"),
    ("overdue", "due", "CASE WHEN i % 4 > 0 THEN t END"),
    ("coded", "code", "'c' || i"),
    ("payment", "id, amount", "u, a"),
    ("archived", "rank, shelf, deleted_at", "i, i % 3, CASE WHEN i > 3400 THEN t END"),
    ("leveled", "level, score", "substr('abc', 1 + i % 3, 1), i % 97"),
    ("graded", "level", "CASE WHEN i % 4 > 0 THEN substr('abc', 1 + i % 3, 1) END"),
    ("plain", "note", "'x'"),
];

async fn fill(ctx: &Ctx) {
    let (time, uuid, amount) = match ctx.db().dialect() {
        Dialect::Postgres => ("to_timestamp(1700000000 + i / 3)", "gen_random_uuid()", "i % 50"),
        Dialect::Sqlite => (
            "strftime('%Y-%m-%dT%H:%M:%f000Z', 1700000000 + i / 3, 'unixepoch')",
            "printf('%08x-0000-7000-8000-%012x', (i * 7919) % 5003, i)",
            "CAST(i % 50 AS text)",
        ),
    };
    let executor = Executor::Pool(ctx.db().clone());
    let run = async |sql: String| {
        executor.execute(Statement::new(sql, Values(Vec::new()))).await.expect("the statement");
    };
    for (table, columns, values) in TABLES {
        run(format!(
            "INSERT INTO \"{table}\" ({columns}) \
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}), \
             r AS (SELECT i, {time} AS t, {uuid} AS u, {amount} AS a FROM n) SELECT {values} FROM r"
        ))
        .await;
    }
    run("ANALYZE".to_owned()).await;
}

/// Rows that the scans of a PostgreSQL plan read.
fn rows_read(plan: &str) -> u64 {
    let number = |line: &str, after: &str| -> u64 {
        let digits = line.split(after).nth(1).unwrap_or_default();
        let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    };
    plan.lines()
        .map(|line| match line {
            line if line.contains(" Scan ") => number(line, "rows=") * number(line, "loops=").max(1),
            line if line.contains("Rows Removed by") => number(line, ": "),
            _ => 0,
        })
        .sum()
}

fn check(dialect: Dialect, plan: &str, entity: &str) {
    match dialect {
        Dialect::Postgres => {
            assert!(!plan.contains("Seq Scan"), "{entity}:\n{plan}");
            // What is merged may be sorted once more: a page of each part.
            assert!(!plan.contains("Sort (") || plan.contains("Append ("), "{entity}:\n{plan}");
            let read = rows_read(plan);
            assert!((1..=60).contains(&read), "{entity} reads {read} rows:\n{plan}");
        }
        Dialect::Sqlite => {
            // What is merged of parts with limits of their own may be sorted once more.
            let merged = plan.contains("CO-ROUTINE") && plan.contains("RIGHT");
            let sorts = plan.lines().filter(|line| line.contains("TEMP B-TREE")).count();
            let sorted_parts = plan
                .lines()
                .collect::<Vec<_>>()
                .windows(2)
                .any(|lines| lines[0].starts_with("SEARCH t0") && lines[1].contains("TEMP B-TREE"));
            assert!(sorts == 0 || (merged && !sorted_parts), "{entity}:\n{plan}");
            let scans = plan.lines().filter(|line| line.starts_with("SCAN t0") && !line.contains("USING"));
            assert!(
                plan.contains("INTEGER PRIMARY KEY") || scans.count() == 0 || entity.starts_with("Plain"),
                "{entity}:\n{plan}"
            );
        }
    }
}

/// The first page and one in the middle, in both directions.
async fn check_default_order<E: Entity>(ctx: &Ctx) {
    let service: Service<'_, E> = Service::new(ctx);
    let name = E::def().name;
    let dialect = ctx.db().dialect();
    let explain = async |what: &str, query: Query<E>| {
        let plan = service.explain(query).await.expect("a plan");
        check(dialect, &plan, &format!("{name}, {what}"));
    };
    explain("first page", Query::default().first(20)).await;
    explain("last page", Query::default().last(20)).await;
    let mut after: Option<String> = None;
    for page in 0..ROWS / 200 {
        let query = Query::default().first(100);
        let query = if let Some(after) = after { query.after(after) } else { query };
        let found = service.list(query).await.expect("a page");
        assert_eq!(found.items.len(), 100, "page {page}");
        after = found.end_cursor;
    }
    let middle = after.expect("a cursor");
    explain("deep, forwards", Query::default().first(20).after(&*middle)).await;
    explain("deep, backwards", Query::default().last(20).before(&*middle)).await;
}

#[test]
fn a_default_order_has_an_index() {
    let schema = DatabaseSchema::of(&all(), Dialect::Postgres);
    let indexes = |table: &str| -> Vec<String> {
        let table = schema.table(table).expect("the table");
        table.indexes.iter().map(|index| index.name.clone()).collect()
    };
    assert_eq!(indexes("event"), ["ix_event_created_at_id"]);
    assert_eq!(indexes("ranked"), ["ix_ranked_status_score_id"]);
    assert_eq!(indexes("task"), ["ix_task_due_id"], "the declared one is a part of it");
    assert_eq!(indexes("coded"), <[String; 0]>::default(), "the unique rule serves");
    assert_eq!(indexes("leveled"), ["ix_leveled_level_score_id"]);
    assert_eq!(indexes("plain"), <[String; 0]>::default(), "the primary key serves");
    assert_eq!(indexes("archived"), ["ix_archived_shelf", "ix_archived_rank_id"]);
    let archived = &schema.table("archived").expect("the table").indexes;
    let conditions: Vec<_> = archived.iter().map(|index| index.condition.as_deref()).collect();
    assert_eq!(conditions, [None, Some("\"deleted_at\" is null")], "lists show no deleted rows");
}

#[each_database(all())]
async fn no_default_order_is_sorted_for(ctx: Ctx) {
    fill(&ctx).await;
    check_default_order::<Event>(&ctx).await;
    check_default_order::<Ranked>(&ctx).await;
    check_default_order::<Task>(&ctx).await;
    check_default_order::<Overdue>(&ctx).await;
    check_default_order::<Coded>(&ctx).await;
    check_default_order::<Payment>(&ctx).await;
    check_default_order::<Archived>(&ctx).await;
    check_default_order::<Leveled>(&ctx).await;
    check_default_order::<Graded>(&ctx).await;
    check_default_order::<Plain>(&ctx).await;
}

/// What finds rows by a value of an enum that is sorted by its declaration finds them in the index that sorts them.
#[each_database(all())]
async fn an_index_of_positions_serves_filters(ctx: Ctx) {
    fill(&ctx).await;
    let service = LeveledService::new(&ctx);
    for (what, filter) in [
        ("eq", Leveled::level().eq(Level::A)),
        ("in", Leveled::level().is_in([Level::A])),
        ("gt", Leveled::level().gt(Level::A)),
    ] {
        let plan = service.explain(Query::filter(filter).first(20)).await.expect("a plan");
        check(ctx.db().dialect(), &plan, &format!("Leveled, {what}"));
    }
}
