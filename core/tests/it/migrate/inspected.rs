//! Entity structs of databases that others made: written, compiled, compared with their tables, and read.
//!
//! The sources in the folders are what `inspect` writes of the tables in the `.sql` files; `INSPECT_BLESS=1` writes them
//! anew.

use std::path::PathBuf;

use entify::db::{Dialect, Executor, Statement};
use entify::entity::{EntityDef, Registry};
use entify::migrate::inspect::{InspectOptions, Inspection, inspect};
use entify::migrate::live;
use entify::testing::{TestDb, each_database};

#[rustfmt::skip]
mod chinook_postgres;
#[rustfmt::skip]
mod chinook_sqlite;
#[rustfmt::skip]
mod django_postgres;
#[rustfmt::skip]
mod django_sqlite;
#[rustfmt::skip]
mod rails_postgres;
#[rustfmt::skip]
mod rails_sqlite;

const NONE: &[&EntityDef] = &[];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/migrate/inspected")
}

async fn run_file(test: &TestDb, file: &str) {
    let text = std::fs::read_to_string(folder().join(file)).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
    for sql in lines.join("\n").split(";\n").map(str::trim).filter(|sql| !sql.is_empty()) {
        let statement = Statement::plain(sql.trim_end_matches(';'));
        let ran = Executor::Pool(test.db().clone()).execute(statement).await;
        ran.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// The tables of a schema with some rows, and what is written of them.
async fn inspected(test: &TestDb, schema: &str) -> Inspection {
    let dialect = test.db().dialect().name();
    run_file(test, &format!("{schema}.{dialect}.sql")).await;
    run_file(test, &format!("{schema}.rows.sql")).await;
    inspect(test.db(), &InspectOptions { read: Some("public".to_owned()) }).await.unwrap()
}

/// Writes or compares the sources, then compares the entities with the tables.
async fn proven(test: &TestDb, schema: &str, entities: Vec<&'static EntityDef>) -> Inspection {
    let found = inspected(test, schema).await;
    let folder = folder().join(format!("{schema}_{}", test.db().dialect().name()));
    if std::env::var_os("INSPECT_BLESS").is_some() {
        for file in &found.files {
            std::fs::write(folder.join(&file.name), &file.text).unwrap();
        }
    }
    for file in &found.files {
        let kept = std::fs::read_to_string(folder.join(&file.name)).unwrap_or_default();
        assert_eq!(kept, file.text, "{} is not what `inspect` writes", folder.join(&file.name).display());
    }
    let names: Vec<&str> = entities.iter().map(|def| def.name).collect();
    assert_eq!(names, found.entities);
    let registry = Registry::new(&entities).unwrap();
    let compared = live::compare(test.db(), &registry, &folder, false).await.unwrap();
    let own = compared.differences.iter().filter(|line| !line.contains("`entify_"));
    assert_eq!(own.collect::<Vec<_>>(), Vec::<&String>::new());
    let migrations = tempfile::tempdir().unwrap();
    assert_eq!(entify::migrate::make(migrations.path(), None, &registry).unwrap(), None);
    found
}

macro_rules! of {
    ($test:expr, $postgres:ident, $sqlite:ident) => {
        match $test.db().dialect() {
            Dialect::Postgres => $postgres::entities(),
            Dialect::Sqlite => $sqlite::entities(),
        }
    };
}

#[each_database(NONE)]
async fn chinook(test: TestDb) {
    let found = proven(&test, "chinook", of!(test, chinook_postgres, chinook_sqlite)).await;
    assert_eq!(found.entities.len(), 11);
}

#[each_database(NONE)]
async fn django(test: TestDb) {
    proven(&test, "django", of!(test, django_postgres, django_sqlite)).await;
}

#[each_database(NONE)]
async fn rails(test: TestDb) {
    proven(&test, "rails", of!(test, rails_postgres, rails_sqlite)).await;
}
