//! One release follows the other while clients go on: no request fails.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use entify::entities;
use entify::testing::TestDb;
use serde_json::{Value as Json, json};

const BEFORE: &str = env!("CARGO_BIN_EXE_before");
const AFTER: &str = env!("CARGO_BIN_EXE_after");

/// Rows that are there before the new release: some batches of the statement that fills columns.
const ROWS: usize = 12_000;

/// The two programs on one database, in a folder of their own.
struct Releases {
    url: String,
    folder: PathBuf,
}

impl Releases {
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("DATABASE_URL", &self.url)
            .env("BIND", "127.0.0.1:0")
            .env("SECRET_KEY", "a secret of the tests, long enough to be one")
            .env("ENTIFY_ENV", "production")
            .env("LOG", "warn")
            .env_remove("RUST_BACKTRACE");
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.command(program, arguments).output().unwrap();
        let text = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        assert!(status.success(), "{arguments:?}: {text}");
        text
    }

    fn serve(&self, program: &str) -> Server {
        let log = self.folder.join(format!("{}.log", Path::new(program).file_name().unwrap().display()));
        let mut command = self.command(program, &["serve"]);
        command.stderr(std::fs::File::create(&log).unwrap()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap_or_else(|| panic!("{}", std::fs::read_to_string(&log).unwrap()));
        let base = first.unwrap().strip_prefix("Serving on ").unwrap().to_owned();
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, base, log }
    }
}

struct Server {
    child: Child,
    base: String,
    log: PathBuf,
}

impl Server {
    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a release calls its things.
#[derive(Clone, Copy)]
struct Words {
    title: &'static str,
    topics: &'static str,
}

const OLD: Words = Words { title: "title", topics: "labels" };
const NEW: Words = Words { title: "headline", topics: "topics" };

/// Clients of a release, until they are stopped.
struct Clients {
    stop: Arc<AtomicBool>,
    requests: Arc<AtomicUsize>,
    tasks: Vec<tokio::task::JoinHandle<Result<(), String>>>,
}

impl Clients {
    fn start(server: &Server, words: Words, name: &'static str) -> Self {
        let (stop, requests) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let task = |number: usize| {
            let (base, stop, requests) = (server.base.clone(), stop.clone(), requests.clone());
            tokio::spawn(async move {
                let http = reqwest::Client::new();
                let mut round = 0;
                while !stop.load(Ordering::Relaxed) {
                    round += 1;
                    work(&http, &base, words, &format!("{name} {number} {round}")).await?;
                    requests.fetch_add(7, Ordering::Relaxed);
                }
                Ok(())
            })
        };
        Self { tasks: (0..4).map(task).collect(), stop, requests }
    }

    async fn go_on_for(&self, time: Duration) {
        let before = self.requests.load(Ordering::Relaxed);
        tokio::time::sleep(time).await;
        assert!(self.requests.load(Ordering::Relaxed) > before, "the clients do nothing");
    }

    /// How many requests were answered; fails with the first that was not.
    async fn end(self, server: &Server) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.unwrap().unwrap_or_else(|error| panic!("{error}\n{}", server.log()));
        }
        self.requests.load(Ordering::Relaxed)
    }
}

async fn send(request: reqwest::RequestBuilder) -> Result<Json, String> {
    let response = request.send().await.map_err(|error| format!("{error:?}"))?;
    let (status, url) = (response.status(), response.url().to_string());
    let text = response.text().await.map_err(|error| format!("{error:?}"))?;
    if !status.is_success() {
        return Err(format!("{status} {url}: {text}"));
    }
    Ok(serde_json::from_str(&text).unwrap_or(Json::Null))
}

