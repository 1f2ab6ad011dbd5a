//! A database that others made is served, and not changed by it.

use std::path::Path;

use entify::auth::create_account;
use entify::config::Settings;
use entify::db::{Db, DbOptions, Dialect};
use entify::entity::EntityDef;
use entify::migrate::live;
use entify::prelude::*;
use entify::server::AppState;
use entify::testing::{TestDb, each_database};
use poem::endpoint::BoxEndpoint;
use poem::{Endpoint as _, Request, Response};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::inspected::{chinook_postgres, chinook_sqlite, run_file};

const NONE: &[&EntityDef] = &[];

/// A gateway before the server says who it is.
struct Gateway;

impl Authenticator for Gateway {
    async fn authenticate(&self, _ctx: &Ctx, request: &Request) -> entify::Result<Option<Principal>> {
        let role = request.header("x-role").map(str::to_owned);
        Ok(role.map(|role| Principal::known("gateway:ada", "ada@example.org", vec![role])))
    }
}

/// Chinook, as others made it. On SQLite in a file of its own, which no pool of ours has opened before.
struct Adopted {
    test: TestDb,
    folder: TempDir,
}

impl Adopted {
    async fn of(test: TestDb) -> Self {
        let adopted = Self { test, folder: tempfile::tempdir().unwrap() };
        if adopted.dialect() == Dialect::Sqlite {
            std::fs::write(adopted.file(), "").unwrap();
        }
        let db = adopted.open().await;
        run_file(&db, &format!("chinook.{}.sql", adopted.dialect().name())).await;
        run_file(&db, "chinook.rows.sql").await;
        db.close().await;
        adopted
    }

    fn dialect(&self) -> Dialect {
        self.test.db().dialect()
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("chinook.db")
    }

    fn url(&self) -> String {
        match self.dialect() {
            Dialect::Sqlite => format!("sqlite://{}", self.file().display()),
            Dialect::Postgres => self.test.url().to_owned(),
        }
    }

    /// The same, by which nothing can be written.
    fn read_only_url(&self) -> String {
        let url = self.url();
        let sign = if url.contains('?') { '&' } else { '?' };
        match self.dialect() {
            Dialect::Sqlite => format!("{url}{sign}mode=ro"),
            Dialect::Postgres => format!("{url}{sign}options[default_transaction_read_only]=on"),
        }
    }

    async fn open(&self) -> Db {
        Db::connect(&DbOptions { unaltered: true, ..DbOptions::new(self.url()) }).await.unwrap()
    }

    fn entities(&self) -> Vec<&'static EntityDef> {
        match self.dialect() {
            Dialect::Sqlite => chinook_sqlite::entities(),
            Dialect::Postgres => chinook_postgres::entities(),
        }
    }

    fn app(&self) -> App {
        App::new(self.entities()).authenticator(Gateway)
    }

    fn settings(&self, url: String) -> Settings {
        Settings {
            database_url: url,
            migrations_dir: self.folder.path().join("migrations"),
            secret_key: Some("k".repeat(32)),
            ..Settings::default()
        }
    }

    async fn start(&self, url: String) -> AppState {
        let registry = self.app().registry().unwrap();
        AppState::ready(registry, self.settings(url), false).await.unwrap()
    }

    /// All that is to stay as it was: the file's bytes, or what the catalogs say.
    async fn image(&self) -> (Vec<u8>, String) {
        if self.dialect() == Dialect::Sqlite {
            return (std::fs::read(self.file()).unwrap(), String::new());
        }
        (Vec::new(), format!("{:?}", live::read(self.test.db(), None).await.unwrap()))
    }
}

struct Asked {
    status: u16,
    body: String,
}

async fn ask(served: &BoxEndpoint<'static, Response>, request: Request) -> Asked {
    let response = served.get_response(request).await;
    let status = response.status().as_u16();
    Asked { status, body: response.into_body().into_string().await.unwrap() }
}

fn get(path: &str) -> Request {
    Request::builder().uri(path.parse().unwrap()).finish()
}

