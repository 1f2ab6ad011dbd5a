//! Programs that are killed while they migrate, and that start at once.

use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use entify::db::{Db, Dialect, Executor, Layout, Statement};
use entify::entities;
use entify::migrate::{MigrationState, Migrations};
use entify::testing::{TestDb, each_database};
use entify::types::Kind;
use entify::value::Value;

use super::Program;

/// How often the program is killed.
const KILLS: u32 = 100;

/// Versions of the migrations, and what a database has that has applied each.
const EFFECTS: [(i64, &str, &str); 4] = [
    (
        20_240_101_000_000,
        "SELECT count(*) FROM sqlite_master WHERE name = 'numbers'",
        "SELECT count(*) FROM pg_class WHERE relname = 'numbers'",
    ),
    (
        20_240_101_000_001,
        "SELECT count(*) FROM pragma_table_info('numbers') WHERE name = 'twice'",
        "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('numbers') AND attname = 'twice'",
    ),
    (
        20_240_101_000_002,
        "SELECT count(*) FROM sqlite_master WHERE name = 'ix_numbers'",
        "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('ix_numbers') AND indisvalid",
    ),
    (
        20_240_101_000_003,
        "SELECT count(*) FROM sqlite_master WHERE name = 'sums'",
        "SELECT count(*) FROM pg_class WHERE relname = 'sums'",
    ),
];

/// Work that takes a while: rows, a column that is filled, an index, a second table.
fn write_migrations(program: &Program, dialect: Dialect) {
    let folder = program.folder.join("migrations").join(dialect.name());
    std::fs::create_dir_all(&folder).unwrap();
    let index = match dialect {
        Dialect::Sqlite => "CREATE INDEX ix_numbers ON numbers (twice);",
        Dialect::Postgres => "-- no-transaction\nCREATE INDEX CONCURRENTLY ix_numbers ON numbers (twice);",
    };
    let numbers = "CREATE TABLE numbers (x integer);\nINSERT INTO numbers WITH RECURSIVE n(x) AS \
                   (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) SELECT x FROM n;";
    let twice = "-- assert: select not exists (select 1 from numbers where x < 1)\n\
                 ALTER TABLE numbers ADD COLUMN twice integer;\nUPDATE numbers SET twice = 2 * x;";
    let sums = "CREATE TABLE sums (s bigint);\nINSERT INTO sums SELECT sum(a.x * b.x) FROM numbers a, numbers b \
                WHERE a.x < 200 AND b.x < 200;";
    for (at, (up, down)) in [
        (numbers, "DROP TABLE numbers;"),
        (twice, "ALTER TABLE numbers DROP COLUMN twice;"),
        (index, "DROP INDEX ix_numbers;"),
        (sums, "DROP TABLE sums;"),
    ]
    .into_iter()
    .enumerate()
    {
        let stem = format!("{}_m{at}", EFFECTS[at].0);
        std::fs::write(folder.join(format!("{stem}.up.sql")), up).unwrap();
        std::fs::write(folder.join(format!("{stem}.down.sql")), down).unwrap();
    }
}

async fn number(db: &Db, sql: &str) -> i64 {
    let layout = Layout::default().with_column(Kind::I64);
    let rows = Executor::Pool(db.clone()).write(Statement::plain(sql), &layout).await.unwrap();
    match rows[0].get(0) {
        Value::Int(number) => *number,
        other => panic!("{other:?}"),
    }
}

