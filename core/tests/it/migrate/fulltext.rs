//! A full-text index by migrations: it is created, used, dropped without a trace and created again.

use entify::db::{Db, Dialect, Executor, Layout, Statement};
use entify::entity::EntityDef;
use entify::migrate::{Migrations, make};
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use entify::types::Kind;
use entify::value::Value;

use super::make::folder;

/// Under a counted key.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Article {
    #[entity(search(fulltext), max_len = 200)]
    title: String,
}

/// Under a key that is no number.
#[derive(Entity)]
#[entity(policy = public, key = uuid)]
pub struct Leaflet {
    #[entity(search(fulltext))]
    body: String,
}

/// No tables: the migrations make them.
const EMPTY: &[&EntityDef] = &[];

/// Tables, indexes and triggers whose names say that they are of the entities.
async fn objects(db: &Db) -> Vec<String> {
    let names = match db.dialect() {
        Dialect::Postgres => {
            "SELECT relname::text FROM pg_class UNION ALL SELECT tgname::text FROM pg_trigger"
        }
        Dialect::Sqlite => "SELECT name FROM sqlite_master",
    };
    let sql =
        format!("SELECT * FROM ({names}) AS n(name) WHERE name LIKE '%article%' OR name LIKE '%leaflet%'");
    let sql = if db.dialect() == Dialect::Sqlite { sql.replace(" AS n(name)", "") } else { sql };
    let layout = Layout::default().with_column(Kind::Text);
    let rows = Executor::Pool(db.clone()).write(Statement::plain(sql), &layout).await.expect("names");
    rows.iter()
        .map(|row| match row.get(0) {
            Value::Text(name) => name.clone(),
            other => panic!("{other:?}"),
        })
        .collect()
}

async fn found(ctx: &Ctx, words: &str) -> (usize, usize) {
    let articles = Query { search: Some(words.to_owned()), ..Query::default() };
    let leaflets = Query { search: Some(words.to_owned()), ..Query::default() };
    let articles = ArticleService::new(ctx).list(articles).await.expect("a page");
    let leaflets = LeafletService::new(ctx).list(leaflets).await.expect("a page");
    (articles.items.len(), leaflets.items.len())
}

async fn serves(ctx: &Ctx) {
    let articles = ArticleService::new(ctx);
    let first = articles.create(ArticleInput::new("Lighthouse keepers")).await.expect("an article");
    articles.create(ArticleInput::new("Keepers of bees")).await.expect("an article");
    LeafletService::new(ctx).create(LeafletInput::new("The lighthouse")).await.expect("a leaflet");
    assert_eq!(found(ctx, "light").await, (1, 1));
    assert_eq!(found(ctx, "KEEPERS").await, (2, 0));
    let patch = ArticlePatch { title: "Harbours".to_owned().into() };
    articles.update(first.id, patch).await.expect("an update");
    assert_eq!(found(ctx, "lighthouse").await, (0, 1));
    articles.delete(first.id).await.expect("a removal");
    assert_eq!(found(ctx, "harbours").await, (0, 0));
}

#[each_database(EMPTY)]
async fn a_fulltext_index_goes_forth_and_back(test: TestDb) {
    let (folder, db) = (folder(), test.db());
    let registry = entify::entity::Registry::new(&entify::entities![Article, Leaflet]).expect("a registry");
    make(folder.path(), None, &registry).expect("a migration");
    let migrations = Migrations::load(folder.path(), db.dialect()).expect("the migration");
    for _ in 0..2 {
        migrations.up(db).await.expect("up");
        assert!(objects(db).await.len() > 4);
        serves(&test.ctx()).await;
        let [step] = migrations.down(db, 1).await.expect("down").try_into().expect("one step");
        assert_eq!(step.name, "initial");
        assert_eq!(objects(db).await, <[String; 0]>::default(), "nothing is left");
    }
}
