//! One database per test.

use std::collections::BTreeMap;
use std::future::Future;
use std::process::{ExitCode, Termination};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sea_query::Values;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::Ctx;
use crate::ctx::Clock;
#[cfg(feature = "postgres")]
use crate::db::quoted;
use crate::db::{Db, DbOptions, Dialect, Executor, Statement};
use crate::entity::{EntityDef, Registry};
use crate::migrate::{self, DatabaseSchema, ddl};
use crate::service::sequence_entities;
use crate::types::PasswordCost;

/// The role for which row-level security holds in tests: the user that creates databases is a superuser.
#[cfg(feature = "postgres")]
const RLS_ROLE: &str = "entify_rls";

/// Signs the cursors of tests.
pub(super) const SECRET: &[u8] = b"a secret for tests";

/// The framework's own tables, for a test that signs in, sends an API token or an idempotency key, reads history or runs periodic tasks:
/// `[entities![User].to_vec(), framework_tables()].concat()`.
#[must_use]
pub fn framework_tables() -> Vec<&'static EntityDef> {
    migrate::framework_entities().collect()
}

/// A database that is dropped with its last handle.
#[derive(Debug, Clone)]
pub struct TestDb {
    db: Db,
    url: Arc<str>,
    /// None when the entities are not an application by themselves.
    entities: Option<Registry>,
    clock: Clock,
    _storage: Arc<TestStorage>,
}

/// What must live as long as the database.
#[derive(Debug)]
enum TestStorage {
    #[allow(dead_code)]
    Folder(TempDir),
    #[cfg(feature = "postgres")]
    #[allow(dead_code)]
    Postgres(super::cluster::TestDatabase),
}

