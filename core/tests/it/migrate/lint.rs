//! What the linter finds, and that it finds nothing in what `migrate make` writes that is not to be decided by a person.

#[cfg(feature = "postgres")]
mod corpus;

use std::path::Path;

use entify::db::{Db, Dialect, Executor, Statement};
use entify::entity::{EntityDef, Registry};
use entify::migrate::lint::{self, Code, Context, Finding, MigrationText, Severity};
use entify::migrate::{MakeOptions, make_with};
use entify::testing::{TestDb, each_database};
use sea_query::Values;

use super::random::model::{Chance, Definer, Model};

const EMPTY: &[&EntityDef] = &[];

const DIALECTS: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgres];

/// What is found in `sql` when the tables of `before` are there.
fn codes(dialect: Dialect, before: &str, sql: &str) -> Vec<String> {
    let context = Context::new().after(dialect, before);
    let findings = lint::text(dialect, "20260101000000_x.up.sql", sql, &context);
    findings.iter().filter(|finding| finding.is_open()).map(|finding| finding.code.to_string()).collect()
}

#[test]
fn what_is_accepted_needs_a_reason_and_something_to_accept() {
    let found = |header: &str| codes(Dialect::Postgres, "", &format!("{header}\nDROP TABLE \"a\";"));
    assert_eq!(found("-- why"), ["drop-table"]);
    assert_eq!(found("-- allow drop-table: nobody reads it"), [""; 0]);
    assert_eq!(found("-- allow drop-table"), ["drop-table", "allow-without-reason"]);
    assert_eq!(found("-- allow drop-tabel: gone"), ["drop-table", "allow-without-reason"]);
    assert_eq!(found("-- allow drop-table: gone\n-- allow index-wide: small"), ["allow-unused"]);
    let findings =
        lint::text(Dialect::Postgres, "1_x.up.sql", "-- allow drop-tabel: gone\nSELECT 1", &Context::new());
    assert_eq!(findings[0].message, "there is no code `drop-tabel`; did you mean `drop-table`?");
    assert_eq!((findings[0].line, findings[0].statement.as_str()), (1, "-- allow drop-tabel"));
}

#[test]
fn a_finding_says_where_and_what_and_which_lock() {
    let sql = "-- a\n\nALTER TABLE \"album\"\n  DROP COLUMN \"title\";\n";
    let findings = lint::text(Dialect::Postgres, "20260101000000_x.up.sql", sql, &Context::new());
    let [finding] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!(
        serde_json::to_value(finding).unwrap(),
        serde_json::json!({
            "code": "drop-column",
            "file": "20260101000000_x.up.sql",
            "line": 3,
            "statement": "ALTER TABLE \"album\" DROP COLUMN \"title\"",
            "table": "album",
            "column": "title",
            "message": "`album.title` is dropped with its values; the running version fails",
            "lock": "ACCESS EXCLUSIVE",
            "recipe": Code::DropColumn.recipe(),
        })
    );
}

#[test]
fn nothing_can_go_wrong_with_what_the_same_files_create() {
    let create =
        MigrationText { name: "1_a.up.sql", sql: "CREATE TABLE a (id bigint PRIMARY KEY, b bigint);" };
    let sql = "ALTER TABLE a ADD COLUMN c text NOT NULL; CREATE INDEX i ON a (b); ALTER TABLE a DROP COLUMN b; \
               ALTER TABLE a ADD CONSTRAINT u UNIQUE (c); ALTER TABLE a RENAME TO d; DROP TABLE d;";
    let change = MigrationText { name: "2_b.up.sql", sql };
    for dialect in DIALECTS {
        assert_eq!(lint::files(dialect, &[create, change], &Context::new()), [], "{}", dialect.name());
        let alone = lint::files(dialect, &[change], &Context::new());
        assert!(alone.len() >= 3, "{alone:?}");
    }
}

#[test]
fn an_older_version_is_out_of_order() {
    let context = Context::new().with_last_applied(20_260_102_000_000);
    let found = |name: &str| {
        lint::text(Dialect::Sqlite, name, "SELECT 1", &context)
            .iter()
            .map(|finding| finding.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("sqlite/20260101000000_x.up.sql"), [Code::OutOfOrder]);
    assert_eq!(found("sqlite/20260103000000_x.up.sql"), []);
}

#[test]
fn a_large_table_of_sqlite_is_worth_a_word() {
    let before = "CREATE TABLE a (id integer PRIMARY KEY, b text);";
    let sql = "-- entify: rebuilds \"a\"\nCREATE TABLE n (id integer PRIMARY KEY, b text, c text); INSERT INTO n (id, b) \
               SELECT id, b FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;";
    let context = Context::new().after(Dialect::Sqlite, before);
    assert_eq!(lint::text(Dialect::Sqlite, "1_x.up.sql", sql, &context), []);
    let found = lint::text(Dialect::Sqlite, "1_x.up.sql", sql, &context.with_rows("a", 2_000_000));
    assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::SqliteRebuild]);
    assert!(
        found[0].message.contains("2000000 rows") && found[0].message.contains("about 10 s"),
        "{}",
        found[0].message
    );
}

