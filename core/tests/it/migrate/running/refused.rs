//! Databases that are not ours to change: one line says so, and they are as they were.

use entify::db::{Db, DbOptions, Dialect};
use entify::migrate::{MigrateError, MigrationState, Migrations, UpOptions};
use entify::testing::{TestDb, each_database};

use crate::migrate::make::folder;
use crate::migrate::runner::{EMPTY, execute, load, number, states, write};

fn table(folder: &std::path::Path, db: &Db, version: i64, name: &str) {
    let up = format!("CREATE TABLE {name} (x text);");
    write(folder, db.dialect(), version, name, &up, &format!("DROP TABLE {name};"));
}

#[each_database(EMPTY)]
async fn one_of_a_newer_version(test: TestDb) {
    let (old, new, db) = (folder(), folder(), test.db());
    for folder in [&old, &new] {
        table(folder.path(), db, 20_240_101_000_000, "a");
    }
    table(new.path(), db, 20_240_102_000_000, "b");
    load(new.path(), db).up(db).await.unwrap();
    let refused = load(old.path(), db).up(db).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the database is of a newer version of the program: 20240102000000_b is applied, and the newest migration here is 20240101000000_a; run that version"
    );
}

#[each_database(EMPTY)]
async fn one_of_another_application(test: TestDb) {
    let (ours, theirs, db) = (folder(), folder(), test.db());
    table(theirs.path(), db, 20_240_101_000_000, "a");
    table(ours.path(), db, 20_230_101_000_000, "b");
    table(ours.path(), db, 20_250_101_000_000, "c");
    load(theirs.path(), db).up(db).await.unwrap();
    let refused = load(ours.path(), db).up(db).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the database has the history of another application: 20240101000000_a is applied, and none of the migrations here is; check `DATABASE_URL`"
    );
    assert!(number(db, "SELECT count(*) FROM b").await.is_err());
}

#[each_database(EMPTY)]
async fn one_of_another_framework(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    table(folder.path(), db, 1001, "a");
    for (other, framework) in [
        ("_sqlx_migrations", "sqlx"),
        ("django_migrations", "Django"),
        ("alembic_version", "Alembic"),
        ("ar_internal_metadata", "Rails"),
        ("_prisma_migrations", "Prisma"),
    ] {
        execute(db, &format!("CREATE TABLE {other} (x text)")).await.unwrap();
        for locking in [true, false] {
            let refused = load(folder.path(), db).with_locking(locking).up(db).await.unwrap_err();
            assert_eq!(refused, MigrateError::OtherFramework { framework, table: other });
        }
        let tables = match db.dialect() {
            Dialect::Sqlite => "SELECT count(*) FROM sqlite_master",
            Dialect::Postgres => "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
        };
        assert_eq!(number(db, tables).await, Ok(1), "nothing is made in it");
        execute(db, &format!("DROP TABLE {other}")).await.unwrap();
    }
    // In one that is ours already, others may have theirs.
    load(folder.path(), db).up(db).await.unwrap();
    execute(db, "CREATE TABLE _sqlx_migrations (x text)").await.unwrap();
    table(folder.path(), db, 1002, "b");
    load(folder.path(), db).up(db).await.unwrap();
}

#[each_database(EMPTY)]
async fn one_of_another_framework_is_adopted_when_told_to(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    for (version, name) in [(1001, "a"), (1002, "b")] {
        table(folder.path(), db, version, name);
        execute(db, &format!("CREATE TABLE {name} (x text)")).await.unwrap();
        execute(db, &format!("INSERT INTO {name} VALUES ('kept')")).await.unwrap();
    }
    execute(db, "CREATE TABLE django_migrations (x text)").await.unwrap();
    let migrations = load(folder.path(), db);
    let adopt = UpOptions { adopt: true, ..UpOptions::default() };
    let runs = migrations.up_with(db, adopt.clone()).await.unwrap();
    assert!(!runs.is_empty() && runs.iter().all(|run| run.version <= 999), "the framework's own: {runs:?}");
    assert_eq!(states(&migrations, db).await, [MigrationState::Applied; 2]);
    for name in ["a", "b"] {
        assert_eq!(number(db, &format!("SELECT count(*) FROM {name}")).await, Ok(1));
    }
    let again = migrations.up_with(db, adopt).await.unwrap_err();
    assert_eq!(again, MigrateError::Adopted { applied: "1002_b".to_owned() });
    // It is ours now.
    table(folder.path(), db, 1003, "c");
    load(folder.path(), db).up(db).await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM c").await, Ok(0));
}

#[each_database(EMPTY)]
async fn one_that_is_read_only(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    table(folder.path(), db, 1001, "a");
    let sign = if test.url().contains('?') { '&' } else { '?' };
    let url = match db.dialect() {
        Dialect::Sqlite => format!("{}{sign}mode=ro", test.url()),
        Dialect::Postgres => format!("{}{sign}options[default_transaction_read_only]=on", test.url()),
    };
    let read_only = Db::connect(&DbOptions::new(url)).await.unwrap();
    let migrations = load(folder.path(), &read_only);
    assert_eq!(migrations.up(&read_only).await, Err(MigrateError::ReadOnly));
    assert!(number(db, "SELECT count(*) FROM _entify_migrations").await.is_err());
    // Where there is nothing to do, nothing is to be written.
    load(folder.path(), db).up(db).await.unwrap();
    assert_eq!(migrations.up(&read_only).await, Ok(Vec::new()));
    assert_eq!(migrations.down(&read_only, 1).await, Err(MigrateError::ReadOnly));
    assert!(Migrations::framework(db.dialect()).status(&read_only).await.is_ok());
}
