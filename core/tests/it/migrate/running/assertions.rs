//! `-- assert: …`

use entify::db::Dialect;
use entify::migrate::{MigrateError, MigrationState};
use entify::testing::{TestDb, each_database};

use crate::migrate::make::folder;
use crate::migrate::runner::{EMPTY, execute, load, names, number, states, write};

const TABLE: &str = "CREATE TABLE a (id integer, x text);";

#[each_database(EMPTY)]
async fn what_does_not_hold_stops_a_migration_before_it_changes_anything(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    write(folder.path(), db.dialect(), 1001, "a", TABLE, "DROP TABLE a;");
    load(folder.path(), db).up(db).await.unwrap();
    for id in 1..6 {
        execute(db, &format!("INSERT INTO a VALUES ({id}, NULL)")).await.unwrap();
    }
    let up = "-- Why.\n-- assert: select not exists (select id, x from a where x is null order by id)\n\
              CREATE TABLE b (y text);";
    write(folder.path(), db.dialect(), 1002, "b", up, "DROP TABLE b;");
    let migrations = load(folder.path(), db);
    let refused = migrations.up(db).await.unwrap_err();
    let MigrateError::Assertion { name, rows, samples, .. } = &refused else { panic!("{refused}") };
    assert_eq!((name.as_str(), *rows, samples.len()), ("1002_b", Some(5), 3));
    let first = match db.dialect() {
        Dialect::Sqlite => "(id=1, x=NULL)",
        Dialect::Postgres => r#"{"x": null, "id": 1}"#,
    };
    assert_eq!(samples[0], first);
    let shown = refused.to_string();
    assert!(
        shown.starts_with("migration 1002_b stops before anything of it is applied: `select not exists (")
            && shown.contains("does not hold: 5 rows are against it, like "),
        "{shown}"
    );
    assert!(number(db, "SELECT count(*) FROM b").await.is_err());
    assert_eq!(states(&migrations, db).await, [MigrationState::Applied, MigrationState::Pending]);

    execute(db, "UPDATE a SET x = 'x'").await.unwrap();
    assert_eq!(names(&migrations.up(db).await.unwrap()), ["b"]);
}

#[each_database(EMPTY)]
async fn one_between_statements_is_asked_there(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    let up = format!(
        "-- assert: select 1 = 1;\n{TABLE}\n-- assert: select count(*) = 0 from a\nINSERT INTO a VALUES (1, 'x');\n\
         -- assert: select count(*) = 0 from a\nINSERT INTO a VALUES (2, 'x');"
    );
    write(folder.path(), db.dialect(), 1001, "a", &up, "DROP TABLE a;");
    let refused = load(folder.path(), db).up(db).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "migration 1001_a stops before anything of it is applied: `select count(*) = 0 from a` does not hold"
    );
    assert!(number(db, "SELECT count(*) FROM a").await.is_err(), "the table is gone again");
    write(
        folder.path(),
        db.dialect(),
        1001,
        "a",
        &up.replace("= 0 from a\nINSERT INTO a VALUES (2", "= 1 from a\nINSERT INTO a VALUES (2"),
        "",
    );
    load(folder.path(), db).up(db).await.unwrap();
    assert_eq!(number(db, "SELECT count(*) FROM a").await, Ok(2));
}

#[each_database(EMPTY)]
async fn one_of_a_way_back_is_asked_too(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    let down = "-- assert: select not exists (select 1 from a)\nDROP TABLE a;";
    write(folder.path(), db.dialect(), 1001, "a", TABLE, down);
    let migrations = load(folder.path(), db);
    migrations.up(db).await.unwrap();
    execute(db, "INSERT INTO a VALUES (1, 'x')").await.unwrap();
    let refused = migrations.down(db, 1).await.unwrap_err();
    assert!(matches!(refused, MigrateError::Assertion { rows: Some(1), .. }), "{refused}");
    assert_eq!(number(db, "SELECT count(*) FROM a").await, Ok(1));
}

#[each_database(EMPTY)]
async fn what_is_no_assertion_is_refused_before_anything_runs(test: TestDb) {
    let db = test.db();
    for (line, expected) in [
        ("-- assert: delete from a", "line 2: `-- assert:` is not followed by a query"),
        ("-- assert: select 1; select 2", "line 2: `-- assert:` takes one query"),
        ("-- entify: contrct", "`-- entify: contrct` means nothing"),
        ("COMMIT;", "line 2: `COMMIT` would end the transaction"),
    ] {
        let folder = folder();
        write(folder.path(), db.dialect(), 1001, "a", TABLE, "DROP TABLE a;");
        write(folder.path(), db.dialect(), 1002, "b", &format!("-- Why.\n{line}\n"), "");
        let refused = load(folder.path(), db).up(db).await.unwrap_err().to_string();
        assert!(refused.contains("1002_b.up.sql: ") && refused.contains(expected), "{refused}");
        assert!(number(db, "SELECT count(*) FROM a").await.is_err());
    }
    for query in ["select 7", "select 1, 2", "select null", "select id from a"] {
        let folder = folder();
        write(folder.path(), db.dialect(), 1001, "a", &format!("{TABLE}\n-- assert: {query}\n"), "");
        let refused = load(folder.path(), db).up(db).await.unwrap_err().to_string();
        assert!(refused.contains("is no assertion: it must answer with one row"), "{query}: {refused}");
    }
}
