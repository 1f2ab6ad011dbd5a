//! Migrations proved by running them.

use std::path::Path;

use entify::db::{Db, Dialect};
use entify::entity::{EntityDef, Registry};
use entify::migrate::lint::Lock;
use entify::migrate::verify::{Scratch, Verification, VerifiedMigration, verify};
use entify::migrate::{MakeOptions, Migrations, make_with};
use entify::testing::{TestDb, each_database, verify_migrations};

use super::random::model::{Chance, Definer, Model};

const EMPTY: &[&EntityDef] = &[];

const TABLES: &str = "CREATE TABLE author (id bigint NOT NULL PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, \
     kind text NOT NULL CHECK (kind IN ('person', 'group')), boss_id bigint REFERENCES author (id));\n\
     CREATE TABLE book (id bigint NOT NULL PRIMARY KEY, author_id bigint NOT NULL REFERENCES author (id), pages integer \
     NOT NULL CHECK (pages >= 100), note text, made date, UNIQUE (author_id, pages));";

fn write(folder: &Path, dialect: Dialect, migrations: &[(&str, &str, Option<&str>)]) {
    let folder = folder.join(dialect.name());
    std::fs::create_dir_all(&folder).unwrap();
    for (position, (name, up, down)) in migrations.iter().enumerate() {
        let file = |direction: &str| folder.join(format!("2026010100000{position}_{name}.{direction}.sql"));
        std::fs::write(file("up"), up).unwrap();
        if let Some(down) = down {
            std::fs::write(file("down"), down).unwrap();
        }
    }
}

async fn scratch(test: &TestDb) -> Scratch {
    match test.db().dialect() {
        Dialect::Sqlite => Scratch::sqlite(),
        Dialect::Postgres => Scratch::postgres(test.url()).await.unwrap(),
    }
}

/// What is seen of migrations that come after the tables.
async fn verified(test: &TestDb, more: &[(&str, &str, Option<&str>)]) -> Vec<VerifiedMigration> {
    let (folder, dialect) = (tempfile::tempdir().unwrap(), test.db().dialect());
    let mut all = vec![("tables", TABLES, Some("DROP TABLE book; DROP TABLE author;"))];
    all.extend(more);
    write(folder.path(), dialect, &all);
    let scratch = scratch(test).await;
    let migrations = Migrations::load(folder.path(), dialect).unwrap();
    let Verification { migrations, .. } = verify(&migrations, &scratch).await.unwrap();
    scratch.remove().await.unwrap();
    migrations
}

#[each_database(EMPTY)]
async fn what_comes_back_as_it_was_is_no_problem(test: TestDb) {
    let more =
        [("note", "ALTER TABLE book ADD COLUMN price integer;", Some("ALTER TABLE book DROP COLUMN price;"))];
    let [tables, note] = &verified(&test, &more).await[..] else { panic!("two migrations") };
    assert_eq!((tables.problems.as_slice(), tables.rows), (&[][..], 0));
    assert_eq!((note.problems.as_slice(), note.notes.as_slice(), note.rows), (&[][..], &[][..], 6));
    assert_eq!(note.statements.len(), if test.db().dialect() == Dialect::Postgres { 1 } else { 0 });
}

#[each_database(EMPTY, only(postgres))]
async fn what_a_statement_locks_is_seen(test: TestDb) {
    let more = [(
        "change",
        "ALTER TABLE book ADD COLUMN price integer;\nALTER TABLE author ALTER COLUMN id TYPE numeric;\nALTER TABLE book ADD COLUMN code text;",
        Some(
            "ALTER TABLE book DROP COLUMN code; ALTER TABLE author ALTER COLUMN id TYPE bigint; ALTER TABLE book DROP COLUMN price;",
        ),
    )];
    let [_, change] = &verified(&test, &more).await[..] else { panic!("two migrations") };
    assert_eq!(change.problems, Vec::<String>::new());
    let [first, second, third] = &change.statements[..] else { panic!("{:?}", change.statements) };
    assert_eq!((first.tables[0].table.as_str(), first.tables[0].lock), ("book", Some(Lock::AccessExclusive)));
    let author = second.tables.iter().find(|table| table.table == "author").unwrap();
    assert_eq!((author.lock, author.rewritten), (Some(Lock::AccessExclusive), true));
    assert_eq!(third.tables, [], "it has the lock already");
}

