//! The demo's migrations, proved by running them, and the commands that look at migrations.

use std::path::PathBuf;

use entify::db::Dialect;
use entify::entities;
use entify::testing::{TestDb, each_database};

use crate::store::{Store, root};

#[test]
fn the_migrations_can_be_taken_back() {
    let verified = entify::testing::verify_migrations(root().join("migrations"));
    let statements =
        verified.iter().flat_map(|verified| &verified.migrations).flat_map(|migration| &migration.statements);
    for statement in statements {
        // What takes a lock that keeps others from writing is over in a moment.
        assert!(statement.tables.iter().all(|table| !table.rewritten), "{statement:?}");
    }
    assert!(!verified.is_empty());
}

/// A copy of the migrations with one more, for both databases.
fn with_migration(store: &Store, sql: &str) -> PathBuf {
    let folder = store.file("unused", "").with_file_name("migrations");
    for dialect in ["sqlite", "postgres"] {
        let (from, to) = (root().join("migrations").join(dialect), folder.join(dialect));
        std::fs::create_dir_all(&to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
        std::fs::write(to.join("29990101000000_more.up.sql"), sql).unwrap();
        std::fs::write(to.join("29990101000000_more.down.sql"), "SELECT 1;").unwrap();
    }
    folder
}

#[each_database(entities![])]
async fn what_is_pending_is_looked_at_with_the_rows_that_are_there(test: TestDb) {
    let store = Store::new(test.url());
    store.run(&["migrate", "up"]);
    store.run(&["seed"]);
    let folder = with_migration(&store, "ALTER TABLE \"track\" DROP COLUMN \"composer\";\n");
    let lint = |arguments: &[&str]| {
        let mut all = vec!["migrate", "lint"];
        all.extend(arguments);
        store.command(&all).env("MIGRATIONS_DIR", &folder).output().unwrap()
    };
    let output = lint(&["--database", "--format", "json"]);
    assert!(!output.status.success());
    let findings: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let own = format!("{}/29990101000000_more.up.sql", test.db().dialect().name());
    let findings: Vec<_> =
        findings.as_array().unwrap().iter().filter(|finding| finding["file"] == own).collect();
    let [finding] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!(
        (&finding["code"], &finding["table"], &finding["column"]),
        (&"drop-column".into(), &"track".into(), &"composer".into())
    );
    let fact = finding["facts"][0].as_str().unwrap();
    assert!(fact.contains("of `track` have a value in it") || fact.contains("no row of `track`"), "{fact}");
    let lock = (test.db().dialect() == Dialect::Postgres).then_some("ACCESS EXCLUSIVE");
    assert_eq!(finding.get("lock").and_then(serde_json::Value::as_str), lock);

    let accepted = "-- allow drop-column: nobody reads it\nALTER TABLE \"track\" DROP COLUMN \"composer\";\n";
    for dialect in ["sqlite", "postgres"] {
        std::fs::write(folder.join(dialect).join("29990101000000_more.up.sql"), accepted).unwrap();
    }
    let output = lint(&[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(text.ends_with("2 found, 2 of them accepted\n"), "{text}");
}

#[test]
fn a_code_is_explained() {
    let store = Store::sqlite();
    let page = store.run(&["migrate", "lint", "--explain", "drop-column"]);
    assert!(page.starts_with("## drop-column\n") && page.contains("**Instead.**"), "{page}");
    let output = store.output(&["migrate", "lint", "--explain", "drop-colunm"], "");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("there is no code `drop-colunm`; did you mean `drop-column`?"), "{error}");
    assert!(store.run(&["migrate", "lint", "--explain", "all"]).lines().count() > 40);
    assert!(
        !store.file("unused", "").with_file_name("data").exists(),
        "no database is made to explain a code"
    );
}

#[test]
fn a_migration_that_cannot_be_taken_back_fails_verify() {
    let store = Store::sqlite();
    let folder = with_migration(&store, "ALTER TABLE \"track\" ADD COLUMN \"more\" text;\n");
    let output = store.command(&["migrate", "verify"]).env("MIGRATIONS_DIR", &folder).output().unwrap();
    let (text, error) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(
        !output.status.success() && text.contains("after up and down there is the column `more` of `track`"),
        "{text}{error}"
    );
    assert!(error.contains("postgres is not verified"), "{error}");
}
