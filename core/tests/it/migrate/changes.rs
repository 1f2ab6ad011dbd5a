//! Changes of entities that random ones do not reach: questions, histories, programs that go on meanwhile.

use entify::Ctx;
use entify::db::{Executor, Layout, Statement};
use entify::entity::{EntityDef, Registry};
use entify::migrate::{MakeOptions, MigrateError, Migrations, RenameQuestion, make, make_with};
use entify::prelude::Id;
use entify::testing::{TestDb, each_database};
use entify::types::Kind;
use sea_query::Values;

use super::make::{folder, registry};

const EMPTY: &[&EntityDef] = &[];

mod before {
    use entify::prelude::*;

    /// What articles are about.
    #[derive(Entity)]
    #[entity(policy = public, history)]
    pub(super) struct Label {
        #[entity(max_len = 40)]
        name: String,
        rank: i32,
    }
}

mod after {
    use entify::prelude::*;

    /// What articles are about.
    #[derive(Entity)]
    #[entity(policy = public, history, was = "label")]
    pub(super) struct Topic {
        #[entity(max_len = 60)]
        name: String,
        rank: i64,
    }
}

mod renamed_field {
    use entify::prelude::*;

    /// What articles are about.
    #[derive(Entity)]
    #[entity(policy = public, history)]
    pub(super) struct Label {
        #[entity(max_len = 40)]
        title: String,
        rank: i32,
    }
}

fn execute(sql: &str) -> Statement {
    Statement::new(sql, Values(Vec::new()))
}

async fn up(folder: &std::path::Path, test: &TestDb) {
    Migrations::load(folder, test.db().dialect()).unwrap().up(test.db()).await.unwrap();
}

#[each_database(EMPTY)]
async fn a_renamed_entity_keeps_its_rows_and_their_history(test: TestDb) {
    let (folder, old, new) = (folder(), entify::entities![before::Label], entify::entities![after::Topic]);
    make(folder.path(), None, &registry(&old)).unwrap();
    up(folder.path(), &test).await;
    let ctx = Ctx::system(test.db().clone(), b"secret").with_entities(registry(&old));
    before::LabelService::new(&ctx).create(before::LabelInput::new("rust", 1)).await.unwrap();

    make(folder.path(), None, &registry(&new)).unwrap();
    up(folder.path(), &test).await;
    let ctx = Ctx::system(test.db().clone(), b"secret").with_entities(registry(&new));
    let topics = after::TopicService::new(&ctx);
    let id = Id::from(1);
    assert_eq!(topics.get(id).await.unwrap().name, "rust");
    topics.update(id, after::TopicPatch { rank: 2.into(), ..after::TopicPatch::default() }).await.unwrap();
    let layout = Layout::default().with_column(Kind::Text).with_column(Kind::Text);
    let sql = "SELECT entity, action FROM entify_history ORDER BY id";
    let rows = Executor::Pool(test.db().clone()).read(execute(sql), &layout).await.unwrap();
    let told: Vec<String> =
        rows.iter().map(|row| format!("{} {}", row.get(0).to_text(), row.get(1).to_text())).collect();
    assert_eq!(told, ["topic create", "topic update"]);
    let migrations = Migrations::load(folder.path(), test.db().dialect()).unwrap();
    let applied = migrations.status(test.db()).await.unwrap().iter().filter(|one| one.version > 999).count();
    migrations.down(test.db(), applied - 1).await.unwrap();
    let rows = Executor::Pool(test.db().clone()).read(execute(sql), &layout).await.unwrap();
    assert!(rows.iter().all(|row| row.get(0).to_text() == "label"));
}

/// A program prepares its statements, and a migration of another one changes what they return.
#[each_database(EMPTY, only(postgres))]
async fn a_program_goes_on_when_a_migration_changes_a_type(test: TestDb) {
    let (folder, old) = (folder(), entify::entities![before::Label]);
    make(folder.path(), None, &registry(&old)).unwrap();
    up(folder.path(), &test).await;
    let ctx = Ctx::system(test.db().clone(), b"secret").with_entities(registry(&old));
    let labels = before::LabelService::new(&ctx);
    let made = labels.create(before::LabelInput::new("rust", 1)).await.unwrap();
    for change in ["varchar(80)", "varchar(120)", "text"] {
        // Several connections have prepared it.
        let reads = (0..8).map(|_| labels.get(made.id));
        for read in futures_util::future::join_all(reads).await {
            assert_eq!(read.unwrap().name, "rust", "{change}");
        }
        labels
            .update(made.id, before::LabelPatch { rank: 3.into(), ..before::LabelPatch::default() })
            .await
            .unwrap();
        let sql = format!("ALTER TABLE label ALTER COLUMN name TYPE {change}");
        Executor::Pool(test.db().clone()).execute(execute(&sql)).await.unwrap();
    }
    assert_eq!(labels.get(made.id).await.unwrap().rank, 3);
}

#[test]
fn what_may_be_a_rename_is_asked_or_refused() {
    let (before, after) = (entify::entities![before::Label], entify::entities![renamed_field::Label]);
    let (before, after): (Registry, Registry) = (registry(&before), registry(&after));
    let folder = folder();
    make(folder.path(), None, &before).unwrap();
    let refused = make(folder.path(), None, &after).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`title` of `label` may be what was called `name`; say so with `was = \"name\"`, or that it is not with `--allow \
         drop-column`"
    );
    assert!(matches!(refused, MigrateError::RenameUnclear { .. }));

    let mut asked = Vec::new();
    let mut yes = |question: &RenameQuestion| {
        asked.push(question.to_string());
        true
    };
    let options = MakeOptions { ask: Some(&mut yes), ..MakeOptions::default() };
    let made = make_with(folder.path(), &after, options).unwrap().unwrap();
    let up = std::fs::read_to_string(folder.path().join(format!("sqlite/{}.up.sql", made.name))).unwrap();
    assert!(up.contains("RENAME COLUMN \"name\" TO \"title\""), "{up}");
    // On PostgreSQL the old column goes later, and nothing is lost with it.
    assert!(made.findings.is_empty() && !made.contract.is_empty(), "{made:?}");
    assert_eq!(asked, ["is `title` of `label` what was called `name`"]);

    // With the loss accepted there is nothing to ask, and it stands in the file.
    let allow = ["drop-column".to_owned()];
    let options = MakeOptions { allow: &allow, ..MakeOptions::default() };
    let made = make_with(folder.path(), &before, options).unwrap().unwrap();
    let up = std::fs::read_to_string(folder.path().join(format!("sqlite/{}.up.sql", made.name))).unwrap();
    assert!(up.contains("-- allow drop-column: "), "{up}");
}
