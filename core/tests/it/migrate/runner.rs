//! Running migrations.

use std::path::Path;

use entify::db::{Db, DbError, DbOptions, Dialect, Executor, Layout, Statement};
use entify::entity::EntityDef;
use entify::migrate::{
    EmbeddedMigration, MigrateError, MigrationRun, MigrationState, Migrations, make, make_by_hand,
};
use entify::testing::{TestDb, each_database};
use entify::types::Kind;
use entify::value::Value;
use futures_util::FutureExt as _;
use sea_query::Values;

use super::entities::{ALL, CHICKEN, EGG, SYNONYM, TAG};
use super::make::{folder, registry};

/// No tables: the migrations create them.
pub(super) const EMPTY: &[&EntityDef] = &[];

pub(super) async fn execute(db: &Db, sql: &str) -> Result<u64, DbError> {
    Executor::Pool(db.clone()).execute(Statement::new(sql, Values(Vec::new()))).await
}

pub(super) async fn number(db: &Db, sql: &str) -> Result<i64, DbError> {
    let statement = Statement::new(sql, Values(Vec::new()));
    let rows = Executor::Pool(db.clone()).write(statement, &Layout::default().with_column(Kind::I64)).await?;
    match rows[0].get(0) {
        Value::Int(number) => Ok(*number),
        other => panic!("{other:?}"),
    }
}

pub(super) fn load(folder: &Path, db: &Db) -> Migrations {
    Migrations::load(folder, db.dialect()).unwrap()
}

/// The application's migrations among the steps.
pub(super) fn names(steps: &[MigrationRun]) -> Vec<&str> {
    steps.iter().filter(|step| step.version > 999).map(|step| step.name.as_str()).collect()
}

pub(super) async fn states(migrations: &Migrations, db: &Db) -> Vec<MigrationState> {
    let all = migrations.status(db).await.unwrap();
    all.into_iter().filter(|status| status.version > 999).map(|status| status.state).collect()
}

/// A migration of one's own, both ways.
pub(super) fn write(folder: &Path, dialect: Dialect, version: i64, name: &str, up: &str, down: &str) {
    let folder = folder.join(dialect.name());
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{version}_{name}.up.sql")), up).unwrap();
    std::fs::write(folder.join(format!("{version}_{name}.down.sql")), down).unwrap();
}

#[each_database(EMPTY)]
async fn made_migrations_go_forth_and_back(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    make(folder.path(), None, &registry(&[&TAG])).unwrap();
    make(folder.path(), None, &registry(&[&TAG, &SYNONYM])).unwrap();
    let migrations = load(folder.path(), db);
    assert_eq!(states(&migrations, db).await, [MigrationState::Pending, MigrationState::Pending]);

    assert_eq!(names(&migrations.up(db).await.unwrap()), ["initial", "create_synonym"]);
    assert_eq!(states(&migrations, db).await, [MigrationState::Applied, MigrationState::Applied]);
    assert_eq!(migrations.up(db).await.unwrap(), [], "a second run has nothing to do");
    execute(db, "INSERT INTO tag (name) VALUES ('a')").await.unwrap();
    execute(db, "INSERT INTO synonym (tag_id, name) VALUES (1, 'b')").await.unwrap();

    assert_eq!(names(&migrations.down(db, 1).await.unwrap()), ["create_synonym"]);
    assert_eq!(states(&migrations, db).await, [MigrationState::Applied, MigrationState::Pending]);
    assert_eq!(number(db, "SELECT count(*) FROM tag").await, Ok(1));
    assert!(number(db, "SELECT count(*) FROM synonym").await.is_err());

    assert_eq!(names(&migrations.up(db).await.unwrap()), ["create_synonym"]);
    migrations.down(db, 100).await.unwrap();
    assert_eq!(states(&migrations, db).await, [MigrationState::Pending, MigrationState::Pending]);
    assert_eq!(migrations.pending(db).await.unwrap(), migrations.status(db).await.unwrap());
}

#[each_database(EMPTY)]
async fn every_kind_of_table_goes_forth_and_back_with_rows_in_it(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    make(folder.path(), None, &registry(ALL)).unwrap();
    let migrations = load(folder.path(), db);
    migrations.up(db).await.unwrap();
    execute(db, "INSERT INTO egg (chicken_id) VALUES (NULL)").await.unwrap();
    execute(db, "INSERT INTO chicken (egg_id) VALUES (1)").await.unwrap();
    execute(db, "UPDATE egg SET chicken_id = 1").await.unwrap();
    assert_eq!(names(&migrations.down(db, 1).await.unwrap()), ["initial"]);
    assert_eq!(names(&migrations.up(db).await.unwrap()), ["initial"]);
}

#[each_database(EMPTY)]
async fn asking_changes_nothing(test: TestDb) {
    let migrations = Migrations::framework(test.db().dialect());
    migrations.status(test.db()).await.unwrap();
    assert!(number(test.db(), "SELECT count(*) FROM _entify_migrations").await.is_err());
}

