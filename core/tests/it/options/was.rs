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

/// What was recorded before a field, a variant and a table were renamed is told in their names of now.
mod recorded {
    pub(super) mod before {
        use entify::prelude::*;

        #[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
        pub enum State {
            Open,
            Done,
        }

        #[derive(Entity)]
        #[entity(policy = public, history)]
        pub struct Job {
            note: String,
            state: State,
            states: Vec<State>,
            wage: i32,
            size: i32,
        }
    }

    pub(super) mod after {
        use entify::prelude::*;

        #[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
        pub enum State {
            #[entity(was = "open")]
            Active,
            Done,
        }

        #[derive(Entity)]
        #[entity(policy = public, history, table = "task", was = "job")]
        pub struct Job {
            #[entity(was = "note")]
            text: String,
            #[entity(was = "state")]
            phase: State,
            #[entity(was = "states")]
            phases: Vec<State>,
            #[entity(was = "wage", policy(read = role("boss")))]
            salary: i32,
            /// It has the name of another field that is gone.
            #[entity(was = "size")]
            extent: i32,
        }
    }
}

#[each_database(entities![])]
async fn history_is_told_in_the_names_of_now(test: TestDb) -> entify::Result<()> {
    use entify::history::FieldChange;
    use recorded::{after, before};
    use serde_json::json;

    let folder = tempfile::tempdir().expect("a folder");
    let registry = |def| Registry::new(&[def]).expect("a registry");
    let up = async |def| {
        make(folder.path(), None, &registry(def)).expect("a change");
        let migrations = Migrations::load(folder.path(), test.db().dialect()).expect("migrations");
        migrations.up(test.db()).await.expect("applied");
    };
    up(before::Job::def()).await;
    let ctx = test.ctx().with_entities(registry(before::Job::def()));
    let states = vec![before::State::Open, before::State::Done];
    let job = before::JobService::new(&ctx)
        .create(before::JobInput::new("a", before::State::Open, states, 7, 3))
        .await?;
    up(after::Job::def()).await;
    let ctx = test.ctx().with_entities(registry(after::Job::def()));
    let key = job.id.get().into();
    let told = |entries: Vec<entify::history::HistoryEntry>| {
        let changes = entries.into_iter().flat_map(|entry| entry.changes);
        changes.map(|FieldChange { field, from, to }| (field, from, to)).collect::<Vec<_>>()
    };
    let jobs = after::JobService::new(&ctx);
    let all = told(jobs.history(key, PageArgs::default()).await?.items);
    let expected = |salary| {
        [
            ("text", Some(json!("a"))),
            ("phase", Some(json!("active"))),
            ("phases", Some(json!(["active", "done"]))),
            ("salary", salary),
            ("extent", Some(json!(3))),
        ]
        .map(|(field, to)| (field.to_owned(), None, to))
    };
    let sorted = |mut all: Vec<(String, Option<Json>, Option<Json>)>| {
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };
    assert_eq!(sorted(all), sorted(expected(Some(json!(7))).to_vec()));
    // What is hidden under its new name was not to be seen under the old one.
    let anyone = ctx.with_principal(Principal::Anonymous);
    let seen = told(after::JobService::new(&anyone).history(key, PageArgs::default()).await?.items);
    assert_eq!(sorted(seen), sorted(expected(None).to_vec()));
    Ok(())
}
