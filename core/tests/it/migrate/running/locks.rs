//! Others that hold what a migration needs, indexes made beside others, and processes that start at once.

use std::time::Duration;

use entify::db::{Db, DbOptions};
use entify::migrate::{MigrateError, MigrationState, Migrations};
use entify::testing::{TestDb, each_database};
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::migrate::make::folder;
use crate::migrate::runner::{EMPTY, execute, load, names, number, states, write};

const TABLE: &str = "CREATE TABLE a (x integer);";
const INDEX: &str = "-- no-transaction\n-- Why.\nCREATE UNIQUE INDEX CONCURRENTLY ix_a ON a (x);";

/// Another program that reads the table and does not end its transaction.
async fn reader(test: &TestDb) -> PgConnection {
    let mut other = PgConnection::connect(test.url()).await.unwrap();
    other.execute("SET application_name = 'a report'; BEGIN; SELECT * FROM a").await.unwrap();
    other
}

async fn with_table(test: &TestDb, second: &str) -> (tempfile::TempDir, Migrations) {
    let (folder, db) = (folder(), test.db());
    write(folder.path(), db.dialect(), 1001, "a", TABLE, "DROP TABLE a;");
    load(folder.path(), db).up(db).await.unwrap();
    write(folder.path(), db.dialect(), 1002, "b", second, "ALTER TABLE a DROP COLUMN y;");
    let migrations = load(folder.path(), db);
    (folder, migrations)
}

#[each_database(EMPTY, only(postgres))]
async fn a_lock_that_is_held_is_tried_again(test: TestDb) {
    let (_folder, migrations) = with_table(&test, "ALTER TABLE a ADD COLUMN y text;").await;
    let migrations = migrations.with_lock_timeout(Duration::from_millis(200));
    let mut other = reader(&test).await;
    let (waiting, db) = (migrations.clone(), test.db().clone());
    let run = tokio::spawn(async move { waiting.up(&db).await });
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    assert!(!run.is_finished());
    // Nobody waits behind it all the time.
    let read = execute(test.db(), "SELECT count(*) FROM a");
    tokio::time::timeout(Duration::from_secs(1), read).await.unwrap().unwrap();
    other.execute("COMMIT").await.unwrap();
    assert_eq!(names(&run.await.unwrap().unwrap()), ["b"]);
}

#[each_database(EMPTY, only(postgres))]
async fn who_holds_a_lock_for_long_is_named(test: TestDb) {
    let (_folder, migrations) = with_table(&test, "ALTER TABLE a ADD COLUMN y text;").await;
    let migrations = migrations
        .with_lock_timeout(Duration::from_millis(300))
        .with_lock_patience(Duration::from_millis(1_500));
    let _other = reader(&test).await;
    let refused = migrations.up(test.db()).await.unwrap_err();
    let MigrateError::Locked { holders, .. } = &refused else { panic!("{refused}") };
    assert_eq!(holders.len(), 1);
    assert!(holders[0].contains("a report, idle in transaction"), "{}", holders[0]);
    let shown = refused.to_string();
    assert!(shown.starts_with("migration 1002_b did not get a lock for "), "{shown}");
    assert!(shown.contains("nothing of it is applied; it is held by process "), "{shown}");
    assert_eq!(states(&migrations, test.db()).await[1], MigrationState::Pending);
}

async fn index(test: &TestDb) -> Option<i64> {
    let valid = "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('ix_a') AND indisvalid";
    let any = "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('ix_a')";
    match (number(test.db(), any).await.unwrap(), number(test.db(), valid).await.unwrap()) {
        (0, _) => None,
        (_, valid) => Some(valid),
    }
}

#[each_database(EMPTY, only(postgres))]
async fn an_index_that_fails_leaves_none(test: TestDb) {
    let (_folder, migrations) = with_table(&test, INDEX).await;
    let db = test.db();
    execute(db, "INSERT INTO a VALUES (1), (1)").await.unwrap();
    let failed = migrations.up(db).await.unwrap_err().to_string();
    assert!(failed.contains("could not create unique index"), "{failed}");
    assert!(failed.ends_with("the invalid index \"ix_a\" that it left was dropped"), "{failed}");
    assert_eq!(index(&test).await, None);

    // One that an interrupted run left is made anew.
    execute(db, "CREATE UNIQUE INDEX CONCURRENTLY ix_a ON a (x)").await.unwrap_err();
    assert_eq!(index(&test).await, Some(0));
    execute(db, "DELETE FROM a").await.unwrap();
    assert_eq!(names(&migrations.up(db).await.unwrap()), ["b"]);
    assert_eq!(index(&test).await, Some(1));
    // One that was finished is not made again.
    execute(db, "DELETE FROM _entify_migrations WHERE version = 1002").await.unwrap();
    assert_eq!(names(&migrations.up(db).await.unwrap()), ["b"]);
}

