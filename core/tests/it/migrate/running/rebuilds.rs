//! SQLite: what a person has added to a table outlives its replacement.

use entify::db::{Db, Dialect};
use entify::migrate::MigrateError;
use entify::testing::TestDb;

use crate::migrate::make::folder;
use crate::migrate::runner::{EMPTY, execute, load, number, write};

const TABLES: &str = "CREATE TABLE t (id integer PRIMARY KEY, x text); CREATE TABLE other (id integer);
    CREATE INDEX ix_t_x ON t (x);";

const REBUILD: &str = "-- Why.\n-- entify: rebuilds \"t\"
    CREATE TABLE new_t (id integer PRIMARY KEY, x text NOT NULL DEFAULT '');
    INSERT INTO new_t SELECT id, coalesce(x, '') FROM t;
    DROP TABLE t;
    ALTER TABLE new_t RENAME TO t;
    CREATE INDEX ix_t_x ON t (x);";

/// What somebody has added by hand.
const ADDED: &[&str] = &[
    "CREATE INDEX mine ON t (x, id)",
    "CREATE VIEW seen AS SELECT id, x FROM t",
    "CREATE VIEW seen_again AS SELECT id FROM seen",
    "CREATE VIEW unrelated AS SELECT id FROM other",
    "CREATE TRIGGER own AFTER INSERT ON t BEGIN INSERT INTO other VALUES (new.id); END",
    "CREATE TRIGGER foreign_one AFTER DELETE ON other BEGIN UPDATE t SET x = 'gone' WHERE id = old.id; END",
    "CREATE TRIGGER through INSTEAD OF INSERT ON seen BEGIN INSERT INTO t (id, x) VALUES (new.id, new.x); END",
];

async fn objects(db: &Db) -> i64 {
    number(
        db,
        "SELECT count(*) FROM sqlite_master WHERE type IN ('index', 'view', 'trigger') AND sql IS NOT NULL",
    )
    .await
    .unwrap()
}

async fn prepared(up: &str) -> (TestDb, tempfile::TempDir) {
    let (test, folder) = (TestDb::sqlite(EMPTY).await, folder());
    write(folder.path(), Dialect::Sqlite, 1001, "a", TABLES, "DROP TABLE t;");
    load(folder.path(), test.db()).up(test.db()).await.unwrap();
    for sql in ADDED {
        execute(test.db(), sql).await.unwrap();
    }
    write(folder.path(), Dialect::Sqlite, 1002, "b", up, "");
    (test, folder)
}

#[tokio::test]
async fn indexes_triggers_and_views_are_there_again() {
    let (test, folder) = prepared(REBUILD).await;
    let db = test.db();
    execute(db, "INSERT INTO t VALUES (1, NULL)").await.unwrap();
    let before = objects(db).await;
    assert!(before >= 8);
    load(folder.path(), db).up(db).await.unwrap();
    assert_eq!(objects(db).await, before);
    // They work.
    execute(db, "INSERT INTO seen (id, x) VALUES (2, 'b')").await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM other").await, Ok(2));
    execute(db, "DELETE FROM other WHERE id = 2").await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM t WHERE x = 'gone'").await, Ok(1));
    assert_eq!(number(db, "SELECT count(*) FROM seen_again").await, Ok(2));
}

#[tokio::test]
async fn what_the_file_names_is_the_files() {
    let named = REBUILD.replace("-- Why.", "-- Without the index \"mine\".");
    let (test, folder) = prepared(&named).await;
    let before = objects(test.db()).await;
    load(folder.path(), test.db()).up(test.db()).await.unwrap();
    assert_eq!(objects(test.db()).await, before - 1);
}

#[tokio::test]
async fn what_does_not_fit_any_more_stops_the_migration() {
    for (added, kind) in
        [("CREATE INDEX late ON t (y)", "index"), ("CREATE VIEW late AS SELECT y FROM t", "view")]
    {
        let (test, folder) = prepared(REBUILD).await;
        let db = test.db();
        execute(db, "ALTER TABLE t ADD COLUMN y text").await.unwrap();
        execute(db, added).await.unwrap();
        let before = objects(db).await;
        let refused = load(folder.path(), db).up(db).await.unwrap_err();
        assert!(matches!(refused, MigrateError::Failed { version: 1002, .. }), "{refused}");
        let expected =
            format!("the {kind} `late`, which is not the application's, does not fit the new table: ");
        assert!(refused.to_string().contains(&expected), "{refused}");
        assert_eq!(objects(db).await, before, "all of it is as it was");
        assert_eq!(number(db, "SELECT count(y) FROM t").await, Ok(0));
    }
}
