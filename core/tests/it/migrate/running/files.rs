//! Files that cannot be run.

use entify::migrate::Migrations;
use entify::testing::{TestDb, each_database};

use crate::migrate::make::folder;
use crate::migrate::runner::{EMPTY, load, number, write};

#[each_database(EMPTY)]
async fn a_conflict_of_a_merge_is_said(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    let conflict =
        "<<<<<<< ours\nCREATE TABLE a (x text);\n=======\nCREATE TABLE a (y text);\n>>>>>>> theirs\n";
    write(folder.path(), db.dialect(), 1001, "a", conflict, "");
    let refused = Migrations::load(folder.path(), db.dialect()).unwrap_err().to_string();
    assert!(refused.ends_with("1001_a.up.sql: line 1: a conflict of a merge is not resolved"), "{refused}");
}

#[each_database(EMPTY)]
async fn the_line_of_an_error_is_told(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    let up = "-- assert: select 1 = 1\nCREATE TABLE a (x text);\n\nINSERT INTO nowhere VALUES (1);";
    write(folder.path(), db.dialect(), 1001, "a", up, "");
    let failed = load(folder.path(), db).up(db).await.unwrap_err().to_string();
    let expected = match db.dialect() {
        entify::db::Dialect::Sqlite => "migration 1001_a failed: no such table: nowhere",
        entify::db::Dialect::Postgres => {
            "migration 1001_a failed: line 4: relation \"nowhere\" does not exist"
        }
    };
    assert_eq!(failed, expected);
    assert!(number(db, "SELECT count(*) FROM a").await.is_err());
}

#[each_database(EMPTY)]
async fn one_without_a_way_back_keeps_those_after_it(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    write(folder.path(), db.dialect(), 1001, "a", "CREATE TABLE a (x text);", "");
    std::fs::remove_file(folder.path().join(db.dialect().name()).join("1001_a.down.sql")).unwrap();
    write(folder.path(), db.dialect(), 1002, "b", "CREATE TABLE b (x text);", "DROP TABLE b;");
    let migrations = load(folder.path(), db);
    migrations.up(db).await.unwrap();
    let refused = migrations.down(db, 2).await.unwrap_err().to_string();
    assert!(refused.starts_with("migration 1001_a has no `.down.sql` file"), "{refused}");
    assert_eq!(number(db, "SELECT count(*) FROM b").await, Ok(0), "nothing was taken back");
}
