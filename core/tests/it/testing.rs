//! The throw-away databases themselves.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

#[cfg(feature = "rest")]
use entify::auth::create_token;
#[cfg(feature = "rest")]
use entify::chrono::TimeDelta;
use entify::config::Settings;
#[cfg(feature = "rest")]
use entify::ctx::ManualClock;
use entify::db::{Db, DbError, DbOptions, Dialect, Executor, Layout, Statement};
use entify::entity::EntityDef;
use entify::prelude::*;
#[cfg(feature = "server")]
use entify::testing::Client;
use entify::testing::{TestDb, each_database};
use entify::types::{Kind, PasswordCost};
use entify::value::Value;
use sea_query::Values;

const EMPTY: &[&EntityDef] = &[];

async fn number(db: &Db, sql: &str) -> Result<i64, DbError> {
    let statement = Statement::new(sql, Values(Vec::new()));
    let rows = Executor::Pool(db.clone()).write(statement, &Layout::default().with_column(Kind::I64)).await?;
    match rows[0].get(0) {
        Value::Int(number) => Ok(*number),
        other => panic!("{other:?}"),
    }
}

async fn make_table(db: &Db) -> Result<(), DbError> {
    let statement = Statement::new("CREATE TABLE scribble (x text)", Values(Vec::new()));
    Executor::Pool(db.clone()).execute(statement).await.map(drop)
}

#[each_database(EMPTY)]
async fn a_body_may_use_the_question_mark(test: TestDb) -> Result<(), DbError> {
    make_table(test.db()).await?;
    assert_eq!(number(test.db(), "SELECT count(*) FROM scribble").await?, 0);
    Ok(())
}

#[each_database(EMPTY)]
async fn databases_are_apart(first: TestDb) {
    let second = match first.db().dialect() {
        Dialect::Sqlite => TestDb::sqlite(EMPTY).await,
        Dialect::Postgres => TestDb::postgres(EMPTY).await.unwrap(),
    };
    make_table(first.db()).await.unwrap();
    make_table(second.db()).await.unwrap();
}

#[tokio::test]
async fn a_file_goes_with_the_last_handle() {
    let sqlite = TestDb::sqlite(EMPTY).await;
    let file = sqlite.url().strip_prefix("sqlite://").unwrap().to_owned();
    let again = sqlite.clone();
    drop(sqlite);
    assert!(std::fs::exists(&file).unwrap());
    drop(again);
    assert!(!std::fs::exists(&file).unwrap());
}

#[each_database(EMPTY, only(postgres))]
async fn a_database_goes_with_the_last_handle(_server: TestDb) {
    let postgres = TestDb::postgres(EMPTY).await.unwrap();
    let (url, again) = (postgres.url().to_owned(), postgres.clone());
    drop(postgres);
    assert!(Db::connect(&DbOptions::new(&url)).await.is_ok());
    drop(again);
    assert!(Db::connect(&DbOptions::new(&url)).await.is_err());
}

/// Something with a password.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Locker {
    #[entity(min_len = 4)]
    code: Password,
}

/// The cost at which a context hashes, seen at what it stores.
async fn hashes_at(ctx: &Ctx, cost: PasswordCost) -> bool {
    let made = LockerService::new(ctx).create(LockerInput::new("1234")).await.expect("a locker");
    assert_eq!(made.code.verify("1234").await, Ok(true));
    !made.code.is_outdated(cost)
}

#[each_database(entify::entities![Locker])]
async fn passwords_are_cheap_in_tests_alone(test: TestDb) {
    let (real, cheap) = (PasswordCost::default(), test.ctx().password_cost());
    assert_ne!(real, cheap);
    assert!(hashes_at(&test.ctx(), cheap).await);
    assert!(hashes_at(&test.ctx().with_password_cost(real), real).await);
    // What a program does, also one that was built with the feature `testing`.
    assert_eq!(Settings::default().password_cost().as_ref(), Ok(&real));
    let program = Ctx::system(test.db().clone(), b"a secret for tests");
    assert!(hashes_at(&program, real).await);
    #[cfg(feature = "server")]
    {
        let app = || App::new(entify::entities![Locker]);
        let registry = app().registry().expect("entities");
        let state = entify::server::AppState::new(registry, test.db().clone(), b"a secret for tests");
        assert_eq!(state.system().password_cost(), real);
        assert_eq!(entify::testing::ctx_of(&app(), &test).password_cost(), cheap);
        assert_eq!(Client::new(app(), &test).ctx().password_cost(), cheap);
        let dear = Settings { password_memory: 12 << 20, password_iterations: 3, ..Settings::default() };
        let cost = dear.password_cost().expect("a cost");
        assert_eq!(Client::with_settings(app(), &test, dear).ctx().password_cost(), cost);
    }
}

