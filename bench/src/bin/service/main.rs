//! Measures the service by itself, on SQLite and PostgreSQL: many rows in, many rows out, pages far down a table, lists
//! that a policy narrows.
//!
//! Beside bulk writes stands the same written by hand with sqlx: multi-row statements of the same size that read back
//! every column. CPU time is that of this process, which on SQLite includes the database. See README.md.

mod policy;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use entify::db::{Dialect, Executor, Statement};
use entify::prelude::*;
use entify::testing::TestDb;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Rows of one statement by hand: as many as the engine takes, 30,000 bound values of six columns.
const CHUNK: usize = 5_000;

/// Rows that one statement makes while the table is filled.
const FILL: i64 = 50_000;

/// How often a page is read; the median counts.
const READS: usize = 301;

/// Measures bulk writes, streams and deep pages of the service on SQLite and PostgreSQL.
#[derive(Debug, Parser)]
struct Options {
    /// Rows of the bulk insert.
    #[arg(long, default_value_t = 100_000)]
    rows: usize,
    /// Rows of `upsert_many`, half of which are there.
    #[arg(long, default_value_t = 10_000)]
    upserts: usize,
    /// Rows of the table for the stream and the pages.
    #[arg(long, default_value_t = 1_000_000)]
    table: i64,
    /// Only this database: `sqlite` or `postgres`.
    #[arg(long)]
    only: Option<String>,
    /// Run although this build is not optimised: the figures tell nothing.
    #[arg(long)]
    check: bool,
}

/// What is written and read.
#[derive(Entity)]
#[entity(policy = public)]
pub(crate) struct Item {
    #[entity(unique, max_len = 40)]
    code: String,
    #[entity(max_len = 100)]
    name: String,
    #[entity(sort, index)]
    rank: i64,
    note: Option<String>,
}

/// A row as the hand-written code reads it.
#[derive(sqlx::FromRow)]
#[allow(dead_code)]
struct Row {
    id: i64,
    code: String,
    name: String,
    rank: i64,
    note: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("service: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<()> {
    if cfg!(debug_assertions) && !options.check {
        return Err(
            "an unoptimised build tells nothing; run `cargo run --release -p bench --bin service`".into()
        );
    }
    let entities = [&entify::entities![Item][..], &policy::entities()].concat();
    let asked = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    if asked("sqlite") {
        measure(&TestDb::sqlite(&entities).await, options).await?;
    }
    if asked("postgres") {
        let test = TestDb::postgres(&entities).await;
        measure(&test.ok_or("no PostgreSQL; install its server or set TEST_POSTGRES_URL")?, options).await?;
    }
    Ok(())
}

async fn measure(test: &TestDb, options: &Options) -> Result<()> {
    let ctx = test.ctx();
    println!("\n{}", ctx.db().dialect().name());
    let writer = ByHand::open(test).await?;
    inserts(&ctx, &writer, options.rows).await?;
    upserts(&ctx, &writer, options.upserts).await?;
    writer.close().await;
    clear(&ctx).await?;
    fill(&ctx, options.table).await?;
    stream(&ctx, options.table).await?;
    pages(&ctx, Query::default, "by key").await?;
    pages(&ctx, || Query::default().order(Item::rank().desc()), "by an indexed field").await?;
    policy::lists(&ctx).await
}

/// Time on the clock and of the processor.
#[derive(Debug, Clone, Copy)]
struct Cost {
    wall: Duration,
    cpu: Duration,
}

impl Cost {
    async fn of<T>(work: impl Future<Output = Result<T>>) -> Result<(Self, T)> {
        let (start, before) = (Instant::now(), cpu_time()?);
        let value = work.await?;
        Ok((Self { wall: start.elapsed(), cpu: cpu_time()?.saturating_sub(before) }, value))
    }

