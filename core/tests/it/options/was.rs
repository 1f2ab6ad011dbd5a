//! `was = "…"`: the column's old name, for migrations.

use entify::db::{Dialect, Executor, Statement};
use entify::entity::Registry;
use entify::migrate::{make, make_by_hand};
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use entify::types::Kind;
use entify::value::Value;
use sea_query::Values;

use super::field;

#[test]
fn it_is_declared_beside_the_new_name() {
    assert_eq!((field("comment").column, field("comment").was), ("note", Some("note_text")));
    assert_eq!(field("sku").was, None);
}

mod before {
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(super) struct Note {
        note_text: String,
    }
}

mod after {
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(super) struct Note {
        #[entity(was = "note_text", index)]
        text: String,
    }
}

/// What a migration to be completed by hand says in one direction.
fn step(folder: &std::path::Path, dialect: Dialect, name: &str) -> String {
    let file = folder.join(dialect.name()).join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[each_database(entities![before::Note])]
async fn a_renamed_column_keeps_its_values(test: TestDb) -> entify::Result<()> {
    let before = before::NoteService::new(&test.ctx()).create(before::NoteInput::new("kept")).await?;
    let folder = tempfile::tempdir().expect("a folder");
    let registry = |def| Registry::new(&[def]).expect("a registry");
    make(folder.path(), None, &registry(before::Note::def())).expect("the first migration");
    let refused = make(folder.path(), None, &registry(after::Note::def())).expect_err("a change");
    let what = "table `note`: column `note_text` was renamed to `text`, index `ix_note_text` was added;";
    assert!(refused.to_string().contains(what), "{refused}");
    let made = make_by_hand(folder.path(), "rename", &registry(after::Note::def())).expect("a step by hand");
    let dialect = test.db().dialect();
    let up = step(folder.path(), dialect, &format!("{}.up.sql", made.name));
    let down = step(folder.path(), dialect, &format!("{}.down.sql", made.name));
    assert!(down.ends_with("ALTER TABLE \"note\" RENAME COLUMN \"text\" TO \"note_text\";\n"), "{down}");
    let executor = Executor::Pool(test.db().clone());
    for sql in up.lines().filter(|line| !line.starts_with("--") && !line.is_empty()) {
        executor.execute(Statement::new(sql, Values(Vec::new()))).await?;
    }
    let text = entify::db::Layout::default().with_column(Kind::Text);
    let rows = executor.read(Statement::new("SELECT text FROM note", Values(Vec::new())), &text).await?;
    assert_eq!((before.note_text.as_str(), rows[0].get(0)), ("kept", &Value::Text("kept".to_owned())));
    Ok(())
}

/// A column that is there beside the new one is no old name of it.
#[test]
fn a_column_that_stays_was_not_renamed() {
    mod both {
        use entify::prelude::*;

        #[derive(Entity)]
        #[entity(policy = public)]
        pub(super) struct Note {
            note_text: String,
            #[entity(was = "note_text")]
            text: String,
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let registry = |def| Registry::new(&[def]).expect("a registry");
    make(folder.path(), None, &registry(before::Note::def())).expect("the first migration");
    let refused = make(folder.path(), None, &registry(both::Note::def())).expect_err("a change");
    assert!(refused.to_string().contains("column `text` was added"), "{refused}");
}
