//! Changes of entities that random ones do not reach: questions, histories, programs that go on meanwhile.

use entify::Ctx;
use entify::config::{Environment, Settings};
use entify::db::{Executor, Layout, Statement};
use entify::entity::{EntityDef, Registry};
use entify::migrate::{MakeOptions, MigrateError, Migrations, RenameQuestion, UpOptions, make, make_with};
use entify::prelude::{Id, Query};
use entify::state::AppState;
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

mod staged {
    pub(super) mod before {
        use entify::prelude::*;

        #[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
        pub enum Stage {
            Draft,
            Published,
            Gone,
        }

        #[derive(Entity)]
        #[entity(policy = public)]
        pub struct Page {
            #[entity(filter, sort)]
            stage: Stage,
            stages: Vec<Stage>,
            rating: i32,
        }
    }

    /// With the rating as it was.
    pub(super) mod renamed {
        use entify::prelude::*;

        #[derive(Entity)]
        #[entity(policy = public)]
        pub struct Page {
            #[entity(filter, sort)]
            stage: super::after::Stage,
            stages: Vec<super::after::Stage>,
            rating: i32,
        }
    }

    pub(super) mod after {
        use entify::prelude::*;

        #[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
        pub enum Stage {
            Draft,
            Review,
            #[entity(was = "published")]
            Live,
        }