#[each_database(EMPTY)]
async fn a_changed_file_is_refused_but_can_be_taken_back(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    write(folder.path(), db.dialect(), 1001, "a", "CREATE TABLE a (x text);", "DROP TABLE a;");
    load(folder.path(), db).up(db).await.unwrap();
    write(folder.path(), db.dialect(), 1001, "a", "CREATE TABLE a (y text);\r\n", "DROP TABLE a;");
    let migrations = load(folder.path(), db);
    assert_eq!(states(&migrations, db).await, [MigrationState::Changed]);
    let refused = migrations.up(db).await.unwrap_err();
    assert_eq!(refused, MigrateError::Changed { version: 1001, name: "a".to_owned() });
    migrations.down(db, 1).await.unwrap();
    migrations.up(db).await.unwrap();
    execute(db, "INSERT INTO a (y) VALUES ('z')").await.unwrap();
    // Another system's line ends are the same migration.
    write(folder.path(), db.dialect(), 1001, "a", "CREATE TABLE a (y text);\n", "DROP TABLE a;");
    assert_eq!(states(&load(folder.path(), db), db).await, [MigrationState::Applied]);
}

#[each_database(EMPTY)]
async fn a_missing_file_is_refused(test: TestDb) {
    let (one, none, db) = (folder(), folder(), test.db());
    write(one.path(), db.dialect(), 1001, "a", "CREATE TABLE a (x text);", "DROP TABLE a;");
    load(one.path(), db).up(db).await.unwrap();
    let migrations = load(none.path(), db);
    let status = migrations.status(db).await.unwrap().pop().unwrap();
    assert_eq!((status.name.as_str(), status.state, status.origin), ("a", MigrationState::Missing, None));
    assert_eq!(migrations.up(db).await, Err(MigrateError::Missing { version: 1001 }));
    assert_eq!(migrations.down(db, 1).await, Err(MigrateError::Missing { version: 1001 }));
}

#[each_database(EMPTY)]
async fn a_failing_migration_leaves_nothing_of_itself(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    write(folder.path(), db.dialect(), 1001, "good", "CREATE TABLE a (x text);", "DROP TABLE a;");
    let bad = "CREATE TABLE b (x text); INSERT INTO nowhere VALUES (1);";
    write(folder.path(), db.dialect(), 1002, "bad", bad, "DROP TABLE b;");
    let migrations = load(folder.path(), db);
    let failed = migrations.up(db).await.unwrap_err().to_string();
    assert!(failed.starts_with("migration 1002_bad failed: ") && failed.contains("nowhere"), "{failed}");
    assert!(number(db, "SELECT count(*) FROM b").await.is_err());
    let first = match db.dialect() {
        Dialect::Sqlite => MigrationState::Pending,
        Dialect::Postgres => MigrationState::Applied,
    };
    assert_eq!(states(&migrations, db).await, [first, MigrationState::Pending]);
    // The failure has left no lock behind.
    write(folder.path(), db.dialect(), 1002, "bad", "CREATE TABLE b (x text);", "DROP TABLE b;");
    load(folder.path(), db).up(db).await.unwrap();
}

#[each_database(EMPTY)]
async fn a_migration_to_be_written_is_refused_until_it_is(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    let made = make_by_hand(folder.path(), "data", &registry(&[])).unwrap();
    let refused = load(folder.path(), db).up(db).await.unwrap_err();
    let file = format!("{}/{}.up.sql", db.dialect().name(), made.name);
    assert!(refused.to_string().contains(&file), "{refused}");
    std::fs::write(folder.path().join(file), "-- nothing to do\n").unwrap();
    assert_eq!(names(&load(folder.path(), db).up(db).await.unwrap()), ["data"]);
    assert!(matches!(load(folder.path(), db).down(db, 1).await, Err(MigrateError::Unwritten { .. })));
}

#[each_database(EMPTY)]
async fn a_migration_without_way_back_is_said_so(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    write(folder.path(), db.dialect(), 1001, "a", "CREATE TABLE a (x text);", "");
    std::fs::remove_file(folder.path().join(db.dialect().name()).join("1001_a.down.sql")).unwrap();
    let migrations = load(folder.path(), db);
    migrations.up(db).await.unwrap();
    assert!(matches!(migrations.down(db, 1).await, Err(MigrateError::NoDown { version: 1001, .. })));
}

#[each_database(EMPTY)]
async fn embedded_migrations_join_the_history(test: TestDb) {
    let db = test.db();
    let migrations = Migrations::framework(db.dialect()).with_embedded(&[EmbeddedMigration {
        version: 20_240_101_000_000,
        name: "a",
        up: "CREATE TABLE a (x text);",
        down: Some("DROP TABLE a;"),
    }]);
    assert_eq!(names(&migrations.up(db).await.unwrap()), ["a"]);
}