impl TestDb {
    /// A temporary SQLite file with the entities' tables.
    ///
    /// # Panics
    /// When it cannot be created.
    pub async fn sqlite(entities: &[&'static EntityDef]) -> Self {
        let statements = ddl::create(&tables(entities, Dialect::Sqlite), Dialect::Sqlite);
        let folder = temporary_folder();
        let file = folder.path().join("test.db");
        let image = sqlite_image(&statements).await;
        std::fs::write(&file, &*image).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let url = format!("sqlite://{}", file.display());
        let db = open(&url, false).await;
        let entities = Registry::new(entities).ok();
        let storage = Arc::new(TestStorage::Folder(folder));
        Self { db, url: url.into(), entities, clock: Clock::System, _storage: storage }
    }

    /// A PostgreSQL database with the entities' tables, or `None` with a message when the machine has no
    /// PostgreSQL.
    ///
    /// # Panics
    /// When it cannot be created, or is absent although `ENTIFY_REQUIRE_POSTGRES=1`.
    #[cfg(feature = "postgres")]
    pub async fn postgres(entities: &[&'static EntityDef]) -> Option<Self> {
        if std::env::var("ENTIFY_TEST_RLS").is_ok_and(|value| value == "1") {
            return Self::row_security(entities).await;
        }
        let statements = ddl::create(&tables(entities, Dialect::Postgres), Dialect::Postgres);
        let database = super::cluster::TestDatabase::create(&statements)?;
        let url: Arc<str> = database.url().into();
        let entities = Registry::new(entities).ok();
        Some(Self {
            db: open(&url, false).await,
            url,
            entities,
            clock: Clock::System,
            _storage: Arc::new(TestStorage::Postgres(database)),
        })
    }

    /// A PostgreSQL database with the entities' tables and with their rules as row-level security, used by the role
    /// that the tables belong to; or `None` with a message when the machine has no PostgreSQL.
    ///
    /// # Panics
    /// When it cannot be created, or is absent although `ENTIFY_REQUIRE_POSTGRES=1`.
    #[cfg(feature = "postgres")]
    pub async fn row_security(entities: &[&'static EntityDef]) -> Option<Self> {
        let database = super::cluster::TestDatabase::create(&row_security_statements(entities))?;
        let url = database.url();
        let sign = if url.contains('?') { '&' } else { '?' };
        let url: Arc<str> = format!("{url}{sign}options[role]={RLS_ROLE}").into();
        let entities = Registry::new(entities).ok();
        Some(Self {
            db: open(&url, true).await,
            url,
            entities,
            clock: Clock::System,
            _storage: Arc::new(TestStorage::Postgres(database)),
        })
    }

    /// Always `None`: the `postgres` feature of entify is off.
    #[cfg(not(feature = "postgres"))]
    #[allow(clippy::unused_async)]
    pub async fn row_security(entities: &[&'static EntityDef]) -> Option<Self> {
        Self::postgres(entities).await
    }

    /// Always `None`: the `postgres` feature of entify is off.
    #[cfg(not(feature = "postgres"))]
    #[allow(clippy::unused_async)]
    pub async fn postgres(_entities: &[&'static EntityDef]) -> Option<Self> {
        eprintln!("SKIPPED: the `postgres` feature of entify is off");
        None
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Its URL, for a second set of pools or another process.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same database under another clock: that of its contexts, and of what is served on it.
    #[must_use]
    pub fn with_clock(&self, clock: impl Into<Clock>) -> Self {
        Self { clock: clock.into(), ..self.clone() }
    }

    /// A context of the system on it. It hashes passwords at the least cost that there is; at the real one with
    /// `ctx.with_password_cost(PasswordCost::default())`.
    #[must_use]
    pub fn ctx(&self) -> Ctx {
        let ctx = self.as_in_tests(&Ctx::system(self.db.clone(), SECRET));
        match &self.entities {
            Some(entities) => ctx.with_entities(entities.clone()),
            None => ctx,
        }
    }

    /// A context as tests have it: on the database's clock, with cheap passwords.
    pub(super) fn as_in_tests(&self, ctx: &Ctx) -> Ctx {
        ctx.with_clock(self.clock.clone()).with_password_cost(PasswordCost::cheapest())
    }
}

/// The entities' tables, and the framework's that they need.
fn tables(entities: &[&'static EntityDef], dialect: Dialect) -> DatabaseSchema {
    DatabaseSchema::of(&with_framework(entities), dialect)
}

/// The statements that create them, owned by the role, with row-level security.
#[cfg(feature = "postgres")]
fn row_security_statements(entities: &[&'static EntityDef]) -> Vec<String> {
    let mut statements = vec![
        // Roles belong to the whole server: another test may create this one at the same time.
        format!(
            "DO $$ BEGIN CREATE ROLE {RLS_ROLE}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        ),
        format!("GRANT ALL ON SCHEMA public TO {RLS_ROLE}"),
    ];
    statements.extend(ddl::create(&tables(entities, Dialect::Postgres), Dialect::Postgres));
    let entities = with_framework(entities);
    statements.extend(migrate::secure_statements(entities.iter().map(|def| def.info())));
    let owned = |def: &&EntityDef| format!("ALTER TABLE {} OWNER TO {RLS_ROLE}", quoted(def.table));
    statements.extend(entities.iter().map(owned));
    statements
}

/// With the tables of the framework's own that the entities cannot do without.
fn with_framework(entities: &[&'static EntityDef]) -> Vec<&'static EntityDef> {
    let mut entities = entities.to_vec();
    let needs_history = entities.iter().any(|def| def.history);
    let is_numbered = |def: &&EntityDef| def.fields.iter().any(|field| field.sequence.is_some());
    let needs_sequences = entities.iter().any(is_numbered);
    let of_framework = crate::history::entities().into_iter().filter(|_| needs_history);
    for def in of_framework.chain(sequence_entities().into_iter().filter(|_| needs_sequences)) {
        if !entities.iter().any(|listed| std::ptr::eq(*listed, def)) {
            entities.push(def);
        }
    }
    entities
}

/// An argument of a test on each database.
#[diagnostic::on_unimplemented(
    message = "a test of `each_database` cannot take `{Self}`",
    label = "not an argument of a test",
    note = "it takes `Ctx` or `TestDb`"
)]
pub trait FromTestDb {
    /// The argument.
    fn from_test_db(test: &TestDb) -> Self;
}

impl FromTestDb for TestDb {
    fn from_test_db(test: &TestDb) -> Self {
        test.clone()
    }
}

impl FromTestDb for Ctx {
    fn from_test_db(test: &TestDb) -> Self {
        test.ctx()
    }
}

/// Which database a test runs on: what [`each_database`](crate::testing::each_database) passes to each of its tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A fresh SQLite file.
    Sqlite,
    /// A fresh PostgreSQL database.
    Postgres,
    /// A fresh PostgreSQL database with row-level security.
    RowSecurity,
}

impl Backend {
    /// Runs a test body on a fresh database with the entities' tables, or skips it with a message when there is no PostgreSQL.
    ///
    /// # Panics
    /// When the database cannot be created, or PostgreSQL is absent although `ENTIFY_REQUIRE_POSTGRES=1`.
    pub fn run<A, F, Fut>(self, entities: &impl AsRef<[&'static EntityDef]>, body: F) -> ExitCode
    where
        A: FromTestDb,
        F: FnOnce(A) -> Fut,
        Fut: Future<Output: Termination>,
    {
        let runtime = runtime();
        let Some(test) = runtime.block_on(self.database(entities.as_ref())) else {
            return ExitCode::SUCCESS;
        };
        runtime.block_on(async move {
            let code = body(A::from_test_db(&test)).await.report();
            test.db.close().await;
            code
        })
    }

    /// Whether this machine has the database.
    ///
    /// # Panics
    /// When PostgreSQL is absent although `ENTIFY_REQUIRE_POSTGRES=1`.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Sqlite => true,
            #[cfg(feature = "postgres")]
            Self::Postgres | Self::RowSecurity => super::cluster::is_available(),
            #[cfg(not(feature = "postgres"))]
            Self::Postgres | Self::RowSecurity => false,
        }
    }

    async fn database(self, entities: &[&'static EntityDef]) -> Option<TestDb> {
        match self {
            Self::Sqlite => Some(TestDb::sqlite(entities).await),
            Self::Postgres => TestDb::postgres(entities).await,
            Self::RowSecurity => TestDb::row_security(entities).await,
        }
    }
}

/// Each test has a runtime of its own, with two threads, so that tests run concurrently what a server does.
pub(super) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap_or_else(|error| panic!("no runtime for the test: {error}"))
}

/// An SQLite file with these tables, created once per process and set of tables.
async fn sqlite_image(statements: &[String]) -> Arc<[u8]> {
    static IMAGES: Mutex<BTreeMap<Vec<String>, Arc<[u8]>>> = Mutex::new(BTreeMap::new());
    let images = || IMAGES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(image) = images().get(statements) {
        return image.clone();
    }
    let folder = temporary_folder();
    let file = folder.path().join("template.db");
    let db = open(&format!("sqlite://{}", file.display()), false).await;
    execute(&db, statements).await;
    db.close().await;
    let image: Arc<[u8]> =
        std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())).into();
    images().insert(statements.to_vec(), image.clone());
    image
}

async fn execute(db: &Db, statements: &[String]) {
    let executor = Executor::Pool(db.clone());
    for sql in statements {
        let statement = Statement::new(sql.as_str(), Values(Vec::new()));
        if let Err(error) = executor.execute(statement).await {
            panic!("{error} in:\n{sql}");
        }
    }
}

async fn open(url: &str, row_security: bool) -> Db {
    let mut options = DbOptions::new(url);
    options.row_security = row_security;
    options.max_connections = 4;
    // Many tests at once on a small machine are slow, not broken.
    options.acquire_timeout = Duration::from_secs(60);
    match Db::connect(&options).await {
        Ok(db) => db,
        Err(error) => panic!("cannot open the test database: {error}"),
    }
}

fn temporary_folder() -> TempDir {
    tempfile::Builder::new()
        .prefix("entify-test-")
        .tempdir()
        .unwrap_or_else(|error| panic!("no temporary folder: {error}"))
}
