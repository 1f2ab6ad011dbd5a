//! `external`, `key_column`, `key_sql` and `timestamps = none`: tables that others made are used as they are.

use entify::db::{Executor, Statement};
use entify::entity::{EntityDef, Registry};
use entify::migrate::live::compare;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};

#[derive(Entity)]
#[entity(policy = public, table = "Artist", key_column = "ArtistId", timestamps = none, external)]
pub struct Singer {
    #[entity(column = "Name", unique, max_len = 120)]
    name: Option<String>,
    #[entity(inverse = singer)]
    records: Many<LongPlayer>,
}

#[derive(Entity)]
#[entity(policy = public, table = "Album", key_column = "AlbumId", timestamps = none, external, version)]
pub struct LongPlayer {
    #[entity(column = "Title", min_len = 0)]
    title: String,
    #[entity(column = "ArtistId", on_delete = cascade)]
    singer: One<Singer>,
}

#[derive(Entity)]
#[entity(
    policy = public, table = "Played", timestamps = none, external, key = uuid,
    key_sql = "substr('00000000-0000-4000-8000-00000000', 1, 32) || (1000 + {on_day}) || ''"
)]
pub struct Played {
    on_day: i32,
}

const NONE: &[&EntityDef] = &[];

async fn run(test: &TestDb, sql: &str) {
    let statement = Statement::plain(sql);
    Executor::Pool(test.db().clone())
        .execute(statement)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn tables(test: &TestDb) {
    for sql in [
        r#"CREATE TABLE "Artist" ("ArtistId" integer PRIMARY KEY, "Name" varchar(120) UNIQUE)"#,
        r#"CREATE TABLE "Album" ("AlbumId" integer PRIMARY KEY, "Title" varchar(9) NOT NULL, "version" bigint NOT NULL,
           "ArtistId" integer NOT NULL REFERENCES "Artist" ("ArtistId") ON DELETE CASCADE)"#,
        r#"CREATE TABLE "Played" (on_day integer PRIMARY KEY)"#,
        r#"INSERT INTO "Artist" VALUES (7, 'Nina'), (8, 'Miriam')"#,
        r#"INSERT INTO "Album" VALUES (1, 'Pastel', 1, 7)"#,
        r#"INSERT INTO "Played" VALUES (11), (12)"#,
    ] {
        run(test, sql).await;
    }
}

fn all() -> Vec<&'static EntityDef> {
    entities![Singer, LongPlayer, Played]
}

#[each_database(NONE)]
async fn a_table_of_others_is_read_and_written(test: TestDb) {
    tables(&test).await;
    let ctx = test.ctx();
    let (singers, records) = (SingerService::new(&ctx), LongPlayerService::new(&ctx));
    let nina = singers.one(Singer::name().eq("Nina")).await.unwrap();
    assert_eq!(nina, SingerModel { id: 7.into(), name: Some("Nina".to_owned()) });
    assert_eq!(records.count(LongPlayer::singer().is(Singer::name().eq("Nina"))).await, Ok(1));
    assert_eq!(singers.count(Singer::records().some(LongPlayer::title().eq("Pastel"))).await, Ok(1));
    let patch = LongPlayerPatch { title: "Baltimore".to_owned().into(), ..LongPlayerPatch::default() };
    let changed = records.update(1.into(), patch).await.unwrap();
    assert_eq!((changed.title.as_str(), changed.version, changed.singer_id), ("Baltimore", 2, 7.into()));
    let page = singers.list(Query::default().order(Singer::id().desc()).first(1)).await.unwrap();
    assert_eq!((page.items[0].id, page.has_next), (8.into(), true));
    singers.delete(7.into()).await.unwrap();
    assert_eq!(records.count(Filter::all()).await, Ok(0));
}

#[each_database(NONE)]
async fn a_computed_key_is_read_only(test: TestDb) {
    tables(&test).await;
    let ctx = test.ctx();
    let played = PlayedService::new(&ctx);
    let page = played.list(Query::default().order(Played::id().desc())).await.unwrap();
    let keys: Vec<String> = page.items.iter().map(|row| row.id.get().to_string()).collect();
    assert_eq!(keys, ["00000000-0000-4000-8000-000000001012", "00000000-0000-4000-8000-000000001011"]);
    assert_eq!(played.get(page.items[0].id).await.unwrap().on_day, 12);
    let key = page.items[0].id;
    assert_eq!(played.delete(key).await, Err(Error::Forbidden));
    assert_eq!(played.create(PlayedInput::new(13)).await.err(), Some(Error::Forbidden));
    assert_eq!(played.count(Filter::all()).await, Ok(2));
}

#[each_database(NONE)]
async fn no_migration_is_made_for_it(test: TestDb) {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::new(&all()).unwrap();
    assert_eq!(entify::migrate::make(folder.path(), None, &registry).unwrap(), None);
    tables(&test).await;
    let found = compare(test.db(), &registry, folder.path(), false).await.unwrap();
    assert_eq!(found.differences, Vec::<String>::new());
    assert_eq!(found.notes, Vec::<String>::new());
    run(&test, r#"ALTER TABLE "Album" RENAME COLUMN "Title" TO "Name""#).await;
    run(&test, r#"CREATE TABLE "Other" (a integer)"#).await;
    let found = compare(test.db(), &registry, folder.path(), false).await.unwrap();
    let lines = &found.differences;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("the table `Album` has no column `Title`; others made it"), "{lines:?}");
    assert_eq!(found.notes, ["no entity declares the table `Other`"]);
}

#[each_database(NONE)]
async fn what_an_entity_says_and_is_not_so_is_told(test: TestDb) {
    for sql in [
        r#"CREATE TABLE "Artist" ("ArtistId" integer PRIMARY KEY, "Name" varchar(120) NOT NULL)"#,
        r#"CREATE TABLE "Album" ("AlbumId" integer PRIMARY KEY, "Title" varchar(9), "version" bigint NOT NULL,
           "ArtistId" integer NOT NULL REFERENCES "Artist" ("ArtistId"))"#,
        r#"CREATE TABLE "Played" (on_day integer PRIMARY KEY)"#,
    ] {
        run(&test, sql).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let found = compare(test.db(), &Registry::new(&all()).unwrap(), folder.path(), false).await.unwrap();
    let lines: Vec<&str> = found.differences.iter().filter_map(|line| line.split(';').next()).collect();
    assert_eq!(
        lines,
        [
            "the column `Name` of `Artist` is not null, and the field `name` is an `Option`",
            "no rule of `Artist` makes (Name) unique",
            "the column `Title` of `Album` may be NULL, and the field `title` is no `Option`",
            "the foreign key from `ArtistId` of `Album` is `on delete no action`, which is not the field's `on_delete`",
        ]
    );
}