/// Makes an article and a topic, reads, changes, lists and deletes them.
async fn work(http: &reqwest::Client, base: &str, words: Words, name: &str) -> Result<(), String> {
    let articles = format!("{base}/api/articles");
    let topics = format!("{base}/api/{}", words.topics);
    let mut article = json!({ "views": 7, "author": "ada", "stage": "draft" });
    article[words.title] = json!(name);
    if words.title == OLD.title {
        article["remark"] = json!("none");
    }
    let made = send(http.post(&articles).json(&article)).await?;
    let one = format!("{articles}/{}", made["id"]);
    let changed =
        send(http.patch(&one).json(&json!({ "views": 8, words.title: format!("{name}!") }))).await?;
    let read = send(http.get(&one)).await?;
    if changed[words.title] != json!(format!("{name}!")) || read["views"] != json!(8) {
        return Err(format!("{changed} {read}"));
    }
    send(http.get(format!("{articles}?sort=-views&limit=5"))).await?;
    let topic = send(http.post(&topics).json(&json!({ "name": name }))).await?;
    send(http.get(format!("{topics}?limit=3"))).await?;
    send(http.delete(format!("{topics}/{}", topic["id"]))).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_release_follows_without_a_failed_request() {
    let Some(test) = TestDb::postgres(&entities![]).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let releases = Releases { url: test.url().to_owned(), folder: folder.path().to_owned() };
    std::fs::create_dir_all(releases.folder.join("migrations/postgres")).unwrap();
    releases.run(BEFORE, &["migrate", "make"]);
    releases.run(BEFORE, &["migrate", "up"]);
    fill(&test).await;

    let old = releases.serve(BEFORE);
    let old_clients = Clients::start(&old, OLD, "old");
    old_clients.go_on_for(Duration::from_millis(500)).await;
    let made = releases.run(AFTER, &["migrate", "make", "next"]);
    // The first step, while the old release runs alone, and then beside the new one.
    let applied = releases.run(AFTER, &["migrate", "up"]);
    assert!(applied.contains("contract"), "what waits is named: {applied}\n{made}");
    let new = releases.serve(AFTER);
    let new_clients = Clients::start(&new, NEW, "new");
    new_clients.go_on_for(Duration::from_secs(2)).await;
    both_see_what_either_writes(&old, &new).await;
    let old_requests = old_clients.end(&old).await;
    drop(old);
    // The second step, once the old release is gone.
    releases.run(AFTER, &["migrate", "up", "--contract"]);
    new_clients.go_on_for(Duration::from_millis(500)).await;
    let new_requests = new_clients.end(&new).await;
    eprintln!("{old_requests} requests of the old release and {new_requests} of the new one, none failed");
    let status = releases.run(AFTER, &["migrate", "status"]);
    assert!(!status.contains("pending") && !status.contains("waiting"), "{status}");
    let check = releases.run(AFTER, &["check"]);
    assert!(check.contains("schema      ok"), "{check}");
}

/// Rows of the old release, in some batches.
async fn fill(test: &TestDb) {
    let sql = format!(
        "INSERT INTO article (title, views, author, stage, remark) SELECT 'old ' || n, n, CASE WHEN n % 2 = 0 THEN 'ada' END, \
         'draft', '' FROM generate_series(1, {ROWS}) n"
    );
    let statement = entify::db::Statement::plain(sql);
    entify::db::Executor::Pool(test.db().clone()).execute(statement).await.unwrap();
}

async fn both_see_what_either_writes(old: &Server, new: &Server) {
    let http = reqwest::Client::new();
    let told = |error: String| -> Json { panic!("{error}\n{}\n{}", old.log(), new.log()) };
    let of = |server: &Server, path: &str| format!("{}/api/{path}", server.base);
    let by_old = json!({ "title": "By the old one", "views": 1, "stage": "published", "remark": "r" });
    let by_old = send(http.post(of(old, "articles")).json(&by_old)).await.unwrap_or_else(told);
    let seen = send(http.get(of(new, &format!("articles/{}", by_old["id"])))).await.unwrap_or_else(told);
    assert_eq!(
        (&seen["headline"], &seen["author"], &seen["pages"]),
        (&json!("By the old one"), &json!("nobody"), &json!(1))
    );
    let by_new = json!({ "headline": "By the new one", "views": 2, "author": "eve", "stage": "draft" });
    let by_new = send(http.post(of(new, "articles")).json(&by_new)).await.unwrap_or_else(told);
    let path = format!("articles/{}", by_new["id"]);
    assert_eq!(send(http.get(of(old, &path))).await.unwrap_or_else(told)["title"], json!("By the new one"));
    send(http.patch(of(old, &path)).json(&json!({ "title": "Changed by the old one" })))
        .await
        .unwrap_or_else(told);
    assert_eq!(
        send(http.get(of(new, &path))).await.unwrap_or_else(told)["headline"],
        json!("Changed by the old one")
    );
    let first = send(http.get(of(new, "articles/1"))).await.unwrap_or_else(told);
    assert_eq!(
        (&first["headline"], &first["author"], &first["views"]),
        (&json!("old 1"), &json!("nobody"), &json!(1))
    );
    let topic =
        send(http.post(of(old, "labels")).json(&json!({ "name": "shared" }))).await.unwrap_or_else(told);
    let seen = send(http.get(of(new, &format!("topics/{}", topic["id"])))).await.unwrap_or_else(told);
    assert_eq!(seen["name"], json!("shared"));
}