#[test]
fn the_comparison_with_others_has_every_code() {
    let guide = include_str!("../../../src/guide/lints.md");
    let table = guide.split("\n| here | Atlas").nth(1).expect("the table");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let named: Vec<&str> = rows.map(|row| row.split('`').nth(1).unwrap()).collect();
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(named, codes);
}

const ROWS: &str = "CREATE TABLE artist (id bigint NOT NULL PRIMARY KEY, name text NOT NULL, year bigint); CREATE TABLE album (id \
     bigint NOT NULL PRIMARY KEY, artist_id bigint); INSERT INTO artist VALUES (1, 'a', 1), (2, 'a', NULL), (3, 'bb', 70000), \
     (4, 'a', NULL); INSERT INTO album VALUES (1, 1), (2, 9), (3, NULL);";

async fn execute(db: &Db, sql: &str) {
    for sql in sql.split("; ") {
        let statement = Statement::new(sql.to_owned(), Values(Vec::new()));
        Executor::Pool(db.clone()).execute(statement).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
}

#[each_database(EMPTY)]
async fn a_database_says_how_many_rows_and_which(test: TestDb) {
    let dialect = test.db().dialect();
    execute(test.db(), ROWS.trim_end_matches(';')).await;
    let context = Context::new().after(dialect, ROWS);
    let facts = async |sql: &str| {
        let mut findings = lint::text(dialect, "1_x.up.sql", sql, &context);
        lint::add_facts(test.db(), &mut findings).await.unwrap();
        findings.into_iter().flat_map(|finding| finding.facts).collect::<Vec<_>>()
    };
    assert_eq!(facts("DROP TABLE artist").await, ["`artist` has 4 rows (id 1, 2, 3)"]);
    assert_eq!(
        facts("ALTER TABLE artist DROP COLUMN year").await,
        ["2 rows of `artist` have a value in it (id 1, 3)"]
    );
    assert_eq!(
        facts("CREATE UNIQUE INDEX u ON artist (name)").await[..1],
        ["3 rows of `artist` share a value with another: a"]
    );
    assert_eq!(facts("DROP TABLE nowhere").await, [""; 0]);
    assert_eq!(lint::row_counts(test.db()).await.unwrap().keys().filter(|name| *name == "artist").count(), 1);
    let required = match dialect {
        Dialect::Postgres => "ALTER TABLE artist ALTER COLUMN year SET NOT NULL",
        Dialect::Sqlite => {
            "-- entify: rebuilds \"artist\"\nCREATE TABLE n (id bigint NOT NULL PRIMARY KEY, name text NOT NULL, year bigint NOT \
             NULL); INSERT INTO n (id, name, year) SELECT id, name, year FROM artist; DROP TABLE artist; ALTER TABLE n RENAME TO artist;"
        }
    };
    assert_eq!(facts(required).await, ["2 rows of `artist` are NULL (id 2, 4)"]);
}

#[each_database(EMPTY, only(postgres))]
async fn a_database_says_which_rows_break_a_rule(test: TestDb) {
    execute(test.db(), ROWS.trim_end_matches(';')).await;
    let context = Context::new().after(Dialect::Postgres, ROWS);
    let facts = async |sql: &str| {
        let mut findings = lint::text(Dialect::Postgres, "1_x.up.sql", sql, &context);
        lint::add_facts(test.db(), &mut findings).await.unwrap();
        findings.into_iter().flat_map(|finding| finding.facts).collect::<Vec<_>>()
    };
    let key = "ALTER TABLE album ADD CONSTRAINT k FOREIGN KEY (artist_id) REFERENCES artist (id)";
    assert_eq!(facts(key).await, ["1 row of `album` point nowhere (id 2)"]);
    let check = "ALTER TABLE artist ADD CONSTRAINT c CHECK (year < 100 OR year IS NULL)";
    assert_eq!(facts(check).await, ["1 row of `artist` do not meet it (id 3)"]);
    let narrow = facts("ALTER TABLE artist ALTER COLUMN year TYPE smallint").await;
    assert_eq!(narrow[1], "1 row of `artist` do not fit (id 3)");
    assert!(
        narrow[0].starts_with("`artist` and its indexes take 0.0 MB: less than a second"),
        "{}",
        narrow[0]
    );
    assert_eq!(
        facts("ALTER TABLE artist ALTER COLUMN name TYPE varchar(1)").await[1],
        "1 row of `artist` do not fit (id 3)"
    );
}

/// The up files of a dialect, oldest first: name and text.
fn migrations(folder: &Path, dialect: Dialect) -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder.join(dialect.name()))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().is_some_and(|path| path.ends_with(".up.sql")))
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// What only a person can decide: that data, or a rule about it, is to go; that a table may be written anew at once.
fn is_for_a_person(finding: &Finding) -> bool {
    let is_rewrite =
        matches!(finding.code, Code::StoredGeneratedColumn | Code::TypeChange | Code::TypeNarrowed);
    finding.code.severity() == Severity::LosesData || is_rewrite || finding.code == Code::EnumValueRemoved
}