        #[derive(Entity)]
        #[entity(policy = public)]
        pub struct Page {
            #[entity(filter, sort)]
            stage: Stage,
            stages: Vec<Stage>,
            rating: String,
        }
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

/// The texts of a query's rows.
async fn texts(test: &TestDb, sql: &str) -> Vec<String> {
    let layout = Layout::default().with_column(Kind::Text);
    let rows = Executor::Pool(test.db().clone()).write(execute(sql), &layout).await.unwrap();
    rows.iter().map(|row| row.get(0).to_text()).collect()
}

/// Between the two steps each version reads what either writes; the first step changes no value.
#[each_database(EMPTY, only(postgres))]
async fn values_and_types_change_in_two_steps(test: TestDb) {
    use staged::{after, before};
    let (folder, db) = (folder(), test.db());
    let (old, new) = (registry(&entify::entities![before::Page]), registry(&entify::entities![after::Page]));
    make(folder.path(), None, &old).unwrap();
    up(folder.path(), &test).await;
    let ctx = test.ctx().with_entities(old);
    let old_pages = before::PageService::new(&ctx);
    let input = |stage| before::PageInput::new(stage, vec![stage, before::Stage::Draft], 7);
    let old_one = old_pages.create(input(before::Stage::Published)).await.unwrap();

    let made = make_with(folder.path(), &new, MakeOptions::default()).unwrap().unwrap();
    let retyped = "no version of the program reads both types of `rating` of `page`: stop those that run, then `migrate up --contract`, then \
                   start this one; to go on meanwhile, store the field in another column: `column = \"rating_2\", was = \"rating\"`";
    assert_eq!(made.notes, [retyped]);
    let found: Vec<String> =
        made.findings.iter().map(|finding| format!("{} {}", finding.file, finding.code)).collect();
    let (contract, expand): (Vec<_>, Vec<_>) = made
        .files
        .iter()
        .filter(|file| {
            file.to_string_lossy().contains("postgres") && file.to_string_lossy().ends_with(".up.sql")
        })
        .partition(|file| std::fs::read_to_string(file).unwrap().contains("-- entify: contract"));
    assert_eq!(made.contract.len(), contract.len());
    assert!(!expand.is_empty() && found.iter().all(|line| line.contains("_contract")), "{found:?}");
    let hold = UpOptions { hold_contract: true, ..UpOptions::default() };
    let migrations = Migrations::load(folder.path(), db.dialect()).unwrap();
    migrations.up_with(db, hold).await.unwrap();

    // The new value is stored as the old one, a new variant as itself. Both versions read both.
    let stage = |text: &str| {
        format!(
            "INSERT INTO page (stage, stages, rating) VALUES ('{text}', array['{text}'], 1) RETURNING stage"
        )
    };
    assert_eq!(texts(&test, &stage("live")).await, ["published"]);
    assert_eq!(texts(&test, &stage("review")).await, ["review"]);
    assert_eq!(texts(&test, "SELECT DISTINCT stages[1] FROM page ORDER BY 1").await, ["published", "review"]);
    assert_eq!(old_pages.get(old_one.id).await.unwrap().stage, before::Stage::Published);
    old_pages.create(input(before::Stage::Gone)).await.unwrap();
    texts(&test, "DELETE FROM page WHERE stage = 'gone' RETURNING stage").await;
    let rating = "SELECT data_type::text FROM information_schema.columns WHERE column_name = 'rating'";
    assert_eq!(texts(&test, rating).await, ["integer"], "the type waits");
    let settings = Settings {
        database_url: test.url().to_owned(),
        migrations_dir: folder.path().to_owned(),
        secret_key: Some("k".repeat(32)),
        environment: Environment::Production,
        ..Settings::default()
    };
    let pages = registry(&entify::entities![after::Page]);
    let refused = AppState::ready(pages, settings, true).await.unwrap_err().to_string();
    assert!(refused.contains("the column `rating` of the table `page` is `integer`, not `text"), "{refused}");
    assert!(refused.ends_with("may be what is missing: `migrate up --contract`"), "{refused}");

    migrations.up(db).await.unwrap();
    let stored = "SELECT stage || ' ' || stages[1] || ' ' || rating FROM page ORDER BY id";
    assert_eq!(texts(&test, stored).await, ["live live 7", "live live 1", "review review 1"]);
    assert_eq!(
        texts(&test, "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal").await,
        Vec::<String>::new()
    );
    let ctx = test.ctx().with_entities(new);
    let new_pages = after::PageService::new(&ctx);
    let live = new_pages.list(Query::filter(after::Page::stage().eq(after::Stage::Live))).await.unwrap();
    assert_eq!(live.items.iter().map(|page| page.rating.as_str()).collect::<Vec<_>>(), ["7", "1"]);
    assert!(
        Executor::Pool(db.clone()).execute(execute(&stage("published"))).await.is_err(),
        "the old value is refused"
    );

    // Back to before the second step, and to before the first.
    let first =
        migrations.status(db).await.unwrap().into_iter().find(|one| one.version > 999).unwrap().version;
    texts(&test, "DELETE FROM page WHERE stage = 'review' RETURNING stage").await;
    migrations.down_to(db, first).await.unwrap();
    assert_eq!(texts(&test, stored).await, ["published published 7", "published published 1"]);
    assert_eq!(old_pages.get(old_one.id).await.unwrap().stages[0], before::Stage::Published);
}

/// A filter and an order find rows by either name of a renamed variant.
#[each_database(EMPTY)]
async fn rows_are_found_by_the_old_value_too(test: TestDb) {
    use staged::after::Stage;
    use staged::{before, renamed};
    let (folder, old) = (folder(), registry(&entify::entities![before::Page]));
    make(folder.path(), None, &old).unwrap();
    up(folder.path(), &test).await;
    if test.db().dialect() == entify::db::Dialect::Postgres {
        let sql = "ALTER TABLE page DROP CONSTRAINT ck_page_stage";
        Executor::Pool(test.db().clone()).execute(execute(sql)).await.unwrap();
    } else {
        Executor::Pool(test.db().clone())
            .execute(execute("PRAGMA ignore_check_constraints = on"))
            .await
            .unwrap();
    }
    for stage in ["published", "draft", "live", "published", "live"] {
        let list = if test.db().dialect() == entify::db::Dialect::Postgres {
            "array['draft']"
        } else {
            "'[\"draft\"]'"
        };
        let sql = format!("INSERT INTO page (stage, stages, rating) VALUES ('{stage}', {list}, 1)");
        Executor::Pool(test.db().clone()).execute(execute(&sql)).await.unwrap();
    }
    let ctx = test.ctx().with_entities(registry(&entify::entities![renamed::Page]));
    let (pages, stage) = (renamed::PageService::new(&ctx), renamed::Page::stage);
    assert_eq!(pages.count(stage().eq(Stage::Live)).await.unwrap(), 4);
    assert_eq!(pages.count(stage().ne(Stage::Live)).await.unwrap(), 1);
    assert_eq!(pages.count(stage().is_in([Stage::Live, Stage::Review])).await.unwrap(), 4);
    assert_eq!(pages.count(stage().not_in([Stage::Live])).await.unwrap(), 1);
    // Pages of one order: a cursor holds the new value, whichever the row has.
    let order = || Query::default().order(stage().desc()).first(2);
    let (mut query, mut found) = (order(), Vec::new());
    loop {
        let page = pages.list(query).await.unwrap();
        found.extend(page.items.iter().map(|row| (row.stage, row.id.get())));
        match page.end_cursor.filter(|_| page.has_next) {
            Some(cursor) => query = order().after(cursor),
            None => break,
        }
    }
    let (last, live) = (found.pop(), found);
    assert_eq!(last, Some((Stage::Draft, 2)));
    let mut ids: Vec<i64> = live.iter().map(|(_, id)| *id).collect();
    ids.sort_unstable();
    assert!(live.iter().all(|(stage, _)| *stage == Stage::Live) && ids == [1, 3, 4, 5], "{live:?}");
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
