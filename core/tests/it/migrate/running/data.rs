//! Migrations in Rust.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use entify::config::Settings;
use entify::entities;
use entify::migrate::{DataMigration, MigrationState};
use entify::prelude::*;
use entify::testing::{TestDb, each_database};

use crate::migrate::make::folder;
use crate::migrate::runner::{EMPTY, execute, number, write};

/// A line of text.
#[derive(Entity)]
#[entity(policy = public, table = "data_note")]
struct DataNote {
    text: String,
}

fn settings(test: &TestDb, folder: &std::path::Path) -> Settings {
    Settings {
        database_url: test.url().to_owned(),
        migrations_dir: folder.to_owned(),
        secret_key: Some("k".repeat(32)),
        ..Settings::default()
    }
}

async fn prepared(test: &TestDb) -> tempfile::TempDir {
    let folder = folder();
    let create = "CREATE TABLE n (id integer PRIMARY KEY, times integer NOT NULL);";
    write(folder.path(), test.db().dialect(), 20_240_101_000_000, "n", create, "DROP TABLE n;");
    App::new(entities![]).migrated_state(settings(test, folder.path())).await.unwrap();
    for id in 1..=25 {
        execute(test.db(), &format!("INSERT INTO n VALUES ({id}, 0)")).await.unwrap();
    }
    folder
}

/// Counts every row once, ten at a time; fails before the third batch while it is told to.
fn count_all(fails: &Arc<AtomicBool>) -> impl Fn(DataMigration) -> CountAll + Send + Sync + use<> {
    let fails = Arc::clone(fails);
    move |migration| {
        let fails = Arc::clone(&fails);
        Box::pin(async move {
            let batch = move |ctx: Ctx, after: Option<i64>| {
                let fails = fails.load(Ordering::Relaxed);
                async move {
                    let (from, to) = (after.unwrap_or(0), after.unwrap_or(0) + 10);
                    let sql = format!("UPDATE n SET times = times + 1 WHERE id > {from} AND id <= {to}");
                    let changed = DataMigration::execute(&ctx, &sql).await?;
                    if fails && from == 20 {
                        return Err(Error::bad_request("the power is gone"));
                    }
                    Ok((changed > 0).then_some(to))
                }
            };
            migration.batches(batch).await
        })
    }
}

type CountAll = std::pin::Pin<Box<dyn Future<Output = entify::Result<()>> + Send>>;

const NAME: &str = "20240102000000_count";

#[each_database(EMPTY)]
async fn one_that_is_interrupted_goes_on(test: TestDb) {
    let (folder, db) = (prepared(&test).await, test.db());
    let after = "CREATE TABLE later (x text);";
    write(folder.path(), db.dialect(), 20_240_103_000_000, "later", after, "DROP TABLE later;");
    let fails = Arc::new(AtomicBool::new(true));
    let app = || App::new(entities![]).data_migration(NAME, count_all(&fails));
    let refused = app().migrated_state(settings(&test, folder.path())).await.unwrap_err().to_string();
    assert_eq!(refused, format!("migration {NAME} failed: the power is gone"));
    assert_eq!(number(db, "SELECT sum(times) FROM n").await, Ok(20), "two batches are kept");
    assert!(number(db, "SELECT count(*) FROM later").await.is_err(), "they are in order");

    fails.store(false, Ordering::Relaxed);
    let state = app().migrated_state(settings(&test, folder.path())).await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM n WHERE times = 1").await, Ok(25), "each row once");
    assert_eq!(number(db, "SELECT count(*) FROM later").await, Ok(0));
    assert!(number(db, "SELECT count(*) FROM _entify_migration_cursors").await.is_err(), "nothing is left");
    let migrations = state.migrations().unwrap();
    let status = migrations.status(db).await.unwrap();
    assert!(status.iter().all(|status| status.state == MigrationState::Applied), "{status:?}");
    assert!(status.iter().any(|status| status.full_name() == NAME));
    assert_eq!(migrations.up(db).await, Ok(Vec::new()));
    // Its way back changes nothing, and the way to it is the whole way again.
    migrations.down_to(db, 20_240_101_000_000).await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM n WHERE times = 1").await, Ok(25));
    migrations.up(db).await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM n WHERE times = 2").await, Ok(25));
}

async fn add_note(migration: DataMigration) -> entify::Result<()> {
    DataNoteService::new(migration.ctx()).create(DataNoteInput::new("one")).await.map(drop)
}

async fn remove_notes(migration: DataMigration) -> entify::Result<()> {
    DataMigration::execute(migration.ctx(), "DELETE FROM data_note").await.map(drop)
}

#[each_database(EMPTY)]
async fn one_uses_services_and_has_a_way_back(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    let registry = entify::entity::Registry::new(&entities![DataNote]).unwrap();
    entify::migrate::make(folder.path(), None, &registry).unwrap();
    let app = App::new(entities![DataNote]).reversible_data_migration(
        "99990101000000_notes",
        add_note,
        remove_notes,
    );
    let state = app.migrated_state(settings(&test, folder.path())).await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM data_note").await, Ok(1));
    let planned = state.migrations().unwrap();
    planned.down(db, 1).await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM data_note").await, Ok(0));
    let planned = planned.plan(db, entify::migrate::UpOptions::default()).await.unwrap();
    assert_eq!((planned.len(), planned[0].sql.as_deref()), (1, None));
}

#[each_database(EMPTY)]
async fn its_name_is_checked(test: TestDb) {
    let folder = prepared(&test).await;
    for (name, expected) in [
        ("count", "`count` cannot name a data migration; write a timestamp and a name"),
        ("7_count", "`7_count` cannot name a data migration"),
        ("20240101000000_x", "20240101000000_n and 20240101000000_x have one version"),
    ] {
        let app = App::new(entities![]).data_migration(name, |_| async { Ok(()) });
        let refused = app.migrated_state(settings(&test, folder.path())).await.unwrap_err().to_string();
        assert!(refused.contains(expected), "{refused}");
    }
}