/// What `migrate make` could do better, and why it is no harm meanwhile.
fn is_known(finding: &Finding) -> bool {
    match finding.code {
        // A renamed variant is written over in the transaction that changes its check.
        Code::EnumValueRenamed | Code::BackfillWithDdl => true,
        // Where a column of it is renamed or goes, the index goes in the same transaction, in a moment.
        Code::DropIndexBlocking => finding.statement.starts_with("DROP INDEX \"uq_"),
        _ => false,
    }
}

/// Histories of random changes; `ENTIFY_RANDOM_MIGRATIONS` sets another number.
fn histories() -> u64 {
    std::env::var("ENTIFY_RANDOM_MIGRATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(10)
}

/// `task conformance` lets squawk look at the files, in the folder that `ENTIFY_KEEP_MIGRATIONS` names.
fn keep(folder: &Path, seed: u64) {
    let Some(kept) = std::env::var_os("ENTIFY_KEEP_MIGRATIONS") else { return };
    let kept = Path::new(&kept).join(seed.to_string());
    std::fs::create_dir_all(&kept).unwrap();
    for (name, sql) in migrations(folder, Dialect::Postgres) {
        std::fs::write(kept.join(name), sql).unwrap();
    }
}

#[test]
fn nothing_is_found_in_what_is_made_that_a_person_need_not_decide() {
    let (mut statements, mut wrong) = (0, Vec::new());
    for seed in 1..=histories() {
        let mut chance = Chance::new(seed);
        let mut model = Model::default();
        let folder = tempfile::tempdir().unwrap();
        let mut seen = [0, 0];
        for _ in 0..20 {
            let before = model.clone();
            model.change(&mut chance);
            let Ok(registry) = Registry::new(&model.define(Definer::Linter)) else {
                model = before;
                continue;
            };
            make_with(folder.path(), &registry, MakeOptions { allow: &[], ..MakeOptions::default() })
                .unwrap();
            for (dialect, seen) in DIALECTS.into_iter().zip(&mut seen) {
                let files = migrations(folder.path(), dialect);
                let (old, new) = files.split_at(*seen);
                let context =
                    old.iter().fold(Context::new(), |context, (_, sql)| context.after(dialect, sql));
                let texts: Vec<_> = new.iter().map(|(name, sql)| MigrationText { name, sql }).collect();
                let findings = lint::files(dialect, &texts, &context);
                statements += new.iter().map(|(_, sql)| sql.matches(";\n").count()).sum::<usize>();
                for finding in
                    findings.iter().filter(|finding| !is_for_a_person(finding) && !is_known(finding))
                {
                    let text = &new.iter().find(|(name, _)| *name == finding.file).unwrap().1;
                    let before = old.last().map_or("", |(_, sql)| sql);
                    wrong.push(format!(
                        "{} {}: {} {}\n   {}\n{text}\nafter\n{before}\n{:?}",
                        dialect.name(),
                        finding.file,
                        finding.code,
                        finding.message,
                        finding.statement,
                        new.iter().map(|(name, sql)| format!("{name}\n{sql}")).collect::<Vec<_>>()
                    ));
                }
                *seen = files.len();
            }
            model.settle();
        }
        keep(folder.path(), seed);
    }
    assert!(statements > 500, "{statements} statements");
    wrong.sort();
    assert!(wrong.is_empty(), "{} of {statements} statements:\n{}", wrong.len(), wrong.join("\n"));
}