#[each_database(EMPTY, only(postgres))]
async fn an_index_that_is_dropped_already_is_no_error(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    write(folder.path(), db.dialect(), 1001, "a", TABLE, "DROP TABLE a;");
    let down = "-- no-transaction\nDROP INDEX CONCURRENTLY ix_a;";
    write(folder.path(), db.dialect(), 1002, "b", INDEX, down);
    let migrations = load(folder.path(), db);
    migrations.up(db).await.unwrap();
    execute(db, "DROP INDEX ix_a").await.unwrap();
    assert_eq!(names(&migrations.down(db, 1).await.unwrap()), ["b"]);
}

#[each_database(EMPTY, only(postgres))]
async fn a_file_outside_a_transaction_holds_one_statement(test: TestDb) {
    let second = format!("{INDEX}\nCREATE TABLE c (x text);");
    let (_folder, migrations) = with_table(&test, &second).await;
    let refused = migrations.up(test.db()).await.unwrap_err().to_string();
    assert!(
        refused.contains("1002_b.up.sql: line 4: a file that begins with `-- no-transaction`"),
        "{refused}"
    );
    let asserting = INDEX.replace("-- Why.", "-- assert: select not exists (select 1 from a)");
    let (_folder, migrations) = {
        migrations.down_to(test.db(), 0).await.unwrap();
        with_table(&test, &asserting).await
    };
    execute(test.db(), "INSERT INTO a VALUES (1)").await.unwrap();
    let refused = migrations.up(test.db()).await.unwrap_err();
    assert!(matches!(refused, MigrateError::Assertion { rows: Some(1), .. }), "{refused}");
    assert_eq!(index(&test).await, None);
}

#[each_database(EMPTY, only(postgres))]
async fn batches_are_committed_outside_a_transaction(test: TestDb) {
    let batches = "-- no-transaction\n-- Why.\nDO $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO a VALUES (i); COMMIT; \
                   END LOOP; END $$;";
    let (_folder, migrations) = with_table(&test, batches).await;
    migrations.up(test.db()).await.unwrap();
    assert_eq!(number(test.db(), "SELECT count(*) FROM a").await, Ok(3));
}

/// Those that wait must not hold up an index that is made beside others.
async fn eight_runs(test: &TestDb, migrations: &Migrations) -> usize {
    let mut runs = Vec::new();
    for _ in 0..8 {
        let mut options = DbOptions::new(test.url());
        options.max_connections = 2;
        let (db, migrations) = (Db::connect(&options).await.unwrap(), migrations.clone());
        runs.push(tokio::spawn(async move { migrations.up(&db).await }));
    }
    let mut applied = 0;
    for run in runs {
        applied += names(&run.await.unwrap().unwrap()).len();
    }
    applied
}

#[each_database(EMPTY)]
async fn eight_runs_at_once_apply_each_migration_once(test: TestDb) {
    for locking in [true, false] {
        let (folder, db) = (folder(), test.db());
        write(folder.path(), db.dialect(), 1001, "a", TABLE, "DROP TABLE a;");
        let second = match db.dialect() {
            entify::db::Dialect::Sqlite => "CREATE INDEX ix_a ON a (x);",
            entify::db::Dialect::Postgres => INDEX,
        };
        write(folder.path(), db.dialect(), 1002, "b", second, "DROP INDEX ix_a;");
        let migrations = load(folder.path(), db).with_locking(locking);
        assert_eq!(eight_runs(&test, &migrations).await, 2, "locking {locking}");
        write(folder.path(), db.dialect(), 1003, "c", "CREATE TABLE c (x text);", "DROP TABLE c;");
        let migrations = load(folder.path(), db).with_locking(locking);
        assert_eq!(eight_runs(&test, &migrations).await, 1, "locking {locking}");
        migrations.down_to(db, 0).await.unwrap();
    }
}

#[each_database(EMPTY, only(postgres))]
async fn the_lock_is_that_of_sqlx(test: TestDb) {
    use sqlx::migrate::Migrate as _;
    let mut other = PgConnection::connect(test.url()).await.unwrap();
    other.lock().await.unwrap();
    let migrations = Migrations::framework(test.db().dialect());
    let run = migrations.up(test.db());
    assert!(tokio::time::timeout(Duration::from_millis(700), run).await.is_err());
    assert!(number(test.db(), "SELECT count(*) FROM _entify_migrations").await.is_err());
    other.unlock().await.unwrap();
    migrations.up(test.db()).await.unwrap();
}