#[each_database(EMPTY)]
async fn processes_that_start_at_once_do_not_clash(test: TestDb) {
    let folder = folder();
    make(folder.path(), None, &registry(&[&TAG])).unwrap();
    make(folder.path(), None, &registry(&[&TAG, &SYNONYM, &CHICKEN, &EGG])).unwrap();
    let migrations = load(folder.path(), test.db());
    // The record exists already: a run begins by reading, which is where SQLite's transactions fail each other.
    Migrations::framework(test.db().dialect()).up(test.db()).await.unwrap();
    let mut databases = Vec::new();
    for _ in 0..4 {
        // Pools of its own, as another process has.
        databases.push(Db::connect(&DbOptions::new(test.url())).await.unwrap());
    }
    let runs = databases.into_iter().map(|db| {
        let migrations = migrations.clone();
        tokio::spawn(async move { migrations.up(&db).await })
    });
    let runs: Vec<_> = runs.collect();
    let mut applied = 0;
    for run in runs {
        applied += names(&run.await.unwrap().unwrap()).len();
    }
    assert_eq!(applied, 2, "each migration is applied once");
}

#[each_database(EMPTY)]
async fn a_caller_that_goes_away_does_not_stop_a_run(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    make(folder.path(), None, &registry(ALL)).unwrap();
    let migrations = load(folder.path(), db);
    assert!(Box::pin(migrations.up(db)).now_or_never().is_none(), "it is begun and left");
    while states(&migrations, db).await != [MigrationState::Applied] {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(migrations.up(db).await, Ok(Vec::new()));
}

#[each_database(EMPTY)]
async fn the_lock_can_be_turned_off(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    make(folder.path(), None, &registry(&[&TAG])).unwrap();
    let migrations = load(folder.path(), db).with_locking(false);
    assert_eq!(names(&migrations.up(db).await.unwrap()), ["initial"]);
}

#[tokio::test]
async fn sqlite_checks_references_at_the_end_of_a_run_and_afterwards() {
    let (test, folder) = (TestDb::sqlite(EMPTY).await, folder());
    let db = test.db();
    make(folder.path(), None, &registry(&[&TAG, &SYNONYM])).unwrap();
    let version = 99_990_101_000_000;
    write(
        folder.path(),
        Dialect::Sqlite,
        version,
        "bad",
        "INSERT INTO synonym (tag_id, name) VALUES (7, 'x');",
        "",
    );
    let refused = load(folder.path(), db).up(db).await.unwrap_err();
    insta::assert_snapshot!(refused.to_string(), @"the migrations leave rows of `synonym` that refer to missing rows of `tag`; nothing was kept");
    assert_eq!(number(db, "PRAGMA foreign_keys").await, Ok(1));
    assert!(number(db, "SELECT count(*) FROM tag").await.is_err());

    // Replacing a table that others refer to, as SQLite's manual advises, keeps their rows.
    let replace = "INSERT INTO tag (name) VALUES ('a'); INSERT INTO synonym (tag_id, name) VALUES (1, 'x');
        CREATE TABLE new (id integer PRIMARY KEY, name text); INSERT INTO new SELECT id, name FROM tag;
        DROP TABLE tag; ALTER TABLE new RENAME TO tag;";
    write(folder.path(), Dialect::Sqlite, version, "bad", replace, "");
    load(folder.path(), db).up(db).await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM synonym").await, Ok(1));
}

#[tokio::test]
async fn migrations_of_another_dialect_are_refused() {
    let test = TestDb::sqlite(EMPTY).await;
    let refused = Migrations::framework(Dialect::Postgres).up(test.db()).await.unwrap_err();
    assert_eq!(refused.to_string(), "these are migrations for postgres, but the database is sqlite");
}

#[test]
fn files_that_are_no_migrations_are_said_so() {
    for (file, expected) in [
        ("1001.sql", "is not named like a migration"),
        ("x_y.up.sql", "is not named like a migration"),
        ("1001_y.sql", "is not named like a migration"),
        ("7_y.up.sql", "versions up to 999 are the framework's"),
        ("1001_y.down.sql", "has no `.up.sql` file beside it"),
    ] {
        let folder = folder();
        std::fs::create_dir(folder.path().join("sqlite")).unwrap();
        std::fs::write(folder.path().join("sqlite").join(file), "").unwrap();
        let error = Migrations::load(folder.path(), Dialect::Sqlite).unwrap_err().to_string();
        assert!(error.contains(file) && error.contains(expected), "{error}");
    }
    let folder = folder();
    write(folder.path(), Dialect::Sqlite, 1001, "a", "", "");
    write(folder.path(), Dialect::Sqlite, 1001, "b", "", "");
    let error = Migrations::load(folder.path(), Dialect::Sqlite).unwrap_err().to_string();
    assert!(error.contains("has the version of 1001_a."), "{error}");
}