#[each_database(EMPTY)]
async fn a_way_back_that_forgets_something_is_a_problem(test: TestDb) {
    let more = [(
        "note",
        "ALTER TABLE book ADD COLUMN price integer; CREATE INDEX ix ON book (note);",
        Some("DROP INDEX ix;"),
    )];
    let [_, note] = &verified(&test, &more).await[..] else { panic!("two migrations") };
    assert!(
        note.problems[0].starts_with("after up and down there is the column `price` of `book`"),
        "{:?}",
        note.problems
    );
    let more = [("note", "CREATE INDEX ix ON book (note);", None)];
    let [_, note] = &verified(&test, &more).await[..] else { panic!("two migrations") };
    assert_eq!(note.problems, ["it has no `.down.sql`, so it cannot be taken back"]);
}

#[each_database(EMPTY)]
async fn what_is_lost_is_named(test: TestDb) {
    let more =
        [("note", "ALTER TABLE book DROP COLUMN note;", Some("ALTER TABLE book ADD COLUMN note text;"))];
    let [_, note] = &verified(&test, &more).await[..] else { panic!("two migrations") };
    assert_eq!(note.problems, Vec::<String>::new());
    assert_eq!(note.notes, ["lost: 2 values of `book.note`"]);
}

#[each_database(EMPTY)]
async fn what_fails_on_rows_is_a_problem_unless_it_asks_first(test: TestDb) {
    let column = "ALTER TABLE book ADD COLUMN price integer NOT NULL;";
    let back = Some("ALTER TABLE book DROP COLUMN price;");
    let [_, price] = &verified(&test, &[("price", column, back)]).await[..] else { panic!("two migrations") };
    // SQLite refuses it on an empty table too.
    assert!(price.problems[0].starts_with("up fails with rows in the tables"), "{:?}", price.problems);
    let more = [("price", "CREATE UNIQUE INDEX ux ON author (kind);", Some("DROP INDEX ux;"))];
    let [_, kind] = &verified(&test, &more).await[..] else { panic!("two migrations") };
    assert!(kind.problems[0].starts_with("up fails with rows in the tables"), "{:?}", kind.problems);
    assert_eq!(kind.problems.len(), 1);
}

#[each_database(EMPTY)]
async fn what_is_made_of_random_changes_can_be_taken_back(test: TestDb) {
    let dialect = test.db().dialect();
    let definer = match dialect {
        Dialect::Sqlite => Definer::VerifySqlite,
        Dialect::Postgres => Definer::VerifyPostgres,
    };
    let (mut rows, mut migrations) = (0, 0);
    for seed in 1..=3 {
        let (mut chance, mut model) = (Chance::new(seed), Model::default());
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join(dialect.name())).unwrap();
        for _ in 0..10 {
            let before = model.clone();
            model.change(&mut chance);
            match Registry::new(&model.define(definer)) {
                Ok(registry) => drop(make_with(folder.path(), &registry, MakeOptions::default()).unwrap()),
                Err(_) => model = before,
            }
            model.settle();
        }
        let scratch = scratch(&test).await;
        let verified = verify(&Migrations::load(folder.path(), dialect).unwrap(), &scratch).await.unwrap();
        scratch.remove().await.unwrap();
        let problems: Vec<String> = verified.problems().collect();
        assert!(problems.is_empty(), "seed {seed}:\n{}", problems.join("\n"));
        rows += verified.migrations.iter().map(|migration| migration.rows).sum::<usize>();
        migrations += verified.migrations.len();
    }
    assert!(rows > 60 && migrations > 12, "{rows} rows, {migrations} migrations");
}

#[test]
#[should_panic(expected = "after up and down there is the column `price` of `book`")]
fn the_test_of_an_application_fails_on_a_problem() {
    let folder = tempfile::tempdir().unwrap();
    let price = ("price", "ALTER TABLE book ADD COLUMN price integer;", Some("SELECT 1;"));
    write(
        folder.path(),
        Dialect::Sqlite,
        &[("tables", TABLES, Some("DROP TABLE book; DROP TABLE author;")), price],
    );
    verify_migrations(folder.path());
}

#[each_database(EMPTY, only(postgres))]
async fn a_scratch_database_is_removed(test: TestDb) {
    let scratch = Scratch::postgres(test.url()).await.unwrap();
    let name = scratch.url().split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
    assert!(databases(test.db()).await.contains(&name));
    scratch.remove().await.unwrap();
    assert!(!databases(test.db()).await.contains(&name));
}

async fn databases(db: &Db) -> Vec<String> {
    let layout = entify::db::Layout::default().with_column(entify::types::Kind::Text);
    let statement =
        entify::db::Statement::new("SELECT datname::text FROM pg_database", sea_query::Values(Vec::new()));
    let rows = entify::db::Executor::Pool(db.clone()).read(statement, &layout).await.unwrap();
    rows.iter().map(|row| row.get(0).to_text()).collect()
}
