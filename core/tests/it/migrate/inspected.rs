//! Entity structs of databases that others made: written, compiled, compared with their tables, and read.
//!
//! The sources in the folders are what `inspect` writes of the tables in the `.sql` files; `INSPECT_BLESS=1` writes them
//! anew.

use std::path::PathBuf;

use entify::db::{Db, Dialect, Executor, Statement};
use entify::entity::{EntityDef, Registry};
use entify::migrate::inspect::{InspectOptions, Inspection, inspect};
use entify::migrate::live;
use entify::testing::{TestDb, each_database};
#[cfg(feature = "rest")]
use serde_json::Value as Json;
#[cfg(any(feature = "graphql", feature = "rest"))]
use serde_json::json;

#[cfg(feature = "graphql")]
use crate::graphql;
#[cfg(feature = "rest")]
use crate::rest;

#[rustfmt::skip]
pub(super) mod chinook_postgres;
#[rustfmt::skip]
pub(super) mod chinook_sqlite;
#[rustfmt::skip]
mod django_postgres;
#[rustfmt::skip]
mod django_sqlite;
#[rustfmt::skip]
mod odd_postgres;
#[rustfmt::skip]
mod odd_sqlite;
#[rustfmt::skip]
mod rails_postgres;
#[rustfmt::skip]
mod rails_sqlite;

const NONE: &[&EntityDef] = &[];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/migrate/inspected")
}

