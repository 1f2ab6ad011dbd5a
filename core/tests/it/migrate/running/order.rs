//! Versions: up to one, down to one, before one that is applied; and other runners of the same files.

use std::borrow::Cow;
use std::path::Path;

use entify::db::{Db, Dialect};
use entify::migrate::{MigrateError, MigrationState, UpOptions, rebase, squash};
use entify::testing::{TestDb, each_database};
use sqlx::migrate::{Migrate, Migrator};
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::migrate::make::folder;
use crate::migrate::runner::{EMPTY, execute, load, names, number, states, write};

fn table(folder: &Path, db: &Db, version: i64, name: &str) {
    let up = format!("CREATE TABLE {name} (x text);");
    write(folder, db.dialect(), version, name, &up, &format!("DROP TABLE {name};"));
}

fn files(folder: &Path, db: &Db) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join(db.dialect().name())).unwrap();
    let mut files: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    files.sort();
    files
}

#[each_database(EMPTY)]
async fn a_run_ends_with_a_version(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    for (version, name) in [(1001, "a"), (1002, "b"), (1003, "c")] {
        table(folder.path(), db, version, name);
    }
    let migrations = load(folder.path(), db);
    let to = |version| UpOptions { to: Some(version), ..UpOptions::default() };
    assert_eq!(migrations.up_with(db, to(77)).await, Err(MigrateError::UnknownVersion { version: 77 }));
    assert_eq!(names(&migrations.up_with(db, to(1002)).await.unwrap()), ["a", "b"]);
    assert_eq!(migrations.up_with(db, to(1001)).await.unwrap(), [], "up takes nothing back");
    let planned = migrations.plan(db, UpOptions::default()).await.unwrap();
    assert_eq!(planned.len(), 1);
    assert_eq!(planned[0].sql.as_deref(), Some("CREATE TABLE c (x text);"));
    assert!(number(db, "SELECT count(*) FROM c").await.is_err(), "nothing was run");
    migrations.up(db).await.unwrap();
    assert_eq!(migrations.down_to(db, 77).await, Err(MigrateError::NotApplied { version: 77 }));
    assert_eq!(names(&migrations.down_to(db, 1001).await.unwrap()), ["c", "b"]);
    migrations.down_to(db, 0).await.unwrap();
    assert_eq!(states(&migrations, db).await, [MigrationState::Pending; 3]);
}

#[each_database(EMPTY)]
async fn a_migration_before_one_that_is_applied_is_refused(test: TestDb) {
    use MigrationState::{Applied, OutOfOrder};
    let (folder, db) = (folder(), test.db());
    table(folder.path(), db, 1001, "a");
    table(folder.path(), db, 1005, "e");
    load(folder.path(), db).up(db).await.unwrap();
    table(folder.path(), db, 1003, "c");
    let migrations = load(folder.path(), db);
    let refused = migrations.up(db).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "migration 1003_c is not applied but comes before 1005_e, which is; give it a later version with `migrate rebase`, or apply it all the same with `migrate up --out-of-order`"
    );
    assert_eq!(states(&migrations, db).await, [Applied, OutOfOrder, Applied]);
    assert_eq!(migrations.pending(db).await.unwrap().len(), 1);
    let anyway = UpOptions { out_of_order: true, ..UpOptions::default() };
    assert_eq!(names(&migrations.up_with(db, anyway).await.unwrap()), ["c"]);
    assert_eq!(states(&migrations, db).await, [Applied; 3]);
}

#[each_database(EMPTY)]
async fn ones_own_are_renumbered_after_those_of_others(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    table(folder.path(), db, 1001, "a");
    table(folder.path(), db, 1005, "e");
    load(folder.path(), db).up(db).await.unwrap();
    table(folder.path(), db, 1003, "c");
    table(folder.path(), db, 1004, "d");
    let status = load(folder.path(), db).status(db).await.unwrap();
    let moved = rebase(folder.path(), &status, &[]).unwrap();
    let before: Vec<&str> = moved.iter().map(|(before, _)| before.as_str()).collect();
    assert_eq!(before, ["1003_c", "1004_d"]);
    assert!(moved[0].1.ends_with("_c") && moved[0].1 < moved[1].1, "{moved:?}");
    let files = files(folder.path(), db);
    assert_eq!(files.len(), 8);
    assert!(files.contains(&format!("{}.down.sql", moved[1].1)), "{files:?}");
    let migrations = load(folder.path(), db);
    let status = migrations.status(db).await.unwrap();
    assert_eq!(rebase(folder.path(), &status, &[]), Ok(Vec::new()));
    assert_eq!(names(&migrations.up(db).await.unwrap()), ["c", "d"]);

    let status = migrations.status(db).await.unwrap();
    let refused = rebase(folder.path(), &status, &["a".to_owned()]).unwrap_err();
    assert_eq!(refused, MigrateError::IsApplied { name: "1001_a".to_owned() });
    let refused = rebase(folder.path(), &status, &["x".to_owned()]).unwrap_err();
    assert_eq!(refused.to_string(), "`x` names 0 migrations; `migrate status` lists them");
}

