//! Sentences of `ARCHITECTURE.md` that the sources themselves can break.

use std::path::{Path, PathBuf};

use super::source::{SourceFile, document, files};

const SURFACES: [&str; 3] = ["graphql", "rest", "admin"];

/// Fails with the lines of all files of `rooms` at which one of the words stands.
fn stands_nowhere(rooms: impl Fn(&SourceFile) -> bool, words: &[&str]) {
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for file in files().iter().filter(|file| rooms(file)) {
        looked_at += 1;
        for word in words {
            for line in file.places_of(word) {
                wrong.push(format!("core/src/{}:{line}: `{word}`", file.path));
            }
        }
    }
    assert!(looked_at > 0, "no file was looked at");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The text of all Rust files under these folders of the workspace.
fn sources_under(folders: &[&str]) -> String {
    let mut text = String::new();
    let mut folders: Vec<_> = folders.iter().map(|folder| workspace().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).expect("a folder");
        for entry in entries.map(|entry| entry.expect("an entry").path()) {
            match entry.extension().and_then(|extension| extension.to_str()) {
                Some("rs") => text.push_str(&std::fs::read_to_string(&entry).expect("a source")),
                _ if entry.is_dir() => folders.push(entry),
                _ => {}
            }
        }
    }
    text
}

fn is_surface(file: &SourceFile) -> bool {
    SURFACES.contains(&&*file.room)
}

#[test]
fn sql_text_stands_in_db_sql_and_migrate_alone() {
    let statement = regex::Regex::new(
        r"\b(SELECT\b.+\bFROM|INSERT INTO|UPDATE \S+ SET|DELETE FROM|CREATE (TABLE|INDEX)|ALTER TABLE|FOR (KEY )?SHARE|FOR UPDATE)\b",
    )
    .expect("a pattern");
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| !["db", "sql", "migrate", "testing"].contains(&&*file.room)) {
        for text in file.texts().iter().filter(|text| statement.is_match(&text.name)) {
            wrong.push(format!("core/src/{}:{}: {}", file.path, text.line, text.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let known =
        files().iter().flat_map(SourceFile::texts).filter(|text| statement.is_match(&text.name)).count();
    assert!(known > 10, "the pattern finds the SQL that is there: {known}");
}

#[test]
fn the_sql_libraries_are_named_in_db_sql_and_migrate_alone() {
    let above = |file: &SourceFile| !["db", "sql", "migrate", "testing"].contains(&&*file.room);
    stands_nowhere(above, &["sqlx : :", "sea_query : :", "sea_query_sqlx : :"]);
}

#[test]
fn no_surface_opens_a_transaction() {
    stands_nowhere(is_surface, &[". transaction (", ". transaction_with_retry (", "ctx . begin ("]);
}

#[test]
fn no_surface_reaches_past_the_service() {
    let past = ["Executor", "Statement", ". executor (", ". engine (", "crate : : sql", "crate : : db"];
    stands_nowhere(is_surface, &past);
}

#[test]
fn rows_are_written_by_the_pipeline_alone() {
    let elsewhere = |file: &SourceFile| {
        !file.path.starts_with("service/write") && !["sql", "db", "migrate"].contains(&&*file.room)
    };
    let statements =
        ["dml : : insert", "dml : : update", "dml : : delete", "dml : : soft_delete", "dml : : undelete"];
    stands_nowhere(elsewhere, &statements);
}

#[test]
fn a_service_is_bound_to_a_transaction_with_all_that_its_caller_has_set() {
    // Two look for rows in the name of the engine, whatever the caller has set; what is fetched for a surface, and the log of all
    // entities, begin with its context.
    let made_anew = [
        "service/records.rs",
        "service/db_error.rs",
        "service/unique.rs",
        "service/fetch.rs",
        "service/history/log.rs",
    ];
    let service = |file: &SourceFile| file.room == "service" && !made_anew.contains(&&*file.path);
    stands_nowhere(service, &["Records : : new"]);
}

#[test]
fn a_transaction_begins_in_one_place() {
    // Who begins one runs it in a task of its own, which always ends it.
    let begins = |file: &SourceFile| {
        [". begin_with (", "SqliteTransaction : : begin (", "PostgresTransaction : : begin ("]
            .iter()
            .any(|text| !file.places_of(text).is_empty())
    };
    let begins: Vec<_> = files().iter().filter(|file| begins(file)).map(|file| file.path.clone()).collect();
    // A migration runs before there are requests.
    assert_eq!(begins, ["db/postgres_pool.rs", "db/sqlite.rs", "migrate/runner/on_sqlite.rs"]);
    let opens = |file: &SourceFile| !file.places_of("tokio : : spawn (").is_empty() && file.room == "db";
    let opens: Vec<_> = files().iter().filter(|file| opens(file)).map(|file| file.path.clone()).collect();
    assert!(opens.contains(&"db/executor.rs".to_owned()), "{opens:?}");
}

#[test]
fn no_surface_asks_a_rule() {
    // Surfaces may say which rule there is, and ask beforehand what the service would refuse (`EntityInfo::permits`).
    stands_nowhere(is_surface, &["rule . rows (", ". permitted (", ". hidden_cells ("]);
}

/// Its package has no features, and neither its code nor what it emits has a condition on one: it cannot tell which
/// surfaces there are.
#[test]
fn the_derive_depends_on_no_feature() {
    assert!(!document("macros/Cargo.toml").contains("[features]"));
    let sources = sources_under(&["macros/src"]);
    assert!(sources.contains("fn emit("), "the macros' sources");
    for condition in ["cfg(feature", "cfg!(feature", "cfg_attr(feature", "feature ="] {
        assert!(!sources.contains(condition), "`{condition}` in macros/src");
    }
}

/// Every invariant names what holds it: a test that there is, a lint, or a task.
#[test]
fn every_invariant_is_held() {
    let document = document("ARCHITECTURE.md");
    let section = document.split("\n## ").find(|section| section.starts_with("Invariants\n"));
    let entries: Vec<&str> = section.expect("a section `Invariants`").split("\n- ").skip(1).collect();
    assert!(entries.len() >= 15, "{} invariants", entries.len());
    let tests = sources_under(&["core/src", "core/tests", "app/tests", "macros/src"]);
    let root = workspace();
    let manifests = [self::document("Cargo.toml"), self::document("Taskfile.yml")].concat();
    for entry in entries {
        let held_by = entry.split("Held by").nth(1);
        let held_by = held_by.unwrap_or_else(|| panic!("it does not say what holds it: {entry}"));
        let names: Vec<&str> = held_by.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "it does not say what holds it: {entry}");
        for name in names {
            let last = name.rsplit("::").next().unwrap_or(name).trim_start_matches("task ");
            let is_test = tests.contains(&format!("fn {last}("));
            let is_file = root.join(name).exists();
            let is_lint_or_task =
                manifests.contains(&format!("{last} =")) || manifests.contains(&format!("{last}:"));
            assert!(is_test || is_file || is_lint_or_task, "`{name}` holds nothing: {entry}");
        }
    }
}
