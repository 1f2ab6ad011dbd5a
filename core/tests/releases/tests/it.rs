//! One release follows the other while clients go on: no request fails.

#[path = "../../shared/process.rs"]
mod process;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use entify::entities;
use entify::testing::TestDb;
use serde_json::{Value as Json, json};

use process::Server;

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
        let mut command = process::command(program, arguments, &self.folder, &self.url);
        command.env("ENTIFY_ENV", "production");
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
        Server::start(self.command(program, &["serve"]), log)
    }
}

/// What a release calls its things.
#[derive(Clone, Copy)]
struct Words {
    title: &'static str,
    topics: &'static str,
    published: &'static str,
}

const OLD: Words = Words { title: "title", topics: "labels", published: "published" };
const NEW: Words = Words { title: "headline", topics: "topics", published: "live" };

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
                    requests.fetch_add(9, Ordering::Relaxed);
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
    let stages = ["draft", words.published];
    let mut article = json!({ "views": 7, "author": "ada", "stage": words.published, "stages": stages });
    article[words.title] = json!(name);
    if words.title == OLD.title {
        article["remark"] = json!("none");
    }
    let made = send(http.post(&articles).json(&article)).await?;
    let one = format!("{articles}/{}", made["id"]);
    let changed =
        send(http.patch(&one).json(&json!({ "views": 8, words.title: format!("{name}!") }))).await?;
    let read = send(http.get(&one)).await?;
    let is_as_written = changed[words.title] == json!(format!("{name}!"))
        && read["views"] == json!(8)
        && (&read["stage"], &read["stages"]) == (&json!(words.published), &json!(stages));
    if !is_as_written {
        return Err(format!("{changed} {read}"));
    }
    published_articles(http, &articles, words).await?;
    send(http.get(format!("{articles}?sort=-views&limit=5"))).await?;
    let topic = send(http.post(&topics).json(&json!({ "name": name }))).await?;
    send(http.get(format!("{topics}?limit=3"))).await?;
    send(http.delete(format!("{topics}/{}", topic["id"]))).await?;
    Ok(())
}

/// Two pages of what is published, in the order of the stages: a cursor tells where the first one ends.
async fn published_articles(http: &reqwest::Client, articles: &str, words: Words) -> Result<(), String> {
    let list = format!("{articles}?stage={}&sort=stage,-id&limit=2", words.published);
    let first = send(http.get(&list)).await?;
    let cursor = first["page"]["next_cursor"].as_str().map(str::to_owned);
    let second = match &cursor {
        Some(cursor) => send(http.get(format!("{list}&cursor={cursor}"))).await?,
        None => json!({ "items": [] }),
    };
    let items = |page: &Json| page["items"].as_array().cloned().unwrap_or_default();
    let (first, second) = (items(&first), items(&second));
    let ids: Vec<i64> = first.iter().chain(&second).filter_map(|row| row["id"].as_i64()).collect();
    let is_right = first.iter().chain(&second).all(|row| row["stage"] == json!(words.published))
        && ids.is_sorted_by(|a, b| a > b)
        && !first.is_empty();
    if is_right { Ok(()) } else { Err(format!("{first:?} {second:?}")) }
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
    assert_eq!(old_values(&test).await, [0, 0], "the rows have the new values");
    let status = releases.run(AFTER, &["migrate", "status"]);
    assert!(!status.contains("pending") && !status.contains("waiting"), "{status}");
    let check = releases.run(AFTER, &["check"]);
    assert!(check.contains("schema      ok"), "{check}");
}

/// How many rows have the old value of the renamed variant, and how many triggers are left.
async fn old_values(test: &TestDb) -> [i64; 2] {
    let mut counts = [0; 2];
    let queries = [
        "SELECT count(*) FROM article WHERE stage = 'published' OR 'published' = ANY (stages)",
        "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
    ];
    for (count, sql) in counts.iter_mut().zip(queries) {
        let layout = entify::db::Layout::default().with_column(entify::types::Kind::I64);
        let statement = entify::db::Statement::plain(sql);
        let rows = entify::db::Executor::Pool(test.db().clone()).read(statement, &layout).await.unwrap();
        let entify::value::Value::Int(found) = rows[0].get(0) else { panic!("{rows:?}") };
        *count = *found;
    }
    counts
}

/// Rows of the old release, in some batches.
async fn fill(test: &TestDb) {
    let sql = format!(
        "INSERT INTO article (title, views, author, stage, stages, rating, remark) \
         SELECT 'old ' || n, n, CASE WHEN n % 2 = 0 THEN 'ada' END, CASE WHEN n % 3 = 0 THEN 'published' ELSE 'draft' END, \
         ARRAY['draft', 'published'], n % 5, '' FROM generate_series(1, {ROWS}) n"
    );
    let statement = entify::db::Statement::plain(sql);
    entify::db::Executor::Pool(test.db().clone()).execute(statement).await.unwrap();
}

async fn both_see_what_either_writes(old: &Server, new: &Server) {
    let http = reqwest::Client::new();
    let told = |error: String| -> Json { panic!("{error}\n{}\n{}", old.log(), new.log()) };
    let of = |server: &Server, path: &str| format!("{}/api/{path}", server.base);
    let by_old = json!({
        "title": "By the old one", "views": 1, "stage": "published", "stages": ["published"], "rating": 4, "remark": "r"
    });
    let by_old = send(http.post(of(old, "articles")).json(&by_old)).await.unwrap_or_else(told);
    let seen = send(http.get(of(new, &format!("articles/{}", by_old["id"])))).await.unwrap_or_else(told);
    assert_eq!(
        (&seen["headline"], &seen["author"], &seen["pages"]),
        (&json!("By the old one"), &json!("nobody"), &json!(1))
    );
    assert_eq!(
        (&seen["stage"], &seen["stages"], &seen["rating"]),
        (&json!("live"), &json!(["live"]), &json!("4"))
    );
    let by_new = json!({
        "headline": "By the new one", "views": 2, "author": "eve", "stage": "live", "stages": ["live", "draft"], "rating": "3"
    });
    let by_new = send(http.post(of(new, "articles")).json(&by_new)).await.unwrap_or_else(told);
    let path = format!("articles/{}", by_new["id"]);
    let seen = send(http.get(of(old, &path))).await.unwrap_or_else(told);
    assert_eq!((&seen["title"], &seen["stage"]), (&json!("By the new one"), &json!("published")));
    assert_eq!((&seen["stages"], &seen["rating"]), (&json!(["published", "draft"]), &json!(3)));
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
