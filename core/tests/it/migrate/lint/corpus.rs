//! Migrations with what is to be found in them; and what the linter says of locks and rewrites, beside what a server does.

use std::collections::BTreeMap;

use entify::db::{Db, Dialect, Executor, Statement};
use entify::entity::EntityDef;
use entify::migrate::lint::{self, Context, Lock};
use entify::migrate::verify;
use entify::testing::{TestDb, each_database};
use sea_query::Values;

const EMPTY: &[&EntityDef] = &[];

const POSTGRES: &str = include_str!("postgres.sql");
const SQLITE: &str = include_str!("sqlite.sql");

struct Case<'t> {
    name: &'t str,
    codes: Vec<&'t str>,
    /// What happens to tables that were there: `album ACCESS EXCLUSIVE rewritten`.
    effects: Vec<&'t str>,
    before: Option<&'t str>,
    sql: String,
}

/// The tables that are there, and the cases.
fn cases(text: &str) -> (&str, Vec<Case<'_>>) {
    let mut parts = text.split("\n-- case: ");
    let tables = parts.next().unwrap();
    let cases = parts.map(|part| {
        let (head, sql) = part.split_once('\n').unwrap();
        let [name, codes, effects] = head.split(" | ").collect::<Vec<_>>()[..] else { panic!("{head}") };
        let (before, sql): (Vec<&str>, Vec<&str>) =
            sql.lines().partition(|line| line.starts_with("-- before: "));
        Case {
            name,
            codes: codes.split(' ').filter(|code| *code != "-").collect(),
            effects: effects.split(", ").filter(|effect| *effect != "-").collect(),
            before: before.first().map(|line| &line["-- before: ".len()..]),
            sql: sql.join("\n") + "\n",
        }
    });
    (tables, cases.collect())
}

fn found(dialect: Dialect, tables: &str, sql: &str) -> Vec<String> {
    let context = Context::new().after(dialect, tables);
    let findings = lint::text(dialect, "20260101000000_case.up.sql", sql, &context);
    let mut codes: Vec<String> =
        findings.iter().filter(|finding| finding.is_open()).map(|finding| finding.code.to_string()).collect();
    codes.sort();
    codes
}

#[test]
fn what_is_found_is_what_is_to_be_found() {
    let mut wrong = Vec::new();
    for (dialect, text) in [(Dialect::Postgres, POSTGRES), (Dialect::Sqlite, SQLITE)] {
        let (tables, cases) = cases(text);
        assert!(cases.len() >= if dialect == Dialect::Postgres { 60 } else { 12 }, "{} cases", cases.len());
        for case in cases {
            let found = found(dialect, tables, &case.sql);
            if found != case.codes {
                wrong.push(format!("{}: found {found:?}, not {:?}", case.name, case.codes));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn execute(db: &Db, sql: &str) {
    let statement = Statement::new(sql.to_owned(), Values(Vec::new()));
    Executor::Pool(db.clone()).execute(statement).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
}

async fn execute_all(db: &Db, script: &str) {
    for sql in script.split(";\n").map(str::trim).filter(|sql| !sql.is_empty()) {
        execute(db, sql).await;
    }
}

/// The strongest lock on each table, and whether it was written anew.
type Effects = BTreeMap<String, (Lock, bool)>;

fn note(effects: &mut Effects, table: &str, lock: Option<Lock>, rewritten: bool) {
    let entry = effects.entry(table.to_owned()).or_insert((Lock::AccessShare, false));
    entry.0 = entry.0.max(lock.unwrap_or(Lock::AccessShare));
    entry.1 |= rewritten;
}

/// What reads take, and what the checks of foreign keys take while rows are written, is no matter.
fn told(effects: Effects, named: &[&str]) -> Vec<String> {
    let told = effects.into_iter().filter(|(table, (lock, rewritten))| {
        *rewritten
            || *lock > Lock::RowShare
            || named.iter().any(|effect| *effect == format!("{table} ROW SHARE"))
    });
    let mut lines: Vec<String> = told
        .map(|(table, (lock, rewritten))| {
            format!("{table} {}{}", lock.name(), if rewritten { " rewritten" } else { "" })
        })
        .collect();
    lines.sort();
    lines
}

#[each_database(EMPTY, only(postgres))]
async fn what_the_linter_says_of_locks_is_what_the_server_does(test: TestDb) {
    drop(test);
    let (tables, cases) = cases(POSTGRES);
    let context = Context::new().after(Dialect::Postgres, tables);
    let mut wrong = Vec::new();
    for case in cases {
        let test = TestDb::postgres(EMPTY).await.expect("the database that the test has");
        execute_all(test.db(), tables).await;
        if let Some(before) = case.before {
            execute(test.db(), before).await;
        }
        let observed = verify::observe(test.url(), &case.sql).await;
        let observed = observed.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let (mut seen, mut claimed) = (Effects::new(), Effects::new());
        for table in observed.iter().flat_map(|statement| &statement.tables) {
            note(&mut seen, &table.table, table.lock, table.rewritten);
        }
        for (_, claims) in lint::claims(&case.sql, &context) {
            for claim in claims {
                // A table has one name here, that which it had before.
                let table = if claim.table == "record" { "album" } else { &claim.table };
                note(&mut claimed, table, Some(claim.lock), claim.rewrites);
            }
        }
        let mut expected: Vec<String> = case.effects.iter().map(|&effect| effect.to_owned()).collect();
        expected.sort();
        let (seen, claimed) = (told(seen, &case.effects), told(claimed, &case.effects));
        if seen != expected || claimed != expected {
            wrong.push(format!(
                "{}: expected {expected:?}\n  the server {seen:?}\n  the linter {claimed:?}",
                case.name
            ));
        }
        test.db().close().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[each_database(EMPTY, only(sqlite))]
async fn what_the_linter_calls_a_rebuild_is_one(test: TestDb) {
    drop(test);
    let (tables, cases) = cases(SQLITE);
    for case in cases.into_iter().filter(|case| !case.effects.is_empty()) {
        let test = TestDb::sqlite(EMPTY).await;
        execute_all(test.db(), tables).await;
        execute(test.db(), "CREATE TRIGGER t AFTER INSERT ON album BEGIN SELECT 1; END").await;
        execute(test.db(), "CREATE TRIGGER u AFTER INSERT ON artist BEGIN SELECT 1; END").await;
        execute(test.db(), "PRAGMA foreign_keys = OFF").await;
        execute_all(test.db(), &case.sql).await;
        // What belonged to a table that was replaced is gone with it.
        let layout = entify::db::Layout::default().with_column(entify::types::Kind::Text);
        let statement =
            Statement::new("SELECT name FROM sqlite_master WHERE type = 'trigger'", Values(Vec::new()));
        let triggers = Executor::Pool(test.db().clone()).read(statement, &layout).await.unwrap();
        let gone = case.sql.contains("DROP TABLE");
        assert_eq!(triggers.len(), if gone { 1 } else { 2 }, "{}", case.name);
        assert_eq!(
            case.effects,
            [if gone && case.sql.contains("RENAME TO") { "rebuilt" } else { "kept" }],
            "{}",
            case.name
        );
        test.db().close().await;
    }
}