    fn print(self, what: &str, rows: usize) {
        #[allow(clippy::cast_precision_loss)]
        let (rate, each) =
            (rows as f64 / self.wall.as_secs_f64(), self.cpu.as_secs_f64() * 1e6 / rows.max(1) as f64);
        println!("  {what:<34} {rate:>10.0} rows/s   CPU {each:>7.2} µs a row");
    }
}

/// The better of three rounds each, one after the other, so that both meet the same machine.
async fn inserts(ctx: &Ctx, by_hand: &ByHand, rows: usize) -> Result<()> {
    let mut best: [Option<Cost>; 2] = [None; 2];
    for _ in 0..3 {
        clear(ctx).await?;
        let (cost, made) = Cost::of(by_hand.write(&inputs(0, rows), false)).await?;
        keep(&mut best[0], cost);
        check(made, rows)?;
        clear(ctx).await?;
        let inputs = inputs(0, rows);
        let (cost, made) =
            Cost::of(async { Ok(ItemService::new(ctx).create_many(inputs).await?.len()) }).await?;
        keep(&mut best[1], cost);
        check(made, rows)?;
    }
    compare("bulk insert", best, rows);
    Ok(())
}

async fn upserts(ctx: &Ctx, by_hand: &ByHand, rows: usize) -> Result<()> {
    let mut best: [Option<Cost>; 2] = [None; 2];
    for _ in 0..3 {
        for (side, best) in best.iter_mut().enumerate() {
            clear(ctx).await?;
            ItemService::new(ctx).create_many(inputs(0, rows / 2)).await?;
            let given = inputs(0, rows);
            let (cost, made) = if side == 0 {
                Cost::of(by_hand.write(&given, true)).await?
            } else {
                let service = ItemService::new(ctx);
                Cost::of(async { Ok(service.upsert_many(Item::code(), given).await?.len()) }).await?
            };
            keep(best, cost);
            check(made, rows)?;
        }
    }
    compare("upsert_many, half of it there", best, rows);
    Ok(())
}

fn inputs(first: usize, count: usize) -> Vec<ItemInput> {
    let input = |number: usize| ItemInput {
        code: format!("code-{number:012}"),
        name: format!("Item number {number}"),
        rank: i64::try_from(number.wrapping_mul(7_919) % 1_000_003).unwrap_or(0),
        note: number.is_multiple_of(3).then(|| "a note of some length, on every third row".to_owned()),
    };
    (first..first + count).map(input).collect()
}

fn keep(best: &mut Option<Cost>, cost: Cost) {
    if best.is_none_or(|best| cost.cpu < best.cpu) {
        *best = Some(cost);
    }
}

fn check(made: usize, rows: usize) -> Result<()> {
    if made == rows { Ok(()) } else { Err(format!("{made} rows came back instead of {rows}").into()) }
}

fn compare(what: &str, best: [Option<Cost>; 2], rows: usize) {
    let [Some(by_hand), Some(entify)] = best else { return };
    by_hand.print(&format!("{what}: by hand"), rows);
    entify.print(&format!("{what}: entify"), rows);
    let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64().max(1e-9);
    println!(
        "  {:<34} CPU {:.2}, clock {:.2}",
        "  ratio",
        ratio(entify.cpu, by_hand.cpu),
        ratio(entify.wall, by_hand.wall)
    );
}

/// Reads every row, and says how memory grows on the way.
async fn stream(ctx: &Ctx, rows: i64) -> Result<()> {
    let rows = usize::try_from(rows)?;
    reset_peak()?;
    let before = memory("VmRSS")?;
    let work = async {
        let (mut seen, mut early) = (0_usize, 0);
        let mut all = ItemService::new(ctx).stream(Query::default());
        while let Some(item) = all.next().await {
            item?;
            seen += 1;
            if seen == rows / 10 {
                early = memory("VmHWM")?;
            }
        }
        Ok((seen, early))
    };
    let (cost, (seen, early)) = Cost::of(work).await?;
    check(seen, rows)?;
    cost.print("stream", rows);
    let peak = memory("VmHWM")?;
    println!(
        "  {:<34} {before} KiB before, peak +{} KiB after a tenth, +{} KiB at the end",
        "  memory",
        early.saturating_sub(before),
        peak.saturating_sub(before)
    );
    Ok(())
}

/// The first page beside the last, in one order.
async fn pages(ctx: &Ctx, query: fn() -> Query<Item>, what: &str) -> Result<()> {
    let items = ItemService::new(ctx);
    let end = items.list(query().last(21)).await?;
    let cursor = end.start_cursor.ok_or("no cursor")?;
    let (mut first, mut deep) = (Vec::with_capacity(READS), Vec::with_capacity(READS));
    for _ in 0..READS {
        let start = Instant::now();
        check(items.list(query().first(20)).await?.items.len(), 20)?;
        first.push(start.elapsed());
        let start = Instant::now();
        check(items.list(query().first(20).after(cursor.clone())).await?.items.len(), 20)?;
        deep.push(start.elapsed());
    }
    let [first, deep] = [first, deep].map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    println!(
        "  {:<34} first {:.0} µs, last {:.0} µs, ratio {:.2}",
        format!("page of 20 {what}"),
        first.as_secs_f64() * 1e6,
        deep.as_secs_f64() * 1e6,
        deep.as_secs_f64() / first.as_secs_f64()
    );
    Ok(())
}

async fn execute(ctx: &Ctx, sql: impl Into<std::sync::Arc<str>>) -> Result<()> {
    // Past the service, which neither fills nor empties a table by itself.
    Executor::Pool(ctx.db().clone()).execute(Statement::plain(sql)).await?;
    Ok(())
}

async fn clear(ctx: &Ctx) -> Result<()> {
    match ctx.db().dialect() {
        Dialect::Sqlite => execute(ctx, "DELETE FROM item").await,
        Dialect::Postgres => execute(ctx, "TRUNCATE item").await,
    }
}

/// Fills the table by SQL, in steps that no time limit of a statement meets.
async fn fill(ctx: &Ctx, rows: i64) -> Result<()> {
    let mut first = 1;
    while first <= rows {
        let last = (first + FILL - 1).min(rows);
        let (numbers, now) = match ctx.db().dialect() {
            Dialect::Sqlite => (
                format!(
                    "(WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) \
                     SELECT n FROM s)"
                ),
                "'2024-01-01T00:00:00.000000Z'",
            ),
            Dialect::Postgres => (format!("generate_series({first}::bigint, {last}::bigint)"), "now()"),
        };
        let sql = format!(
            "INSERT INTO item (code, name, rank, note, created_at, updated_at) \
             SELECT 'code-' || n, 'Item number ' || n, n * 7919 % 1000003, NULL, {now}, {now} FROM {numbers} AS t(n)"
        );
        // SQLite gives no names to the columns of a sub-select there.
        let sql = match ctx.db().dialect() {
            Dialect::Sqlite => sql.replace(" AS t(n)", " AS t"),
            Dialect::Postgres => sql,
        };
        execute(ctx, sql).await?;
        first = last + 1;
    }
    execute(ctx, "ANALYZE").await
}

/// The same writes by hand.
enum ByHand {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

macro_rules! write_rows {
    ($pool:expr, $database:ty, $inputs:expr, $upsert:expr, $time:expr) => {{
        let mut transaction = $pool.begin().await?;
        let mut made = Vec::with_capacity($inputs.len());
        for chunk in $inputs.chunks(CHUNK) {
            let mut query = sqlx::QueryBuilder::<$database>::new(
                "INSERT INTO item (code, name, rank, note, created_at, updated_at) ",
            );
            query.push_values(chunk, |mut row, input| {
                row.push_bind(&input.code).push_bind(&input.name).push_bind(input.rank);
                row.push_bind(&input.note).push_bind($time).push_bind($time);
            });
            if $upsert {
                query.push(
                    " ON CONFLICT (code) DO UPDATE SET name = excluded.name, rank = excluded.rank, \
                     note = excluded.note, updated_at = excluded.updated_at",
                );
            }
            query.push(" RETURNING id, code, name, rank, note, created_at, updated_at");
            made.extend(query.build_query_as::<Row>().fetch_all(&mut *transaction).await?);
        }
        transaction.commit().await?;
        Ok(made.len())
    }};
}

impl ByHand {
    async fn open(test: &TestDb) -> Result<Self> {
        Ok(match test.db().dialect() {
            Dialect::Sqlite => {
                let options: sqlx::sqlite::SqliteConnectOptions = test.url().parse()?;
                let options = options
                    .foreign_keys(true)
                    .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                    .synchronous(sqlx::sqlite::SqliteSynchronous::Normal);
                Self::Sqlite(sqlx::SqlitePool::connect_with(options).await?)
            }
            Dialect::Postgres => Self::Postgres(sqlx::PgPool::connect(test.url()).await?),
        })
    }

    async fn write(&self, inputs: &[ItemInput], upsert: bool) -> Result<usize> {
        let now = Utc::now();
        match self {
            Self::Sqlite(pool) => {
                let now = now.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
                write_rows!(pool, sqlx::Sqlite, inputs, upsert, &now)
            }
            Self::Postgres(pool) => write_rows!(pool, sqlx::Postgres, inputs, upsert, now),
        }
    }

    async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// User and system time of this process.
fn cpu_time() -> Result<Duration> {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Ok(Duration::try_from(spent)?)
}

/// A figure of this process's memory, in KiB: `VmRSS` now, `VmHWM` the peak since the last reset.
fn memory(name: &str) -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| format!("no {name} in /proc/self/status").into())
}

fn reset_peak() -> Result<()> {
    Ok(std::fs::write("/proc/self/clear_refs", "5")?)
}
