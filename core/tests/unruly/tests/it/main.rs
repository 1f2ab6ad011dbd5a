//! How a server ends, and what it logs, when its code does what it should not.

mod migrations;
#[path = "../../../shared/process.rs"]
mod process;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use entify::db::{Executor, Layout, Statement};
use entify::entities;
use entify::testing::{TestDb, each_database};
use entify::types::Kind;
use serde_json::{Value as Json, json};

use process::Server;

/// `SHUTDOWN_TIMEOUT` of the tests.
const LIMIT: Duration = Duration::from_secs(2);
/// When the program must have ended, on a busy machine too.
const LATE: Duration = Duration::from_millis(3_500);

/// The program on a database, in a folder of its own.
struct Program {
    url: String,
    folder: PathBuf,
}

impl Program {
    fn on(test: &TestDb, name: &str) -> Self {
        let name = format!("{name}-{}", test.db().dialect().name());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self { url: test.url().to_owned(), folder }
    }

    fn migrated(test: &TestDb, name: &str) -> Self {
        let program = Self::on(test, name);
        for step in ["make", "up"] {
            let done = program.command(&["migrate", step]).output().unwrap();
            assert!(done.status.success(), "{done:?}");
        }
        program
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_unruly");
        let mut command = process::command(program, arguments, &self.folder, &self.url);
        command.env("SHUTDOWN_TIMEOUT", "2s").env("LOG_FORMAT", "json");
        command
    }

