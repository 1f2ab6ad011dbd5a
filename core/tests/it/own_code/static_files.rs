//! Files of the application's own.

use std::path::Path;

use entify::prelude::*;
use entify::server::{EmbeddedFiles, StaticFiles};
use entify::testing::{TestDb, serve};
use reqwest::{Client, Method, Response};

/// Something to serve beside the files.
#[derive(Entity)]
#[entity(policy = public)]
struct Word {
    name: String,
}

const SCRIPT: &str = "console.log('a script that is long enough to be compressed');\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder");
        std::fs::write(path, content).expect("a file");
    };
    write("index.html", "<title>front</title>");
    write("assets/index-B1x9Qz34.js", &SCRIPT.repeat(40));
    write("logo.svg", "<svg/>");
    write("docs/index.html", "<title>docs</title>");
    write(".env", "SECRET=1");
    folder
}

/// The same files as a release has them.
static EMBEDDED: [(&str, &[u8]); 3] = [
    ("index.html", b"<title>front</title>"),
    ("docs/index.html", b"<title>docs</title>"),
    ("logo.svg", b"<svg/>"),
];

async fn base(files: impl Into<StaticFiles>, db: &TestDb) -> String {
    format!("http://{}", serve(App::new(entities![Word]).files("/", files), db).await)
}

async fn get(url: String, headers: &[(&str, &str)]) -> Response {
    let request =
        headers.iter().fold(Client::new().get(url), |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("an answer")
}

fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn a_front_end_is_served_with_a_fallback_to_its_page() {
    let (folder, db) = (folder(), TestDb::sqlite(&entities![Word]).await);
    let base = base(folder.path(), &db).await;
    let page = [("accept", "text/html,*/*")];
    for path in ["/", "/projects/7", "/docs/unknown"] {
        let answer = get(format!("{base}{path}"), &page).await;
        assert_eq!((answer.status().as_u16(), header(&answer, "cache-control")), (200, "no-cache"), "{path}");
        assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.text().await.expect("a page"), "<title>front</title>");
    }
    let docs = get(format!("{base}/docs/"), &page).await;
    assert_eq!(docs.text().await.expect("a page"), "<title>docs</title>");
    // What is missing is no page, and what others serve stays theirs.
    let unknown = if cfg!(feature = "rest") { "/api/unknown" } else { "/assets/unknown.css" };
    for path in ["/assets/gone.js", "/.env", "/%2e%2e/Cargo.toml", unknown] {
        let answer = get(format!("{base}{path}"), &page).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert!(!answer.text().await.expect("a page").contains("<title>front"), "{path}");
        let answer = get(format!("{base}{path}"), &[("accept", "*/*")]).await;
        assert_eq!(header(&answer, "content-type"), "application/problem+json", "{path}");
    }
    assert_eq!(get(format!("{base}/projects/7"), &[("accept", "application/json")]).await.status(), 404);
    if cfg!(feature = "rest") {
        assert_eq!(get(format!("{base}/api/words"), &[]).await.status(), 200);
    }
    let posted =
        Client::new().request(Method::POST, format!("{base}/logo.svg")).send().await.expect("an answer");
    assert_eq!((posted.status().as_u16(), header(&posted, "allow")), (405, "GET, HEAD, OPTIONS"));
}

#[tokio::test]
async fn files_are_cached_by_their_names_and_compressed() {
    let (folder, db) = (folder(), TestDb::sqlite(&entities![Word]).await);
    let base = base(folder.path(), &db).await;
    let script = get(format!("{base}/assets/index-B1x9Qz34.js"), &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(&script, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(&script, "content-encoding"), "gzip");
    assert_eq!(header(&script, "content-type"), "text/javascript; charset=utf-8");
    let logo = get(format!("{base}/logo.svg"), &[]).await;
    assert_eq!(header(&logo, "cache-control"), "public, max-age=3600");
    let tag = header(&logo, "etag").to_owned();
    assert!(!tag.is_empty());
    assert_eq!(get(format!("{base}/logo.svg"), &[("if-none-match", &tag)]).await.status(), 304);
    let part = get(format!("{base}/assets/index-B1x9Qz34.js"), &[("range", "bytes=0-6")]).await;
    assert_eq!((part.status().as_u16(), part.text().await.expect("a part")), (206, "console".to_owned()));
}

#[tokio::test]
async fn embedded_files_are_served_alike() {
    let db = TestDb::sqlite(&entities![Word]).await;
    let base = base(EmbeddedFiles { folder: "nowhere", files: Some(&EMBEDDED) }, &db).await;
    let page = get(format!("{base}/anywhere"), &[("accept", "text/html")]).await;
    assert_eq!(
        (header(&page, "cache-control"), header(&page, "content-type")),
        ("no-cache", "text/html; charset=utf-8")
    );
    assert_eq!(page.text().await.expect("a page"), "<title>front</title>");
    let docs = get(format!("{base}/docs/"), &[]).await;
    assert_eq!(docs.text().await.expect("a page"), "<title>docs</title>");
    let logo = get(format!("{base}/logo.svg"), &[]).await;
    let tag = header(&logo, "etag").to_owned();
    assert_eq!((header(&logo, "content-type"), tag.len()), ("image/svg+xml", 34));
    let known = get(format!("{base}/logo.svg"), &[("if-none-match", &tag)]).await;
    assert_eq!((known.status().as_u16(), header(&known, "etag")), (304, tag.as_str()));
    assert_eq!(get(format!("{base}/.env"), &[]).await.status(), 404);
}

#[tokio::test]
async fn the_macro_reads_the_folder_of_the_package() {
    let db = TestDb::sqlite(&entities![Word]).await;
    let app = App::new(entities![Word]).files("/migrations", entify::files!("migrations"));
    let base = format!("http://{}", serve(app, &db).await);
    let file = get(format!("{base}/migrations/sqlite/2_history.down.sql"), &[]).await;
    assert_eq!(
        file.text().await.expect("a file"),
        include_str!("../../../migrations/sqlite/2_history.down.sql")
    );
}