fn start(program: &Program) -> Child {
    let mut command = program.command(&["migrate", "up"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until what a killed program has begun on the server has ended.
async fn settle(db: &Db) {
    if db.dialect() == Dialect::Sqlite {
        return;
    }
    let locks = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                 WHERE locktype = 'advisory' AND datname = current_database()";
    while number(db, locks).await > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Each migration is applied and recorded, or neither; and how many are.
async fn applied(db: &Db, migrations: &Migrations) -> usize {
    let status = migrations.status(db).await.unwrap();
    let mut count = 0;
    for (version, sqlite, postgres) in EFFECTS {
        let state = status.iter().find(|status| status.version == version).unwrap().state;
        let has = number(db, if db.dialect() == Dialect::Sqlite { sqlite } else { postgres }).await;
        // An index that was made beside others may wait for its record.
        let may_be_ahead = db.dialect() == Dialect::Postgres && version == EFFECTS[2].0;
        match state {
            MigrationState::Applied => {
                assert_eq!(has, 1, "{version} is recorded and not there");
                count += 1;
            }
            _ => assert!(has == 0 || may_be_ahead, "{version} is there and not recorded"),
        }
    }
    if count > 1 {
        assert_eq!(number(db, "SELECT count(*) FROM numbers WHERE twice IS NULL OR twice <> 2 * x").await, 0);
        assert_eq!(number(db, "SELECT count(*) FROM numbers").await, 20_000);
    }
    count
}

#[each_database(entities![])]
async fn a_program_that_is_killed_leaves_a_migration_done_or_not(test: TestDb) {
    let (program, db) = (Program::on(&test, "killed"), test.db());
    write_migrations(&program, db.dialect());
    let migrations = Migrations::load(program.folder.join("migrations"), db.dialect()).unwrap();
    // How long it takes, to know when to kill it.
    let begun = Instant::now();
    assert!(start(&program).wait().unwrap().success());
    let whole = begun.elapsed();
    assert_eq!(applied(db, &migrations).await, 4);
    migrations.down_to(db, 0).await.unwrap();

    let (mut midway, mut seed) = (0, 12_345_u64);
    for _ in 0..KILLS {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wait = whole.mul_f64((seed >> 33) as f64 / f64::from(u32::MAX >> 1));
        let mut child = start(&program);
        tokio::time::sleep(wait).await;
        let ran = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        midway += usize::from(ran);
        settle(db).await;
        // From all of it back to the beginning; from anything less the next program goes on.
        if applied(db, &migrations).await == 4 {
            migrations.down_to(db, 0).await.unwrap();
        }
    }
    assert!(midway > 20, "it was killed while it ran: {midway}");
    assert!(start(&program).wait().unwrap().success());
    assert_eq!(applied(db, &migrations).await, 4);
}

/// Rows that a data migration copies.
const COPIED: i64 = 20_000;

/// A table, and one for its copy: what the program's data migration works on.
fn write_tables(program: &Program, dialect: Dialect) {
    let folder = program.folder.join("migrations").join(dialect.name());
    std::fs::create_dir_all(&folder).unwrap();
    let tables = format!(
        "CREATE TABLE numbers (x integer PRIMARY KEY);\nINSERT INTO numbers WITH RECURSIVE n(x) AS \
         (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {COPIED}) SELECT x FROM n;\nCREATE TABLE copies (x integer);"
    );
    std::fs::write(folder.join("20240101000000_tables.up.sql"), tables).unwrap();
}

/// Whether the data migration is recorded. No row is copied twice, and none before others is missing.
async fn is_copied(db: &Db) -> bool {
    let wrong = "SELECT count(*) - count(DISTINCT x) + coalesce(max(x), 0) - count(*) FROM copies";
    assert_eq!(number(db, wrong).await, 0, "rows are copied twice or missing");
    let recorded = "SELECT count(*) FROM _entify_migrations WHERE version = 20240101000001";
    let (recorded, copied) =
        (number(db, recorded).await == 1, number(db, "SELECT count(*) FROM copies").await);
    assert!(!recorded || copied == COPIED, "it is recorded, and {copied} rows are copied");
    recorded
}

#[each_database(entities![])]
async fn a_data_migration_that_is_killed_goes_on_where_it_was(test: TestDb) {
    let (program, db) = (Program::on(&test, "killed-data"), test.db());
    write_tables(&program, db.dialect());
    assert!(start(&program).wait().unwrap().success(), "the tables");
    let command = |arguments: &[&str]| {
        let mut command = program.command(arguments);
        command.env("UNRULY_COPIES", "1").stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let (up, down) = (|| command(&["migrate", "up"]), || command(&["migrate", "down"]));
    let begun = Instant::now();
    assert!(up().status().unwrap().success());
    let whole = begun.elapsed();
    assert!(is_copied(db).await);
    assert!(down().status().unwrap().success());

    let (mut between, mut seed) = (0, 54_321_u64);
    for _ in 0..KILLS {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wait = whole.mul_f64((seed >> 33) as f64 / f64::from(u32::MAX >> 1));
        let mut child = up().spawn().unwrap();
        tokio::time::sleep(wait).await;
        child.kill().unwrap();
        child.wait().unwrap();
        settle(db).await;
        if is_copied(db).await {
            assert!(down().status().unwrap().success());
        } else {
            let copied = number(db, "SELECT count(*) FROM copies").await;
            between += usize::from(copied > 0 && copied < COPIED);
        }
    }
    assert!(between > 10, "it was killed between batches: {between}");
    assert!(up().status().unwrap().success());
    assert!(is_copied(db).await);
}

#[each_database(entities![])]
async fn batches_that_take_long_are_counted(test: TestDb) {
    let program = Program::on(&test, "slow-data");
    write_tables(&program, test.db().dialect());
    let mut command = program.command(&["migrate", "up"]);
    let output = command.env("UNRULY_COPIES", "1").env("UNRULY_PAUSE", "30").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    let count = told
        .strip_prefix("migration 20240101000001_copy has run for 2 s, ")
        .unwrap_or_else(|| panic!("{told}"));
    let count: u32 = count.split(' ').next().unwrap().parse().unwrap();
    assert!(count > 0 && count < 101 && told.contains(" batches done\n"), "{told}");
}

#[each_database(entities![], only(postgres))]
async fn how_far_an_index_is_is_told(test: TestDb) {
    let program = Program::on(&test, "index");
    let folder = program.folder.join("migrations/postgres");
    std::fs::create_dir_all(&folder).unwrap();
    let slow = "CREATE TABLE a (x integer);\nINSERT INTO a SELECT generate_series(1, 2000);\n\
                CREATE FUNCTION slow(integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS \
                $$ BEGIN PERFORM pg_sleep(0.002); RETURN $1; END $$;";
    std::fs::write(folder.join("20240101000000_a.up.sql"), slow).unwrap();
    let index = "-- no-transaction\nCREATE INDEX CONCURRENTLY ix_a ON a (slow(x));";
    std::fs::write(folder.join("20240102000000_b.up.sql"), index).unwrap();
    let output = program.command(&["migrate", "up"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    let line = told.lines().next().unwrap_or_default();
    let begin = "migration 20240102000000_b has run for 2 s, building index: scanning table ";
    let percent = line.strip_prefix(begin).and_then(|rest| rest.strip_suffix(" %"));
    let percent: u32 = percent.unwrap_or_else(|| panic!("{told}")).parse().unwrap();
    assert!(percent > 0 && percent < 100, "{told}");
}

#[each_database(entities![], only(sqlite))]
async fn a_step_of_sqlite_that_takes_long_is_told_of(test: TestDb) {
    let program = Program::on(&test, "long");
    let folder = program.folder.join("migrations/sqlite");
    std::fs::create_dir_all(&folder).unwrap();
    let slow = "CREATE TABLE a AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 40000000) \
                SELECT max(x) AS x FROM n;";
    std::fs::write(folder.join("20240101000000_slow.up.sql"), slow).unwrap();
    let output = program.command(&["migrate", "up"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("migration 20240101000000_slow has run for 2 s\n"), "{told}");
}

#[each_database(entities![], only(postgres))]
async fn a_step_that_takes_long_is_told_of(test: TestDb) {
    let program = Program::on(&test, "long");
    let folder = program.folder.join("migrations/postgres");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("20240101000000_slow.up.sql"), "SELECT pg_sleep(3);").unwrap();
    let output = program.command(&["migrate", "up"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("migration 20240101000000_slow has run for 2 s\n"), "{told}");
}

#[each_database(entities![], only(postgres))]
async fn what_an_index_waits_for_is_told(test: TestDb) {
    let program = Program::on(&test, "waits");
    let folder = program.folder.join("migrations/postgres");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("20240101000000_a.up.sql"), "CREATE TABLE a (x text);").unwrap();
    assert!(program.command(&["migrate", "up"]).output().unwrap().status.success());
    let index = "-- no-transaction\nCREATE INDEX CONCURRENTLY ix_a ON a (x);";
    std::fs::write(folder.join("20240102000000_b.up.sql"), index).unwrap();
    let (pool, command) = (Executor::Pool(test.db().clone()), program.command(&["migrate", "up"]));
    let output = pool
        .transaction(|inside| async move {
            let write = Statement::plain("INSERT INTO a VALUES ('x')");
            Executor::Transaction(inside).execute(write).await?;
            let mut command = command;
            let child = command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            tokio::time::sleep(Duration::from_secs(4)).await;
            Ok(child)
        })
        .await
        .unwrap()
        .wait_with_output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("migration 20240102000000_b has run for 2 s, waiting for writers"), "{told}");
    assert!(
        told.contains("; a lock was held by process ") && told.contains("(entify, idle in transaction"),
        "{told}"
    );
}

/// What a command prints: its standard output and error.
fn printed(program: &Program, arguments: &[&str]) -> String {
    let output = program.command(arguments).env("ENTIFY_ENV", "production").output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

#[each_database(entities![])]
async fn the_commands_say_what_waits_and_what_is_late(test: TestDb) {
    let program = Program::on(&test, "commands");
    let folder = program.folder.join("migrations").join(test.db().dialect().name());
    std::fs::create_dir_all(&folder).unwrap();
    let write = |version: i64, name: &str, sql: &str| {
        std::fs::write(folder.join(format!("{version}_{name}.up.sql")), sql).unwrap();
    };
    write(20_240_101_000_000, "a", "CREATE TABLE a (x text);");
    printed(&program, &["migrate", "up"]);
    write(20_240_103_000_000, "c", "-- entify: contract\nDROP TABLE a;");
    let note = "note: 20240103000000_c waits until no older version of the program runs; then `migrate up --contract`\n";
    assert_eq!(printed(&program, &["migrate", "up"]), format!("nothing to apply\n{note}"));
    let status = printed(&program, &["migrate", "status"]);
    assert!(
        status.ends_with(&format!("applied  20240101000000_a\nwaiting  20240103000000_c\n{note}")),
        "{status}"
    );
    assert_eq!(printed(&program, &["migrate", "sql"]), "");
    let sql = printed(&program, &["migrate", "sql", "--contract"]);
    assert_eq!(sql, "-- 20240103000000_c\n-- entify: contract\nDROP TABLE a;\n\n");
    let applied = printed(&program, &["migrate", "up", "--contract"]);
    assert!(applied.starts_with("applied 20240103000000_c ("), "{applied}");

    write(20_240_102_000_000, "b", "CREATE TABLE b (x text);");
    let refused = printed(&program, &["migrate", "up"]);
    assert!(
        refused.starts_with("error: migration 20240102000000_b is not applied but comes before"),
        "{refused}"
    );
    let status = printed(&program, &["migrate", "status"]);
    assert!(status.contains("\nlate     20240102000000_b\n"), "{status}");
    // What the other branch left of the schema has not the table of the entity.
    std::fs::write(folder.join("schema.json"), "{\"tables\": []}").unwrap();
    let moved = printed(&program, &["migrate", "rebase"]);
    assert!(moved.starts_with("20240102000000_b is ") && moved.contains("_b\n"), "{moved}");
    assert!(moved.contains("\nmigration ") && moved.contains("_create_order.up.sql\n"), "{moved}");
    let applied = printed(&program, &["migrate", "up"]);
    assert!(applied.contains("_b (") && applied.contains("_create_order ("), "{applied}");
    assert!(printed(&program, &["migrate", "squash"]).contains("_squashed stands for 4 migrations\n"));
    assert!(printed(&program, &["migrate", "up"]).starts_with("nothing to apply"));
}

fn eight(program: &Program) -> Vec<Output> {
    let start = |_| {
        let mut command = program.command(&["migrate", "up"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<Child> = (0..8).map(start).collect();
    children.into_iter().map(|child| child.wait_with_output().unwrap()).collect()
}

/// How often each migration of the application was applied.
fn counts(outputs: &[Output]) -> Vec<usize> {
    let mut text = String::new();
    for output in outputs {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        text += &String::from_utf8_lossy(&output.stdout);
    }
    EFFECTS.iter().map(|(version, ..)| text.matches(&format!("applied {version}_")).count()).collect()
}

#[each_database(entities![])]
async fn programs_that_start_at_once_apply_each_migration_once(test: TestDb) {
    let (program, db) = (Program::on(&test, "eight"), test.db());
    write_migrations(&program, db.dialect());
    assert_eq!(counts(&eight(&program)), [1; 4], "on an empty database");
    let migrations = Migrations::load(program.folder.join("migrations"), db.dialect()).unwrap();
    migrations.down_to(db, EFFECTS[0].0).await.unwrap();
    assert_eq!(counts(&eight(&program)), [0, 1, 1, 1], "on one that is behind");
    assert_eq!(applied(db, &migrations).await, 4);
    assert_eq!(counts(&eight(&program)), [0; 4]);
}