#[cfg(feature = "rest")]
#[each_database([&entify::entities![Locker][..], &entify::testing::framework_tables()].concat())]
async fn a_client_has_the_clock_and_the_credentials_of_the_test(test: TestDb) {
    let clock = ManualClock::new("2030-01-02T12:00:00.1234567Z".parse().expect("a time"));
    let test = test.with_clock(clock.clone());
    let client = Client::new(App::new(entify::entities![Locker]), &test);
    let locker = serde_json::json!({ "code": "1234" });
    let made = client.post("/api/lockers", &locker).await;
    assert_eq!((made.status(), made.header("location")), (201, "/api/lockers/1"));
    assert_eq!(made.json()["created_at"], "2030-01-02T12:00:00.123456Z");
    clock.advance(TimeDelta::hours(1));
    let id = made.json()["id"].clone();
    let changed = client.patch(&format!("/api/lockers/{id}"), &locker).await;
    assert_eq!(changed.json()["updated_at"], "2030-01-02T13:00:00.123456Z");

    let soon = clock.now() + TimeDelta::minutes(5);
    let (_, token) = create_token(client.ctx(), "short", Vec::new(), Some(soon)).await.expect("a token");
    let with_token = client.bearer(&token);
    assert_eq!(with_token.get("/api/lockers").await.status(), 200);
    clock.advance(TimeDelta::minutes(6));
    assert_eq!(with_token.get("/api/lockers").await.status(), 401, "it has expired");
    assert_eq!(client.get("/api/lockers").await.status(), 200);
    let shown = format!("{with_token:?}");
    assert!(!shown.contains(&token), "{shown}");
    assert_eq!(client.delete(&format!("/api/lockers/{id}")).await.status(), 204);
    assert_eq!(client.get("/api/lockers").await.json()["items"], serde_json::json!([]));
    #[cfg(feature = "graphql")]
    {
        let lockers = client.graphql(
            "query ($n: Int) { lockers(first: $n) { nodes { id } } }",
            serde_json::json!({ "n": 2 }),
        );
        assert_eq!(lockers.await, serde_json::json!({ "data": { "lockers": { "nodes": [] } } }));
    }
}

/// Not a test: what the tests below run as another process.
#[tokio::test]
#[ignore = "run by other tests"]
async fn holds_a_database() {
    let test = TestDb::postgres(EMPTY).await.expect("PostgreSQL");
    make_table(test.db()).await.unwrap();
    println!("\nurl={}", test.url());
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
}

/// Another process that holds a database.
struct Holder {
    child: Child,
    /// Read no further, but open: the process writes to it at its end.
    _output: Lines<BufReader<ChildStdout>>,
    url: String,
}

fn holder(server: Option<&str>) -> Holder {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "testing::holds_a_database", "--ignored", "--nocapture"]);
    command.env_remove("TEST_POSTGRES_URL");
    if let Some(server) = server {
        command.env("TEST_POSTGRES_URL", server);
    }
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = output.find_map(|line| line.unwrap().strip_prefix("url=").map(str::to_owned));
    Holder { child, _output: output, url: url.expect("the URL") }
}

#[each_database(EMPTY, only(postgres))]
async fn a_cluster_ends_with_its_process_however_that_ends(_server: TestDb) {
    let Holder { mut child, url, .. } = holder(None);
    let folder = url.split("host=").nth(1).unwrap().to_owned();
    assert!(std::fs::exists(&folder).unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    let start = Instant::now();
    while std::fs::exists(&folder).unwrap() {
        assert!(start.elapsed() < Duration::from_secs(20), "{folder} is left behind");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[each_database(EMPTY, only(postgres))]
async fn a_given_server_is_left_as_it_was(server: TestDb) {
    let Holder { mut child, _output, url } = holder(Some(server.url()));
    let name = url.split('?').next().and_then(|url| url.rsplit('/').next()).expect("the name");
    let count = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
    assert_eq!(number(server.db(), &count).await, Ok(1));
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(number(server.db(), &count).await, Ok(0));
}
