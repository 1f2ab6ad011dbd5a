//! `was = "…"`: the column's old name, for migrations.

use entify::db::{Executor, Statement};
use entify::entity::Registry;
use entify::migrate::{Migrations, make};
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

#[each_database(entities![])]
async fn a_renamed_column_keeps_its_values(test: TestDb) -> entify::Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let registry = |def| Registry::new(&[def]).expect("a registry");
    let up = async || {
        let migrations = Migrations::load(folder.path(), test.db().dialect()).expect("migrations");
        migrations.up(test.db()).await.expect("applied");
        migrations
    };
    make(folder.path(), None, &registry(before::Note::def())).expect("the first migration");
    up().await;
    let ctx = test.ctx().with_entities(registry(before::Note::def()));
    let note = before::NoteService::new(&ctx).create(before::NoteInput::new("kept")).await?;
    let made =
        make(folder.path(), None, &registry(after::Note::def())).expect("a change").expect("a migration");
    assert_eq!(
        made.changes,
        ["table note: column `note_text` was renamed to `text`, index `ix_note_text` was added"]
    );
    let migrations = up().await;
    let ctx = test.ctx().with_entities(registry(after::Note::def()));
    assert_eq!(after::NoteService::new(&ctx).get(1.into()).await?.text, note.note_text);
    let applied = migrations.status(test.db()).await.expect("the state");
    let applied = applied.iter().filter(|one| one.version > 999).count();
    migrations.down(test.db(), applied - 1).await.expect("taken back");
    let text = entify::db::Layout::default().with_column(Kind::Text);
    let statement = Statement::new("SELECT note_text FROM note", Values(Vec::new()));
    let rows = Executor::Pool(test.db().clone()).read(statement, &text).await?;
    assert_eq!(*rows[0].get(0), Value::Text("kept".to_owned()));
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
    let made =
        make(folder.path(), None, &registry(both::Note::def())).expect("a change").expect("a migration");
    assert_eq!(made.changes, ["table note: column `text` was added"]);
}
