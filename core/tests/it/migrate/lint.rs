//! What the linter finds, and that it finds nothing in what `migrate make` writes that is not to be decided by a person.

mod corpus;

use std::path::Path;

use entify::db::Dialect;
use entify::entity::Registry;
use entify::migrate::lint::{self, Code, Context, Finding, MigrationText, Severity};
use entify::migrate::{MakeOptions, make_with};

use super::random::model::{Chance, Definer, Model};

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
        // The index of a unique rule among some rows goes in a moment, under a `lock_timeout`.
        Code::DropIndexBlocking => finding.statement.starts_with("DROP INDEX \"uq_"),
        _ => false,
    }
}

/// Histories of random changes; `ENTIFY_RANDOM_MIGRATIONS` sets another number.
fn histories() -> u64 {
    std::env::var("ENTIFY_RANDOM_MIGRATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(10)
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
    }
    assert!(statements > 500, "{statements} statements");
    wrong.sort();
    assert!(wrong.is_empty(), "{} of {statements} statements:\n{}", wrong.len(), wrong.join("\n"));
}
