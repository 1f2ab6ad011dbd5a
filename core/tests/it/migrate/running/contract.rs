//! Migrations that wait until no older version of the program runs.

use entify::config::{Environment, Settings};
use entify::entities;
use entify::migrate::{MigrationState, UpOptions};
use entify::server::{App, OpenError, StartError};
use entify::testing::{TestDb, each_database};

use crate::migrate::make::folder;
use crate::migrate::runner::{EMPTY, load, names, states, write};

const HOLD: UpOptions = UpOptions { to: None, hold_contract: true, out_of_order: false, adopt: false };

fn write_all(folder: &std::path::Path, test: &TestDb) {
    let dialect = test.db().dialect();
    write(folder, dialect, 1001, "first", "CREATE TABLE a (x text);", "DROP TABLE a;");
    write(folder, dialect, 1002, "expand", "CREATE TABLE b (x text);", "DROP TABLE b;");
    let contract = "-- Only the new version can live without it.\n-- entify: contract\nDROP TABLE a;";
    write(folder, dialect, 1003, "contract", contract, "CREATE TABLE a (x text);");
}

#[each_database(EMPTY)]
async fn one_waits_where_older_versions_may_run(test: TestDb) {
    use MigrationState::{Applied, Pending, Waiting};
    let (folder, db) = (folder(), test.db());
    write_all(folder.path(), &test);
    let migrations = load(folder.path(), db);
    assert_eq!(states(&migrations, db).await, [Pending, Pending, Pending]);
    migrations.up_with(db, UpOptions { to: Some(1001), ..HOLD }).await.unwrap();
    assert_eq!(states(&migrations, db).await, [Applied, Pending, Pending]);
    assert_eq!(names(&migrations.up_with(db, HOLD).await.unwrap()), ["expand"]);
    assert_eq!(states(&migrations, db).await, [Applied, Applied, Waiting]);
    assert_eq!(migrations.pending(db).await.unwrap(), []);
    assert_eq!(migrations.up_with(db, HOLD).await.unwrap(), []);

    // What comes after it waits with it, and is pending.
    write(folder.path(), db.dialect(), 1004, "more", "CREATE TABLE c (x text);", "DROP TABLE c;");
    let migrations = load(folder.path(), db);
    assert_eq!(migrations.up_with(db, HOLD).await.unwrap(), []);
    assert_eq!(states(&migrations, db).await, [Applied, Applied, Waiting, Pending]);
    let to = UpOptions { to: Some(1003), ..HOLD };
    assert_eq!(names(&migrations.up_with(db, to).await.unwrap()), ["contract"], "it is named");
    assert_eq!(names(&migrations.up(db).await.unwrap()), ["more"]);
    assert_eq!(names(&migrations.down_to(db, 1001).await.unwrap()), ["more", "contract", "expand"]);
}

#[each_database(EMPTY)]
async fn on_a_database_of_no_version_none_waits(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    write_all(folder.path(), &test);
    let migrations = load(folder.path(), db);
    assert_eq!(names(&migrations.up_with(db, HOLD).await.unwrap()), ["first", "expand", "contract"]);
}

#[each_database(EMPTY)]
async fn one_that_waits_does_not_stop_the_start(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    write_all(folder.path(), &test);
    let migrations = load(folder.path(), db);
    migrations.up_with(db, UpOptions { to: Some(1002), ..HOLD }).await.unwrap();
    let settings = || Settings {
        database_url: test.url().to_owned(),
        migrations_dir: folder.path().to_owned(),
        secret_key: Some("k".repeat(32)),
        environment: Environment::Production,
        ..Settings::default()
    };
    App::new(entities![]).migrated_state(settings()).await.unwrap();
    assert_eq!(states(&migrations, db).await[2], MigrationState::Waiting);
    write(folder.path(), db.dialect(), 1004, "more", "CREATE TABLE c (x text);", "DROP TABLE c;");
    let refused = App::new(entities![]).migrated_state(settings()).await.unwrap_err();
    assert!(
        matches!(&refused, StartError::Open(OpenError::Pending { behind: Some(behind), .. }) if behind == "1003_contract"),
        "{refused}"
    );
    assert_eq!(
        refused.to_string(),
        "1 migrations are pending, the first is 1004_more; 1003_contract comes before it and waits until no older version of the program runs: apply all with `migrate up --contract`"
    );
}