    fn serve(&self) -> Server {
        Server::start(self.command(&["serve"]), self.folder.join("server.log"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Server {
    fn post(&self, path: &str, text: &str) -> reqwest::RequestBuilder {
        let request = reqwest::Client::new().post(format!("{}{path}", self.base));
        request.header("x-request-id", "the-request").json(&json!({ "text": text }))
    }

    /// A request that is under way when this returns.
    async fn begin(&self, request: reqwest::RequestBuilder) {
        tokio::spawn(request.send());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }

    /// Tells it to stop, and how long it took.
    fn stop(&mut self) -> (Duration, ExitStatus) {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (start.elapsed(), status);
            }
            assert!(start.elapsed() < Duration::from_secs(60), "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The lines of the log, each of which is an object.
    fn lines(&self) -> Vec<Json> {
        lines(&self.log())
    }
}

fn lines(log: &str) -> Vec<Json> {
    let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}\n{log}"));
    log.lines().map(line).collect()
}

#[each_database(entities![])]
async fn a_server_ends_in_time_whatever_runs(test: TestDb) {
    let program = Program::migrated(&test, "ends");
    for text in ["sleep", "block", "sleep after the commit"] {
        let mut server = program.serve();
        server.begin(server.post("/api/orders", text)).await;
        let (took, status) = server.stop();
        assert!(status.success(), "{text}: {status}");
        assert!(took > LIMIT / 2, "{text}: it was not waited for: {took:?}");
        assert!(took < LATE, "{text}: {took:?}");
        assert!(server.log().contains("did not end in time"), "{text}: {}", server.log());
    }
}

#[each_database(entities![])]
async fn a_stream_is_cut_off_in_time(test: TestDb) {
    let program = Program::migrated(&test, "streams");
    let mut server = program.serve();
    let url = format!("{}/endless", server.base);
    let mut response = reqwest::get(url).await.unwrap();
    assert_eq!(response.chunk().await.unwrap().unwrap(), "tick\n");
    let (took, status) = server.stop();
    assert!(status.success() && took < LATE, "{status}, {took:?}");
    assert!(server.log().contains("did not end in time"), "{}", server.log());
}

/// Who has left keeps the pool busy, not the server.
#[each_database(entities![])]
async fn closing_the_pool_is_a_part_of_the_time(test: TestDb) {
    let program = Program::migrated(&test, "pool");
    // Another node holds the lock that the write needs.
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let pool = Executor::Pool(test.db().clone());
    let mut server = program.serve();
    let held = tokio::spawn(async move {
        pool.transaction(|inside| async move {
            let lock = match inside.dialect() {
                entify::db::Dialect::Sqlite => "DELETE FROM \"order\"",
                entify::db::Dialect::Postgres => "LOCK TABLE \"order\" IN EXCLUSIVE MODE",
            };
            Executor::Transaction(inside).execute(Statement::plain(lock)).await?;
            let _ = released.await;
            Ok(())
        })
        .await
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let client = reqwest::Client::new();
    let order =
        |text: &str| client.post(format!("{}/api/orders", server.base)).json(&json!({ "text": text }));
    // It leaves; on SQLite and in a transaction the work goes on.
    assert!(tokio::time::timeout(Duration::from_millis(500), order("left").send()).await.is_err());
    let (took, status) = server.stop();
    assert!(status.success() && took < LATE, "{status}, {took:?}: {}", server.log());
    let _ = release.send(());
    held.await.unwrap().unwrap();
}

#[each_database(entities![])]
async fn a_server_without_work_ends_at_once(test: TestDb) {
    let program = Program::migrated(&test, "idle");
    let mut server = program.serve();
    assert!(server.post("/api/orders", "a").send().await.unwrap().status().is_success());
    let (took, status) = server.stop();
    assert!(status.success() && took < LIMIT / 2, "{status}, {took:?}");
    assert_eq!(server.log(), "");
}

#[each_database(entities![])]
async fn a_panic_is_one_line_of_the_log(test: TestDb) {
    let program = Program::migrated(&test, "panics");
    let server = program.serve();
    for (path, text, status) in [
        ("/fail", "", 500),
        ("/background", "", 200),
        ("/api/orders", "panic in a hook", 500),
        ("/api/orders", "panic after the commit", 201),
    ] {
        let answer = server.post(path, text).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path} {text}");
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let lines = server.lines();
    for (message, request) in [
        ("the handler failed", Some("the-request")),
        ("the task failed", None),
        ("the hook\nfailed", Some("the-request")),
        ("the work after the commit failed", Some("the-request")),
    ] {
        let found: Vec<_> = lines.iter().filter(|line| line["message"] == message).collect();
        assert_eq!(found.len(), 1, "{message}: {lines:#?}");
        let line = found[0];
        assert_eq!((line["level"].as_str(), line["target"].as_str()), (Some("ERROR"), Some("panic")));
        assert!(line["location"].as_str().is_some_and(|place| place.contains("main.rs:")), "{line}");
        assert_eq!(line["span"]["request_id"].as_str(), request, "{line}");
    }
}

#[each_database(entities![])]
async fn a_panic_before_anything_is_served_is_one_line_too(test: TestDb) {
    let program = Program::migrated(&test, "start");
    for (log, backtrace) in [("warn", "0"), ("off", "1")] {
        let output =
            program.command(&["seed"]).env("LOG", log).env("RUST_BACKTRACE", backtrace).output().unwrap();
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        // What the command says for people comes last.
        let (log, failure) = said.trim_end().rsplit_once('\n').unwrap();
        assert!(failure.starts_with("error: an internal error occurred"), "{said}");
        let lines = lines(log);
        assert_eq!(lines.iter().filter(|line| line["target"] == "panic").count(), 1, "{lines:?}");
        assert_eq!(lines[0]["message"], "the seed failed");
        assert_eq!(lines[0]["backtrace"].is_string(), backtrace == "1", "{}", lines[0]);
    }
}

/// However it fails, what it has written goes.
#[each_database(entities![])]
async fn a_seed_that_fails_keeps_nothing(test: TestDb) {
    let program = Program::migrated(&test, "seeds");
    let rows = async || {
        let layout = Layout::default().with_column(Kind::I64);
        let count = Statement::plain("SELECT count(*) FROM \"order\"");
        let rows = Executor::Pool(test.db().clone()).write(count, &layout).await.unwrap();
        rows[0].get(0).to_text()
    };
    for (how, reason) in [
        ("refuse", "the seed has had enough"),
        ("break a rule", "text: must have at most 40 characters; has 41"),
        ("panic", "error: "),
    ] {
        let seeded = program.command(&["seed"]).env("UNRULY_SEED", how).output().unwrap();
        let told = String::from_utf8_lossy(&seeded.stderr);
        assert!(!seeded.status.success() && told.contains(reason), "{how}: {told}");
        assert_eq!(rows().await, "0", "{how}");
    }
    let seeded = program.command(&["seed"]).env("UNRULY_SEED", "write nothing wrong").output().unwrap();
    assert!(seeded.status.success(), "{seeded:?}");
    assert_eq!(rows().await, "1");
}