pub(super) async fn run_file(db: &Db, file: &str) {
    let text = std::fs::read_to_string(folder().join(file)).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
    for sql in lines.join("\n").split(";\n").map(str::trim).filter(|sql| !sql.is_empty()) {
        let statement = Statement::plain(sql.trim_end_matches(';'));
        let ran = Executor::Pool(db.clone()).execute(statement).await;
        ran.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// The tables of a schema with some rows, and what is written of them.
async fn inspected(test: &TestDb, schema: &str) -> Inspection {
    let dialect = test.db().dialect().name();
    run_file(test.db(), &format!("{schema}.{dialect}.sql")).await;
    run_file(test.db(), &format!("{schema}.rows.sql")).await;
    inspect(test.db(), &InspectOptions { read: Some("public".to_owned()) }).await.unwrap()
}

/// Writes or compares the sources, then compares the entities with the tables.
async fn proven(test: &TestDb, schema: &str, entities: Vec<&'static EntityDef>) -> Inspection {
    let found = inspected(test, schema).await;
    let folder = folder().join(format!("{schema}_{}", test.db().dialect().name()));
    if std::env::var_os("INSPECT_BLESS").is_some() {
        for file in &found.files {
            std::fs::write(folder.join(&file.name), &file.text).unwrap();
        }
    }
    for file in &found.files {
        let kept = std::fs::read_to_string(folder.join(&file.name)).unwrap_or_default();
        assert_eq!(kept, file.text, "{} is not what `inspect` writes", folder.join(&file.name).display());
    }
    let names: Vec<&str> = entities.iter().map(|def| def.name).collect();
    assert_eq!(names, found.entities);
    let registry = Registry::new(&entities).unwrap();
    let compared = live::compare(test.db(), &registry, &folder, false).await.unwrap();
    assert_eq!(compared.differences, Vec::<String>::new());
    let migrations = tempfile::tempdir().unwrap();
    assert_eq!(entify::migrate::make(migrations.path(), None, &registry).unwrap(), None);
    found
}

macro_rules! of {
    ($test:expr, $postgres:ident, $sqlite:ident) => {
        match $test.db().dialect() {
            Dialect::Postgres => $postgres::entities(),
            Dialect::Sqlite => $sqlite::entities(),
        }
    };
}

#[each_database(NONE)]
async fn chinook(test: TestDb) {
    let found = proven(&test, "chinook", of!(test, chinook_postgres, chinook_sqlite)).await;
    assert_eq!(found.entities.len(), 11);
}

#[each_database(NONE)]
async fn django(test: TestDb) {
    proven(&test, "django", of!(test, django_postgres, django_sqlite)).await;
}

#[each_database(NONE)]
async fn rails(test: TestDb) {
    proven(&test, "rails", of!(test, rails_postgres, rails_sqlite)).await;
}

#[each_database(NONE)]
async fn odd(test: TestDb) {
    let found = proven(&test, "odd", of!(test, odd_postgres, odd_sqlite)).await;
    let notes = found.notes.join("\n");
    assert!(notes.contains("`t1` is no entity: its name is taken, "), "{notes}");
    assert!(
        notes.contains("the reference (a, b) to `pair` is of several columns, which no relation is"),
        "{notes}"
    );
    assert!(notes.contains("the key is that of a row of `String` too, which no relation is"), "{notes}");
    assert!(notes.contains("the column `span` is left out: no field holds a `"), "{notes}");
}

#[cfg(feature = "rest")]
async fn rest_of(test: TestDb, entities: &[&'static EntityDef]) -> rest::Api {
    rest::Api::of_entities(test, entities, entify::rest::Rest::new()).await
}

#[cfg(feature = "rest")]
async fn items(api: &rest::Api, path: &str) -> Vec<Json> {
    let answer = api.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

/// Every entity is listed, and each row found by its key.
#[cfg(feature = "rest")]
async fn all_are_read(api: &rest::Api, entities: &[&'static EntityDef]) {
    for def in entities {
        let path = format!("/api/{}", def.rest_path);
        let rows = items(api, &path).await;
        assert!(!rows.is_empty(), "{path}");
        for row in rows {
            let key = row["id"].as_str().map_or_else(|| row["id"].to_string(), str::to_owned);
            let one = api.get(&format!("{path}/{key}")).await;
            assert_eq!((one.status.as_u16(), one.json()), (200, row), "{path}/{key}: {}", one.text);
            let written = api.delete(&format!("{path}/{key}")).await.status.as_u16();
            assert!(matches!(written, 401 | 403), "nobody may write: {written}");
        }
    }
}

#[cfg(feature = "rest")]
#[each_database(NONE)]
async fn chinook_is_read_through_rest(test: TestDb) {
    inspected(&test, "chinook").await;
    let entities = of!(test, chinook_postgres, chinook_sqlite);
    let is_postgres = test.db().dialect() == Dialect::Postgres;
    let api = rest_of(test, &entities).await;
    all_are_read(&api, &entities).await;
    let track = api.get("/api/tracks/1").await.json();
    assert_eq!(track["unit_price"], "0.99");
    assert_eq!((&track["album_id"], &track["bytes"]), (&json!(1), &json!(6_713_451)));
    let employee = api.get("/api/employees/1").await.json();
    let birth = if is_postgres { "1962-02-18T00:00:00Z" } else { "1962-02-18 00:00:00" };
    assert_eq!(employee["birth_date"], birth);
    assert_eq!(items(&api, "/api/playlist-tracks?playlist_id=1").await.len(), 2);
    let first = api.get("/api/playlist-tracks?limit=2").await.json();
    assert_eq!(first["page"]["has_next"], true);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let rest = items(&api, &format!("/api/playlist-tracks?limit=2&cursor={cursor}")).await;
    assert_eq!(rest.len(), 1);
    assert!(first["items"].as_array().unwrap().iter().all(|row| row["id"] != rest[0]["id"]));
}

#[cfg(feature = "rest")]
#[each_database(NONE)]
async fn django_is_read_through_rest(test: TestDb) {
    inspected(&test, "django").await;
    let entities = of!(test, django_postgres, django_sqlite);
    let api = rest_of(test, &entities).await;
    all_are_read(&api, &entities).await;
    let user = &items(&api, "/api/auth-users?username=ada").await[0];
    assert_eq!((&user["is_staff"], &user["email"]), (&json!(true), &json!("ada@example.org")));
    assert_eq!(user.get("password"), None, "it is not shown");
    let product = api.get("/api/shop-products/1").await.json();
    assert_eq!((&product["type"], &product["owner_id"]), (&json!("book"), &json!(1)));
    assert_eq!(items(&api, "/api/django-sessions?session_key=k2").await[0]["session_data"], "two");
}

#[cfg(feature = "rest")]
#[each_database(NONE)]
async fn rails_is_read_through_rest(test: TestDb) {
    run_file(test.db(), &format!("rails.{}.sql", test.db().dialect().name())).await;
    run_file(test.db(), "rails.rows.sql").await;
    let entities = of!(test, rails_postgres, rails_sqlite);
    let is_postgres = test.db().dialect() == Dialect::Postgres;
    let api = rest_of(test, &entities).await;
    all_are_read(&api, &entities).await;
    let person = api.get("/api/people/1").await.json();
    assert_eq!((&person["mood"], &person["admin"]), (&json!("glad"), &json!(false)));
    let made = if is_postgres { "2024-01-02T03:04:05.123456Z" } else { "2024-01-02 03:04:05.123456" };
    assert_eq!(person["created_at"], made);
    let post = api.get("/api/posts/1").await.json();
    assert_eq!((&post["published_on"], &post["score"]), (&json!("2024-02-03"), &json!(7.5)));
}

#[cfg(feature = "graphql")]
#[each_database(NONE)]
async fn relations_are_followed_through_graphql(test: TestDb) {
    for schema in ["chinook", "django", "rails"] {
        run_file(test.db(), &format!("{schema}.{}.sql", test.db().dialect().name())).await;
        run_file(test.db(), &format!("{schema}.rows.sql")).await;
    }
    let everyone = entify::prelude::Principal::Anonymous;
    let api = |entities: Vec<&'static EntityDef>| {
        let (test, everyone) = (&test, everyone.clone());
        async move { graphql::Api::of(test, &entities, everyone, |schema| schema).await }
    };
    let chinook = api(of!(test, chinook_postgres, chinook_sqlite)).await;
    let query = "{ playlists { nodes { name tracks { nodes { name unitPrice album { title artist { name albums { nodes { title } } } } } } } } \
                 employees { nodes { lastName reportsTo { lastName } employees { nodes { firstName } } } } }";
    let data = chinook.data(query).await;
    let tracks = &data["playlists"]["nodes"][0]["tracks"]["nodes"];
    assert_eq!(tracks.as_array().unwrap().len(), 2);
    assert_eq!(tracks[0]["album"]["artist"]["name"], "AC/DC");
    assert_eq!(tracks[0]["album"]["artist"]["albums"]["nodes"][0]["title"], "For Those About To Rock");
    assert_eq!(data["employees"]["nodes"][0]["employees"]["nodes"][0]["firstName"], "Nancy");
    assert_eq!(data["employees"]["nodes"][1]["reportsTo"]["lastName"], "Adams");
    let django = api(of!(test, django_postgres, django_sqlite)).await;
    let data = django
        .data(
            "{ authUsers { nodes { authGroups { nodes { name } } shopProducts { nodes { slug type } } } } }",
        )
        .await;
    let user = &data["authUsers"]["nodes"][0];
    assert_eq!(user["authGroups"]["nodes"], json!([{"name": "readers"}]));
    assert_eq!(user["shopProducts"]["nodes"], json!([{"slug": "novel", "type": "BOOK"}]));
    let rails = api(of!(test, rails_postgres, rails_sqlite)).await;
    let data = rails.data("{ people { nodes { name postsByAuthor { nodes { title tags { nodes { name } } reviewer { name } } } } } }").await;
    let post = &data["people"]["nodes"][0]["postsByAuthor"]["nodes"][0];
    assert_eq!(
        *post,
        json!({"title": "Hello", "tags": {"nodes": [{"name": "greeting"}]}, "reviewer": {"name": "Bob"}})
    );
}

#[each_database(NONE)]
async fn nothing_in_the_database_changes(test: TestDb) {
    inspected(&test, "chinook").await;
    let before = live::read(test.db(), None).await.unwrap();
    inspect(test.db(), &InspectOptions::default()).await.unwrap();
    let registry = Registry::new(&of!(test, chinook_postgres, chinook_sqlite)).unwrap();
    live::compare(test.db(), &registry, &folder(), false).await.unwrap();
    assert_eq!(live::diff(&before, &live::read(test.db(), None).await.unwrap()), Vec::<String>::new());
}

#[each_database(NONE)]
async fn nobody_may_read_unless_it_is_said(test: TestDb) {
    run_file(test.db(), &format!("chinook.{}.sql", test.db().dialect().name())).await;
    let found = inspect(test.db(), &InspectOptions::default()).await.unwrap();
    let artist = found.files.iter().find(|file| file.name == "artist.rs").unwrap();
    assert!(artist.text.contains("// Nobody may do anything yet: say who may.\n"), "{}", artist.text);
    assert!(artist.text.contains("policy = nobody"), "{}", artist.text);
}

#[each_database(NONE)]
async fn the_service_reads_typed_rows(test: TestDb) {
    use entify::prelude::*;
    inspected(&test, "chinook").await;
    let ctx = test.ctx();
    macro_rules! read {
        ($of:ident) => {{
            use $of::{Album, Artist, PlaylistTrackService, Track, TrackService};
            let tracks = TrackService::new(&ctx);
            let of_accept = Track::album().is(Album::artist().is(Artist::name().eq("Accept")));
            let found = tracks.list(Query::filter(of_accept)).await.unwrap();
            let [track] = found.items.as_slice() else { panic!("{found:?}") };
            assert_eq!((track.name.as_str(), track.bytes), ("Fast As a Shark", None));
            assert_eq!(track.unit_price, "1.50".parse::<Decimal>().unwrap());
            assert_eq!(tracks.count(Track::playlists().some(Filter::all())).await, Ok(2));
            assert_eq!(PlaylistTrackService::new(&ctx).count(Filter::all()).await, Ok(3));
        }};
    }
    match test.db().dialect() {
        Dialect::Postgres => read!(chinook_postgres),
        Dialect::Sqlite => read!(chinook_sqlite),
    }
}

#[cfg(feature = "rest")]
#[each_database(NONE)]
async fn odd_tables_are_read_through_rest(test: TestDb) {
    inspected(&test, "odd").await;
    let rows = r#"INSERT INTO "Orders{}" (id, "name") VALUES (5, 'five')"#;
    let suffix = if test.db().dialect() == Dialect::Postgres { "" } else { "_" };
    let statement = Statement::plain(rows.replace("{}", suffix));
    Executor::Pool(test.db().clone()).execute(statement).await.unwrap();
    let entities = of!(test, odd_postgres, odd_sqlite);
    let api = rest_of(test, &entities).await;
    all_are_read(&api, &entities).await;
    let order = api.get("/api/orders/00000000-0000-4000-8000-000000000001").await.json();
    assert_eq!((&order["id_value"], &order["total"], &order["field_2nd"]), (&json!(7), &json!(2), &json!(2)));
    assert_eq!(api.get("/api/string-rows/2").await.json()["sort"], "b");
}