fn get_with(path: &str, header: (&'static str, &str)) -> Request {
    Request::builder().uri(path.parse().unwrap()).header(header.0, header.1).finish()
}

async fn read_through_every_surface(served: &BoxEndpoint<'static, Response>) {
    assert_eq!(ask(served, get("/readyz")).await.status, 200);
    let rest = ask(served, get("/api/tracks/1")).await;
    assert_eq!(rest.status, 200, "{}", rest.body);
    let track: Json = serde_json::from_str(&rest.body).unwrap();
    assert_eq!(track["unit_price"], "0.99");
    let query = json!({"query": "{ tracks(first: 1) { nodes { name album { title artist { name } } } } }"});
    let graphql = Request::builder()
        .method(poem::http::Method::POST)
        .uri("/graphql".parse().unwrap())
        .content_type("application/json")
        .body(query.to_string());
    let graphql = ask(served, graphql).await;
    let answer: Json = serde_json::from_str(&graphql.body).unwrap();
    assert!(answer["errors"].is_null(), "{answer}");
    assert!(answer["data"]["tracks"]["nodes"][0]["album"]["artist"]["name"].is_string(), "{answer}");

    let staff = ("x-role", "admin");
    for path in ["/admin", "/admin/tracks", "/admin/tracks/1", "/admin/albums"] {
        let page = ask(served, get_with(path, staff)).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        assert!(page.body.contains("Tracks") && !page.body.contains("/new\""), "{path}: {}", page.body);
    }
    assert_eq!(ask(served, get_with("/admin/tracks/new", staff)).await.status, 403);
    assert_eq!(ask(served, get_with("/admin/tracks", ("x-role", "guest"))).await.status, 403);
    assert_eq!(ask(served, get("/admin/tracks")).await.status, 303, "nobody is asked to sign in");
}

/// What needs a table that is not there says so.
async fn the_rest_is_refused(served: &BoxEndpoint<'static, Response>, state: &AppState) {
    let token = format!("Bearer ent_{}", "a".repeat(43));
    let refused = ask(served, get_with("/api/tracks", ("authorization", &token))).await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    let problem: Json = serde_json::from_str(&refused.body).unwrap();
    assert_eq!(problem["code"], "UNAVAILABLE");
    assert_eq!(
        problem["detail"],
        "the database has no table `entify_token`, which this needs; whoever runs the server makes it with `migrate up`"
    );
    let sign_in = ask(served, get("/admin/sign-in")).await;
    assert_eq!(sign_in.status, 200);
    assert!(sign_in.body.contains("the database has no accounts"), "{}", sign_in.body);
    let created = create_account(state.system(), "ada@example.org", "a long password", vec![]).await;
    assert_eq!(created.map(drop), Err(Error::NoTable("entify_account".into())));
}

#[each_database(NONE)]
async fn it_is_read_through_every_surface_and_stays_as_it_was(test: TestDb) {
    let adopted = Adopted::of(test).await;
    let before = adopted.image().await;
    for url in [adopted.url(), adopted.read_only_url()] {
        let state = adopted.start(url.clone()).await;
        assert!(state.is_adopted());
        let served = adopted.app().into_endpoint(&state).unwrap();
        read_through_every_surface(&served).await;
        if url == adopted.url() {
            the_rest_is_refused(&served, &state).await;
        }
        state.system().db().close().await;
        assert!(adopted.image().await == before, "{url}: the database has changed");
    }
    let files: Vec<_> = std::fs::read_dir(adopted.folder.path()).unwrap().collect();
    assert!(files.len() <= 1, "nothing is beside the database: {files:?}");
}

#[each_database(NONE)]
async fn what_needs_tables_is_there_once_migrations_were_run(test: TestDb) {
    let adopted = Adopted::of(test).await;
    let registry = adopted.app().registry().unwrap();
    let state = AppState::ready(registry, adopted.settings(adopted.url()), true).await.unwrap();
    assert!(!state.is_adopted());
    create_account(state.system(), "ada@example.org", "a long password", vec![]).await.unwrap();
    state.system().db().close().await;
    let again = adopted.start(adopted.url()).await;
    assert!(!again.is_adopted(), "its tables are there");
    again.system().db().close().await;
}

#[each_database(NONE)]
async fn a_database_that_lacks_a_table_is_refused_and_none_is_made(test: TestDb) {
    let empty = Adopted { test, folder: tempfile::tempdir().unwrap() };
    let registry = empty.app().registry().unwrap();
    let refused =
        AppState::ready(registry, empty.settings(empty.url()), false).await.unwrap_err().to_string();
    match empty.dialect() {
        Dialect::Sqlite => {
            assert!(refused.starts_with("the database cannot be opened: "), "{refused}");
            assert!(!Path::new(&empty.file()).exists(), "no file is made");
        }
        Dialect::Postgres => assert!(refused.contains("there is no table `Album`"), "{refused}"),
    }
}
