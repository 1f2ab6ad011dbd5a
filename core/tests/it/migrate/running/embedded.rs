//! `entify::migrations!()`

use entify::config::{Environment, Settings};
use entify::db::Dialect;
use entify::entities;
use entify::migrate::EmbeddedMigrations;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};

use crate::migrate::make::folder;
use crate::migrate::runner::{EMPTY, number, write};

const EMBEDDED: EmbeddedMigrations = entify::migrations!("tests/it/migrate/embedded");

#[test]
fn the_files_are_in_the_program() {
    for migrations in [EMBEDDED.sqlite, EMBEDDED.postgres] {
        let [a, b] = migrations else { panic!("{migrations:?}") };
        assert_eq!((a.version, a.name, a.up), (20_240_101_000_000, "a", "CREATE TABLE a (x text);\n"));
        assert_eq!((a.down, b.name, b.down), (Some("DROP TABLE a;\n"), "b", None));
    }
}

#[each_database(EMPTY)]
async fn the_folder_wins_in_development_alone(test: TestDb) {
    use Environment::{Development, Production};
    let (folder, db) = (folder(), test.db());
    let settings = |environment| Settings {
        database_url: test.url().to_owned(),
        migrations_dir: folder.path().to_owned(),
        secret_key: Some("k".repeat(32)),
        environment,
        ..Settings::default()
    };
    let migrated = async |environment| {
        let app = App::new(entities![]).migrations(EMBEDDED);
        app.migrated_state(settings(environment)).await.map(drop)
    };
    // Without a folder there are only those of the program.
    migrated(Development).await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM b").await, Ok(0));
    for (version, name) in [(20_240_101_000_000, "a"), (20_240_102_000_000, "b")] {
        write(folder.path(), db.dialect(), version, name, &format!("CREATE TABLE {name} (x text);\n"), "");
    }
    write(folder.path(), db.dialect(), 20_240_103_000_000, "c", "CREATE TABLE c (x text);", "");
    migrated(Production).await.unwrap();
    assert!(number(db, "SELECT count(*) FROM c").await.is_err());
    migrated(Development).await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM c").await, Ok(0));
    // The program of before.
    let started = migrated(Production).await.map_err(|error| error.to_string());
    match db.dialect() {
        Dialect::Sqlite => {
            let refused = started.unwrap_err();
            let expected = "the database is of a newer version of the program: 20240103000000_c is";
            assert!(refused.starts_with(expected), "{refused}");
        }
        // Beside newer ones it starts, as long as the tables are there that it needs.
        Dialect::Postgres => assert_eq!(started, Ok(())),
    }
}