#[each_database(EMPTY)]
async fn old_migrations_become_one(test: TestDb) {
    use MigrationState::{Applied, Pending};
    let (folder, db) = (folder(), test.db());
    for (version, name) in [(1001, "a"), (1002, "b"), (1003, "c"), (1004, "d")] {
        table(folder.path(), db, version, name);
    }
    if db.dialect() == Dialect::Postgres {
        let index = "-- no-transaction\n-- Why.\nCREATE INDEX CONCURRENTLY ix_a ON a (x);";
        write(folder.path(), db.dialect(), 1002, "b", index, "DROP INDEX ix_a;");
    }
    let migrations = load(folder.path(), db);
    let to = UpOptions { to: Some(1003), ..UpOptions::default() };
    migrations.up_with(db, to).await.unwrap();
    let status = migrations.status(db).await.unwrap();
    let refused = squash(folder.path(), &status, "start", Some(1004)).unwrap_err();
    assert_eq!(refused, MigrateError::NotApplied { version: 1004 });
    let squashed = squash(folder.path(), &status, "start", None).unwrap();
    assert_eq!((squashed.name.as_str(), squashed.replaced), ("1003_start", 3));
    assert_eq!(
        files(folder.path(), db),
        ["1003_start.down.sql", "1003_start.up.sql", "1004_d.down.sql", "1004_d.up.sql"]
    );

    // A database that has applied them.
    let migrations = load(folder.path(), db);
    assert_eq!(states(&migrations, db).await, [Applied, Pending]);
    assert_eq!(names(&migrations.up(db).await.unwrap()), ["d"]);
    assert_eq!(number(db, "SELECT count(*) FROM _entify_migrations WHERE version > 999").await, Ok(2));
    assert_eq!(migrations.up(db).await.unwrap(), []);
    // An empty one.
    assert_eq!(names(&migrations.down_to(db, 0).await.unwrap())[..2], ["d", "start"]);
    assert!(number(db, "SELECT count(*) FROM a").await.is_err());
    assert_eq!(names(&migrations.up(db).await.unwrap()), ["start", "d"]);
    assert_eq!(number(db, "SELECT count(*) FROM c").await, Ok(0));
    // One that has applied a part of them.
    execute(db, "DELETE FROM _entify_migrations WHERE version > 999").await.unwrap();
    execute(db, "INSERT INTO _entify_migrations (version, description, success, checksum, execution_time) VALUES (1001, 'a', TRUE, '', 0)")
        .await
        .unwrap();
    let refused = migrations.up(db).await.unwrap_err().to_string();
    assert!(
        refused.starts_with("1003_start stands for migrations of which 1002 is not applied"),
        "{refused}"
    );
}

async fn run_by_sqlx<C: Connection + Migrate>(folder: &Path, url: &str) {
    let mut connection = C::connect(url).await.unwrap();
    let mut migrator = Migrator::new(folder).await.unwrap();
    migrator.dangerous_set_table_name(Cow::Borrowed("_entify_migrations"));
    // The framework's own.
    migrator.set_ignore_missing(true).run_direct(None, &mut connection, false).await.unwrap();
}

#[each_database(EMPTY)]
async fn sqlx_can_run_the_files_too(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    table(folder.path(), db, 1001, "a");
    load(folder.path(), db).up(db).await.unwrap();
    table(folder.path(), db, 1002, "b");
    let path = folder.path().join(db.dialect().name());
    match db.dialect() {
        Dialect::Sqlite => run_by_sqlx::<SqliteConnection>(&path, test.url()).await,
        Dialect::Postgres => run_by_sqlx::<PgConnection>(&path, test.url()).await,
    }
    let migrations = load(folder.path(), db);
    assert_eq!(states(&migrations, db).await, [MigrationState::Applied; 2]);
    assert_eq!(migrations.up(db).await, Ok(Vec::new()));
    assert_eq!(number(db, "SELECT count(*) FROM b").await, Ok(0));
    assert_eq!(names(&migrations.down(db, 1).await.unwrap()), ["b"]);
}
